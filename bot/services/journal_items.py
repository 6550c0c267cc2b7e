"""What every part that writes in the journal shares: who may read it, and how it is kept."""

import json
from collections.abc import Sequence
from datetime import date, datetime

from bot.services.set_access import has_place
from domain.journal import Audience, Item, Share, Written, check_answer
from domain.people import Account, Role
from domain.policy import Sight, Thing, Viewer, check_shows
from domain.refusals import NotValid
from storage import audit, people
from storage import journal as store
from storage.engine import Connection
from storage.vault import Place, Vault


def resolve_shares(
    conn: Connection,
    team: str,
    *,
    supervisor: str | None,
    learning_partner: bool,
    named: bool,
    person_id: str | None = None,
    set_id: str | None = None,
) -> tuple[Share, ...]:
    """Return with whom an item is to be shared.

    Args:
        conn: The transaction that shares it.
        team: The team of the person who shares.
        supervisor: The user id of the supervisor they chose; None for none.
        learning_partner: Whether everyone who is a learning partner may read it.
        named: Whether these learn whose it is. A supervisor always does, and so does a set.
        person_id: The person who shares.
        set_id: The set of theirs whose members may read it; None for none.

    Raises:
        NotValid: `not_a_supervisor`, or `not_your_set`.
    """
    shares = []
    if supervisor is not None:
        chosen = people.actor(conn, Account(team, supervisor))
        if chosen is None or not chosen.enrolled or Role.SUPERVISOR not in chosen.roles:
            raise NotValid({"supervisor": "not_a_supervisor"})
        check_shows(Thing.JOURNAL, Viewer.ACCEPTING, Sight.IF_SHARED)
        shares.append(Share(audience=Audience.SUPERVISOR, target=chosen.id))
    if set_id is not None:
        if not has_place(conn, set_id, person_id or ""):
            raise NotValid({"set": "not_your_set"})
        check_shows(Thing.JOURNAL, Viewer.SET, Sight.IF_SHARED)
        shares.append(Share(audience=Audience.SET, target=set_id))
    if learning_partner:
        check_shows(Thing.JOURNAL, Viewer.LEARNING_PARTNERS, Sight.IF_SHARED)
        shares.append(Share(audience=Audience.LEARNING_PARTNER, named=named))
    return tuple(shares)


def keep_item(
    conn: Connection,
    vault: Vault,
    *,
    item_id: str,
    person_id: str,
    on_date: date,
    written: Written,
    prompted: bool,
    shares: Sequence[Share],
    now: datetime,
) -> None:
    """Keep a new item, its words sealed, in the transaction of whoever writes it.

    Raises:
        NotValid: An answer that is empty or too long.
    """
    check_answer(written.answer)
    item = Item(
        id=item_id,
        person_id=person_id,
        on_date=on_date,
        created_at=now,
        prompted=prompted,
        shares=tuple(shares),
    )
    store.add(conn, item, seal_words(conn, vault, person_id, item_id, written))
    audit.write(
        conn, at=now, actor=person_id, action="journal_written", kind="journal", object_id=item_id
    )


def seal_words(
    conn: Connection, vault: Vault, person_id: str, item_id: str, written: Written
) -> bytes:
    """Return the words of an item sealed for their place."""
    text = json.dumps({"question": written.question, "answer": written.answer})
    return vault.seal(conn, person_id, _place(item_id), text)


def open_words(conn: Connection, vault: Vault, person_id: str, item_id: str) -> Written:
    """Return the words of an item that is there."""
    sealed = store.sealed(conn, item_id)
    assert sealed is not None, "the item was read in this transaction"
    kept = json.loads(vault.open(conn, person_id, _place(item_id), sealed))
    return Written(answer=kept["answer"], question=kept["question"])


def _place(item_id: str) -> Place:
    return Place("journal", "words", item_id)
