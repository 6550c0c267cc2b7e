"""A set's dates and meetings: offered, ticked, chosen, moved, cancelled; and who hears of it."""

from datetime import UTC, date, datetime, time, timedelta

import pytest

from bot.services.reach import Skip
from domain.ids import new_id
from domain.meeting_dates import Answer
from domain.preferences import Remind
from domain.schedules import Quiet
from storage import outbox, set_meetings
from tests.learning_set_rows import (
    AT,
    DATES,
    DAY,
    HOUR,
    MINUTE,
    NOW,
    ONE_DAY,
    STARTS,
    Sets,
    ids,
    nothing_changes,
    problems,
    refusal,
)

ALWAYS = Quiet(start=time(0), end=time(0), days_off=frozenset(), bank_holidays=False)


@pytest.fixture
def sets(database) -> Sets:
    return Sets(database)


def tick(sets: Sets, person, meeting, *which: int):
    found = sets.dates.dates(person.account, meeting.id).choices
    by_date = sorted(found, key=lambda c: c.offered.date.starts_at)
    chosen = [by_date[n].offered.id for n in which]
    return sets.dates.tick(person.account, meeting.id, chosen, form=new_id())


# Offering dates


def test_members_are_asked_about_dates_once_for_each_form(sets: Sets) -> None:
    everyone, form = sets.joined(7), new_id()
    lead = sets.co_lead.account
    made = [sets.dates.offer_dates(lead, sets.id, DATES, form=form) for _ in range(2)]
    assert made[0] == made[1]
    assert sets.told("set_dates") == ids(everyone[:6])
    news = sets.pushes.prepare_meeting(sets.delivery("set_dates", everyone[0].id))
    assert (news.kind, news.meeting.id) == ("set_dates", made[0].id)


@pytest.mark.parametrize(
    ("wanted", "reason"),
    [
        ([(date(2026, 3, 3), time(13, 59)), *DATES], "date_past"),
        ([(date(2026, 3, 3), time(14)), *DATES], "date_past"),
        (DATES[:1], "dates_few"),
        ([DATES[0], DATES[0]], "dates_few"),
        ([], "dates_few"),
        ([(date(2026, 3, n), AT) for n in range(10, 19)], "dates_many"),
        ([(date(2028, 3, 3), AT), *DATES], "date_far"),
    ],
)
def test_dates_that_cannot_be_are_refused(sets: Sets, wanted, reason: str) -> None:
    assert problems(sets.offer_dates, wanted) == {"dates": reason}


def test_a_second_meeting_at_the_time_of_another_is_refused(sets: Sets) -> None:
    sets.booked()
    within = (date(2026, 3, 24), time(15, 29))
    after = (date(2026, 3, 24), time(15, 30))
    assert refusal(sets.offer_dates, [within, DATES[2]]) == "meeting_same_time"
    second = sets.offer_dates([after, DATES[2]])
    assert second.number == 2


def test_two_polls_for_one_time_cannot_both_be_chosen(sets: Sets) -> None:
    first, second = sets.offer_dates(), sets.offer_dates()
    lead = sets.co_lead.account
    at = {
        m.id: min(
            sets.dates.dates(lead, m.id).choices, key=lambda c: c.offered.date.starts_at
        ).offered.id
        for m in (first, second)
    }
    sets.dates.choose(lead, first.id, at[first.id], form=new_id())
    again = refusal(sets.dates.choose, lead, second.id, at[second.id], form=new_id())
    assert again == "meeting_same_time"


def test_there_are_no_more_meetings_than_the_set_has(sets: Sets) -> None:
    for week in range(5):
        day = DAY + timedelta(weeks=week)
        sets.booked([(day, AT), (day, time(18))])
    assert refusal(sets.offer_dates, [(date(2026, 6, 1), AT), (date(2026, 6, 2), AT)]) == (
        "meetings_all"
    )


# Ticking and choosing


def test_the_best_date_is_first_and_a_tie_is_shown(sets: Sets) -> None:
    ada, bilal, *_ = sets.joined(4)
    meeting = sets.offer_dates()
    tick(sets, ada, meeting, 0, 1)
    page = tick(sets, bilal, meeting, 1, 2)
    assert [len(c.can) for c in page.choices] == [2, 1, 1]
    assert (page.tied, page.answered, page.members) == (False, 2, 4)
    assert page.choices[0].offered.date.on == date(2026, 3, 31)
    assert page.mine == {page.choices[0].offered.id, page.choices[2].offered.id}

    page = tick(sets, ada, meeting, 0)
    assert page.tied
    assert [c.best for c in page.choices] == [True, True, True]


def test_none_may_suit_somebody_and_that_is_an_answer(sets: Sets) -> None:
    [ada] = sets.joined(1)
    meeting = sets.offer_dates()
    page = tick(sets, ada, meeting)
    assert (page.answered, page.mine) == (1, frozenset())
    notice = sets.delivery("set_dates", ada.id)
    assert sets.pushes.prepare_meeting(notice) == Skip("own_choice")


def test_ticking_twice_with_one_form_is_once(sets: Sets) -> None:
    [ada] = sets.joined(1)
    meeting = sets.offer_dates()
    mine = sets.dates.dates(ada.account, meeting.id).choices[0].offered.id
    sets.dates.tick(ada.account, meeting.id, [], form="f", edition=meeting.edition)
    sets.dates.tick(ada.account, meeting.id, [mine], form="f", edition=meeting.edition)
    assert sets.rows("set_ticks") == []


def test_dates_that_are_not_asked_about_any_more_are_not_taken_for_none(sets: Sets) -> None:
    [ada] = sets.joined(1)
    meeting, other = sets.offer_dates(), sets.offer_dates()
    foreign = sets.dates.dates(ada.account, other.id).choices[0].offered.id
    for wrong in ([foreign], [new_id()]):
        assert refusal(sets.dates.tick, ada.account, meeting.id, wrong, form="f") == "meeting_other"
    old, form = meeting.edition, new_id()
    others = [(STARTS.date() + timedelta(days=n), time(14)) for n in (1, 2)]
    again = sets.dates.ask_again(sets.co_lead.account, meeting.id, others, form=new_id())
    none = sets.dates.tick, ada.account, meeting.id, []
    assert refusal(*none, form=form, edition=old) == "meeting_other"
    assert sets.rows("set_answers") == []
    sets.dates.tick(ada.account, meeting.id, [], form=form, edition=again.edition)
    assert [row["ticked"] for row in sets.rows("set_answers")] == [True]


def test_only_members_tick_and_only_those_around_the_set_look(sets: Sets) -> None:
    everyone = sets.joined(7)
    meeting = sets.offer_dates()
    assert refusal(tick, sets, everyone[6], meeting) == "set_of_others"
    outside = sets.enrol("U0OUT")
    assert refusal(sets.dates.dates, outside.account, meeting.id) == "set_of_others"
    assert sets.dates.dates(sets.guide.account, meeting.id).members == 6


def test_a_chosen_date_is_told_to_members_and_the_facilitator_once(sets: Sets) -> None:
    everyone = sets.joined(6)
    meeting = sets.offer_dates()
    first = sets.dates.dates(sets.co_lead.account, meeting.id).choices[0].offered.id
    for form in ("f", "f"):
        booked = sets.dates.choose(sets.co_lead.account, meeting.id, first, form=form)
    assert (booked.state, booked.date.starts_at, booked.sequence) == ("booked", STARTS, 1)
    assert sets.told("set_chosen") == ids([*everyone, sets.guide])
    again = refusal(sets.dates.choose, sets.co_lead.account, meeting.id, first, form="g")
    assert again == "meeting_other"


def test_a_date_that_has_come_meanwhile_cannot_be_chosen(sets: Sets) -> None:
    meeting = sets.offer_dates()
    first = sets.dates.dates(sets.co_lead.account, meeting.id).choices[0].offered.id
    sets.now = STARTS
    no = refusal(sets.dates.choose, sets.co_lead.account, meeting.id, first, form="f")
    assert no == "date_over"


def test_somebody_who_joins_later_hears_what_the_others_know(sets: Sets) -> None:
    sets.joined(3)
    polling = sets.offer_dates()
    booked = sets.booked([(date(2026, 4, 14), AT), (date(2026, 4, 15), AT)])
    late = sets.enrol("U0LATE")
    sets.places.join(late.account, sets.id)
    dates = sets.pushes.prepare_meeting(sets.delivery("set_dates", late.id, newest=False))
    chosen = sets.pushes.prepare_meeting(sets.delivery("set_chosen", late.id))
    assert (dates.meeting.id, chosen.meeting.id) == (polling.id, booked.id)


# The clocks change between asking and meeting


def test_two_o_clock_stays_two_o_clock_when_the_clocks_change(sets: Sets) -> None:
    """On 29 March 2026 British clocks go forward."""
    meeting = sets.booked(which=1)
    assert meeting.date.starts_at == datetime(2026, 3, 31, 13, 0, tzinfo=UTC)
    assert meeting.date.at == AT


@pytest.mark.parametrize(
    ("remind", "at"),
    [
        (Remind.WEEK, datetime(2026, 3, 24, 14, 0, tzinfo=UTC)),
        (Remind.DAY, datetime(2026, 3, 30, 13, 0, tzinfo=UTC)),
        (Remind.HOUR, datetime(2026, 3, 31, 12, 0, tzinfo=UTC)),
    ],
)
def test_reminders_keep_to_the_wall_clock(sets: Sets, remind: Remind, at: datetime) -> None:
    [ada, *_] = sets.joined(6)
    sets.chooses(ada, reminders=frozenset({remind}))
    sets.booked(which=1)
    before = len(sets.told("set_reminder"))
    sets.tick_clock(at - MINUTE)
    assert all(r["not_before"] < at for r in sets.rows("deliveries"))
    sets.tick_clock(at)
    assert len(sets.told("set_reminder")) > before
    news = sets.pushes.prepare_meeting(sets.delivery("set_reminder", ada.id))
    assert (news.remind, news.zone) == (remind, "Europe/London")


# Reminders are each person's choice


def reminded(sets: Sets, person, now: datetime):
    sets.tick_clock(now)
    return sets.pushes.prepare_meeting(sets.delivery("set_reminder", person.id))


def test_each_gets_the_reminders_they_chose(sets: Sets) -> None:
    ada, bilal, *_ = sets.joined(6)
    sets.chooses(bilal, reminders=frozenset({Remind.WEEK}))
    sets.booked()
    week, day = STARTS - 7 * ONE_DAY, STARTS - ONE_DAY
    assert reminded(sets, ada, week) == Skip("own_choice")
    assert reminded(sets, bilal, week).remind is Remind.WEEK
    assert reminded(sets, ada, day).remind is Remind.DAY
    assert reminded(sets, bilal, day) == Skip("own_choice")


def test_of_several_that_fall_together_only_the_nearest_comes(sets: Sets) -> None:
    """Away from Monday to Tuesday noon, somebody finds one reminder and not two."""
    [ada, *_] = sets.joined(6)
    sets.chooses(ada, reminders=frozenset(Remind), quiet=ALWAYS)
    sets.booked()
    sets.tick_clock(STARTS - HOUR)
    kept = [r for r in sets.rows("deliveries") if r["recipient"] == ada.id]
    reminders = sorted(r["on_date"] for r in kept if r["kind"] == "set_reminder")
    assert reminders == [DAY - 7 * ONE_DAY, DAY - ONE_DAY, DAY]
    prepared = [
        sets.pushes.prepare_meeting(sets_delivery(sets, r["id"]))
        for r in sorted(kept, key=lambda r: r["on_date"])
        if r["kind"] == "set_reminder"
    ]
    assert prepared[:2] == [Skip("together"), Skip("together")]
    assert prepared[2].remind is Remind.HOUR


def sets_delivery(sets: Sets, delivery_id: str):
    with sets.database.read() as conn:
        return outbox.one(conn, delivery_id)


def test_the_notice_of_a_date_this_near_is_reminder_enough(sets: Sets) -> None:
    sets.joined(6)
    sets.now = STARTS - ONE_DAY - HOUR
    sets.booked()
    sets.tick_clock(STARTS - ONE_DAY)
    assert sets.told("set_reminder") == []
    sets.tick_clock(STARTS - HOUR)
    assert len(sets.told("set_reminder")) == 7


def test_nothing_comes_in_quiet_hours_or_to_somebody_who_said_no(sets: Sets) -> None:
    ada, bilal, *_ = sets.joined(6)
    sets.chooses(ada, quiet=Quiet(start=time(12), end=time(16), days_off=frozenset()))
    meeting = sets.booked()
    sets.meetings.say(bilal.account, meeting.id, coming=False)
    waits = reminded(sets, ada, STARTS - ONE_DAY)
    assert waits.until == STARTS - ONE_DAY + 2 * HOUR
    assert bilal.id not in sets.told("set_reminder")


# Coming and apologies


def test_whoever_ticked_other_dates_is_not_expected_and_who_said_nothing_is(sets: Sets) -> None:
    ada, bilal, chi, *_ = sets.joined(4)
    meeting = sets.offer_dates()
    tick(sets, ada, meeting, 0)
    tick(sets, bilal, meeting, 1)
    first = sets.dates.dates(ada.account, meeting.id)
    by_date = sorted(first.choices, key=lambda c: c.offered.date.starts_at)
    sets.dates.choose(sets.co_lead.account, meeting.id, by_date[0].offered.id, form="f")
    pages = {p.id: sets.meetings.one(p.account, meeting.id) for p in (ada, bilal, chi)}
    assert {who: page.coming for who, page in pages.items()} == {
        ada.id: True,
        bilal.id: False,
        chi.id: True,
    }
    assert pages[ada.id].expected == 3
    page = sets.meetings.say(bilal.account, meeting.id, coming=True)
    assert (page.expected, page.mine) == (4, Answer(ticked=True, coming=True))


def test_with_apologies_somebody_else_is_asked_and_hears_of_it(sets: Sets) -> None:
    everyone = sets.joined(6)
    meeting = sets.booked()
    roles = {
        t.person_id: t.role for t, _ in sets.meetings.one(everyone[0].account, meeting.id).roles
    }
    assert sorted(roles.values()) == ["care_holder", "presenter", "presenter", "timekeeper"]
    [first, *_] = [p for p in everyone if roles.get(p.id) == "presenter"]
    page = sets.meetings.say(first.account, meeting.id, coming=False)
    presenters = {t.person_id for t, _ in page.roles if t.role == "presenter"}
    assert len(presenters) == 2
    assert first.id not in presenters
    [asked] = sets.told("set_role")
    assert asked in presenters - set(roles)
    with nothing_changes(sets, "set_roles", "deliveries", "audit"):
        sets.meetings.say(first.account, meeting.id, coming=False)


def test_dates_favour_those_who_were_away_before(sets: Sets) -> None:
    ada, bilal = sets.joined(2)
    first = sets.booked()
    sets.meetings.say(bilal.account, first.id, coming=False)
    sets.now = STARTS
    sets.agenda.close(sets.guide.account, first.id)
    second = sets.offer_dates([(date(2026, 4, 14), AT), (date(2026, 4, 16), AT)])
    tick(sets, ada, second, 0)
    page = tick(sets, bilal, second, 1)
    assert not page.tied
    assert page.choices[0].offered.date.on == date(2026, 4, 16)
    assert [c.away_before for c in page.choices] == [0, 1]


# Moving and cancelling


@pytest.mark.parametrize("who", ["co_lead", "guide"])
def test_a_moved_meeting_is_told_to_all_and_its_old_notices_stay_unsent(sets: Sets, who) -> None:
    everyone = sets.joined(6)
    meeting = sets.booked()
    sets.meetings.say(everyone[0].account, meeting.id, coming=False)
    sets.tick_clock(STARTS - 7 * ONE_DAY)
    old = [sets.delivery(k, everyone[1].id) for k in ("set_chosen", "set_reminder")]
    by = getattr(sets, who).account
    for _ in range(2):
        moved = sets.meetings.move(by, meeting.id, date(2026, 3, 25), time(10), form="f")
    assert moved.sequence == meeting.sequence + 1
    assert sets.told("set_moved") == ids([*everyone, sets.guide])
    assert [sets.pushes.prepare_meeting(d) for d in old] == [Skip("changed")] * 2
    assert sets.meetings.one(everyone[0].account, meeting.id).mine.coming is None
    sets.tick_clock(datetime(2026, 3, 24, 10, 0, tzinfo=UTC))
    news = sets.pushes.prepare_meeting(sets.delivery("set_reminder", everyone[1].id))
    assert news.meeting.date == moved.date


def test_a_meeting_moved_by_a_day_is_still_reminded_of(sets: Sets) -> None:
    """The day reminder of the new date falls on the day of the hour reminder of the old one."""
    [ada, *_] = sets.joined(6)
    sets.chooses(ada, reminders=frozenset({Remind.DAY}), quiet=ALWAYS)
    meeting = sets.booked()
    sets.tick_clock(STARTS - HOUR)
    sets.meetings.move(sets.guide.account, meeting.id, date(2026, 3, 25), time(18), form="f")
    news = reminded(sets, ada, STARTS + 4 * HOUR)
    assert news.remind is Remind.DAY


def test_a_member_cannot_move_a_meeting(sets: Sets) -> None:
    [ada] = sets.joined(1)
    meeting = sets.booked()
    no = refusal(sets.meetings.move, ada.account, meeting.id, DAY, time(16), form="f")
    assert no == "facilitator_only"


def test_a_meeting_is_not_moved_into_the_past_or_onto_another(sets: Sets) -> None:
    meeting = sets.booked()
    sets.booked([(date(2026, 4, 14), AT), (date(2026, 4, 15), AT)])
    by = sets.co_lead.account
    found = problems(sets.meetings.move, by, meeting.id, date(2026, 3, 2), AT, form="f")
    assert found == {"dates": "date_past"}
    no = refusal(sets.meetings.move, by, meeting.id, date(2026, 4, 14), time(15), form="g")
    assert no == "meeting_same_time"


def test_a_cancelled_meeting_is_told_to_all_once_and_asks_nobody_any_more(sets: Sets) -> None:
    everyone = sets.joined(6)
    meeting = sets.booked()
    for _ in range(2):
        cancelled = sets.meetings.cancel(sets.co_lead.account, meeting.id)
    assert cancelled.state == "cancelled"
    assert sets.told("set_cancelled") == ids([*everyone, sets.guide])
    news = sets.pushes.prepare_meeting(sets.delivery("set_cancelled", everyone[0].id))
    assert news.meeting.id == meeting.id
    sets.tick_clock(STARTS)
    assert sets.told("set_reminder") == []
    assert refusal(sets.meetings.say, everyone[0].account, meeting.id, coming=True) == (
        "meeting_over"
    )


def test_other_dates_can_be_asked_about_in_place_of_the_one_that_was_chosen(sets: Sets) -> None:
    everyone = sets.joined(6)
    meeting = sets.booked()
    wanted = [(date(2026, 4, 14), AT), (date(2026, 4, 15), AT)]
    asked = sets.dates.ask_again(sets.co_lead.account, meeting.id, wanted, form="f")
    assert asked.state == "polling"
    assert [
        c.offered.date.on.day for c in sets.dates.dates(sets.guide.account, meeting.id).choices
    ] == [14, 15]
    assert sets.told("set_dates").count(everyone[0].id) == 2
    assert sets.rows("set_roles") == []
    sets.tick_clock(STARTS)
    assert sets.told("set_reminder") == []


# Too few


def few(sets: Sets):
    everyone = sets.joined(6)
    meeting = sets.booked()
    for person in everyone[:3]:
        sets.meetings.say(person.account, meeting.id, coming=False)
    return everyone, meeting


def test_below_quorum_an_hour_before_the_facilitator_is_offered_to_move_it(sets: Sets) -> None:
    everyone, meeting = few(sets)
    sets.tick_clock(STARTS - HOUR - MINUTE)
    assert sets.told("set_quorum") == []
    sets.tick_clock(STARTS - HOUR)
    assert sets.told("set_quorum") == [sets.guide.id]
    assert sets.told("set_few") == ids(everyone[3:])
    hour = [r for r in sets.rows("deliveries") if r["on_date"] == DAY]
    assert [r for r in hour if r["kind"] == "set_reminder"] == []
    offer = sets.delivery("set_quorum", sets.guide.id)
    news = sets.pushes.prepare_meeting(offer)
    assert (news.expected, news.leads) == (3, True)
    sets.meetings.move(sets.guide.account, meeting.id, date(2026, 3, 31), AT, form="f")
    assert sets.pushes.prepare_meeting(offer) == Skip("changed")


def test_with_quorum_everybody_is_reminded_as_usual(sets: Sets) -> None:
    everyone = sets.joined(6)
    meeting = sets.booked()
    for person in everyone[:2]:
        sets.meetings.say(person.account, meeting.id, coming=False)
    sets.tick_clock(STARTS - HOUR)
    assert sets.told("set_quorum") == []
    hour = [r["recipient"] for r in sets.rows("deliveries") if r["on_date"] == DAY]
    assert sorted(hour) == ids([*everyone[2:], sets.guide])


def test_without_a_facilitator_co_leads_are_asked(sets: Sets) -> None:
    sets.sets.set_facilitator(sets.co_lead.account, sets.id, None, form="f")
    few(sets)
    sets.tick_clock(STARTS - HOUR)
    assert sets.told("set_quorum") == [sets.co_lead.id]
    offer = sets.delivery("set_quorum", sets.co_lead.id)
    assert sets.pushes.prepare_meeting(offer).expected == 3


def test_what_too_few_came_to_and_nobody_began_was_not_held(sets: Sets) -> None:
    _, meeting = few(sets)
    for now in (STARTS - HOUR, STARTS + 3 * HOUR, STARTS + 4 * HOUR):
        sets.tick_clock(now)
    [row] = [r for r in sets.rows("set_meetings") if r["id"] == meeting.id]
    assert row["state"] == "cancelled"
    assert sets.told("set_cancelled") == []


def test_after_a_long_time_off_everything_is_done_once_and_in_order(sets: Sets) -> None:
    [ada, *_] = sets.joined(6)
    sets.booked()
    sets.tick_clock(STARTS + 30 * ONE_DAY)
    assert [r["state"] for r in sets.rows("set_meetings")] == ["held"]
    assert [r["next_at"] for r in sets.rows("set_meetings")] == [None]
    assert sets.told("set_reminder") == []
    assert sets.delivery("set_chosen", ada.id).ends_at == STARTS


def test_what_the_clock_has_done_is_not_due_any_more(sets: Sets) -> None:
    sets.joined(6)
    sets.booked()
    for now in (NOW, STARTS - 7 * ONE_DAY, STARTS - HOUR, STARTS):
        sets.tick_clock(now)
        with sets.database.read() as conn:
            assert set_meetings.due(conn, now=now, size=9) == []
        [row] = sets.rows("set_meetings")
        assert row["next_at"] > now
