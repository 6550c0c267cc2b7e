"""The whole day in which everything is typed everywhere, with the records in PostgreSQL."""

import tempfile
from pathlib import Path

from practice.world import Settings
from tests.alongside import connected_to
from tests.e2e import canary_day, canary_erased
from tests.e2e.canary_look import Canaries, Evidence, Postgres
from tests.faults.judge import Outcome
from tests.faults.places import Places
from tests.forging import Forger
from tests.workspace import Control, start_practice

ON_DISC = ("the log", "the database", "the bot's folders", "a backup", "the list of processes")
OPEN = {
    "a cohort",
    "a cohort's new name",
    "a set",
    "a set's new name",
    "a question for everybody",
    "a set asked about",
}
"""Names, which are not sealed. A server keeps the row of a transaction that did not end as well."""


def whole_day(places: Places, count: int, seed: int) -> Outcome:
    """Live it so often; each word that is found on a disc, or opens once deleted, counts."""
    outcome = Outcome("canary_postgresql", seed, trials=count)
    for _ in range(count):
        with tempfile.TemporaryDirectory() as folder:
            practice = start_practice(settings=Settings(settle_ms=5))
            url = places.new("postgresql")
            try:
                _one_day(practice, Path(folder), url, places.postgres, outcome)
            finally:
                practice.stop()
                places.drop(url)
    return outcome


def _one_day(practice, folder, url, server, outcome) -> None:
    control, canary = Control(practice), Canaries({})
    waits = f"{url}&options=-clock_timeout%3D700"
    alongside = connected_to(
        practice, folder / "home", log_level="DEBUG", sweep_seconds=1, database_url=waits
    )
    evidence = Evidence(control, alongside, Postgres(alongside, server, url))
    try:
        alongside.start().until_ready()
        alongside.wait(lambda: control.get("health")["bot"] == "connected")
        look = evidence.look_at_processes
        canary_day.lived(control, canary, Forger.of(practice), evidence.kept, look)
        evidence.also_said.append(canary_erased.backed_up(alongside, "before"))
        _found(evidence, canary.given, outcome, "lived")
        canary_erased.everything_of_ada(evidence)
        _found(evidence, canary.given, outcome, "deleted")
        _opens(evidence, canary.given, outcome)
    finally:
        alongside.kill()


def _found(evidence, given, outcome, when) -> None:
    places = evidence.places(*given.values())
    for place in ON_DISC:
        found = {what for what, word in given.items() if place in places[word]} - OPEN
        outcome.lost += len(found)
        outcome.notes += [f"{when}: {place}: {sorted(found)}"] if found else []


def _opens(evidence, given, outcome) -> None:
    with canary_erased.database_of(evidence.kept) as database:
        found = canary_erased.opened(database, canary_erased.ring_of(evidence.alongside))
    left = "\n".join(found.values())
    words = [word for word in canary_erased.words_of_ada(given) if word in left]
    outcome.lost += len(words)
    outcome.notes += [f"{len(words)} words of hers open"] if words else []
