"""What is held, for how long, and what becomes of it: the values of the reviewed file."""

import re
from collections.abc import Mapping
from dataclasses import field
from datetime import date, datetime, timedelta
from enum import StrEnum

from domain.values import dataclass

NOTICE = timedelta(days=14)
"""How long before words go their writer is told."""
LOOKED_AHEAD = timedelta(days=21)
"""How far one notice looks ahead, so that nobody gets more than one a week."""
RUN_EVERY = timedelta(hours=12)
"""Half of the day by which nothing may outlive its time: one run may be left out."""
ALARM_AFTER = timedelta(hours=48)
LEFT = "left"
"""In place of a column: the time counts from when the person left."""


class AtEnd(StrEnum):
    """What becomes of it when its time is over."""

    DELETED = "deleted"
    EMPTIED = "emptied"
    STAYS = "stays"


class OnErasure(StrEnum):
    """What becomes of a person's rows when they have everything deleted.

    Freed: the row stays until its work is done, and belongs to nobody.
    """

    DELETED = "deleted"
    KEPT = "kept"
    FREED = "freed"
    NOBODYS = "nobodys"


class Pointer(StrEnum):
    """What erasure does where somebody else's row, or nobody's, names the person."""

    DELETED = "deleted"
    EMPTIED = "emptied"
    KEPT = "kept"


class SealedFor(StrEnum):
    """Whose key opens a sealed column."""

    PERSON = "person"
    CHECK_IN = "check_in"
    LEARNING_SET = "learning_set"
    KEY = "key"


@dataclass(frozen=True, slots=True)
class Period:
    """A length of time as people count it: a year ends on the same date of the next one."""

    count: int
    unit: str

    @classmethod
    def parse(cls, text: str) -> "Period | None":
        """Read `48 hours`, `90 days` or `7 years`; None for any other words."""
        found = re.fullmatch(r"(\d+) (hours|days|years)", text)
        return None if found is None else cls(int(found[1]), found[2])

    def before(self, now: datetime) -> datetime:
        """Return the moment such that what began then is just over."""
        if self.unit != "years":
            return now - timedelta(**{self.unit: self.count})
        day = now.date()
        year = day.year - self.count
        leap = (day.month, day.day) == (2, 29)
        earlier = date(year, 2, 28) if leap and not _is_leap(year) else day.replace(year=year)
        return datetime.combine(earlier, now.timetz())

    def after(self, day: date) -> date:
        """Return the day on which what began on this day is just over."""
        if self.unit != "years":
            return day + timedelta(**{self.unit: self.count})
        year = day.year + self.count
        leap = (day.month, day.day) == (2, 29)
        return date(year, 3, 1) if leap and not _is_leap(year) else day.replace(year=year)


def _is_leap(year: int) -> bool:
    return year % 4 == 0 and (year % 100 != 0 or year % 400 == 0)


_TWO_WORDINGS = re.compile(r"\{([^{|}]*)\|([^{|}]*)\}")
_LEFT_IN_WORDS = "{they|you} left the programme"


def to_others(text: str) -> str:
    """Return a sentence as it is said of people: the first of each `{they|you}`."""
    return _TWO_WORDINGS.sub(r"\1", text)


def to_you(text: str) -> str:
    """Return a sentence as it is said to the person whom it is about: the second of each."""
    return _TWO_WORDINGS.sub(r"\2", text)


def in_full(
    keeps: str, *, begins: str | None = None, after: str | None = None, besides: str | None = None
) -> str:
    """Return for how long something is kept: its time, from when, and what else ends it."""
    since = _LEFT_IN_WORDS if begins == LEFT else after
    whole = keeps if since is None else f"{keeps} after {since}"
    return whole if besides is None else f"{whole}; {besides}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Wording:
    """What one entry says, worded for whoever reads it. `kept` says for how long, whole."""

    title: str
    what: str
    why: str
    seen_by: str
    kept: str
    erasure_because: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One table, or one sealed column of it, as the reviewed file describes it.

    `title`, `what`, `why`, `seen_by` and so on are words for people; where a person reads of
    themselves, `yours` has the same in words to them. `period` is None where the time is no fixed
    length; `keeps` then says it in words. It counts from the column `begins`, or from `LEFT`, and
    `after` says so in words; `besides` says how it can be over sooner; or the column `ends` holds
    the day itself. `made` is the column that says since when a row is there, `changed` are those
    that say when something was last done to it. `by_hand` names the code that takes it away where
    deleting the row is not enough. `owner` is the column that leads to the person. `row` is the
    column that names the row of a sealed value. `pointers` are columns which name other people,
    `sets` those of them that may name a learning set, `things` columns with ids that are not of
    people. `others` are columns that may tell of other people; no copy holds them. `packed` is a
    sealed value that the program packs as JSON, `packed_people` what in it names people, and
    `packed_columns` are such columns that are not sealed. `also` are columns of the rows that this
    one refers to, as `column.name`, by which people know what it is about. `special` says why it
    can tell of somebody's health. `opened` is the action of the audit that says who read it.
    `goes_with` is the column that leads to the row with which it goes, when that one's time is
    over, if it has not gone before.
    """

    table: str
    column: str | None = None
    title: str
    what: str
    why: str
    seen_by: str
    keeps: str
    kept: str
    yours: Wording
    begins: str | None = None
    ends: str | None = None
    by_hand: str | None = None
    at_end: AtEnd
    notice: bool = False
    export: bool
    export_because: str | None = None
    erasure: OnErasure
    erasure_because: str | None = None
    owner: str | None = None
    row: str = "id"
    sealed_for: SealedFor | None = None
    pointers: Mapping[str, Pointer] = field(default_factory=dict)
    things: tuple[str, ...] = ()
    others: tuple[str, ...] = ()
    packed: bool = False
    packed_columns: tuple[str, ...] = ()
    packed_people: tuple[str, ...] = ()
    also: tuple[str, ...] = ()
    sets: tuple[str, ...] = ()
    made: str | None = None
    changed: tuple[str, ...] = ()
    special: str | None = None
    opened: str | None = None
    goes_with: str | None = None

    @property
    def name(self) -> str:
        """`sessions`, or `sessions.note` for a column."""
        return self.table if self.column is None else f"{self.table}.{self.column}"

    @property
    def period(self) -> Period | None:
        """The fixed length of time, if it has one."""
        return Period.parse(self.keeps)

    @property
    def owner_is_a_thing(self) -> bool:
        """Whether the owner's column holds the id of a thing of theirs, and not their own."""
        return self.owner in self.things

    @property
    def swept(self) -> bool:
        """Whether something takes it away by itself when its time is over."""
        return self.at_end is not AtEnd.STAYS and bool(self.begins or self.ends)


@dataclass(frozen=True, slots=True)
class Register:
    """Every entry, by its name."""

    entries: Mapping[str, Entry]

    @property
    def tables(self) -> tuple[Entry, ...]:
        """The entries of whole rows."""
        return tuple(one for one in self.entries.values() if one.column is None)

    @property
    def owners(self) -> Mapping[str, str]:
        """For each table with rows of people, the column that leads to the person."""
        return {one.table: one.owner for one in self.tables if one.owner is not None}

    def sealed_columns(self, table: str) -> tuple[Entry, ...]:
        """Return the entries of a table's sealed columns."""
        found = (one for one in self.entries.values() if one.table == table)
        return tuple(one for one in found if one.column is not None)
