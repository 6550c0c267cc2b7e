"""What works for somebody, shown to their learning sets: only if they say so, and only so long."""

import pytest

from domain.people import Role
from practice.people import user_id
from storage import people as people_rows
from tests.e2e.set_story import TUESDAY, opens_meeting
from tests.e2e.set_things import a_set, account_of

HEADING = "What works for people here"
SETS, CO_LEADS = "My learning sets may see it", "Co-leads may see it, to arrange things"
ADAS = f"<@{user_id('ada')}>: Captions on calls, Breaks"


@pytest.fixture
def harbour(bot, control):
    """A set of Ada's and Bilal's that Farah leads, with a meeting today."""
    control.post("clock", now=TUESDAY)
    bot.start_over()
    things = a_set(bot, leader="farah")
    bot.house.set_places.join(account_of("bilal"), things["learning_set"])
    return things


def chooses(person, *who, works=("Captions on calls", "Breaks")):
    person.close() if person.modal else None
    person.home().press("Change my settings", home=True)
    person.submit(
        values={
            "What works for you?": list(works),
            "Who may see what works for you?": list(who),
        }
    )
    assert "Your settings are saved." in person.reads
    person.close()


def reads_of_meeting(person, number=1):
    return opens_meeting(person, number).reads


def test_members_and_the_facilitator_read_it_of_whoever_ticked(harbour, ada, someone):
    bilal, farah = someone("bilal"), someone("farah")
    chooses(bilal, works=["Camera off"])
    assert HEADING not in reads_of_meeting(bilal)

    chooses(ada, SETS)

    for person in (ada, bilal, farah):
        text = reads_of_meeting(person)
        assert ADAS in text
        assert "Camera off" not in text


def test_it_is_off_at_first_and_the_box_for_co_leads_is_another(harbour, ada, someone, bot):
    bilal, dilys = someone("bilal"), someone("dilys")
    chooses(ada)
    assert HEADING not in reads_of_meeting(bilal)

    chooses(ada, CO_LEADS)
    assert HEADING not in reads_of_meeting(bilal)

    chooses(ada, SETS)
    dilys.command("/cohort").press("Give or take roles").submit(Person=user_id("ada"))
    assert "Captions on calls" not in dilys.reads
    # A co-lead sees the meeting, and not this: they are not in the set.
    assert HEADING not in reads_of_meeting(dilys)
    assert b"captions" not in bot.rows("preferences")[0]["words"]


def test_unticked_it_is_gone_at_once(harbour, ada, bilal):
    chooses(ada, SETS)
    assert ADAS in reads_of_meeting(bilal)

    chooses(ada)

    assert HEADING not in reads_of_meeting(bilal)
    ada.press("Change my settings", home=True)
    assert not ada.typed("shared").get("selected_options")


def test_whoever_leaves_the_set_takes_it_along(harbour, ada, bilal, bot):
    chooses(ada, SETS)
    chooses(bilal, SETS, works=["Camera off"])
    bot.house.set_places.leave(account_of("ada"), harbour["learning_set"])

    text = reads_of_meeting(bilal)

    assert "Captions" not in text
    assert f"<@{user_id('bilal')}>: Camera off" in text


def test_whoever_left_the_programme_is_not_shown(harbour, ada, bilal, bot):
    chooses(ada, SETS)
    with bot.database.write() as conn:
        person = people_rows.actor(conn, account_of("ada"))
        people_rows.set_roles(conn, person, frozenset(), by=None, now=bot.house.clock())

    assert HEADING not in reads_of_meeting(bilal)


def test_the_facilitator_shows_theirs_as_well(harbour, bilal, someone):
    farah = someone("farah")
    chooses(farah, SETS, works=["Step-free places"])

    assert f"<@{user_id('farah')}>: Step-free places" in reads_of_meeting(bilal)


def test_when_the_set_has_ended_it_is_not_shown(harbour, ada, bilal, bot):
    chooses(ada, SETS)
    bilal_reads = bot.house.set_meetings.one(account_of("bilal"), harbour["meeting"])
    assert [person.account for person, _ in bilal_reads.works] == [account_of("ada")]

    bot.house.learning_sets.close(account_of("dilys"), harbour["learning_set"])

    after = bot.house.set_meetings.one(account_of("bilal"), harbour["meeting"])
    assert after.works == ()


def test_a_partner_outside_reads_nothing_of_it(harbour, ada, bot):
    chooses(ada, SETS)
    bot.house.people.enrol(
        account_of("dilys"), [account_of("emeka")], {Role.PARTNER}, None, form="f" * 32
    )

    seen = bot.house.set_meetings.one(account_of("emeka"), harbour["meeting"])

    assert seen.works == ()
