"""The forms with which co-leads make and change a set."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from bot import ids
from bot.views import kit
from bot.views.forms import Meta, Values
from bot.views.kit import Json
from bot.views.sights import who_sees
from bot.words import Words
from domain.agendas import LONGEST, TURNS, USUAL, Agenda, AgendaKind
from domain.cohorts import Cohort
from domain.learning_sets import CADENCES, LINK_LENGTH, MEETINGS, NAME_LENGTH, SIZES, SetPlan
from domain.policy import Thing
from domain.refusals import NotValid
from domain.values import dataclass

NAME = "name"
COHORT = "cohort"
AGENDA = "agenda"
CHANNEL = "channel"
FACILITATOR = "facilitator"
LINK = "link"
SIZE = "size"
QUORUM = "quorum"
WEEKS = "every_weeks"
COUNT = "meetings"
MINUTES = "minutes"
TURN_COUNT = "turns"
OPEN_TO_ALL = "all"
COHORTS_OFFERED = 90
MINUTES_STEP = 15


def set_form(
    words: Words,
    cohorts: Sequence[Cohort],
    *,
    form: str,
    plan: SetPlan | None = None,
    set_id: str | None = None,
) -> Json:
    """Ask what a new set is; with `set_id`, change one. Its numbers are in a form of their own."""
    blocks = [
        kit.field(
            NAME,
            words("set.field.name"),
            kit.line(plan.name if plan else None, most=NAME_LENGTH),
            hint=words("set.field.name_hint"),
        ),
        kit.field(
            COHORT,
            words("set.field.cohort"),
            kit.select(_cohorts(words, cohorts), (plan and plan.cohort_id) or OPEN_TO_ALL),
        ),
        kit.field(
            AGENDA,
            words("set.field.agenda"),
            kit.radio(_agendas(words), (plan.agenda if plan else Agenda()).kind),
        ),
        kit.field(
            CHANNEL,
            words("set.field.channel"),
            kit.channel(plan.channel if plan else None),
            hint=words("set.field.channel_hint"),
            optional=True,
        ),
    ]
    if set_id is None:
        blocks += [_facilitator(words, None), _link(words)]
    sees = (Thing.SET_PLAN,) if set_id else (Thing.SET_PLAN, Thing.SET_LINK)
    blocks.append(who_sees(words, *sees, you=None))
    title = "set.change" if set_id else "set.open_form"
    return _form(words, title, blocks, ids.SET_FORM, Meta(form=form, learning_set=set_id))


@dataclass(frozen=True, slots=True, kw_only=True)
class SubmittedSet:
    """A submitted form of a set."""

    name: str
    cohort_id: str | None
    agenda: AgendaKind
    channel: str | None
    facilitator: str | None
    link: str | None

    def plan(self, before: SetPlan | None = None) -> SetPlan:
        """Return the plan: the numbers of the one before stay; another agenda is as usual."""
        known = before or SetPlan(name=self.name)
        same = known.agenda.kind is self.agenda
        return replace(
            known,
            name=self.name,
            cohort_id=self.cohort_id,
            agenda=known.agenda if same else Agenda(kind=self.agenda),
            channel=self.channel,
        )


def read_set_form(view: Mapping[str, Any]) -> SubmittedSet:
    """Parse it.

    Raises:
        NotValid: A value that the form does not offer.
    """
    values = Values(view)
    try:
        agenda = AgendaKind(values.choice(AGENDA) or "")
    except ValueError:
        raise NotValid({AGENDA: "choose_one"}) from None
    cohort = values.choice(COHORT)
    return SubmittedSet(
        name=values.text(NAME) or "",
        cohort_id=None if cohort in (None, OPEN_TO_ALL) else cohort,
        agenda=agenda,
        channel=values.text(CHANNEL),
        facilitator=values.choice(FACILITATOR),
        link=values.text(LINK),
    )


def numbers_form(words: Words, plan: SetPlan, set_id: str, *, form: str) -> Json:
    """Ask for every number of a set."""
    minutes = sorted({*range(60, LONGEST + 1, MINUTES_STEP), plan.agenda.minutes})
    blocks = [
        _number(words, SIZE, SIZES, plan.size),
        _number(words, QUORUM, range(2, SIZES[-1] + 1), plan.quorum, hint="set.field.quorum_hint"),
        _number(words, WEEKS, CADENCES, plan.every_weeks),
        _number(words, COUNT, MEETINGS, plan.meetings),
        kit.field(
            MINUTES,
            words("set.field.minutes"),
            kit.select(
                [kit.option(words.duration(n), str(n)) for n in minutes], str(plan.agenda.minutes)
            ),
        ),
        _number(words, TURN_COUNT, TURNS, plan.agenda.turns, hint="set.field.turns_hint"),
        who_sees(words, Thing.SET_PLAN, you=None),
    ]
    meta = Meta(form=form, learning_set=set_id)
    return _form(words, "set.numbers", blocks, ids.SET_NUMBERS_FORM, meta)


def read_numbers_form(view: Mapping[str, Any], before: SetPlan) -> SetPlan:
    """Return the plan with the numbers of a submitted form.

    Raises:
        NotValid: A value that the form does not offer.
    """
    values = Values(view)
    found: dict[str, Any] = {}
    for name in (SIZE, QUORUM, WEEKS, COUNT, MINUTES, TURN_COUNT):
        try:
            found[name] = int(values.choice(name) or "")
        except ValueError:
            raise NotValid({name: "choose_one"}) from None
    agenda = replace(before.agenda, minutes=found.pop(MINUTES), turns=found.pop(TURN_COUNT))
    return replace(before, agenda=agenda, **found)


def link_form(words: Words, set_id: str, *, form: str) -> Json:
    """Ask for the joining link; the one that is kept is not shown."""
    blocks = [_link(words), who_sees(words, Thing.SET_LINK, you=None)]
    meta = Meta(form=form, learning_set=set_id)
    return _form(words, "set.change_link", blocks, ids.SET_LINK_FORM, meta)


def read_link_form(view: Mapping[str, Any]) -> str | None:
    """Return the link; None to take it away."""
    return Values(view).text(LINK)


def facilitator_form(words: Words, set_id: str, user: str | None, *, form: str) -> Json:
    """Ask who the facilitator is."""
    meta = Meta(form=form, learning_set=set_id)
    blocks = [_facilitator(words, user), who_sees(words, Thing.SET_PLAN, you=None)]
    return _form(words, "set.facilitator", blocks, ids.SET_FACILITATOR_FORM, meta)


def read_facilitator_form(view: Mapping[str, Any]) -> str | None:
    """Return the account that was chosen; None for nobody."""
    return Values(view).choice(FACILITATOR)


def _facilitator(words: Words, user: str | None) -> Json:
    return kit.field(
        FACILITATOR,
        words("set.field.facilitator"),
        kit.somebody(user),
        hint=words("set.field.facilitator_hint"),
        optional=True,
    )


def _link(words: Words) -> Json:
    return kit.field(
        LINK,
        words("set.field.link"),
        kit.line(most=LINK_LENGTH),
        hint=words("set.field.link_hint"),
        optional=True,
    )


def _cohorts(words: Words, cohorts: Sequence[Cohort]) -> list[Json]:
    options = [kit.option(words("set.open_to_all"), OPEN_TO_ALL)]
    options += [kit.option(one.name, one.id) for one in cohorts[:COHORTS_OFFERED]]
    return options


def _agendas(words: Words) -> list[Json]:
    return [
        kit.option(
            words(f"agenda.{kind}"),
            kind.value,
            words.count("agenda.said", usual.turns, length=words.duration(usual.minutes)),
        )
        for kind, usual in USUAL.items()
    ]


def _number(
    words: Words, name: str, offered: range, chosen: int, *, hint: str | None = None
) -> Json:
    options = [kit.option(str(n), str(n)) for n in sorted({*offered, chosen})]
    return kit.field(
        name,
        words(f"set.field.{name}"),
        kit.select(options, str(chosen)),
        hint=words(hint) if hint else None,
    )


def _form(words: Words, title: str, blocks: list[Json], callback_id: str, meta: Meta) -> Json:
    return kit.modal(
        words(title),
        blocks,
        callback_id=callback_id,
        submit=words(f"{title}.save"),
        close=words("close.not_now"),
        metadata=meta.pack(),
    )
