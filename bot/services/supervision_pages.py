"""What the pages of supervision show: plain values, without a word that their reader may not see.

`zone` and `times` are the reader's own, for every time on a page. People are named by their
accounts, which the chat workspace turns into names.
"""

from collections.abc import Mapping, Sequence
from datetime import date, datetime

from domain.clock import local_date
from domain.preferences import Times, Works
from domain.response_clock import Promises, Tally
from domain.sessions import Heaviness, Mode, SessionFacts
from domain.supervision import Category, Chance, Level, Record, Request, Shared
from domain.supervisors import Supervisor
from domain.values import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """A request as it comes from the form. Supervisors are named by their accounts."""

    category: Category
    level: Level
    note: str | None = None
    mode: Mode | None = None
    when: str | None = None
    preferred: str | None = None
    excluded: frozenset[str] = frozenset()
    shares: frozenset[Shared] = frozenset()
    session_id: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Meeting:
    """A meeting as it comes from the form; `people` is 1 for one to one."""

    on_date: date
    minutes: int
    people: int
    mode: Mode


@dataclass(frozen=True, slots=True, kw_only=True)
class BeforeAsking:
    """What somebody is told before they ask: by when each level is answered, if sent now.

    `opens_at` is when somebody works next; it is `now` in working hours. `session` is the one that
    they come from.
    """

    now: datetime
    opens_at: datetime
    replies: Mapping[Level, datetime]
    promises: Promises
    zone: str
    times: Times
    session_id: str | None = None
    session: SessionFacts | None = None


@dataclass(frozen=True, slots=True)
class Opening:
    """That a supervisor opened the note: their account, and when.

    `user` is None where everything about them was deleted since.
    """

    user: str | None
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class RequestPage:
    """Somebody's own request as it truly stands.

    `supervisor` is the account of whoever has it. `chance` says of an open one whether anybody can
    take it now.
    """

    request: Request
    zone: str
    times: Times
    now: datetime
    supervisor: str | None = None
    chance: Chance | None = None
    record: Record | None = None
    next_step: str | None = None
    openings: Sequence[Opening] = ()

    @property
    def today(self) -> date:
        """The person's own date."""
        return local_date(self.now, self.zone)


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What became of asking: sent; or, while it asks something back, not sent at all.

    `identifiers` names what the words seem to hold, such as `email`. `chance` says that nobody can
    take it now, and `reply_by` when it would be answered all the same.
    """

    page: RequestPage | None = None
    identifiers: frozenset[str] = frozenset()
    chance: Chance | None = None
    reply_by: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Mine:
    """Somebody's own requests, the newest first, and their tally."""

    requests: Sequence[Request]
    tally: Tally
    zone: str
    times: Times
    today: date


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiting:
    """An open request as the pool sees it. `wished` where the reader was asked for."""

    request: Request
    category: Category
    wished: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Held:
    """A request that the reader has, and whose it is."""

    request: Request
    user: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Queue:
    """What a supervisor sees: what waits, what they have, and how they are set themselves."""

    waiting: Sequence[Waiting]
    held: Sequence[Held]
    me: Supervisor
    zone: str
    times: Times
    now: datetime


@dataclass(frozen=True, slots=True)
class Other:
    """Another supervisor: their id, and their account."""

    id: str
    user: str


@dataclass(frozen=True, slots=True, kw_only=True)
class HeldPage:
    """A request for whoever has it. Without its note, which is opened apart.

    `works`, `session` and `heaviness` are there where the person shares them; `works` is empty
    where they filled nothing in. `others` are those it can be handed to.
    """

    held: Held
    category: Category
    mode: Mode | None
    when: str | None
    works: frozenset[Works] | None
    session: SessionFacts | None
    heaviness: Heaviness | None
    record: Record | None
    others: Sequence[Other]
    zone: str
    times: Times
    now: datetime

    @property
    def request(self) -> Request:
        """The request itself."""
        return self.held.request

    @property
    def today(self) -> date:
        """The supervisor's own date."""
        return local_date(self.now, self.zone)


@dataclass(frozen=True, slots=True, kw_only=True)
class Claimed:
    """What came of picking a request up: its page, or the account of who was quicker."""

    page: HeldPage | None = None
    taken_by: str | None = None
    at: datetime | None = None
    zone: str
    times: Times


@dataclass(frozen=True, slots=True, kw_only=True)
class Programme:
    """What co-leads see: how many wait past their promise, how many partners are due, and settings.

    Never whose, and never what for.
    """

    late: int
    due: int
    supervisors: int
    promises: Promises
