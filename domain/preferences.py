"""What works for a person. No diagnosis and no reason is ever asked."""

from dataclasses import field
from datetime import date, timedelta
from enum import StrEnum

from domain.people import Nation
from domain.refusals import NotValid
from domain.schedules import Cadence, Quiet, Rhythm
from domain.values import dataclass

LONGEST_PAUSE = timedelta(days=366)


class Works(StrEnum):
    """Adjustments that someone may tick."""

    CAPTIONS = "captions"
    BREAKS = "breaks"
    AGENDA_BEFORE = "agenda_before"
    CAMERA_OFF = "camera_off"
    PHONE = "phone"
    WRITING = "writing"
    SHORTER = "shorter"
    MORE_TIME = "more_time"
    STEP_FREE = "step_free"
    SUPPORTER = "supporter"


@dataclass(frozen=True, slots=True, kw_only=True)
class Preferences:
    """A person's own settings.

    `shared` lets co-leads see what works, to arrange things. `shared_with_sets` lets the members
    and facilitators of their learning sets see it.
    """

    nation: Nation | None = None
    works: frozenset[Works] = frozenset()
    shared: bool = False
    shared_with_sets: bool = False


class Place(StrEnum):
    """Where a cohort's check-in reaches someone."""

    DIRECT = "direct"
    CHANNEL = "channel"


class Remind(StrEnum):
    """How long before a meeting somebody wants to be reminded."""

    WEEK = "week"
    DAY = "day"
    HOUR = "hour"


class Times(StrEnum):
    """How times of day are written."""

    TWELVE = "12"
    TWENTY_FOUR = "24"


@dataclass(frozen=True, slots=True, kw_only=True)
class Choices:
    """How the bot treats someone: what it sends by itself, when, where and how.

    `prompts` is None where they have not chosen, and their cohort's rhythm holds. Nothing comes
    before `paused_until`, a local date.
    """

    prompts: Rhythm | None = None
    paused_until: date | None = None
    quiet: Quiet = field(default_factory=Quiet)
    check_ins: Place = Place.CHANNEL
    reminders: frozenset[Remind] = frozenset({Remind.DAY})
    times: Times = Times.TWELVE

    def paused(self, today: date) -> bool:
        """Whether nothing is to come on that local date."""
        return self.paused_until is not None and today < self.paused_until


def check_rhythm(rhythm: Rhythm, quiet: Quiet) -> None:
    """Refuse a time at which nothing may come, and a day that is always off.

    Raises:
        NotValid: `hour_is_quiet` or `day_is_off`, each at its field.
    """
    problems: dict[str, str] = {}
    if rhythm.cadence is not Cadence.OFF:
        if quiet.hour(rhythm.at):
            problems["at"] = "hour_is_quiet"
        if rhythm.weekday in quiet.days_off:
            problems["weekday"] = "day_is_off"
    if problems:
        raise NotValid(problems)


class KeptAway(StrEnum):
    """Which of somebody's quiet times keeps everything of a rhythm away."""

    DAY = "day"
    HOUR = "hour"


def kept_away(rhythm: Rhythm, quiet: Quiet) -> KeptAway | None:
    """Return why nothing of a rhythm can ever come; None where it can, be it later on its day."""
    if rhythm.cadence is Cadence.OFF:
        return None
    if rhythm.weekday in quiet.days_off:
        return KeptAway.DAY
    over = quiet.hour(rhythm.at) and quiet.end <= rhythm.at
    return KeptAway.HOUR if over else None


def check_pause(until: date | None, today: date) -> None:
    """Refuse a pause that is over or longer than a year; `today` is the person's own date.

    Raises:
        NotValid: `pause_wrong`.
    """
    if until is not None and not today < until <= today + LONGEST_PAUSE:
        raise NotValid({"paused_until": "pause_wrong"})


def check_quiet(quiet: Quiet) -> None:
    """Refuse seven days off: that is what turning prompts off is for.

    Raises:
        NotValid: `all_days_off`.
    """
    if len(quiet.days_off) == 7:
        raise NotValid({"days_off": "all_days_off"})
