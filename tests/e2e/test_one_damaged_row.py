"""One row that cannot be opened stops nobody: everything beside it goes on, and the log says so."""

import logging
from datetime import date

import pytest

from domain.people import Role
from storage import cohorts, people
from storage.supervision_tables import supervision_requests
from storage.tables import check_ins
from tests.e2e.check_in_story import account
from tests.e2e.check_in_story import opened as opens_check_in
from tests.e2e.supervision_story import TUESDAY, asks, at, claims, opened

AFTER_THE_PROMISE = "2027-03-08T15:00:00Z"
DAMAGED = b"these are not its words"
ONE_WAITS = "1 request waits for a supervisor."
ONE_IS_LATE = "1 request waits longer than was promised."
TWO_ARE_LATE = "2 requests wait longer than was promised."
SHUT = "We cannot open these words."


@pytest.fixture(autouse=True)
def _tuesday(bot, control):
    bot.settle()
    control.post("clock", now=TUESDAY)
    bot.start_over()


@pytest.fixture
def asked(bot, ada, bilal):
    """Ada and Bilal have asked; Ada's request is damaged. Return its id and Bilal's."""
    asks(ada)
    [damaged] = [row["id"] for row in bot.rows("supervision_requests")]
    asks(bilal, **{"What is it for?": "For my practice"})
    [other] = {row["id"] for row in bot.rows("supervision_requests")} - {damaged}
    damage_request(bot, damaged)
    return damaged, other


def damage_request(bot, request_id):
    mine = supervision_requests.c.id == request_id
    with bot.database.engine.begin() as there:
        there.execute(supervision_requests.update().where(mine).values(wishes=DAMAGED))


def home(person):
    return (person.close() if person.modal else person).home().home_tab


def events(caplog):
    return {getattr(record, "event", None) for record in caplog.records}


def test_a_request_that_cannot_be_opened_hides_no_other_one_from_a_supervisor(
    bot, asked, farah, caplog
):
    damaged, other = asked
    with caplog.at_level(logging.ERROR):
        assert ONE_WAITS in home(farah)
    assert "wishes_not_opened" in events(caplog)
    opened(farah)
    assert "For my practice" in farah.reads
    assert farah.reads.count("Pick it up") == 1
    claims(farah)
    states = {row["id"]: row["state"] for row in bot.rows("supervision_requests")}
    assert states == {damaged: "open", other: "claimed"}


def test_a_request_that_somebody_has_and_cannot_be_opened_stays_in_their_queue(bot, asked, farah):
    claims(farah)
    for row in bot.rows("supervision_requests"):
        damage_request(bot, row["id"])

    assert "Picked up by you" in opened(farah).reads
    farah.press("Open request")
    assert SHUT in str(farah.sees)


def test_a_co_lead_counts_what_waits_past_its_promise_also_where_it_cannot_be_opened(
    bot, control, asked, dilys
):
    at(bot, control, AFTER_THE_PROMISE)
    assert TWO_ARE_LATE in home(dilys)
    dilys.press("Open supervision", home=True)
    assert TWO_ARE_LATE in dilys.reads


def test_a_co_lead_who_is_a_supervisor_does_not_hear_of_what_cannot_be_opened(
    bot, control, asked, farah
):
    """They may be the one whom it would rather not have, and nobody can tell."""
    with bot.database.write() as conn:
        known = people.actor(conn, account("farah"))
        roles = (*known.roles, Role.CO_LEAD)
        people.set_roles(conn, known, roles, by=None, now=bot.house.clock())
    at(bot, control, AFTER_THE_PROMISE)
    assert ONE_IS_LATE in home(farah)


def test_a_check_in_that_cannot_be_opened_does_not_wait_and_home_is_drawn_for_its_cohort(
    bot, ada, caplog
):
    with bot.database.write() as conn:
        now = bot.house.clock()
        cohort = cohorts.add(conn, "Spring", date(2027, 1, 1), None, by=None, now=now)
    opens_check_in(bot, cohort.id, "ada")
    assert "Answer the check-in" in home(ada)

    with bot.database.engine.begin() as there:
        there.execute(check_ins.update().values(bag=DAMAGED))
    with caplog.at_level(logging.ERROR):
        assert "Log a session" in home(ada)
    assert "Answer the check-in" not in ada.home_tab
    assert "bag_not_opened" in events(caplog)


def test_a_supervisor_who_has_one_and_loses_the_role_is_let_go_and_co_leads_hear_that_it_waits(
    bot, control, asked, farah, dilys
):
    claims(farah)
    for row in bot.rows("supervision_requests"):
        damage_request(bot, row["id"])
    dilys.close() if dilys.modal else None
    dilys.command("/cohort").press("Give or take roles").submit(Person=account("farah").user)
    dilys.submit(values={"Roles they hold": ["Partner"]})

    at(bot, control, AFTER_THE_PROMISE)
    assert {row["state"] for row in bot.rows("supervision_requests")} == {"open"}
    for _ in range(4):
        control.post("clock", advance_seconds=2)
        bot.tick()
    late = [m["text"] for c in dilys.sees["channels"] for m in c["messages"] if m["bot_id"]]
    assert any("waits longer than was promised" in text for text in late)
