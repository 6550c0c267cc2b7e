"""Words that try to be more than words: mentions, links, markup, and what cannot be seen."""

from practice import mrkdwn
from practice.people import user_id
from tests.e2e.deeds import log
from tests.e2e.screens import everyone_sees, said_by_the_bot, text_objects
from tests.e2e.set_story import joins, opens_meeting, sees_set
from tests.e2e.set_things import a_set
from tests.e2e.supervision_story import TUESDAY, claims

HOSTILE = (
    "<!channel> <!here> <!everyone> <@U0HOSTILE00> <#C0GENERAL00> <!subteam^S0HOSTILE0> "
    "<https://evil.example/|bank> https://evil.example *b* `c` :bomb: {name} {0} %s "
    "&lt;!channel&gt;"
)
SHORT_HOSTILE = "<!channel> <https://evil.example/|bank> {x} :bomb:"
# An address in a text is not linked where a message is sent with parse="none", as ours are.
HOSTILE_NAME = "<!channel> <@U0HOSTILE00> <#C0GENERAL00> {name} :bomb:"
UNSEEN = "\u202eleft\u202c\u2066iso\u2069\u200f\u0007\u001b[31m\u0000\u2028\ufeff"


def test_hostile_words_are_shown_as_words_wherever_they_are_shown(ada, someone, control):
    dilys = someone("dilys")
    log(ada, **{"Client code": "c7"}).press("Add a private note")
    ada.submit(values={"Private note": HOSTILE + UNSEEN, "One action": SHORT_HOSTILE + UNSEEN})
    assert "Your change is saved." in ada.reads
    ada.press("Add a private note")
    assert "<!channel>" in ada.typed("note")["value"]
    dilys.command("/cohort").press("Make a cohort")
    dilys.submit(Name=SHORT_HOSTILE + UNSEEN[:4])
    assert "<!channel>" in dilys.reads
    dilys.press("Add people").submit(People=[user_id("ada"), user_id("iona")])
    dilys.press("Enrol people").submit(values={"People": [user_id("iona")], "Roles": ["Partner"]})
    dilys.press("See all cohorts")

    _all_words_are_inert(control)


def test_hostile_words_of_a_request_are_shown_as_words_on_both_sides(ada, someone, control):
    farah = someone("farah")
    ada.command("/supervision").press("Change how, when or who")
    ada.submit(
        values={
            "What is it for?": "For me",
            "A note": HOSTILE + UNSEEN,
            "When can you?": SHORT_HOSTILE + UNSEEN,
        }
    )
    assert "Your request is sent." in ada.reads
    claims(farah)
    assert "<!channel>" in farah.reads
    farah.press("Read their note")
    assert "<@U0HOSTILE00>" in farah.reads
    ada.press("See my requests").press("Open request").press("Say it is done")
    ada.submit(values={"My next step, in my own words": HOSTILE + UNSEEN})
    assert "<!channel>" in ada.reads

    _all_words_are_inert(control)


def test_hostile_words_of_a_set_are_shown_as_words_to_everybody_in_it(
    ada, bilal, someone, bot, control
):
    dilys, emeka = someone("dilys"), someone("emeka")
    bot.settle()
    control.post("clock", now=TUESDAY)
    a_set(bot)
    joins(bilal)
    sees_set(dilys).press("Change set").submit(Name=HOSTILE_NAME + UNSEEN[:4])
    assert "<!channel>" in dilys.reads
    dilys.press("Change joining link")
    dilys.submit(values={"Joining link": "https://evil.example/<!here>|<@U0HOSTILE00>"})
    sees_set(ada).press("See joining link")
    assert "<@U0HOSTILE00>" in ada.reads
    opens_meeting(ada, 1).press("See offers of today").press("Make an offer")
    ada.submit(values={"I'd like to think about...": SHORT_HOSTILE + UNSEEN})
    opens_meeting(ada, 1).press("Write an action")
    ada.submit(values={"I will...": SHORT_HOSTILE + UNSEEN})
    assert "<!channel>" in ada.reads
    opens_meeting(bilal, 1).press("See offers of today")
    assert "<!channel>" in bilal.reads
    opens_meeting(dilys, 2).press("See what suits").press("Choose this date")
    opens_meeting(bilal, 2).press("See actions to review")
    assert "<!channel>" in bilal.reads
    opens_meeting(emeka, 1).press("See agenda").press("Start agenda").press("Close meeting")
    bot.tick()

    _all_words_are_inert(control)


def test_hostile_words_that_are_refused_come_back_as_words(ada, control):
    ada.command("/session")
    ada.submit(values={"Client code": "<!here> <@U0HOSTILE00>"})
    assert "never a name" in ada.errors["client_code"]
    ada.press("Change these")
    assert ada.typed("client_code")["value"] == "<!here> <@U0HOSTILE00>"

    _all_words_are_inert(control)


def _all_words_are_inert(control):
    """No text that anyone sees, and none that the bot sent, names, calls or leads anywhere."""
    known = {person["id"] for person in control.get("state")["people"]}
    for place in (*everyone_sees(control), *said_by_the_bot(control)):
        for kind, text, verbatim in text_objects(place):
            if kind == "mrkdwn":
                tokens = mrkdwn.active(text, verbatim=verbatim)
                assert all(t.type == "user" and t.id in known for t in tokens), text
            assert not set(text) & set("\u202e\u202c\u2066\u2069\u200f\x07\x1b\x00\u2028\ufeff"), (
                text
            )
