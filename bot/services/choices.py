"""How someone chose to be treated, as it is kept among their preferences."""

from datetime import date, datetime, time
from typing import Any

from domain.preferences import Choices, Place, Remind, Times
from domain.schedules import Cadence, Quiet, Rhythm
from storage import preferences
from storage.engine import Connection

_USUAL = Choices()


def choices_of(conn: Connection, person_id: str) -> Choices:
    """Return someone's choices; the usual ones for what they have not chosen."""
    kept, _ = preferences.of(conn, person_id)
    return unpack(kept)


def keep_choices(conn: Connection, person_id: str, choices: Choices, *, now: datetime) -> None:
    """Put these choices in place of all earlier ones."""
    preferences.save_choices(conn, person_id, pack(choices), now=now)


def pack(choices: Choices) -> dict[str, Any]:
    """Return choices as JSON can hold them."""
    quiet = choices.quiet
    return {
        "prompts": pack_rhythm(choices.prompts) if choices.prompts else None,
        "paused_until": choices.paused_until.isoformat() if choices.paused_until else None,
        "quiet": [quiet.start.isoformat("minutes"), quiet.end.isoformat("minutes")],
        "days_off": sorted(quiet.days_off),
        "bank_holidays": quiet.bank_holidays,
        "check_ins": choices.check_ins.value,
        "reminders": sorted(choices.reminders),
        "times": choices.times.value,
    }


def unpack(kept: dict[str, Any]) -> Choices:
    """Return the choices that `pack` packed, of now or of an earlier version."""
    if "quiet" not in kept:
        return _USUAL
    start, end = map(time.fromisoformat, kept["quiet"])
    rhythm, until = kept["prompts"], kept["paused_until"]
    return Choices(
        prompts=unpack_rhythm(rhythm) if rhythm else None,
        paused_until=date.fromisoformat(until) if until else None,
        quiet=Quiet(
            start=start,
            end=end,
            days_off=frozenset(kept["days_off"]),
            bank_holidays=kept["bank_holidays"],
        ),
        check_ins=Place(kept["check_ins"]),
        reminders=frozenset(map(Remind, kept["reminders"])),
        times=Times(kept["times"]),
    )


def pack_rhythm(rhythm: Rhythm) -> dict[str, Any]:
    """Return a rhythm as JSON can hold it."""
    return {
        "cadence": rhythm.cadence.value,
        "weekday": rhythm.weekday,
        "at": rhythm.at.isoformat("minutes"),
        "anchor": rhythm.anchor.isoformat(),
    }


def unpack_rhythm(kept: dict[str, Any]) -> Rhythm:
    """Return the rhythm that `pack_rhythm` packed."""
    return Rhythm(
        cadence=Cadence(kept["cadence"]),
        weekday=kept["weekday"],
        at=time.fromisoformat(kept["at"]),
        anchor=date.fromisoformat(kept["anchor"]),
    )
