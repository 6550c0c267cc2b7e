"""The one way to find out who acts, inside the transaction that acts."""

from domain import policy
from domain.people import Account, Person
from domain.policy import Act
from domain.refusals import Refused
from storage import people
from storage.engine import Connection


def admit(conn: Connection, by: Account, act: Act, *, owner_id: str | None = None) -> Person:
    """Return who acts, as they stand in this transaction, or refuse.

    Raises:
        Refused: By `domain.policy`.
    """
    person = people.actor(conn, by)
    policy.check(act, person, owner_id=owner_id)
    if person is None:
        raise Refused("not_enrolled")
    return person
