"""Somebody says how often things come, when nothing may come, and how things reach them."""

from datetime import date, time

import pytest

from domain.preferences import Place, Times
from domain.schedules import Cadence
from practice.people import TEAM_ID, user_id


@pytest.fixture
def settings(ada):
    """Ada with her own settings open."""
    ada.home().press("Change my settings")
    return ada


def account(handle):
    from domain.people import Account

    return Account(TEAM_ID, user_id(handle))


def schedule(bot, handle="ada"):
    """The row of somebody's questions."""
    [person] = [p for p in bot.rows("people") if p["account"] == user_id(handle)]
    [found] = [
        s for s in bot.rows("schedules") if s["person_id"] == person["id"] and s["kind"] == "prompt"
    ]
    return found


def test_a_partner_starts_with_a_question_every_wednesday(settings):
    settings.press("How often and when")

    assert settings.title == "How often and when"
    assert settings.typed("cadence")["selected_option"]["value"] == "weekly"
    assert settings.typed("at")["selected_time"] == "09:30"


def test_a_choice_is_kept_said_back_and_followed_in_the_persons_own_zone(bot, someone):
    bilal = someone("bilal")
    bilal.home().press("Change my settings").press("How often and when")

    bilal.submit(
        values={
            "How often?": "Every two weeks",
            "On which day?": "Friday",
            "At what time?": "14:30",
        }
    )

    assert "A reflection question comes every second Friday at 2:30pm." in bilal.reads
    row = schedule(bot, "bilal")
    assert (row["cadence"], row["weekday"], row["minute"]) == ("fortnightly", 4, 870)
    assert row["next_on"].weekday() == 4
    # 14:30 in India is 9 in the morning in UTC, all year.
    assert row["next_at"].strftime("%H:%M") == "09:00"
    assert bot.house.choices.mine(account("bilal")).prompts.cadence is Cadence.FORTNIGHTLY


def test_not_at_all_means_nothing_comes_round(bot, settings):
    settings.press("How often and when").submit(values={"How often?": "Not at all"})

    assert "No reflection questions are sent to you." in settings.reads
    assert schedule(bot)["next_at"] is None


@pytest.mark.parametrize(
    ("values", "field", "says"),
    [
        ({"At what time?": "22:00"}, "at", "This is in your quiet hours."),
        ({"On which day?": "Sunday"}, "weekday", "This is one of your days off."),
        ({"Pause everything until": "2020-01-01"}, "paused_until", "Please choose a day after"),
        ({"Pause everything until": "2099-01-01"}, "paused_until", "Please choose a day after"),
    ],
    ids=["a quiet hour", "a day off", "a day that is over", "far ahead"],
)
def test_what_cannot_be_is_said_beside_its_field_and_the_form_stays(
    bot, settings, values, field, says
):
    before = schedule(bot)
    settings.press("How often and when").submit(values=values)

    assert says in settings.errors[field]
    assert settings.title == "How often and when"
    assert schedule(bot) == before


def test_quiet_times_are_kept(bot, settings):
    settings.press("Quiet times").submit(
        values={
            "Nothing after": "20:00",
            "Nothing before": "08:00",
            "Days off": ["Monday", "Sunday"],
            "Bank holidays": [],
        }
    )

    assert "Your settings are saved." in settings.reads
    quiet = bot.house.choices.mine(account("ada")).choices.quiet
    assert (quiet.start, quiet.end) == (time(20), time(8))
    assert (quiet.days_off, quiet.bank_holidays) == ({0, 6}, False)


def test_every_day_off_is_refused_with_the_way_to_turn_things_off(settings):
    days = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"]
    settings.press("Quiet times").submit(values={"Days off": days})

    assert "choose Not at all under How often and when" in settings.errors["days_off"]


def test_how_things_reach_somebody_is_kept_and_the_other_settings_stay(bot, settings):
    settings.submit(values={"What works for you?": ["Breaks"]})
    settings.close().home().press("Change my settings").press("How things reach me")
    settings.submit(
        values={
            "Where do check-ins of my cohort reach me?": "In a direct message from this app",
            "When am I reminded of a meeting?": ["A week before", "An hour before"],
            "How are times written?": "14:30",
        }
    )

    kept = bot.house.choices.mine(account("ada")).choices
    assert (kept.check_ins, kept.times) == (Place.DIRECT, Times.TWENTY_FOUR)
    assert sorted(kept.reminders) == ["hour", "week"]
    assert bot.house.settings.mine(account("ada")).works == {"breaks"}


def test_a_pause_is_said_back_with_its_day(bot, settings, control):
    control.post("clock", now="2026-03-03T10:00:00Z")
    settings.press("How often and when").submit(values={"Pause everything until": "2026-03-20"})

    assert "Everything is paused until Friday 20 March 2026." in settings.reads
    assert bot.house.choices.mine(account("ada")).choices.paused_until == date(2026, 3, 20)


def test_whoever_gets_no_questions_is_only_asked_about_a_pause(bot, someone):
    farah = someone("farah")
    farah.home().press("Change my settings").press("How often and when")

    assert "How often?" not in farah.reads
    farah.submit(values={})
    assert "Your settings are saved." in farah.reads
    assert "reflection question" not in farah.reads
    [person] = [p for p in bot.rows("people") if p["account"] == user_id("farah")]
    assert not [s for s in bot.rows("schedules") if s["person_id"] == person["id"]]
