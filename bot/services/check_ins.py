"""How a cohort is doing: asked of all, answered by anybody who likes, told of the group alone.

Answering leaves no trace but in the sealed bag: no line in the audit, no idempotency key, no log
line and no time. See docs/decisions/0012-unlinkable-check-ins.md.
"""

from collections.abc import Mapping
from datetime import datetime

from bot.services import check_in_results as results
from bot.services.check_in_bag import open_bag, seal_bag
from bot.services.check_in_opening import open_check_in
from bot.services.check_in_results import Told, zone_of
from bot.services.gate import admit
from bot.services.reach import Skip, Wait, may_reach
from bot.services.scrubbing import scrub
from domain.check_ins import Answer, CheckIn, Level, Question, check_word
from domain.clock import Clock, local_date
from domain.cohorts import Cohort
from domain.deliveries import Delivery
from domain.identifiers import kinds_in
from domain.people import Account, Person
from domain.phases import resting
from domain.policy import Act, Sight, Thing, seen_by
from domain.preferences import Place, Times
from domain.refusals import Refused
from domain.schedules import Occurrence, Schedule
from domain.values import dataclass
from storage import check_ins as store
from storage import cohorts, phases, programme
from storage.engine import Connection, Database
from storage.vault import Vault

AT_ONCE = 50


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """An open check-in as somebody is asked about it; `zone` and `times` say how to write times."""

    check_in: CheckIn
    cohort: str
    zone: str
    times: Times = Times.TWELVE


@dataclass(frozen=True, slots=True, kw_only=True)
class Answered:
    """What became of an answer: taken; or, while it `asks`, not taken at all.

    `asks` names what the word seems to hold, such as `email`. `low` is whether somebody would want
    to be met kindly now; it is not kept.
    """

    asked: Asked
    low: bool = False
    asks: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class CheckIns:
    """Check-ins, given a database, a vault and a clock."""

    database: Database
    vault: Vault
    clock: Clock

    def open(
        self, conn: Connection, schedule: Schedule, occurrence: Occurrence, now: datetime
    ) -> None:
        """Open a check-in that has come round, in the planner's transaction."""
        open_check_in(conn, self.vault, schedule, occurrence, now)

    def prepare_post(self, delivery: Delivery) -> Asked | Skip | Wait:
        """Return what the channel is asked."""
        with self.database.read() as conn:
            asked = self._asked_now(conn, delivery)
            if isinstance(asked, Skip):
                return asked
            if _channel(conn, asked.check_in) != delivery.recipient:
                return Skip("nothing_left")
            return results.by_day(asked.zone, delivery, now=self.clock()) or asked

    def prepare_direct(self, delivery: Delivery) -> Asked | Skip | Wait:
        """Return what a member is asked.

        Whether they have answered already makes no difference: a delivery that ended otherwise
        would tell so for as long as it is kept.
        """
        with self.database.read() as conn:
            reached = may_reach(conn, delivery, now=self.clock())
            if isinstance(reached, Skip | Wait):
                return reached
            asked = self._asked_now(conn, delivery)
            if isinstance(asked, Skip):
                return asked
            if not cohorts.is_member(conn, asked.check_in.cohort_id, reached.person.id):
                return Skip("left")
            channel = _channel(conn, asked.check_in)
            if channel is not None and reached.choices.check_ins is not Place.DIRECT:
                return Skip("own_choice")
            return Asked(
                check_in=asked.check_in,
                cohort=asked.cohort,
                zone=reached.person.tz,
                times=reached.choices.times,
            )

    def prepare_result(self, delivery: Delivery) -> Told | Skip | Wait:
        """Return what the channel is told of a check-in that has closed."""
        with self.database.read() as conn:
            closed = store.closed_one(conn, delivery.subject or "")
            if closed is None:
                return Skip("nothing_left")
            cohort = _cohort(conn, closed.check_in)
            if cohort.channel != delivery.recipient:
                return Skip("nothing_left")
            if programme.paused(conn):
                return Skip("paused")
            zone = results.zone_of(conn, cohort.id)
            if resting(cohort, phases.of(conn, cohort.id), local_date(self.clock(), zone)):
                return Skip("rest")
            return results.on_a_working_day(zone, delivery, now=self.clock()) or results.told(
                conn, self.vault, cohort, closed
            )

    def form(self, by: Account, check_in_id: str) -> Asked | None:
        """Return what a member is asked; None where they have answered already."""
        with self.database.read() as conn:
            me = admit(conn, by, Act.ANSWER_CHECK_IN)
            asked, sealed = self._mine(conn, me, check_in_id)
            answered = open_bag(conn, self.vault, check_in_id, sealed).answered
        return None if me.id in answered else asked

    def answer(
        self,
        by: Account,
        check_in_id: str,
        levels: Mapping[Question, Level],
        word: str | None,
        *,
        confirmed: bool,
    ) -> Answered:
        """Take a member's answer; of one who has answered already, nothing more is taken.

        Args:
            by: Who asks.
            check_in_id: Which check-in.
            levels: One for each question.
            word: At most 30 characters, or nothing.
            confirmed: They have seen that the word may say who somebody is.

        Raises:
            NotValid: A word that is too long.
            Refused: It has closed, or they are not in its cohort.
        """
        answer = Answer(levels=levels, word=check_word(word))
        with self.database.write() as conn:
            me = admit(conn, by, Act.ANSWER_CHECK_IN)
            asked, sealed = self._mine(conn, me, check_in_id)
            asks = kinds_in(answer.word or "")
            if asks and not confirmed:
                return Answered(asked=asked, asks=asks)
            bag = open_bag(conn, self.vault, check_in_id, sealed)
            if me.id not in bag.answered:
                changed = bag.with_answer(me.id, answer)
                store.set_bag(conn, check_in_id, seal_bag(conn, self.vault, check_in_id, changed))
        return Answered(asked=asked, low=answer.low)

    def results(self, by: Account, cohort_id: str) -> Told:
        """Return what is told of the cohort's last check-in.

        Its members may see it, co-leads and learning partners.

        Raises:
            Refused: Somebody else asks, or there is none.
        """
        with self.database.read() as conn:
            me = admit(conn, by, Act.SEE_RESULTS)
            cohort = cohorts.one(conn, cohort_id)
            if cohort is None:
                raise Refused("not_found")
            viewers = results.viewers_of(conn, cohort_id, me)
            if not seen_by(Thing.CHECK_IN_RESULT, viewers, Sight.YES):
                raise Refused("results_of_others")
            closed = store.last_closed(conn, cohort_id)
            if closed is None:
                raise Refused("results_none")
            return results.told(conn, self.vault, cohort, closed)

    def close_due(self, now: datetime) -> None:
        """Close what is over, each in a transaction of its own. Once more changes nothing."""
        while True:
            with self.database.read() as conn:
                found = store.due(conn, now=now, size=AT_ONCE)
            for check_in_id in found:
                with self.database.write() as conn:
                    results.close(conn, self.vault, check_in_id, now)
            if len(found) < AT_ONCE:
                return

    def scrub(self) -> None:
        """Take away old copies of answers and words that are gone."""
        scrub(self.database, results.TABLE, "check_ins", "check_in_keys")

    def _asked_now(self, conn: Connection, delivery: Delivery) -> Asked | Skip:
        """Return the open check-in of a delivery, or why nobody is asked now."""
        now = self.clock()
        check_in = store.one(conn, delivery.subject or "")
        if check_in is None or not check_in.open(now):
            return Skip("closed")
        if programme.paused(conn):
            return Skip("paused")
        asked = _asked(conn, check_in)
        cohort = _cohort(conn, check_in)
        if resting(cohort, phases.of(conn, cohort.id), local_date(now, asked.zone)):
            return Skip("rest")
        return asked

    def _mine(self, conn: Connection, me: Person, check_in_id: str) -> tuple[Asked, bytes | None]:
        """Return an open check-in of a cohort that somebody is in, with its bag."""
        found = store.with_bag(conn, check_in_id)
        if found is None:
            raise Refused("not_found")
        check_in, sealed = found
        if not cohorts.is_member(conn, check_in.cohort_id, me.id):
            raise Refused("check_in_of_others")
        if not check_in.open(self.clock()):
            raise Refused("check_in_closed")
        return _asked(conn, check_in), sealed


def _asked(conn: Connection, check_in: CheckIn) -> Asked:
    return Asked(
        check_in=check_in,
        cohort=_cohort(conn, check_in).name,
        zone=zone_of(conn, check_in.cohort_id),
    )


def _cohort(conn: Connection, check_in: CheckIn) -> Cohort:
    cohort = cohorts.one(conn, check_in.cohort_id)
    assert cohort is not None, "a check-in has a cohort"
    return cohort


def _channel(conn: Connection, check_in: CheckIn) -> str | None:
    return _cohort(conn, check_in).channel
