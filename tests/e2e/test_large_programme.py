"""A large programme: what is long is shown in parts that Slack takes, and what is cut says so."""

from datetime import date, time

from bot.services import rhythms
from domain.check_ins import Level, Question
from domain.people import Account, Profile, Role
from domain.schedules import Rhythm, What
from practice.people import TEAM_ID, user_id
from storage import cohorts, people
from tests.e2e.check_in_story import account
from tests.e2e.questions import at, begin
from tests.e2e.set_story import makes_set, sees_set
from tests.e2e.supervision_story import TUESDAY, asks, claims, opened

SECTION = 3000


def crowd(bot, size, *roles):
    """So many people more, who never look at a screen."""
    now = bot.house.clock()
    with bot.database.write() as conn:
        return [
            people.enrol(
                conn,
                Profile(account=Account(TEAM_ID, f"U0CROWD{number:05}"), tz="Europe/London"),
                roles,
                by=None,
                now=now,
            )
            for number in range(size)
        ]


def mention(person):
    return f"<@{person.account.user}>"


def longest(person):
    """The longest text of a section of the modal on top."""
    return max(len(b["text"]["text"]) for b in person.modal["blocks"] if b["type"] == "section")


def test_the_words_of_a_large_cohort_can_be_read_to_the_last(bot, control, ada, someone):
    begin(bot, control, now="2026-03-02T12:00:00Z")
    now = bot.house.clock()
    everyone = crowd(bot, 120, Role.PARTNER)
    with bot.database.write() as conn:
        spring = cohorts.add(conn, "Spring", date(2026, 1, 1), None, by=None, now=now)
        cohorts.set_channel(conn, spring.id, "C0SPRING000")
        for person in [people.actor(conn, account("ada")), *everyone]:
            cohorts.add_member(conn, spring.id, person.id, now=now)
        tuesdays = Rhythm(weekday=1, at=time(10))
        rhythms.set_for_cohort(conn, What.CHECK_IN, spring.id, tuesdays, "Europe/London", now=now)
    at(bot, control, "2026-03-03T10:00:05Z")
    [check_in] = bot.rows("check_ins")
    given = [f"rather tired but hopeful {number:05}" for number in range(len(everyone))]
    for person, word in zip(everyone, given, strict=True):
        levels = dict.fromkeys(Question, Level.GOOD)
        bot.house.check_ins.answer(person.account, check_in["id"], levels, word, confirmed=True)
    at(bot, control, "2026-03-05T10:00:10Z")
    bot.settle()

    ada.home().press("Results of the last check-in", home=True)

    assert ada.title == "Results"
    assert "120 people answered." in ada.reads
    assert [word for word in given if word not in ada.reads] == []
    assert longest(ada) <= SECTION


def test_a_set_for_which_hundreds_wait_can_be_opened_by_co_leads(bot, control, someone):
    bot.settle()
    control.post("clock", now=TUESDAY)
    bot.start_over()
    dilys = someone("dilys")
    makes_set(dilys)
    [found] = bot.rows("learning_sets")
    everyone = crowd(bot, 310, Role.PARTNER)
    for person in everyone:
        bot.house.set_places.join(person.account, found["id"])
    inside, waiting = everyone[: found["size"]], everyone[found["size"] :]

    sees_set(dilys)

    assert dilys.title == "Learning set", dilys.reads
    assert longest(dilys) <= SECTION
    shown = [person for person in waiting if mention(person) in dilys.reads]
    assert shown == waiting[:300]
    assert f"And {len(waiting) - 300} more." in dilys.reads
    assert all(mention(person) in dilys.reads for person in inside)


def test_a_request_can_be_handed_to_more_than_thirty_and_it_is_said_where_there_are_more(
    bot, control, ada, someone
):
    begin(bot, control, now=TUESDAY)
    farah = someone("farah")
    asks(ada)
    claims(farah)
    everyone = crowd(bot, 120, Role.SUPERVISOR)
    farah.press("Hand it over")

    offered = [b for b in farah.modal["blocks"] if "accessory" in b]
    assert len(offered) == 97
    assert len(farah.modal["blocks"]) == 100
    # Gwen could take it, too.
    more = "24 more could take it and are not shown here. If you hand it back, they are told too."
    assert more in farah.reads
    farah.press("Hand it over", block_id=offered[-1]["block_id"])
    assert "It is handed over. The person is told." in farah.reads
    [request] = bot.rows("supervision_requests")
    named = offered[-1]["text"]["text"]
    assert request["supervisor_id"] in {p.id for p in everyone if mention(p) == named}


def test_where_everyone_fits_nothing_is_said_of_more(bot, control, ada, someone):
    begin(bot, control, now=TUESDAY)
    farah = someone("farah")
    asks(ada)
    claims(farah)
    crowd(bot, 40, Role.SUPERVISOR)
    farah.press("Hand it over")

    assert len([b for b in farah.modal["blocks"] if "accessory" in b]) == 41
    assert f"<@{user_id('gwen')}>" in farah.reads
    assert "more could take it" not in farah.reads
    opened(farah)
