"""Who has which role in a meeting, and who declined one."""

from sqlalchemy import bindparam, delete, select

from domain.set_meetings import MeetingState
from domain.set_roles import RoleState, SetRole, Taken
from storage.connection import Connection
from storage.learning_set_tables import set_meetings, set_roles
from storage.statements import upsert

_c, _m = set_roles.c, set_meetings.c
_OF = _c.meeting_id == bindparam("meeting")
_insert = upsert(set_roles)
_PUT = _insert.on_conflict_do_update(
    index_elements=[_c.meeting_id, _c.person_id, _c.role], set_={"state": _insert.excluded.state}
)
_OF_MEETING = (
    select(_c.person_id, _c.role, _c.state).where(_OF).order_by(_c.role, _c.state, _c.person_id)
)
_REMOVE = delete(set_roles).where(_OF, _c.person_id == bindparam("person"))
_DROP = _REMOVE.where(_c.role == bindparam("role"))
_RELEASE = _REMOVE.where(_c.state != RoleState.DECLINED.value)
_CLEAR = delete(set_roles).where(_OF)
_HISTORY = (
    select(_c.role, _c.person_id, _m.number)
    .join(set_meetings, _m.id == _c.meeting_id)
    .where(
        _m.set_id == bindparam("set"),
        _m.number < bindparam("before"),
        _m.state != MeetingState.CANCELLED.value,
        _c.state != RoleState.DECLINED.value,
    )
    .order_by(_m.number)
)


def put(conn: Connection, meeting_id: str, taken: Taken) -> None:
    """Keep that somebody has a role, or declined it."""
    conn.execute(
        _PUT,
        meeting_id=meeting_id,
        person_id=taken.person_id,
        role=taken.role.value,
        state=taken.state.value,
    )


def remove(conn: Connection, meeting_id: str, person_id: str) -> int:
    """Forget somebody's roles in a meeting; return how many."""
    return conn.execute(_REMOVE, meeting=meeting_id, person=person_id)


def drop(conn: Connection, meeting_id: str, taken: Taken) -> None:
    """Forget that somebody has a role."""
    conn.execute(_DROP, meeting=meeting_id, person=taken.person_id, role=taken.role.value)


def release(conn: Connection, meeting_id: str, person_id: str) -> int:
    """Forget the roles that somebody has in a meeting, not what they declined; return how many."""
    return conn.execute(_RELEASE, meeting=meeting_id, person=person_id)


def clear(conn: Connection, meeting_id: str) -> None:
    """Forget all roles of a meeting."""
    conn.execute(_CLEAR, meeting=meeting_id)


def of_meeting(conn: Connection, meeting_id: str) -> list[Taken]:
    """Return who has which role, and who declined."""
    return [
        Taken(person_id, SetRole(role), RoleState(state))
        for person_id, role, state in conn.all(_OF_MEETING, meeting=meeting_id)
    ]


def history(conn: Connection, set_id: str, *, before: int) -> dict[SetRole, dict[str, list[int]]]:
    """Return who had which role in which meetings of a set numbered below `before`.

    Those that are still to come count as well: somebody is down for it.
    """
    found: dict[SetRole, dict[str, list[int]]] = {role: {} for role in SetRole}
    for role, person_id, number in conn.all(_HISTORY, set=set_id, before=before):
        found[SetRole(role)].setdefault(person_id, []).append(number)
    return found
