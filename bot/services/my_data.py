"""What is held about somebody: how much of what, and all of it, for them to take away.

What is in it is decided by the reviewed file alone, so that no table can be forgotten. Words of
nobody else are in it, and where a row names somebody else, it does not say whom. A learning set in
which they have a place it names.
"""

import json
from collections.abc import Iterator, Mapping
from datetime import date, datetime
from typing import Any

from bot.services.gate import admit
from bot.services.session_files import KEPT_IN_SLACK
from domain.clock import Clock
from domain.people import Account, Person
from domain.policy import Act
from domain.retention import Entry, Register, SealedFor, Wording
from domain.values import dataclass
from storage import audit, erasing, exporting, files, idempotency
from storage.engine import Connection, Database
from storage.vault import CannotOpen, Place, Vault

YOU = "you"
SOMEBODY_ELSE = "somebody else"
CANNOT_BE_OPENED = "cannot be opened any more"


@dataclass(frozen=True, slots=True, kw_only=True)
class Counted:
    """How much there is of one kind, who can see it and how long it is kept, in words."""

    name: str
    title: str
    what: str
    seen_by: str
    keeps: str
    count: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """All that one table holds about somebody; each row by the names of its columns."""

    name: str
    title: str
    what: str
    why: str
    seen_by: str
    keeps: str
    rows: tuple[Mapping[str, Any], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Opened:
    """That somebody else opened something that was shared with them: whose account, and when."""

    title: str
    item_id: str
    user: str | None
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class LeftOut:
    """What is not in a copy, and why."""

    title: str
    because: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Export:
    """Everything held about somebody at one moment. `zone` is their time zone."""

    made_at: datetime
    user: str
    zone: str
    parts: tuple[Part, ...]
    opened: tuple[Opened, ...]
    left_out: tuple[LeftOut, ...]

    def as_json(self) -> str:
        """Return it for another program to read."""
        return json.dumps(
            {
                "made_at": self.made_at.isoformat(),
                "account": self.user,
                "parts": {one.name: _part(one) for one in self.parts},
                "opened": [
                    {"what": o.title, "item": o.item_id, "by": o.user, "at": o.at.isoformat()}
                    for o in self.opened
                ],
                "not_in_here": [{"what": o.title, "because": o.because} for o in self.left_out],
            },
            indent=2,
            ensure_ascii=False,
            default=_written,
        )


@dataclass(frozen=True, slots=True)
class MyData:
    """The use cases on one's own data, given a database, a vault, a clock and the reviewed file."""

    database: Database
    vault: Vault
    clock: Clock
    register: Register

    def held(self, by: Account) -> tuple[Counted, ...]:
        """Return how much is held about the person, kind by kind, and none where there is none."""
        with self.database.read() as conn:
            me = admit(conn, by, Act.SEE_MY_DATA)
            found = erasing.counts(conn, self.register, me.id)
        return tuple(
            Counted(
                name=name,
                title=self._yours(name).title,
                what=self._yours(name).what,
                seen_by=self._yours(name).seen_by,
                keeps=self._yours(name).kept,
                count=count,
            )
            for name, count in found.items()
            if count
        )

    def opened(self, by: Account) -> tuple[Opened, ...]:
        """Return who opened what the person shared, and when; the latest first."""
        with self.database.read() as conn:
            me = admit(conn, by, Act.SEE_MY_DATA)
            return self._opened(conn, me)

    def export(self, by: Account, *, form: str | None = None) -> Export | None:
        """Return everything that is held about the person, and write down that they took it.

        None where `form` had it before.
        """
        now = self.clock()
        with self.database.write() as conn:
            me = admit(conn, by, Act.EXPORT_MY_DATA)
            if form is not None and idempotency.once(conn, form, me.id, now=now) is not None:
                return None
            audit.write(
                conn,
                at=now,
                actor=me.id,
                action="my_data_exported",
                kind="person",
                object_id=me.id,
            )
            return Export(
                made_at=now,
                user=me.account.user,
                zone=me.tz,
                parts=tuple(self._parts(conn, me)),
                opened=self._opened(conn, me),
                left_out=tuple(self._left_out()),
            )

    def sent(self, by: Account, file_id: str) -> None:
        """Remember a file that is about to go out, so that it is taken back after 24 hours."""
        with self.database.write() as conn:
            me = admit(conn, by, Act.EXPORT_MY_DATA)
            files.add(conn, file_id, me.id, delete_after=self.clock() + KEPT_IN_SLACK)

    def _yours(self, name: str) -> Wording:
        return self.register.entries[name].yours

    def _parts(self, conn: Connection, me: Person) -> Iterator[Part]:
        for entry in self.register.tables:
            if entry.export and entry.owner is not None:
                rows = exporting.rows(conn, self.register, entry, me.id)
                yield Part(
                    name=entry.table,
                    title=entry.yours.title,
                    what=entry.yours.what,
                    why=entry.yours.why,
                    seen_by=entry.yours.seen_by,
                    keeps=entry.yours.kept,
                    rows=tuple(self._row(conn, me, entry, row) for row in rows),
                )

    def _row(
        self, conn: Connection, me: Person, entry: Entry, row: Mapping[str, Any]
    ) -> Mapping[str, Any]:
        told = {
            name: _told(entry, name, value, me)
            for name, value in row.items()
            if name not in entry.others
        }
        for leads_to in entry.sets:
            if (named := told.pop(exporting.set_name(leads_to))) is not None:
                told[leads_to] = named
        for column in self.register.sealed_columns(entry.table):
            assert column.column is not None
            sealed = told.pop(column.column, None)
            if column.export and column.sealed_for is SealedFor.PERSON and sealed is not None:
                told[column.column] = self._words(conn, me, column, row)
        return told

    def _words(self, conn: Connection, me: Person, column: Entry, row: Mapping[str, Any]) -> Any:
        assert column.column is not None
        place = Place(column.table, column.column, str(row[column.row]))
        try:
            text = self.vault.open(conn, me.id, place, row[column.column])
        except CannotOpen:
            return CANNOT_BE_OPENED
        return _unpacked(column, json.loads(text), me) if column.packed else text

    def _opened(self, conn: Connection, me: Person) -> tuple[Opened, ...]:
        found = [
            Opened(title=entry.yours.title, item_id=item_id, user=user, at=at)
            for entry in self.register.tables
            if entry.opened is not None
            for item_id, user, at in exporting.openings(conn, self.register, entry, me.id)
        ]
        return tuple(sorted(found, key=lambda one: one.at, reverse=True))

    def _left_out(self) -> Iterator[LeftOut]:
        for entry in self.register.tables:
            if not entry.export and entry.owner is not None:
                yield LeftOut(title=entry.yours.title, because=entry.export_because or "")


def _told(entry: Entry, column: str, value: Any, me: Person) -> Any:
    """Return a value as it is told. A column that names a person says whether it names this one."""
    if value is None or (value == "" and column in entry.pointers):
        return None
    if column in entry.pointers or column == entry.owner:
        return YOU if value == me.id else _other(entry, column, value)
    return json.loads(value) if column in entry.packed_columns else value


def _unpacked(column: Entry, value: Any, me: Person) -> Any:
    """Return a packed value as it is told: whom it names besides this person, it does not say."""
    if not column.packed_people:
        return value
    return {
        name: _people(one, me) if name in column.packed_people else one
        for name, one in value.items()
    }


def _people(value: Any, me: Person) -> Any:
    if isinstance(value, list):
        return [_people(one, me) for one in value]
    return value if value is None else YOU if value == me.id else SOMEBODY_ELSE


def _other(entry: Entry, column: str, value: Any) -> Any:
    """Return an id that is not the person's: of a thing of theirs as it is, else of nobody."""
    of_a_thing = column == entry.owner and entry.owner_is_a_thing
    return value if of_a_thing else SOMEBODY_ELSE


def _part(one: Part) -> Mapping[str, Any]:
    return {
        "title": one.title,
        "what": one.what,
        "why": one.why,
        "kept": one.keeps,
        "seen_by": one.seen_by,
        "rows": one.rows,
    }


def _written(value: Any) -> str:
    assert isinstance(value, date)
    return value.isoformat()
