"""What members of a set write: offers for a day, and actions. All of it is sealed."""

from datetime import datetime

from sqlalchemy import bindparam, delete, insert, literal, or_, select

from domain.set_actions import Action, ActionState
from storage.connection import Connection, Row
from storage.learning_set_tables import set_actions, set_offers
from storage.statements import changing, stands, upsert

_o, _c = set_offers.c, set_actions.c
_COLUMNS = ("id", "set_id", "meeting_id", "person_id", "made_at", "state", "reviewed_in")
_ACTION = select(*(_c[name] for name in _COLUMNS), _c.words)
_IS = _c.id == bindparam("action")
_OLDEST_FIRST = (_c.made_at, _c.id)
_MEETING = _o.meeting_id == bindparam("meeting")
_OF_PERSON = _o.person_id == bindparam("person")

_insert = upsert(set_offers)
_PUT_OFFER = _insert.on_conflict_do_update(
    index_elements=[_o.meeting_id, _o.person_id], set_={"words": _insert.excluded.words}
)
_OFFERS = select(_o.person_id, _o.words).where(_MEETING).order_by(_o.person_id)
_DROP_OFFER = delete(set_offers).where(_MEETING, _OF_PERSON)
_DROP_OFFERS = delete(set_offers).where(_MEETING)
_ADD = insert(set_actions)
_ONE = _ACTION.where(_IS)
_OF_SET = _ACTION.where(_c.set_id == bindparam("set")).order_by(*_OLDEST_FIRST)
_OF = _ACTION.where(_c.person_id == bindparam("person")).order_by(*_OLDEST_FIRST)
_GOING_ON = (
    select(literal(True))
    .where(
        _c.person_id == bindparam("person"),
        or_(*(stands(_c.state, state) for state in ActionState if state.goes_on)),
    )
    .limit(1)
)
_CHANGE = changing(set_actions, "words").where(_IS)
_REVIEW = changing(set_actions, "state", "reviewed_in").where(_IS)
_REMOVE = delete(set_actions).where(_IS)


def put_offer(conn: Connection, meeting_id: str, person_id: str, sealed: bytes) -> None:
    """Keep somebody's offer in place of the one before."""
    conn.execute(_PUT_OFFER, meeting_id=meeting_id, person_id=person_id, words=sealed)


def offers(conn: Connection, meeting_id: str) -> list[tuple[str, bytes]]:
    """Return who offered what, sealed."""
    return [(person_id, sealed) for person_id, sealed in conn.all(_OFFERS, meeting=meeting_id)]


def drop_offer(conn: Connection, meeting_id: str, person_id: str) -> bool:
    """Delete somebody's offer; False where there was none."""
    return conn.execute(_DROP_OFFER, meeting=meeting_id, person=person_id) == 1


def drop_offers(conn: Connection, meeting_id: str) -> int:
    """Delete every offer of a meeting; return how many."""
    return conn.execute(_DROP_OFFERS, meeting=meeting_id)


def add_action(conn: Connection, action: Action, sealed: bytes) -> None:
    """Keep an action."""
    conn.execute(
        _ADD,
        id=action.id,
        set_id=action.set_id,
        meeting_id=action.meeting_id,
        person_id=action.person_id,
        words=sealed,
        state=action.state.value,
        made_at=action.made_at,
        reviewed_in=action.reviewed_in,
    )


def action(conn: Connection, action_id: str) -> tuple[Action, bytes] | None:
    """Return one action with its sealed words."""
    row = conn.first(_ONE, action=action_id)
    return None if row is None else _action(row)


def actions_of_set(conn: Connection, set_id: str) -> list[tuple[Action, bytes]]:
    """Return every action of a set with its sealed words, the oldest first."""
    return [_action(row) for row in conn.all(_OF_SET, set=set_id)]


def actions_of(conn: Connection, person_id: str) -> list[tuple[Action, bytes]]:
    """Return every action of somebody with its sealed words, the oldest first."""
    return [_action(row) for row in conn.all(_OF, person=person_id)]


def has_going_on(conn: Connection, person_id: str) -> bool:
    """Whether any action of somebody's goes on, however many they had before."""
    return conn.value(_GOING_ON, person=person_id) is not None


def change_action(conn: Connection, action_id: str, sealed: bytes) -> None:
    """Put other words in place of an action's."""
    conn.execute(_CHANGE, action=action_id, words=sealed)


def review_action(
    conn: Connection, action_id: str, state: ActionState, reviewed_in: str | None
) -> None:
    """Keep what became of an action, and in which meeting it was spoken of."""
    conn.execute(_REVIEW, action=action_id, state=state.value, reviewed_in=reviewed_in)


def remove_action(conn: Connection, action_id: str) -> bool:
    """Delete an action; False where it was not there."""
    return conn.execute(_REMOVE, action=action_id) == 1


def _action(row: Row) -> tuple[Action, bytes]:
    action_id, set_id, meeting_id, person_id, made_at, state, reviewed_in, words = row
    made: datetime = made_at
    kept = Action(
        id=action_id,
        set_id=set_id,
        meeting_id=meeting_id,
        person_id=person_id,
        made_at=made,
        state=ActionState(state),
        reviewed_in=reviewed_in,
    )
    return kept, words
