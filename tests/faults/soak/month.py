"""How a month passes: the clock moves, people do things, the bots catch up, somebody looks."""

import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from datetime import time as clock_time
from random import Random
from zoneinfo import ZoneInfo

from tests.faults.soak import alone, leading, screens, together
from tests.faults.soak.actor import Actor, Marks, SaidNo, Stuck
from tests.faults.soak.cast import Cast
from tests.faults.soak.chaos import Chaos
from tests.faults.soak.post import Post
from tests.faults.soak.promises import Due, missing
from tests.faults.soak.rig import Rig, luck
from tests.faults.soak.told import ALWAYS, History, Sight, Waits

SATURDAY = datetime(2027, 10, 9, 9, 0, tzinfo=UTC)
MONDAY = datetime(2027, 10, 11, 5, 0, tzinfo=UTC)
"""Both changes of the clocks of that autumn lie in the 30 days that follow, and no bank holiday."""
HOURS = (5, 7, 8, 9, 10, 11, 13, 14, 16, 18, 20, 22)
"""The hours of a day, in UTC, to which the clock is moved."""
FEW_HOURS = (8, 10, 13, 16, 20)
PLAYERS = 4
LOOKS_AGAIN_AT = 13
A_FEW = 20
LOOKS = 3
"""So often somebody looks for what did not come, where Slack is in trouble."""
Deed = Callable[[Actor], None]

PARTNER: list[tuple[Deed, float]] = [
    (alone.log_session, 22),
    (alone.mistype, 3),
    (alone.change_session, 6),
    (alone.delete_session, 5),
    (alone.count_on_home, 4),
    (alone.read_table, 2),
    (alone.react_to_question, 40),
    (alone.reflect_freely, 8),
    (alone.keep_journal, 8),
    (alone.start_again, 2),
    (alone.write_nudge, 6),
    (alone.stop_nudge, 2),
    (alone.choose_rhythm, 4),
    (alone.choose_quiet, 2),
    (alone.choose_place, 4),
    (alone.read_all, 2),
    (together.ask, 6),
    (together.look_after_request, 12),
    (together.answer_check_in, 25),
    (together.join, 8),
    (together.leave, 4),
    (together.look_at_place, 3),
    (together.tick_dates, 16),
    (together.reply, 12),
    (together.offer, 12),
    (together.act, 12),
]
SUPERVISOR: list[tuple[Deed, float]] = [
    (together.pick_up, 10),
    (together.go_on, 14),
    (together.read_shared, 5),
    (leading.run_agenda, 4),
    (alone.choose_quiet, 1),
]
CO_LEAD: list[tuple[Deed, float]] = [(leading.lead_sets, 10), (leading.pause_everything, 0.2)]
LEARNING_PARTNER: list[tuple[Deed, float]] = [(together.read_shared, 1)]


@dataclass
class Month:
    """One soak, from the first day to the last."""

    rig: Rig
    cast: Cast
    seed: int
    days: int
    per_day: float
    hours: tuple[int, ...] = HOURS
    history: History = field(default_factory=History)
    actors: dict[str, Actor] = field(default_factory=dict)
    done: Counter[str] = field(default_factory=Counter)
    given_up: Counter[str] = field(default_factory=Counter)
    errors: list[str] = field(default_factory=list)
    gone: list[str] = field(default_factory=list)
    spent: Counter[str] = field(default_factory=Counter)

    def __post_init__(self) -> None:
        """Let everybody be there."""
        self.history.people = self.cast.people
        for number, (handle, person) in enumerate(self.cast.people.items()):
            chance = luck(self.seed, handle)
            self.actors[handle] = Actor(self.rig.wire, self.history, person, chance, Marks(number))
        self.post = Post(self.history, {p.user: h for h, p in self.cast.people.items()})
        self.history.timeline.ahead = self.rig.ahead
        for group, handles in self._groups():
            for handle in handles:
                self.history.join(group, handle)

    def _groups(self) -> Iterator[tuple[str, list[str]]]:
        yield "supervisors", self.cast.supervisors
        yield "learning partners", self.cast.learning_partners
        yield "co-leads", self.cast.co_leads
        for name, members in self.cast.cohorts.items():
            yield f"cohort {name}", members

    # Before

    def prepare(self) -> None:
        """Enrol everybody and make cohorts and sets, through the forms, while all is well."""
        self.rig.wire.fault(clear=True, rate_limits=True)
        self.rig.move_to(SATURDAY)
        first, others = self.cast.co_leads[0], self.cast.co_leads[1:]
        lead = self.actors[first].sit_down().home()
        leading.enrol(lead, others, "Co-lead", None, self._later)
        leading.enrol(lead, self.cast.supervisors, "Supervisor", None, self._later)
        leading.enrol(lead, self.cast.learning_partners, "Learning partner", None, self._later)
        leading.enrol(lead, self.cast.probes, "Partner", None, self._later)
        for name, members in self.cast.cohorts.items():
            leading.make_cohort(lead, name)
            leading.enrol(lead, members, "Partner", name, self._later)
        for name, facilitator in self.cast.sets.items():
            leading.make_set(lead, name, facilitator)
        for probe in self.cast.probes:
            self.actors[probe].sit_down().home()
        self.rig.until_caught_up()
        self.take_post()

    def _later(self) -> None:
        self.rig.move(timedelta(seconds=20))

    # The days

    def live(self, chaos: Chaos) -> None:
        """Let the days pass."""
        self.history.began = MONDAY
        for day in range(self.days):
            for hour in self.hours:
                moment = MONDAY.replace(hour=hour) + timedelta(days=day)
                self._step(moment, chaos)
            self._somebody_goes(day)
            done, pushes = sum(self.done.values()), len(self.history.pushes)
            facts = f"{done} things done, {pushes} messages, {self.rig.kills} kills"
            parts = ("moving", "playing", "waiting")
            spent = ", ".join(f"{self.spent[part]:.0f} s {part}" for part in parts)
            sys.stderr.write(f"day {day + 1} of {self.days}: {facts}; {spent}\n")
        self._step(MONDAY + timedelta(days=self.days, hours=3), chaos)

    def _step(self, moment: datetime, chaos: Chaos) -> None:
        began = time.monotonic()
        self.rig.move_to(moment)
        self.rig.revive()
        self._spent("moving", began)
        began = time.monotonic()
        if any(self.history.programme_paused.possible(time.time(), time.time())):
            self._play([(self.cast.co_leads[0], [leading.let_go_on])])
        self._play(self._who_and_what(moment))
        self._spent("playing", began)
        began = time.monotonic()
        self.rig.until_caught_up()
        self._spent("waiting", began)
        self.take_post()
        self.history.ended = moment
        if moment.hour == LOOKS_AGAIN_AT and moment.date() > MONDAY.date():
            self._look_for(missing(self.history, moment.date() - timedelta(days=1)))
        if chaos.trouble:
            raise chaos.trouble[0]

    def _spent(self, what: str, began: float) -> None:
        self.spent[what] += time.monotonic() - began  # type: ignore[assignment]

    def _who_and_what(self, moment: datetime) -> list[tuple[str, list[Deed]]]:
        """Choose who does something in this step, and what: a few things, until one can be done."""
        chance = luck(self.seed, "step", moment.isoformat())
        here = [h for h in self.cast.people if h not in self.gone and h not in self.cast.probes]
        wanted = len(here) * self.per_day / len(self.hours)
        count = int(wanted) + (chance.random() < wanted % 1)
        chosen = set(chance.sample(here, min(count, len(here))))
        leads = [*self.cast.supervisors, *self.cast.co_leads, *self.cast.learning_partners]
        chosen |= {one for one in leads if chance.random() < 0.25 and one not in self.gone}
        return [(handle, self._deeds(handle, chance)) for handle in sorted(chosen)]

    def _deeds(self, handle: str, chance: Random) -> list[Deed]:
        table = PARTNER
        if handle in self.cast.supervisors:
            table = SUPERVISOR
        elif handle in self.cast.co_leads:
            table = CO_LEAD
        elif handle in self.cast.learning_partners:
            table = LEARNING_PARTNER
        deeds, weights = zip(*table, strict=True)
        return chance.choices(deeds, weights, k=4 if table is PARTNER else 2)

    def _play(self, parts: list[tuple[str, list[Deed]]]) -> None:
        with ThreadPoolExecutor(PLAYERS) as players:
            for error in players.map(lambda part: self._play_one(*part), parts):
                if error is not None:
                    self.errors.append(error)

    def _play_one(self, handle: str, deeds: list[Deed]) -> str | None:
        actor = self.actors[handle]
        for deed in deeds:
            name, began = deed.__name__, time.monotonic()
            try:
                actor.sit_down()
                deed(actor)
            except (Stuck, SaidNo) as why:
                self.given_up[f"{name}: {str(why)[:60]}"] += 1
                self.spent[f"vain {name}"] += time.monotonic() - began
                continue
            except Exception as error:  # noqa: BLE001 - a mistake of this play, said at the end
                return f"{handle} {name}: {type(error).__name__} {error}"
            self.done[name] += 1
            self.spent[name] += time.monotonic() - began
            return None
        return None

    def _somebody_goes(self, day: int) -> None:
        """Every few days somebody has everything deleted, is switched off, or loses their roles."""
        chance = luck(self.seed, "goes", day)
        here = [one for one in self.cast.partners if one not in self.gone]
        if len(here) < 8:
            return
        lead = self.actors[self.cast.co_leads[0]]
        deed = [self._erases, self._is_switched_off, self._loses_roles][(day + 1) % 3]
        for one in chance.sample(here, max(1, len(self.cast.partners) // 250)):
            if deed == self._erases:
                one = max(here, key=self._shared)
            self.gone.append(one)
            self._play_one(one, [self._named(deed, one, lead)])
        if day % 5 == 2:
            other = chance.choice([one for one in here if one not in self.gone])
            self._play_one(lead.person.handle, [self._named(leading.give_role, lead, other)])

    def _shared(self, handle: str) -> int:
        """Return how much somebody has shared: who has most to lose is erased first."""
        if handle in self.gone:
            return -1
        words = list(self.history.words.values())
        mine = [one for one in words if one.person == handle and one.kind == "journal"]
        return sum(any(reader.until == ALWAYS for reader in one.readers) for one in mine)

    @staticmethod
    def _named(deed: Callable[..., None], *arguments: object) -> Deed:
        def play(actor: Actor) -> None:
            deed(*arguments)

        play.__name__ = deed.__name__.strip("_")
        return play

    def _erases(self, handle: str, lead: Actor) -> None:
        alone.erase(self.actors[handle])

    def _is_switched_off(self, handle: str, lead: Actor) -> None:
        leading.switch_off(lead, handle)

    def _loses_roles(self, handle: str, lead: Actor) -> None:
        leading.take_roles(lead.sit_down(), handle)

    # Looking

    def take_post(self) -> None:
        """Take in what the workspace wrote down since."""
        entries = self.rig.wire.get(f"ledger?since={self.post.seq}")["entries"]
        self.post.take(entries)

    def _look_for(self, dues: list[Due]) -> None:
        """What did not come is looked for on the Home tab."""
        for number, due in enumerate(dues):
            if due.who in self.gone:
                continue
            if number % A_FEW == A_FEW - 1:
                self._later()
            actor = self.actors[due.who].sit_down()
            for _ in range(LOOKS):
                with suppress(Stuck, SaidNo):
                    there = self._waits(actor, due)
                    self.history.waits.append(Waits(due.who, due.what, due.day, there))
                    break

    def _waits(self, actor: Actor, due: Due) -> bool:
        actor.home()
        if due.what == "question":
            text = actor.home_tab
            return "A question waits for you." in text or "The bot went quiet." in text
        if "may not have reached you." in actor.home_tab:
            actor.press("Open my nudge", home=True, shows="You asked to be reminded to:")
            return bool(screens.tags(actor.reads))
        # Whoever writes it anew has it before their eyes; the old one does not wait any longer.
        zone = ZoneInfo(actor.person.zone)
        day = self.history.timeline.real(datetime.combine(due.day, clock_time(0), zone))
        return any(change.asked > day for change in actor.person.nudge.changes)

    # After

    def look_back(self) -> None:
        """When nothing goes wrong any more, everybody looks whether what is theirs is there."""
        self.rig.revive()
        self.rig.move(timedelta(minutes=5))
        self.rig.until_caught_up()
        for day in range(max(0, self.days - 2), self.days):
            self._look_for(missing(self.history, MONDAY.date() + timedelta(days=day)))
        there = [handle for handle in self.cast.partners if handle not in self.gone]
        for first in range(0, len(there), A_FEW):
            some = there[first : first + A_FEW]
            for deed in (
                alone.count_on_home,
                alone.read_all,
                alone.read_table,
                together.look_at_place,
            ):
                self._play([(handle, [deed]) for handle in some])
                self.rig.move(timedelta(seconds=30))
        erased = [handle for handle in self.gone if self.cast.people[handle].erased]
        self._play([(handle, [alone.look_for_oneself]) for handle in erased])
        readers = [*self.cast.supervisors, *self.cast.learning_partners]
        self._play([(handle, [together.read_shared]) for handle in readers])
        self.rig.until_caught_up()
        self.take_post()
        self._everywhere()

    def _everywhere(self) -> None:
        """Look at every screen there is, whoever's it is, and at what the programs wrote down."""
        for user in self.rig.wire.get("state")["modals"]:
            self.rig.wire.post("close", person=user, all=True, settle_ms=0)
        since = time.time()
        state = self.rig.wire.get("state")
        handles = {person.user: handle for handle, person in self.cast.people.items()}
        for user, home in state["homes"].items():
            self._seen(handles.get(user, user), home, since, "home")
        for user, modals in state["modals"].items():
            self._seen(handles.get(user, user), modals, since, "modal")
        for channel in state["channels"]:
            readers = [handles[user] for user in channel["members"] if user in handles]
            reader = readers[0] if channel["kind"] == "app" else f"everyone in {channel['name']}"
            self._seen(reader, channel["messages"], since, "message")
        self._seen("whoever reads the log", self.rig.logs(), since, "log")

    def _seen(self, who: str, part: object, since: float, where: str) -> None:
        for tag in screens.tags(str(part)) & set(self.history.words):
            words = self.history.words[tag]
            if words.person != who or self.cast.people[words.person].erased is not None:
                self.history.sights.append(Sight(who, tag, since, since, where))
