"""What has to be put right before somebody's rows go, in the transaction in which they go."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime

from bot.services.check_in_bag import Bag, readable_bag, seal_bag
from bot.services.set_places import let_go_everywhere
from bot.services.supervision_desk import Desk
from bot.services.supervision_offer import offer
from bot.services.supervision_queue import give_back
from domain.deliveries import Kind
from domain.people import Person
from domain.supervision import Move, Request, Side, State, can, moved
from storage import check_ins, learning_sets, people, set_meetings, set_members, supervision
from storage.engine import Connection

Farewell = Callable[[Connection, Desk, Person, datetime], None]
_EVERY_ONE = 10_000


def hold(conn: Connection, person_id: str) -> None:
    """Let nobody else change what somebody is in the middle of. Before the person is held.

    Whoever joins a set or picks up a request holds that first and the person then. In the same
    order, nobody waits for each other in a circle.
    """
    sets = {member.set_id for member in set_members.of_person(conn, person_id)}
    sets |= {meeting.set_id for meeting in set_meetings.led_by(conn, person_id)}
    sets |= {found.id for found in learning_sets.led_by(conn, person_id)}
    for set_id in sorted(sets):
        learning_sets.held(conn, set_id)
    requests = [*_own(conn, person_id), *supervision.held_by(conn, person_id)]
    for request_id in sorted({request.id for request in requests}):
        supervision.one(conn, request_id)


def take_requests_back(conn: Connection, desk: Desk, me: Person, now: datetime) -> None:
    """Take back what they asked for. Whoever picked it up hears that it is not there any more."""
    for request in _own(conn, me.id):
        if can(request.state, Move.WITHDRAW, Side.PARTNER):
            state = moved(request.state, Move.WITHDRAW, Side.PARTNER)
            after = replace(request, state=state, ended_at=now, looks_at=None, left_at=None)
            desk.change(conn, me, after, "request_withdrawn")
            if request.supervisor_id is not None:
                desk.alert(conn, Kind.SUPERVISION_HELD, after, [request.supervisor_id])


def lose_roles(conn: Connection, desk: Desk, me: Person, now: datetime) -> None:
    """Take their roles: from here on nothing is offered to them, and nobody asks them."""
    people.set_roles(conn, me, (), by=None, now=now)


def leave_sets(conn: Connection, desk: Desk, me: Person, now: datetime) -> None:
    """Give their places to those who wait, and ask for a facilitator where they were it."""
    let_go_everywhere(conn, replace(me, roles=frozenset()), now)


def hand_requests_back(conn: Connection, desk: Desk, me: Person, now: datetime) -> None:
    """Put what they picked up as a supervisor back into the pool."""
    clock = desk.response_clock(conn, now)
    for held in supervision.held_by(conn, me.id):
        if can(held.state, Move.HAND_BACK, Side.PROGRAM):
            give_back(desk, conn, None, Side.PROGRAM, held, clock, now)


def out_of_wishes(conn: Connection, desk: Desk, me: Person, now: datetime) -> None:
    """Take them out of other people's sealed wishes, as wanted or not wanted."""
    for found in supervision.with_wishes(conn):
        wishes = desk.readable_wishes(conn, found)
        if wishes is None or me.id not in {wishes.preferred, *wishes.excluded}:
            continue
        request = supervision.one(conn, found.id)
        assert request is not None, "it was there in this transaction"
        wanted = wishes.preferred == me.id
        without = replace(
            wishes,
            preferred=None if wanted else wishes.preferred,
            excluded=wishes.excluded - {me.id},
        )
        sealed = desk.seal_wishes(conn, request.person_id, request.id, without)
        supervision.set_wishes(conn, request.id, sealed)
        if wanted and request.state is State.OPEN and request.first_until is not None:
            # It was offered to them alone.
            to_all = replace(request, first_until=None)
            offer(desk, conn, None, to_all, desk.response_clock(conn, now), "request_offered")


def out_of_open_check_ins(conn: Connection, desk: Desk, me: Person, now: datetime) -> None:
    """Take somebody out of the list of who has answered. Which answer was theirs nobody knows."""
    for one in check_ins.open_for(conn, me.id, now=now):
        found = check_ins.with_bag(conn, one.check_in.id)
        bag = readable_bag(conn, desk.vault, one.check_in.id, found[1] if found else None)
        if bag is not None and me.id in bag.answered:
            without = Bag(bag.answered - {me.id}, bag.answers)
            sealed = seal_bag(conn, desk.vault, one.check_in.id, without)
            check_ins.set_bag(conn, one.check_in.id, sealed)


FAREWELLS: tuple[Farewell, ...] = (
    out_of_open_check_ins,
    take_requests_back,
    lose_roles,
    leave_sets,
    hand_requests_back,
    out_of_wishes,
)
"""All of them, in this order. Something new that a person can be in the middle of gets a line."""


def _own(conn: Connection, person_id: str) -> list[Request]:
    return supervision.of_person(conn, person_id, size=_EVERY_ONE)
