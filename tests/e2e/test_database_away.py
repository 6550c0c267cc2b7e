"""A bot that starts before the database server does, as when a computer starts anew."""

import pytest

from practice.people import user_id
from tests.alongside import connected_to
from tests.databases import running_postgres
from tests.e2e.several import asked, free_port
from tests.workspace import Control, Someone, start_practice


@pytest.fixture(scope="module")
def server():
    with running_postgres() as running:
        yield running


@pytest.fixture
def practice():
    running = start_practice()
    yield running
    running.stop()


def test_it_waits_for_the_server_and_then_works(server, practice, tmp_path):
    port, url = free_port(), server.empty()
    bot = connected_to(
        practice,
        tmp_path / "home",
        database_url=url,
        health_port=port,
        first_co_lead=user_id("ada"),
    )
    server.stop()
    try:
        bot.start()
        bot.wait(lambda: "database_away" in bot.log)
        assert asked(port, "/health") == (200, "alive\n")
        assert asked(port, "/ready") == (503, "starting\n")
        server.start()
        bot.until_ready()
        bot.wait(lambda: asked(port, "/ready") == (200, "ready\n"))
        ada = Someone(Control(practice), "ada")
        ada.command("/cohort").submit().close()
        ada.command("/cohort").press("Make a cohort").submit(Name="Spring")
        assert "The cohort is made." in ada.reads
    finally:
        bot.kill()
    assert "Traceback" not in bot.said + bot.log


def test_it_stops_when_told_while_it_waits(server, practice, tmp_path):
    bot = connected_to(practice, tmp_path / "home", database_url=server.empty())
    server.stop()
    try:
        bot.start()
        bot.wait(lambda: "database_away" in bot.log)
        status, _ = bot.stop()
        assert status == 0
        assert "DATABASE_URL" in bot.log
    finally:
        bot.kill()
        server.start()


def test_a_server_that_says_no_is_told_of_and_not_waited_for(server, practice, tmp_path):
    url = server.url("no_such_database")
    bot = connected_to(practice, tmp_path / "home", database_url=url)

    assert bot.run() == 2
    [line] = [one for one in bot.log.splitlines() if "DATABASE_URL" in one]
    assert "no_such_database" in line
    assert "database_away" not in bot.log
