"""Anything that people and the clock can do with requests, in any order, on the real services.

WALKS says how many walks; a few by default. Which move leads where is written out by hand here.
"""

import os
import shutil
import tempfile
from collections.abc import Callable
from contextlib import suppress
from datetime import time
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from domain.people import Person, Role
from domain.refusals import NotValid, Refused
from domain.sessions import Mode
from domain.supervision import Level, Request
from storage import audit, programme, supervision
from storage.engine import open_database
from tests.supervision_rows import DAY, HOUR, Pool, a_meeting

WALKS = int(os.environ.get("WALKS", "12"))
STEPS = 40

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

which = st.integers(0, 9)
supervisors = st.integers(0, 3)


class Walk(RuleBasedStateMachine):
    """Two partners, one of whom is a supervisor as well; three more supervisors; a co-lead."""

    def __init__(self, migrated: Path) -> None:
        super().__init__()
        self.folder = Path(tempfile.mkdtemp(prefix="alongside-walk-"))
        shutil.copyfile(migrated, self.folder / "walk.db")
        self.database = open_database(f"sqlite:///{self.folder / 'walk.db'}")
        self.pool = Pool(self.database, supervisors=3)
        self.bo = self.pool.enrol("UBO", Role.PARTNER, Role.SUPERVISOR)
        self.lead = self.pool.enrol("ULEAD", Role.CO_LEAD)
        self.partners = [self.pool.ada, self.bo]
        self.supervisors = [*self.pool.pool, self.bo]
        self.unwanted: dict[str, set[str]] = {}
        self.states: dict[str, str] = {}
        self.lines: dict[str, list[str]] = {}
        self.just_looked = False

    def teardown(self) -> None:
        self.database.close()
        shutil.rmtree(self.folder)

    # What is done

    def requests(self) -> list[Request]:
        with self.database.read() as conn:
            found = [supervision.one(conn, request_id) for request_id in self.states]
        return [one for one in found if one is not None]

    def do(self, act: str, n: int, work: Callable[[Request], object]) -> None:
        """Do something with one of the requests; refused, nothing at all has changed."""
        before = self.requests()
        if not before:
            return
        # Rather with one that is under way.
        request = sorted(before, key=lambda one: one.state in ENDED)[n % min(len(before), 4)]
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
        elif now == request or act in {"claim", "withdraw"}:
            # Once more changes nothing.
            assert now == request
            lines = []
        if act == "say_done":
            lines = ["request_met"] * (request.state in {"claimed", "booked"})
            lines += ["request_closed"] * (request.state != "closed")
        self.states[request.id] = now.state
        self.lines[request.id] += lines
        self.just_looked = False

    def holder(self, request: Request, n: int) -> Person:
        """Mostly who has it, sometimes somebody else."""
        has = [one for one in self.supervisors if one.id == request.supervisor_id]
        return has[0] if has and n % 5 else self.supervisors[n % 4]

    @rule(
        who=st.integers(0, 1),
        level=st.sampled_from(Level),
        preferred=st.none() | supervisors,
        excluded=st.sets(supervisors, max_size=2),
        even_so=st.booleans(),
        note=st.none() | st.just("zebra"),
    )
    def ask(self, who, level, preferred, excluded, even_so, note) -> None:
        unwanted = [self.supervisors[n] for n in excluded]
        wanted = None if preferred is None else self.supervisors[preferred]
        before = self.requests()
        try:
            asked = self.pool.send(
                level,
                by=self.partners[who],
                preferred=wanted,
                excluded=unwanted,
                even_so=even_so,
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
        self.states[request.id] = request.state
        self.unwanted[request.id] = {one.id for one in unwanted} | {self.partners[who].id}
        self.lines[request.id] = ["request_sent"]
        assert request.state == "open"
        assert request.reply_by > self.pool.now
        assert bool(note) is request.has_note

    @rule(n=which, by=supervisors)
    def claim(self, n, by) -> None:
        def work(request: Request) -> None:
            claimed = self.pool.claim(self.supervisors[by], request)
            if claimed.page is None:
                holders = {one.id: one.account.user for one in self.supervisors}
                assert claimed.taken_by == holders[request.supervisor_id or ""]
                return
            assert claimed.page.request.supervisor_id == self.supervisors[by].id

        self.do("claim", n, work)

    @rule(n=which, by=which)
    def hand_back(self, n, by) -> None:
        queue = self.pool.queue
        self.do("hand_back", n, lambda r: queue.hand_back(self.holder(r, by).account, r.id))

    @rule(n=which, by=which, to=supervisors)
    def hand_over(self, n, by, to) -> None:
        queue, user = self.pool.queue, self.supervisors[to].account.user
        self.do("hand_over", n, lambda r: queue.hand_over(self.holder(r, by).account, r.id, user))

    @rule(n=which, by=which, days=st.integers(-1, 20))
    def book(self, n, by, days) -> None:
        on = self.pool.now.date() + days * DAY
        queue = self.pool.queue
        self.do(
            "book",
            n,
            lambda r: queue.book(self.holder(r, by).account, r.id, on, time(11), Mode.VIDEO),
        )

    @rule(n=which, by=which)
    def record(self, n, by) -> None:
        meeting = a_meeting(self.pool.now.date())
        queue = self.pool.queue
        self.do("record", n, lambda r: queue.record(self.holder(r, by).account, r.id, meeting))

    @rule(n=which, by=which)
    def close(self, n, by) -> None:
        queue = self.pool.queue
        self.do("close", n, lambda r: queue.close(self.holder(r, by).account, r.id))

    @rule(n=which, by=which)
    def read_note(self, n, by) -> None:
        def work(request: Request) -> None:
            reader = self.holder(request, by)
            assert self.pool.queue.read_note(reader.account, request.id) == "zebra"
            assert request.supervisor_id == reader.id
            assert request.state in HELD

        self.do("read_note", n, work)

    def owner(self, request: Request, n: int) -> Person:
        """Mostly whose it is."""
        return next(p for p in self.partners if (p.id == request.person_id) is (n % 5 > 0))

    @rule(n=which, by=which)
    def withdraw(self, n, by) -> None:
        partner = self.pool.partner
        self.do("withdraw", n, lambda r: partner.withdraw(self.owner(r, by).account, r.id))

    @rule(n=which, by=which, met=st.booleans(), step=st.none() | st.just("okapi"))
    def say_done(self, n, by, met, step) -> None:
        meeting = a_meeting(self.pool.now.date()) if met else None

        def work(request: Request) -> None:
            who = self.owner(request, by).account
            page = self.pool.partner.say_done(who, request.id, meeting, step, confirmed=True).page
            assert page is not None
            assert page.next_step == step

        self.do("say_done", n, work)

    # What happens besides

    @rule(hours=st.sampled_from([0.1, 0.5, 1, 5, 24, 72, 24 * 15, 24 * 35]), look=st.booleans())
    def time_passes(self, hours, look) -> None:
        self.pool.now += hours * HOUR
        self.just_looked = False
        if look:
            self.look()

    @precondition(lambda self: any(one.looks_at for one in self.requests()))
    @rule()
    def the_next_look_comes(self) -> None:
        coming = min(one.looks_at for one in self.requests() if one.looks_at is not None)
        self.pool.now = max(self.pool.now, coming)
        self.look()

    @rule()
    def look(self) -> None:
        before = self.requests()
        self.pool.watch.look()
        for request in before:
            now = self.pool.one(request)
            if now.state != request.state:
                assert (request.state, now.state) in LEGAL["look"]
                self.states[request.id] = now.state
                self.lines[request.id].append(LOOKED[now.state])
            if now.state == "withdrawn" != request.state:
                assert request.left_at is not None
                assert self.pool.now - request.left_at >= 30 * DAY
        self.just_looked = True

    @rule(by=supervisors, holds=st.booleans())
    def roles_change(self, by, holds) -> None:
        somebody = self.supervisors[by]
        kept = [Role.PARTNER] if somebody is self.bo else [Role.LEARNING_PARTNER]
        self.pool.enrol(somebody.account.user, *kept, *([Role.SUPERVISOR] if holds else []))
        self.just_looked = False

    @rule(who=st.integers(0, 4), gone=st.booleans())
    def accounts_change(self, who, gone) -> None:
        self.pool.deactivate([*self.supervisors, self.pool.ada][who], gone)
        self.just_looked = False

    @rule(by=supervisors, first=st.integers(0, 5), days=st.integers(0, 12))
    def be_away(self, by, first, days) -> None:
        today = self.pool.now.date()
        off = (today + first * DAY, today + (first + days) * DAY)
        with suppress(Refused):
            self.pool.own.be_away(self.supervisors[by].account, *off, form=f"{by}{off}")

    @rule(by=supervisors, most=st.integers(1, 3))
    def hold_at_most(self, by, most) -> None:
        with suppress(Refused):
            self.pool.own.hold_at_most(self.supervisors[by].account, most)

    @rule(by=supervisors, days=st.none() | st.integers(1, 9))
    def pause(self, by, days) -> None:
        until = None if days is None else self.pool.now.date() + days * DAY
        self.pool.chooses(self.supervisors[by], paused_until=until)

    @rule(paused=st.booleans())
    def pause_everything(self, paused) -> None:
        with self.database.write() as conn:
            programme.set_paused(conn, paused, now=self.pool.now)

    @rule()
    def deliver(self) -> None:
        sent = self.pool.deliver()
        there = {row["person_id"] for row in self.pool.rows("roles") if row["role"] == "supervisor"}
        users = {row["account"]: row for row in self.pool.rows("people")}
        for kind, user in sent:
            assert not users[user]["deactivated"]
            if kind in TELLING:
                assert users[user]["id"] in there

    # What holds at every moment

    @invariant()
    def states_are_as_the_hand_says(self) -> None:
        assert {one.id: one.state for one in self.requests()} == self.states

    @invariant()
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

    @invariant()
    def whatever_waits_is_looked_at_soon(self) -> None:
        with self.database.read() as conn:
            clock = self.pool.desk.response_clock(conn, self.pool.now)
        for one in self.requests():
            if one.state != "open" or one.looks_at is None or one.looks_at <= self.pool.now:
                continue
            far = max(one.reply_by, clock.next_morning(self.pool.now))
            if one.nobody_since is not None:
                far = self.pool.now + HOUR
            assert one.looks_at <= far

    @precondition(lambda self: self.just_looked)
    @invariant()
    def after_a_look_nothing_is_due_and_nothing_strays(self) -> None:
        with self.database.read() as conn:
            assert supervision.to_look_at(conn, now=self.pool.now, size=9) == []

    @invariant()
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
        ids = {one.account.user: one.id for one in self.supervisors}
        for row in queue.held:
            others = self.pool.queue.one(somebody.account, row.request.id).others
            assert not {ids[user] for user in others} & self.unwanted[row.request.id]

    @invariant()
    def each_transition_has_one_line(self) -> None:
        for request_id, lines in self.lines.items():
            with self.database.read() as conn:
                done = [line[2] for line in audit.about(conn, request_id)]
            assert [one for one in done if one in LINES] == lines


@pytest.mark.timeout(120 + 10 * WALKS)
def test_no_walk_leads_to_a_state_that_cannot_be(migrated_file: Path) -> None:
    run_state_machine_as_test(
        lambda: Walk(migrated_file),
        settings=settings(
            max_examples=WALKS,
            stateful_step_count=STEPS,
            deadline=None,
            suppress_health_check=list(HealthCheck),
        ),
    )
