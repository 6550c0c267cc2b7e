"""A person's no counts from the moment they read that it is saved.

What is on its way to them just then is waited for, so that nothing comes after that.
"""

import time
from collections.abc import Callable
from typing import TypeVar

from bot.services.gate import admit
from domain.people import Account, Person
from domain.policy import Act
from storage import outbox
from storage.engine import Connection, Database

LANDING_TRIES = 15
LANDING_SECONDS = 0.1

Done = TypeVar("Done")


def after_landing(
    database: Database, by: Account, act: Act, do: Callable[[Connection, Person, bool], Done]
) -> Done:
    """Do something in a transaction while nothing is on its way to the person, and return it.

    `do` is told whether something still was when the waiting ended.
    """
    for tries_left in reversed(range(LANDING_TRIES)):
        with database.write() as conn:
            me = admit(conn, by, act)
            under_way = outbox.in_flight(conn, me.id)
            if not under_way or not tries_left:
                return do(conn, me, under_way)
        time.sleep(LANDING_SECONDS)
    raise AssertionError("the last try does it")
