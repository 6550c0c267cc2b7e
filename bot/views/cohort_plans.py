"""A cohort's plan for co-leads: how things come round, blocks and rests, and the weeks ahead."""

import re
from collections.abc import Mapping
from datetime import date, time
from itertools import groupby
from typing import Any

from bot import ids
from bot.services.cohort_plans import Ahead, PlanPage
from bot.views import kit
from bot.views.choices import read_rhythm, rhythm_fields
from bot.views.cohorts import cohort_place, dates
from bot.views.forms import Meta, Values
from bot.views.kit import Json
from bot.views.programme import paused_line
from bot.views.sights import who_sees
from bot.words import Words
from domain.clock import HOME_ZONE, local_date
from domain.phases import Phase, PhaseKind
from domain.policy import Thing
from domain.preview import Line
from domain.refusals import NotValid
from domain.schedules import Cadence, Rhythm
from domain.values import dataclass

CHANNEL = "channel"
KIND = "kind"
STARTS_ON = "starts_on"
ENDS_ON = "ends_on"

_CHANNEL_ID = re.compile(r"[CG][A-Z0-9]{1,39}")

FIRST_CHECK_INS = Rhythm(weekday=0, at=time(10))
"""What the form offers at first: not at the time of the questions."""


def plan_page(words: Words, data: PlanPage, *, said: str | None = None) -> Json:
    """Render a cohort's plan; `said` names the sentence about what was just done."""
    cohort = data.cohort
    blocks = [kit.say(words(said))] if said else []
    if data.plan.paused:
        blocks.append(paused_line(words))
    blocks += [
        kit.heading(cohort.name),
        kit.say(dates(words, cohort)),
        kit.say_named(words("cohort.plan.check_ins"), _check_ins(words, data)),
        _place(words, cohort.channel),
        kit.say_named(words("cohort.plan.questions"), _questions(words, data)),
        kit.buttons(
            kit.button(words("cohort.plan.open_check_ins"), ids.OPEN_CHECK_IN_PLAN, cohort.id),
            kit.button(words("cohort.plan.open_questions"), ids.OPEN_QUESTION_PLAN, cohort.id),
            kit.button(words("cohort.plan.open_preview"), ids.OPEN_PREVIEW, cohort.id),
            kit.button(words("cohort.plan.back"), ids.OPEN_COHORT, cohort.id),
        ),
        kit.say_named(words("phase.title"), words("phase.about")),
    ]
    blocks += [_phase(words, cohort.id, phase) for phase in data.plan.phases]
    if not data.plan.phases:
        blocks.append(kit.say(words("phase.none")))
    blocks += [
        kit.buttons(kit.button(words("phase.add"), ids.OPEN_PHASE_FORM, cohort.id)),
        who_sees(words, Thing.COHORT_PLAN, you=None),
    ]
    return _page(words, "cohort.plan.title", blocks)


def check_ins_form(words: Words, data: PlanPage, *, form: str) -> Json:
    """Ask when check-ins come, and where they are posted."""
    channel = kit.field(
        CHANNEL,
        words("cohort.plan.channel"),
        kit.channel(data.cohort.channel),
        hint=words("cohort.plan.channel_hint"),
        optional=True,
    )
    blocks = [
        kit.say(words("cohort.plan.check_ins_about")),
        *rhythm_fields(words, data.plan.check_ins or FIRST_CHECK_INS),
        kit.small(words("cohort.plan.your_clock", zone=_zone(words, data.zone))),
        channel,
        who_sees(words, Thing.COHORT_PLAN, you=None, also=words("cohort.plan.check_ins_come")),
    ]
    return _form(words, "cohort.plan.check_ins", blocks, ids.CHECK_IN_PLAN_FORM, data, form)


@dataclass(frozen=True, slots=True)
class SubmittedCheckIns:
    """A submitted form of check-ins."""

    rhythm: Rhythm
    channel: str | None


def read_check_ins_form(view: Mapping[str, Any]) -> SubmittedCheckIns:
    """Parse it.

    Raises:
        NotValid: A value that the form does not offer.
    """
    values = Values(view)
    channel = values.text(CHANNEL)
    if channel is not None and not _CHANNEL_ID.fullmatch(channel):
        raise NotValid({CHANNEL: "choose_one"})
    return SubmittedCheckIns(read_rhythm(values), channel)


def questions_form(words: Words, data: PlanPage, *, form: str) -> Json:
    """Ask when questions come to members who have not chosen for themselves."""
    blocks = [
        kit.say(words("cohort.plan.questions_about")),
        *rhythm_fields(words, data.plan.questions),
        who_sees(words, Thing.COHORT_PLAN, you=None, also=words("cohort.plan.own_rhythm")),
    ]
    return _form(words, "cohort.plan.questions", blocks, ids.QUESTION_PLAN_FORM, data, form)


def read_questions_form(view: Mapping[str, Any]) -> Rhythm:
    """Parse it.

    Raises:
        NotValid: A value that the form does not offer.
    """
    return read_rhythm(Values(view))


def phase_form(words: Words, data: PlanPage, *, form: str) -> Json:
    """Ask for an active block or a rest, and its first and last day."""
    kinds = [
        kit.option(words(f"phase.{kind}"), kind.value, words(f"phase.{kind}_says"))
        for kind in PhaseKind
    ]
    blocks = [
        kit.field(KIND, words("phase.kind"), kit.radio(kinds, PhaseKind.REST.value)),
        kit.field(STARTS_ON, words("phase.starts_on"), kit.day(data.today)),
        kit.field(ENDS_ON, words("phase.ends_on"), kit.day()),
        who_sees(words, Thing.COHORT_PLAN, you=None),
    ]
    return _form(words, "phase.add", blocks, ids.PHASE_FORM, data, form)


@dataclass(frozen=True, slots=True)
class SubmittedPhase:
    """A submitted form of a phase."""

    kind: PhaseKind
    starts_on: date
    ends_on: date


def read_phase_form(view: Mapping[str, Any]) -> SubmittedPhase:
    """Parse it.

    Raises:
        NotValid: A value that the form does not offer, or a date that is none.
    """
    values = Values(view)
    try:
        kind = PhaseKind(values.choice(KIND) or "")
    except ValueError:
        raise NotValid({KIND: "choose_one"}) from None
    return SubmittedPhase(kind, _day(values, STARTS_ON), _day(values, ENDS_ON))


def preview_page(words: Words, data: Ahead) -> Json:
    """Render what the next eight weeks bring a member who changed no setting."""
    blocks = [kit.say(words("preview.about", name=data.cohort.name))]
    if data.paused:
        blocks.append(paused_line(words))
    by_date = groupby(data.lines, lambda line: local_date(line.at, data.zone))
    for _, lines in by_date:
        blocks.append(kit.say("\n".join(_line(words, data, line) for line in lines)))
    if not data.lines:
        blocks.append(kit.say(words("preview.empty")))
    blocks += [
        kit.buttons(kit.button(words("preview.back"), ids.OPEN_COHORT_PLAN, data.cohort.id)),
        who_sees(words, Thing.COHORT_PLAN, you=None, also=words("preview.nothing_is_sent")),
    ]
    return _page(words, "preview.title", blocks)


def _line(words: Words, data: Ahead, line: Line) -> str:
    if line.nothing is not None:
        return words(
            f"preview.no_{line.what}",
            date=words.day(local_date(line.at, data.zone)),
            why=words(f"preview.why.{line.nothing}"),
        )
    when = words.moment(line.at, data.zone, data.times)
    if line.cornerstone is None:
        return words("preview.check_in", when=when)
    return words("preview.prompt", when=when, cornerstone=words(f"cornerstone.{line.cornerstone}"))


def _check_ins(words: Words, data: PlanPage) -> str:
    rhythm = data.plan.check_ins
    if rhythm is None:
        return words("cohort.plan.check_ins_none")
    if rhythm.cadence is Cadence.OFF:
        return words("cohort.plan.check_ins_off")
    return words(
        f"cohort.plan.check_ins_{rhythm.cadence}",
        weekday=words(f"weekday.{rhythm.weekday}"),
        time=words.clock(rhythm.at),
        zone=_zone(words, data.plan.check_ins_zone),
    )


def _place(words: Words, channel: str | None) -> Json:
    if channel is None:
        return kit.say(words("cohort.plan.no_channel"))
    return kit.say_channel(words("cohort.plan.posted_in"), channel)


def _questions(words: Words, data: PlanPage) -> str:
    rhythm = data.plan.questions
    if rhythm.cadence is Cadence.OFF:
        return words("cohort.plan.questions_off")
    said = words(
        f"cohort.plan.questions_{rhythm.cadence}",
        weekday=words(f"weekday.{rhythm.weekday}"),
        time=words.clock(rhythm.at),
    )
    return said if data.questions_set else f"{said} {words('cohort.plan.questions_usual')}"


def _zone(words: Words, zone: str) -> str:
    if zone == HOME_ZONE:
        return words("cohort.plan.zone_home")
    return words("cohort.plan.zone", zone=zone.replace("_", " "))


def _phase(words: Words, cohort_id: str, phase: Phase) -> Json:
    kind = words(f"phase.{phase.kind}")
    text = words(
        "phase.row", kind=kind, start=words.day(phase.starts_on), end=words.day(phase.ends_on)
    )
    remove = kit.button(
        words("phase.remove"),
        ids.REMOVE_PHASE,
        cohort_place(cohort_id, phase.id),
        confirm=kit.confirm(
            words("phase.remove_title"),
            words("phase.remove_ask"),
            words("phase.remove_yes"),
            words("phase.remove_no"),
        ),
        label=words("phase.remove_label", kind=kind, start=words.short_day(phase.starts_on)),
    )
    return kit.say(text, accessory=remove)


def _day(values: Values, name: str) -> date:
    try:
        found = values.day(name)
    except ValueError:
        found = None
    if found is None:
        raise NotValid({name: "date_wrong"})
    return found


def _page(words: Words, title: str, blocks: list[Json]) -> Json:
    return kit.modal(
        words(title), blocks, callback_id=ids.READ_ONLY_VIEW, close=words("close.done")
    )


def _form(
    words: Words, title: str, blocks: list[Json], callback_id: str, data: PlanPage, form: str
) -> Json:
    return kit.modal(
        words(title),
        blocks,
        callback_id=callback_id,
        submit=words("phase.add" if callback_id == ids.PHASE_FORM else "cohort.plan.save"),
        close=words("close.not_now"),
        metadata=Meta(form=form, cohort=data.cohort.id).pack(),
    )
