"""A thousand people: nothing takes much longer than with ten."""

import json
import time

import pytest

from practice import people
from practice.server import Practice
from tests.practice.conftest import MANIFEST, Control, web_client

MANY = 1000


@pytest.fixture(scope="module")
def seeds(tmp_path_factory):
    file = tmp_path_factory.mktemp("people") / "people.json"
    names = [f"partner-{number:04d}" for number in range(MANY)]
    rows = [{"name": n, "real_name": n.title(), "title": "Partner"} for n in names]
    file.write_text(json.dumps(rows))
    return people.read_people(file)


@pytest.fixture(scope="module")
def crowd(seeds):
    with Practice(MANIFEST, seeds=seeds) as running:
        yield Control(running)


@pytest.fixture
def within():
    """The seconds a test's own calls may take; many times what they take on a quiet machine."""

    class Within:
        def __init__(self, seconds):
            self.seconds = 10 * seconds

        def __enter__(self):
            self.started = time.monotonic()

        def __exit__(self, *what):
            assert time.monotonic() - self.started < self.seconds

    return Within


def test_long_handles_that_begin_alike_are_people_of_their_own(seeds):
    assert len({p.id for p in seeds}) == MANY
    assert all(len(p.id) == 11 for p in seeds)
    assert people.user_id("ada") == "U0ADA000000"
    assert people.user_id("partner-0001") == people.user_id("partner-0001")


def test_the_list_of_people_comes_in_pages(crowd, seeds, within):
    client, found, cursor = web_client(crowd.practice), [], ""
    with within(2):
        while True:
            page = client.users_list(limit=200, cursor=cursor)
            assert len(page["members"]) <= 200
            found += [member["id"] for member in page["members"]]
            cursor = page["response_metadata"]["next_cursor"]
            if not cursor:
                break
    assert set(found) == {p.id for p in seeds} | {people.BOT_USER_ID}
    assert len(found) == MANY + 1


def test_everyone_is_written_to_and_the_ledger_stays_quick_to_ask(crowd, seeds, within):
    client = web_client(crowd.practice)
    crowd.post("reset")
    with within(20):
        for who in seeds:
            client.chat_postMessage(channel=who.id, text="Good morning")
    with within(1):
        entries = crowd.ledger(method="chat.postMessage")
    assert {entry["user"] for entry in entries} == {p.id for p in seeds}
    with within(1):
        for _ in range(20):
            found = crowd.ledger(method="chat.postMessage", since=entries[-3]["seq"])
    assert [entry["seq"] for entry in found] == [entry["seq"] for entry in entries[-2:]]


def test_what_someone_sees_is_quick_to_ask(crowd, within):
    with within(2):
        for _ in range(10):
            seen = crowd.get("state", person="partner-0007")
    assert len(seen["people"]) == MANY + 1
    assert len([c for c in seen["channels"] if c["kind"] == "app"]) <= 1
    with within(3):
        assert len(crowd.get("state")["people"]) == MANY + 1


def test_someone_who_reads_changes_nothing_for_the_others(crowd, seeds):
    crowd.post("message", person="partner-0001", channel="spring-cohort", text="Hello")
    before = crowd.get("state", person="partner-0002")["version"]
    crowd.post("read", person="partner-0003", channel="spring-cohort")
    assert crowd.get("state", person="partner-0002")["version"] == before
    place = crowd.get("state", person="partner-0003")["channels"]
    assert [c["unread"] for c in place if c["name"] == "spring-cohort"] == [0]


def test_an_unknown_name_is_not_answered_with_a_thousand(crowd):
    answer = crowd.post("home", person="nobody")
    assert answer["error"] == "person_not_found"
    assert answer["message"].endswith(f"partner-0029 and {MANY - 30} more.")
