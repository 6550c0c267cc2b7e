"""Somebody who is in the middle of things has everything deleted: nobody else is left waiting."""

from concurrent.futures import ThreadPoolExecutor, wait
from contextlib import closing
from dataclasses import replace

import pytest

from bot.services.erasure import Erasing
from bot.services.reach import Skip
from bot.services.set_access import known_set
from bot.services.supervision_watch import Told
from domain.deliveries import Kind
from domain.ids import new_id
from domain.learning_sets import SetPlan, Standing
from domain.people import Role
from domain.set_roles import RoleState, SetRole, Taken
from domain.supervision import Level, Nobody, State
from storage import learning_sets, outbox, set_members, set_roles
from storage.engine import open_database
from storage.ledger import Ledger
from storage.vault import Vault
from tests.holdings import REGISTER
from tests.learning_set_rows import DATES, STARTS, Sets
from tests.supervision_rows import MINUTE, TUESDAY, Pool, a_meeting


def erases(tmp_path, database, keys, person, now):
    ledger = Ledger(tmp_path / "erasures.ledger", keys)
    erasing = Erasing(database, Vault(keys), lambda: now, REGISTER, ledger)
    assert erasing.erase(person.account, form=new_id()).gone


@pytest.fixture
def sets(database):
    return Sets(database, plan=SetPlan(name="Larch", channel="C0SET000001", size=4))


@pytest.fixture
def pool(database):
    made = Pool(database, supervisors=3)
    made.enrol("ULEAD", Role.CO_LEAD)
    return made


def standings(sets):
    with sets.database.read() as conn:
        return {m.person_id: m.standing for m in set_members.of_set(conn, sets.id)}


# Sets


def test_a_place_is_offered_to_whoever_waits_and_they_hear_of_it(tmp_path, sets):
    ada, bilal, cerys, dev, emlyn = sets.joined(5)
    assert standings(sets)[emlyn.id] is Standing.WAITING
    erases(tmp_path, sets.database, sets.keys, ada, sets.now)
    assert standings(sets) == {
        bilal.id: Standing.IN,
        cerys.id: Standing.IN,
        dev.id: Standing.IN,
        emlyn.id: Standing.OFFERED,
    }
    assert sets.told("set_place") == [emlyn.id]
    assert sets.pushes.prepare_set(sets.delivery("set_place", emlyn.id)).kind is Kind.SET_PLACE


def test_others_are_asked_for_their_roles_and_nothing_they_said_is_left(tmp_path, sets):
    everyone = sets.joined(4)
    meeting = sets.booked()
    sets.now = STARTS - 10 * MINUTE
    taken = {row["person_id"]: row["role"] for row in sets.rows("set_roles")}
    presenter = next(p for p in everyone if taken.get(p.id) == SetRole.PRESENTER)
    sets.agenda.offer(presenter.account, meeting.id, "a line", form=new_id(), confirmed=True)
    erases(tmp_path, sets.database, sets.keys, presenter, sets.now)
    roles = [row for row in sets.rows("set_roles") if row["state"] != RoleState.DECLINED]
    assert presenter.id not in {row["person_id"] for row in roles}
    assert [row["role"] for row in roles].count(SetRole.PRESENTER) == meeting.agenda.turns
    assert sets.rows("set_offers") == []
    assert sets.told("set_role") != []


def test_a_facilitator_steps_back_and_co_leads_hear_that_one_is_wanted(tmp_path, sets):
    sets.joined(4)
    held = sets.booked(DATES)
    ahead = sets.booked(DATES[1:])
    sets.tick_clock(STARTS + 5 * 60 * MINUTE)
    erases(tmp_path, sets.database, sets.keys, sets.guide, sets.now)
    meetings = {row["id"]: row for row in sets.rows("set_meetings")}
    assert (meetings[held.id]["state"], meetings[held.id]["facilitator_id"]) == ("held", None)
    assert (meetings[ahead.id]["state"], meetings[ahead.id]["facilitator_id"]) == ("booked", None)
    with sets.database.read() as conn:
        assert learning_sets.one(conn, sets.id).facilitator_id is None
    assert sets.told("set_no_facilitator") == [sets.co_lead.id]
    assert sets.pushes.prepare_set(sets.delivery("set_no_facilitator", sets.co_lead.id))


def test_a_co_lead_who_goes_is_not_told_and_the_sets_they_made_stay(tmp_path, sets):
    other = sets.enrol("U0OTHER", Role.CO_LEAD)
    erases(tmp_path, sets.database, sets.keys, sets.co_lead, sets.now)
    erases(tmp_path, sets.database, sets.keys, sets.guide, sets.now)
    assert sets.told("set_no_facilitator") == [other.id]
    [row] = sets.rows("learning_sets")
    assert (row["name"], row["created_by"]) == ("Larch", None)


def test_actions_of_the_others_stay_and_open(tmp_path, sets):
    ada, bilal, *_ = sets.joined(4)
    meeting = sets.booked()
    sets.now = STARTS + MINUTE
    for person in (ada, bilal):
        sets.actions.write(
            person.account,
            meeting.id,
            f"a step of {person.account.user}",
            form=new_id(),
            confirmed=True,
        )
    erases(tmp_path, sets.database, sets.keys, ada, sets.now)
    assert [row["person_id"] for row in sets.rows("set_actions")] == [bilal.id]
    [mine] = sets.actions.mine(bilal.account)
    assert mine.text == "a step of U002"


def test_whoever_changes_a_set_just_then_and_whoever_goes_do_not_wait_for_each_other(
    tmp_path, url, sets
):
    """The other one holds the set already, and then writes a row that names whoever goes."""
    ada, bilal, *_ = sets.joined(4)
    meeting = sets.booked()
    with closing(open_database(url, wait_seconds=20)) as theirs, ThreadPoolExecutor(1) as threads:
        with sets.database.write() as conn:
            known_set(conn, sets.id)
            goes = threads.submit(erases, tmp_path, theirs, sets.keys, ada, sets.now)
            wait([goes], timeout=0.5)
            for person in (ada, bilal):
                taken = Taken(person.id, SetRole.CARE_HOLDER, RoleState.PROPOSED)
                set_roles.put(conn, meeting.id, taken)
        goes.result(timeout=20)
    left = {row["person_id"] for row in sets.rows("set_roles")}
    assert ada.id not in left
    assert bilal.id in left


# Supervision


def test_what_a_supervisor_picked_up_goes_back_and_its_person_and_the_others_hear(tmp_path, pool):
    first, second, third = pool.pool
    request = pool.ask()
    booked = pool.ask()
    for one in (request, booked):
        pool.claim(first, one)
    pool.book(first, booked)
    pool.deliver()
    erases(tmp_path, pool.database, pool.keys, first, pool.now)
    for one in (request, booked):
        after = pool.one(one)
        assert (after.state, after.supervisor_id, after.booked_at) == (State.OPEN, None, None)
    sent = pool.deliver()
    assert sent.count(("supervision_alert", second.account.user)) == 2
    assert sent.count(("supervision_alert", third.account.user)) == 2
    assert ("supervision_news", pool.ada.account.user) in sent
    assert first.account.user not in {user for _, user in sent}
    assert pool.claim(second, request)


def test_whoever_goes_does_not_count_as_somebody_who_could_take_it(tmp_path, database):
    pool = Pool(database, supervisors=1)
    pool.enrol("ULEAD", Role.CO_LEAD)
    request = pool.ask()
    pool.claim(pool.pool[0], request)
    erases(tmp_path, database, pool.keys, pool.pool[0], pool.now)
    assert pool.one(request).nobody_since == pool.now
    page = pool.partner.one(pool.ada.account, request.id)
    assert page.chance.nobody is Nobody.NO_ONE


def test_their_own_requests_are_gone_and_whoever_had_one_hears_it(tmp_path, pool):
    first, second, _ = pool.pool
    waits, picked = pool.ask(Level.SOON), pool.ask(note="what is in my mind")
    pool.claim(first, picked)
    with pool.database.read() as conn:
        alerts = [r["id"] for r in pool.rows("deliveries") if r["subject"] == waits.id]
        alerts = [outbox.one(conn, one) for one in alerts]
    assert alerts
    erases(tmp_path, pool.database, pool.keys, pool.ada, pool.now)
    assert pool.rows("supervision_requests") == []
    for alert in alerts:
        assert pool.watch.prepare(replace(alert, person_id=second.id)) == Skip("closed")
    assert pool.deliver() == [("supervision_held", first.account.user)]
    told = outbox_of(pool, "supervision_held")
    assert pool.watch.prepare(told) == Told(Kind.SUPERVISION_HELD, picked.id)
    assert pool.queue.queue(first.account).held == []


def outbox_of(pool, kind):
    [row] = [row for row in pool.rows("deliveries") if row["kind"] == kind]
    with pool.database.read() as conn:
        return outbox.one(conn, row["id"])


def test_the_wishes_of_others_do_not_name_them_any_more(tmp_path, pool):
    first, second, third = pool.pool
    unwanted = pool.ask(excluded=(first, second), when="mornings")
    wanted = pool.ask(preferred=first, excluded=(third,), when="evenings")
    other = pool.ask(preferred=second, when="any time")
    sealed = pool.words(other)
    erases(tmp_path, pool.database, pool.keys, first, pool.now)
    with pool.database.read() as conn:
        one, two = (pool.desk.wishes(conn, pool.one(r)) for r in (unwanted, wanted))
    assert (one.preferred, one.excluded, one.when) == (None, {second.id}, "mornings")
    assert (two.preferred, two.excluded, two.when) == (None, {third.id}, "evenings")
    assert pool.words(other) == sealed, "what does not name them is not touched"


def test_a_request_that_was_offered_to_them_alone_is_offered_to_all(tmp_path, pool):
    first, second, third = pool.pool
    request = pool.ask(preferred=first, excluded=(third,))
    assert pool.deliver() == [("supervision_alert", first.account.user)]
    erases(tmp_path, pool.database, pool.keys, first, pool.now)
    assert pool.one(request).first_until is None
    assert pool.deliver() == [("supervision_alert", second.account.user)]
    assert pool.claim(second, request)


def test_a_record_and_who_opened_a_note_outlive_the_supervisor(tmp_path, pool):
    first = pool.pool[0]
    request = pool.ask(note="something small")
    pool.claim(first, request)
    pool.queue.read_note(first.account, request.id)
    pool.partner.say_done(
        pool.ada.account, request.id, a_meeting(TUESDAY.date()), "one step", confirmed=True
    )
    erases(tmp_path, pool.database, pool.keys, first, pool.now)
    [opening] = pool.rows("supervision_openings")
    assert (opening["request_id"], opening["person_id"]) == (request.id, None)
    [record] = pool.rows("supervision_records")
    assert (record["minutes"], record["supervisor_id"]) == (60, None)
    page = pool.partner.one(pool.ada.account, request.id)
    assert (page.next_step, page.supervisor, page.record.minutes) == ("one step", None, 60)


def test_a_meeting_that_was_recorded_still_closes_by_itself(tmp_path, pool):
    first = pool.pool[0]
    request = pool.ask()
    pool.met(first, request)
    erases(tmp_path, pool.database, pool.keys, first, pool.now)
    assert (pool.one(request).state, pool.one(request).supervisor_id) == (State.MET, None)
    pool.go_to(20, 12)
    assert pool.one(request).state is State.CLOSED
