"""Offers an open request to everyone who can take it, and says when it is looked at again."""

from dataclasses import replace

from bot.services.supervision_desk import Desk
from bot.services.supervision_draft import next_look
from domain.deliveries import Kind
from domain.people import Person
from domain.response_clock import ResponseClock
from domain.supervision import Chance, Nobody, Request, chance_of, sees
from storage import supervision as store
from storage.engine import Connection


def offer(
    desk: Desk,
    conn: Connection,
    actor: Person | None,
    request: Request,
    clock: ResponseClock,
    action: str,
    *,
    kind: Kind = Kind.SUPERVISION_ALERT,
    but: str | None = None,
) -> Chance:
    """Keep an open request and plan that those who can take it hear of it, one of them excepted.

    It is written down, unless it is only a reminder and there is nobody to be reminded. Nobody can
    take one whose wishes cannot be opened: they may say whom its person would rather not have.
    """
    now = desk.clock()
    wishes = desk.readable_wishes(conn, request)
    chance = Chance(nobody=Nobody.NO_ONE)
    if wishes is not None:
        chance = chance_of(desk.pool(conn, now), request, wishes, now)
    nobody_since = (request.nobody_since or now) if chance.nobody else None
    after = replace(
        request, looks_at=next_look(request, chance, clock, now), nobody_since=nobody_since
    )
    if chance.nobody and kind is Kind.SUPERVISION_REMINDER:
        store.change(conn, after)
    else:
        desk.change(conn, actor, after, action)
    if wishes is not None:
        able = (one.id for one in chance.able if one.id != but)
        desk.alert(conn, kind, after, [one for one in able if sees(one, after, wishes, now)])
    return chance
