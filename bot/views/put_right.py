"""Where each kind of what is held can be put right: the way to the form that changes it."""

from collections.abc import Collection, Iterator
from typing import NamedTuple

from bot import ids
from bot.views import kit
from bot.views.kit import Json
from bot.words import Words
from domain.people import Person
from domain.policy import Act, allows


class Way(NamedTuple):
    """A button with this label that leads to the forms by which rows of these tables change."""

    label: str
    action: str
    act: Act
    tables: frozenset[str]


WAYS = (
    Way(
        "session.open_list",
        ids.OPEN_SESSIONS,
        Act.SEE_SESSIONS,
        frozenset({"sessions", "session_totals"}),
    ),
    Way(
        "reflect.open_journal",
        ids.OPEN_JOURNAL,
        Act.CHANGE_JOURNAL,
        frozenset({"journal", "journal_shares"}),
    ),
    Way("nudge.open", ids.OPEN_NUDGE, Act.REFLECT, frozenset({"nudges"})),
    Way(
        "request.see_mine",
        ids.OPEN_REQUESTS,
        Act.ASK_SUPERVISION,
        frozenset({"supervision_requests", "supervision_records"}),
    ),
    Way(
        "set.see_all",
        ids.OPEN_SETS,
        Act.SEE_SETS,
        frozenset({"set_members", "set_ticks", "set_answers", "set_roles", "set_offers"}),
    ),
    Way("action.open_mine", ids.OPEN_MY_ACTIONS, Act.TAKE_PART, frozenset({"set_actions"})),
    Way(
        "supervisor.open",
        ids.OPEN_SUPERVISOR,
        Act.TAKE_REQUESTS,
        frozenset({"supervisors", "time_off"}),
    ),
    Way(
        "settings.open",
        ids.OPEN_SETTINGS,
        Act.CHANGE_SETTINGS,
        frozenset({"people", "preferences", "schedules"}),
    ),
)
BY_CO_LEADS = frozenset({"roles", "cohort_members"})
"""What a co-lead puts right; the page says so."""
AS_IT_HAPPENED = frozenset(
    {"departures", "deliveries", "idempotency", "sent_files", "prompts_given", "audit"}
    | {"supervision_openings", "person_keys"}
)
"""What the program itself writes down of what happened: nobody changes it by hand."""


def buttons(words: Words, held: Collection[str], me: Person) -> Iterator[Json]:
    """Yield a button for each way to something that is held and that this person may change."""
    tables = {name.partition(".")[0] for name in held}
    for way in WAYS:
        if way.tables & tables and allows(way.act, me):
            yield kit.button(words(way.label), way.action)
