"""Cohorts for co-leads: all of them, one with its members, and the forms that change them."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from pydantic import BaseModel, ConfigDict, ValidationError

from bot import ids
from bot.services.cohorts import MOST_ADDED, Added, CohortList, CohortPage
from bot.views import kit
from bot.views.check_ins import results_button
from bot.views.forms import Meta, Values
from bot.views.kit import Json
from bot.views.pages import turns
from bot.views.people import Accounts, enrol_buttons, member_line, not_done
from bot.views.programme import paused_rows, programme_buttons
from bot.views.sights import who_sees
from bot.words import Words
from domain.cohorts import NAME_LENGTH, Cohort
from domain.people import Account, Person
from domain.policy import Thing
from domain.refusals import NotValid
from domain.values import dataclass

NAME = "name"
STARTS_ON = "starts_on"
ENDS_ON = "ends_on"
PEOPLE = "people"

COHORTS_SHOWN = 20


def cohort_list(words: Words, data: CohortList, page: int = 1) -> Json:
    """Render every cohort, 20 at a time; a page past the end is the last one."""
    pages = max(1, -(-len(data.cohorts) // COHORTS_SHOWN))
    page = min(max(page, 1), pages)
    start = (page - 1) * COHORTS_SHOWN
    blocks = [
        *paused_rows(words, paused=data.paused),
        kit.say(words.count("cohort.list.enrolled", data.enrolled)),
        kit.buttons(
            kit.button(words("cohort.make"), ids.OPEN_COHORT_FORM, primary=True),
            *enrol_buttons(words),
        ),
        kit.buttons(kit.button(words("work.open"), ids.OPEN_WORK), block_id="work"),
        programme_buttons(words, paused=data.paused),
    ]
    if not data.cohorts:
        blocks.append(kit.say(words("cohort.list.empty")))
    blocks += [_row(words, cohort) for cohort in data.cohorts[start : start + COHORTS_SHOWN]]
    moves = turns(words, page, pages, first=ids.OPEN_COHORTS, more=ids.SHOW_COHORTS)
    if moves:
        blocks.append(kit.buttons(*moves, block_id="moves"))
    blocks.append(who_sees(words, Thing.COHORT_PLAN, you=None))
    return _page(words, words("cohort.list.title"), blocks, ids.COHORTS_VIEW)


def one_cohort(words: Words, data: CohortPage, *, said: str | None = None) -> Json:
    """Render a cohort with some of its members.

    `said` names the sentence about what was just done.
    """
    return _one(words, data, [kit.say(words(said))] if said else [])


def added(words: Words, data: Added) -> Json:
    """Render a cohort after people were added, with those who were not and why."""
    done = [kit.say(words("cohort.added"))]
    if data.refused:
        done = [kit.say(words("cohort.added_some")), *not_done(words, data.refused), kit.divider()]
    return _one(words, data.page, done)


def cohort_place(cohort_id: str, person_id: str) -> str:
    """Return a button's value that names a cohort and somebody in it."""
    return f"{cohort_id} {person_id}"


def read_place(value: str) -> tuple[str, str]:
    """Return the cohort and the person that a button names."""
    cohort_id, _, person_id = value.partition(" ")
    return cohort_id, person_id


@dataclass(frozen=True, slots=True, kw_only=True)
class FormData:
    """What the form of a cohort shows; `cohort_id` is set where it changes one."""

    form: str
    starts_on: date
    ends_on: date | None = None
    name: str | None = None
    cohort_id: str | None = None


def form_of_cohort(cohort: Cohort, form: str) -> FormData:
    """Return what the form shows to change a cohort."""
    return FormData(
        form=form,
        cohort_id=cohort.id,
        name=cohort.name,
        starts_on=cohort.starts_on,
        ends_on=cohort.ends_on,
    )


def cohort_form(words: Words, data: FormData) -> Json:
    """Render the form that makes a cohort or changes it."""
    changing = data.cohort_id is not None
    blocks = [
        kit.field(
            NAME,
            words("cohort.field.name"),
            kit.line(data.name, most=NAME_LENGTH),
            hint=words("cohort.field.name_hint"),
        ),
        kit.field(STARTS_ON, words("cohort.field.starts_on"), kit.day(data.starts_on)),
        kit.field(
            ENDS_ON,
            words("cohort.field.ends_on"),
            kit.day(data.ends_on),
            hint=words("cohort.field.ends_on_hint"),
            optional=True,
        ),
        who_sees(words, Thing.COHORT_PLAN, you=None),
    ]
    return kit.modal(
        words("cohort.form.change_title" if changing else "cohort.form.title"),
        blocks,
        callback_id=ids.COHORT_FORM,
        submit=words("cohort.form.save_change" if changing else "cohort.form.save"),
        close=words("close.not_now"),
        metadata=Meta(form=data.form, cohort=data.cohort_id).pack(),
    )


class SubmittedCohort(BaseModel):
    """A submitted form of a cohort."""

    model_config = ConfigDict(frozen=True)

    name: str
    starts_on: date
    ends_on: date | None


def read_cohort_form(view: Mapping[str, Any]) -> SubmittedCohort:
    """Parse a submitted form of a cohort.

    Raises:
        NotValid: A date that is none.
    """
    values = Values(view)
    days: dict[str, date | None] = {}
    problems: dict[str, str] = {}
    for name in (STARTS_ON, ENDS_ON):
        try:
            days[name] = values.day(name)
        except ValueError:
            problems[name] = "date_wrong"
    starts_on = days.get(STARTS_ON)
    if problems or starts_on is None:
        raise NotValid(problems or {STARTS_ON: "date_wrong"})
    name = values.text(NAME) or ""
    return SubmittedCohort(name=name, starts_on=starts_on, ends_on=days.get(ENDS_ON))


def add_form(words: Words, cohort: Cohort, *, form: str) -> Json:
    """Ask who is to be added to a cohort."""
    chosen = kit.people() | {"max_selected_items": MOST_ADDED}
    blocks = [
        kit.say(words("cohort.add.about", name=cohort.name)),
        kit.field(
            PEOPLE,
            words("cohort.field.people"),
            chosen,
            hint=words("cohort.field.people_hint", most=MOST_ADDED),
        ),
        who_sees(words, Thing.COHORT_MEMBER, you=None, also=words("cohort.add.no_message")),
    ]
    return kit.modal(
        words("cohort.add.title"),
        blocks,
        callback_id=ids.COHORT_ADD_FORM,
        submit=words("cohort.add.save"),
        close=words("close.not_now"),
        metadata=Meta(form=form, cohort=cohort.id).pack(),
    )


class SubmittedMembers(BaseModel):
    """The people chosen for a cohort."""

    model_config = ConfigDict(frozen=True)

    people: Accounts

    def accounts(self, team: str) -> list[Account]:
        """Return their accounts in the bot's own team."""
        return [Account(team, user) for user in self.people]


def read_add_form(view: Mapping[str, Any]) -> SubmittedMembers:
    """Parse the choice of people.

    Raises:
        NotValid: Somebody who is not an account.
    """
    try:
        return SubmittedMembers(people=Values(view).choices(PEOPLE))
    except ValidationError:
        raise NotValid({PEOPLE: "choose_one"}) from None


def dates(words: Words, cohort: Cohort) -> str:
    """Say when a cohort runs."""
    start = words.day(cohort.starts_on)
    if cohort.ends_on is None:
        return words("cohort.dates.open", start=start)
    return words("cohort.dates.both", start=start, end=words.day(cohort.ends_on))


def _one(words: Words, data: CohortPage, done: Sequence[Json]) -> Json:
    cohort = data.cohort
    blocks = [
        *done,
        kit.heading(cohort.name),
        kit.say(dates(words, cohort)),
        kit.say(words.count("cohort.people", cohort.members)),
        kit.buttons(
            kit.button(words("cohort.open_add"), ids.OPEN_COHORT_ADD, cohort.id),
            kit.button(words("people.open_enrol"), ids.OPEN_ENROL, cohort.id),
            kit.button(words("cohort.open_form"), ids.OPEN_COHORT_FORM, cohort.id),
            kit.button(words("cohort.open_plan"), ids.OPEN_COHORT_PLAN, cohort.id),
            results_button(words, cohort.id, cohort.name),
            kit.button(words("work.open"), ids.OPEN_WORK, cohort.id),
            kit.button(words("cohort.open_list"), ids.OPEN_COHORTS),
        ),
    ]
    blocks += [_member(words, cohort, person) for person in data.members]
    moves = _member_moves(words, data)
    if moves:
        blocks.append(kit.buttons(*moves, block_id="moves"))
    return _page(words, words("cohort.one.title"), blocks, ids.COHORT_VIEW)


def _row(words: Words, cohort: Cohort) -> Json:
    text = words(
        "cohort.list.row",
        name=cohort.name,
        people=words.count("cohort.people", cohort.members),
        dates=dates(words, cohort),
    )
    opener = kit.button(
        words("cohort.open"),
        ids.OPEN_COHORT,
        cohort.id,
        label=words("cohort.open_label", name=cohort.name),
    )
    return kit.say(text, accessory=opener)


def _member(words: Words, cohort: Cohort, person: Person) -> Json:
    remove = kit.button(
        words("cohort.remove"),
        ids.COHORT_REMOVE_MEMBER,
        cohort_place(cohort.id, person.id),
        confirm=kit.confirm(
            words("cohort.remove_title"),
            words("cohort.remove_ask"),
            words("cohort.remove_yes"),
            words("cohort.remove_no"),
        ),
    )
    return member_line(words, person, remove)


def _member_moves(words: Words, data: CohortPage) -> list[Json]:
    moves = []
    if not data.first:
        moves.append(kit.button(words("list.start"), ids.OPEN_COHORT, data.cohort.id))
    if data.next_after:
        place = cohort_place(data.cohort.id, data.next_after)
        moves.append(kit.button(words("list.next"), ids.SHOW_MEMBERS, place))
    return moves


def _page(words: Words, title: str, blocks: list[Json], callback_id: str) -> Json:
    return kit.modal(title, blocks, callback_id=callback_id, close=words("close.done"))
