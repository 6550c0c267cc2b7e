"""Many press at the same moment, in two processes: one has it, and everyone reads the truth.

RACE_ROUNDS says how many rounds; a few by default.
"""

import json
import os
import sys
from collections import Counter
from functools import partial

import pytest

from domain.people import Role
from domain.supervision import MOST_OPEN, State
from storage.engine import Database
from tests.storage.claimants import at_once, processes
from tests.supervision_rows import Pool

ROUNDS = int(os.environ.get("RACE_ROUNDS", "5"))
IN_EACH = 10
SUPERVISORS = 2 * IN_EACH


@pytest.mark.timeout(60 + 5 * ROUNDS)
def test_of_twenty_who_claim_together_one_has_it_and_the_others_read_who(
    url: str, database: Database
) -> None:
    pool = Pool(database, supervisors=SUPERVISORS)
    accounts = [one.account for one in pool.pool]
    by_id = {one.id: one.account.user for one in pool.pool}
    winners = Counter[str]()
    with processes(url, pool.keys, [accounts[:IN_EACH], accounts[IN_EACH:]]) as together:
        for _ in range(ROUNDS):
            request = pool.ask(note="zebra")
            told = [one for group in together(["claim", "claim"], request.id) for one in group]
            kinds = Counter(kind for kind, _ in told)
            [winner] = [by_id[said] for kind, said in told if kind == "page"]

            assert kinds == {"page": 1, "taken": SUPERVISORS - 1}, told
            assert {said for kind, said in told if kind == "taken"} == {winner}
            now = pool.one(request)
            assert (now.state, by_id[now.supervisor_id or ""]) == (State.CLAIMED, winner)
            assert pool.audit(request) == ["request_sent", "request_claimed"]
            about = [row["kind"] for row in pool.rows("deliveries") if row["subject"] == request.id]
            assert Counter(about) == {"supervision_alert": SUPERVISORS, "supervision_news": 1}
            pool.partner.withdraw(pool.ada.account, request.id)
            winners[winner] += 1
    sys.stdout.write(
        json.dumps(
            {
                "race": "claim",
                "database": database.dialect,
                "rounds": ROUNDS,
                "one_winner": sum(winners.values()),
                "different_winners": len(winners),
            }
        )
        + "\n"
    )


@pytest.mark.timeout(60 + 5 * ROUNDS)
def test_claimed_and_withdrawn_at_the_same_moment_it_is_withdrawn_and_nobody_is_misled(
    url: str, database: Database
) -> None:
    """Whichever comes first, its person has the last word: what is claimed can be withdrawn."""
    pool = Pool(database, supervisors=1)
    sue = pool.pool[0]
    with processes(url, pool.keys, [[sue.account], [pool.ada.account]]) as together:
        for _ in range(ROUNDS):
            request = pool.ask(note="zebra")
            [[claimed], [withdrawn]] = together(["claim", "withdraw"], request.id)

            assert withdrawn == ("page", "withdrawn")
            assert pool.one(request).state is State.WITHDRAWN
            assert pool.words(request) == (None, None)
            held = [r for r in pool.rows("deliveries") if r["subject"] == request.id]
            told = [row["recipient"] for row in held if row["kind"] == "supervision_held"]
            if claimed == ("page", sue.id):
                done, heard = ["request_claimed", "request_withdrawn"], [sue.id]
            else:
                assert claimed == ("refused", "request_withdrawn")
                done, heard = ["request_withdrawn"], []
            assert pool.audit(request) == ["request_sent", *done]
            assert told == heard


@pytest.mark.timeout(60 + 5 * ROUNDS)
def test_recorded_and_withdrawn_at_the_same_moment_one_wins_and_the_other_reads_which(
    url: str, database: Database
) -> None:
    pool = Pool(database, supervisors=1)
    sue = pool.pool[0]
    with processes(url, pool.keys, [[sue.account], [pool.ada.account]]) as together:
        for _ in range(ROUNDS):
            request = pool.ask(note="zebra")
            pool.claim(sue, request)
            [[recorded], [withdrawn]] = together(["record", "withdraw"], request.id)

            kept = [row for row in pool.rows("supervision_records")]
            of_this = [row for row in kept if row["request_id"] == request.id]
            if withdrawn == ("page", "withdrawn"):
                assert recorded == ("refused", "request_withdrawn")
                assert (pool.one(request).state, of_this) == (State.WITHDRAWN, [])
            else:
                assert (recorded, withdrawn) == (("page", "met"), ("refused", "request_met"))
                assert (pool.one(request).state, len(of_this)) == (State.MET, 1)
                pool.queue.close(sue.account, request.id)


# In the threads of one process, each on a connection of its own


def test_a_form_that_comes_twice_at_the_same_moment_asks_once(database: Database) -> None:
    pool = Pool(database)
    for n in range(5):
        pages = at_once(*[partial(pool.ask, form=f"form-{n}") for _ in range(6)])
        assert len({page.id for page in pages}) == 1
        pool.partner.withdraw(pool.ada.account, pages[0].id)

    assert len(pool.rows("supervision_requests")) == 5
    assert len(pool.planned("supervision_alert")) == 10


def test_nobody_has_more_under_way_than_five_however_many_forms_come_at_once(
    database: Database,
) -> None:
    pool = Pool(database)
    said = at_once(*[pool.ask] * (MOST_OPEN + 4))

    assert said.count("requests_enough") == 4
    assert len(pool.rows("supervision_requests")) == MOST_OPEN


def test_nobody_holds_more_than_they_chose_however_many_they_claim_at_once(
    database: Database,
) -> None:
    pool = Pool(database, supervisors=1)
    sue = pool.pool[0]
    pool.own.hold_at_most(sue.account, 1)
    for _ in range(5):
        requests = [pool.ask() for _ in range(MOST_OPEN)]
        said = at_once(*[partial(pool.claim, sue, one) for one in requests])
        assert said.count("holding_enough") == MOST_OPEN - 1
        for one in requests:
            pool.partner.withdraw(pool.ada.account, one.id)


def test_two_cannot_hand_over_to_the_one_place_of_a_third(database: Database) -> None:
    pool = Pool(database, supervisors=3)
    *givers, third = pool.pool
    pool.own.hold_at_most(third.account, 1)
    for _ in range(5):
        requests = [pool.ask(), pool.ask()]
        for giver, request in zip(givers, requests, strict=True):
            pool.claim(giver, request)
        give = pool.queue.hand_over
        said = at_once(
            *[
                partial(give, giver.account, request.id, third.id)
                for giver, request in zip(givers, requests, strict=True)
            ]
        )
        assert said.count("cannot_take_it") == 1
        holders = sorted(pool.one(one).supervisor_id == third.id for one in requests)
        assert holders == [False, True]
        for one in requests:
            pool.partner.withdraw(pool.ada.account, one.id)


def test_two_that_hand_each_other_their_requests_do_not_wait_for_ever(database: Database) -> None:
    pool = Pool(database, supervisors=2)
    one, other = pool.pool
    for _ in range(5):
        mine, theirs = pool.ask(), pool.ask()
        pool.claim(one, mine)
        pool.claim(other, theirs)
        give = pool.queue.hand_over
        said = at_once(
            partial(give, one.account, mine.id, other.id),
            partial(give, other.account, theirs.id, one.id),
        )
        assert not [no for no in said if isinstance(no, str)]
        assert pool.one(mine).supervisor_id == other.id
        assert pool.one(theirs).supervisor_id == one.id
        for request in (mine, theirs):
            pool.partner.withdraw(pool.ada.account, request.id)


def test_however_many_processes_look_each_is_reminded_once(database: Database) -> None:
    pool = Pool(database)
    pool.enrol("ULEAD", Role.CO_LEAD)
    request = pool.ask()
    for _ in range(3):
        pool.now = pool.one(request).looks_at or pool.now
        at_once(*[pool.watch.look] * 6)
        pool.deliver()

    assert len(pool.planned("supervision_reminder")) == 6
    assert len(pool.planned("supervision_late")) == 2
    assert pool.audit(request).count("request_reminded") == 3
