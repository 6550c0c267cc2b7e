"""A meeting on its day: offers, the agenda by the clock, and what is left when it is over."""

from dataclasses import replace
from datetime import date, time, timedelta

import pytest

from bot.services.reach import Skip
from domain.agendas import PartKind
from domain.ids import new_id
from domain.people import Role
from storage import heartbeats, programme, set_meetings
from storage.vault import CannotOpen, Place
from tests.learning_set_rows import (
    AT,
    CHANNEL,
    HOUR,
    MINUTE,
    ONE_DAY,
    STARTS,
    Sets,
    nothing_changes,
    problems,
    refusal,
)

LINE = "I'd like to think about saying no to a chair"


@pytest.fixture
def sets(database) -> Sets:
    return Sets(database)


@pytest.fixture
def everyone(sets: Sets):
    return sets.joined(7)


@pytest.fixture
def meeting(sets: Sets, everyone):
    """It is the day, ten minutes before the meeting."""
    booked = sets.booked()
    sets.now = STARTS - 10 * MINUTE
    return booked


def offer(sets: Sets, person, meeting, text: str = LINE, *, confirmed: bool = False):
    return sets.agenda.offer(person.account, meeting.id, text, form=new_id(), confirmed=confirmed)


def posts(sets: Sets) -> list[str]:
    rows = [r for r in sets.rows("deliveries") if r["recipient"] == CHANNEL]
    return [r["kind"] for r in sorted(rows, key=lambda r: (r["not_before"], r["kind"]))]


def latest_post(sets: Sets, kind: str):
    return sets.pushes.prepare_agenda(sets.delivery(kind, CHANNEL))


# Offers


def test_an_offer_is_for_the_set_and_its_facilitator_on_that_day(sets, everyone, meeting) -> None:
    offer(sets, everyone[0], meeting)
    for reader in (everyone[0], everyone[5], sets.guide):
        found = sets.agenda.offers(reader.account, meeting.id).offers
        assert [(p.id, text) for p, text in found] == [(everyone[0].id, LINE)]
    supervisor = sets.enrol("U0SUPER", Role.SUPERVISOR)
    for other in (sets.co_lead, everyone[6], supervisor, sets.enrol("U0OUT")):
        assert refusal(sets.agenda.offers, other.account, meeting.id) == "set_of_others"


def test_a_co_lead_sees_offers_as_the_facilitator_alone(sets, everyone, meeting) -> None:
    offer(sets, everyone[0], meeting)
    lead = sets.co_lead.account
    sets.sets.set_facilitator(lead, sets.id, lead, form="f")
    assert len(sets.agenda.offers(lead, meeting.id).offers) == 1
    assert refusal(sets.agenda.offers, sets.guide.account, meeting.id) == "set_of_others"


@pytest.mark.parametrize("away", [-14 * HOUR, 10 * HOUR])
def test_before_and_after_the_day_nobody_offers_or_reads(sets, everyone, meeting, away) -> None:
    offer(sets, everyone[0], meeting)
    sets.now = STARTS + away - MINUTE if away < timedelta() else STARTS + away
    for call in (
        lambda: sets.agenda.offers(everyone[1].account, meeting.id),
        lambda: offer(sets, everyone[1], meeting),
    ):
        assert refusal(call) == "offers_on_the_day"


def test_a_new_offer_takes_the_place_of_the_one_before(sets, everyone, meeting) -> None:
    offer(sets, everyone[0], meeting)
    kept = offer(sets, everyone[0], meeting, "  Something\n else ")
    assert (kept.offers.mine, len(kept.offers.offers)) == ("Something else", 1)
    assert sets.agenda.withdraw(everyone[0].account, meeting.id).offers == ()
    assert sets.rows("set_offers") == []


def test_an_offer_can_be_taken_back_on_any_day(sets, everyone, meeting) -> None:
    offer(sets, everyone[0], meeting)
    sets.now = STARTS + ONE_DAY
    sets.agenda.withdraw(everyone[0].account, meeting.id)
    assert sets.rows("set_offers") == []


@pytest.mark.parametrize(
    ("text", "reason"), [(" \u200b\n", "line_empty"), ("x" * 141, "line_long")]
)
def test_an_offer_is_one_line(sets, everyone, meeting, text, reason) -> None:
    assert problems(offer, sets, everyone[0], meeting, text) == {"offer": reason}


def test_what_may_say_who_somebody_is_is_asked_about_first(sets, everyone, meeting) -> None:
    text = "Write to sam@example.org"
    assert offer(sets, everyone[0], meeting, text).asks == {"email"}
    assert sets.rows("set_offers") == []
    assert offer(sets, everyone[0], meeting, text, confirmed=True).offers.mine == text


def test_an_offer_is_sealed_with_its_authors_key_and_goes_with_it(sets, everyone, meeting) -> None:
    offer(sets, everyone[0], meeting)
    offer(sets, everyone[1], meeting, "Mine")
    [row] = [r for r in sets.rows("set_offers") if r["person_id"] == everyone[0].id]
    assert LINE.encode() not in row["words"]
    vault = sets.agenda.vault
    with sets.database.write() as conn:
        with pytest.raises(CannotOpen):
            vault.open(conn, everyone[1].id, Place("set_offers", "words", meeting.id), row["words"])
        vault.erase(conn, everyone[0].id)
    left = sets.agenda.offers(everyone[1].account, meeting.id).offers
    assert [text for _, text in left] == ["Mine"]


def closes(sets, meeting, everyone) -> None:
    sets.now = STARTS
    sets.agenda.close(sets.guide.account, meeting.id)


def nobody_closes(sets, meeting, everyone) -> None:
    sets.tick_clock(STARTS + 4 * HOUR)


def is_cancelled(sets, meeting, everyone) -> None:
    sets.meetings.cancel(sets.co_lead.account, meeting.id)


def is_moved(sets, meeting, everyone) -> None:
    sets.meetings.move(sets.guide.account, meeting.id, date(2026, 3, 26), AT, form="f")


def set_ends(sets, meeting, everyone) -> None:
    sets.sets.close(sets.co_lead.account, sets.id)


def author_leaves(sets, meeting, everyone) -> None:
    sets.places.leave(everyone[0].account, sets.id)


@pytest.mark.parametrize(
    "end", [closes, nobody_closes, is_cancelled, is_moved, set_ends, author_leaves]
)
def test_offers_are_gone_when_the_day_is_over_and_old_copies_after_it(
    sets, everyone, meeting, end
) -> None:
    offer(sets, everyone[0], meeting)
    end(sets, meeting, everyone)
    assert sets.rows("set_offers") == []
    sets.ticker.scrub()
    with sets.database.read() as conn:
        dropped, scrubbed = (
            heartbeats.last(conn, name) for name in ("set_offers_gone", "set_offers_scrubbed")
        )
    assert dropped is not None
    assert dropped == scrubbed


def test_no_old_copy_of_an_offer_is_left_in_the_files(sets, everyone, meeting) -> None:
    offer(sets, everyone[0], meeting)
    [row] = sets.rows("set_offers")
    closes(sets, meeting, everyone)
    sets.ticker.scrub()
    if sets.database.file is not None:
        folder = sets.database.file.parent
        kept = b"".join(f.read_bytes() for f in folder.glob("alongside.db*"))
        assert row["words"][:60] not in kept
    else:
        with sets.database.engine.connect() as conn:
            dead = conn.exec_driver_sql("SELECT pg_relation_size('set_offers')").scalar()
        assert dead == 0


# Running the agenda


def test_the_agenda_goes_part_by_part_and_each_is_posted_once(sets, everyone, meeting) -> None:
    sets.now = STARTS
    guide = sets.guide.account
    running = sets.agenda.start(guide, meeting.id)
    assert sets.agenda.start(guide, meeting.id) == running
    assert running.part.kind is PartKind.CHECK_IN
    post = latest_post(sets, "set_part")
    assert (post.part, post.paused) == (running.part, False)

    seen = [running.part.kind]
    while running.meeting.state == "booked":
        sets.now += MINUTE
        step = running.meeting.step
        running = sets.agenda.next_part(guide, meeting.id, step)
        assert sets.agenda.next_part(guide, meeting.id, step) == running
        seen += [running.part.kind] if running.part else []
    assert seen == [p.kind for p in running.parts]
    assert posts(sets) == ["set_part"] * 8 + ["set_end"]
    assert running.meeting.state == "held"
    assert latest_post(sets, "set_end").part is None


def test_two_minutes_and_the_time_are_called_once(sets, everyone, meeting) -> None:
    sets.now = STARTS
    sets.agenda.start(sets.guide.account, meeting.id)
    sets.tick_clock(STARTS + 5 * MINUTE)
    assert posts(sets) == ["set_part"]
    for _ in range(2):
        sets.tick_clock(STARTS + 6 * MINUTE)
    assert posts(sets) == ["set_part", "set_two_minutes"]
    assert latest_post(sets, "set_two_minutes").part.kind is PartKind.CHECK_IN
    for _ in range(2):
        sets.tick_clock(STARTS + 8 * MINUTE)
    assert posts(sets) == ["set_part", "set_two_minutes", "set_time_up"]


def test_after_standing_still_only_the_time_is_called(sets, everyone, meeting) -> None:
    sets.now = STARTS
    sets.agenda.start(sets.guide.account, meeting.id)
    sets.tick_clock(STARTS + 30 * MINUTE)
    assert posts(sets) == ["set_part", "set_time_up"]


def test_a_part_that_is_over_is_not_called_any_more(sets, everyone, meeting) -> None:
    sets.now = STARTS
    running = sets.agenda.start(sets.guide.account, meeting.id)
    sets.tick_clock(STARTS + 6 * MINUTE)
    call = sets.delivery("set_two_minutes", CHANNEL)
    sets.agenda.next_part(sets.guide.account, meeting.id, running.meeting.step)
    assert sets.pushes.prepare_agenda(call) == Skip("changed")
    sets.tick_clock(STARTS + 8 * MINUTE)
    assert "set_time_up" not in posts(sets)


def test_a_pause_stops_the_clock_and_it_goes_on_with_what_was_left(sets, everyone, meeting) -> None:
    guide = sets.guide.account
    sets.now = STARTS
    running = sets.agenda.start(guide, meeting.id)
    sets.now = STARTS + 3 * MINUTE
    still = sets.agenda.pause(guide, meeting.id, running.meeting.step)
    assert latest_post(sets, "set_part").paused
    sets.tick_clock(STARTS + 20 * MINUTE)
    assert posts(sets) == ["set_part"] * 2
    going = sets.agenda.resume(guide, meeting.id, still.meeting.step)
    assert going.meeting.run.ends_at == STARTS + 25 * MINUTE
    sets.tick_clock(STARTS + 23 * MINUTE)
    assert posts(sets)[-1] == "set_two_minutes"


def test_to_go_on_with_less_than_two_minutes_calls_only_the_time(sets, everyone, meeting) -> None:
    guide = sets.guide.account
    sets.now = STARTS
    running = sets.agenda.start(guide, meeting.id)
    sets.tick_clock(STARTS + 7 * MINUTE)
    still = sets.agenda.pause(guide, meeting.id, running.meeting.step)
    sets.now = STARTS + 10 * MINUTE
    sets.agenda.resume(guide, meeting.id, still.meeting.step)
    sets.tick_clock(STARTS + 11 * MINUTE)
    assert posts(sets).count("set_two_minutes") == 1
    assert posts(sets)[-1] == "set_time_up"


def test_only_the_facilitator_runs_it_and_only_around_its_time(sets, everyone, meeting) -> None:
    for other in (everyone[0], sets.co_lead):
        for call in (sets.agenda.start, sets.agenda.close):
            assert refusal(call, other.account, meeting.id) == "facilitator_only"
    sets.now = STARTS - 31 * MINUTE
    for call in (sets.agenda.start, sets.agenda.close):
        assert refusal(call, sets.guide.account, meeting.id) == "meeting_early"
    sets.now = STARTS - ONE_DAY
    assert refusal(sets.agenda.start, sets.guide.account, meeting.id) == "meeting_early"


def test_without_a_channel_it_cannot_be_run_there(sets, everyone, meeting) -> None:
    plan = replace(sets.plan, channel=None)
    sets.sets.change(sets.co_lead.account, sets.id, plan, form="f")
    assert refusal(sets.agenda.start, sets.guide.account, meeting.id) == "set_no_channel"


def test_a_pause_does_not_stop_a_meeting_that_is_run_and_another_channel_hears_nothing(
    sets, everyone, meeting
) -> None:
    sets.now = STARTS
    sets.agenda.start(sets.guide.account, meeting.id)
    with sets.database.write() as conn:
        programme.set_paused(conn, True, now=sets.now)
    assert latest_post(sets, "set_part").part is not None
    plan = replace(sets.plan, channel="C0OTHER0001")
    sets.sets.change(sets.co_lead.account, sets.id, plan, form="f")
    assert latest_post(sets, "set_part") == Skip("changed")


def test_a_post_that_comes_too_late_does_not_come(sets, everyone, meeting) -> None:
    sets.now = STARTS
    sets.agenda.start(sets.guide.account, meeting.id)
    sets.now = STARTS + 8 * MINUTE
    assert latest_post(sets, "set_part") == Skip("late")


def test_a_meeting_that_runs_over_is_closed_by_the_clock(sets, everyone, meeting) -> None:
    sets.now = STARTS
    sets.agenda.start(sets.guide.account, meeting.id)
    sets.tick_clock(STARTS + 90 * MINUTE + 2 * HOUR)
    with sets.database.read() as conn:
        over = set_meetings.one(conn, meeting.id)
    assert (over.state, over.run) == ("held", None)
    assert posts(sets)[-1] == "set_end"


def test_to_close_twice_is_once_and_the_next_meeting_is_named(sets, everyone, meeting) -> None:
    later = sets.booked([(date(2026, 4, 28), AT), (date(2026, 4, 29), time(10))])
    sets.now = STARTS
    sets.agenda.start(sets.guide.account, meeting.id)
    sets.agenda.close(sets.guide.account, meeting.id)
    assert latest_post(sets, "set_end").following.id == later.id
    with nothing_changes(sets, "set_meetings", "deliveries", "audit"):
        sets.agenda.close(sets.guide.account, meeting.id)
