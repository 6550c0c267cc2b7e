"""Anything that people and the clock can do with requests, in any order, on the real services.

WALKS says how many walks, a few by default; WALK_SEED where to begin. Which move
leads where is written out by hand here.
"""

import os
import random
import shutil
import time as stopwatch
from collections.abc import Callable, Iterable
from contextlib import closing, suppress
from pathlib import Path

import pytest

from bot.services.supervision_pages import Meeting
from domain.ids import new_id
from domain.people import Person, Role
from domain.refusals import NotValid, Refused
from domain.supervision import Level, Request
from storage import audit, programme, supervision
from storage.engine import Database, open_database
from tests.supervision_rows import DAY, HOUR, Pool, a_meeting

WALKS = int(os.environ.get("WALKS", "12"))
STEPS = 40
ENOUGH = 400

# What may become of a request, by what was done; `look` is what the program does by itself.
LEGAL = {
    "ask": {(None, "open")},
    "claim": {("open", "claimed")},
    "hand_back": {("claimed", "open"), ("booked", "open")},
    "hand_over": {("booked", "claimed")},
    "book": {("claimed", "booked")},
    "record": {("claimed", "met"), ("booked", "met")},
    "close": {("met", "closed")},
    "say_done": {("claimed", "closed"), ("booked", "closed"), ("met", "closed")},
    "withdraw": {("open", "withdrawn"), ("claimed", "withdrawn"), ("booked", "withdrawn")},
    "look": {
        ("claimed", "open"),
        ("booked", "open"),
        ("met", "closed"),
        ("open", "withdrawn"),
        ("claimed", "withdrawn"),
        ("booked", "withdrawn"),
    },
}
# The lines that stand in the audit for a transition.
LINES = {
    "request_sent",
    "request_claimed",
    "request_handed_back",
    "request_handed_over",
    "request_booked",
    "request_met",
    "request_closed",
    "request_withdrawn",
}
LINE_OF = {
    "claim": ["request_claimed"],
    "hand_back": ["request_handed_back"],
    "hand_over": ["request_handed_over"],
    "book": ["request_booked"],
    "record": ["request_met"],
    "close": ["request_closed"],
    "withdraw": ["request_withdrawn"],
}
LOOKED = {
    "open": "request_handed_back",
    "closed": "request_closed",
    "withdrawn": "request_withdrawn",
}
ENDED, HELD = {"closed", "withdrawn"}, {"claimed", "booked", "met"}
TELLING = {"supervision_alert", "supervision_reminder", "supervision_held"}

# What happens, as often as it stands here: some of it to a request, some of it around.
USUAL = ["time_passes", "the_next_look_comes", "claim", "book"] * 2 + ["claim", "claim"]
ACTS = [
    *USUAL,
    *("record", "hand_back", "hand_over", "close", "read_note", "withdraw"),
    *("say_done", "say_done_met", "ask", "look", "deliver"),
    *("roles_change", "accounts_change", "be_away", "hold_at_most", "pause", "pause_all"),
    "leave_for_long",
]

Reached = set[tuple[str, str | None, str]]


class Walk:
    """Two partners, one of whom is a supervisor as well; three more supervisors; a co-lead."""

    def __init__(self, database: Database, reached: Reached, seed: int) -> None:
        self.chance = random.Random(seed)
        self.database, self.reached = database, reached
        self.pool = Pool(self.database, supervisors=3)
        self.bo = self.pool.enrol("UBO", Role.PARTNER, Role.SUPERVISOR)
        self.lead = self.pool.enrol("ULEAD", Role.CO_LEAD)
        self.partners = [self.pool.ada, self.bo]
        self.supervisors = [*self.pool.pool, self.bo]
        self.unwanted: dict[str, set[str]] = {}
        self.states: dict[str, str] = {}
        self.lines: dict[str, list[str]] = {}
        self.just_looked = False
        for level in (Level.ROUTINE, Level.TODAY):
            self.sent(self.pool.ask(level, note="zebra"), ())

    def step(self) -> str:
        """Let one thing happen, and look at everything that holds at every moment."""
        act = self.chance.choice(ACTS)
        self.just_looked = False
        getattr(self, act)()
        for holds in (
            self.states_are_as_the_hand_says,
            self.what_is_kept_fits_the_state,
            self.whatever_waits_is_looked_at_soon,
            self.after_a_look_nothing_is_due_and_nothing_strays,
            self.the_unwanted_learn_of_it_by_no_path,
            self.each_transition_has_one_line,
        ):
            holds()
        return act

    def mostly(self) -> bool:
        return self.chance.random() < 0.8

    def somebody(self) -> Person:
        return self.chance.choice(self.supervisors)

    # What is done

    def requests(self) -> list[Request]:
        with self.database.read() as conn:
            found = [supervision.one(conn, request_id) for request_id in self.states]
        return [one for one in found if one is not None]

    def do(self, act: str, work: Callable[[Request], object]) -> None:
        """Do something with one of the requests; refused, nothing at all has changed."""
        before = self.requests()
        if not before:
            return
        going = [one for one in before if one.state not in ENDED]
        request = self.chance.choice(going if going and self.mostly() else before)
        try:
            work(request)
        except (Refused, NotValid):
            assert self.requests() == before
            return
        self.moved(act, request, before)

    def moved(self, act: str, request: Request, before: list[Request]) -> None:
        others = [one for one in self.requests() if one.id != request.id]
        assert others == [one for one in before if one.id != request.id]
        now = self.pool.one(request)
        lines = LINE_OF.get(act, [])
        if now.state != request.state:
            assert (request.state, now.state) in LEGAL[act], (act, request.state, now.state)
            self.reached.add((act, request.state.value, now.state.value))
        elif now == request or act in {"claim", "withdraw"}:
            # Once more changes nothing.
            assert now == request
            lines = []
        if act == "say_done":
            lines = ["request_met"] * (request.state in {"claimed", "booked"})
            lines += ["request_closed"] * (request.state != "closed")
        self.states[request.id] = now.state
        self.lines[request.id] += lines

    def holder(self, request: Request) -> Person:
        """Mostly who has it, sometimes somebody else."""
        has = [one for one in self.supervisors if one.id == request.supervisor_id]
        return has[0] if has and self.mostly() else self.somebody()

    def ask(self) -> None:
        unwanted = self.chance.sample(self.supervisors, self.chance.choice([0, 0, 0, 1, 2]))
        wanted = self.chance.choice([None, self.somebody()])
        note = self.chance.choice([None, "zebra"])
        before = self.requests()
        try:
            asked = self.pool.send(
                self.chance.choice(list(Level)),
                by=self.chance.choice(self.partners),
                preferred=wanted,
                excluded=unwanted,
                even_so=self.mostly(),
                note=note,
            )
        except (Refused, NotValid):
            assert self.requests() == before
            return
        if asked.page is None:
            assert asked.chance is not None
            assert asked.chance.nobody is not None
            assert len(self.pool.rows("supervision_requests")) == len(before)
            return
        request = asked.page.request
        assert request.state == "open"
        assert request.reply_by > self.pool.now
        assert bool(note) is request.has_note
        self.sent(request, unwanted)

    def sent(self, request: Request, unwanted: Iterable[Person]) -> None:
        self.states[request.id] = request.state
        self.unwanted[request.id] = {one.id for one in unwanted} | {request.person_id}
        self.lines[request.id] = ["request_sent"]

    def claim(self) -> None:
        me = self.somebody()

        def work(request: Request) -> None:
            claimed = self.pool.claim(me, request)
            if claimed.page is None:
                holders = {one.id: one.account.user for one in self.supervisors}
                assert claimed.taken_by == holders[request.supervisor_id or ""]
                return
            assert claimed.page.request.supervisor_id == me.id

        self.do("claim", work)

    def hand_back(self) -> None:
        queue = self.pool.queue
        self.do("hand_back", lambda r: queue.hand_back(self.holder(r).account, r.id))

    def hand_over(self) -> None:
        queue, to = self.pool.queue, self.somebody().id
        self.do("hand_over", lambda r: queue.hand_over(self.holder(r).account, r.id, to))

    def book(self) -> None:
        on = self.pool.now.date() + self.chance.randint(-1, 12) * DAY
        self.do("book", lambda r: self.pool.book(self.holder(r), r, on))

    def record(self) -> None:
        self.do("record", lambda r: self.pool.record(self.holder(r), r))

    def close(self) -> None:
        self.do("close", lambda r: self.pool.queue.close(self.holder(r).account, r.id))

    def read_note(self) -> None:
        def work(request: Request) -> None:
            reader = self.holder(request)
            assert self.pool.queue.read_note(reader.account, request.id) == "zebra"
            assert request.supervisor_id == reader.id
            assert request.state in HELD

        self.do("read_note", work)

    def owner(self, request: Request) -> Person:
        """Mostly whose it is."""
        theirs = self.mostly()
        return next(one for one in self.partners if (one.id == request.person_id) is theirs)

    def withdraw(self) -> None:
        partner = self.pool.partner
        self.do("withdraw", lambda r: partner.withdraw(self.owner(r).account, r.id))

    def say_done_met(self) -> None:
        self.say_done(a_meeting(self.pool.now.date()))

    def say_done(self, meeting: Meeting | None = None) -> None:
        step = self.chance.choice([None, "okapi"])

        def work(request: Request) -> None:
            who = self.owner(request).account
            page = self.pool.partner.say_done(who, request.id, meeting, step, confirmed=True).page
            assert page is not None
            assert page.next_step == step

        self.do("say_done", work)

    # What happens besides

    def time_passes(self) -> None:
        hours = [0.1, 0.5, 0.5, 1, 1, 5, 5, 24, 24, 72, 24 * 15, 24 * 35]
        self.pool.now += self.chance.choice(hours) * HOUR

    def the_next_look_comes(self) -> None:
        coming = [one.looks_at for one in self.requests() if one.looks_at is not None]
        self.pool.now = max(self.pool.now, min(coming, default=self.pool.now))
        self.look()

    def look(self) -> None:
        before = self.requests()
        self.pool.watch.look()
        for request in before:
            now = self.pool.one(request)
            if now.state != request.state:
                assert (request.state, now.state) in LEGAL["look"]
                self.reached.add(("look", request.state.value, now.state.value))
                self.states[request.id] = now.state
                self.lines[request.id].append(LOOKED[now.state])
            if now.state == "withdrawn" != request.state:
                assert request.left_at is not None
                assert self.pool.now - request.left_at >= 30 * DAY
        self.just_looked = True

    def roles_change(self) -> None:
        somebody = self.somebody()
        kept = [Role.PARTNER] if somebody is self.bo else [Role.LEARNING_PARTNER]
        held = [Role.SUPERVISOR] if self.mostly() else []
        self.pool.enrol(somebody.account.user, *kept, *held)

    def accounts_change(self) -> None:
        somebody = self.chance.choice([*self.supervisors, self.pool.ada])
        self.pool.deactivate(somebody, gone=not self.mostly())

    def leave_for_long(self) -> None:
        """A partner's account is switched off, mostly for longer than a request waits for them."""
        self.pool.deactivate(self.pool.ada)
        self.look()
        self.pool.now += self.chance.choice([5, 31, 35]) * DAY
        self.look()
        self.pool.deactivate(self.pool.ada, gone=False)

    def be_away(self) -> None:
        first = self.pool.now.date() + self.chance.randint(0, 3) * DAY
        off = (first, first + self.chance.randint(0, 4) * DAY)
        for one in [self.somebody()] if self.mostly() else self.supervisors:
            with suppress(Refused):
                self.pool.own.be_away(one.account, *off, form=new_id())

    def hold_at_most(self) -> None:
        with suppress(Refused):
            self.pool.own.hold_at_most(self.somebody().account, self.chance.randint(1, 5))

    def pause(self) -> None:
        until = None if self.mostly() else self.pool.now.date() + self.chance.randint(1, 5) * DAY
        self.pool.chooses(self.somebody(), paused_until=until)

    def pause_all(self) -> None:
        with self.database.write() as conn:
            programme.set_paused(conn, not self.mostly(), now=self.pool.now)

    def deliver(self) -> None:
        sent = self.pool.deliver()
        there = {row["person_id"] for row in self.pool.rows("roles") if row["role"] == "supervisor"}
        users = {row["account"]: row for row in self.pool.rows("people")}
        for kind, user in sent:
            assert not users[user]["deactivated"]
            if kind in TELLING:
                assert users[user]["id"] in there

    # What holds at every moment

    def states_are_as_the_hand_says(self) -> None:
        assert {one.id: one.state for one in self.requests()} == self.states

    def what_is_kept_fits_the_state(self) -> None:
        for row in self.pool.rows("supervision_requests"):
            ended, held = row["state"] in ENDED, row["state"] in HELD
            assert (row["wishes"] is None) is ended
            assert row["note"] is None or not ended
            assert (row["ended_at"] is not None) is ended
            assert (row["looks_at"] is None) is ended
            assert held <= (row["supervisor_id"] is not None)
            assert (row["state"] == "booked") <= (row["booked_at"] is not None)
            if row["state"] == "open":
                assert row["supervisor_id"] is row["claimed_at"] is row["booked_at"] is None

    def whatever_waits_is_looked_at_soon(self) -> None:
        with self.database.read() as conn:
            clock = self.pool.desk.response_clock(conn, self.pool.now)
        for one in self.requests():
            if one.state != "open" or one.looks_at is None or one.looks_at <= self.pool.now:
                continue
            far = max(one.reply_by, clock.next_morning(self.pool.now))
            if one.nobody_since is not None and one.left_at is None:
                far = self.pool.now + HOUR
            assert one.looks_at <= far

    def after_a_look_nothing_is_due_and_nothing_strays(self) -> None:
        if not self.just_looked:
            return
        with self.database.read() as conn:
            assert supervision.to_look_at(conn, now=self.pool.now, size=9) == []
        gone = {row["id"] for row in self.pool.rows("people") if row["deactivated"]}
        roles = [row for row in self.pool.rows("roles") if row["role"] == "supervisor"]
        there = {row["person_id"] for row in roles} - gone
        for one in self.requests():
            assert one.looks_at is None or one.looks_at > self.pool.now
            assert one.state not in {"claimed", "booked"} or one.supervisor_id in there

    def the_unwanted_learn_of_it_by_no_path(self) -> None:
        told = {
            (row["subject"], row["person_id"])
            for row in self.pool.rows("deliveries")
            if row["kind"] in TELLING
        }
        for request_id, people in self.unwanted.items():
            assert not told & {(request_id, one) for one in people}
        for somebody in self.supervisors:
            self.sees_only_what_they_may(somebody)

    def sees_only_what_they_may(self, somebody: Person) -> None:
        try:
            queue = self.pool.queue.queue(somebody.account)
        except Refused:
            return
        seen = {row.request.id for row in (*queue.waiting, *queue.held)}
        assert not [one for one in seen if somebody.id in self.unwanted[one]]
        for row in queue.held:
            others = self.pool.queue.one(somebody.account, row.request.id).others
            assert not {one.id for one in others} & self.unwanted[row.request.id]

    def each_transition_has_one_line(self) -> None:
        for request_id, lines in self.lines.items():
            with self.database.read() as conn:
                done = [line[2] for line in audit.about(conn, request_id)]
            assert [one for one in done if one in LINES] == lines


@pytest.mark.timeout(120 + 10 * WALKS)
def test_no_walk_leads_to_a_state_that_cannot_be(migrated_file: Path, tmp_path: Path) -> None:
    reached: Reached = set()
    first = int(os.environ.get("WALK_SEED", stopwatch.time_ns() % 10**6))
    for seed in range(first, first + WALKS):
        file = tmp_path / "walk.db"
        shutil.copyfile(migrated_file, file)
        with closing(open_database(f"sqlite:///{file}")) as database:
            walk, done = Walk(database, reached, seed), []
            try:
                for _ in range(STEPS):
                    done.append(walk.step())
            except Exception as trouble:
                trouble.add_note(f"WALK_SEED={seed}: {' '.join(done)}, and one more")
                raise
        for left in tmp_path.glob("walk.db*"):
            left.unlink()

    # Walks that get nowhere show nothing.
    possible = {(act, *pair) for act, pairs in LEGAL.items() for pair in pairs}
    missing = possible - reached - {("ask", None, "open")}
    assert len(missing) < len(possible) / 2
    assert not missing or WALKS < ENOUGH
