"""What people write is found nowhere but sealed, and in the modal its writer opened.

Every text field of every form, every command and every id that comes back gets a word of its own
that occurs nowhere else. The bot runs in a process of its own at DEBUG. Then everything it left
behind is searched for these words.
"""

import base64
import json
import re
import sqlite3
import time
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from prometheus_client.parser import text_string_to_metric_families

from bot import ids
from bot.figures import CALLED, ENDS, METHODS, OTHER
from bot.manifest import COMMANDS
from domain.deliveries import Kind
from practice.people import user_id
from storage import migrate
from tests.alongside import Alongside, connected_to, enrol
from tests.e2e import canary_sets
from tests.e2e.check_in_story import GOOD
from tests.e2e.screens import said_by_the_bot, unpacked
from tests.e2e.several import asked, free_port, listener_names
from tests.forging import Forger, button_view, modal, sent_views
from tests.workspace import Control, Someone, start_practice

ID_KEYS = {
    "action_id",
    "block_id",
    "callback_id",
    "external_id",
    "private_metadata",
    "value",
    "url",
}
# What the test itself puts into views.
FORGED = {"the value of a button", "the place in a list", "a form's id", "a session's id"}
REFLECTION = {"Your answer", "What you want to write"}
JOURNAL = {"Your words", "Remind me, when I'm busy, to..."}
SUPERVISION = {"A note", "When can you?", "My next step, in my own words"}
# Opened in a modal by its writer, and by the supervisor it is shared with.
OPENED = {"something else", "a shared entry", "when they can", "a request's note", "a next step"}
OPENED |= canary_sets.OPENED
PLACES = (
    "the log",
    "a message",
    "a top-level text",
    "a Home tab",
    "the name of a file",
    "a file",
    "an id or a value",
    "a text in a view",
    "the database",
    "the bot's folders",
    "the figures",
)


@dataclass
class Canaries:
    """Hands out words of which each occurs once in the world, and remembers what each was for."""

    given: dict

    def __call__(self, what):
        word = f"canary{len(self.given):03}x{abs(hash((what, time.time()))) % 10**9:09}"
        self.given[what] = word
        return word


@dataclass
class Evidence:
    """What is left behind: the workspace's ledger and files, the bot's log, folders and figures."""

    control: Control
    alongside: Alongside
    figures: str = ""

    def by_place(self):
        """For each place, everything in it."""
        said = said_by_the_bot(self.control)
        entries = self.control.ledger()
        methods = [(e["method"] or "", e) for e in entries]
        top_level = [p["text"] for p in said if isinstance(p, dict) and p.get("text")]
        files = [e for method, e in methods if method.startswith("files.")]
        uploads = [e for e in entries if e["kind"] == "upload"]
        temp = Path(f"{self.alongside.folder}.tmp")
        kept = [f for folder in (self.alongside.folder, temp) for f in folder.rglob("*")]
        database = [f for f in kept if f.name.startswith("alongside.db")]
        others = [f for f in kept if f.is_file() and f not in database]
        return {
            "the log": [self.alongside.log, self.alongside.said],
            "a message": [e for method, e in methods if method.startswith("chat.")],
            "a top-level text": top_level,
            "a Home tab": [e for method, e in methods if method == "views.publish"],
            "the name of a file": [files, uploads],
            "a file": list(self._downloads()),
            "an id or a value": list(_ids_in(said)),
            "a text in a view": list(_shown_in(said)),
            "the database": [f.read_bytes() for f in database],
            "the bot's folders": [f.read_bytes() for f in others],
            "the figures": [self.figures],
        }

    def places(self, *words):
        """For each word, the names of the places where it is found."""
        blobs = {
            place: b"\n".join(map(_as_bytes, parts)) for place, parts in self.by_place().items()
        }
        return {
            word: {place for place, blob in blobs.items() if any(t in blob for t in traces(word))}
            for word in words
        }

    def _downloads(self):
        messages = [m for c in self.control.get("state")["channels"] for m in c["messages"]]
        for file in (f for m in messages for f in m["files"]):
            yield self.control.download(file["url"])


def _as_bytes(part):
    return part if isinstance(part, bytes) else json.dumps(part).encode()


def _ids_in(place):
    """Every id, value and piece of metadata in blocks, views and payloads."""
    if isinstance(place, list):
        for part in place:
            yield from _ids_in(part)
    elif isinstance(place, dict):
        for name, part in place.items():
            if name in ID_KEYS and isinstance(part, str):
                yield part
            elif name == "metadata":
                yield json.dumps(part)
            yield from _ids_in(part)


def _shown_in(place, name=""):
    """Every text but what stands in a person's own field."""
    if isinstance(place, list):
        for part in place:
            yield from _shown_in(part, name)
    elif isinstance(place, dict):
        for key, part in place.items():
            yield from _shown_in(part, key)
    elif isinstance(place, str) and name != "initial_value":
        yield place


def traces(word):
    """The word as it could stand in a file: plain, in two bytes a letter, in hex or in base64."""
    plain = word.encode()
    yield plain
    yield word.encode("utf-16-le")
    yield plain.hex().encode()
    for shift in range(3):
        yield base64.b64encode(b"x" * shift + plain)[4 * bool(shift) : -4]


# The whole flow


@pytest.fixture(scope="module")
def left_behind(tmp_path_factory):
    """A day in which everything is typed everywhere; what it left, and each word by what it was."""
    folder = tmp_path_factory.mktemp("canary") / "home"
    practice = start_practice()
    control, canary = Control(practice), Canaries({})
    port = free_port()
    told = {"log_level": "DEBUG", "sweep_seconds": 1, "health_port": port}
    alongside = connected_to(practice, folder, **told)
    try:
        alongside.start().until_ready()
        alongside.wait(lambda: control.get("health")["bot"] == "connected")
        _the_whole_flow(control, canary, Forger.of(practice), alongside)
        _, figures = asked(port, "/metrics")
        yield Evidence(control, alongside, figures), canary.given
    finally:
        alongside.kill()
        practice.stop()


def _the_whole_flow(control, canary, forger, alongside):
    def sit_down(handle):
        person = Someone(control, handle).home()
        if "I have read this" in person.home_tab:
            person.press("I have read this", home=True)
        return person

    dilys, iona = sit_down("dilys"), sit_down("iona")
    ada, bilal = enrol(sit_down, "ada", "bilal")
    for person in (ada, dilys, iona):
        for command in COMMANDS:
            person.command(command, canary(f"after {command} by {person.handle}"))
            person.close() if person.modal else None
    _a_session(ada, canary)
    _private_words(ada, control, canary, alongside)
    _reflections(ada, canary, alongside)
    _a_cohort(dilys, canary)
    _the_journal(ada, dilys, sit_down, canary, alongside)
    _things_sent_back(ada, bilal, control, canary, forger)
    _a_check_in(ada, dilys, control, canary, alongside)
    _supervision(ada, dilys, sit_down, canary, alongside)
    canary_sets.a_set(control, canary, alongside, _database(alongside))
    for kind in ("All my sessions", "Hours letter"):
        ada.close().home().press("Get a file").submit(values={"Which file?": kind})
        alongside.wait(lambda: "Your file is in your messages" in ada.reads)
    ada.close().home().press("Change my settings")
    ada.submit(values={"What works for you?": ["Breaks"]})
    ada.close().home().press("Open it").press("Delete session")
    time.sleep(1.5)


def _a_session(ada, canary):
    ada.command("/session")
    ada.submit(values={"Client code": canary("a name in place of a code")})
    assert "never a name" in ada.errors["client_code"]
    ada.press("Change these")
    ada.submit(values={"Client code": "C-07", "How long was it?": "2 hours"})
    assert "Your session is saved." in ada.reads
    ada.press("Heavy").press("Talk to a supervisor")
    ada.close().home()


def _private_words(ada, control, canary, alongside):
    ada.press("Open it").press("Open my private part")
    note = {"Private note": canary("a note asked about"), "One action": canary("an action")}
    ada.submit(values={**note, "Private note": f"{note['Private note']} on 07700 900123"})
    assert "This may hold a phone number" in ada.reads
    ada.submit(values={"Are you sure?": ["Save it anyway"]})
    assert "Your change is saved." in ada.reads
    ada.press("Add a private note")
    with closing(sqlite3.connect(_database(alongside), isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        ada.submit(values={"Private note": canary("a note that could not be saved")})
        assert "We could not save this just now." in " ".join(ada.errors.values())
        other.execute("ROLLBACK")
    ada.submit(values={"Private note": canary("the last note")})
    assert "Your change is saved." in ada.reads
    control.fault(method="views.update", kind="500")
    ada.press("Add a private note")


def _reflections(ada, canary, alongside):
    ada.close().command("/reflect")
    answer = canary("an answer asked about")
    ada.submit(values={"Your answer": f"{answer} on 07700 900123"})
    assert "This may hold a phone number" in ada.reads
    ada.press("Another question").press("Not this one again").press("Write about something else")
    assert answer in ada.typed("answer")["value"]
    ada.press("Show me a question")
    with closing(sqlite3.connect(_database(alongside), isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        ada.submit(values={"Your answer": canary("an answer that could not be saved")})
        assert "We could not save this just now." in " ".join(ada.errors.values())
        other.execute("ROLLBACK")
    ada.submit(values={"Your answer": canary("the last answer")})
    assert "Your words are in your journal." in ada.reads
    ada.close().command("/reflect").press("Write about something else")
    ada.submit(values={"What you want to write": canary("something else")})
    assert "Your words are in your journal." in ada.reads
    ada.close().home()


def _the_journal(ada, dilys, sit_down, canary, alongside):
    """An entry is changed, shared and read by a supervisor; a nudge is written and read."""
    dilys.close().command("/cohort").press("Enrol people")
    dilys.submit(values={"People": [user_id("farah")], "Roles": ["Supervisor"]})
    dilys.close()
    ada.close().home().press("See my journal", home=True).press("Open")
    ada.press("Change words or sharing")
    entry = canary("an entry asked about")
    ada.submit(values={"Your words": f"{entry} on 07700 900123"})
    assert "This may hold a phone number" in ada.reads
    with closing(sqlite3.connect(_database(alongside), isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        ada.submit(values={"Your words": canary("an entry that could not be saved")})
        assert "We could not save this just now." in " ".join(ada.errors.values())
        other.execute("ROLLBACK")
    shared = {"Share it with a supervisor": user_id("farah")}
    ada.submit(values={"Your words": canary("a shared entry"), **shared})
    assert "Your change is saved." in ada.reads
    farah = sit_down("farah").press("Shared with me", home=True).press("Open")
    assert "They can see that you opened this" in farah.reads
    ada.close().home().press("My own nudge", home=True)
    field = "Remind me, when I'm busy, to..."
    ada.submit(values={field: f"{canary('a nudge asked about')} at sam@example.org"})
    ada.submit(values={field: canary("a nudge")})
    assert "Your nudge is saved." in ada.reads
    ada.press("Change or stop it").close().home()


def _a_check_in(ada, dilys, control, canary, alongside):
    """A word is asked about, could not be saved, and is saved; then the check-in closes."""
    dilys.close().command("/cohort").press("Open cohort").press("Plan and phases")
    dilys.press("Check-ins").submit(
        values={"How often?": "Every week", "On which day?": "Tuesday", "At what time?": "10:30"}
    )
    assert "A check-in comes every Tuesday" in dilys.reads
    opens = datetime.now(ZoneInfo("Europe/London")) + timedelta(days=1)
    opens += timedelta(days=(1 - opens.weekday()) % 7)
    opens = opens.replace(hour=10, minute=31)
    control.post("clock", now=opens.isoformat())
    alongside.wait(lambda: "Answer the check-in" in json.dumps(ada.close().home().sees["home"]))
    ada.press("Answer the check-in", home=True)
    word = {"One word, if you like": f"{canary('a word asked about')} a@b.uk"}
    ada.submit(values=GOOD | word)
    assert "This may hold an e-mail address" in ada.reads
    with closing(sqlite3.connect(_database(alongside), isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        ada.submit(values={"One word, if you like": canary("a word that could not be saved")})
        assert "We could not save this just now." in " ".join(ada.errors.values())
        other.execute("ROLLBACK")
    low = GOOD | {"How is your energy?": "1 - Very low"}
    ada.submit(values=low | {"One word, if you like": canary("a word")})
    ada.press("Talk to a peer")
    assert "Nobody has been told." in ada.reads
    control.post("clock", now=(opens + timedelta(days=2)).isoformat())
    alongside.wait(lambda: "There are results of" in ada.close().home().home_tab)


def _supervision(ada, dilys, sit_down, canary, alongside):
    """A request is asked about, sent, read, handed over, recorded and done; another taken back."""
    dilys.close().command("/cohort").press("Enrol people")
    dilys.submit(values={"People": [user_id("gwen")], "Roles": ["Supervisor"]})
    dilys.close()
    farah, gwen = sit_down("farah"), sit_down("gwen")
    _ask(ada, canary, alongside)
    alongside.wait(lambda: "A supervision request is waiting" in json.dumps(farah.sees))
    farah.close().home().press("See all requests", home=True).press("Pick it up")
    farah.press("Read their note")
    assert farah.title == "Their note"
    farah.close().home().press("See all requests", home=True).press("Open request")
    farah.press("Hand it over").press("Hand it over")
    assert "It is handed over." in farah.reads
    gwen.close().home().press("See all requests", home=True).press("Open request")
    gwen.press("Read their note").close()
    gwen.home().press("See all requests", home=True).press("Open request")
    gwen.press("Record the meeting").submit()
    assert "The record is saved." in gwen.reads
    _say_done(ada, canary, alongside)
    ada.close().command("/supervision")
    ada.submit(values={"What is it for?": "For me", "A note": canary("a note taken back")})
    ada.press("Take request back")
    assert "It was taken back." in ada.reads


def _ask(ada, canary, alongside):
    ada.close().command("/supervision").press("Change how, when or who")
    typed = {
        "What is it for?": "For me",
        "A note": f"{canary('a request asked about')} on 07700 900123",
        "When can you?": f"{canary('a time asked about')} a@b.uk",
    }
    ada.submit(values=typed)
    assert "This may hold" in ada.reads
    ada.press("Change how, when or who") if "When can you?" not in ada.reads else None
    with closing(sqlite3.connect(_database(alongside), isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        lost = canary("a request that could not be saved")
        ada.submit(values={"A note": lost, "When can you?": canary("a time that could not be")})
        assert "We could not save this just now." in " ".join(ada.errors.values())
        other.execute("ROLLBACK")
    said = {"A note": canary("a request's note"), "When can you?": canary("when they can")}
    ada.submit(values=said)
    assert "Your request is sent." in ada.reads


def _say_done(ada, canary, alongside):
    field = "My next step, in my own words"
    ada.close().home().press("Open request", home=True).press("Say it is done")
    ada.submit(values={field: f"{canary('a next step asked about')} a@b.uk"})
    assert "This may hold an e-mail address" in ada.reads
    with closing(sqlite3.connect(_database(alongside), isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        ada.submit(values={field: canary("a next step that could not be saved")})
        assert "We could not save this just now." in " ".join(ada.errors.values())
        other.execute("ROLLBACK")
    ada.submit(values={field: canary("a next step")})
    assert "It is saved, and the request is done." in ada.reads


def _database(alongside):
    [file] = alongside.folder.rglob("alongside.db")
    return file


def _a_cohort(dilys, canary):
    dilys.command("/cohort").press("Make a cohort").submit(Name=canary("a cohort"))
    assert "The cohort is made." in dilys.reads
    dilys.press("Change name or dates").submit(Name=canary("a cohort's new name"))
    dilys.press("Add people").submit(People=[user_id("ada")])
    dilys.press("Enrol people").submit(values={"People": [user_id("iona")], "Roles": ["Partner"]})
    dilys.press("See all cohorts").press("Reflection questions").press("Add a question")
    dilys.submit(Question=f"Tell us your story, {canary('a question that is refused')}")
    assert "may ask for someone's story" in dilys.errors["text"]
    dilys.submit(Question=canary("a question for everybody"))
    assert "The question is saved." in dilys.reads
    dilys.press("See all cohorts")


def _things_sent_back(ada, bilal, control, canary, forger):
    """Ids and metadata that were tampered with, and words in a form that breaks on the way."""
    forger.press(ada, ids.OPEN_SESSION, canary("the value of a button"))
    forger.press(ada, f"{ids.SHOW_MONTH}.earlier", f"2026-03 1 {canary('the place in a list')}")
    metadata = json.dumps({"form": canary("a form's id"), "session": canary("a session's id")})
    more = sent_views(control, ids.SESSION_MORE_FORM)[-1]
    forger.show(ada, more | {"private_metadata": metadata})
    ada.submit(values={"Private note": canary("a note in a tampered form")})
    form = sent_views(control, ids.SESSION_FORM)[-1]
    bilal.close() if bilal.modal else None
    # Somebody else's form instance is a surprise, not a refusal: the log gets a line of it.
    forger.show(bilal, form).submit(values={"Client code": "c8"})
    assert "Something went wrong on our side." in " ".join(bilal.errors.values())
    forger.show(bilal, _without_state(more)).submit(
        values={"One action": canary("an action in somebody else's form")}
    )


def _without_state(view):
    return {name: part for name, part in view.items() if name != "state"}


def test_no_text_field_and_no_command_was_left_out(left_behind):
    evidence, given = left_behind
    views = [
        p["view"] for p in said_by_the_bot(evidence.control) if isinstance(p.get("view"), dict)
    ]
    fields = {
        block["label"]["text"]
        for view in views
        for block in view.get("blocks", ())
        if block["type"] == "input" and block["element"]["type"].endswith("text_input")
    }
    once = {"Client code", "Private note", "One action", "Name", "Question"}
    own = {*once, *REFLECTION, *JOURNAL, *SUPERVISION, *canary_sets.FIELDS}
    assert fields == {*own, "One word, if you like"}
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
    open_words |= dict.fromkeys(("a message", "a top-level text", "a Home tab"), names)

    assert {what for what in found if place in found[what]} <= open_words.get(place, set())


def test_the_words_are_there_for_their_writer(left_behind):
    evidence, given = left_behind
    fields = json.dumps(said_by_the_bot(evidence.control))

    assert given["an action"] in fields
    assert given["the last note"] in fields


def shown_to(evidence, word):
    """Who was shown a word in a text of a view: by what they pressed or sent."""
    entries = evidence.control.ledger()
    people = {}
    for entry in (e for e in entries if e["kind"] == "envelope"):
        sent = entry["payload"]
        known = (
            sent.get("trigger_id"),
            entry.get("envelope_id"),
            (sent.get("view") or {}).get("id"),
        )
        user = (sent.get("user") or {}).get("id") or sent.get("user_id")
        people |= {key: user for key in known if key}
    shown = [
        entry
        for entry in entries
        if entry["kind"] in {"api", "ack"} and isinstance(entry["payload"], dict)
        if any(word in text for text in _shown_in(unpacked(entry["payload"])))
    ]
    keys = ("trigger_id", "view_id")
    return {
        people[next(k for k in (e.get("envelope_id"), *map(e["payload"].get, keys)) if k in people)]
        for e in shown
    }


@pytest.mark.parametrize(
    ("what", "handles"),
    [
        ("a request's note", {"farah", "gwen"}),
        ("an offer", {"ada", "bilal"}),
        ("an action of a set", {"ada", "bilal"}),
        ("a joining link", {"ada"}),
    ],
)
def test_what_is_for_few_is_in_the_modals_of_those_few_alone(left_behind, what, handles):
    """A note for those who accepted it; offers, actions and the link for those in the set."""
    evidence, given = left_behind

    assert shown_to(evidence, given[what]) == {user_id(handle) for handle in handles}


def test_of_an_offer_nothing_is_left_once_its_meeting_is_closed(left_behind):
    evidence, _ = left_behind
    with closing(sqlite3.connect(_database(evidence.alongside))) as there:
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
    found = {
        (label, value)
        for family in text_string_to_metric_families(evidence.figures)
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
    evidence = Evidence(Control(practice), alongside)
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


def in_the_figures(evidence, forger, word):
    evidence.figures = f'alongside_answers{{listener="{word}"}} 1'


def in_the_database(evidence, forger, word):
    with closing(sqlite3.connect(_database(evidence.alongside))) as there:
        there.execute("INSERT INTO heartbeats VALUES (?, '2026-01-01')", (word,))
        there.commit()


def deleted_from_the_database(evidence, forger, word):
    in_the_database(evidence, forger, word)
    with closing(sqlite3.connect(_database(evidence.alongside))) as there:
        there.execute("PRAGMA secure_delete=OFF")
        there.execute("DELETE FROM heartbeats")
        there.commit()


def in_a_temporary_file(evidence, forger, word):
    encoded = base64.b64encode(f"a note: {word}, and more".encode())
    Path(f"{evidence.alongside.folder}.tmp", "export.csv").write_bytes(encoded)


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
        (in_the_figures, "the figures"),
        (in_the_database, "the database"),
        (deleted_from_the_database, "the database"),
        (in_a_temporary_file, "the bot's folders"),
    ],
    ids=lambda given: given.__name__ if callable(given) else None,
)
def test_a_word_that_leaks_is_found(leak, plant, place):
    evidence, forger, word = leak
    assert evidence.places(word) == {word: set()}

    plant(evidence, forger, word)

    assert place in evidence.places(word)[word]
