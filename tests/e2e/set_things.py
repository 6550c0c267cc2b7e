"""A set with one meeting today and another that is asked about, for tests of who may do what."""

from datetime import date, time

from domain.ids import new_id
from domain.learning_sets import SetPlan
from domain.people import Account
from practice.people import TEAM_ID, user_id
from tests.e2e.set_story import CHANNEL, LINK, opens_meeting, sees_set

NAMED_BY_THE_SET = {
    "sets.open_one",
    "sets.join",
    "sets.take_place",
    "sets.leave",
    "sets.open_numbers",
    "sets.open_link",
    "sets.open_link_form",
    "sets.open_facilitator",
    "sets.open_dates_form",
    "sets.close",
}
# What other buttons name where it is not the meeting of today.
NAMED = {
    "sets.open_all": (),
    "sets.show_more": (),
    "sets.open_form": (),
    "sets.open_my_actions": (),
    "sets.more_dates": (),
    "sets.choose_date": ("poll", "date", "edition"),
    "sets.ask_dates_again": ("poll",),
    "sets.open_dates": ("poll",),
    "sets.open_ticks": ("poll",),
    "sets.delete_action": ("action",),
} | dict.fromkeys(NAMED_BY_THE_SET, ("learning_set",))


def account_of(handle):
    return Account(TEAM_ID, user_id(handle))


def a_set(bot, leader="emeka", **plan):
    """A set that Ada is in, on Tuesday 2 March 2027; she took something away from its meeting."""
    house, dilys, ada = bot.house, account_of("dilys"), account_of("ada")
    plan = SetPlan(name="Harbour", channel=CHANNEL, **plan)
    made = house.learning_sets.make(
        dilys, plan, facilitator=account_of(leader), link=LINK, form=new_id()
    )
    set_id = made.row.learning_set.id
    house.set_places.join(ada, set_id)
    meeting = _asked_about(bot, set_id, date(2027, 3, 2), date(2027, 3, 3))
    dates = house.set_dates.dates(dilys, meeting.id).choices
    first = min(dates, key=lambda choice: choice.offered.date.starts_at).offered.id
    house.set_dates.choose(dilys, meeting.id, first, form=new_id())
    kept = house.set_actions.write(ada, meeting.id, "Rest more", form=new_id(), confirmed=False)
    poll = _asked_about(bot, set_id, date(2027, 3, 16), date(2027, 3, 17))
    return {
        "learning_set": set_id,
        "meeting": meeting.id,
        "poll": poll.id,
        "edition": poll.edition,
        "date": house.set_dates.dates(dilys, poll.id).choices[0].offered.id,
        "action": kept.action.action.id,
    }


def _asked_about(bot, set_id, *days):
    wanted = [(day, time(10, 10)) for day in days]
    return bot.house.set_dates.offer_dates(account_of("dilys"), set_id, wanted, form=new_id())


def value_of_a_set(action_id, things):
    """What the value of a button would be on a page of the bot's own."""
    name, _, chosen = action_id.removeprefix("sets.").partition(".")
    if name == "review_action":
        return things["action"]
    if chosen:
        return f"{things['meeting']} {chosen}"
    if name in {"next_part", "pause_agenda", "resume_agenda"}:
        return f"{things['meeting']} {new_id()}"
    return " ".join(things[one] for one in NAMED.get(action_id, ("meeting",)))


def set_forms(bot, ada, dilys):
    """Let every form of a set be sent to those who may have it."""
    dilys.close().command("/learning-set").press("Make a set")
    a_set(bot, leader="ada")
    for label in ("Change numbers", "Change joining link", "Change facilitator", "Offer dates"):
        sees_set(dilys).press(label)
    ada.close().home().press("Tick dates", home=True)
    opens_meeting(ada, 1).press("See offers of today").press("Make an offer")
    for label in ("Write an action", "Move meeting", "Set timekeeper"):
        opens_meeting(ada, 1).press(label)
