"""Queries on co-leads' changes to the bank of questions."""

from datetime import datetime

from sqlalchemy import select

from domain.prompts import Prompt
from domain.sessions import Cornerstone
from storage.connection import Connection
from storage.statements import upsert
from storage.tables import prompts

_c = prompts.c
_ALL = select(
    _c.id, _c.text, _c.cornerstone, _c.learning, _c.for_co_leads, _c.retired, _c.own
).order_by(_c.id)
_SET = (
    "text",
    "cornerstone",
    "learning",
    "for_co_leads",
    "retired",
    "own",
    "updated_at",
    "updated_by",
)
_insert = upsert(prompts)
_PUT = _insert.on_conflict_do_update(
    index_elements=[_c.id], set_={name: _insert.excluded[name] for name in _SET}
)


def every(conn: Connection) -> list[Prompt]:
    """Return every question that was changed or added, by id."""
    return [
        Prompt(
            id=prompt_id,
            text=text,
            cornerstone=Cornerstone(cornerstone),
            learning=learning,
            for_co_leads=for_co_leads,
            retired=retired,
            own=own,
        )
        for prompt_id, text, cornerstone, learning, for_co_leads, retired, own in conn.all(_ALL)
    ]


def put(conn: Connection, prompt: Prompt, *, by: str, now: datetime) -> None:
    """Keep a question as it is from now on, in place of what has its id."""
    conn.execute(
        _PUT,
        id=prompt.id,
        text=prompt.text,
        cornerstone=prompt.cornerstone.value,
        learning=prompt.learning,
        for_co_leads=prompt.for_co_leads,
        retired=prompt.retired,
        own=prompt.own,
        updated_at=now,
        updated_by=by,
    )
