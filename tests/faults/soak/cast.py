"""Who is in a soak: made-up people, their zones, roles, cohorts and sets; the same for a seed."""

from dataclasses import dataclass

from practice.people import user_id
from tests.faults.soak.rig import luck
from tests.faults.soak.told import Person

ZONES = (
    ["Europe/London"] * 14
    + ["America/New_York", "America/Los_Angeles", "Asia/Kolkata", "Asia/Kathmandu"]
    + ["Pacific/Auckland", "Australia/Lord_Howe"]
)
CO_LEADS = 2
PROBES = 2
MOST_IN_COHORT = 50
MOST_SETS = 12


@dataclass(frozen=True)
class Cast:
    """Everybody, by what they are; probes only press after a crash."""

    people: dict[str, Person]
    co_leads: list[str]
    supervisors: list[str]
    learning_partners: list[str]
    probes: list[str]
    partners: list[str]
    cohorts: dict[str, list[str]]
    sets: dict[str, str]
    """Each set's facilitator, by the set's name."""

    def seeds(self) -> list[dict[str, str]]:
        """Return the workspace's people."""
        return [
            {"name": one.handle, "real_name": f"Somebody {one.handle}", "tz": one.zone}
            for one in self.people.values()
        ]


def cast(count: int, seed: int) -> Cast:
    """Return so many people."""
    chance = luck(seed, "cast")
    handles = [f"p{number:04}" for number in range(count)]
    co_leads = handles[:CO_LEADS]
    learning = handles[CO_LEADS : CO_LEADS + 1]
    supervisors = handles[CO_LEADS + 1 : CO_LEADS + 1 + max(2, count // 40)]
    rest = handles[CO_LEADS + 1 + len(supervisors) :]
    probes, partners = rest[:PROBES], rest[PROBES:]
    roles = dict.fromkeys(partners + probes, "partner") | dict.fromkeys(co_leads, "co-lead")
    roles |= dict.fromkeys(supervisors, "supervisor") | dict.fromkeys(learning, "learning partner")
    groups = max(1, round(len(partners) / MOST_IN_COHORT))
    cohorts: dict[str, list[str]] = {f"Cohort {n + 1}": partners[n::groups] for n in range(groups)}
    of = {handle: name for name, members in cohorts.items() for handle in members}
    everyone = {
        handle: Person(
            handle=handle,
            user=user_id(handle),
            zone=chance.choice(ZONES) if roles[handle] == "partner" else "Europe/London",
            roles=frozenset({roles[handle]}),
            cohort=of.get(handle),
        )
        for handle in handles
    }
    names = [f"Set {n + 1}" for n in range(min(MOST_SETS, max(1, len(partners) // 8)))]
    sets = {name: supervisors[n % len(supervisors)] for n, name in enumerate(names)}
    return Cast(everyone, co_leads, supervisors, learning, probes, partners, cohorts, sets)
