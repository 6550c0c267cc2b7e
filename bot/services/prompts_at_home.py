"""What the Home tab says of questions: whether one waits, and when the next one comes."""

from datetime import datetime

from bot.services.choices import choices_of
from bot.services.coming import Coming, coming
from bot.services.peace import peace_of
from domain.clock import local_date
from domain.deliveries import State, left_behind
from domain.journal import PROMPT_WAITS, GivenState
from domain.people import Person
from domain.preferences import Times
from domain.schedules import Schedule, What
from domain.values import dataclass
from storage import prompts_given, schedules
from storage.engine import Connection
from storage.prompts_given import Latest
from storage.vault import Vault

_ON_ITS_WAY = frozenset({State.PENDING, State.SENDING})


@dataclass(frozen=True, slots=True, kw_only=True)
class PromptsAtHome:
    """Whether a question waits, whether the bot has gone quiet, and when the next one comes."""

    waits: bool = False
    quiet: bool = False
    coming: Coming | None = None
    times: Times = Times.TWELVE


def prompts_at_home(conn: Connection, vault: Vault, me: Person, *, now: datetime) -> PromptsAtHome:
    """Return what somebody's Home tab says of questions."""
    schedule = schedules.of_person(conn, What.PROMPT, me.id)
    if schedule is None:
        return PromptsAtHome()
    if schedule.quiet_since is not None:
        return PromptsAtHome(quiet=True)
    latest = prompts_given.latest(conn, me.id)
    # What is on its way hides nothing that came before it, or should have.
    over = next((one for one in latest if one.state not in _ON_ITS_WAY), None)
    choices = choices_of(conn, me.id)
    return PromptsAtHome(
        waits=over is not None and _waits(conn, vault, me, schedule, over, now),
        coming=coming(conn, vault, me, schedule, choices, latest, now=now),
        times=choices.times,
    )


def _waits(
    conn: Connection, vault: Vault, me: Person, schedule: Schedule, latest: Latest, now: datetime
) -> bool:
    if latest.on_date <= local_date(now, me.tz) - PROMPT_WAITS:
        return False
    behind = left_behind(latest.state, latest.reason)
    if latest.brought is not None:
        waits = latest.brought is GivenState.OPEN and (_reached(latest) or behind)
    else:
        # Where it brought none, the next one that the person opens takes its place.
        given_since = latest.newest_at is not None and latest.newest_at >= latest.not_before
        waits = behind and (not given_since or latest.newest is GivenState.OPEN)
    if not waits or latest.peace is None:
        return waits
    return now >= peace_of(conn, vault, me.id, schedule.id, latest.peace)


def _reached(latest: Latest) -> bool:
    return latest.state in {State.SENT, State.UNCERTAIN}
