"""The same search with the records in PostgreSQL: tables, indexes, statistics, and its logs.

The whole day on it is a trial of `make faults`; this is a part of it.
"""

import pytest

from practice.people import user_id
from practice.world import Settings
from tests.alongside import connected_to
from tests.databases import running_postgres
from tests.e2e import canary_day, canary_erased
from tests.e2e.canary_look import Canaries, Evidence, Postgres
from tests.workspace import Control, start_practice

CODE = "Q-731"


@pytest.fixture(scope="module")
def left_behind(tmp_path_factory):
    """Some hours in which Ada types; what they left, and each word by what it was."""
    with running_postgres() as server:
        practice = start_practice(settings=Settings(settle_ms=5))
        url = server.migrated()
        control, canary = Control(practice), Canaries({})
        alongside = connected_to(
            practice,
            tmp_path_factory.mktemp("canary") / "home",
            log_level="DEBUG",
            sweep_seconds=1,
            database_url=f"{url}&options=-clock_timeout%3D700",
        )
        evidence = Evidence(control, alongside, Postgres(alongside, server, url))
        try:
            alongside.start().until_ready()
            alongside.wait(lambda: control.get("health")["bot"] == "connected")
            canary_day.some_hours(control, canary, evidence.kept)
            evidence.also_said.append(canary_erased.backed_up(alongside, "before"))
            yield evidence, canary.given
        finally:
            alongside.kill()
            practice.stop()


def test_no_word_is_in_any_file_of_the_server_and_all_of_them_open(left_behind):
    evidence, given = left_behind
    found = evidence.places(*given.values())
    for place in ("the database", "the log", "the bot's folders", "a backup", "a message"):
        assert [w for w, places in found.items() if place in places] == [], place
    with canary_erased.database_of(evidence.kept) as database:
        words = canary_erased.opened(database, canary_erased.ring_of(evidence.alongside))
    for what in ("the last note", "an action", "a shared entry", "a nudge"):
        assert given[what] in "\n".join(words.values())
    blob = canary_erased.everything_in(evidence.kept)
    assert user_id("ada").encode() in blob, "what is not sealed is found, so the search works"
    assert CODE.encode() in blob


def test_of_whoever_had_everything_deleted_no_byte_is_left_and_nothing_opens(left_behind):
    """Statistics as well, in which a server keeps values of columns."""
    evidence, given = left_behind
    evidence.kept.query("ANALYZE")
    before = canary_erased.everything_of_ada(evidence, others=("farah",))
    with canary_erased.database_of(evidence.kept) as database:
        ring = canary_erased.ring_of(evidence.alongside)
        words = "\n".join(canary_erased.opened(database, ring).values())
        for handle, was in before.others.items():
            assert canary_erased.held_of(database, ring, handle) == was
    assert [word for word in given.values() if word in words] == []
    blob = canary_erased.everything_in(evidence.kept)
    assert [len(value) for value in before.sealed if value[9:] in blob] == []
    assert user_id("ada").encode() not in blob
    assert CODE.encode() not in blob
    found = evidence.places(*given.values())
    for place in ("the database", "the log", "the bot's folders", "a backup"):
        assert [w for w, places in found.items() if place in places] == [], place
