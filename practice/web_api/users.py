"""users.*"""

import base64
import binascii

from practice.people import user_object
from practice.things import Json
from practice.web_api.call import Call, Refused

LARGEST_PAGE = 1000


def info(call: Call) -> Json:
    """One person, also one from another workspace."""
    who = call.person(call.need("user"))
    return {"user": user_object(who, call.world.clock.now())}


def listing(call: Call) -> Json:
    """Everyone of this workspace, deactivated people and bots too, page by page."""
    here = [p for p in call.world.workspace.people.values() if not p.is_stranger]
    start = _read_cursor(call.text("cursor"))
    limit = call.number("limit", 0)
    if limit < 0 or limit > LARGEST_PAGE:
        raise Refused("invalid_limit")
    page = here[start : start + limit] if limit else here[start:]
    end = start + len(page)
    now = call.world.clock.now()
    return {
        "members": [user_object(p, now) for p in page],
        "cache_ts": int(now),
        "response_metadata": {"next_cursor": _cursor(end) if end < len(here) else ""},
    }


def _cursor(start: int) -> str:
    return base64.b64encode(f"user:{start}".encode()).decode()


def _read_cursor(cursor: str | None) -> int:
    if cursor is None:
        return 0
    try:
        kind, _, start = base64.b64decode(cursor, validate=True).decode().partition(":")
        if kind == "user" and start.isdigit():
            return int(start)
    except (binascii.Error, UnicodeDecodeError):
        pass
    raise Refused("invalid_cursor")
