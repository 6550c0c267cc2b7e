"""Thirty people press Join at once, in two processes: six are in and 24 wait, in order."""

import multiprocessing
import threading
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from datetime import timedelta

from bot.services.learning_sets import LearningSets
from bot.services.set_places import SetPlaces
from domain.ids import new_id
from domain.learning_sets import SetPlan, Standing
from domain.people import Account
from storage.engine import Database, open_database
from storage.vault import MasterKeys, Vault
from tests.learning_set_rows import NOW, Sets, nothing_changes

PEOPLE, SIZE, ROUNDS = 30, 6, 8
PROCESSES = 2
_SPAWN = multiprocessing.get_context("spawn")


def a_new_set(database: Database, co_lead: Account) -> str:
    sets = LearningSets(database, Vault(MasterKeys.generate()), lambda: NOW)
    plan = SetPlan(name="Larch", size=SIZE)
    made = sets.make(co_lead, plan, facilitator=None, link=None, form=new_id())
    return made.row.learning_set.id


def press_join(database: Database, set_id: str, users: list[str]) -> list[tuple[str, str, int]]:
    """Let all of them press Join at the same moment; return what each was told."""
    places = SetPlaces(database, lambda: NOW)
    together = threading.Barrier(len(users))

    def press(user: str) -> tuple[str, str, int]:
        together.wait()
        said = places.join(Account("T1", user), set_id)
        assert said.member is not None
        return user, said.member.standing.value, said.position or 0

    with ThreadPoolExecutor(len(users)) as threads:
        return list(threads.map(press, users))


def _press_in_a_process(url: str, set_ids: list[str], users: list[str], ready, told) -> None:
    with closing(open_database(url, wait_seconds=30)) as database:
        for set_id in set_ids:
            ready.wait()
            told.put((set_id, press_join(database, set_id, users)))


def race(url: str, co_lead: Account, users: list[str], rounds: int) -> int:
    """Race so many times in two processes; return how many rounds went right."""
    with closing(open_database(url, wait_seconds=30)) as database:
        set_ids = [a_new_set(database, co_lead) for _ in range(rounds)]
        ready, told = _SPAWN.Barrier(PROCESSES), _SPAWN.Queue()
        workers = [
            _SPAWN.Process(
                target=_press_in_a_process,
                args=(url, set_ids, users[n::PROCESSES], ready, told),
            )
            for n in range(PROCESSES)
        ]
        for worker in workers:
            worker.start()
        answers: dict[str, list[tuple[str, str, int]]] = {}
        for _ in range(rounds * PROCESSES):
            set_id, said = told.get(timeout=90)
            answers.setdefault(set_id, []).extend(said)
        for worker in workers:
            worker.join()
        for set_id in set_ids:
            judge(database, set_id, answers[set_id])
    return rounds


def judge(database: Database, set_id: str, answers: list[tuple[str, str, int]]) -> None:
    """Nobody is lost, nobody is above the six, and each was told what came of it."""
    with database.engine.connect() as conn:
        rows = conn.exec_driver_sql(
            "SELECT p.account, m.standing, m.arrival FROM set_members m"
            f" JOIN people p ON p.id = m.person_id WHERE m.set_id = '{set_id}' ORDER BY m.arrival"
        ).all()
    assert [arrival for _, _, arrival in rows] == list(range(1, PEOPLE + 1))
    assert [standing for _, standing, _ in rows] == [Standing.IN] * SIZE + [Standing.WAITING] * (
        PEOPLE - SIZE
    )
    told = {user: (standing, position) for user, standing, position in answers}
    for account, standing, arrival in rows:
        assert told[account] == (standing, max(0, arrival - SIZE))


def test_thirty_at_once_in_two_processes(url: str, database: Database) -> None:
    sets = Sets(database)
    users = [p.account.user for p in sets.partners(PEOPLE)]
    assert race(url, sets.co_lead.account, users, ROUNDS) == ROUNDS


def test_one_person_who_presses_thirty_times_has_one_place(database: Database) -> None:
    sets = Sets(database)
    [ada] = sets.partners(1)
    press_join(database, sets.id, [ada.account.user] * 15)
    assert [row["standing"] for row in sets.rows("set_members")] == ["in"]


def test_leaving_joining_and_saying_yes_at_once_never_gives_more_places(
    database: Database,
) -> None:
    sets = Sets(database)
    everyone = sets.joined(12)
    newcomers = sets.partners(6, start=50)
    sets.places.leave(everyone[0].account, sets.id)

    def act(n: int) -> None:
        if n < 6:
            sets.places.leave(everyone[n].account, sets.id)
        elif n == 6:
            sets.places.say_yes(everyone[n].account, sets.id)
        elif n >= 12:
            sets.places.join(newcomers[n - 12].account, sets.id)

    with ThreadPoolExecutor(9) as threads:
        list(threads.map(act, range(18)))
    rows = sets.rows("set_members")
    taken = [r for r in rows if r["standing"] in {"in", "offered"}]
    assert len(taken) == SIZE
    assert len(rows) == 12
    waiting = [r["arrival"] for r in rows if r["standing"] == "waiting"]
    assert max(r["arrival"] for r in taken) < min(waiting)


def test_two_processes_that_pass_a_place_on_at_once_do_it_once(database: Database) -> None:
    sets = Sets(database)
    everyone = sets.joined(9)
    sets.places.leave(everyone[0].account, sets.id)
    later = NOW + timedelta(hours=48)
    sets.now = later
    with ThreadPoolExecutor(4) as threads:
        list(threads.map(lambda _: sets.places.lapse_due(later), range(8)))

    assert sets.told("set_place") == sorted([everyone[6].id, everyone[7].id])
    assert sets.told("set_place_over") == [everyone[6].id]


def test_a_tick_in_several_threads_reminds_everybody_once(database: Database) -> None:
    sets = Sets(database)
    everyone = sets.joined(6)
    sets.booked()
    for days in (7, 1):
        sets.now = NOW + timedelta(days=21 - days)
        with ThreadPoolExecutor(4) as threads:
            list(threads.map(lambda _: sets.ticker.step_due(sets.now), range(8)))
    reminded = sets.told("set_reminder")
    assert reminded == sorted([*(p.id for p in everyone), sets.guide.id] * 2)
    with nothing_changes(sets, "deliveries", "set_meetings"):
        sets.ticker.step_due(sets.now)
