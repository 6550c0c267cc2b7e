"""Puts the bot together: the only place that knows every part."""

import ssl
import time
from collections.abc import Callable
from concurrent.futures import Executor, ThreadPoolExecutor
from datetime import timedelta

from slack_bolt import App, BoltRequest, BoltResponse
from slack_bolt.authorization import AuthorizeResult
from slack_bolt.middleware import Middleware

from bot import handlers
from bot.figures import Figures
from bot.handlers.listen import Declared
from bot.handlers.listener_names import ListenerNames
from bot.house import House
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
from bot.services.planning import Planning, Reached, nowhere
from bot.services.prompt_bank import PromptBank
from bot.services.prompt_file import read_prompts
from bot.services.reflections import Reflections
from bot.services.restored import Restored
from bot.services.retention import Retention
from bot.services.retention_file import read_register
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
from bot.services.supervision_desk import Desk
from bot.services.supervision_plan import SupervisionPlan
from bot.services.supervision_queue import SupervisionQueue
from bot.services.supervision_watch import SupervisionWatch
from bot.services.supervisors import Supervisors
from bot.services.support import Support, read_services
from bot.services.upkeep import Upkeep
from bot.services.work import Work
from bot.slack import BACKGROUND_SECONDS, INTERACTIVE_SECONDS, Identity, Slack
from bot.slack_calls import CountedClient
from bot.words import Words
from domain.clock import Clock
from domain.people import Account
from domain.values import dataclass
from storage.engine import Database
from storage.ledger import Ledger
from storage.mark import MarkFile
from storage.pace import BETWEEN
from storage.vault import Vault

LISTENERS = 32
IN_BACKGROUND = 8
_NONE = Figures()


@dataclass(frozen=True, slots=True)
class Parts:
    """What came out of putting the bot together."""

    app: App
    house: House
    declared: list[Declared]


def make_slack(
    token: str,
    api_url: str,
    background: Executor | None = None,
    figures: Figures = _NONE,
) -> Slack:
    """Return the way to Slack. Certificates are checked; nothing is sent a second time."""
    trusted = _trusted(api_url)
    return Slack(
        client=make_client(token, api_url, INTERACTIVE_SECONDS, figures, trusted),
        patient=make_client(token, api_url, BACKGROUND_SECONDS, figures, trusted),
        background=background or ThreadPoolExecutor(IN_BACKGROUND, "background"),
    )


def make_client(
    token: str,
    api_url: str,
    seconds: int,
    figures: Figures = _NONE,
    trusted: ssl.SSLContext | None = None,
) -> CountedClient:
    """Return a client that waits so long for an answer and never asks twice.

    The library's default sends a request again when its reply is lost, and so posts a message
    twice. Clients share what is `trusted`: each would read every certificate of this computer.
    """
    return CountedClient(
        figures,
        token or None,
        base_url=api_url,
        timeout=seconds,
        retry_handlers=[],
        ssl=trusted or _trusted(api_url),
    )


def _trusted(api_url: str) -> ssl.SSLContext:
    """Return whose certificates are believed: whose this computer believes.

    On the way to a workspace on this computer there are none, and nobody's are believed. Asked for
    nothing, the library would read all of them for that as well: 25 ms of a start.
    """
    if api_url.startswith("https"):
        return ssl.create_default_context()
    return ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)


def make_house(
    database: Database,
    vault: Vault,
    clock: Clock,
    slack: Slack,
    *,
    words: Words,
    practice: bool,
    between: timedelta = BETWEEN,
    reached: Reached = nowhere,
    ledger: Ledger | None = None,
    mark: MarkFile | None = None,
    figures: Figures = _NONE,
) -> House:
    """Return every use case over this database, with the words and the way to Slack.

    `practice` lets the first co-lead of a practice workspace begin by opening Home. `between` is
    the time from one message that it sends by itself to the next. `reached` is told of the places
    at which a crash is tried. Without a `ledger` nobody can have everything deleted;
    without a `mark` an older database is not noticed.
    """
    register = read_register()
    prompt_bank = PromptBank(database, clock, read_prompts())
    check_ins = CheckIns(database, vault, clock)
    desk = Desk(database, vault, clock, reached)
    return House(
        words=words,
        clock=clock,
        slack=slack,
        people=People(database, clock, slack.look_up, practice=practice),
        cohorts=Cohorts(database, clock),
        sessions=Sessions(database, clock),
        work=Work(database, clock),
        private_words=PrivateWords(database, vault, clock),
        session_files=SessionFiles(database, clock),
        settings=OwnSettings(database, vault, clock),
        support=Support(read_services(), clock),
        homes=Homes(database, clock, vault),
        upkeep=Upkeep(database, clock),
        choices=OwnChoices(database, clock),
        check_ins=check_ins,
        cohort_plans=CohortPlans(database, clock),
        prompt_bank=prompt_bank,
        reflections=Reflections(database, vault, clock, prompt_bank),
        journals=Journals(database, vault, clock),
        shared_journals=SharedJournals(database, vault, clock),
        nudges=Nudges(database, vault, clock),
        supervision=Supervision(desk),
        supervision_queue=SupervisionQueue(desk),
        supervision_plan=SupervisionPlan(desk),
        supervision_watch=SupervisionWatch(desk),
        supervisors=Supervisors(desk),
        learning_sets=LearningSets(database, vault, clock),
        set_places=SetPlaces(database, clock),
        set_dates=SetDates(database, clock),
        set_meetings=SetMeetings(database, vault, clock),
        set_roles=SetRoles(database, clock),
        set_agenda=SetAgenda(database, vault, clock),
        set_actions=SetActions(database, vault, clock),
        set_clock=SetClock(database, clock),
        set_pushes=SetPushes(database, clock),
        calendar_files=CalendarFiles(database, clock),
        planning=Planning(database, clock, check_ins.open, reached, between),
        outbox=Outbox(database, clock, reached, between, figures.settled),
        retention=Retention(database, vault, clock, register),
        audit_chain=AuditChain(database, vault),
        erasing=Erasing(database, vault, clock, register, ledger, reached=reached),
        restored=Restored(database, clock, mark),
        my_data=MyData(database, vault, clock, register),
    )


def build(
    house: House,
    identity: Identity,
    token: str,
    *,
    signing_secret: str | None = None,
    figures: Figures = _NONE,
) -> Parts:
    """Return the Bolt app over the house.

    `process_before_response`: an ack is sent once its listener has returned, so it means "saved".
    Somebody of another team is nobody here: the account is looked up by team and user.
    """

    def authorize() -> AuthorizeResult:
        return AuthorizeResult(
            enterprise_id=None,
            team_id=identity.team,
            bot_token=token,
            bot_id=identity.bot_id,
            bot_user_id=identity.bot_user,
        )

    app = _Counted(
        # Bolt would look through every loaded module for one.
        name="alongside",
        # Without a token: Bolt puts in the one that `authorize` gives.
        client=make_client(
            "",
            house.slack.client.base_url,
            INTERACTIVE_SECONDS,
            figures,
            house.slack.client.ssl,
        ),
        authorize=authorize,
        signing_secret=signing_secret or "",
        request_verification_enabled=signing_secret is not None,
        process_before_response=True,
        listener_executor=ThreadPoolExecutor(LISTENERS, "listeners"),
    )

    app.use(_Inject(house, identity.team))
    declared = handlers.register(app)
    if figures.counts:
        app.count(figures, ListenerNames(declared))
    return Parts(app, house, declared)


class _Counted(App):
    """Bolt's app; where figures are wanted, it takes the time of each answer."""

    _figures: Figures = _NONE
    _names: ListenerNames

    def count(self, figures: Figures, names: ListenerNames) -> None:
        """Begin to take the time."""
        self._figures, self._names = figures, names

    def dispatch(self, req: BoltRequest) -> BoltResponse:
        """Answer a request: here everything comes through, by whichever way."""
        if not self._figures.counts:
            return super().dispatch(req)
        began = time.perf_counter()
        try:
            return super().dispatch(req)
        finally:
            name = self._names.of(req.body)
            self._figures.answered(name, time.perf_counter() - began)


class _Inject(Middleware):
    """Offers the house, and who asks, to listeners as arguments of these names.

    A class, because Bolt takes 10 us to find out what a function wants to be given.
    """

    def __init__(self, house: House, team: str) -> None:
        self._house = house
        self._team = team

    def process(
        self, *, req: BoltRequest, resp: BoltResponse, next: Callable[[], BoltResponse]
    ) -> BoltResponse | None:
        context = req.context
        context["house"] = self._house
        context["by"] = Account(context.team_id or self._team, context.user_id or "")
        return next()
