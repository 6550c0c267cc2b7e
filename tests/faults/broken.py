"""Bugs planted on purpose. A harness that does not see these sees nothing.

Each is a part in the place of the real one; nothing is patched.
"""

import threading
from collections.abc import Mapping
from contextlib import contextmanager
from dataclasses import field, replace
from datetime import datetime, timedelta

from slack_sdk import WebClient
from sqlalchemy import MetaData, PrimaryKeyConstraint, create_engine, select, text

from bot.scheduler.pushes import PUSHES, Push
from bot.services.outbox import Claimed, Outbox
from bot.services.planning import Planning
from bot.services.supervision import Supervision
from bot.services.supervision_desk import Desk
from bot.services.supervision_pages import Asked, RequestPage
from bot.views.kit import Message
from domain.deliveries import Delivery, Kind, State
from domain.ids import new_id
from domain.preferences import Times
from domain.schedules import due, next_occurrence
from domain.supervision import Request
from domain.values import dataclass
from storage import outbox, schedules
from storage.tables import deliveries


def plant(bug: str | None, house):
    """Return the house with this bug in it."""
    if bug in _SLACKS:
        return replace(house, slack=_SLACKS[bug](house.slack))
    if bug in _OUTBOXES:
        return replace(house, outbox=_like(_OUTBOXES[bug], house.outbox))
    if bug in _DESKS:
        desk = _like(_DESKS[bug], house.supervision.desk)
        parts = ("supervision", "supervision_queue", "supervision_watch")
        return replace(house, **{name: replace(getattr(house, name), desk=desk) for name in parts})
    if bug in _ASKING:
        return replace(house, supervision=_like(_ASKING[bug], house.supervision))
    if bug in _PLANNINGS:
        return replace(house, planning=_like(_PLANNINGS[bug], house.planning))
    return house


def pushes(bug: str | None) -> Mapping[Kind, Push]:
    """Return what is sent, as a bug would have it."""
    if bug in {"no_second_look", "unbounded_catch_up"}:
        return dict.fromkeys(Kind, Push(lambda house, delivery: delivery, _plain))
    if bug == "poison":
        return {kind: Push(_breaks_for_some(push), push.show) for kind, push in PUSHES.items()}
    return PUSHES


def is_poisoned(person_id: str) -> bool:
    """Whether this is one of those for whom it breaks."""
    return int(person_id, 16) % 5 == 0


def _breaks_for_some(push: Push):
    def prepare(house, delivery: Delivery):
        data = push.prepare(house, delivery)
        if is_poisoned(delivery.recipient):
            raise ZeroDivisionError
        return data

    return prepare


def _plain(words, delivery: Delivery) -> Message:
    return Message(text="A question for you.", blocks=())


def _like(kind: type, part):
    """Return a part of another kind with the same inside."""
    names = part.__dataclass_fields__
    return kind(**{name: getattr(part, name) for name in names})


def _sdk_retries(slack):
    """The library's own default asks again when an answer is lost."""
    return replace(slack, patient=WebClient(slack.patient.token, base_url=slack.patient.base_url))


class SettlesBeforeSending(Outbox):
    """Says "sent" before anything is."""

    def claim(self, size: int) -> Claimed:
        claimed = super().claim(size)
        for delivery in claimed.deliveries:
            self.settle(delivery, State.SENT)
        return claimed

    def may_send(self, delivery: Delivery) -> bool:
        return True


@dataclass(frozen=True, slots=True)
class CommitsAfterSending(Outbox):
    """Writes down nothing until it is sent."""

    mine: set = field(default_factory=set)

    def claim(self, size: int) -> Claimed:
        now = self.clock()
        c = deliveries.c
        due = select(c.id).where(c.state == "pending", c.not_before <= now).order_by(c.not_before)
        with self.database.engine.connect() as there:
            ids = [one for (one,) in there.execute(due) if one not in self.mine][:size]
        self.mine.update(ids)
        with self.database.read() as conn:
            found = [outbox.one(conn, one) for one in ids]
        return Claimed(tuple(one for one in found if one is not None))

    def may_send(self, delivery: Delivery) -> bool:
        return True

    def settle(self, delivery, state, reason=None, *, channel=None, ts=None) -> None:
        with self.database.engine.begin() as there:
            there.execute(
                text("UPDATE deliveries SET state = :state, reason = :reason WHERE id = :id"),
                {"state": state.value, "reason": reason, "id": delivery.id},
            )


class IgnoresRetryAfter(Outbox):
    """Asks again at once, whatever Slack said."""

    def busy(self, delivery: Delivery, retry_after: float) -> None:
        self.wait(delivery, delivery.not_before)


class SendsExpiredOnesAgain(Outbox):
    """Takes what a dead process had under way as not sent."""

    def expire(self) -> list[Delivery]:
        found = super().expire()
        with self.database.engine.begin() as there:
            for delivery in found:
                there.execute(
                    text("UPDATE deliveries SET state = 'pending', owner = NULL WHERE id = :id"),
                    {"id": delivery.id},
                )
        return found


class SendsUncertainOnesAgain(Outbox):
    """Takes a lost answer as "not sent"."""

    def settle(self, delivery, state, reason=None, **where) -> None:
        if state is State.UNCERTAIN:
            self.wait(delivery, delivery.not_before)
        else:
            super().settle(delivery, state, reason, **where)


class NeverLooksAgain(Outbox):
    """Sends what it claimed, however long ago that was."""

    def may_send(self, delivery: Delivery) -> bool:
        return True


class PlansInTwoSteps(Planning):
    """Moves the schedule on in a transaction of its own; only the key of the table helps."""

    def plan(self) -> int:
        now = self.clock()
        with self.database.write() as conn:
            batch = schedules.due(conn, now=now, size=1000)
        for schedule in batch:
            for one in due(schedule.rhythm, schedule.zone, first_on=schedule.next.on, now=now):
                with self.database.write() as conn:
                    outbox.plan(conn, _delivery(schedule, one, now), now=now)
        self.reached("plan.before_commit")
        with self.database.write() as conn:
            for schedule in batch:
                last_on = schedule.next.on
                coming = next_occurrence(schedule.rhythm, schedule.zone, now=now, last_on=last_on)
                schedules.advance(conn, schedule.id, coming, last_on=last_on)
        return len(batch)


class CatchesUpWithoutEnd(Planning):
    """Lets everything that came round meanwhile still go."""

    def _plan(self, conn, schedule, came, now, spread) -> None:
        found = due(schedule.rhythm, schedule.zone, first_on=schedule.next.on, now=now)
        for one in found:
            outbox.plan(conn, _delivery(schedule, one, now), now=now)
        coming = next_occurrence(schedule.rhythm, schedule.zone, now=now, last_on=found[-1].on)
        schedules.advance(conn, schedule.id, coming, last_on=found[-1].on)


def _delivery(schedule, one, now: datetime) -> Delivery:
    return Delivery(
        id=new_id(),
        cause=schedule.id,
        on_date=one.on,
        recipient=schedule.person_id,
        kind=Kind.PROMPT,
        person_id=schedule.person_id,
        not_before=now,
        ends_at=now + timedelta(days=365),
    )


@dataclass(frozen=True, slots=True)
class AlertsAfterCommit(Desk):
    """Plans who is told in a transaction of its own, after the one that they are told of."""

    later: list = field(default_factory=list)

    @contextmanager
    def writing(self):
        with Desk.writing(
            self,
        ) as conn:
            yield conn
        with self.database.write() as conn:
            while self.later:
                Desk.alert(self, conn, *self.later.pop())

    def alert(self, conn, kind, request, recipients) -> None:
        self.later.append((kind, request, list(recipients)))


class ForgetsTheForm(Supervision):
    """Takes the same form, sent once more, for another one."""

    def ask(self, by, draft, *, form, confirmed, even_so) -> Asked:
        return super().ask(by, draft, form=new_id(), confirmed=confirmed, even_so=even_so)


class SaysSentBeforeItIs(Supervision):
    """Answers first, and saves in a moment."""

    def ask(self, by, draft, *, form, confirmed, even_so) -> Asked:
        given = {"form": form, "confirmed": confirmed, "even_so": even_so}
        ask = super().ask
        threading.Timer(1.0, lambda: ask(by, draft, **given)).start()
        now = self.desk.clock()
        request = Request(
            id=new_id(),
            person_id=new_id(),
            level=draft.level,
            sent_at=now,
            waits_since=now,
            reply_by=now + timedelta(days=1),
        )
        return Asked(
            page=RequestPage(request=request, zone="Europe/London", times=Times.TWELVE, now=now)
        )


def without_unique_key(url: str) -> None:
    """Take the key of deliveries away, in a database where there are none yet."""
    copy = deliveries.to_metadata(MetaData())
    copy.constraints = {one for one in copy.constraints if isinstance(one, PrimaryKeyConstraint)}
    engine = create_engine(url)
    with engine.begin() as there:
        deliveries.drop(there)
        copy.create(there)
    engine.dispose()


_SLACKS = {"sdk_retries": _sdk_retries}
_OUTBOXES = {
    "settles_before_sending": SettlesBeforeSending,
    "commits_after_sending": CommitsAfterSending,
    "ignores_retry_after": IgnoresRetryAfter,
    "sends_expired_ones_again": SendsExpiredOnesAgain,
    "sends_uncertain_ones_again": SendsUncertainOnesAgain,
    "never_looks_again": NeverLooksAgain,
}
_DESKS = {"alerts_after_commit": AlertsAfterCommit}
_ASKING = {
    "forgets_the_form": ForgetsTheForm,
    "says_sent_before_it_is": SaysSentBeforeItIs,
}
_PLANNINGS = {
    "plans_in_two_steps": PlansInTwoSteps,
    "unbounded_catch_up": CatchesUpWithoutEnd,
}
