"""What people write is found nowhere but sealed, and in the modal its writer opened.

Every text field of every form, every command and every id that comes back gets a word of its own
that occurs nowhere else. The bot runs in a process of its own at DEBUG. Then everything it left
behind is searched for these words.
"""

import base64
import json
import re
import sqlite3
import subprocess
import sys
import threading
from contextlib import closing, contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from prometheus_client.parser import text_string_to_metric_families
from slack_bolt import App

from bot import handlers
from bot.figures import CALLED, ENDS, METHODS, OTHER
from bot.manifest import COMMANDS
from domain.deliveries import Kind
from practice.people import user_id
from practice.world import Settings
from storage import migrate
from tests.alongside import connected_to
from tests.e2e import canary_day, canary_erased, canary_sets
from tests.e2e.canary_look import (
    PLACES,
    Canaries,
    Evidence,
    Sqlite,
    filled_fields,
    shown_to,
    text_fields,
    views_sent,
)
from tests.e2e.screens import said_by_the_bot
from tests.e2e.several import asked, free_port, listener_names
from tests.forging import Forger, button_view, modal
from tests.workspace import Control, Someone, start_practice

CODE = "Q-731"
"""The client code of Ada's sessions, which nobody else has."""
OTHERS = ("bilal", "dilys", "farah", "hari")
# What the test itself puts into views.
FORGED = {"the value of a button", "the place in a list", "a form's id", "a session's id"}
REFLECTION = {"Your answer", "What you want to write"}
JOURNAL = {"Your words", "Remind me, when I'm busy, to..."}
SUPERVISION = {"A note", "When can you?", "My next step, in my own words"}
# Opened in a modal by its writer, and by the supervisor it is shared with.
OPENED = {"something else", "a shared entry", "when they can", "a request's note", "a next step"}
OPENED |= canary_sets.OPENED | {"an entry for all"}

# The whole flow


@pytest.fixture(scope="module")
def left_behind(tmp_path_factory):
    """A day in which everything is typed everywhere; what it left, and each word by what it was."""
    folder = tmp_path_factory.mktemp("canary") / "home"
    practice = start_practice(settings=Settings(settle_ms=5))
    control, canary = Control(practice), Canaries({})
    port = free_port()
    told = {"log_level": "DEBUG", "sweep_seconds": 1, "health_port": port}
    alongside = connected_to(practice, folder, **told)
    evidence = Evidence(control, alongside, Sqlite(alongside))
    evidence.figures = f"http://127.0.0.1:{port}/metrics"
    try:
        alongside.start().until_ready()
        alongside.wait(lambda: control.get("health")["bot"] == "connected")
        canary_day.lived(
            control, canary, Forger.of(practice), evidence.kept, evidence.look_at_processes
        )
        evidence.also_said.append(canary_erased.backed_up(alongside, "before"))
        yield evidence, canary.given
    finally:
        alongside.kill()
        practice.stop()


def test_no_text_field_and_no_command_was_left_out(left_behind):
    evidence, given = left_behind
    app = App(authorize=lambda: None, signing_secret="", request_verification_enabled=False)
    forms = {one.id for one in handlers.register(app) if one.kind == "form"}
    seen = {view.get("callback_id") for view in views_sent(evidence.control)}
    assert forms - seen == set(), "forms that nobody opened"
    assert text_fields(evidence.control) - filled_fields(evidence.control) == set()
    for command in COMMANDS:
        assert f"after {command} by ada" in given


@pytest.fixture(scope="module")
def found(left_behind):
    """For each word's purpose, where it was found."""
    evidence, given = left_behind
    places = evidence.places(*given.values())
    return {what: places[word] for what, word in given.items()}


@pytest.mark.parametrize("place", PLACES)
def test_no_word_is_found_in(found, place):
    # The name of a cohort or of a set is no secret: co-leads and the people in it read it. Nor is
    # a question. One that was not saved is nowhere.
    names = {"a cohort", "a cohort's new name", "a set", "a set's new name"}
    names.add("a question for everybody")
    open_words = {"the database": names, "a text in a view": names | FORGED | OPENED}
    # Whoever opened a joining link can press it.
    open_words["an id or a value"] = FORGED | {"a joining link"}
    # A group is asked by its name, and a question by its words.
    told = ("a message", "a top-level text", "a Home tab", "a call that opens no modal")
    open_words |= dict.fromkeys(told, names)

    assert {what for what in found if place in found[what]} <= open_words.get(place, set())


def test_the_words_are_there_for_their_writer(left_behind):
    evidence, given = left_behind
    fields = json.dumps(said_by_the_bot(evidence.control))

    assert given["an action"] in fields
    assert given["the last note"] in fields


@pytest.mark.parametrize(
    ("what", "handles"),
    [
        ("a request's note", {"farah", "gwen"}),
        ("an offer", {"ada", "bilal"}),
        ("an action of a set", {"ada", "bilal"}),
        ("a joining link", {"ada"}),
        ("an entry for all", {"bilal", "farah", "hari"}),
    ],
)
def test_what_is_for_few_is_in_the_modals_of_those_few_alone(left_behind, what, handles):
    """A note for those who accepted it; offers, actions and the link for those in the set."""
    evidence, given = left_behind

    assert shown_to(evidence.control, given[what]) == {user_id(handle) for handle in handles}


def test_of_an_offer_nothing_is_left_once_its_meeting_is_closed(left_behind):
    evidence, _ = left_behind
    with closing(sqlite3.connect(evidence.kept.file)) as there:
        assert there.execute("SELECT count(*) FROM set_offers").fetchone() == (0,)
        kept = "SELECT count(*) FROM audit WHERE action = 'set_offer_kept'"
        assert there.execute(kept).fetchone() == (1,)


def test_the_log_was_written_at_debug_and_holds_names_and_numbers_only(left_behind):
    evidence, _ = left_behind

    lines = [json.loads(line) for line in evidence.alongside.log.splitlines()]
    assert {"listener_error", "ready"} <= {line.get("event") for line in lines}
    name = re.compile(r"[\w.:+-]+")
    assert all(name.fullmatch(str(value)) for line in lines for value in line.values())


def test_the_figures_have_names_of_fixed_lists_only(left_behind):
    evidence, _ = left_behind
    _, figures = asked(urlsplit(evidence.figures).port, "/metrics")
    found = {
        (label, value)
        for family in text_string_to_metric_families(figures)
        for sample in family.samples
        if sample.name != "alongside_build_info"
        for label, value in sample.labels.items()
        if label != "le"
    }
    listed = {
        "listener": {*listener_names(), OTHER},
        "method": {*METHODS, OTHER},
        "outcome": {*CALLED, *ENDS},
        "kind": {*Kind, "read", "write"},
    }

    assert {label for label, _ in found} == set(listed)
    assert {(label, value) for label, value in found if value not in listed[label]} == set()
    used = {value for label, value in found if label == "listener"}
    assert len(used) > 60, "everything was driven"
    assert ("method", OTHER) not in found


# Somebody has everything deleted


@pytest.fixture(scope="module")
def erased(left_behind):
    """Ada has everything deleted, and another backup is made."""
    evidence, _ = left_behind
    return canary_erased.everything_of_ada(evidence, others=OTHERS)


def test_what_the_search_looks_for_opened_before(left_behind, erased):
    """With the keys in hand her words were there, and so not finding them says something."""
    _, given = left_behind
    words = "\n".join(erased.opened.values())
    for what in ("the last note", "an action", "an entry for all", "a nudge", "a next step"):
        assert given[what] in words, what
    for what in ("an action of a set", "an entry of Bilal's", "a nudge of Bilal's"):
        assert given[what] in words, what


def test_whatever_is_left_opens_with_no_key_as_words_of_whoever_had_everything_deleted(
    left_behind, erased
):
    evidence, given = left_behind
    with canary_erased.database_of(evidence.kept) as database:
        words = canary_erased.opened(database, canary_erased.ring_of(evidence.alongside))
    left = "\n".join(words.values())

    assert [word for word in canary_erased.words_of_ada(given) if word in left] == []
    assert given["an entry of Bilal's"] in left
    assert given["a nudge of Bilal's"] in left


def test_no_byte_of_theirs_is_left_in_any_file(left_behind, erased):
    """Not sealed either: neither in the file, nor in its log, nor in pages that are free."""
    evidence, given = left_behind
    blob = canary_erased.everything_in(evidence.kept)

    assert [value[:8].hex() for value in erased.sealed if value[9:] in blob] == []
    assert user_id("ada").encode() not in blob
    assert CODE.encode() not in blob
    places = evidence.places(*canary_erased.words_of_ada(given))
    for place in ("the log", "the database", "the bot's folders", "a backup", "the name of a file"):
        assert [word for word in places if place in places[word]] == [], place


def test_nobody_sees_anything_of_theirs_any_more(left_behind, erased):
    evidence, given = left_behind
    taken_back = "SELECT count(*) FROM sent_files"
    evidence.alongside.wait(lambda: evidence.kept.query(taken_back)[0][0] == 0)
    seen = evidence.on_screens()

    hers = canary_erased.words_of_ada(given)
    assert [what for what, word in given.items() if word in hers and word in seen] == []
    assert evidence.files() == [], "files for her are taken back at once"
    for handle in ("bilal", "farah", "hari"):
        reader = Someone(evidence.control, handle).close().home()
        reader.press("Shared with me", home=True)
        assert "Nothing is shared with you at the moment." in reader.reads
        reader.close()


def test_what_is_others_is_as_it_was(left_behind, erased):
    evidence, _ = left_behind
    ring = canary_erased.ring_of(evidence.alongside)
    with canary_erased.database_of(evidence.kept) as database:
        for handle, (theirs, words) in erased.others.items():
            now, words_now = canary_erased.held_of(database, ring, handle)
            assert words_now == words, handle
            assert None not in words.values(), handle
            assert now == theirs, handle


# The search can fail


@pytest.fixture
def leak(tmp_path):
    """An empty workspace, a bot that never ran with what it would leave behind, and a word."""
    practice = start_practice()
    alongside = connected_to(practice, tmp_path / "home")
    for file in (alongside.log_file, alongside.said_file):
        file.write_text("")
    (tmp_path / "home.tmp").mkdir()
    migrate.upgrade(f"sqlite:///{alongside.folder / 'alongside.db'}")
    evidence = Evidence(Control(practice), alongside, Sqlite(alongside))
    yield evidence, Forger.of(practice), Canaries({})("planted")
    practice.stop()


def in_the_log(evidence, forger, word):
    evidence.alongside.log_file.write_text(f'{{"event": "{word}"}}\n')


def in_a_message(evidence, forger, word):
    blocks = [{"type": "section", "text": {"type": "plain_text", "text": word}}]
    forger.call("chat.postMessage", channel=user_id("ada"), text="Something waits.", blocks=blocks)


def in_a_top_level_text(evidence, forger, word):
    forger.call("chat.postMessage", channel=user_id("ada"), text=word)


def in_a_home_tab(evidence, forger, word):
    blocks = [{"type": "header", "text": {"type": "plain_text", "text": word}}]
    forger.call("views.publish", user_id=user_id("ada"), view={"type": "home", "blocks": blocks})


def in_the_name_of_a_file(evidence, forger, word):
    forger.call("files.getUploadURLExternal", filename=f"{word}.csv", length=3)


def in_a_button(evidence, forger, word):
    forger.show(Someone(evidence.control, "ada"), button_view("press", value=word))


def in_metadata(evidence, forger, word):
    view = button_view("press", metadata=json.dumps({"note": word}))
    forger.show(Someone(evidence.control, "ada"), view)


def in_a_view(evidence, forger, word):
    blocks = [{"type": "section", "text": {"type": "plain_text", "text": word}}]
    forger.show(Someone(evidence.control, "ada"), modal(blocks))


def in_the_database(evidence, forger, word):
    with closing(sqlite3.connect(evidence.kept.file)) as there:
        there.execute("INSERT INTO heartbeats VALUES (?, '2026-01-01')", (word,))
        there.commit()


def deleted_from_the_database(evidence, forger, word):
    in_the_database(evidence, forger, word)
    with closing(sqlite3.connect(evidence.kept.file)) as there:
        there.execute("PRAGMA secure_delete=OFF")
        there.execute("DELETE FROM heartbeats")
        there.commit()


def in_a_temporary_file(evidence, forger, word):
    encoded = base64.b64encode(f"a note: {word}, and more".encode())
    Path(f"{evidence.alongside.folder}.tmp", "export.csv").write_bytes(encoded)


def in_the_name_of_a_process(evidence, forger, word):
    with _process(evidence, [word], {}):
        pass


def in_the_environment_of_a_process(evidence, forger, word):
    with _process(evidence, [], {"LAST_SAID": word}):
        pass


@contextmanager
def _process(evidence, words, environment):
    waits = [sys.executable, "-c", "print(flush=True); input()", *words]
    pipe = subprocess.PIPE
    process = subprocess.Popen(waits, env=environment, stdin=pipe, stdout=pipe)
    try:
        process.stdout.readline()  # Popen returns a moment before the system shows its name.
        evidence.look_at_processes()
        yield
    finally:
        process.kill()
        process.communicate()


def in_a_backup(evidence, forger, word):
    Path(evidence.alongside.folder, "plain.backup").write_text(f"INSERT {word}")


def in_the_figures(evidence, forger, word):
    class Figures(BaseHTTPRequestHandler):
        def do_GET(self):
            self.send_response(200)
            self.end_headers()
            self.wfile.write(f'said_total{{words="{word}"}} 1'.encode())

        def log_message(self, *_):
            pass

    server = HTTPServer(("127.0.0.1", 0), Figures)

    def serve_once():
        with server:
            server.handle_request()

    threading.Thread(target=serve_once).start()
    evidence.figures = f"http://127.0.0.1:{server.server_port}/metrics"


@pytest.mark.parametrize(
    ("plant", "place"),
    [
        (in_the_log, "the log"),
        (in_a_message, "a message"),
        (in_a_top_level_text, "a top-level text"),
        (in_a_home_tab, "a Home tab"),
        (in_the_name_of_a_file, "the name of a file"),
        (in_a_button, "an id or a value"),
        (in_metadata, "an id or a value"),
        (in_a_view, "a text in a view"),
        (in_the_database, "the database"),
        (deleted_from_the_database, "the database"),
        (in_a_temporary_file, "the bot's folders"),
        (in_a_message, "a call that opens no modal"),
        (in_the_name_of_a_process, "the list of processes"),
        (in_the_environment_of_a_process, "the list of processes"),
        (in_a_backup, "a backup"),
        (in_the_figures, "the figures"),
    ],
    ids=lambda given: given.__name__ if callable(given) else None,
)
def test_a_word_that_leaks_is_found(leak, plant, place):
    evidence, forger, word = leak
    assert evidence.places(word) == {word: set()}
    evidence.processes.clear()

    plant(evidence, forger, word)

    assert place in evidence.places(word)[word]


def test_a_field_that_nobody_filled_is_found(leak):
    evidence, forger, word = leak
    element = {"type": "plain_text_input", "action_id": "said"}
    block = {"type": "input", "block_id": "said", "element": element, "optional": True}
    block["label"] = {"type": "plain_text", "text": "Say something"}
    view = modal([block], callback_id="new.form", submit="Save")
    ada = forger.show(Someone(evidence.control, "ada"), view)
    ada.submit()
    assert text_fields(evidence.control) - filled_fields(evidence.control) == {("new.form", "said")}
    forger.show(ada, view).submit(values={"Say something": word})
    assert text_fields(evidence.control) - filled_fields(evidence.control) == set()
