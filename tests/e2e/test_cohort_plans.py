"""A co-lead plans a cohort: check-ins, questions, phases, and the pause of everything."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from bot import ids
from domain.people import Account
from domain.preview import Nothing
from domain.schedules import What
from practice.people import TEAM_ID, user_id
from tests.e2e.deeds import ANOTHER_ROLE
from tests.e2e.questions import buttons, messages, press
from tests.forging import Forger, sent_views

AWAY = "Slack did not answer just now."
SPRING_CHANNEL = "C0SPRING000"
SET_ONE = "C0SETONE000"
CHECK_INS = {"How often?": "Every two weeks", "On which day?": "Thursday", "At what time?": "10:30"}
PLACE = "Which channel is it posted in?"


@pytest.fixture
def dilys(someone, control):
    """A co-lead on a Monday, with a cohort of her own and its plan open."""
    control.post("clock", now="2026-11-30T12:00:00Z")
    dilys = someone("dilys")
    dilys.command("/cohort").press("Make a cohort")
    dilys.submit(values={"Name": "Spring", "First day": "2026-01-05"})
    dilys.press("Add people").submit(People=[user_id("ada")])
    return dilys.press("Plan and phases")


@pytest.fixture
def forger(practice):
    return Forger.of(practice)


def account(handle):
    return Account(TEAM_ID, user_id(handle))


def schedule(bot, kind, **of):
    """The one row of that kind for a cohort or a person."""
    [found] = [
        s
        for s in bot.rows("schedules")
        if s["kind"] == kind and all(s[name] == value for name, value in of.items())
    ]
    return found


def of_cohort(bot, kind):
    return schedule(bot, kind, cohort_id=bot.rows("cohorts")[0]["id"])


def of_person(bot, handle):
    [person] = [p for p in bot.rows("people") if p["account"] == user_id(handle)]
    return schedule(bot, "prompt", person_id=person["id"])


def audited(bot, action):
    return [row for row in bot.rows("audit") if row["action"] == action]


def take_co_lead_from(someone, bot, handle="dilys"):
    """Emeka takes a co-lead's role away."""
    emeka = someone("emeka")
    emeka.command("/cohort").press("Give or take roles").submit(Person=user_id(handle))
    emeka.submit(values={"Roles they hold": ["partner"]})


# The page


def test_a_new_cohort_has_the_programmes_rhythm_and_says_so(dilys):
    assert dilys.title == "Plan and phases"
    assert "No check-ins come yet." in dilys.reads
    assert "No channel is set." in dilys.reads
    assert "to each partner every Wednesday at 9:30am, by their own clock." in dilys.reads
    assert "This is the programme's usual rhythm." in dilys.reads
    assert "There are no phases yet." in dilys.reads
    assert dilys.press("Go back to the cohort").title == "Cohort"


# Check-ins and their channel


def test_check_ins_are_set_with_a_channel_in_which_the_bot_is(bot, dilys):
    dilys.press("Check-ins")
    assert "The time is by your own clock: UK time." in dilys.reads
    dilys.submit(values=CHECK_INS | {PLACE: SPRING_CHANNEL})

    assert "Your changes are saved." in dilys.reads
    assert "A check-in comes every second Thursday at 10:30am, UK time." in dilys.reads
    assert f"Each check-in is posted in <#{SPRING_CHANNEL}>" in dilys.reads
    assert dilys.whispers == ["Alongside can post here. Only you can see this line."]
    row = of_cohort(bot, "check_in")
    assert (row["cadence"], row["weekday"], row["minute"]) == ("fortnightly", 3, 630)
    assert row["next_at"] == datetime(2026, 12, 3, 10, 30, tzinfo=UTC)
    assert bot.rows("cohorts")[0]["channel"] == SPRING_CHANNEL
    assert len(audited(bot, "cohort_check_ins_set")) == 1


@pytest.mark.parametrize("channel", [SET_ONE, "C0GENERAL00", "C0NOWHERE00"])
def test_a_channel_without_the_bot_is_said_with_the_way_and_the_form_stays(
    bot, dilys, forger, control, channel
):
    dilys.press("Check-ins")
    [form] = sent_views(control, ids.CHECK_IN_PLAN_FORM)
    forger.show(dilys, with_channel(form, channel)).submit(values=CHECK_INS)

    assert "type /invite @Alongside in that channel" in dilys.errors["channel"]
    assert "Then save again" in dilys.errors["channel"]
    assert dilys.typed("at")["selected_time"] == "10:30"
    assert dilys.typed("weekday")["selected_option"]["value"] == "3"
    assert bot.rows("cohorts")[0]["channel"] is None
    assert [s for s in bot.rows("schedules") if s["kind"] == "check_in"] == []


def test_an_archived_channel_is_said_at_its_field_and_the_form_stays(bot, dilys, control):
    dilys.press("Check-ins")
    control.post("command", person="ada", channel="spring-cohort", command="/archive")
    dilys.submit(values=CHECK_INS | {PLACE: SPRING_CHANNEL})

    assert dilys.errors.keys() == {"channel"}
    assert "That channel is archived, so nobody can post there." in dilys.errors["channel"]
    assert dilys.typed("at")["selected_time"] == "10:30"
    assert bot.rows("cohorts")[0]["channel"] is None


def test_a_channel_where_only_some_may_post_is_said_at_its_field(bot, dilys, control):
    dilys.press("Check-ins")
    control.fault(method="chat.postEphemeral", kind="error", error="restricted_action")
    dilys.submit(values=CHECK_INS | {PLACE: SPRING_CHANNEL})

    assert dilys.errors.keys() == {"channel"}
    assert "only some people can" in dilys.errors["channel"]
    assert dilys.submit(values={}).errors == {}
    assert bot.rows("cohorts")[0]["channel"] == SPRING_CHANNEL


def with_channel(form, channel):
    """The form with a channel in it, whoever can see that channel."""
    blocks = [
        block | {"element": block["element"] | {"initial_conversation": channel}}
        if block.get("block_id") == "channel"
        else block
        for block in form["blocks"]
    ]
    return form | {"blocks": blocks}


@pytest.mark.parametrize("kind", ["429", "500", "drop", "refuse"])
def test_when_slack_does_not_say_whether_it_works_nothing_is_kept_until_it_does(
    bot, dilys, control, kind
):
    dilys.press("Check-ins")
    control.fault(method="chat.postEphemeral", kind=kind, times=1)
    dilys.submit(values=CHECK_INS | {PLACE: SPRING_CHANNEL})

    assert AWAY in " ".join(dilys.errors.values())
    assert dilys.typed("channel")["selected_conversation"] == SPRING_CHANNEL
    assert bot.rows("cohorts")[0]["channel"] is None

    dilys.submit(values={})
    assert "Your changes are saved." in dilys.reads


@pytest.mark.parametrize("at", ["08:59", "18:00", "22:30"])
def test_a_check_in_in_quiet_hours_is_refused_and_nothing_is_said_in_the_channel(bot, dilys, at):
    dilys.press("Check-ins")
    dilys.submit(values=CHECK_INS | {"At what time?": at, PLACE: SPRING_CHANNEL})

    assert "from 9am to just before 6pm" in dilys.errors["at"]
    assert dilys.whispers == []
    assert [s for s in bot.rows("schedules") if s["kind"] == "check_in"] == []


def test_check_ins_are_turned_off_at_any_hour_and_leave_their_channel(bot, dilys):
    dilys.press("Check-ins").submit(values=CHECK_INS | {PLACE: SPRING_CHANNEL})
    dilys.press("Check-ins")
    dilys.submit(values={"How often?": "Not at all", "At what time?": "20:00", PLACE: None})

    assert "No check-ins come." in dilys.reads
    assert of_cohort(bot, "check_in")["next_at"] is None
    assert bot.rows("cohorts")[0]["channel"] is None


def test_the_same_form_twice_sets_check_ins_once(bot, dilys, control, forger):
    dilys.press("Check-ins")
    [form] = sent_views(control, ids.CHECK_IN_PLAN_FORM)
    dilys.submit(values=CHECK_INS)
    forger.show(dilys, form).submit(values=CHECK_INS | {"On which day?": "Friday"})

    assert "every second Thursday at 10:30am" in dilys.reads
    assert of_cohort(bot, "check_in")["weekday"] == 3
    assert len(audited(bot, "cohort_check_ins_set")) == 1


def test_whoever_lost_the_role_meanwhile_sets_nothing_and_says_nothing_in_a_channel(
    bot, dilys, someone
):
    dilys.press("Check-ins")
    take_co_lead_from(someone, bot)

    dilys.submit(values=CHECK_INS | {PLACE: SPRING_CHANNEL})

    assert ANOTHER_ROLE in " ".join(dilys.errors.values())
    assert dilys.whispers == []
    assert [s for s in bot.rows("schedules") if s["kind"] == "check_in"] == []


# Questions


def test_a_cohorts_questions_reach_those_who_have_not_chosen_themselves(bot, dilys, someone):
    bilal = someone("bilal")
    dilys.press("Go back to the cohort").press("Add people").submit(People=[user_id("bilal")])
    bilal.home().press("Change my settings").press("How often and when")
    bilal.submit(values={"How often?": "Once a month"})

    dilys.press("Plan and phases").press("Questions for this cohort")
    assert "Partners who chose for themselves keep their own choice." in dilys.reads
    dilys.submit(values={"On which day?": "Tuesday", "At what time?": "16:00"})

    assert "to each partner every Tuesday at 4pm, by their own clock." in dilys.reads
    assert "usual rhythm" not in dilys.reads
    assert of_person(bot, "ada")["next_at"] == datetime(2026, 12, 1, 16, tzinfo=UTC)
    assert of_person(bot, "bilal")["cadence"] == "monthly"
    assert of_cohort(bot, "prompt")["next_at"] is None, "a cohort itself is asked nothing"


def test_whoever_leaves_the_cohort_goes_back_to_the_programmes_rhythm(bot, dilys):
    dilys.press("Questions for this cohort").submit(values={"How often?": "Not at all"})
    assert "No questions are sent to this cohort." in dilys.reads
    assert of_person(bot, "ada")["next_at"] is None

    dilys.press("Go back to the cohort").press("Take out of cohort")

    assert of_person(bot, "ada")["next_at"] == datetime(2026, 12, 2, 9, 30, tzinfo=UTC)


@pytest.mark.parametrize(
    ("values", "field"),
    [({"On which day?": "Sunday"}, "weekday"), ({"At what time?": "18:30"}, "at")],
)
def test_questions_at_a_time_at_which_nothing_comes_are_refused(bot, dilys, values, field):
    dilys.press("Questions for this cohort").submit(values=values)

    assert "Please choose a" in dilys.errors[field]
    assert not [s for s in bot.rows("schedules") if s["cohort_id"]]


# Phases


def add_phase(co_lead, kind, first, last):
    co_lead.press("Add a phase")
    return co_lead.submit(
        values={"What kind of phase is it?": kind, "First day": first, "Last day": last}
    )


def test_a_rest_is_added_and_taken_out(bot, dilys):
    add_phase(dilys, "Rest", "2026-12-14", "2027-01-03")

    assert "The phase is in the plan." in dilys.reads
    assert "Rest\nMonday 14 December 2026 to Sunday 3 January 2027" in dilys.reads
    [row] = bot.rows("cohort_phases")
    assert (row["kind"], row["starts_on"]) == ("rest", date(2026, 12, 14))

    dilys.press("Take out")
    assert "The phase is not in the plan any more." in dilys.reads
    assert bot.rows("cohort_phases") == []
    assert len(audited(bot, "phase_added")) == len(audited(bot, "phase_removed")) == 1


def test_a_phase_that_ends_before_it_starts_is_refused_and_the_form_stays(bot, dilys):
    add_phase(dilys, "Active block", "2026-12-14", "2026-12-13")

    assert dilys.errors == {
        "ends_on": "The last day is before the first. Please change one of them."
    }
    assert dilys.typed("kind")["selected_option"]["value"] == "active"
    assert bot.rows("cohort_phases") == []


def test_the_same_form_twice_is_one_phase(bot, dilys, control, forger):
    add_phase(dilys, "Rest", "2026-12-14", "2027-01-03")
    [form] = sent_views(control, ids.PHASE_FORM)

    forger.show(dilys, form).submit(values={"Last day": "2027-02-01"})

    assert "to Sunday 3 January 2027" in dilys.reads
    assert len(bot.rows("cohort_phases")) == 1


def test_a_phase_of_another_cohort_is_not_taken_out(bot, dilys, forger):
    add_phase(dilys, "Rest", "2026-12-14", "2027-01-03")
    dilys.close().command("/cohort").press("Make a cohort").submit(Name="Autumn")
    other = next(c["id"] for c in bot.rows("cohorts") if c["name"] == "Autumn")

    forger.press(dilys, ids.REMOVE_PHASE, f"{other} {bot.rows('cohort_phases')[0]['id']}")

    assert len(bot.rows("cohort_phases")) == 1
    assert audited(bot, "phase_removed") == []


# The next eight weeks


def test_the_next_weeks_are_told_with_rest_bank_holidays_and_cornerstones(dilys):
    dilys.press("Check-ins").submit(
        values=CHECK_INS | {"How often?": "Every week", "On which day?": "Friday"}
    )
    add_phase(dilys, "Rest", "2026-12-14", "2026-12-20")
    dilys.press("See the next 8 weeks")

    assert dilys.title == "The next 8 weeks"
    assert "Wednesday 2 December 2026, 9:30am: a question (" in dilys.reads
    assert "Friday 4 December 2026, 10:30am: a check-in" in dilys.reads
    assert "Wednesday 16 December 2026: no question. The cohort rests." in dilys.reads
    assert "Friday 18 December 2026: no check-in. The cohort rests." in dilys.reads
    # Friday and Monday are bank holidays, and the check-in closes two days after it came.
    assert "Friday 25 December 2026: no check-in. It is a bank holiday." in dilys.reads
    assert "Looking at this sends nothing." in dilys.reads
    assert "Wednesday 2 December 2026" not in dilys.press("Go back to the plan").reads


# The pause of everything


def test_everything_is_paused_said_clearly_and_goes_on(bot, dilys):
    dilys.close().command("/cohort").press("Pause everything")

    assert "Everything is paused. No questions, nudges or check-ins are sent" in dilys.reads
    assert "None of it is sent later." in dilys.reads
    assert bot.rows("programme")[0]["name"] == "paused"
    dilys.press("Open cohort").press("Plan and phases")
    assert "Everything is paused." in dilys.reads
    dilys.press("See the next 8 weeks")
    assert "Wednesday 2 December 2026: no question. Everything is paused." in dilys.reads

    dilys.close().command("/cohort").press("Let things go on")

    assert "Everything is paused." not in dilys.reads
    assert bot.rows("programme") == []
    assert [row["kind"] for row in bot.rows("audit")[-2:]] == ["programme", "programme"]


def test_while_all_is_paused_nothing_comes_and_nothing_is_caught_up_on(bot, dilys, control):
    dilys.close().command("/cohort").press("Pause everything")
    control.post("clock", now="2026-12-02T09:31:00Z")
    bot.tick()
    control.post("clock", now="2026-12-03T10:00:00Z")
    dilys.press("Let things go on")
    bot.tick()

    assert control.ledger("chat.postMessage") == []


# Who has questions coming round


def test_a_partner_who_is_enrolled_moved_or_switched_off_is_followed(bot, dilys, control):
    dilys.close().command("/cohort").press("Enrol people")
    dilys.submit(values={"People": [user_id("iona")], "Roles": ["Partner"]})
    assert of_person(bot, "iona")["next_at"] == datetime(2026, 12, 2, 9, 30, tzinfo=UTC)

    people = bot.house.people
    profile = bot.house.slack.look_up(account("iona"))
    people.profile_changed(replace(profile, tz="Asia/Kolkata"))
    assert of_person(bot, "iona")["next_at"] == datetime(2026, 12, 2, 4, tzinfo=UTC)

    people.profile_changed(replace(profile, deactivated=True))
    assert of_person(bot, "iona")["next_at"] is None
    people.profile_changed(profile)
    assert of_person(bot, "iona")["next_at"] == datetime(2026, 12, 2, 9, 30, tzinfo=UTC)

    dilys.close().command("/cohort").press("Give or take roles").submit(Person=user_id("iona"))
    dilys.submit(values={"Roles they hold": []})
    assert of_person(bot, "iona")["next_at"] is None


def test_what_is_told_of_the_next_weeks_is_what_comes(bot, dilys, control, ada):
    control.post("clock", now="2026-11-30T12:00:00Z")
    dilys.press("Check-ins").submit(values=CHECK_INS | {PLACE: SPRING_CHANNEL})
    dilys.press("Questions for this cohort").submit(values={"On which day?": "Friday"})
    add_phase(dilys, "Rest", "2026-12-14", "2026-12-20")
    told = bot.house.cohort_plans.ahead(account("dilys"), bot.rows("cohorts")[0]["id"]).lines
    assert {line.nothing for line in told} == {None, Nothing.REST, Nothing.BANK_HOLIDAY}
    dilys.close()

    came = set()
    for line in told:
        control.post("clock", now=(line.at + timedelta(minutes=5)).isoformat())
        bot.tick()
        came |= {
            (d["kind"], d["on_date"]) for d in bot.rows("deliveries") if came_to(bot, d, "ada")
        }
        if line.what is What.PROMPT and line.nothing is None:
            # Twice without a word, and the bot would go quiet.
            press(ada, [m for m in messages(ada) if "Skip" in buttons(m)][-1], "Skip")

    kinds = {What.PROMPT: "prompt", What.CHECK_IN: "check_in_post"}
    assert came == {(kinds[line.what], line.on) for line in told if line.nothing is None}


def came_to(bot, delivery, handle):
    """Whether this went to somebody, or as a check-in to a channel."""
    [person] = [p["id"] for p in bot.rows("people") if p["account"] == user_id(handle)]
    mine = delivery["person_id"] == person or delivery["kind"] == "check_in_post"
    return mine and delivery["state"] == "sent"
