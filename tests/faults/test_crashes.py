"""The plug is pulled while sessions are saved: what somebody was told is saved is there, once.

The bot runs in a process of its own and is killed at random instants. `FAULT_TRIALS` sets how often
in the first story (15 by default; the others add a few), `FAULT_SEED` repeats a run. No loss in n
trials bounds their rate at 3/n, at 95 %.
"""

import os
import random
import sqlite3
import threading
import time
from contextlib import closing
from dataclasses import dataclass, field

import pytest

from bot import ids
from practice.world import Settings
from tests.alongside import connected_to, enrol
from tests.forging import Forger, sent_views
from tests.workspace import Control, Someone, start_practice

TRIALS = int(os.environ.get("FAULT_TRIALS", "15"))
SEED = int(os.environ.get("FAULT_SEED", time.time_ns() % 10**6))
PARTNERS = ("ada", "bilal", "cerys")
SAVED = "Your session is saved."
NO_SAVE = "We could not save this just now. Your words are still here."


@dataclass
class Story:
    """People who log sessions with a bot that dies; `told` is every code they read as saved."""

    control: Control
    alongside: object
    people: dict
    told: list = field(default_factory=list)
    typed: int = 0

    def next_code(self):
        self.typed += 1
        return f"K-{self.typed:04}"

    def submit(self, handle, code):
        """Submit the open form; remember it where the person reads that it is saved."""
        answer = self.control.post("submit", person=handle, values={"Client code": code})
        if SAVED in str(answer.get("sees", {}).get("modals")):
            self.told.append(code)
            return True
        return False

    def submit_again(self, handle, code):
        """Press again until it is saved, as often as somebody patient would."""
        for _ in range(5):
            if self.submit(handle, code):
                return
        raise AssertionError(f"{code} was not saved: {self.people[handle].reads}")

    def start(self):
        self.alongside.start().until_ready()
        self.alongside.wait(lambda: self.control.get("health")["bot"] == "connected")

    @property
    def file(self):
        """The database file."""
        [found] = self.alongside.folder.rglob("alongside.db")
        return found

    def stored(self):
        """The client codes in the database file, and what SQLite says of the file."""
        with closing(sqlite3.connect(self.file)) as there:
            codes = [code for (code,) in there.execute("SELECT client_code FROM sessions")]
            return codes, there.execute("PRAGMA integrity_check").fetchone()[0]


@pytest.fixture
def story(tmp_path):
    practice = start_practice(settings=Settings(ack_seconds=1.5))
    control = Control(practice)
    alongside = connected_to(practice, tmp_path / "home")
    told = Story(control, alongside, {})

    def sit_down(handle):
        person = Someone(control, handle).home()
        if "I have read this" in person.home_tab:
            person.press("I have read this", home=True)
        return person

    try:
        told.start()
        sit_down("dilys")
        told.people = dict(zip(PARTNERS, enrol(sit_down, *PARTNERS), strict=True))
        yield told
    finally:
        alongside.kill()
        practice.stop()


@pytest.mark.timeout(120 + TRIALS * 15)
def test_killed_at_any_instant_nothing_that_was_told_is_lost_or_doubled(story):
    luck = random.Random(SEED)
    unanswered = 0

    for trial in range(TRIALS):
        codes = {handle: story.next_code() for handle in PARTNERS}
        for person in story.people.values():
            person.control.post("close", person=person.handle, all=True)
            person.command("/session")
        pressing = [threading.Thread(target=story.submit, args=one) for one in codes.items()]
        for thread in pressing:
            thread.start()
        time.sleep(luck.uniform(0, 0.04))
        story.alongside.kill()
        before, sound = story.stored()
        assert sound == "ok"
        assert set(story.told) <= set(before), (trial, SEED)

        story.start()
        for thread in pressing:
            thread.join()
        assert set(story.told) <= set(story.stored()[0]), (trial, SEED)
        for handle, code in codes.items():
            if code not in story.told:
                unanswered += 1
                assert story.people[handle].typed("client_code")["value"] == code
                story.submit_again(handle, code)

    codes, sound = story.stored()
    assert sound == "ok"
    assert sorted(codes) == sorted(story.told), SEED
    assert len(codes) == len(set(codes)) == TRIALS * len(PARTNERS)
    assert unanswered, "no kill fell on a submission: the delays are too long"
    for person in story.people.values():
        person.close().home()
        assert f"in {TRIALS} session" in person.home_tab


def test_a_crash_between_the_commit_and_the_answer_is_one_session(story):
    ada, code = story.people["ada"], story.next_code()
    ada.command("/session")
    [view] = sent_views(story.control, ids.SESSION_FORM)[-1:]
    # The answer is lost with the connection; the plug is pulled once it stands in the file.
    with closing(sqlite3.connect(story.file, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        since = story.control.get("ledger")["seq"]
        pressing = threading.Thread(target=story.submit, args=("ada", code))
        pressing.start()
        story.alongside.wait(lambda: _is_under_way(story.control, since))
        time.sleep(0.3)
        story.control.fault(socket="cut")
        other.execute("ROLLBACK")
    story.alongside.wait(lambda: code in story.stored()[0])
    story.alongside.kill()
    pressing.join()

    story.start()
    if not story.told:
        story.submit_again("ada", code)
    forger = Forger(story.alongside.settings["slack_api_url"], _token(story), story.control)
    forger.show(ada, view).submit(values={"Client code": code})

    assert SAVED in ada.reads
    assert story.stored()[0] == [code]


def _is_under_way(control, since):
    entries = control.get(f"ledger?since={since}&kind=envelope")["entries"]
    return any(entry["type"] == "view_submission" for entry in entries)


def _token(story):
    return story.alongside.settings["slack_bot_token"]


def test_another_program_that_looks_at_the_database_takes_nothing_with_it(story):
    """SQLite drops every lock of a process that closes the file: sqlite.org/howtocorrupt.html."""
    ada = story.people["ada"]
    for _ in range(3):
        code = story.next_code()
        ada.control.post("close", person="ada", all=True)
        ada.command("/session")
        story.submit_again("ada", code)
        # Whoever is the last to close a database tidies its log away.
        assert code in story.stored()[0]

    story.alongside.kill()
    story.start()

    assert sorted(story.stored()[0]) == sorted(story.told)


def test_a_crash_while_deleting_and_changing_leaves_list_and_sums_agreed(story):
    luck = random.Random(SEED)
    ada = story.people["ada"]
    for _ in range(max(3, TRIALS // 5)):
        ada.control.post("close", person="ada", all=True)
        ada.command("/session")
        story.submit("ada", story.next_code())
        deed = luck.choice(["Delete session", "Change session"])
        ada.press(deed)
        pressing = threading.Thread(
            target=story.control.post,
            args=("action",),
            kwargs={"person": "ada", "label": "Bring it back"},
        )
        if deed == "Change session":
            pressing = threading.Thread(
                target=story.control.post,
                args=("submit",),
                kwargs={"person": "ada", "values": {"How long was it?": "2 hours"}},
            )
        pressing.start()
        time.sleep(luck.uniform(0, 0.03))
        story.alongside.kill()
        pressing.join()
        story.start()

    with closing(sqlite3.connect(story.file)) as there:
        rows = there.execute(
            "SELECT count(*), coalesce(sum(minutes), 0) FROM sessions WHERE deleted_at IS NULL"
        ).fetchone()
        sums = there.execute(
            "SELECT coalesce(sum(sessions), 0), coalesce(sum(minutes), 0) FROM session_totals"
            " WHERE month = 'all'"
        ).fetchone()
    assert rows == sums, SEED


# The disk


def test_a_full_disk_is_said_and_the_words_are_saved_once_there_is_room(story, tmp_path):
    ada = story.people["ada"]
    assert story.alongside.stop()[0] == 0
    room = story.file.stat().st_size + 100_000
    story.alongside.start(preexec_fn=_no_file_above(room)).until_ready()
    story.alongside.wait(lambda: story.control.get("health")["bot"] == "connected")

    code = None
    for _ in range(60):
        if code is None or code in story.told:
            code = story.next_code()
            ada.control.post("close", person="ada", all=True)
            ada.command("/session")
        if not story.submit("ada", code) and ada.errors:
            break
    assert NO_SAVE in " ".join(ada.errors.values())
    assert ada.typed("client_code")["value"] == code
    codes, sound = story.stored()
    assert (sorted(codes), sound) == (sorted(story.told), "ok")

    story.alongside.kill()
    story.start()
    story.submit_again("ada", code)
    codes, sound = story.stored()
    assert (sorted(codes), sound) == (sorted(story.told), "ok")


def _no_file_above(size):
    """The disk is full for every file above this size. Python turns the signal off by itself."""
    import resource

    def limit():
        resource.setrlimit(resource.RLIMIT_FSIZE, (size, size))

    return limit
