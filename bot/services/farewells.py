"""What has to be put right before somebody's rows go, in the transaction in which they go."""

from collections.abc import Callable
from datetime import datetime

from bot.services.check_in_bag import Bag, open_bag, seal_bag
from domain.people import Person
from storage import check_ins
from storage.engine import Connection
from storage.vault import CannotOpen, Vault

Farewell = Callable[[Connection, Vault, Person, datetime], None]


def out_of_open_check_ins(conn: Connection, vault: Vault, me: Person, now: datetime) -> None:
    """Take somebody out of the list of who has answered. Which answer was theirs nobody knows."""
    for one in check_ins.open_for(conn, me.id, now=now):
        found = check_ins.with_bag(conn, one.check_in.id)
        try:
            bag = open_bag(conn, vault, one.check_in.id, found[1] if found else None)
        except CannotOpen:
            continue
        if me.id in bag.answered:
            without = Bag(bag.answered - {me.id}, bag.answers)
            sealed = seal_bag(conn, vault, one.check_in.id, without)
            check_ins.set_bag(conn, one.check_in.id, sealed)


FAREWELLS: tuple[Farewell, ...] = (out_of_open_check_ins,)
"""All of them. Something new that a person can be in the middle of gets a line here."""
