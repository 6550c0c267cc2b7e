"""What people chose to share of their journals, for supervisors and learning partners.

Whether something is shared is asked anew each time: what was taken back a moment ago is gone.
"""

from collections.abc import Sequence
from datetime import date

from bot.services.gate import admit
from bot.services.journal_items import open_words
from bot.services.journals import OPENED, PAGE_SIZE
from domain.clock import Clock
from domain.journal import Written
from domain.people import Account, Person, Role
from domain.policy import Act, Sight, Thing, Viewer, shows
from domain.refusals import Refused
from domain.values import dataclass
from storage import audit
from storage import journal as store
from storage.engine import Database
from storage.journal import Reader, Received
from storage.vault import Vault


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
class SharedJournals:
    """The use cases of readers, given a database, a vault and a clock."""

    database: Database
    vault: Vault
    clock: Clock

    def page(self, by: Account, after: str | None = None) -> SharedPage:
        """Return ten of what is shared with the person, what was shared last first."""
        with self.database.read() as conn:
            me = admit(conn, by, Act.SEE_SHARED)
            found = store.received(conn, _reader(me), size=PAGE_SIZE + 1, after=after)
        shown = found[:PAGE_SIZE]
        more = len(found) > PAGE_SIZE
        return SharedPage(
            items=[_shown(one) for one in shown],
            first=after is None,
            next_after=shown[-1].item_id if more else None,
        )

    def open(self, by: Account, item_id: str) -> tuple[SharedItem, Written]:
        """Return an item with its words, and write down for its author that it was opened.

        Raises:
            Refused: `not_found`, for what is not there and what is not shared with them alike.
        """
        with self.database.write() as conn:
            me = admit(conn, by, Act.SEE_SHARED)
            # Held, so that it is not taken back between here and the line that says it was read.
            store.one(conn, item_id)
            found = store.received_one(conn, _reader(me), item_id)
            if found is None:
                raise Refused("not_found")
            written = open_words(conn, self.vault, found.person_id, item_id)
            audit.write(
                conn,
                at=self.clock(),
                actor=me.id,
                action=OPENED,
                kind="journal",
                object_id=item_id,
            )
        return _shown(found), written


def _reader(me: Person) -> Reader:
    return Reader(
        id=me.id,
        supervises=Role.SUPERVISOR in me.roles
        and shows(Thing.JOURNAL, Viewer.ACCEPTING, Sight.IF_SHARED),
        learns=Role.LEARNING_PARTNER in me.roles
        and shows(Thing.JOURNAL, Viewer.LEARNING_PARTNERS, Sight.IF_SHARED),
        in_sets=shows(Thing.JOURNAL, Viewer.SET, Sight.IF_SHARED),
    )


def _shown(found: Received) -> SharedItem:
    if found.named:
        return SharedItem(id=found.item_id, user=found.user, on=found.on_date)
    return SharedItem(id=found.item_id, user=None, on=found.on_date.replace(day=1))
