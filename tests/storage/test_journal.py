from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from domain.ids import new_id
from domain.journal import Audience, Item, Share
from domain.learning_sets import Member, SetPlan, Standing
from domain.people import Person, Role
from storage import journal, learning_sets, people, set_members
from storage.engine import Connection, Database
from storage.journal import Reader
from storage.problems import Conflict
from tests.storage.conftest import NOW, TODAY, someone

Enrol = Callable[..., Person]

LEARNING = Share(audience=Audience.LEARNING_PARTNER, named=False)
LEARNS = Reader("nobody", supervises=False, learns=True)


def with_supervisor(person: Person) -> Share:
    return Share(audience=Audience.SUPERVISOR, target=person.id)


def supervises(person: Person) -> Reader:
    return Reader(person.id, supervises=True, learns=False)


def item_of(person: Person, *shares: Share, created_at: datetime = NOW, **more: bool) -> Item:
    return Item(
        id=new_id(),
        person_id=person.id,
        on_date=TODAY,
        created_at=created_at,
        prompted=more.get("prompted", True),
        shares=shares,
    )


def kept(conn: Connection, item: Item, words: bytes = b"sealed") -> Item:
    journal.add(conn, item, words)
    return item


@pytest.fixture
def ada(enrol: Enrol) -> Person:
    return enrol("U1")


@pytest.fixture
def farah(enrol: Enrol) -> Person:
    return enrol("U2", Role.SUPERVISOR)


def test_an_item_comes_back_as_it_was_written_with_its_shares(
    database: Database, ada: Person, farah: Person
) -> None:
    set_share = Share(audience=Audience.SET, target=new_id())
    item = item_of(ada, LEARNING, set_share, with_supervisor(farah), prompted=False)
    with database.write() as conn:
        kept(conn, item, b"words")
    with database.read() as conn:
        found = journal.one(conn, item.id)
        assert found is not None
        assert replace(found, shares=()) == replace(item, shares=())
        assert set(found.shares) == set(item.shares)
        assert {share.since for share in found.shares} == {NOW}
        assert journal.sealed(conn, item.id) == b"words"
        assert journal.one(conn, new_id()) is None
        assert journal.sealed(conn, new_id()) is None


def test_an_item_needs_a_person_who_is_known(database: Database, ada: Person) -> None:
    with pytest.raises(Conflict), database.write() as conn:
        kept(conn, item_of(replace(ada, id="nobody")))


def test_words_are_put_in_place_of_the_old_ones(database: Database, ada: Person) -> None:
    with database.write() as conn:
        item, other = kept(conn, item_of(ada)), kept(conn, item_of(ada))
        assert journal.change(conn, item.id, b"new", now=NOW + timedelta(hours=1))
        assert not journal.change(conn, new_id(), b"new", now=NOW)
    with database.read() as conn:
        assert journal.sealed(conn, item.id) == b"new"
        assert journal.sealed(conn, other.id) == b"sealed"


def test_sharing_puts_exactly_these_and_keeps_the_date_of_what_stays(
    database: Database, ada: Person, farah: Person
) -> None:
    later = NOW + timedelta(days=1)
    with database.write() as conn:
        item = kept(conn, item_of(ada, LEARNING, with_supervisor(farah)))
        other = kept(conn, item_of(ada, LEARNING))
        journal.share(conn, item.id, [with_supervisor(farah)], now=later)
        [left] = journal.one(conn, item.id).shares  # type: ignore[union-attr]
        assert (left, left.since) == (with_supervisor(farah), NOW)
        journal.share(conn, item.id, [replace(LEARNING, named=True)], now=later)
        [left] = journal.one(conn, item.id).shares  # type: ignore[union-attr]
        assert (left.named, left.since) == (True, later)
        journal.share(conn, item.id, [], now=later)
        assert journal.one(conn, item.id) == replace(item, shares=())
        assert journal.one(conn, other.id) == other


def test_what_is_removed_is_gone_with_its_shares(
    database: Database, ada: Person, farah: Person
) -> None:
    with database.write() as conn:
        item = kept(conn, item_of(ada, LEARNING, with_supervisor(farah)))
        other = kept(conn, item_of(ada, LEARNING))
        assert journal.remove(conn, item.id)
        assert not journal.remove(conn, item.id)
    with database.read() as conn:
        assert journal.one(conn, item.id) is None
        assert [r.item_id for r in journal.received(conn, LEARNS, size=9)] == [other.id]
        assert journal.received(conn, supervises(farah), size=9) == []


def test_pages_hold_every_item_once_newest_first(database: Database, ada: Person) -> None:
    with database.write() as conn:
        made = [
            kept(conn, item_of(ada, LEARNING, created_at=NOW + timedelta(minutes=n // 2)))
            for n in range(7)
        ]
        theirs = kept(conn, item_of(someone(conn)))
    order = sorted(made, key=lambda item: (item.created_at, item.id), reverse=True)
    with database.read() as conn:
        first = journal.page(conn, ada.id, size=3)
        second = journal.page(conn, ada.id, size=3, after=first[-1].id)
        third = journal.page(conn, ada.id, size=3, after=second[-1].id)
        assert [*first, *second, *third] == order
        assert journal.page(conn, ada.id, size=3, after=third[-1].id) == []
        assert journal.page(conn, ada.id, size=3, after=theirs.id) == first
        assert journal.page(conn, ada.id, size=3, after=new_id()) == first


def test_a_page_counts_items_and_not_their_shares(
    database: Database, ada: Person, farah: Person
) -> None:
    with database.write() as conn:
        for n in range(4):
            shares = (LEARNING, with_supervisor(farah))
            kept(conn, item_of(ada, *shares, created_at=NOW + timedelta(minutes=n)))
    with database.read() as conn:
        page = journal.page(conn, ada.id, size=3)
        assert [len(item.shares) for item in page] == [2, 2, 2]


# Readers


def test_a_reader_finds_what_is_shared_with_them_as_what_they_are_now(
    database: Database, enrol: Enrol, ada: Person, farah: Person
) -> None:
    gwen = enrol("U3", Role.SUPERVISOR)
    with database.write() as conn:
        mine = kept(conn, item_of(ada, with_supervisor(farah)))
        hers = kept(conn, item_of(ada, with_supervisor(gwen)))
        learning = kept(conn, item_of(ada, LEARNING))
        kept(conn, item_of(ada))
        kept(conn, item_of(ada, Share(audience=Audience.SET, target=farah.id)))

    def found(reader: Reader) -> set[str]:
        with database.read() as conn:
            ids = {one.item_id for one in journal.received(conn, reader, size=9)}
            every = {mine.id, hers.id, learning.id, new_id()}
            assert {i for i in every if journal.received_one(conn, reader, i)} == ids
        return ids

    assert found(supervises(farah)) == {mine.id}
    assert found(supervises(gwen)) == {hers.id}
    assert found(LEARNS) == {learning.id}
    assert found(Reader(farah.id, supervises=False, learns=True)) == {learning.id}
    assert found(Reader(farah.id, supervises=True, learns=True)) == {mine.id, learning.id}
    assert found(Reader(farah.id, supervises=False, learns=False)) == set()


@pytest.mark.parametrize("reads", [*Standing, None])
@pytest.mark.parametrize("wrote", [*Standing, None])
def test_a_set_reads_where_whoever_wrote_it_and_whoever_reads_have_a_place(
    database: Database,
    enrol: Enrol,
    ada: Person,
    wrote: Standing | None,
    reads: Standing | None,
) -> None:
    bilal = enrol("U4")
    with database.write() as conn:
        here, there = (
            learning_sets.add(
                conn, SetPlan(name=name), zone="UTC", facilitator_id=None, by=None, now=NOW
            )
            for name in ("Larch", "Fir")
        )
        for n, (person, standing) in enumerate([(ada, wrote), (bilal, reads)]):
            if standing is not None:
                set_members.add(conn, member(here.id, person, standing, n))
            set_members.add(conn, member(there.id, person, Standing.IN, n))
        item = kept(conn, item_of(ada, Share(audience=Audience.SET, target=here.id)))
    reader = Reader(bilal.id, supervises=False, learns=False)
    with database.read() as conn:
        found = journal.received_one(conn, reader, item.id)
        assert journal.received(conn, reader, size=9) == ([found] if found else [])
    assert (found is not None) == (wrote is Standing.IN and reads is Standing.IN)


def member(set_id: str, person: Person, standing: Standing, arrival: int) -> Member:
    offered = standing is Standing.OFFERED
    return Member(
        set_id=set_id,
        person_id=person.id,
        standing=standing,
        arrival=arrival,
        since=NOW,
        offer_id=new_id() if offered else None,
        offered_until=NOW if offered else None,
    )


def test_what_is_shared_twice_comes_once_and_by_name(
    database: Database, ada: Person, farah: Person
) -> None:
    both = Reader(farah.id, supervises=True, learns=True)
    with database.write() as conn:
        item = kept(conn, item_of(ada, LEARNING, with_supervisor(farah)))
    with database.read() as conn:
        [found] = journal.received(conn, both, size=9)
        assert found.named
        assert journal.received_one(conn, both, item.id) == found
        only = journal.received_one(conn, both._replace(supervises=False), item.id)
        assert only is not None
        assert not only.named


def test_somebodys_own_items_are_not_shared_with_themselves(
    database: Database, ada: Person
) -> None:
    with database.write() as conn:
        kept(conn, item_of(ada, LEARNING, with_supervisor(ada)))
    with database.read() as conn:
        assert journal.received(conn, Reader(ada.id, supervises=True, learns=True), size=9) == []


@pytest.mark.parametrize(
    ("roles", "shown"),
    [
        ({Role.PARTNER}, True),
        ({Role.CO_LEAD}, True),
        ({Role.SUPERVISOR, Role.LEARNING_PARTNER}, False),
        (set(), False),
    ],
    ids=["partner", "co-lead", "reads only", "no role"],
)
def test_of_whoever_cannot_take_it_back_nothing_is_shown(
    database: Database, ada: Person, roles: set[Role], shown: bool
) -> None:
    with database.write() as conn:
        item = kept(conn, item_of(ada, LEARNING))
        people.set_roles(conn, ada, roles, by=None, now=NOW)
    with database.read() as conn:
        assert bool(journal.received(conn, LEARNS, size=9)) is shown
        assert bool(journal.received_one(conn, LEARNS, item.id)) is shown


def test_pages_of_a_reader_hold_everything_once_the_last_shared_first(
    database: Database, ada: Person
) -> None:
    with database.write() as conn:
        made = [
            kept(conn, item_of(ada, LEARNING, created_at=NOW + timedelta(minutes=n // 2)))
            for n in range(7)
        ]
        hidden = kept(conn, item_of(ada))
    order = sorted(made, key=lambda item: (item.created_at, item.id), reverse=True)
    with database.read() as conn:
        first = journal.received(conn, LEARNS, size=4)
        second = journal.received(conn, LEARNS, size=4, after=first[-1].item_id)
        assert [one.item_id for one in (*first, *second)] == [item.id for item in order]
        assert journal.received(conn, LEARNS, size=4, after=hidden.id) == first
        assert journal.received(conn, LEARNS, size=4, after=new_id()) == first
