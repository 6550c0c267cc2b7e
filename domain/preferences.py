"""What works for a person. No diagnosis and no reason is ever asked."""

from dataclasses import dataclass
from enum import StrEnum

from domain.people import Nation


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
    """A person's own settings. `shared` lets co-leads see what works, to arrange things."""

    nation: Nation | None = None
    works: frozenset[Works] = frozenset()
    shared: bool = False
