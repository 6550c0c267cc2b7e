"""The questions that people were given, on both databases."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from domain.deliveries import Delivery, Kind, State
from domain.ids import new_id
from domain.journal import PROMPT_WAITS, Given, GivenState
from domain.people import Person
from domain.schedules import Rhythm, Schedule, What
from storage import outbox, prompts_given, schedules
from storage.engine import Database
from tests.storage.conftest import NOW, TODAY

Enrol = Callable[..., Person]
DAY = timedelta(days=1)


def a_question(person: Person, prompt_id: str = "one", **more: object) -> Given:
    """A question that somebody was given today; name what matters."""
    plain = Given(id=new_id(), person_id=person.id, prompt_id=prompt_id, on_date=TODAY)
    return replace(plain, **more)  # type: ignore[arg-type]


def given(database: Database, *questions: Given, now: datetime = NOW) -> None:
    """Write down each as given a minute after the one before."""
    with database.write() as conn:
        for minutes, question in enumerate(questions):
            prompts_given.add(conn, question, now=now + timedelta(minutes=minutes))


def test_what_was_given_is_there_and_what_became_of_it(database: Database, enrol: Enrol) -> None:
    question = a_question(enrol(), pushed=True)
    given(database, question)

    with database.write() as conn:
        assert prompts_given.one(conn, question.id) == question
        prompts_given.set_state(conn, question.id, GivenState.SKIPPED)
        assert prompts_given.one(conn, question.id) == replace(question, state=GivenState.SKIPPED)
        assert prompts_given.one(conn, new_id()) is None


def test_setting_one_aside_leaves_the_others(database: Database, enrol: Enrol) -> None:
    first, second = (a_question(enrol(), name) for name in ("one", "two"))
    given(database, first, second)

    with database.write() as conn:
        prompts_given.set_state(conn, second.id, GivenState.NEVER)
        assert prompts_given.one(conn, first.id) == first


def test_the_newest_open_one_is_found_as_long_as_it_waits(database: Database, enrol: Enrol) -> None:
    me, other = enrol("U1"), enrol("U2")
    old, newer = a_question(me, "one"), a_question(me, "two")
    skipped = a_question(me, "three", state=GivenState.SKIPPED)
    given(database, old, newer, skipped)
    given(database, a_question(other, "four"), now=NOW + DAY)

    with database.read() as conn:

        def waits(since: datetime) -> Given | None:
            return prompts_given.newest_open(conn, me.id, since=since)

        assert waits(NOW - PROMPT_WAITS) == newer
        assert waits(NOW + timedelta(seconds=59)) == newer
        # Given at that very moment is 14 days ago, and waits no more.
        assert waits(NOW + timedelta(minutes=1)) is None


def test_the_last_date_of_each_question_counts(database: Database, enrol: Enrol) -> None:
    me, other = enrol("U1"), enrol("U2")
    given(
        database,
        a_question(me, "one", on_date=TODAY - 30 * DAY),
        a_question(me, "one", on_date=TODAY - 2 * DAY, state=GivenState.SKIPPED),
        a_question(me, "two", on_date=TODAY - 9 * DAY, state=GivenState.ANSWERED),
        a_question(other, "three"),
    )

    with database.read() as conn:
        dates = {"one": TODAY - 2 * DAY, "two": TODAY - 9 * DAY}
        assert prompts_given.last_dates(conn, me.id) == dates
        assert prompts_given.last_dates(conn, new_id()) == {}


def test_never_is_each_persons_own(database: Database, enrol: Enrol) -> None:
    me, other = enrol("U1"), enrol("U2")
    given(
        database,
        a_question(me, "one", state=GivenState.NEVER),
        a_question(me, "one", state=GivenState.NEVER),
        a_question(me, "two", state=GivenState.SKIPPED),
        a_question(other, "three", state=GivenState.NEVER),
    )

    with database.read() as conn:
        assert prompts_given.never(conn, me.id) == {"one"}
        assert prompts_given.never(conn, other.id) == {"three"}


def test_the_newest_come_first(database: Database, enrol: Enrol) -> None:
    me = enrol("U1")
    questions = [a_question(me, str(n), pushed=n % 2 == 0) for n in range(4)]
    given(database, *questions)
    given(database, a_question(enrol("U2")), now=NOW + DAY)

    with database.read() as conn:
        assert prompts_given.newest(conn, me.id, size=2) == [questions[3], questions[2]]


# One look for the Home tab


def sent(database: Database, person: Person, **more: object) -> Delivery:
    """A question on its way to somebody; name what matters."""
    plain = Delivery(
        id=new_id(),
        cause=new_id(),
        on_date=TODAY,
        recipient=person.id,
        person_id=person.id,
        kind=Kind.PROMPT,
        not_before=NOW,
        ends_at=NOW + DAY,
        state=State.SENT,
    )
    delivery = replace(plain, **more)  # type: ignore[arg-type]
    with database.write() as conn:
        assert outbox.plan(conn, delivery, now=NOW)
    return delivery


def test_before_any_delivery_there_is_no_latest(database: Database, enrol: Enrol) -> None:
    me = enrol("U1")
    sent(database, me, kind=Kind.NUDGE)
    sent(database, enrol("U2"))

    with database.read() as conn:
        assert prompts_given.latest(conn, me.id) == []


def test_the_latest_delivery_comes_with_its_question_and_the_newest_one(
    database: Database, enrol: Enrol
) -> None:
    me = enrol("U1")
    sent(database, me, on_date=TODAY - 7 * DAY, state=State.FAILED, reason="broken")
    brought = sent(database, me)
    given(
        database,
        a_question(me, id=brought.id, pushed=True, state=GivenState.SNOOZED),
        a_question(me, "two"),
    )

    with database.read() as conn:
        found, before = prompts_given.latest(conn, me.id)
    assert (before.state, before.brought) == (State.FAILED, None)
    assert found == prompts_given.Latest(
        on_date=TODAY,
        not_before=NOW,
        state=State.SENT,
        reason=None,
        subject=None,
        put_off=None,
        brought=GivenState.SNOOZED,
        newest=GivenState.OPEN,
        newest_at=NOW + timedelta(minutes=1),
        peace=None,
    )


def test_a_delivery_that_brought_nothing_says_so_and_brings_the_peace(
    database: Database, enrol: Enrol
) -> None:
    me = enrol("U1")
    schedule = Schedule(id=new_id(), what=What.PROMPT, rhythm=Rhythm(), zone=me.tz, person_id=me.id)
    with database.write() as conn:
        schedules.put(conn, schedule)
        schedules.set_peace(conn, schedule.id, b"sealed")
    sent(database, me, cause=schedule.id, state=State.SKIPPED, reason="late")

    with database.read() as conn:
        [found] = prompts_given.latest(conn, me.id)
    assert (found.state, found.reason) == (State.SKIPPED, "late")
    assert (found.brought, found.newest, found.newest_at) == (None, None, None)
    assert found.peace == b"sealed"


def test_what_is_put_off_says_what_has_become_of_it_and_only_the_latest_few_are_looked_at(
    database: Database, enrol: Enrol
) -> None:
    me = enrol("U1")
    asked = a_question(me, state=GivenState.SNOOZED)
    given(database, asked)
    for weeks in range(12):
        sent(database, me, on_date=TODAY - weeks * 7 * DAY)
    sent(database, me, on_date=TODAY + DAY, subject=asked.id, state=State.PENDING)

    with database.read() as conn:
        found = prompts_given.latest(conn, me.id)
    assert len(found) == 8
    assert [one.put_off for one in found[:2]] == [GivenState.SNOOZED, None]
    assert [one.subject for one in found[:2]] == [asked.id, None]


def test_times_are_utc(database: Database, enrol: Enrol) -> None:
    me = enrol("U1")
    brought = sent(database, me)
    given(database, a_question(me, id=brought.id))

    with database.read() as conn:
        [found] = prompts_given.latest(conn, me.id)
    assert found.newest_at == NOW
    assert found.not_before.tzinfo is UTC
