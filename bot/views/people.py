"""Enrolling people, and giving and taking roles."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, StringConstraints, ValidationError

from bot import ids
from bot.services.enrolment import MOST_AT_ONCE, Enrolment
from bot.services.people import PeoplePage
from bot.views import kit
from bot.views.forms import Id, Meta, Values
from bot.views.kit import Json
from bot.views.sights import who_sees
from bot.words import Words
from domain.cohorts import Cohort
from domain.people import Account, Person, Role
from domain.policy import Thing
from domain.preferences import Works
from domain.refusals import NotValid

PEOPLE = "people"
ROLES = "roles"
COHORT = "cohort"
PERSON = "person"

MOST_OPTIONS = 100

AccountId = Annotated[str, StringConstraints(pattern=r"^[A-Z0-9]{2,40}$")]
Accounts = tuple[AccountId, ...]


def enrol_form(
    words: Words, cohorts: Sequence[Cohort], *, form: str, cohort_id: str | None = None
) -> Json:
    """Ask who is to take part, in which roles and, where there are any, in which cohort.

    The newest hundred cohorts are offered; `cohort_id` is chosen beforehand.
    """
    people = kit.people() | {"max_selected_items": MOST_AT_ONCE}
    blocks = [
        kit.field(
            PEOPLE,
            words("people.field.people"),
            people,
            hint=words("people.field.people_hint", most=MOST_AT_ONCE),
        ),
        kit.field(
            ROLES,
            words("people.field.roles"),
            kit.checkboxes(_roles(words)),
            hint=words("people.field.roles_hint"),
        ),
    ]
    if cohorts:
        options = [kit.option(cohort.name, cohort.id) for cohort in cohorts[:MOST_OPTIONS]]
        chosen = kit.select(options, cohort_id, ask=words("choose"))
        blocks.append(kit.field(COHORT, words("people.field.cohort"), chosen, optional=True))
    blocks.append(who_sees(words, Thing.ENROLMENT, you=None, also=words("people.enrol.then")))
    return kit.modal(
        words("people.enrol.title"),
        blocks,
        callback_id=ids.ENROL_FORM,
        submit=words("people.enrol.save"),
        close=words("close.not_now"),
        metadata=Meta(form=form).pack(),
    )


class SubmittedEnrolment(BaseModel):
    """A submitted form of enrolment."""

    model_config = ConfigDict(frozen=True)

    people: Accounts
    roles: frozenset[Role]
    cohort: Id | None

    def accounts(self, team: str) -> list[Account]:
        """Return the accounts in the bot's own team; whose they really are, Slack says."""
        return [Account(team, user) for user in self.people]


def read_enrol_form(view: Mapping[str, Any]) -> SubmittedEnrolment:
    """Parse a submitted form of enrolment.

    Raises:
        NotValid: A value that the form does not offer.
    """
    values = Values(view)
    read = {PEOPLE: values.choices(PEOPLE), ROLES: values.choices(ROLES)}
    try:
        return SubmittedEnrolment.model_validate(read | {COHORT: values.choice(COHORT)})
    except ValidationError as error:
        fields = {str(problem["loc"][0]) for problem in error.errors(include_input=False)}
        raise NotValid(dict.fromkeys(fields, "choose_one")) from None


def enrolled(words: Words, results: Sequence[Enrolment]) -> Json:
    """Say who is enrolled now, who is not and why, and that nobody was sent anything."""
    done = [result for result in results if result.refused is None]
    refused = [(r.account, r.refused) for r in results if r.refused is not None]
    blocks = []
    if done:
        blocks.append(kit.say(words.count("people.enrolled.done", len(done))))
        blocks += [_line(words, result.account, result.roles) for result in done]
        blocks.append(kit.say(words("people.enrolled.welcome")))
    if refused:
        blocks.append(kit.say(words("people.enrolled.not_done")))
        blocks += not_done(words, refused)
    blocks.append(kit.buttons(*enrol_buttons(words), _all_cohorts(words)))
    return _page(words, words("people.enrolled.title"), blocks)


def roles_form(words: Words, *, form: str) -> Json:
    """Ask whose roles are meant."""
    blocks = [
        kit.field(
            PERSON,
            words("people.field.person"),
            kit.somebody(),
            hint=words("people.field.person_hint"),
        ),
        who_sees(words, Thing.ENROLMENT, you=None, also=words("people.roles.noted")),
    ]
    return kit.modal(
        words("people.roles.title"),
        blocks,
        callback_id=ids.ROLES_FORM,
        submit=words("people.roles.show"),
        close=words("close.not_now"),
        metadata=Meta(form=form).pack(),
    )


def read_roles_form(view: Mapping[str, Any], team: str) -> Account:
    """Return the account that was chosen.

    Raises:
        NotValid: Nobody was chosen.
    """
    user = Values(view).choice(PERSON)
    if user is None:
        raise NotValid({PERSON: "choose_one"})
    return Account(team, user)


def roles_of_form(
    words: Words, person: Person, *, form: str, works: Collection[Works] = ()
) -> Json:
    """Show somebody's roles, to give and take."""
    blocks = [
        kit.say_person(person.account.user),
        *_what_works(words, works),
        kit.field(
            ROLES,
            words("people.field.roles_of"),
            kit.checkboxes(_roles(words), person.roles),
            hint=words("people.field.roles_of_hint"),
            optional=True,
        ),
        who_sees(words, Thing.ENROLMENT, you=None, also=words("people.roles.noted")),
    ]
    return kit.modal(
        words("people.roles.title"),
        blocks,
        callback_id=ids.ROLES_OF_FORM,
        submit=words("people.roles.save"),
        close=words("close.not_now"),
        metadata=Meta(form=form, subject=person.id).pack(),
    )


def _what_works(words: Words, works: Collection[Works]) -> list[Json]:
    """Say what works for the person, where they let co-leads see it; else nothing at all."""
    if not works:
        return []
    lines = [words(f"works.{one}") for one in Works if one in works]
    return [kit.say(words("people.works", lines="\n".join(lines)))]


def read_roles_of_form(view: Mapping[str, Any]) -> frozenset[Role]:
    """Return the roles that are ticked.

    Raises:
        NotValid: A value that the form does not offer.
    """
    try:
        return frozenset(Role(value) for value in Values(view).choices(ROLES))
    except ValueError:
        raise NotValid({ROLES: "choose_one"}) from None


def roles_saved(words: Words, person: Person) -> Json:
    """Say which roles somebody holds now, or that they are not enrolled any more."""
    blocks = [
        kit.say(words("people.roles.saved")),
        _line(words, person.account, person.roles),
    ]
    if not person.roles:
        blocks.append(kit.say(words("people.roles.ended")))
    blocks.append(kit.buttons(*enrol_buttons(words), _all_cohorts(words)))
    return _page(words, words("people.roles.title"), blocks)


def people_list(words: Words, data: PeoplePage) -> Json:
    """Render some of the enrolled people with their roles."""
    blocks = [kit.say(words.count("cohort.list.enrolled", data.total))]
    for person in data.people:
        change = kit.button(words("people.open_roles_of"), ids.OPEN_ROLES_OF, person.id)
        blocks.append(member_line(words, person, change))
    moves = []
    if not data.first:
        moves.append(kit.button(words("list.start"), ids.OPEN_PEOPLE))
    if data.next_after:
        moves.append(kit.button(words("list.next"), ids.SHOW_PEOPLE, data.next_after))
    blocks.append(kit.buttons(*moves, _all_cohorts(words)))
    blocks.append(who_sees(words, Thing.ENROLMENT, you=None))
    return _page(words, words("people.list.title"), blocks)


def enrol_buttons(words: Words) -> list[Json]:
    """Return the ways to enrol people and to change their roles."""
    return [
        kit.button(words("people.open_enrol"), ids.OPEN_ENROL),
        kit.button(words("people.open_roles"), ids.OPEN_ROLES),
        kit.button(words("people.open_list"), ids.OPEN_PEOPLE),
    ]


def member_line(words: Words, person: Person, control: Json) -> Json:
    """Say somebody's name and roles, with a control beside them."""
    after = words("people.holds", roles=role_names(words, person.roles))
    return kit.say_person(person.account.user, after, accessory=control)


def not_done(words: Words, refused: Iterable[tuple[Account, str]]) -> list[Json]:
    """Say for each person why it was not done."""
    return [
        kit.say_person(
            account.user, words("people.not_done_line", reason=words(f"refusal.{reason}"))
        )
        for account, reason in refused
    ]


def role_names(words: Words, roles: Collection[Role]) -> str:
    """Name roles in their usual order."""
    return ", ".join(words(f"role.{role}") for role in Role if role in roles)


def _roles(words: Words) -> list[Json]:
    return [
        kit.option(words(f"role.{role}"), role.value, words(f"role.{role}.about")) for role in Role
    ]


def _line(words: Words, account: Account, roles: Collection[Role]) -> Json:
    if not roles:
        return kit.say_person(account.user, words("people.holds_none"))
    return kit.say_person(account.user, words("people.holds", roles=role_names(words, roles)))


def _all_cohorts(words: Words) -> Json:
    return kit.button(words("cohort.open_list"), ids.OPEN_COHORTS)


def _page(words: Words, title: str, blocks: list[Json]) -> Json:
    return kit.modal(title, blocks, callback_id=ids.READ_ONLY_VIEW, close=words("close.done"))
