"""What works for a person. What they tick is sealed; others see it only if the person says so."""

import json

from bot.services.gate import admit
from domain.clock import Clock
from domain.people import Account, Person
from domain.policy import Act, Sight, Thing, Viewer, shows
from domain.preferences import Preferences, Works
from domain.refusals import Refused
from domain.values import dataclass
from storage import audit, people, preferences
from storage.engine import Connection, Database
from storage.vault import Place, Vault

_SHARED = "shared"
_SHARED_WITH_SETS = "shared_with_sets"


@dataclass(frozen=True, slots=True)
class OwnSettings:
    """The settings use cases, given a database, a vault and a clock."""

    database: Database
    vault: Vault
    clock: Clock

    def mine(self, by: Account) -> Preferences:
        """Return the person's own settings."""
        with self.database.read() as conn:
            return preferences_of(conn, self.vault, admit(conn, by, Act.CHANGE_SETTINGS))

    def save(self, by: Account, wanted: Preferences) -> Preferences:
        """Put these settings in place of the earlier ones. Done twice, it is the same."""
        with self.database.write() as conn:
            me = admit(conn, by, Act.CHANGE_SETTINGS)
            now = self.clock()
            sealed = self.vault.seal(conn, me.id, _place(me), json.dumps(sorted(wanted.works)))
            choices, _ = preferences.of(conn, me.id)
            choices[_SHARED] = wanted.shared
            choices[_SHARED_WITH_SETS] = wanted.shared_with_sets
            preferences.save(conn, me.id, choices, sealed, now=now)
            people.set_nation(conn, me.id, wanted.nation, now=now)
            audit.write(
                conn,
                at=now,
                actor=me.id,
                action="settings_saved",
                kind="settings",
                object_id=me.id,
            )
        return wanted

    def works_for(self, by: Account, somebody: Account) -> frozenset[Works]:
        """Return what works for somebody, for a co-lead who arranges things.

        Nothing where the person did not share it, so that the answer tells nothing either.
        """
        with self.database.read() as conn:
            admit(conn, by, Act.SEE_WHAT_WORKS)
            person = people.actor(conn, somebody)
            if person is None or not person.enrolled:
                raise Refused("not_found")
            kept = preferences_of(conn, self.vault, person)
            arranged = shows(Thing.ACCESS, Viewer.CO_LEADS, Sight.TO_ARRANGE)
            return kept.works if kept.shared and arranged else frozenset()


def preferences_of(conn: Connection, vault: Vault, person: Person) -> Preferences:
    """Return somebody's settings, for themselves or for whom they show them."""
    choices, sealed = preferences.of(conn, person.id)
    if sealed is None:
        return Preferences(nation=person.nation)
    names = json.loads(vault.open(conn, person.id, _place(person), sealed))
    return Preferences(
        nation=person.nation,
        works=frozenset(Works(name) for name in names),
        shared=bool(choices.get(_SHARED)),
        shared_with_sets=bool(choices.get(_SHARED_WITH_SETS)),
    )


def works_for_sets(conn: Connection, vault: Vault, person: Person) -> frozenset[Works]:
    """Return what works for somebody who lets their sets see it; of others nothing is opened."""
    choices, _ = preferences.of(conn, person.id)
    if not choices.get(_SHARED_WITH_SETS):
        return frozenset()
    return preferences_of(conn, vault, person).works


def _place(person: Person) -> Place:
    return Place("preferences", "words", person.id)
