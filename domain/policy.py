"""Who may do what and who sees what: the front door of the policy.

`RULES` is the table of what each role may do, read inside the transaction that acts. A person acts
on what is their own unless a rule says otherwise. Nothing outside this table is allowed, and
workspace admins get nothing from being admins. `SIGHTS`, in `domain.sights`, is the table of what
is seen of each kind of thing, and `HOLDS`, in `domain.held`, says which tables hold which kinds.
"""

from enum import StrEnum

from domain.held import HOLDS
from domain.people import Person, Role
from domain.refusals import Refused
from domain.sight_lines import Way, ways, ways_of
from domain.sights import FOR_NOW, SIGHTS, UNSEEN, Sight, Thing, Viewer, seen_by, shows, sight
from domain.values import dataclass

__all__ = [
    "FOR_NOW",
    "HOLDS",
    "RULES",
    "SIGHTS",
    "UNSEEN",
    "Act",
    "Rule",
    "Sight",
    "Thing",
    "Viewer",
    "Way",
    "allows",
    "check",
    "check_shows",
    "seen_by",
    "shows",
    "sight",
    "ways",
    "ways_of",
]


class Act(StrEnum):
    """Everything that can be asked of the product so far."""

    SEE_SUPPORT = "support.see"
    SEE_HELP = "help.see"
    SEE_HOME = "home.see"
    CHANGE_SETTINGS = "settings.change"
    SEE_SESSIONS = "sessions.see"
    LOG_SESSION = "sessions.log"
    CHANGE_SESSION = "sessions.change"
    EXPORT_SESSIONS = "sessions.export"
    SEE_WORK = "work.see"
    SEE_TOTALS = "work.totals"
    RUN_COHORTS = "cohorts.run"
    CHANGE_ROLES = "people.roles"
    SEE_WHAT_WORKS = "settings.see_shared"
    REFLECT = "reflections.write"
    CHANGE_JOURNAL = "journal.change"
    SEE_SHARED = "journal.see_shared"
    ANSWER_CHECK_IN = "check_ins.answer"
    SEE_RESULTS = "check_ins.results"
    EDIT_PROMPTS = "prompts.edit"
    SEE_SUPERVISION = "supervision.see"
    ASK_SUPERVISION = "supervision.ask"
    TAKE_REQUESTS = "supervision.take"
    RUN_SUPERVISION = "supervision.run"
    COUNT_REQUESTS = "supervision.count"
    SEE_SETS = "learning_sets.see"
    JOIN_SET = "learning_sets.join"
    TAKE_PART = "learning_sets.take_part"
    LEAD_MEETING = "learning_sets.lead"
    RUN_SETS = "learning_sets.run"
    SEE_MY_DATA = "my_data.see"
    EXPORT_MY_DATA = "my_data.export"
    ERASE_MY_DATA = "my_data.erase"


@dataclass(frozen=True, slots=True)
class Rule:
    """Which roles may; `anyone` needs no enrolment, `own` only what belongs to the person.

    `afterwards`: also somebody who was enrolled and is not any more, while they are known.
    """

    roles: frozenset[Role] = frozenset()
    anyone: bool = False
    own: bool = False
    afterwards: bool = False


_EVERY_ROLE = frozenset(Role)
_PARTNERS = frozenset({Role.PARTNER})
_CO_LEADS = frozenset({Role.CO_LEAD})
_SUPERVISORS = frozenset({Role.SUPERVISOR})
_LEARNING_PARTNERS = frozenset({Role.LEARNING_PARTNER})
_REFLECTING = _PARTNERS | _CO_LEADS
_READERS = _SUPERVISORS | _LEARNING_PARTNERS
# Sets are partners' own. Others come into one as its facilitator, and see it as such.
_LEADERS = frozenset({Role.PARTNER, Role.CO_LEAD, Role.SUPERVISOR})

RULES: dict[Act, Rule] = {
    Act.SEE_SUPPORT: Rule(anyone=True),
    Act.SEE_HELP: Rule(_EVERY_ROLE),
    Act.SEE_HOME: Rule(_EVERY_ROLE),
    Act.CHANGE_SETTINGS: Rule(_EVERY_ROLE, own=True),
    Act.SEE_SESSIONS: Rule(_PARTNERS, own=True),
    Act.LOG_SESSION: Rule(_PARTNERS, own=True),
    Act.CHANGE_SESSION: Rule(_PARTNERS, own=True),
    Act.EXPORT_SESSIONS: Rule(_PARTNERS, own=True),
    Act.SEE_WORK: Rule(_CO_LEADS),
    Act.SEE_TOTALS: Rule(_LEARNING_PARTNERS),
    Act.RUN_COHORTS: Rule(_CO_LEADS),
    Act.CHANGE_ROLES: Rule(_CO_LEADS),
    Act.SEE_WHAT_WORKS: Rule(_CO_LEADS),
    Act.REFLECT: Rule(_REFLECTING, own=True),
    Act.CHANGE_JOURNAL: Rule(_REFLECTING, own=True),
    Act.SEE_SHARED: Rule(_READERS | _PARTNERS),
    Act.ANSWER_CHECK_IN: Rule(_EVERY_ROLE),
    Act.SEE_RESULTS: Rule(_EVERY_ROLE),
    Act.EDIT_PROMPTS: Rule(_CO_LEADS),
    Act.SEE_SUPERVISION: Rule(_EVERY_ROLE),
    Act.ASK_SUPERVISION: Rule(_PARTNERS, own=True),
    Act.TAKE_REQUESTS: Rule(_SUPERVISORS),
    Act.RUN_SUPERVISION: Rule(_CO_LEADS),
    Act.COUNT_REQUESTS: Rule(_LEARNING_PARTNERS),
    Act.SEE_SETS: Rule(_LEADERS),
    Act.JOIN_SET: Rule(_PARTNERS),
    Act.TAKE_PART: Rule(_PARTNERS, own=True),
    Act.LEAD_MEETING: Rule(_LEADERS),
    Act.RUN_SETS: Rule(_CO_LEADS),
    Act.SEE_MY_DATA: Rule(_EVERY_ROLE, own=True, afterwards=True),
    Act.EXPORT_MY_DATA: Rule(_EVERY_ROLE, own=True, afterwards=True),
    Act.ERASE_MY_DATA: Rule(_EVERY_ROLE, own=True, afterwards=True),
}


def check(act: Act, person: Person | None, *, owner_id: str | None = None) -> None:
    """Let the act pass or refuse it.

    Args:
        act: What is asked.
        person: Who asks, as they stand now; None where the programme does not know them.
        owner_id: Whose thing it is, where the act is on an existing thing.

    Raises:
        Refused: `not_enrolled`, `role_needed` or `not_found`. Somebody else's thing is refused in
            the same words as one that is not there, so that the answer tells nothing.
    """
    rule = RULES[act]
    if rule.anyone:
        return
    if person is None or not (person.enrolled or (rule.afterwards and person.left)):
        raise Refused("not_enrolled")
    if person.enrolled and not rule.roles & person.roles:
        raise Refused("role_needed")
    if rule.own and owner_id is not None and owner_id != person.id:
        raise Refused("not_found")


def allows(act: Act, person: Person | None, *, owner_id: str | None = None) -> bool:
    """Whether `check` would let the act pass; for views that offer only what works."""
    try:
        check(act, person, owner_id=owner_id)
    except Refused:
        return False
    return True


def check_shows(thing: Thing, viewer: Viewer, as_: Sight) -> None:
    """Refuse to show what is another's in a way that the table does not have.

    Raises:
        Refused: `not_found`, as for what is not there.
    """
    if not shows(thing, viewer, as_):
        raise Refused("not_found")
