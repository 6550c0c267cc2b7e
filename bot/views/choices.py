"""A person's own choices: how often and when, quiet times, and how things reach them."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from typing import Any

from bot import ids
from bot.services.own_choices import Chosen
from bot.views import kit
from bot.views.forms import Values
from bot.views.kit import Json
from bot.views.sights import who_sees
from bot.words import Words
from domain.policy import Thing
from domain.preferences import KeptAway, Place, Remind, Times, kept_away
from domain.refusals import NotValid
from domain.schedules import Cadence, Quiet, Rhythm
from domain.values import dataclass

CADENCE = "cadence"
WEEKDAY = "weekday"
AT = "at"
PAUSED_UNTIL = "paused_until"
QUIET_START = "quiet_start"
QUIET_END = "quiet_end"
DAYS_OFF = "days_off"
BANK_HOLIDAYS = "bank_holidays"
CHECK_INS = "check_ins"
REMINDERS = "reminders"
TIMES = "times"


def doors(words: Words) -> Json:
    """Return the buttons that open the three forms."""
    return kit.buttons(
        kit.button(words("choices.open_prompts"), ids.OPEN_PROMPT_SETTINGS),
        kit.button(words("choices.open_quiet"), ids.OPEN_QUIET_SETTINGS),
        kit.button(words("choices.open_messages"), ids.OPEN_MESSAGE_SETTINGS),
        block_id="doors",
    )


def rhythm_fields(words: Words, rhythm: Rhythm) -> list[Json]:
    """Return the fields for how often, on which day and at which time."""
    cadences = [kit.option(words(f"cadence.{c}"), c.value) for c in Cadence]
    return [
        kit.field(CADENCE, words("choices.cadence"), kit.radio(cadences, rhythm.cadence)),
        kit.field(
            WEEKDAY,
            words("choices.weekday"),
            kit.select(_weekdays(words), str(rhythm.weekday)),
            hint=words("choices.weekday_hint"),
        ),
        kit.field(AT, words("choices.at"), kit.clock(rhythm.at)),
    ]


def read_rhythm(values: Values) -> Rhythm:
    """Parse the fields of `rhythm_fields`.

    Raises:
        NotValid: A value that the form does not offer.
    """
    try:
        at = values.clock(AT)
        cadence = Cadence(values.choice(CADENCE) or "")
        weekday = range(7).index(int(values.choice(WEEKDAY) or ""))
    except ValueError:
        raise NotValid({CADENCE: "choose_one"}) from None
    if at is None:
        raise NotValid({AT: "time_wrong"})
    return Rhythm(cadence=cadence, weekday=weekday, at=at)


def prompts_form(words: Words, data: Chosen) -> Json:
    """Ask how often questions come, when, and whether everything pauses for a while."""
    blocks = [
        *(rhythm_fields(words, data.prompts) if data.reflects else ()),
        kit.field(
            PAUSED_UNTIL,
            words("choices.paused_until"),
            kit.day(data.choices.paused_until if data.choices.paused(data.today) else None),
            hint=words("choices.paused_until_hint"),
            optional=True,
        ),
        who_sees(words, Thing.RHYTHM, also=words("choices.from_now")),
    ]
    return _form(words, "choices.prompts_title", blocks, ids.PROMPT_SETTINGS_FORM)


@dataclass(frozen=True, slots=True)
class SubmittedPrompts:
    """A submitted form of how often and when; `rhythm` where it asked for one."""

    rhythm: Rhythm | None
    paused_until: date | None


def read_prompts_form(view: Mapping[str, Any]) -> SubmittedPrompts:
    """Parse it.

    Raises:
        NotValid: A value that the form does not offer.
    """
    values = Values(view)
    try:
        until = values.day(PAUSED_UNTIL)
    except ValueError:
        raise NotValid({PAUSED_UNTIL: "date_wrong"}) from None
    return SubmittedPrompts(read_rhythm(values) if CADENCE in values else None, until)


def quiet_form(words: Words, data: Chosen) -> Json:
    """Ask when nothing may come."""
    quiet = data.choices.quiet
    holidays = kit.option(words("choices.bank_holidays_off"), "yes")
    blocks = [
        kit.field(QUIET_START, words("choices.quiet_start"), kit.clock(quiet.start)),
        kit.field(
            QUIET_END,
            words("choices.quiet_end"),
            kit.clock(quiet.end),
            hint=words("choices.quiet_hint"),
        ),
        kit.field(
            DAYS_OFF,
            words("choices.days_off"),
            kit.checkboxes(_weekdays(words), [str(day) for day in quiet.days_off]),
            hint=words("choices.days_off_hint"),
            optional=True,
        ),
        kit.field(
            BANK_HOLIDAYS,
            words("choices.bank_holidays"),
            kit.checkboxes([holidays], ["yes"] if quiet.bank_holidays else []),
            optional=True,
        ),
        who_sees(words, Thing.RHYTHM, also=words("choices.from_now")),
    ]
    return _form(words, "choices.quiet_title", blocks, ids.QUIET_SETTINGS_FORM)


def read_quiet_form(view: Mapping[str, Any]) -> Quiet:
    """Parse a submitted form of quiet times.

    Raises:
        NotValid: A value that the form does not offer.
    """
    values = Values(view)
    try:
        start, end = values.clock(QUIET_START), values.clock(QUIET_END)
        days = frozenset(range(7).index(int(day)) for day in values.choices(DAYS_OFF))
    except ValueError:
        raise NotValid({QUIET_START: "time_wrong"}) from None
    if start is None or end is None:
        raise NotValid({QUIET_START if start is None else QUIET_END: "time_wrong"})
    return Quiet(
        start=start,
        end=end,
        days_off=days,
        bank_holidays=bool(values.choices(BANK_HOLIDAYS)),
    )


def messages_form(words: Words, data: Chosen) -> Json:
    """Ask where check-ins reach someone, when they are reminded, and how times are written."""
    choices = data.choices
    places = [kit.option(words(f"place.{p}"), p.value) for p in Place]
    reminders = [kit.option(words(f"remind.{r}"), r.value) for r in Remind]
    times = [kit.option(words(f"times.{t}"), t.value) for t in Times]
    blocks = [
        kit.field(CHECK_INS, words("choices.check_ins"), kit.radio(places, choices.check_ins)),
        kit.field(
            REMINDERS,
            words("choices.reminders"),
            kit.checkboxes(reminders, choices.reminders),
            optional=True,
        ),
        kit.field(TIMES, words("choices.times"), kit.radio(times, choices.times)),
        who_sees(words, Thing.RHYTHM, also=words("choices.from_now")),
    ]
    return _form(words, "choices.messages_title", blocks, ids.MESSAGE_SETTINGS_FORM)


@dataclass(frozen=True, slots=True)
class SubmittedMessages:
    """A submitted form of how things reach someone."""

    check_ins: Place
    reminders: frozenset[Remind]
    times: Times


def read_messages_form(view: Mapping[str, Any]) -> SubmittedMessages:
    """Parse it.

    Raises:
        NotValid: A value that the form does not offer.
    """
    values = Values(view)
    try:
        return SubmittedMessages(
            check_ins=Place(values.choice(CHECK_INS) or ""),
            reminders=frozenset(map(Remind, values.choices(REMINDERS))),
            times=Times(values.choice(TIMES) or ""),
        )
    except ValueError:
        raise NotValid({CHECK_INS: "choose_one"}) from None


def saved(words: Words, data: Chosen) -> Json:
    """Say that it is kept, what it means from now on, and what was on its way already."""
    choices, rhythm = data.choices, data.prompts
    lines = [words("choices.saved")]
    if data.reflects and kept_away(rhythm, choices.quiet) is None:
        lines += _comes(words, rhythm, choices.quiet)
    if choices.paused(data.today) and choices.paused_until is not None:
        lines.append(words("choices.paused", date=words.day(choices.paused_until)))
    if data.under_way:
        lines.append(words("choices.under_way"))
    return kit.modal(
        words("settings.title"),
        [*map(kit.say, lines), *_kept_away(words, data), doors(words)],
        callback_id=ids.READ_ONLY_VIEW,
        close=words("close.done"),
    )


def prompts_kept_away(words: Words, rhythm: Rhythm, away: KeptAway) -> Json:
    """Say that quiet times keep every question away, with the way to choose another time."""
    button = kit.button(words(f"choices.other_{away}"), ids.OPEN_PROMPT_SETTINGS)
    return kit.say(prompts_away_in_words(words, rhythm, away), accessory=button)


def prompts_away_in_words(words: Words, rhythm: Rhythm, away: KeptAway) -> str:
    """Say that quiet times keep every question away."""
    return _away(words, "prompts", rhythm, away)


def rhythm_in_words(words: Words, rhythm: Rhythm) -> str:
    """Say how often questions come, and when."""
    if rhythm.cadence is Cadence.OFF:
        return words("choices.prompts_off")
    return words(
        f"choices.prompts_{rhythm.cadence}",
        weekday=words(f"weekday.{rhythm.weekday}"),
        time=words.clock(rhythm.at),
    )


def _comes(words: Words, rhythm: Rhythm, quiet: Quiet) -> list[str]:
    """Say when questions come; what is for quiet hours that end that day comes at their end."""
    if rhythm.cadence is Cadence.OFF or not quiet.hour(rhythm.at):
        return [rhythm_in_words(words, rhythm)]
    later = rhythm_in_words(words, replace(rhythm, at=quiet.end))
    return [later, words("choices.prompts_later")]


def _kept_away(words: Words, data: Chosen) -> list[Json]:
    """Say what never comes because of the quiet times, each with the form that changes it."""
    quiet, blocks = data.choices.quiet, []
    away = kept_away(data.prompts, quiet)
    if data.reflects and away is not None:
        blocks.append(prompts_kept_away(words, data.prompts, away))
    away = kept_away(data.nudge, quiet) if data.nudge is not None else None
    if data.reflects and data.nudge is not None and away is not None:
        button = kit.button(words("choices.other_nudge"), ids.OPEN_NUDGE)
        said = _away(words, "nudge", data.nudge, away)
        blocks.append(kit.say(said, accessory=button))
    return blocks


def _away(words: Words, what: str, rhythm: Rhythm, away: KeptAway) -> str:
    weekday, time = words(f"weekday.{rhythm.weekday}"), words.clock(rhythm.at)
    return words(f"choices.{what}_away_{away}", weekday=weekday, time=time)


def _weekdays(words: Words) -> list[Json]:
    return [kit.option(words(f"weekday.{day}"), str(day)) for day in range(7)]


def _form(words: Words, title: str, blocks: list[Json], callback_id: str) -> Json:
    return kit.modal(
        words(title),
        blocks,
        callback_id=callback_id,
        submit=words("settings.save"),
        close=words("close.not_now"),
    )
