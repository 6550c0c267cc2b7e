"""Everything a listener may use, in one hand."""

from bot.services.audit_chain import AuditChain
from bot.services.calendar_files import CalendarFiles
from bot.services.check_ins import CheckIns
from bot.services.cohort_plans import CohortPlans
from bot.services.cohorts import Cohorts
from bot.services.erasure import Erasing
from bot.services.home import Homes
from bot.services.journals import Journals
from bot.services.learning_sets import LearningSets
from bot.services.my_data import MyData
from bot.services.nudges import Nudges
from bot.services.outbox import Outbox
from bot.services.own_choices import OwnChoices
from bot.services.people import People
from bot.services.planning import Planning
from bot.services.prompt_bank import PromptBank
from bot.services.reflections import Reflections
from bot.services.restored import Restored
from bot.services.retention import Retention
from bot.services.session_files import SessionFiles
from bot.services.session_words import PrivateWords
from bot.services.sessions import Sessions
from bot.services.set_actions import SetActions
from bot.services.set_agenda import SetAgenda
from bot.services.set_clock import SetClock
from bot.services.set_dates import SetDates
from bot.services.set_meetings import SetMeetings
from bot.services.set_places import SetPlaces
from bot.services.set_pushes import SetPushes
from bot.services.set_roles import SetRoles
from bot.services.settings import OwnSettings
from bot.services.shared_journals import SharedJournals
from bot.services.supervision import Supervision
from bot.services.supervision_plan import SupervisionPlan
from bot.services.supervision_queue import SupervisionQueue
from bot.services.supervision_watch import SupervisionWatch
from bot.services.supervisors import Supervisors
from bot.services.support import Support
from bot.services.upkeep import Upkeep
from bot.services.work import Work
from bot.slack import Slack
from bot.words import Words
from domain.clock import Clock
from domain.values import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class House:
    """The use cases, the words and the way to Slack."""

    words: Words
    clock: Clock
    slack: Slack
    people: People
    cohorts: Cohorts
    sessions: Sessions
    work: Work
    private_words: PrivateWords
    session_files: SessionFiles
    settings: OwnSettings
    support: Support
    homes: Homes
    upkeep: Upkeep
    choices: OwnChoices
    check_ins: CheckIns
    prompt_bank: PromptBank
    reflections: Reflections
    cohort_plans: CohortPlans
    journals: Journals
    shared_journals: SharedJournals
    nudges: Nudges
    supervision: Supervision
    supervision_queue: SupervisionQueue
    supervision_plan: SupervisionPlan
    supervision_watch: SupervisionWatch
    supervisors: Supervisors
    learning_sets: LearningSets
    set_places: SetPlaces
    set_dates: SetDates
    set_meetings: SetMeetings
    set_roles: SetRoles
    set_agenda: SetAgenda
    set_actions: SetActions
    set_clock: SetClock
    set_pushes: SetPushes
    calendar_files: CalendarFiles
    planning: Planning
    outbox: Outbox
    retention: Retention
    audit_chain: AuditChain
    erasing: Erasing
    restored: Restored
    my_data: MyData
