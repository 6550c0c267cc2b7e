"""What the Home tab needs, in one look at the database."""

from dataclasses import field
from datetime import date, timedelta

from bot.services.check_ins_at_home import CheckInsAtHome, check_ins_at_home
from bot.services.gate import admit
from bot.services.nudges import nudge_at_home
from bot.services.prompts_at_home import PromptsAtHome, prompts_at_home
from bot.services.sets_at_home import SetsAtHome, sets_at_home
from bot.services.supervision_at_home import SupervisionAtHome, supervision_at_home
from bot.services.supervision_desk import Desk
from domain import policy
from domain.clock import Clock, local_date
from domain.people import Account, Person
from domain.policy import Act
from domain.sessions import Session, Totals
from domain.values import dataclass
from storage import session_totals
from storage import sessions as store
from storage.engine import Database
from storage.vault import Vault

ACTION_STAYS = timedelta(days=7)
"""How long after its day an action is still offered; then it goes quietly."""
ACTIONS_SHOWN = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class SessionsAtHome:
    """A partner's sums, latest session, and sessions that left an action for these days."""

    this_month: Totals
    since_start: Totals
    last: Session | None
    actions: tuple[Session, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class HomeData:
    """What one person's Home tab shows. `may` are the acts that are open to them.

    `nudge_on` is the date of a nudge that may not have reached them.
    """

    me: Person
    may: frozenset[Act]
    sessions: SessionsAtHome | None
    prompts: PromptsAtHome | None = None
    nudge_on: date | None = None
    check_ins: CheckInsAtHome = field(default_factory=CheckInsAtHome)
    supervision: SupervisionAtHome | None = None
    sets: SetsAtHome = field(default_factory=SetsAtHome)


@dataclass(frozen=True, slots=True)
class Homes:
    """Home tabs, given a database, a clock and a vault, of which it opens times and no words.

    The cost does not grow with the history.
    """

    database: Database
    clock: Clock
    vault: Vault

    def home(self, by: Account) -> HomeData:
        """Return what the person's Home tab shows."""
        with self.database.read() as conn:
            me = admit(conn, by, Act.SEE_HOME)
            may = frozenset(act for act in Act if policy.allows(act, me))
            mine = None
            if Act.SEE_SESSIONS in may:
                today = local_date(self.clock(), me.tz)
                mine = SessionsAtHome(
                    this_month=session_totals.totals(conn, me.id, today),
                    since_start=session_totals.totals(conn, me.id),
                    last=store.last_of(conn, me.id),
                    actions=tuple(
                        store.with_actions(
                            conn, me.id, since=today - ACTION_STAYS, size=ACTIONS_SHOWN
                        )
                    ),
                )
            prompts = nudge_on = None
            if Act.REFLECT in may:
                prompts = prompts_at_home(conn, self.vault, me, now=self.clock())
                nudge_on = nudge_at_home(conn, self.vault, me, now=self.clock())
            check_ins = check_ins_at_home(conn, self.vault, me, self.clock())
            desk = Desk(self.database, self.vault, self.clock)
            supervision = supervision_at_home(desk, conn, me, may)
            sets = sets_at_home(conn, me, self.clock())
        return HomeData(
            me=me,
            may=may,
            sessions=mine,
            prompts=prompts,
            nudge_on=nudge_on,
            check_ins=check_ins,
            supervision=supervision,
            sets=sets,
        )
