"""The same day in a partner's life, with the records in PostgreSQL."""

import pytest

from tests.databases import running_postgres
from tests.workspace import Bot, Control, Someone, start_practice


@pytest.fixture
def ada():
    with running_postgres() as server:
        practice = start_practice()
        bot = Bot(practice, server.migrated())
        try:
            yield Someone(Control(practice), "ada"), bot
        finally:
            bot.stop()
            practice.stop()


def test_logging_changing_noting_and_deleting_work_alike(ada):
    partner, bot = ada
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
