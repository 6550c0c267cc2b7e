"""Actions: written by whoever takes them away, carried into the next meetings, seen by the set."""

from datetime import date, datetime, timedelta

import pytest

from bot.services.reach import Skip
from bot.services.sets_at_home import sets_at_home
from domain.ids import new_id
from domain.people import Role
from domain.set_actions import ActionState
from storage import audit
from storage.vault import CannotOpen, Place
from tests.learning_set_rows import (
    AT,
    HOUR,
    ONE_DAY,
    STARTS,
    Sets,
    nothing_changes,
    problems,
    refusal,
)

LINE = "Ask Sam for the agenda a week before"
NEXT = [(date(2026, 4, 28), AT), (date(2026, 4, 29), AT)]
NEXT_STARTS = datetime.fromisoformat("2026-04-28T13:00:00+00:00")


@pytest.fixture
def sets(database) -> Sets:
    return Sets(database)


@pytest.fixture
def everyone(sets: Sets):
    return sets.joined(6)


@pytest.fixture
def meeting(sets: Sets, everyone):
    """It is the day of the first meeting, and its time."""
    booked = sets.booked()
    sets.now = STARTS
    return booked


def write(sets: Sets, person, meeting, text: str = LINE, *, form: str | None = None, sure=False):
    kept = sets.actions.write(
        person.account, meeting.id, text, form=form or new_id(), confirmed=sure
    )
    return kept.action


def texts(sets: Sets, person, meeting) -> list[str]:
    found = sets.actions.for_review(person.account, meeting.id)
    return [text for _, _, text in found.actions]


def next_meeting(sets: Sets, meeting):
    sets.agenda.close(sets.guide.account, meeting.id)
    return sets.booked(NEXT)


def test_one_form_is_one_action_and_two_are_the_most(sets, everyone, meeting) -> None:
    first = [write(sets, everyone[0], meeting, form="f") for _ in range(2)]
    assert first[0] == first[1]
    write(sets, everyone[0], meeting, "Another")
    assert refusal(write, sets, everyone[0], meeting, "A third") == "actions_two"
    write(sets, everyone[1], meeting, "Mine")
    assert len(sets.rows("set_actions")) == 3


def test_actions_are_carried_into_the_next_review(sets, everyone, meeting) -> None:
    write(sets, everyone[0], meeting)
    assert texts(sets, everyone[1], meeting) == []
    second = next_meeting(sets, meeting)
    for reader in (everyone[0], everyone[5], sets.guide):
        [(action, person, text)] = sets.actions.for_review(reader.account, second.id).actions
        assert (action.state, person.id, text) == (ActionState.OPEN, everyone[0].id, LINE)


@pytest.mark.parametrize(
    ("state", "goes_on"),
    [
        (ActionState.DONE, False),
        (ActionState.LET_GO, False),
        (ActionState.PART, True),
        (ActionState.NOT_YET, True),
    ],
)
def test_what_is_not_done_or_let_go_is_asked_about_again(
    sets, everyone, meeting, state, goes_on
) -> None:
    action = write(sets, everyone[0], meeting)
    second = next_meeting(sets, meeting)
    sets.actions.review(everyone[0].account, action.action.id, state)
    # In the meeting in which it was spoken of, all see what was said.
    assert texts(sets, everyone[1], second) == [LINE]
    assert [own.action.state.goes_on for own in sets.actions.mine(everyone[0].account)] == [goes_on]
    sets.now = NEXT_STARTS
    sets.agenda.close(sets.guide.account, second.id)
    third = sets.booked([(date(2026, 6, 2), AT), (date(2026, 6, 3), AT)])
    assert texts(sets, everyone[1], third) == ([LINE] if goes_on else [])


def test_actions_are_private_to_the_set(sets, everyone, meeting) -> None:
    write(sets, everyone[0], meeting)
    second = next_meeting(sets, meeting)
    outside = [sets.co_lead, sets.enrol("U0OUT"), sets.enrol("U0S", Role.SUPERVISOR)]
    for other in outside:
        assert refusal(sets.actions.for_review, other.account, second.id) == "set_of_others"


def test_only_its_author_changes_reviews_or_deletes_an_action(sets, everyone, meeting) -> None:
    own = write(sets, everyone[0], meeting)
    other, do, its = everyone[1].account, sets.actions, own.action.id
    with nothing_changes(sets, "set_actions"):
        assert refusal(do.change, other, its, "x", form="f", confirmed=False) == "not_found"
        assert refusal(do.review, other, its, ActionState.DONE) == "not_found"
        assert refusal(do.remove, other, its) == "not_found"
    changed = do.change(everyone[0].account, its, "Shorter", form="g", confirmed=False)
    assert changed.action.text == "Shorter"
    for _ in range(2):
        do.remove(everyone[0].account, its)
    assert sets.rows("set_actions") == []


def test_whoever_leaves_keeps_their_action_and_the_set_sees_it_no_more(
    sets, everyone, meeting
) -> None:
    write(sets, everyone[0], meeting)
    second = next_meeting(sets, meeting)
    sets.places.leave(everyone[0].account, sets.id)
    assert texts(sets, everyone[1], second) == []
    assert [own.text for own in sets.actions.mine(everyone[0].account)] == [LINE]


def test_before_the_day_there_is_nothing_to_take_away(sets, everyone, meeting) -> None:
    sets.now = STARTS - ONE_DAY
    assert refusal(write, sets, everyone[0], meeting) == "actions_early"
    sets.now = STARTS + 3 * HOUR
    sets.agenda.close(sets.guide.account, meeting.id)
    assert write(sets, everyone[0], meeting).text == LINE


def test_an_action_is_one_line_and_what_may_say_who_it_is_is_asked_about(
    sets, everyone, meeting
) -> None:
    assert problems(write, sets, everyone[0], meeting, " ") == {"action": "line_empty"}
    assert problems(write, sets, everyone[0], meeting, "x" * 141) == {"action": "line_long"}
    phone = "Ring 020 7946 0018"
    kept = sets.actions.write(everyone[0].account, meeting.id, phone, form="f", confirmed=False)
    assert (kept.action, kept.asks) == (None, {"phone"})
    assert write(sets, everyone[0], meeting, phone, sure=True).text == phone


def test_an_action_is_sealed_for_its_author_and_place(sets, everyone, meeting) -> None:
    own = write(sets, everyone[0], meeting)
    [row] = sets.rows("set_actions")
    assert LINE.encode() not in row["words"]
    vault, place = sets.actions.vault, Place("set_actions", "words", own.action.id)
    with sets.database.write() as conn:
        assert vault.open(conn, everyone[0].id, place, row["words"]) == LINE
        elsewhere = place._replace(row=new_id())
        with pytest.raises(CannotOpen):
            vault.open(conn, everyone[0].id, elsewhere, row["words"])
        vault.erase(conn, everyone[0].id)
    second = next_meeting(sets, meeting)
    assert texts(sets, everyone[1], second) == []


def test_the_audit_says_neither_what_it_is_nor_what_became_of_it(sets, everyone, meeting) -> None:
    own = write(sets, everyone[0], meeting)
    sets.actions.review(everyone[0].account, own.action.id, ActionState.LET_GO)
    with sets.database.read() as conn:
        lines = audit.about(conn, own.action.id)
    assert [line[2] for line in lines] == ["set_action_kept", "set_action_reviewed"]
    assert not any("let_go" in str(part) or "Sam" in str(part) for line in lines for part in line)


# The nudge before the next meeting


def test_whoever_has_an_action_is_asked_three_days_before_and_nobody_else(
    sets, everyone, meeting
) -> None:
    own = write(sets, everyone[0], meeting)
    write(sets, everyone[1], meeting, "Mine")
    next_meeting(sets, meeting)
    sets.actions.review(
        everyone[1].account, sets.actions.mine(everyone[1].account)[0].action.id, ActionState.DONE
    )
    for _ in range(2):
        sets.tick_clock(NEXT_STARTS - timedelta(days=3))
    assert sets.told("set_actions") == [everyone[0].id]
    nudge = sets.delivery("set_actions", everyone[0].id)
    # Three days before is a Saturday, which is off; it comes on Monday, or not at all.
    assert sets.pushes.prepare_meeting(nudge).until.isoformat() == "2026-04-27T08:00:00+00:00"
    sets.now = NEXT_STARTS - ONE_DAY - HOUR
    assert sets.pushes.prepare_meeting(nudge).has_actions
    sets.actions.review(everyone[0].account, own.action.id, ActionState.LET_GO)
    assert sets.pushes.prepare_meeting(nudge) == Skip("own_choice")


def test_an_action_of_the_same_meeting_is_not_asked_about(sets, everyone, meeting) -> None:
    sets.agenda.close(sets.guide.account, meeting.id)
    second = sets.booked(NEXT)
    sets.now = NEXT_STARTS
    write(sets, everyone[0], second)
    assert texts(sets, everyone[0], second) == []


# Home


def home(sets: Sets, person):
    with sets.database.read() as conn:
        return sets_at_home(conn, person, sets.now)


def test_home_shows_the_next_meetings_what_waits_and_that_there_are_actions(
    sets, everyone, meeting
) -> None:
    waits = sets.enrol("U0WAITS")
    sets.places.join(waits.account, sets.id)
    write(sets, everyone[0], meeting)
    second = next_meeting(sets, meeting)
    third = sets.offer_dates([(date(2026, 6, 2), AT), (date(2026, 6, 3), AT)])
    found = home(sets, everyone[0])
    assert [m.id for _, m in found.meetings] == [second.id]
    assert [m.id for _, m in found.to_tick] == [third.id]
    assert found.has_actions
    assert not home(sets, everyone[1]).has_actions
    assert [m.id for _, m in home(sets, sets.guide).meetings] == [second.id]
    assert home(sets, sets.guide).to_tick == ()

    assert home(sets, waits).meetings == ()
    sets.places.leave(everyone[5].account, sets.id)
    assert [s.id for s, _ in home(sets, waits).offered] == [sets.id]
    sets.dates.tick(everyone[0].account, third.id, [], form="f")
    assert home(sets, everyone[0]).to_tick == ()
