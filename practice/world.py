"""Everything one running practice workspace consists of."""

import asyncio
import secrets
import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from practice.clock import Clock
from practice.faults import Faults
from practice.ledger import Ledger
from practice.manifest import Manifest
from practice.people import BOT_USER_ID
from practice.rates import Rates
from practice.store import Store
from practice.things import Person
from practice.workspace import Workspace

if TYPE_CHECKING:
    from practice.deliver import Courier
    from practice.sockets import SocketHub


@dataclass(frozen=True)
class Settings:
    """Slack's times. Tests shorten some."""

    ack_seconds: float = 3.0
    retry_delays: tuple[float, ...] = (0.0, 60.0, 300.0)
    settle_ms: int = 60
    settle_limit_ms: int = 1000
    step_limit_ms: int = 5000
    slow_answer_seconds: float = 60.0


@dataclass(frozen=True)
class Tokens:
    """What opens which door."""

    bot: str
    app: str
    signing_secret: str
    verification: str
    control: str


@dataclass
class Activity:
    """Calls the app has under way, so that an answer can wait until they are done."""

    under_way: int = 0
    last_end: float = 0.0
    begun: int = 0

    def begin(self) -> None:
        """A call came in."""
        self.begun += 1
        self.under_way += 1

    def end(self) -> None:
        """A call was answered."""
        self.under_way -= 1
        self.last_end = time.monotonic()

    @property
    def bot_id(self) -> str:
        """The user id of the app's bot."""
        return BOT_USER_ID

    async def settle(self, idle_ms: int, limit_ms: int) -> bool:
        """Return once nothing has been under way for `idle_ms`, or after `limit_ms`.

        Whether it became quiet.
        """
        start = time.monotonic()
        if idle_ms <= 0:
            return not self.under_way
        while (now := time.monotonic()) < start + limit_ms / 1000:
            quiet_at = max(start, self.last_end) + idle_ms / 1000
            if not self.under_way and now >= quiet_at:
                return True
            await asyncio.sleep(0.005 if self.under_way else max(0.001, quiet_at - now))
        return False


@dataclass
class World:
    """The parts, handed to whoever needs several of them."""

    manifest: Manifest
    settings: Settings
    clock: Clock
    store: Store
    ledger: Ledger
    workspace: Workspace
    tokens: Tokens
    seeds: list[Person]
    hub: "SocketHub" = field(init=False)
    courier: "Courier" = field(init=False)
    faults: Faults = field(default_factory=Faults)
    rates: Rates = field(default_factory=Rates)
    activity: Activity = field(default_factory=Activity)
    base_url: str = ""
    stopping: bool = False
    background: set[asyncio.Task[None]] = field(default_factory=set)

    @property
    def bot_id(self) -> str:
        """The user id of the app's bot."""
        return BOT_USER_ID

    async def settle(self, idle_ms: int | None = None) -> None:
        """Wait until the app's calls have finished and a short while was quiet."""
        wanted = self.settings.settle_ms if idle_ms is None else idle_ms
        await self.activity.settle(wanted, self.settings.settle_limit_ms)


def make_tokens(store: Store) -> Tokens:
    """Tokens that name themselves as practice ones, kept over restarts."""
    kept = store.get("tokens", "all") or {
        "bot": "xoxb-practice-" + secrets.token_hex(16),
        "app": "xapp-practice-" + secrets.token_hex(16),
        "signing_secret": secrets.token_hex(16),
        "verification": secrets.token_hex(12),
    }
    store.put("tokens", "all", kept)
    return Tokens(**kept, control=secrets.token_urlsafe(24))
