"""The fields of a meeting, shared by the forms of supervisors and of partners."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from pydantic import BaseModel, ConfigDict, ValidationError

from bot.services.supervision_pages import Meeting
from bot.views import kit
from bot.views.forms import Values
from bot.views.kit import Json
from bot.views.session_form import capital
from bot.words import Words
from domain.refusals import NotValid
from domain.sessions import STEP, Mode
from domain.supervision import LARGEST_GROUP, LONGEST_MEETING

ON = "on_date"
MINUTES = "minutes"
PEOPLE = "people"
MODE = "mode"
USUAL_MINUTES = 60


class _Read(BaseModel):
    model_config = ConfigDict(frozen=True)

    on_date: date
    minutes: int
    people: int
    mode: Mode


def meeting_fields(words: Words, on: date, mode: Mode | None) -> list[Json]:
    """Return the four fields, beginning with the usual."""
    lengths = [
        kit.option(words.duration(n), str(n)) for n in range(STEP, LONGEST_MEETING + 1, STEP)
    ]
    sizes = [kit.option(capital(words("record.one_to_one")), "1")]
    sizes += [
        kit.option(capital(words("record.group_of", people=n)), str(n))
        for n in range(2, LARGEST_GROUP + 1)
    ]
    return [
        kit.field(ON, words("record.on"), kit.day(on)),
        kit.field(MINUTES, words("record.minutes"), kit.select(lengths, str(USUAL_MINUTES))),
        kit.field(PEOPLE, words("record.people"), kit.select(sizes, "1")),
        mode_field(words, mode, words("session.field.mode")),
    ]


def mode_field(words: Words, mode: Mode | None, label: str) -> Json:
    """Return the field for how people meet."""
    modes = [kit.option(capital(words(f"session.mode.{m}")), m.value) for m in Mode]
    return kit.field(MODE, label, kit.select(modes, mode or Mode.VIDEO))


def read_meeting(view: Mapping[str, Any]) -> Meeting | None:
    """Parse the fields; None where the form had none.

    Raises:
        NotValid: A value that the form does not offer.
    """
    values = Values(view)
    if ON not in values:
        return None
    read = {name: values.choice(name) for name in (MINUTES, PEOPLE, MODE)}
    try:
        found = _Read.model_validate(read | {ON: values.text(ON)})
    except ValidationError as error:
        fields = {str(problem["loc"][0]) for problem in error.errors(include_input=False)}
        reasons = {f: "date_wrong" if f == ON else "choose_one" for f in fields}
        raise NotValid(reasons) from None
    return Meeting(
        on_date=found.on_date, minutes=found.minutes, people=found.people, mode=found.mode
    )
