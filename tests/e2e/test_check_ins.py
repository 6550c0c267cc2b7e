"""A group is asked how it is doing, and answers or not."""

import json
from datetime import date, datetime, time

import pytest

from bot.services import rhythms
from bot.services.choices import keep_choices
from domain.check_ins import Question
from domain.ids import new_id
from domain.people import Profile, Role
from domain.phases import Phase, PhaseKind
from domain.preferences import Choices, Place
from domain.schedules import Rhythm, What
from storage import cohorts, people, phases, programme
from tests.e2e.check_in_story import GOOD, account
from tests.workspace import texts

CHANNEL = "C0SPRING000"
TUESDAY = Rhythm(weekday=1, at=time(10))
OPENS, CLOSES = "2026-03-03T10:00:05Z", "2026-03-05T10:00:10Z"
MEMBERS = ("ada", "bilal", "cerys", "dilys", "emeka", "farah")


@pytest.fixture
def spring(bot, control):
    """A cohort with six people, a channel, and a check-in every Tuesday at 10."""
    control.post("clock", now="2026-03-02T12:00:00Z")
    now = bot.house.clock()
    with bot.database.write() as conn:
        cohort = cohorts.add(conn, "Spring & <co>", date(2026, 1, 1), None, by=None, now=now)
        cohorts.set_channel(conn, cohort.id, CHANNEL)
        for handle in MEMBERS:
            member = people.actor(conn, account(handle))
            cohorts.add_member(conn, cohort.id, member.id, now=now)
        rhythms.set_for_cohort(conn, What.CHECK_IN, cohort.id, TUESDAY, "Europe/London", now=now)
    return cohort


def go_to(bot, control, moment):
    control.post("clock", now=moment)
    bot.tick()
    bot.settle()


def chooses(bot, handle, **choices):
    with bot.database.write() as conn:
        me = people.actor(conn, account(handle))
        keep_choices(conn, me.id, Choices(**choices), now=bot.house.clock())


def posts(control, channel=CHANNEL):
    """What the bot said in a channel."""
    state = control.get("state")
    [found] = [c for c in state["channels"] if c["id"] == channel]
    return [m for m in found["messages"] if not m.get("ephemeral")]


def messages(person):
    """What the bot said to somebody directly about check-ins."""
    return [
        m
        for c in person.sees["channels"]
        if c["id"].startswith("D")
        for m in c["messages"]
        if "check-in" in m["text"]
    ]


def answer(person, **values):
    person.close() if person.modal else None
    person.press("Answer the check-in", channel=CHANNEL)
    return person.submit(values=GOOD | values)


def result(bot):
    [row] = bot.rows("check_ins")
    return json.loads(row["result"]) if row["result"] else None


def test_a_group_is_asked_answers_and_reads_how_it_is_doing(bot, control, someone, spring):
    go_to(bot, control, OPENS)
    [post] = posts(control)
    assert "How is Spring &amp; &lt;co&gt; doing?" in post["text"]
    assert "open until Thursday 5 March 2026, 10am" in texts(post)
    assert "Nobody can see who answered" in post["text"]

    for handle in MEMBERS:
        person = answer(someone(handle))
        assert "Thank you. Your answer is in." in person.reads

    go_to(bot, control, CLOSES)
    [_, told] = posts(control)
    [picture] = told["files"]
    for said in (told["text"], picture["alt"]):
        assert "6 people answered." in said
        assert "Energy: 6 good or very good, 0 in the middle, 0 low or very low." in said
    assert control.download(picture["url"])[:8] == b"\x89PNG\r\n\x1a\n"
    assert set(result(bot)["bands"]) == set(Question)


@pytest.mark.parametrize(
    "trouble", [{"kind": "drop"}, {"kind": "error", "error": "missing_scope"}], ids=str
)
def test_while_no_picture_can_be_handed_over_other_messages_go(
    bot, control, someone, spring, trouble
):
    go_to(bot, control, OPENS)
    for handle in MEMBERS:
        answer(someone(handle))
    farah = someone("farah")
    control.fault(method="files.getUploadURLExternal", **trouble)
    control.post("clock", now=CLOSES)
    someone("ada").close().command("/supervision").submit()

    bot.tick()
    bot.settle()

    assert [row["closed_until"] for row in bot.rows("pace")] == [None]
    assert "A supervision request is waiting." in str(farah.home().sees["channels"])
    assert len(posts(control)) == 1
    go_to(bot, control, "2026-03-05T10:01:30Z")
    assert "6 people answered." in posts(control)[1]["text"]


def test_four_answers_are_too_few_to_show_and_that_is_fine(bot, control, someone, spring):
    go_to(bot, control, OPENS)
    for handle in MEMBERS[:4]:
        answer(someone(handle))
    go_to(bot, control, CLOSES)

    [_, told] = posts(control)
    assert "Not enough answers to show, and that's fine." in told["text"]
    assert not told.get("files")
    assert result(bot) is None
    for number in ("4", "four"):
        assert number not in told["text"].replace("5 March", "").replace("3 March", "")


def test_the_form_says_who_can_see_it_above_save(bot, control, ada, spring):
    go_to(bot, control, OPENS)
    ada.press("Answer the check-in", channel=CHANNEL)

    assert ada.modal["blocks"][-1]["type"] == "context"
    assert (
        "Nobody can see this. Co-leads, learning partners and the group that was asked can only see"
        in texts(ada.modal["blocks"][-1])
    )
    labels = [b["label"]["text"] for b in ada.modal["blocks"] if b["type"] == "input"]
    assert labels == [*GOOD, "One word, if you like"]
    assert "1 - Very low" in ada.reads
    assert json.loads(ada.modal["private_metadata"]) == {"check_in": bot.rows("check_ins")[0]["id"]}


@pytest.mark.parametrize(
    ("button", "says"),
    [
        ("Talk to a peer", "Is there a peer you trust?"),
        ("Just the numbers", "Here are the numbers."),
        ("Not now", "That is fine."),
    ],
)
def test_a_low_answer_is_met_kindly_and_nobody_is_told(bot, control, ada, spring, button, says):
    go_to(bot, control, OPENS)
    answer(ada, **{"How supported do you feel?": "1 - Very low"})
    assert "Thank you for saying so." in ada.reads
    assert "Nobody is told." in ada.reads
    before = {t: bot.rows(t) for t in ("audit", "idempotency", "deliveries", "check_ins")}
    said = len(control.ledger("chat.postMessage"))

    ada.press(button)

    assert says in ada.reads
    assert "Nobody has been told." in ada.reads
    assert "116 123" in ada.reads
    assert len(control.ledger("chat.postMessage")) == said
    assert {t: bot.rows(t) for t in before} == before


def test_after_a_low_answer_a_partner_can_ask_for_supervision_and_nobody_is_told(
    bot, control, ada, spring
):
    go_to(bot, control, OPENS)
    answer(ada, **{"How supported do you feel?": "1 - Very low"})
    said = len(control.ledger("chat.postMessage"))

    ada.press("Talk to a supervisor")

    assert ada.title == "Ask for supervision"
    assert "See who to call now" in ada.reads
    assert "check-in" not in ada.reads
    assert "check_in" not in ada.modal["private_metadata"]
    assert bot.rows("supervision_requests") == []
    assert len(control.ledger("chat.postMessage")) == said


def test_whoever_is_no_partner_reads_how_to_reach_a_supervisor(bot, control, someone, spring):
    go_to(bot, control, OPENS)
    dilys = answer(someone("dilys"), **{"How is your energy?": "1 - Very low"})

    dilys.press("Talk to a supervisor")

    assert "To reach a supervisor" in dilys.reads
    assert "Nobody has been told." in dilys.reads
    assert "116 123" in dilys.reads


def test_whoever_is_not_in_the_group_is_told_so_kindly(bot, control, someone, spring):
    go_to(bot, control, OPENS)
    hari = someone("hari").press("Answer the check-in", channel=CHANNEL)

    assert "This check-in is for the people of that group." in hari.reads


def test_a_form_left_open_over_the_end_is_answered_kindly(bot, control, ada, spring):
    go_to(bot, control, OPENS)
    ada.press("Answer the check-in", channel=CHANNEL)
    control.post("clock", now="2026-03-05T10:00:06Z")
    ada.submit(values=GOOD)
    assert "This check-in has closed." in " ".join(ada.errors.values())

    bot.tick()
    ada.close().press("Answer the check-in", channel=CHANNEL)
    assert "This check-in has closed." in ada.reads


def test_answering_twice_counts_once_with_the_same_thanks(bot, control, someone, spring):
    go_to(bot, control, OPENS)
    ada, *others = map(someone, MEMBERS)
    ada.press("Answer the check-in", channel=CHANNEL)
    ada.press("Answer the check-in", channel=CHANNEL)
    ada.submit(values=GOOD)
    assert "Thank you. Your answer is in." in ada.reads
    first = ada.reads
    ada.close().press("Answer the check-in", channel=CHANNEL)
    assert ada.reads == first

    for person in others[:4]:
        answer(person)
    go_to(bot, control, CLOSES)
    assert result(bot)["answers"] == 5


def test_a_word_that_may_name_somebody_is_asked_about_before_it_is_taken(bot, control, ada, spring):
    go_to(bot, control, OPENS)
    answer(ada, **{"One word, if you like": "sam@example.org"})
    assert "an e-mail address" in ada.reads
    assert ada.typed("word")["value"] == "sam@example.org"
    assert ada.typed("energy")["selected_option"]["value"] == "4"

    ada.submit(values={"Are you sure?": ["Save it anyway"]})
    assert "Thank you. Your answer is in." in ada.reads


def test_the_modal_has_the_words_and_is_for_the_group_co_leads_and_learning_partners(
    bot, control, someone, spring
):
    go_to(bot, control, OPENS)
    for handle, word in zip(MEMBERS, ("sun", "rain", "fog", "wind", "hail", "ice"), strict=True):
        answer(someone(handle), **{"One word, if you like": word})
    go_to(bot, control, CLOSES)
    assert "hail" not in json.dumps(posts(control))

    ada, hari, dilys = map(someone, ("ada", "hari", "dilys"))
    for person in (ada, hari):
        person.close().home().press("Results of the last check-in", home=True)
        assert "Words that people gave: fog, hail, ice, rain, sun, wind" in person.reads
    dilys.close().command("/cohort").press("Open cohort").press("Results of the last check-in")
    assert "6 people answered." in dilys.reads
    assert "There are results of" not in someone("gwen").home().home_tab


def test_whoever_likes_is_asked_directly_and_not_in_quiet_hours(bot, control, someone, spring):
    chooses(bot, "bilal", check_ins=Place.DIRECT)
    chooses(bot, "ada", check_ins=Place.DIRECT)
    go_to(bot, control, "2026-03-03T10:00:30Z")
    assert len(messages(someone("ada"))) == 1
    # Half past three in India: still before six.
    [asked] = messages(someone("bilal"))
    assert "Thursday 5 March 2026, 3:30pm Asia/Kolkata" in asked["text"]
    assert messages(someone("emeka")) == []


def test_a_direct_message_waits_for_the_morning(bot, control, someone, spring):
    with bot.database.write() as conn:
        afternoon = Rhythm(weekday=1, at=time(15))
        rhythms.set_for_cohort(
            conn, What.CHECK_IN, spring.id, afternoon, "Europe/London", now=bot.house.clock()
        )
    chooses(bot, "bilal", check_ins=Place.DIRECT)
    bilal = someone("bilal")
    go_to(bot, control, "2026-03-03T15:00:30Z")
    assert messages(bilal) == []

    go_to(bot, control, "2026-03-04T03:31:00Z")
    [asked] = messages(bilal)
    assert "Nobody can see who answered" in asked["text"]


def test_home_offers_it_until_it_is_answered(bot, control, ada, someone, spring):
    go_to(bot, control, OPENS)
    assert "How is Spring & <co> doing?" in ada.home().home_tab
    ada.press("Answer the check-in", home=True).submit(values=GOOD)
    bot.settle()

    assert "How is Spring" not in ada.close().home().home_tab
    assert "How is Spring" not in someone("hari").home().home_tab


def test_the_bot_is_quiet_while_the_group_rests(bot, control, ada, spring):
    rest = Phase(
        id=new_id(),
        kind=PhaseKind.REST,
        starts_on=date(2026, 3, 1),
        ends_on=date(2026, 3, 7),
    )
    with bot.database.write() as conn:
        phases.add(conn, spring.id, rest)
    go_to(bot, control, OPENS)

    assert posts(control) == []
    assert bot.rows("check_ins") == []
    assert [d["reason"] for d in bot.rows("deliveries") if d["kind"] == "check_in_post"] == ["rest"]


def test_the_bot_is_quiet_while_everything_is_paused(bot, control, spring):
    with bot.database.write() as conn:
        programme.set_paused(conn, True, now=bot.house.clock())
    go_to(bot, control, OPENS)

    assert posts(control) == []
    assert bot.rows("check_ins") == []


def test_answering_leaves_no_trace_but_in_the_bag(bot, control, ada, spring, running):
    go_to(bot, control, OPENS)
    ada.press("Answer the check-in", channel=CHANNEL)
    bot.settle()
    tables = ("audit", "idempotency", "deliveries", "people", "preferences", "schedules")
    before = {t: bot.rows(t) for t in (*tables, "check_in_keys")}

    ada.submit(values=GOOD | {"One word, if you like": "walrus"})
    bot.settle()

    assert {t: bot.rows(t) for t in before} == before
    [row] = bot.rows("check_ins")
    assert b"walrus" not in row["bag"]
    assert len(row["bag"]) > 4096


def test_a_stranger_to_the_group_enrolled_later_can_answer(bot, control, someone, spring):
    """Who joins while it is open belongs to the group as well."""
    go_to(bot, control, OPENS)
    with bot.database.write() as conn:
        profile = Profile(account=account("gwen"), tz="America/New_York")
        gwen = people.enrol(
            conn, profile, {Role.SUPERVISOR}, by=None, now=datetime.now().astimezone()
        )
        cohorts.add_member(conn, spring.id, gwen.id, now=bot.house.clock())

    assert "Thank you" in answer(someone("gwen")).reads
