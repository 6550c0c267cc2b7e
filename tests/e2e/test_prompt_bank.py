"""A co-lead looks after the bank of reflection questions."""

from datetime import date

import pytest

from bot import ids
from bot.services.prompt_file import read_prompts
from domain.prompts import choose
from domain.sessions import Cornerstone
from practice.people import user_id
from tests.e2e.deeds import ANOTHER_ROLE
from tests.forging import Forger, sent_views

FILE = read_prompts()
FIRST = next(p for p in FILE if p.cornerstone is Cornerstone.WHOLE)
DAY = date(2026, 12, 2)


@pytest.fixture
def dilys(someone):
    """A co-lead with the bank open."""
    return someone("dilys").command("/cohort").press("Reflection questions")


@pytest.fixture
def forger(practice):
    return Forger.of(practice)


def the_bank(bot):
    with bot.database.read() as conn:
        return {prompt.id: prompt for prompt in bot.house.prompt_bank.all(conn)}


def audited(bot):
    return [row["action"] for row in bot.rows("audit") if row["kind"] == "prompt"]


def add(co_lead, text, **more):
    return co_lead.press("Add a question").submit(values={"Question": text} | more)


def change_first(co_lead, **values):
    return co_lead.press("Change").submit(values=values)


def test_the_bank_shows_ten_questions_of_one_cornerstone_at_a_time(dilys):
    assert dilys.title == "Reflection questions"
    asked = sum(not prompt.retired for prompt in FILE)
    assert f"{asked} questions can be asked." in dilys.reads
    assert FIRST.text in dilys.reads
    assert dilys.reads.count("Change") == min(
        10, sum(p.cornerstone is FIRST.cornerstone for p in FILE)
    )

    dilys.press("Evoke transformation")

    assert FIRST.text not in dilys.reads
    of_it = [p for p in FILE if p.cornerstone is Cornerstone.TRANSFORMATION]
    assert of_it[0].text in dilys.reads
    if len(of_it) > 10:
        assert of_it[10].text in dilys.press("Show the next ones").reads
        assert of_it[0].text in dilys.press("Show the ones before").reads


def test_a_question_is_added_with_an_id_of_its_own_and_is_asked(bot, dilys):
    add(
        dilys,
        "  What did the  pause tell you? ",
        Cornerstone="Dance in this moment",
        **{"Who is it for?": ["A learning partner's question"]},
    )

    assert "The question is saved." in dilys.reads
    assert f"{len(FILE) + 1} questions can be asked." in dilys.reads
    [row] = bot.rows("prompts")
    assert (row["text"], row["own"], len(row["id"])) == ("What did the pause tell you?", True, 32)
    added = the_bank(bot)[row["id"]]
    assert (added.learning, added.for_co_leads) == (True, False)
    assert added.cornerstone is Cornerstone.MOMENT
    never = [prompt.id for prompt in FILE]
    assert asked(bot, never=never) == added
    assert audited(bot) == ["prompt_added"]


def asked(bot, *, never=(), given=None):
    """What a partner would be asked next."""
    return choose(
        the_bank(bot).values(), day=DAY, given=given or {}, never=never, co_lead=False, seed="s"
    )


def test_a_question_of_the_file_is_changed_and_keeps_its_id(bot, dilys):
    change_first(dilys, Question="What did you know already?")

    assert "What did you know already?" in dilys.reads
    assert FIRST.text not in dilys.reads
    changed = the_bank(bot)[FIRST.id]
    assert (changed.text, changed.own) == ("What did you know already?", False)
    assert len(the_bank(bot)) == len(FILE)
    assert audited(bot) == ["prompt_changed"]


def test_a_question_for_co_leads_is_asked_of_nobody_else(bot, dilys):
    add(
        dilys,
        "What does the group need from us?",
        **{"Who is it for?": ["For co-leads only"]},
    )

    assert "For co-leads only" in dilys.reads
    assert asked(bot, never=[prompt.id for prompt in FILE]) is None


def test_a_retired_question_is_asked_no_more_and_comes_back(bot, dilys):
    others = [prompt.id for prompt in FILE if prompt.id != FIRST.id]
    assert asked(bot, never=others).id == FIRST.id

    dilys.press("Retire")

    assert "The question is retired." in dilys.reads
    assert asked(bot, never=others) is None
    assert f"{len(FILE) - 1} questions can be asked." in dilys.reads
    dilys.press("Bring back")
    assert "The question can be asked again." in dilys.reads
    assert asked(bot, never=others).id == FIRST.id
    assert audited(bot) == ["prompt_retired", "prompt_brought_back"]


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("   ", "Please write a question."),
        ("word " * 21, "Please keep the question to 20 words"),
        ("Tell us the story of your recovery", "This may ask for someone's story"),
        ("What were you diagnosed with?", "This may ask for someone's story"),
        ("What is your client called?", "This may ask for someone's story"),
    ],
    ids=["nothing", "too long", "a story", "a diagnosis", "a name"],
)
def test_what_nobody_is_asked_is_refused_beside_the_words_and_they_stay(bot, dilys, text, says):
    add(dilys, text, Cornerstone="Evoke transformation")

    assert says in dilys.errors["text"]
    assert dilys.typed("text")["value"].strip() == text.strip()
    assert dilys.typed("cornerstone")["selected_option"]["value"] == "evoke_transformation"
    assert bot.rows("prompts") == []


def test_the_same_form_twice_is_one_question(bot, dilys, control, forger):
    add(dilys, "What would you keep?")
    [form] = sent_views(control, ids.PROMPT_FORM)

    forger.show(dilys, form).submit(values={"Question": "What would you drop?"})

    assert "The question is saved." in dilys.reads
    assert [row["text"] for row in bot.rows("prompts")] == ["What would you keep?"]
    assert audited(bot) == ["prompt_added"]


def test_retiring_twice_is_retiring_once(bot, dilys, control):
    control.fault(delivery="duplicate")
    dilys.press("Retire")
    bot.settle()

    assert audited(bot) == ["prompt_retired"]


def test_a_question_that_is_not_there_is_not_made(bot, dilys, forger, control):
    dilys.press("Change")
    [form] = sent_views(control, ids.PROMPT_FORM)
    memory = form["private_metadata"].replace(FIRST.id, "nobody-knows")

    forger.show(dilys, form | {"private_metadata": memory}).submit(values={})

    assert "We cannot find that any more." in " ".join(dilys.errors.values())
    assert bot.rows("prompts") == []


def test_whoever_lost_the_role_meanwhile_changes_nothing(bot, dilys, someone):
    dilys.press("Change")
    emeka = someone("emeka")
    emeka.command("/cohort").press("Give or take roles").submit(Person=user_id("dilys"))
    emeka.submit(values={"Roles they hold": ["partner"]})

    dilys.submit(values={"Question": "What did you know already?"})

    assert ANOTHER_ROLE in " ".join(dilys.errors.values())
    assert dilys.typed("text")["value"] == "What did you know already?"
    assert bot.rows("prompts") == []


@pytest.mark.parametrize("handle", ["ada", "farah", "hari", "iona"])
def test_nobody_else_reads_or_changes_the_bank(bot, someone, forger, handle):
    person = someone(handle)
    for action_id in (ids.OPEN_BANK, ids.RETIRE_PROMPT, ids.OPEN_PROMPT_FORM):
        forger.press(person, action_id, FIRST.id)
        assert FIRST.text not in person.reads
    assert bot.rows("prompts") == []
