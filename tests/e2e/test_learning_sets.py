"""A learning set, from joining to the actions that the next meeting asks about."""

import pytest

from practice.people import user_id
from tests.e2e.questions import at, messages
from tests.e2e.set_story import (
    CHANNEL,
    LINK,
    TUESDAY,
    joins,
    makes_set,
    offers_dates,
    opens_meeting,
    seconds,
    sees_set,
)


@pytest.fixture(autouse=True)
def _tuesday(bot, control):
    """It is Tuesday 2 March 2027, 10am in London."""
    bot.settle()
    control.post("clock", now=TUESDAY)
    bot.start_over()


@pytest.fixture
def cerys(someone):
    return someone("cerys")


@pytest.fixture
def dilys(someone):
    return someone("dilys")


@pytest.fixture
def emeka(someone):
    return someone("emeka")


def told(person):
    return [message["text"] for message in messages(person)]


def test_x(ada, bilal, cerys, dilys, emeka, bot, control):
    makes_set(dilys)
    print(dilys.reads)
    joins(ada)
    print(ada.reads)
    joins(bilal)
    joins(cerys)
    offers_dates(dilys, seconds(2027, 3, 16, 14), seconds(2027, 3, 17, 14))
    print(dilys.reads)
    bot.tick()
    print(told(ada))
    ada.close().home()
    print(ada.home_tab)
    ada.press("Tick dates", home=True)
    print(ada.reads)
    ada.submit(values={"Which dates suit you?": ["Tuesday 16 March 2027, 2pm"]})
    print(ada.reads)
    opens_meeting(dilys).press("See what suits")
    print(dilys.reads)
    dilys.press("Choose this date")
    print(dilys.reads)
    at(bot, control, "2027-03-03T10:00:00Z")
    print(told(ada), told(emeka))
    opens_meeting(ada)
    print(ada.reads)
    at(bot, control, "2027-03-15T14:00:30Z")
    print(told(ada))
    at(bot, control, "2027-03-16T13:55:00Z")
    opens_meeting(ada).press("See offers of today").press("Make an offer")
    ada.submit(values={"I'd like to think about...": "Saying no kindly"})
    print(ada.reads)
    opens_meeting(emeka).press("See agenda")
    print(emeka.reads)
    emeka.press("Start agenda")
    print(emeka.reads)
    bot.tick()
    at(bot, control, "2027-03-16T14:01:30Z")
    emeka.press("Next part")
    bot.tick()
    print(
        [
            m["text"]
            for c in control.get("state")["channels"]
            if c["id"] == CHANNEL
            for m in c["messages"]
        ]
    )
    assert 0
