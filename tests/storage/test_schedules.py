"""What comes round, as it is kept and planned, and never twice for one date whatever changes."""

import threading
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.services import rhythms
from bot.services.choices import keep_choices
from bot.services.planning import AT_ONCE, BROKEN_FOR, Planning
from domain.deliveries import Delivery, Kind, State
from domain.ids import new_id
from domain.people import Account, Person, Profile, Role
from domain.preferences import Choices
from domain.schedules import Cadence, Occurrence, Rhythm, Schedule, What, next_occurrence
from storage import cohorts, outbox, outbox_figures, people, schedules
from storage.connection import Connection
from storage.engine import Database, open_database
from tests.storage.conftest import NOW, TODAY, someone

LONDON, AUCKLAND, HONOLULU = "Europe/London", "Pacific/Auckland", "Pacific/Honolulu"
DAY, HOUR, MINUTE = timedelta(days=1), timedelta(hours=1), timedelta(minutes=1)
WEDNESDAY = Occurrence(date(2026, 3, 4), datetime(2026, 3, 4, 9, 30, tzinfo=UTC))
Enrol = Callable[..., Person]


def a_schedule(person: Person, what: What = What.PROMPT, **more: object) -> Schedule:
    plain = Schedule(
        id=new_id(),
        what=what,
        rhythm=Rhythm(),
        zone=LONDON,
        person_id=person.id,
        next=WEDNESDAY,
    )
    return replace(plain, **more)  # type: ignore[arg-type]


@dataclass
class Day:
    """A house in which time passes only when a test says so."""

    database: Database
    now: datetime = NOW
    opened: list[tuple[str, date]] = field(default_factory=list)

    @property
    def planning(self) -> Planning:
        return Planning(self.database, lambda: self.now, self._open)

    def _open(self, _: Connection, schedule: Schedule, one: Occurrence, __: datetime) -> None:
        assert schedule.cohort_id is not None
        self.opened.append((schedule.cohort_id, one.on))

    def plan(self, at: datetime) -> int:
        self.now = at
        return self.planning.plan()

    def refit(self, person: Person) -> None:
        with self.database.write() as conn:
            rhythms.refit(conn, person, now=self.now)

    def choose(self, person: Person, choices: Choices) -> None:
        with self.database.write() as conn:
            keep_choices(conn, person.id, choices, now=self.now)
            rhythms.refit(conn, person, now=self.now)

    def of(self, person: Person, what: What = What.PROMPT) -> Schedule:
        with self.database.read() as conn:
            found = schedules.of_person(conn, what, person.id)
        assert found is not None
        return found

    def planned(self) -> list[Delivery]:
        """Everything that waits, however long: it is claimed and put back."""
        far = self.now + 4000 * DAY
        with self.database.write() as conn:
            found = outbox.claim(conn, "look", now=far, size=10_000)
            for one in found:
                outbox.put_back(conn, one.id, "look", not_before=one.not_before)
        return found

    def outcomes(self) -> dict[tuple[State, str | None], int]:
        with self.database.read() as conn:
            found = outbox_figures.outcomes(conn, since=NOW - 4000 * DAY)
        return {(state, reason): count for _, state, reason, count in found}

    def rows(self) -> int:
        return len(self.planned()) + sum(self.outcomes().values())


@pytest.fixture
def day(database: Database) -> Day:
    return Day(database)


def utc(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def test_a_schedule_comes_back_as_it_was_put(database: Database, enrol: Enrol) -> None:
    rhythm = Rhythm(
        cadence=Cadence.FORTNIGHTLY, weekday=6, at=time(23, 59), anchor=date(2026, 2, 23)
    )
    kept = a_schedule(
        enrol(), rhythm=rhythm, zone=AUCKLAND, last_on=TODAY, quiet_since=date(2026, 3, 1)
    )
    with database.write() as conn:
        schedules.put(conn, replace(kept, next=None, last_on=None))
        schedules.put(conn, kept)

        assert schedules.one(conn, kept.id) == kept
        assert schedules.of_person(conn, What.PROMPT, kept.person_id or "") == kept
        assert schedules.of_person(conn, What.NUDGE, kept.person_id or "") is None
        assert schedules.one(conn, "nothing") is None


def test_a_cohorts_own_stand_apart_from_peoples(database: Database) -> None:
    with database.write() as conn:
        cohort = cohorts.add(conn, "Spring", TODAY, None, by=None, now=NOW)
        of_cohort = a_schedule(
            someone(conn),
            What.CHECK_IN,
            person_id=None,
            cohort_id=cohort.id,
        )
        schedules.put(conn, of_cohort)
        schedules.put(conn, a_schedule(someone(conn)))

        assert schedules.of_cohort(conn, What.CHECK_IN, cohort.id) == of_cohort
        assert schedules.of_cohort(conn, What.PROMPT, cohort.id) is None
        assert schedules.of_cohorts(conn) == [of_cohort]


def test_peace_is_kept_when_a_schedule_changes(database: Database, enrol: Enrol) -> None:
    kept = a_schedule(enrol())
    with database.write() as conn:
        schedules.put(conn, kept)
        assert schedules.peace(conn, kept.id) is None
        schedules.set_peace(conn, kept.id, b"sealed")
        schedules.put(conn, replace(kept, zone=AUCKLAND))
        schedules.advance(conn, kept.id, None, last_on=TODAY)

        assert schedules.peace(conn, kept.id) == b"sealed"
        found = schedules.one(conn, kept.id)
        assert found == replace(kept, zone=AUCKLAND, next=None, last_on=TODAY)


def test_what_is_due_comes_earliest_first(database: Database) -> None:
    with database.write() as conn:
        kept = [
            a_schedule(someone(conn), next=Occurrence(TODAY, NOW + n * MINUTE) if n < 9 else None)
            for n in (2, 0, -3, 9)
        ]
        for one in kept:
            schedules.put(conn, one)

        assert schedules.due(conn, now=NOW - HOUR, size=9) == []
        assert schedules.due(conn, now=NOW, size=9) == [kept[2], kept[1]]
        assert schedules.due(conn, now=NOW + HOUR, size=2) == [kept[2], kept[1]]
        assert schedules.due_count(conn, now=NOW + HOUR) == 3


def test_partners_without_are_enrolled_partners_only(database: Database, enrol: Enrol) -> None:
    ada, bilal = enrol("U1"), enrol("U2")
    enrol("U3", Role.CO_LEAD)
    left = Profile(account=Account("T1", "U4"), tz=LONDON)
    with database.write() as conn:
        people.enrol(conn, left, {Role.PARTNER}, by=None, now=NOW)
        people.change_profile(conn, replace(left, deactivated=True), now=NOW)
        schedules.put(conn, a_schedule(bilal))
        schedules.put(conn, a_schedule(ada, What.NUDGE))

        assert schedules.partners_without(conn, size=9) == [ada.id]


def test_partners_from_before_there_were_prompts_are_taken_along(day: Day, enrol: Enrol) -> None:
    ada, bilal = enrol("U1"), enrol("U2", tz=AUCKLAND)

    assert rhythms.adopt(day.database, NOW) == 2
    assert rhythms.adopt(day.database, NOW) == 0
    assert day.of(ada).next == WEDNESDAY
    assert day.of(bilal).next == Occurrence(WEDNESDAY.on, utc("2026-03-03T20:30"))


def test_each_date_is_planned_once_in_its_zone(day: Day, enrol: Enrol) -> None:
    ada = enrol()
    day.refit(ada)

    assert day.plan(WEDNESDAY.at - MINUTE) == 0
    assert day.plan(WEDNESDAY.at) == 1
    assert day.plan(WEDNESDAY.at + HOUR) == 0
    (delivery,) = day.planned()
    assert (delivery.on_date, delivery.kind) == (WEDNESDAY.on, Kind.PROMPT)
    assert delivery.not_before - WEDNESDAY.at < timedelta(seconds=1)
    assert delivery.ends_at == utc("2026-03-05T00:00")
    assert day.of(ada).last_on == WEDNESDAY.on
    assert day.plan(utc("2026-04-01T08:30")) == 1, "half past nine in summer time"
    assert [d.on_date for d in day.planned()] == [WEDNESDAY.on, date(2026, 4, 1)]


@pytest.mark.parametrize(
    ("away", "late"),
    [(timedelta(minutes=10), 0), (6 * HOUR, 0), (3 * DAY, 1), (30 * DAY, 5), (1200 * DAY, 60)],
)
def test_after_time_away_at_most_one_may_still_go(
    day: Day, enrol: Enrol, away: timedelta, late: int
) -> None:
    day.refit(enrol())
    day.plan(WEDNESDAY.at + away)

    assert len(day.planned()) == (0 if late else 1)
    assert day.outcomes() == ({(State.SKIPPED, "late"): late} if late else {})
    day.plan(WEDNESDAY.at + away)
    assert sum(day.outcomes().values()) == late


def test_after_time_away_todays_may_still_go(day: Day, enrol: Enrol) -> None:
    day.refit(enrol())
    day.plan(utc("2026-03-25T11:00"))

    assert [d.on_date for d in day.planned()] == [date(2026, 3, 25)]
    assert day.outcomes() == {(State.SKIPPED, "late"): 3}


def test_a_clock_that_goes_back_plans_nothing_again(day: Day, enrol: Enrol) -> None:
    day.refit(enrol())
    for back in (MINUTE, HOUR, DAY, 8 * DAY):
        day.plan(WEDNESDAY.at + 7 * DAY)
        day.plan(WEDNESDAY.at + 7 * DAY - back)
    assert len(day.planned()) + sum(day.outcomes().values()) == 2


def test_the_zones_rules_may_change_under_what_is_next(day: Day, enrol: Enrol) -> None:
    """What was worked out with an older table of zones comes at its new time, not never."""
    ada = enrol()
    with day.database.write() as conn:
        early = Occurrence(WEDNESDAY.on, WEDNESDAY.at - HOUR)
        schedules.put(conn, a_schedule(ada, next=early))

    day.plan(early.at)
    assert day.planned() == []
    assert day.of(ada).next == WEDNESDAY
    day.plan(WEDNESDAY.at)
    assert [d.on_date for d in day.planned()] == [WEDNESDAY.on]


def test_people_at_the_same_hour_are_spread_over_minutes(day: Day) -> None:
    with day.database.write() as conn:
        for _ in range(AT_ONCE + 40):
            schedules.put(conn, a_schedule(someone(conn)))

    assert day.plan(WEDNESDAY.at) == AT_ONCE + 40
    found = day.planned()
    assert len({d.recipient for d in found}) == AT_ONCE + 40
    last = max(d.not_before for d in found)
    assert timedelta(seconds=30) < last - WEDNESDAY.at <= timedelta(seconds=60)


def test_what_comes_round_late_at_night_is_spread_within_its_day(day: Day) -> None:
    late = Rhythm(at=time(23, 59))
    first = next_occurrence(late, LONDON, now=NOW)
    with day.database.write() as conn:
        for _ in range(400):
            schedules.put(conn, a_schedule(someone(conn), rhythm=late, next=first))

    assert first is not None
    day.plan(first.at)
    assert all(d.not_before < d.ends_at for d in day.planned())


def test_a_check_in_is_opened_in_the_same_transaction(day: Day) -> None:
    with day.database.write() as conn:
        cohort = cohorts.add(conn, "Spring", TODAY, None, by=None, now=NOW).id
        rhythms.set_for_cohort(conn, What.CHECK_IN, cohort, Rhythm(), LONDON, now=NOW)

    day.plan(WEDNESDAY.at)
    day.plan(WEDNESDAY.at + HOUR)
    assert day.opened == [(cohort, WEDNESDAY.on)]


def test_a_planner_that_dies_before_its_commit_leaves_all_to_the_next(
    day: Day, enrol: Enrol
) -> None:
    day.refit(enrol())
    day.now = WEDNESDAY.at

    def die(label: str) -> None:
        if label == "plan.before_commit":
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        replace(day.planning, reached=die).plan()
    assert day.planned() == []
    assert day.plan(WEDNESDAY.at) == 1
    assert len(day.planned()) == 1


def test_many_planners_at_once_plan_each_date_once(url: str, database: Database) -> None:
    with database.write() as conn:
        for _ in range(300):
            schedules.put(conn, a_schedule(someone(conn)))
    together = threading.Barrier(5)

    def plan(_: int) -> None:
        with closing(open_database(url, wait_seconds=30)) as mine:
            together.wait()
            Day(mine).plan(WEDNESDAY.at + 7 * DAY)

    with ThreadPoolExecutor(5) as threads:
        list(threads.map(plan, range(5)))
    day = Day(database, WEDNESDAY.at + 8 * DAY)
    found = day.planned()
    assert len(found) == len({d.recipient for d in found}) == 300
    assert day.outcomes() == {(State.SKIPPED, "late"): 300}


# What people change while something is on its way.


def moved(person: Person, zone: str) -> Person:
    return replace(person, tz=zone)


def test_whoever_flies_west_gets_no_second_one_for_the_same_date(day: Day, enrol: Enrol) -> None:
    ada = enrol(tz=AUCKLAND)
    day.refit(ada)
    day.plan(utc("2026-03-03T20:30"))
    day.refit(moved(ada, HONOLULU))

    assert day.of(ada).next == Occurrence(date(2026, 3, 11), utc("2026-03-11T19:30"))
    day.plan(utc("2026-03-05T12:00"))
    assert [d.on_date for d in day.planned()] == [WEDNESDAY.on]


def test_whoever_flies_east_before_it_came_gets_it_there(day: Day, enrol: Enrol) -> None:
    ada = enrol(tz=HONOLULU)
    day.refit(ada)
    day.refit(moved(ada, AUCKLAND))

    assert day.of(ada).next == Occurrence(date(2026, 3, 4), utc("2026-03-03T20:30"))


def test_another_hour_of_the_same_day_does_not_bring_a_second_one(day: Day, enrol: Enrol) -> None:
    ada = enrol()
    day.refit(ada)
    day.plan(WEDNESDAY.at)
    day.choose(ada, Choices(prompts=Rhythm(at=time(14, 0))))

    assert day.of(ada).next == Occurrence(date(2026, 3, 11), utc("2026-03-11T14:00"))


def test_off_and_on_again_does_not_bring_a_second_one(day: Day, enrol: Enrol) -> None:
    ada = enrol()
    day.refit(ada)
    day.plan(WEDNESDAY.at)
    day.choose(ada, Choices(prompts=Rhythm(cadence=Cadence.OFF)))
    assert day.of(ada).next is None
    day.choose(ada, Choices(prompts=Rhythm(at=time(11, 0))))

    day.plan(WEDNESDAY.at + 3 * HOUR)
    assert len(day.planned()) == 1


def test_a_refit_leaves_what_is_due_and_not_planned_yet(day: Day, enrol: Enrol) -> None:
    ada = enrol()
    day.refit(ada)
    day.now = WEDNESDAY.at + HOUR
    day.refit(ada)

    assert day.plan(day.now) == 1
    assert len(day.planned()) == 1


def test_whoever_leaves_hears_nothing_and_comes_back_to_the_next(day: Day, enrol: Enrol) -> None:
    ada = enrol()
    day.refit(ada)
    day.refit(replace(ada, roles=frozenset()))
    assert day.of(ada).next is None

    day.now = WEDNESDAY.at + DAY
    day.refit(ada)
    assert day.of(ada).next == Occurrence(date(2026, 3, 11), utc("2026-03-11T09:30"))


def test_a_cohorts_rhythm_holds_for_those_who_chose_none(day: Day, enrol: Enrol) -> None:
    ada, bilal = enrol("U1"), enrol("U2")
    mondays, fridays = Rhythm(weekday=0), Rhythm(weekday=4)
    day.choose(bilal, Choices(prompts=fridays))
    with day.database.write() as conn:
        cohort = cohorts.add(conn, "Spring", TODAY, None, by=None, now=NOW).id
        for person in (ada, bilal):
            cohorts.add_member(conn, cohort, person.id, now=NOW)
        rhythms.set_for_cohort(conn, What.PROMPT, cohort, mondays, LONDON, now=NOW)

        plan = schedules.of_cohort(conn, What.PROMPT, cohort)
        assert plan is not None
        assert plan.next is None
    assert (day.of(ada).rhythm, day.of(bilal).rhythm) == (mondays, fridays)


def test_the_quiet_that_the_bot_chose_ends_when_somebody_says_so(day: Day, enrol: Enrol) -> None:
    ada = enrol()
    day.refit(ada)
    with day.database.write() as conn:
        rhythms.go_quiet(conn, day.of(ada), now=NOW)
    day.refit(ada)
    assert (day.of(ada).next, day.of(ada).quiet_since) == (None, TODAY)

    with day.database.write() as conn:
        rhythms.start_again(conn, ada, now=NOW)
    assert (day.of(ada).next, day.of(ada).quiet_since) == (WEDNESDAY, None)


def test_the_end_of_a_quiet_brings_nothing_to_whoever_has_no_rhythm_now(
    day: Day, enrol: Enrol
) -> None:
    ada = enrol("U1", Role.PARTNER)
    day.refit(ada)
    co_lead = replace(ada, roles=frozenset({Role.CO_LEAD}))
    with day.database.write() as conn:
        rhythms.go_quiet(conn, day.of(ada), now=NOW)
        rhythms.refit(conn, co_lead, now=NOW)
        rhythms.start_again(conn, co_lead, now=NOW)

    assert (day.of(ada).next, day.of(ada).quiet_since) == (None, None)


deeds = st.lists(
    st.one_of(
        st.tuples(st.just("wait"), st.integers(-36, 200)),
        st.tuples(st.just("move"), st.sampled_from([LONDON, AUCKLAND, HONOLULU, "Asia/Gaza"])),
        st.tuples(
            st.just("choose"),
            st.builds(
                Rhythm,
                cadence=st.sampled_from(Cadence),
                weekday=st.integers(0, 6),
                at=st.integers(0, 23).map(time),
            ),
        ),
        st.tuples(st.just("leave"), st.booleans()),
        st.tuples(st.just("quiet"), st.booleans()),
    ),
    max_size=14,
)


@settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
@given(story=deeds)
def test_whatever_somebody_does_each_date_comes_once(
    story: list[tuple[str, object]], migrated_file: Path, tmp_path: Path
) -> None:
    file = tmp_path / f"{new_id()}.db"
    file.write_bytes(migrated_file.read_bytes())
    with closing(open_database(f"sqlite:///{file}")) as database:
        day = Day(database)
        with database.write() as conn:
            ada = someone(conn)
        day.refit(ada)
        for deed, how in story:
            match how:
                case int() if deed == "wait":
                    day.now += how * HOUR
                case str():
                    ada = moved(ada, how)
                    day.refit(ada)
                case Rhythm():
                    day.choose(ada, Choices(prompts=how))
                case _ if deed == "leave":
                    ada = replace(ada, roles=frozenset() if how else frozenset({Role.PARTNER}))
                    day.refit(ada)
                case _:
                    with database.write() as conn:
                        if how:
                            rhythms.go_quiet(conn, day.of(ada), now=day.now)
                        else:
                            rhythms.start_again(conn, ada, now=day.now)
            before, rows = day.of(ada).last_on, day.rows()
            if day.planning.plan():
                after = day.of(ada).last_on
                assert after is not None
                assert before is None or before < after, "no date comes round a second time"
                assert day.rows() > rows
        dates = Counter(one.on_date for one in day.planned())
    assert set(dates.values()) <= {1}
    file.unlink()


def test_one_that_breaks_is_put_off_and_the_others_are_planned(day: Day, enrol: Enrol) -> None:
    people = [enrol(f"U{n}") for n in range(3)]
    for person in people:
        day.refit(person)
    with day.database.write() as conn:
        cohort = cohorts.add(conn, "Spring", TODAY, None, by=None, now=NOW)
        rhythms.set_for_cohort(
            conn, What.CHECK_IN, cohort.id, rhythms.USUAL, "Europe/London", now=NOW
        )
    came_round = max(day.of(person).next.at for person in people)  # type: ignore[union-attr]

    def breaks(*_: object) -> None:
        raise ZeroDivisionError

    later = [came_round]
    planning = Planning(day.database, lambda: later[0], breaks)
    assert planning.plan() == 3
    assert len(day.planned()) == 3
    assert planning.plan() == 0, "it waits"

    day.plan(came_round + BROKEN_FOR)
    assert day.opened == [(cohort.id, came_round.date())], "nothing of it was lost"
