"""The incident list: whose data of which kinds a stretch of time touched. No words of anybody.

It is for whoever runs the server, after something went wrong: a lost key, a stolen copy, an account
in other hands. That it was made is written down.
"""

import json
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass as changing
from dataclasses import field
from datetime import datetime
from typing import Any

from domain.clock import Clock
from domain.retention import Entry, Register
from domain.values import dataclass
from storage import audit
from storage import incidents as store
from storage.engine import Connection, Database
from storage.incidents import Span

REFUSED = "refused"


@changing(slots=True, kw_only=True)
class Kind:
    """What one person had of one kind. `named` are rows of others' that name them.

    `opened` counts how often somebody else opened it, by the reader's member id; None stands for
    readers who are not known any more. `sealed` needs a key to be read, and `special` can tell of
    somebody's health.
    """

    name: str
    title: str
    sealed: bool
    special: bool
    held: int = 0
    made: int = 0
    changed: int = 0
    named: int = 0
    opened: Counter[str | None] = field(default_factory=Counter)


@changing(slots=True, kw_only=True)
class Involved:
    """One person, by the ids that Slack has for them. `did` and `done_to` count acts by name."""

    team: str
    user: str
    kinds: dict[str, Kind] = field(default_factory=dict)
    did: Counter[str] = field(default_factory=Counter)
    done_to: Counter[str] = field(default_factory=Counter)
    sent: Counter[str] = field(default_factory=Counter)


_People = Mapping[str, Involved]
"""By the id of the person."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """The list. `gone` counts the acts of people who are not known any more, and `program` its own.

    `untimed` are the kinds of which nothing says since when a row is there. `cut` are the kinds
    whose time is so short that rows of this span are gone by now; each with its time in words.
    """

    span: Span
    made_at: datetime
    people: tuple[Involved, ...]
    channels: Mapping[str, Counter[str]]
    gone: Counter[str]
    program: Counter[str]
    erased: int
    untimed: tuple[str, ...]
    cut: Mapping[str, str]

    def as_json(self) -> str:
        """Return it for another program to read."""
        return json.dumps(
            {
                "from": self.span.since.isoformat(),
                "to": self.span.until.isoformat(),
                "made_at": self.made_at.isoformat(),
                "people": [_person(one) for one in self.people],
                "channels": self.channels,
                "people_not_known_any_more": {"did": self.gone, "deleted_in_it": self.erased},
                "program_did": self.program,
                "held_without_a_time": self.untimed,
                "gone_by_now": self.cut,
            },
            indent=2,
        )


@dataclass(frozen=True, slots=True)
class Incidents:
    """Makes the list, given a database, a clock and the reviewed file."""

    database: Database
    clock: Clock
    register: Register

    def report(self, span: Span) -> Report:
        """Return the list for a span, and write down that it was made."""
        now = self.clock()
        with self.database.read() as conn:
            report = self._report(conn, span, now)
        with self.database.write() as conn:
            audit.write(
                conn,
                at=now,
                actor=None,
                action="incident_listed",
                kind="programme",
                object_id="programme",
            )
        return report

    def _report(self, conn: Connection, span: Span, now: datetime) -> Report:
        known = store.known(conn, span)
        found = {one: Involved(team=team, user=user) for one, (team, user) in known.items()}
        gone, program = Counter[str](), Counter[str]()
        for actor, action, outcome, number in store.done(conn, span):
            counts = program if actor is None else found[actor].did if actor in found else gone
            counts[_act(action, outcome)] += number
        for person_id, action, outcome, number in store.done_to(conn, span):
            if person_id in found:
                found[person_id].done_to[_act(action, outcome)] += number
        for entry in self.register.tables:
            self._look(conn, entry, span, found)
            if entry.opened is not None:
                self._look_who_opened(conn, entry, span, found)
        return Report(
            span=span,
            made_at=now,
            people=tuple(found.values()),
            channels=_sent(conn, span, found),
            gone=gone,
            program=program,
            erased=store.erased(conn, span),
            untimed=tuple(e.name for e in self.register.tables if e.owner and e.made is None),
            cut=dict(self._cut(span, now)),
        )

    def _look(self, conn: Connection, entry: Entry, span: Span, found: _People) -> None:
        """Add what one table held of each person, whom it named, and what was opened of it."""
        if entry.owner is not None:
            for row in store.touched(conn, self.register, entry, span):
                if row.person_id in found:
                    kind = self._kind(found[row.person_id], row.name)
                    kind.held, kind.made, kind.changed = row.held, row.made, row.changed
        for person_id, number in store.naming(conn, entry, span):
            if person_id in found:
                self._kind(found[person_id], entry.name).named += number

    def _look_who_opened(self, conn: Connection, entry: Entry, span: Span, found: _People) -> None:
        for person_id, reader, number in store.opened(conn, self.register, entry, span):
            if person_id in found:
                by = found[reader].user if reader is not None and reader in found else None
                self._kind(found[person_id], entry.name).opened[by] += number

    def _kind(self, person: Involved, name: str) -> Kind:
        entry = self.register.entries[name]
        kind = Kind(
            name=name,
            title=entry.title,
            sealed=entry.column is not None,
            special=entry.special is not None,
        )
        return person.kinds.setdefault(name, kind)

    def _cut(self, span: Span, now: datetime) -> Iterator[tuple[str, str]]:
        for entry in self.register.tables:
            if entry.swept and entry.period and span.since <= entry.period.before(now):
                yield entry.name, entry.kept


def _sent(conn: Connection, span: Span, found: _People) -> Mapping[str, Counter[str]]:
    """Add what was sent to each person, and return what went into channels, by channel."""
    channels: dict[str, Counter[str]] = {}
    for person_id, channel, kind, number in store.sent(conn, span):
        if person_id is None:
            channels.setdefault(channel or "", Counter())[kind] += number
        elif person_id in found:
            found[person_id].sent[kind] += number
    return channels


def _act(action: str, outcome: str) -> str:
    return f"{action} ({REFUSED})" if outcome == REFUSED else action


def _person(one: Involved) -> Mapping[str, Any]:
    return {
        "workspace": one.team,
        "member": one.user,
        "kinds": {
            name: {
                "title": kind.title,
                "sealed": kind.sealed,
                "may_tell_of_health": kind.special,
                "held": kind.held,
                "made": kind.made,
                "changed": kind.changed,
                "named_in": kind.named,
                "opened_by": {user or "not known any more": n for user, n in kind.opened.items()},
            }
            for name, kind in one.kinds.items()
        },
        "did": one.did,
        "done_to": one.done_to,
        "sent": one.sent,
    }
