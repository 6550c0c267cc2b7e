"""Trials of learning sets: processes die while a set is told something, and thirty press Join.

What people were told is judged by what the workspace took: the name of each set occurs once.
"""

import itertools
import time
from contextlib import closing
from dataclasses import dataclass

from bot.services.learning_sets import LearningSets
from bot.services.set_places import SetPlaces
from domain.ids import new_id
from domain.learning_sets import SetPlan
from domain.people import Account, Profile, Role
from practice.people import TEAM_ID
from storage import people
from storage.engine import open_database
from storage.vault import Vault
from tests.faults.bot_process import LABELS
from tests.faults.crowd import BEFORE
from tests.faults.deaths import slow
from tests.faults.judge import Outcome, accepted_texts
from tests.faults.places import Places
from tests.faults.stage import KEYS, Stage, luck, stage
from tests.learning_set_rows import Sets
from tests.storage.test_set_races import PEOPLE, race

SENDING = tuple(label for label in LABELS if not label.startswith("plan."))
SIZE, WAITING = 8, 3
LEAD = Account(TEAM_ID, "U1CROWDLEAD")


@dataclass(frozen=True)
class Told:
    """A set that has ended: its name, and its id, about which everybody of the crowd is told."""

    name: str
    id: str


def told_that_it_ends(here: Stage, name: str) -> Told:
    """Let a set of eight with three who wait end; nothing of it is sent yet."""
    clock = lambda: here.now  # noqa: E731
    with closing(open_database(here.url, wait_seconds=10)) as database:
        with database.write() as conn:
            profile = Profile(account=LEAD, tz="Europe/London")
            people.enrol(conn, profile, {Role.CO_LEAD}, by=None, now=BEFORE)
        sets, places = LearningSets(database, Vault(KEYS), clock), SetPlaces(database, clock)
        plan = SetPlan(name=name, size=SIZE)
        made = sets.make(LEAD, plan, facilitator=None, link=None, form=new_id())
        set_id = made.row.learning_set.id
        for member in here.members:
            places.join(Account(TEAM_ID, member.user), set_id)
        sets.close(LEAD, set_id)
    return Told(name, set_id)


def notices(
    places: Places, arrivals: int, seed: int, *, kind="sqlite", several=1, labels=SENDING, bug=None
) -> Outcome:
    """Die at each step of sending, at its first arrivals; then others go on. Nobody hears twice."""
    out = Outcome(f"set_notices_{kind}", seed)
    with stage(places, SIZE + WAITING, kind=kind, bug=bug) as here:
        for label, arrival in itertools.product(labels, range(1, arrivals + 1)):
            told = told_that_it_ends(here, f"Larch {label} {arrival}")
            here.ended(here.start(die=(label, arrival)))
            here.start(several)
            here.until_over()
            here.kill()
            out.add(_judged(here, told, f"{label} {arrival}"))
        out.kills = here.kills
    return out


def random_kills(places: Places, kills: int, seed: int, *, kind="sqlite", bug=None) -> Outcome:
    """Pull the plug of one of two at any instant while sets are told; a new one takes its place."""
    chance = luck(seed, f"sets {kind}")
    out = Outcome(f"set_kills_{kind}", seed)
    with stage(places, SIZE + WAITING, kind=kind, bug=bug) as here:
        slow(here, 20, 120)
        for number in itertools.count(1):
            told = told_that_it_ends(here, f"Alder {number}")
            here.start(2)
            victim = chance.choice(here.running)
            here.wait(lambda v=victim, h=here: h.has_begun(v) or not h.open_count())
            time.sleep(chance.uniform(0, 0.2))
            here.kill(victim)
            here.until_over()
            here.kill()
            out.add(_judged(here, told, f"kill {number}"))
            if here.kills >= kills:
                break
        out.kills = here.kills
    return out


def race_for_places(places: Places, rounds: int, seed: int, *, kind="sqlite") -> Outcome:
    """Thirty press Join at once in two processes, so many times: six in, the others in order."""
    out = Outcome(f"set_race_{kind}", seed, due=rounds)
    url = places.new(kind)
    with closing(open_database(url, wait_seconds=30)) as database:
        sets = Sets(database)
        users = [person.account.user for person in sets.partners(PEOPLE)]
        out.trials = race(url, sets.co_lead.account, users, rounds)
    out.lost = rounds - out.trials
    places.drop(url)
    return out


def _judged(here: Stage, told: Told, place: str) -> Outcome:
    """Everybody once; only what was cut short in the middle may be unknown, and then not twice."""
    out = Outcome(place, trials=1, due=len(here.members))
    rows = here.rows(
        "SELECT p.account, d.id, d.state FROM deliveries d JOIN people p ON p.id = d.person_id"
        " WHERE d.subject = :id",
        id=told.id,
    )
    known = {user: (delivery, state) for user, delivery, state in rows}
    heard = [user for user, text in accepted_texts(here) if text.startswith(f"{told.name}: ")]
    out.accepted = len(heard)
    for user in (member.user for member in here.members):
        count, (delivery, state) = heard.count(user), known.get(user, (None, "not planned"))
        doubtful = state == "uncertain" and delivery in here.cut_short
        out.duplicates += max(0, count - 1)
        out.lost += not count and not doubtful
        out.uncertain += state == "uncertain"
        out.explained += doubtful
        if count != 1 and not doubtful:
            out.notes.append(f"{place}: {user} {count} times, {state}")
    out.duplicates += len(rows) - len(known)
    return out
