"""What the clock does with requests, lived through: who hears what at which moment."""

import logging
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime, time

import pytest

from bot.services import supervision_watch
from domain.deliveries import State as Sent
from domain.people import Person, Role
from domain.refusals import Refused
from domain.response_clock import Promises
from domain.schedules import Quiet
from domain.supervision import Level, Request, State
from storage import outbox, programme, supervision
from storage.engine import Database
from tests.supervision_rows import ALWAYS, DAY, HOUR, MINUTE, TUESDAY, Pool

ALERT, REMINDER = "supervision_alert", "supervision_reminder"
HELD, LATE, NEWS = "supervision_held", "supervision_late", "supervision_news"


@pytest.fixture
def pool(database: Database) -> Pool:
    """Two supervisors and a co-lead."""
    made = Pool(database)
    made.enrol("ULEAD", Role.CO_LEAD)
    return made


def at(day: int, hour: int, minute: int = 0, month: int = 3) -> datetime:
    return datetime(2026, month, day, hour, minute, tzinfo=UTC)


def kinds(pool: Pool, until: datetime) -> list[tuple[datetime, list[str]]]:
    """At which moments what was sent until then."""
    return [(when, sorted({kind for kind, _ in what})) for when, *what in pool.live(until)]


# Reminders, and what co-leads hear


def test_routine_is_reminded_of_after_two_working_days(pool: Pool) -> None:
    pool.ask()

    assert kinds(pool, at(10, 12)) == [
        (TUESDAY, [ALERT]),
        (at(5, 10, 4), [REMINDER]),
        (at(6, 10, 4), [LATE, REMINDER]),
        (at(9, 10), [LATE, REMINDER]),
        (at(10, 10), [LATE, REMINDER]),
    ]


def test_soon_is_reminded_of_half_way(pool: Pool) -> None:
    pool.ask(Level.SOON)

    assert kinds(pool, at(5, 12)) == [
        (TUESDAY, [ALERT]),
        (at(3, 14, 4), [REMINDER]),
        (at(4, 10, 4), [LATE, REMINDER]),
        (at(5, 10), [LATE, REMINDER]),
    ]


def test_today_is_reminded_of_after_30_and_60_minutes(pool: Pool) -> None:
    pool.ask(Level.TODAY)

    assert kinds(pool, at(4, 12)) == [
        (TUESDAY, [ALERT]),
        (at(3, 10, 34), [REMINDER]),
        (at(3, 11, 4), [REMINDER]),
        (at(3, 12, 4), [LATE, REMINDER]),
        (at(4, 10), [LATE, REMINDER]),
    ]


def test_friday_evening_before_the_bank_holiday_is_for_tuesday_morning(database: Database) -> None:
    pool = Pool(database, now=datetime(2026, 5, 1, 17, 40, tzinfo=UTC))
    pool.enrol("ULEAD", Role.CO_LEAD)

    request = pool.ask(Level.TODAY)
    assert request.reply_by == at(5, 9, month=5)
    assert kinds(pool, at(6, 12, month=5)) == [
        (at(5, 8, month=5), [ALERT]),
        (at(5, 8, 30, month=5), [REMINDER]),
        (at(5, 9, month=5), [LATE, REMINDER]),
        (at(6, 9, month=5), [LATE, REMINDER]),
    ]


def test_each_supervisor_and_each_co_lead_hears_once_each_time(pool: Pool) -> None:
    pool.enrol("ULEAD2", Role.CO_LEAD)
    pool.ask()

    assert pool.go_to(3, 11) == [(ALERT, "US0"), (ALERT, "US1")]
    assert pool.go_to(5, 11) == [(REMINDER, "US0"), (REMINDER, "US1")]
    assert pool.go_to(6, 9) == []
    assert sorted(pool.go_to(6, 11)) == [
        (LATE, "ULEAD"),
        (LATE, "ULEAD2"),
        (REMINDER, "US0"),
        (REMINDER, "US1"),
    ]


def test_looking_again_at_the_same_moment_plans_nothing_more(pool: Pool) -> None:
    pool.ask()
    pool.now = at(6, 10, 4)
    for _ in range(3):
        pool.watch.look()

    assert pool.planned(REMINDER) == [(REMINDER, "US0"), (REMINDER, "US1")]
    assert pool.planned(LATE) == [(LATE, "ULEAD")]


def test_what_was_picked_up_is_not_reminded_of(pool: Pool) -> None:
    request = pool.ask()
    pool.live(at(3, 11))
    pool.claim(pool.pool[0], request)
    pool.book(pool.pool[0], request, date(2026, 3, 20))

    assert {kind for _, *sent in pool.live(at(19, 12)) for kind, _ in sent} == {NEWS}


def test_an_alert_that_waited_until_it_was_picked_up_is_not_sent(pool: Pool) -> None:
    request = pool.ask()
    pool.claim(pool.pool[0], request)

    assert pool.deliver() == [(NEWS, "UADA")]


def test_reminders_do_not_pile_up_for_whoever_has_days_off(pool: Pool) -> None:
    off = Quiet(days_off=frozenset({0, 1, 2, 3, 5, 6}))
    for person in pool.pool:
        pool.chooses(person, quiet=off)
    pool.ask()
    found = pool.live(at(13, 12))

    told = [(when, [kind for kind, who in sent if who == "US0"]) for when, *sent in found]
    assert [one for one in told if one[1]] == [
        (at(6, 9), [REMINDER]),
        (at(6, 10, 4), [REMINDER]),
        (at(13, 9), [REMINDER]),
        (at(13, 10), [REMINDER]),
    ]


def test_the_preferred_supervisor_hears_of_it_alone_until_the_first_reminder(pool: Pool) -> None:
    first, second = pool.pool
    pool.ask(preferred=first)

    assert pool.go_to(5, 9) == [(ALERT, "US0")]
    assert pool.queue.queue(second.account).waiting == []
    assert [w.wished for w in pool.queue.queue(first.account).waiting] == [True]
    assert pool.go_to(5, 11) == [(REMINDER, "US0"), (REMINDER, "US1")]
    assert len(pool.queue.queue(second.account).waiting) == 1


@pytest.mark.parametrize("level", [Level.TODAY, Level.ROUTINE])
def test_everyone_hears_at_once_of_today_or_where_the_preferred_is_away(
    pool: Pool, level: Level
) -> None:
    if level is Level.ROUTINE:
        pool.own.be_away(pool.pool[0].account, date(2026, 3, 3), date(2026, 3, 4), form="f")
    pool.ask(level, preferred=pool.pool[0])

    assert (ALERT, "US1") in pool.deliver()
    assert len(pool.queue.queue(pool.pool[1].account).waiting) == 1


def test_whom_its_person_would_rather_not_have_never_hears_of_it(pool: Pool) -> None:
    third = pool.enrol("US2", Role.SUPERVISOR)
    unwanted, holder = pool.pool
    request = pool.ask(Level.TODAY, excluded=[unwanted])
    pool.live(at(6, 12))
    page = pool.claim(holder, request).page
    assert page is not None
    assert [one.id for one in page.others] == [third.id]
    pool.queue.hand_back(holder.account, request.id)
    pool.live(at(10, 12))
    pool.claim(third, request)
    with pytest.raises(Exception, match="cannot_take_it"):
        pool.queue.hand_over(third.account, request.id, unwanted.id)

    assert not [kind for kind, who in pool.planned() if who == unwanted.account.user]
    assert pool.queue.queue(unwanted.account).waiting == []
    for act in (pool.queue.claim, pool.queue.one, pool.queue.read_note, pool.queue.hand_back):
        with pytest.raises(Refused, match="not_found"):
            act(unwanted.account, request.id)


# Nobody can take it


def full(pool: Pool, person: Person) -> Request:
    """Let somebody hold as many as they chose: one."""
    pool.own.hold_at_most(person.account, 1)
    bilal = pool.enrol("UBILAL", Role.PARTNER)
    request = pool.ask(by=bilal)
    pool.claim(person, request)
    return request


def test_where_nobody_can_take_it_any_more_its_person_is_told_once(database: Database) -> None:
    pool = Pool(database, supervisors=1)
    pool.enrol("ULEAD", Role.CO_LEAD)
    pool.ask()
    pool.deliver()
    full(pool, pool.pool[0])
    found = pool.live(at(6, 9))

    assert [(when, what) for when, *sent in found for what in sent if what[1] == "UADA"] == [
        (at(5, 10, 4), (NEWS, "UADA"))
    ]


def test_co_leads_hear_once_a_working_morning_also_of_what_nobody_can_take(
    database: Database,
) -> None:
    pool = Pool(database, supervisors=1)
    lead = pool.enrol("ULEAD", Role.CO_LEAD)
    pool.chooses(lead, quiet=ALWAYS)
    held = full(pool, pool.pool[0])
    pool.book(pool.pool[0], held, date(2026, 3, 20))
    pool.ask()
    found = pool.live(at(11, 12))

    assert [when for when, *sent in found if (LATE, "ULEAD") in sent] == [
        at(6, 10, 4),
        at(9, 10),
        at(10, 10),
        at(11, 10),
    ]


def test_of_a_new_promise_co_leads_hear_on_the_same_day(pool: Pool) -> None:
    request = pool.ask(Level.TODAY)
    pool.live(at(3, 12, 10))
    pool.claim(pool.pool[0], request)
    pool.queue.hand_back(pool.pool[0].account, request.id)
    assert pool.one(request).reply_by == at(3, 14, 10)

    assert [when for when, *sent in pool.live(at(3, 16)) if (LATE, "ULEAD") in sent] == [
        at(3, 14, 10)
    ]


def test_waiting_for_somebody_who_can_take_it_leaves_no_line_each_time(database: Database) -> None:
    pool = Pool(database, supervisors=1)
    held = full(pool, pool.pool[0])
    pool.book(pool.pool[0], held, date(2026, 3, 20))
    request = pool.ask()
    pool.live(at(9, 12))

    assert pool.audit(request) == ["request_sent"]


def test_when_everyone_is_back_they_hear_of_it(database: Database) -> None:
    pool = Pool(database, supervisors=2)
    for person, last in zip(pool.pool, (8, 15), strict=True):
        pool.own.be_away(person.account, date(2026, 3, 3), date(2026, 3, last), form=person.id)
    request = pool.ask(Level.TODAY)
    assert request.reply_by == at(9, 10)

    assert pool.go_to(9, 9, 15) == [(REMINDER, "US0")]
    assert (REMINDER, "US0") in pool.go_to(9, 9, 45)


def test_a_supervisor_who_is_new_or_back_early_hears_of_it_within_the_hour(
    database: Database,
) -> None:
    pool = Pool(database, supervisors=1)
    away, _ = pool.own.be_away(pool.pool[0].account, date(2026, 3, 3), date(2026, 3, 20), form="f")
    pool.ask()
    assert pool.go_to(3, 11) == []
    pool.enrol("UNEW", Role.SUPERVISOR)
    assert pool.go_to(3, 12) == [(REMINDER, "UNEW")]
    pool.own.be_there(pool.pool[0].account, away.away[0].id)
    assert (REMINDER, "US0") in pool.go_to(24, 18)


def test_whoever_gives_the_only_place_back_may_take_it_again(database: Database) -> None:
    pool = Pool(database, supervisors=1)
    request = full(pool, pool.pool[0])
    pool.queue.hand_back(pool.pool[0].account, request.id)

    assert pool.one(request).nobody_since is None
    assert pool.claim(pool.pool[0], request).page is not None


def test_a_request_that_nobody_ever_could_take_is_not_sent(database: Database) -> None:
    pool = Pool(database, supervisors=1)
    asked = pool.send(excluded=pool.pool, even_so=True)

    assert asked.page is None
    assert asked.chance is not None
    assert asked.chance.nobody == "no_one"
    assert pool.rows("supervision_requests") == pool.rows("deliveries") == []


# Whoever holds it


def test_a_supervisor_who_is_switched_off_or_has_no_role_loses_it_to_the_pool(pool: Pool) -> None:
    first, second = pool.pool
    requests = [pool.ask(), pool.ask(Level.SOON)]
    pool.live(at(3, 11))
    for request in requests:
        pool.claim(first, request)
    pool.book(first, requests[1])
    pool.deliver()
    pool.deactivate(first)
    pool.watch.look()

    assert [pool.one(one).state for one in requests] == [State.OPEN, State.OPEN]
    assert [pool.one(one).supervisor_id for one in requests] == [None, None]
    assert pool.deliver() == [(ALERT, "US1"), (ALERT, "US1"), (NEWS, "UADA"), (NEWS, "UADA")]
    pool.claim(second, requests[0])
    pool.enrol("US1", Role.PARTNER)
    pool.watch.look()
    assert pool.one(requests[0]).state is State.OPEN


def test_whoever_hands_it_back_is_not_told_of_it_at_once(pool: Pool) -> None:
    request = pool.ask()
    pool.live(at(3, 11))
    pool.claim(pool.pool[0], request)
    pool.deliver()
    pool.queue.hand_back(pool.pool[0].account, request.id)

    assert pool.deliver() == [(ALERT, "US1"), (NEWS, "UADA")]


def test_whoever_has_it_is_asked_after_two_working_days(pool: Pool) -> None:
    request = pool.ask()
    pool.live(at(3, 11))
    pool.claim(pool.pool[0], request)
    found = pool.live(at(9, 12))

    assert [when for when, *sent in found if (HELD, "US0") in sent] == [at(5, 11), at(9, 11)]


def test_the_morning_after_the_time_that_was_agreed_they_are_asked(pool: Pool) -> None:
    request = pool.ask()
    pool.claim(pool.pool[0], request)
    pool.book(pool.pool[0], request, date(2026, 3, 6))

    assert [when for when, *sent in pool.live(at(9, 12)) if (HELD, "US0") in sent] == [at(9, 10)]


def test_14_days_after_its_meeting_it_is_closed(pool: Pool) -> None:
    request = pool.ask(note="zebra")
    pool.met(pool.pool[0], request)
    pool.live(TUESDAY + 14 * DAY - MINUTE)
    assert pool.one(request).state is State.MET
    assert pool.queue.read_note(pool.pool[0].account, request.id) == "zebra"
    pool.live(TUESDAY + 14 * DAY)

    assert pool.one(request).state is State.CLOSED
    assert pool.words(request) == (None, None)
    assert pool.audit(request)[-1] == "request_closed"


def test_a_meeting_is_closed_also_where_everyone_has_left(pool: Pool) -> None:
    request = pool.ask()
    pool.met(pool.pool[0], request)
    pool.deactivate(pool.ada)
    pool.deactivate(pool.pool[0])
    pool.live(TUESDAY + 15 * DAY)

    assert pool.one(request).state is State.CLOSED


# Whoever asked has left


@pytest.mark.parametrize("held", [False, True], ids=["open", "held"])
def test_a_request_of_somebody_who_left_is_kept_30_days(pool: Pool, held: bool) -> None:
    request = pool.ask(note="zebra")
    if held:
        pool.claim(pool.pool[0], request)
    pool.live(at(3, 11))
    pool.deactivate(pool.ada)
    found = pool.live(at(5, 12))
    since = pool.one(request).left_at
    assert since is not None
    assert [what for _, *sent in found for what in sent] == []
    found = pool.live(since + 30 * DAY - MINUTE)
    assert pool.one(request).state is (State.CLAIMED if held else State.OPEN)
    assert pool.words(request).note is not None
    found += pool.live(since + 34 * DAY)

    assert pool.one(request).state is State.WITHDRAWN
    assert pool.words(request) == (None, None)
    told = [what for _, *sent in found for what in sent]
    assert told == ([(HELD, "US0")] if held else [])
    assert pool.audit(request).count("request_person_left") == 1


def test_whoever_comes_back_is_waited_for_no_more(pool: Pool) -> None:
    request = pool.ask()
    pool.live(at(3, 11))
    pool.deactivate(pool.ada)
    pool.live(at(9, 12))
    assert pool.queue.queue(pool.pool[0].account).waiting == []
    pool.deactivate(pool.ada, gone=False)
    assert len(pool.queue.queue(pool.pool[0].account).waiting) == 1

    assert (REMINDER, "US0") in pool.go_to(10, 12)
    assert pool.one(request).left_at is None
    pool.live(datetime(2026, 5, 1, 12, tzinfo=UTC))
    assert pool.one(request).state is State.OPEN


# Trouble


def test_one_that_breaks_is_put_off_and_the_others_go_on(
    pool: Pool, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    requests = [pool.ask() for _ in range(3)]
    offer = supervision_watch.offer

    def breaks(desk, conn, actor, request, *more, **named):
        if request.id == requests[1].id:
            raise ZeroDivisionError
        return offer(desk, conn, actor, request, *more, **named)

    monkeypatch.setattr(supervision_watch, "offer", breaks)
    pool.now = at(5, 10, 4)
    with caplog.at_level(logging.ERROR):
        pool.watch.look()

    looks = [pool.one(request).looks_at for request in requests]
    assert looks == [at(6, 10, 4), at(5, 10, 19), at(6, 10, 4)]
    assert [record.event for record in caplog.records] == ["look_broke"]
    assert requests[1].id not in caplog.text


def test_of_many_that_are_due_all_are_looked_at(pool: Pool) -> None:
    for n in range(24):
        partner = pool.enrol(f"UP{n}", Role.PARTNER)
        for _ in range(5):
            pool.ask(by=partner)
    pool.now = at(5, 10, 4)
    pool.watch.look()

    assert {row["looks_at"] for row in pool.rows("supervision_requests")} == {at(6, 10, 4)}


def test_after_a_long_standstill_there_is_one_reminder(pool: Pool) -> None:
    pool.ask()
    pool.deliver()
    pool.now = at(20, 12)

    assert [kind for _, *sent in pool.live(at(20, 13)) for kind, _ in sent] == [
        LATE,
        REMINDER,
        REMINDER,
    ]


# The road out


def test_a_pause_of_the_programme_holds_none_of_it_back(pool: Pool) -> None:
    with pool.database.write() as conn:
        programme.set_paused(conn, True, now=pool.now)
    request = pool.ask(Level.TODAY)

    assert [kind for kind, _ in pool.deliver()] == [ALERT, ALERT]
    assert [kind for _, *sent in pool.live(at(3, 12, 4)) for kind, _ in sent] == [
        *[REMINDER] * 4,
        LATE,
        *[REMINDER] * 2,
    ]
    pool.claim(pool.pool[0], request)
    assert pool.deliver() == [(NEWS, "UADA")]


def test_quiet_hours_do(pool: Pool) -> None:
    pool.chooses(pool.pool[0], quiet=Quiet(start=time(9), end=time(11), days_off=frozenset()))
    pool.ask(Level.TODAY)

    assert pool.deliver() == [(ALERT, "US1")]
    assert (REMINDER, "US0") in pool.go_to(3, 11)


# Nobody heard


def settle(pool: Pool, *ends: Sent) -> None:
    """Let Slack answer the alerts that are due like this, one after the other."""
    with pool.database.write() as conn:
        due = outbox.claim(conn, "me", now=pool.now, size=50)
        alerts = [one for one in due if one.kind in {ALERT, REMINDER}]
        for delivery, end in zip(alerts, ends, strict=True):
            outbox.settle(conn, delivery.id, "me", end, now=pool.now)


@pytest.mark.parametrize(
    ("ends", "unheard"),
    [
        pytest.param([Sent.FAILED, Sent.FAILED], 1, id="neither arrived"),
        pytest.param([Sent.FAILED, Sent.SENT], 0, id="one arrived"),
        pytest.param([Sent.FAILED, Sent.UNCERTAIN], 1, id="nobody knows"),
        pytest.param([Sent.SENT, Sent.SENT], 0, id="both arrived"),
    ],
)
def test_the_operator_is_told_of_what_nobody_heard(
    pool: Pool, ends: list[Sent], unheard: int
) -> None:
    pool.ask()
    settle(pool, *ends)
    pool.now += 10 * MINUTE
    assert pool.watch.unheard() == 0
    pool.now += MINUTE
    assert pool.watch.unheard() == unheard


def test_that_an_earlier_alert_arrived_does_not_hide_that_a_later_one_did_not(pool: Pool) -> None:
    request = pool.ask()
    settle(pool, Sent.SENT, Sent.SENT)
    pool.now += HOUR
    pool.claim(pool.pool[0], request)
    pool.now += HOUR
    pool.queue.hand_back(pool.pool[0].account, request.id)
    settle(pool, Sent.FAILED)
    pool.now += 11 * MINUTE
    assert pool.watch.unheard() == 1
    pool.claim(pool.pool[1], request)
    assert pool.watch.unheard() == 0


# Settings


def test_a_new_promise_does_not_change_what_was_said(pool: Pool) -> None:
    request = pool.ask()
    lead = pool.enrol("ULEAD", Role.CO_LEAD)
    pool.plan.save(lead.account, Promises(routine_days=10, soon_days=5), form="f")

    assert pool.one(request).reply_by == at(6, 10, 4)
    assert pool.ask().reply_by == at(17, 10, 4)


class Killed(BaseException):
    """As a process that is gone."""


def dies_at(place: str) -> Callable[[str], None]:
    def die(label: str) -> None:
        if label == place:
            raise Killed

    return die


def test_killed_in_the_midst_of_a_look_it_is_due_still(pool: Pool) -> None:
    """Neither a reminder nor the next look is kept without the other."""
    pool.ask()
    pool.now = at(5, 10, 4)
    with pytest.raises(Killed):
        replace(
            pool.watch, desk=replace(pool.desk, reached=dies_at("supervision.before_commit"))
        ).look()
    assert pool.planned(REMINDER) == []
    with pool.database.read() as conn:
        assert len(supervision.to_look_at(conn, now=pool.now, size=5)) == 1
    pool.watch.look()
    assert len(pool.planned(REMINDER)) == 2


def test_killed_before_the_commit_of_a_request_nothing_is_kept_and_after_it_all_is(
    pool: Pool,
) -> None:
    real = pool.partner
    for place, kept in (("supervision.before_commit", 0), ("supervision.after_commit", 1)):
        pool.partner = replace(real, desk=replace(pool.desk, reached=dies_at(place)))
        with pytest.raises(Killed):
            pool.ask(form="form")
        assert len(pool.rows("supervision_requests")) == kept
        assert len(pool.planned(ALERT)) == 2 * kept
    pool.partner = real
    request = pool.ask(form="form")
    assert [row["id"] for row in pool.rows("supervision_requests")] == [request.id]
    assert len(pool.planned(ALERT)) == 2
    assert pool.audit(request) == ["request_sent"]
