"""A person's private journal, and what others chose to share with a reader."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from bot.services.gate import admit
from bot.services.journal_items import open_words, resolve_shares, seal_words
from domain import policy
from domain.clock import Clock
from domain.identifiers import kinds_in
from domain.journal import Item, Share, Written, check_answer
from domain.people import Account, Person, Role
from domain.policy import Act
from domain.refusals import Refused
from storage import audit, people
from storage import journal as store
from storage.engine import Connection, Database
from storage.idempotency import once
from storage.journal import Reader, Received
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
    """That a reader opened an item: their user id in the chat workspace, and when."""

    user: str
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenedItem:
    """One of the person's own items with its words.

    `accounts` gives the user id of each person it is shared with; `openings` are the latest first;
    `zone` is the person's own.
    """

    item: Item
    written: Written
    accounts: dict[str, str]
    openings: Sequence[Opening]
    zone: str


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptItem:
    """What became of a change: kept; or, while it `asks`, not kept at all.

    `asks` names what the words seem to hold, such as `email` or `phone`.
    """

    item: OpenedItem
    asks: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True, kw_only=True)
class SharedItem:
    """What a reader may know of an item before opening it.

    Without `user`, it was shared without a name, and `on` is the first of its month.
    """

    id: str
    user: str | None
    on: date


@dataclass(frozen=True, slots=True, kw_only=True)
class SharedPage:
    """Some of what is shared with a reader. `next_after` is the cursor where there is more."""

    items: Sequence[SharedItem]
    first: bool
    next_after: str | None


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
            found = store.page(conn, me.id, size=PAGE_SIZE + 1, after=after)
        shown = found[:PAGE_SIZE]
        more = len(found) > PAGE_SIZE
        return JournalPage(
            items=shown, first=after is None, next_after=shown[-1].id if more else None
        )

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
            confirmed: The person has seen that the words may say who somebody is.

        Raises:
            NotValid: Words that are empty or too long, or `not_a_supervisor`.
        """
        kinds = kinds_in(answer)
        now = self.clock()
        with self.database.write() as conn:
            me = admit(conn, by, Act.CHANGE_JOURNAL)
            item = _own(conn, me, item_id)
            if once(conn, form, me.id, now=now, result=item.id) is not None:
                return KeptItem(item=self._opened(conn, me, item))
            check_answer(answer)
            shares = resolve_shares(
                conn,
                by.team,
                supervisor=supervisor,
                learning_partner=learning_partner,
                named=named,
            )
            if not kinds or confirmed:
                before = open_words(conn, self.vault, me.id, item.id)
                written = Written(answer=answer, question=before.question)
                sealed = seal_words(conn, self.vault, me.id, item.id, written)
                store.change(conn, item.id, sealed, now=now)
                self._share(conn, me, item, shares, now)
                _done(conn, me, "journal_changed", item.id, now)
                return KeptItem(item=self._opened(conn, me, _own(conn, me, item.id)))
        # Nothing is kept: the same form may come again.
        raise AssertionError

    def unshare(self, by: Account, item_id: str) -> OpenedItem:
        """Take an item back from everyone; done twice, it is the same."""
        with self.database.write() as conn:
            me = admit(conn, by, Act.CHANGE_JOURNAL)
            item = _own(conn, me, item_id)
            self._share(conn, me, item, (), self.clock())
            return self._opened(conn, me, _own(conn, me, item_id))

    def delete(self, by: Account, item_id: str) -> JournalPage:
        """Delete an item, its words and its shares for good, and return the first page."""
        with self.database.write() as conn:
            me = admit(conn, by, Act.CHANGE_JOURNAL)
            item = _own(conn, me, item_id)
            store.remove(conn, item.id)
            _done(conn, me, "journal_deleted", item.id, self.clock())
        return self.page(by)
