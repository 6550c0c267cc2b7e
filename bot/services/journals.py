"""A person's private journal: a list without words, one item opened, changed, taken back."""

from collections.abc import Sequence
from datetime import datetime

from bot.services.choices import choices_of
from bot.services.gate import admit
from bot.services.journal_items import open_words, resolve_shares, seal_words
from bot.services.set_access import sets_of
from domain import policy
from domain.clock import Clock
from domain.identifiers import kinds_in
from domain.journal import Item, Written, check_answer
from domain.people import Account, Person
from domain.policy import Act
from domain.preferences import Times
from domain.refusals import Refused
from domain.values import dataclass
from storage import audit, people
from storage import journal as store
from storage.engine import Connection, Database
from storage.idempotency import once
from storage.vault import Vault

PAGE_SIZE = 10
OPENINGS_SHOWN = 10
OPENED = "journal_opened"


@dataclass(frozen=True, slots=True, kw_only=True)
class JournalPage:
    """Some items without their words. `next_after` is the cursor where there are more."""

    items: Sequence[Item]
    first: bool
    next_after: str | None


@dataclass(frozen=True, slots=True)
class Opening:
    """That a reader opened an item: their user id in the chat workspace, and when.

    `user` is None where everything about them was deleted since.
    """

    user: str | None
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenedItem:
    """One of the person's own items with its words.

    `accounts` gives the user id of each person it is shared with; `openings` are the latest first;
    `zone` and `times` are the person's own; `sets` the ids and names of those they have a place in.
    """

    item: Item
    written: Written
    accounts: dict[str, str]
    openings: Sequence[Opening]
    zone: str
    times: Times
    sets: Sequence[tuple[str, str]] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptItem:
    """What became of a change: kept; or, while it `asks`, not kept at all.

    `asks` names what the words seem to hold, such as `email` or `phone`.
    """

    item: OpenedItem | None
    asks: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Journals:
    """The use cases of the journal, given a database, a vault and a clock."""

    database: Database
    vault: Vault
    clock: Clock

    def page(self, by: Account, after: str | None = None) -> JournalPage:
        """Return ten of the person's own items, newest first."""
        with self.database.read() as conn:
            me = admit(conn, by, Act.CHANGE_JOURNAL)
            return _page(conn, me, after)

    def open(self, by: Account, item_id: str) -> OpenedItem:
        """Return one of the person's own items with its words."""
        with self.database.read() as conn:
            me = admit(conn, by, Act.CHANGE_JOURNAL)
            return self._opened(conn, me, _own(conn, me, item_id))

    def change(
        self,
        by: Account,
        item_id: str,
        answer: str,
        *,
        form: str,
        supervisor: str | None,
        learning_partner: bool,
        named: bool,
        confirmed: bool,
        set_id: str | None = None,
    ) -> KeptItem:
        """Put these words in place of an item's, and share it so and with nobody else.

        Args:
            by: Who asks.
            item_id: Their item. The question it answers stays.
            answer: The new words.
            form: The form instance; a second submission changes nothing.
            supervisor: The user id of the supervisor who may read it; None for none.
            learning_partner: Whether everyone who is a learning partner may read it.
            named: Whether these learn whose it is.
            set_id: The set of theirs whose members may read it; None for none.
            confirmed: The person has seen that the words may say who somebody is.

        Raises:
            NotValid: Words that are empty or too long, `not_a_supervisor` or `not_your_set`.
        """
        check_answer(answer)
        kinds = kinds_in(answer)
        if kinds and not confirmed:
            return KeptItem(item=None, asks=kinds)
        now = self.clock()
        with self.database.write() as conn:
            me = admit(conn, by, Act.CHANGE_JOURNAL)
            item = _own(conn, me, item_id)
            if once(conn, form, me.id, now=now, result=item.id) is None:
                shares = resolve_shares(
                    conn,
                    by.team,
                    supervisor=supervisor,
                    learning_partner=learning_partner,
                    named=named,
                    person_id=me.id,
                    set_id=set_id,
                )
                before = open_words(conn, self.vault, me.id, item.id)
                written = Written(answer=answer, question=before.question)
                sealed = seal_words(conn, self.vault, me.id, item.id, written)
                store.change(conn, item.id, sealed, now=now)
                store.share(conn, item.id, shares, now=now)
                _done(conn, me, "journal_changed", item.id, now)
            return KeptItem(item=self._opened(conn, me, _own(conn, me, item.id)))

    def unshare(self, by: Account, item_id: str) -> OpenedItem:
        """Take an item back from everyone; done twice, it is the same."""
        with self.database.write() as conn:
            me = admit(conn, by, Act.CHANGE_JOURNAL)
            item = _own(conn, me, item_id)
            now = self.clock()
            store.share(conn, item.id, (), now=now)
            _done(conn, me, "journal_unshared", item.id, now)
            return self._opened(conn, me, _own(conn, me, item.id))

    def delete(self, by: Account, item_id: str) -> JournalPage:
        """Delete an item, its words and its shares for good, and return the first page."""
        with self.database.write() as conn:
            me = admit(conn, by, Act.CHANGE_JOURNAL)
            item = _own(conn, me, item_id)
            store.remove(conn, item.id)
            _done(conn, me, "journal_deleted", item.id, self.clock())
            return _page(conn, me)

    def _opened(self, conn: Connection, me: Person, item: Item) -> OpenedItem:
        shared_with = (people.person(conn, s.target) for s in item.shares if s.target)
        return OpenedItem(
            item=item,
            written=open_words(conn, self.vault, me.id, item.id),
            accounts={reader.id: reader.account.user for reader in shared_with if reader},
            openings=_openings(conn, item),
            zone=me.tz,
            times=choices_of(conn, me.id).times,
            sets=tuple(sets_of(conn, me.id, also={s.target for s in item.shares})),
        )


def _page(conn: Connection, me: Person, after: str | None = None) -> JournalPage:
    found = store.page(conn, me.id, size=PAGE_SIZE + 1, after=after)
    shown = found[:PAGE_SIZE]
    more = len(found) > PAGE_SIZE
    return JournalPage(items=shown, first=after is None, next_after=shown[-1].id if more else None)


def _own(conn: Connection, me: Person, item_id: str) -> Item:
    """Return the item if it is theirs.

    Raises:
        Refused: `not_found`, for one that is not there and for somebody else's alike.
    """
    item = store.one(conn, item_id)
    if item is None:
        raise Refused("not_found")
    policy.check(Act.CHANGE_JOURNAL, me, owner_id=item.person_id)
    return item


def _openings(conn: Connection, item: Item) -> tuple[Opening, ...]:
    """Return who opened the item last; nobody's name where the reader is not known any more."""
    lines = [line for line in audit.about(conn, item.id) if line[2] == OPENED]
    found = []
    for at, actor, *_ in reversed(lines[-OPENINGS_SHOWN:]):
        reader = people.person(conn, actor or "")
        found.append(Opening(reader.account.user if reader else None, at))
    return tuple(found)


def _done(conn: Connection, me: Person, action: str, item_id: str, now: datetime) -> None:
    """Write down what was done; never with words."""
    audit.write(conn, at=now, actor=me.id, action=action, kind="journal", object_id=item_id)
