"""What each person chose about how the product treats them."""

import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, select

from storage.connection import Connection
from storage.statements import upsert
from storage.tables import preferences

_OF = select(preferences.c.choices, preferences.c.words).where(
    preferences.c.person_id == bindparam("person_id")
)
_insert = upsert(preferences)
_SAVE = _insert.on_conflict_do_update(
    index_elements=[preferences.c.person_id],
    set_={name: _insert.excluded[name] for name in ("choices", "words", "updated_at")},
)


def of(conn: Connection, person_id: str) -> tuple[dict[str, Any], bytes | None]:
    """Return someone's choices by name and their sealed words; `({}, None)` before any."""
    row = conn.first(_OF, person_id=person_id)
    return ({}, None) if row is None else (json.loads(row[0]), row[1])


def save_choices(
    conn: Connection, person_id: str, changed: Mapping[str, Any], *, now: datetime
) -> None:
    """Put these choices in place of earlier ones of the same names; the rest stays."""
    choices, words = of(conn, person_id)
    save(conn, person_id, choices | dict(changed), words, now=now)


def save(
    conn: Connection,
    person_id: str,
    choices: Mapping[str, Any],
    words: bytes | None,
    *,
    now: datetime,
) -> None:
    """Put these choices, of what JSON can hold, and words in place of all earlier ones."""
    conn.execute(
        _SAVE,
        person_id=person_id,
        choices=json.dumps(dict(choices), sort_keys=True),
        words=words,
        updated_at=now,
    )
