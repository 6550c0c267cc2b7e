"""The same days in people's lives, with the records in PostgreSQL."""

import pytest

from tests.databases import running_postgres
from tests.e2e.questions import messages
from tests.e2e.set_story import joins, opens_meeting
from tests.e2e.set_things import a_set
from tests.e2e.supervision_story import (
    CLAIMED,
    NOTE,
    TUESDAY,
    asks,
    at,
    claims,
    opened,
    pushed,
    request_of,
)
from tests.workspace import Bot, Control, Someone, start_practice


@pytest.fixture
def workspace():
    with running_postgres() as server:
        practice = start_practice()
        bot = Bot(practice, server.migrated())
        try:
            yield Control(practice), bot
        finally:
            bot.stop()
            practice.stop()


def test_logging_changing_noting_and_deleting_work_alike(workspace):
    control, bot = workspace
    partner = Someone(control, "ada")
    partner.home().press("I have read this", home=True)
    partner.command("/session").submit(values={"Client code": "c7"})
    assert "coaching, 1 hour, video, C-07." in partner.reads

    partner.press("Change session").submit(values={"How long was it?": "2 hours"})
    partner.press("Heavy").press("Just leave me be").close()
    partner.home().press("Open it").press("Open my private part")
    partner.submit(values={"Private note": "Quieter than I feared."})
    partner.close().home()
    assert "This month: 2 hours in 1 session." in partner.home_tab
    assert b"Quieter" not in bytes(bot.rows("sessions")[0]["note"])

    partner.press("Open it").press("Delete session")
    partner.press("Bring it back").press("Delete session").close().home()
    assert "You have not logged a session yet." in partner.home_tab


def test_asking_for_supervision_and_being_answered_work_alike(workspace):
    control, bot = workspace
    control.post("clock", now=TUESDAY)
    bot.start_over()
    ada, farah, dilys = (Someone(control, handle).home() for handle in ("ada", "farah", "dilys"))
    for person in (ada, farah, dilys):
        person.press("I have read this", home=True)
    asks(ada, **{"A note": NOTE})
    at(bot, control, CLAIMED)
    assert pushed(farah) == ["A supervision request is waiting. Open it when you are ready."]
    claims(farah).press("Read their note")
    assert NOTE in farah.reads
    opened(farah).press("Open request").press("Hand it back")
    claims(farah).press("Record the meeting").submit()

    ada.close().home().press("Open request", home=True).press("Say it is done")
    ada.submit(values={"My next step, in my own words": "Rest."})

    assert "It is saved, and the request is done." in ada.reads
    assert "Rest." in ada.reads
    request = request_of(bot)
    assert (request["state"], request["note"], request["wishes"]) == ("closed", None, None)
    dilys.close().command("/supervision").press("Promises").submit()
    assert "It is saved." in dilys.reads


def test_a_set_from_joining_to_its_closed_meeting_works_alike(workspace):
    control, bot = workspace
    control.post("clock", now="2027-03-02T10:00:00Z")
    bot.start_over()
    people = [Someone(control, handle).home() for handle in ("ada", "bilal", "dilys", "emeka")]
    for person in people:
        person.press("I have read this", home=True)
    ada, bilal, dilys, emeka = people
    a_set(bot)
    joins(bilal)
    assert "You have a place. Welcome to the set." in bilal.reads
    opens_meeting(ada, 1).press("See offers of today").press("Make an offer")
    ada.submit(values={"I'd like to think about...": "An ending"})
    assert "An ending" in opens_meeting(bilal, 1).press("See offers of today").reads

    opens_meeting(emeka, 1).press("See agenda").press("Start agenda").press("Next part")
    emeka.press("Close meeting")

    assert "This meeting is closed." in emeka.reads
    assert bot.rows("set_offers") == []
    bilal.close().home().press("Tick dates", home=True)
    bilal.submit(values={"Which dates suit you?": ["Wednesday 17 March 2027, 3:40pm Asia/Kolkata"]})
    opens_meeting(dilys, 2).press("See what suits").press("Choose this date")
    at(bot, control, "2027-03-02T10:05:00Z")
    at(bot, control, "2027-03-02T10:05:05Z")
    assert "Wednesday 17 March 2027, 10:10am" in messages(ada)[-1]["text"]
    assert "Rest more" in opens_meeting(bilal, 2).press("See actions to review").reads
