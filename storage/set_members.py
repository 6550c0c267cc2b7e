"""Who has a place in a set, who was offered one, and who waits."""

from datetime import datetime

from sqlalchemy import bindparam, delete, insert, select

from domain.learning_sets import Member, Standing
from storage.connection import Connection, Row
from storage.learning_set_tables import set_members
from storage.statements import changing

_c = set_members.c
_COLUMNS = ("set_id", "person_id", "standing", "arrival", "since", "offer_id", "offered_until")
_IS = (_c.set_id == bindparam("set")) & (_c.person_id == bindparam("person"))
_SELECT = select(*(_c[name] for name in _COLUMNS))

_ADD = insert(set_members)
_PUT = changing(set_members, "standing", "since", "offer_id", "offered_until").where(_IS)
_REMOVE = delete(set_members).where(_IS)
_ONE = _SELECT.where(_IS)
_OF_SET = _SELECT.where(_c.set_id == bindparam("set")).order_by(_c.arrival)
_OF_PERSON = _SELECT.where(_c.person_id == bindparam("person")).order_by(_c.since, _c.set_id)
_OFFERS_OVER = (
    select(_c.set_id)
    .where(_c.offered_until.is_not(None), _c.offered_until <= bindparam("now"))
    .order_by(_c.offered_until)
    .limit(bindparam("size"))
)


def add(conn: Connection, member: Member) -> None:
    """Write down where somebody stands who was not there before; hold the set first."""
    conn.execute(
        _ADD,
        set_id=member.set_id,
        person_id=member.person_id,
        arrival=member.arrival,
        **_values(member),
    )


def put(conn: Connection, member: Member) -> None:
    """Write down where somebody stands now."""
    conn.execute(_PUT, set=member.set_id, person=member.person_id, **_values(member))


def remove(conn: Connection, set_id: str, person_id: str) -> bool:
    """Let somebody go; False where they were not there."""
    return conn.execute(_REMOVE, set=set_id, person=person_id) == 1


def one(conn: Connection, set_id: str, person_id: str) -> Member | None:
    """Return where somebody stands with a set."""
    row = conn.first(_ONE, set=set_id, person=person_id)
    return None if row is None else _member(row)


def of_set(conn: Connection, set_id: str) -> list[Member]:
    """Return everybody of a set, in the order in which they pressed Join."""
    return [_member(row) for row in conn.all(_OF_SET, set=set_id)]


def of_person(conn: Connection, person_id: str) -> list[Member]:
    """Return where somebody stands with every set, the longest first."""
    return [_member(row) for row in conn.all(_OF_PERSON, person=person_id)]


def sets_with_offers_over(conn: Connection, *, now: datetime, size: int) -> list[str]:
    """Return some ids of sets in which an offered place is not kept any longer, each once."""
    return list(dict.fromkeys(found for (found,) in conn.all(_OFFERS_OVER, now=now, size=size)))


def _values(member: Member) -> dict[str, object]:
    return {
        "standing": member.standing.value,
        "since": member.since,
        "offer_id": member.offer_id,
        "offered_until": member.offered_until,
    }


def _member(row: Row) -> Member:
    values = dict(zip(_COLUMNS, row, strict=True))
    return Member(standing=Standing(values.pop("standing")), **values)
