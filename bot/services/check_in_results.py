"""What is told of a check-in: made when it closes, read afterwards, forgotten in part."""

import json
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

from bot.bank_holidays import bank_holidays
from bot.services.check_in_bag import open_words, readable_bag, seal_words
from bot.services.reach import Skip, Wait
from bot.services.scrubbing import note_change
from domain.check_ins import Answer, Band, CheckIn, Question, Result, result_of, tell
from domain.clock import HOME_ZONE
from domain.cohorts import Cohort
from domain.deliveries import Delivery, Kind
from domain.ids import new_id
from domain.people import Person, Role
from domain.policy import Sight, Thing, Viewer, seen_by
from domain.schedules import Quiet, Verdict, What, may_go
from domain.values import dataclass
from storage import check_ins, cohorts, outbox, schedules
from storage.check_ins import Closed
from storage.engine import Connection
from storage.vault import Vault

RESULT_FOR = timedelta(days=6)
"""How long a result may wait for a working day: longer than any bank holiday weekend."""
_BY_DAY = Quiet(days_off=frozenset(), bank_holidays=False)
_WORKING_DAYS = Quiet()
TABLE = "check_ins"

Bands = Mapping[Question, Mapping[Band, int]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """What is told of a closed check-in; `result` is None of fewer than five answers."""

    check_in: CheckIn
    cohort: str
    result: Result | None


def close(conn: Connection, vault: Vault, check_in_id: str, now: datetime) -> None:
    """Close a check-in: its key and its bag go, and what may be told is left.

    Words are sealed anew, under a key that never opened a bag. Of a bag that is damaged nothing is
    told. Once more changes nothing.
    """
    held = check_ins.with_bag(conn, check_in_id)
    if held is None or held[0].closed:
        return
    check_in, sealed = held
    bag = readable_bag(conn, vault, check_in_id, sealed)
    result = None if bag is None else _of_five(bag.answers)
    if result is not None:
        result = tell(result, told_before(conn, check_in.cohort_id))
    vault.of_check_ins().erase(conn, check_in_id)
    words = None
    if result is not None and result.words:
        words = seal_words(conn, vault, check_in_id, result.words)
    check_ins.close(conn, check_in_id, pack(result), words)
    note_change(conn, TABLE, now=now)
    cohort = cohorts.one(conn, check_in.cohort_id)
    if cohort is not None and cohort.channel is not None:
        outbox.plan(conn, _post(check_in, cohort.channel, now), now=now)


def _of_five(answers: Sequence[Answer]) -> Result | None:
    """Return what may be told of answers to everyone who is told of them."""
    if not seen_by(Thing.CHECK_IN_ANSWER, _TOLD, Sight.GROUP_OF_FIVE):
        return None
    return result_of(answers)


_TOLD = frozenset({Viewer.CO_LEADS, Viewer.LEARNING_PARTNERS, Viewer.COHORT})


def forget_words(conn: Connection, vault: Vault, check_in_id: str, now: datetime) -> None:
    """Take the words of a check-in away, and the key that opened them."""
    vault.of_check_ins().erase(conn, check_in_id)
    check_ins.drop_words(conn, check_in_id)
    note_change(conn, TABLE, now=now)


def told_before(conn: Connection, cohort_id: str) -> Bands:
    """Return what was told last of a cohort, for each question."""
    found: dict[Question, Mapping[Band, int]] = {}
    for text in check_ins.told(conn, cohort_id):
        found = {**unpack(text).bands, **found}
        if len(found) == len(Question):
            break
    return found


def told(conn: Connection, vault: Vault, cohort: Cohort, closed: Closed) -> Told:
    """Return what is told of a closed check-in, the words too."""
    words = open_words(conn, vault, closed.check_in.id, closed.words)
    result = None if closed.result is None else unpack(closed.result, words)
    return Told(check_in=closed.check_in, cohort=cohort.name, result=result)


def viewers_of(conn: Connection, cohort_id: str, person: Person) -> frozenset[Viewer]:
    """Return as what somebody looks at the results of a cohort."""
    found = {
        Viewer.CO_LEADS: Role.CO_LEAD in person.roles,
        Viewer.LEARNING_PARTNERS: Role.LEARNING_PARTNER in person.roles,
        Viewer.COHORT: cohorts.is_member(conn, cohort_id, person.id),
    }
    return frozenset(viewer for viewer, is_one in found.items() if is_one)


def zone_of(conn: Connection, cohort_id: str) -> str:
    """Return the zone whose wall clock the cohort's check-ins follow."""
    schedule = schedules.of_cohort(conn, What.CHECK_IN, cohort_id)
    return HOME_ZONE if schedule is None else schedule.zone


def by_day(zone: str, delivery: Delivery, *, now: datetime) -> Skip | Wait | None:
    """Let a post wait for the day, whichever day it is: a co-lead chose it. None: it may go now."""
    return _wait(may_go(_BY_DAY, zone, (), now=now, ends_at=delivery.ends_at))


def on_a_working_day(zone: str, delivery: Delivery, *, now: datetime) -> Skip | Wait | None:
    """Let a result wait for the hours of a working day. None: it may go now."""
    holidays = bank_holidays(None, now.year)
    return _wait(may_go(_WORKING_DAYS, zone, holidays, now=now, ends_at=delivery.ends_at))


def _wait(verdict: Verdict) -> Skip | Wait | None:
    if verdict.until is not None:
        return Wait(verdict.until)
    return None if verdict.reason is None else Skip("late")


def pack(result: Result | None) -> str | None:
    """Return what is told as text, without the words."""
    if result is None:
        return None
    return json.dumps({"answers": result.answers, "bands": result.bands})


def unpack(text: str, words: tuple[str, ...] = ()) -> Result:
    """Return what `pack` packed."""
    kept = json.loads(text)
    bands = {
        Question(q): {band: counts[band] for band in Band} for q, counts in kept["bands"].items()
    }
    return Result(answers=kept["answers"], bands=bands, words=words)


def _post(check_in: CheckIn, channel: str, now: datetime) -> Delivery:
    return Delivery(
        id=new_id(),
        cause=check_in.id,
        on_date=check_in.on_date,
        recipient=channel,
        kind=Kind.CHECK_IN_RESULT,
        subject=check_in.id,
        not_before=now,
        ends_at=now + RESULT_FOR,
    )
