"""How things come round in a cohort, its blocks and rests, and the pause of everything."""

from datetime import date

from bot.bank_holidays import bank_holidays
from bot.services import rhythms
from bot.services.choices import choices_of
from bot.services.cohorts import known_cohort
from bot.services.gate import admit
from domain.clock import HOME_ZONE, Clock, local_date
from domain.cohorts import Cohort
from domain.ids import new_id
from domain.people import Account, Person
from domain.phases import Phase, PhaseKind, check_phase
from domain.policy import Act
from domain.preferences import Times
from domain.preview import Line, Member, Plan, preview
from domain.refusals import NotValid
from domain.schedules import Cadence, Quiet, Rhythm, What
from domain.values import dataclass
from storage import audit, cohorts, idempotency, phases, programme, schedules
from storage.engine import Connection, Database

_USUALLY_QUIET = Quiet()


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanPage:
    """A cohort's plan, for the co-lead who looks at it, whose zone and date these are.

    `questions_set` where the cohort has a rhythm of its own, `check_ins_set` where check-ins were
    ever set.
    """

    plan: Plan
    zone: str
    today: date
    questions_set: bool
    check_ins_set: bool

    @property
    def cohort(self) -> Cohort:
        """The cohort it is for."""
        return self.plan.cohort


@dataclass(frozen=True, slots=True, kw_only=True)
class Ahead:
    """What the plan brings a made-up member in the next weeks; `times` as the reader likes them."""

    cohort: Cohort
    lines: tuple[Line, ...]
    zone: str
    times: Times
    paused: bool


@dataclass(frozen=True, slots=True)
class CohortPlans:
    """The use cases, given a database and a clock. What changes is written down."""

    database: Database
    clock: Clock

    def plan(self, by: Account, cohort_id: str) -> PlanPage:
        """Return a cohort's plan."""
        with self.database.read() as conn:
            me = admit(conn, by, Act.RUN_COHORTS)
            return self._page(conn, me, cohort_id)

    def ahead(self, by: Account, cohort_id: str) -> Ahead:
        """Return what the plan brings in the next eight weeks, in the programme's own zone."""
        now = self.clock()
        member = Member(holidays=bank_holidays(None, local_date(now, HOME_ZONE).year))
        with self.database.read() as conn:
            me = admit(conn, by, Act.RUN_COHORTS)
            plan = _plan(conn, cohort_id)
            return Ahead(
                cohort=plan.cohort,
                lines=tuple(preview(plan, member, now=now)),
                zone=member.zone,
                times=choices_of(conn, me.id).times,
                paused=plan.paused,
            )

    def may_check_ins_come(self, by: Account, cohort_id: str, rhythm: Rhythm) -> None:
        """Say no beforehand to what `set_check_ins` would say no to.

        Raises:
            NotValid: `cohort_hour`, where the time is in most people's quiet hours.
        """
        with self.database.read() as conn:
            admit(conn, by, Act.RUN_COHORTS)
            known_cohort(conn, cohort_id)
        _check_hour(rhythm)

    def set_check_ins(
        self, by: Account, cohort_id: str, rhythm: Rhythm, channel: str | None, *, form: str
    ) -> PlanPage:
        """Set when check-ins come, and in which channel; a second `form` changes nothing.

        Their time is by the wall clock of the co-lead who sets it. That the bot can post in the
        channel is proved before this.

        Raises:
            NotValid: By `may_check_ins_come`.
        """
        with self.database.write() as conn:
            me = admit(conn, by, Act.RUN_COHORTS)
            now = self.clock()
            known_cohort(conn, cohort_id)
            if idempotency.once(conn, form, me.id, now=now, result=cohort_id) is None:
                _check_hour(rhythm)
                known = schedules.of_cohort(conn, What.CHECK_IN, cohort_id)
                rhythm = rhythms.anchored(
                    rhythm, known.rhythm if known else None, local_date(now, me.tz)
                )
                cohorts.set_channel(conn, cohort_id, channel)
                rhythms.set_for_cohort(conn, What.CHECK_IN, cohort_id, rhythm, me.tz, now=now)
                self._done(conn, me, "cohort_check_ins_set", cohort_id)
            return self._page(conn, me, cohort_id)

    def set_questions(self, by: Account, cohort_id: str, rhythm: Rhythm, *, form: str) -> PlanPage:
        """Set when questions come to members who have not chosen; a second `form` changes nothing.

        Raises:
            NotValid: `cohort_hour` or `cohort_day`, where most people hear nothing.
        """
        with self.database.write() as conn:
            me = admit(conn, by, Act.RUN_COHORTS)
            now = self.clock()
            known_cohort(conn, cohort_id)
            if idempotency.once(conn, form, me.id, now=now, result=cohort_id) is None:
                _check_questions(rhythm)
                known = schedules.of_cohort(conn, What.PROMPT, cohort_id)
                rhythm = rhythms.anchored(
                    rhythm, known.rhythm if known else None, local_date(now, me.tz)
                )
                rhythms.set_for_cohort(conn, What.PROMPT, cohort_id, rhythm, me.tz, now=now)
                self._done(conn, me, "cohort_questions_set", cohort_id)
            return self._page(conn, me, cohort_id)

    def add_phase(
        self,
        by: Account,
        cohort_id: str,
        kind: PhaseKind,
        starts_on: date,
        ends_on: date,
        *,
        form: str,
    ) -> PlanPage:
        """Add an active block or a rest; a second `form` changes nothing.

        Raises:
            NotValid: By `domain.phases`.
        """
        with self.database.write() as conn:
            me = admit(conn, by, Act.RUN_COHORTS)
            now = self.clock()
            known_cohort(conn, cohort_id)
            if idempotency.once(conn, form, me.id, now=now, result=cohort_id) is None:
                check_phase(starts_on, ends_on, len(phases.of(conn, cohort_id)))
                phase = Phase(id=new_id(), kind=kind, starts_on=starts_on, ends_on=ends_on)
                phases.add(conn, cohort_id, phase)
                self._done(conn, me, "phase_added", phase.id, kind="phase")
            return self._page(conn, me, cohort_id)

    def remove_phase(self, by: Account, cohort_id: str, phase_id: str) -> PlanPage:
        """Take a phase out of a cohort's plan. Once more changes nothing."""
        with self.database.write() as conn:
            me = admit(conn, by, Act.RUN_COHORTS)
            known_cohort(conn, cohort_id)
            if phases.remove(conn, cohort_id, phase_id):
                self._done(conn, me, "phase_removed", phase_id, kind="phase")
            return self._page(conn, me, cohort_id)

    def pause_everything(self, by: Account, paused: bool) -> None:
        """Send nothing to anybody until a co-lead lets things go on. Once more changes nothing."""
        with self.database.write() as conn:
            me = admit(conn, by, Act.RUN_COHORTS)
            if programme.paused(conn) is not paused:
                programme.set_paused(conn, paused, now=self.clock())
                action = "everything_paused" if paused else "everything_goes_on"
                self._done(conn, me, action, "programme", kind="programme")

    def _page(self, conn: Connection, me: Person, cohort_id: str) -> PlanPage:
        return PlanPage(
            plan=_plan(conn, cohort_id),
            zone=me.tz,
            today=local_date(self.clock(), me.tz),
            questions_set=schedules.of_cohort(conn, What.PROMPT, cohort_id) is not None,
            check_ins_set=schedules.of_cohort(conn, What.CHECK_IN, cohort_id) is not None,
        )

    def _done(
        self, conn: Connection, me: Person, action: str, on: str, *, kind: str = "cohort"
    ) -> None:
        audit.write(conn, at=self.clock(), actor=me.id, action=action, kind=kind, object_id=on)


def _plan(conn: Connection, cohort_id: str) -> Plan:
    cohort = known_cohort(conn, cohort_id)
    questions = schedules.of_cohort(conn, What.PROMPT, cohort_id)
    check_ins = schedules.of_cohort(conn, What.CHECK_IN, cohort_id)
    return Plan(
        cohort=cohort,
        phases=tuple(phases.of(conn, cohort_id)),
        questions=questions.rhythm if questions else rhythms.USUAL,
        check_ins=check_ins.rhythm if check_ins else None,
        check_ins_zone=check_ins.zone if check_ins else HOME_ZONE,
        paused=programme.paused(conn),
    )


def _check_hour(rhythm: Rhythm) -> None:
    if rhythm.cadence is not Cadence.OFF and _USUALLY_QUIET.hour(rhythm.at):
        raise NotValid({"at": "cohort_hour"})


def _check_questions(rhythm: Rhythm) -> None:
    if rhythm.cadence is not Cadence.OFF and rhythm.weekday in _USUALLY_QUIET.days_off:
        raise NotValid({"weekday": "cohort_day"})
    _check_hour(rhythm)
