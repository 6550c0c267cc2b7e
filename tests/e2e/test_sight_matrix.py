"""Who sees what, judged from outside: PRODUCT.md's matrix, each cell by the tests that show it.

What other files show already is named in the table at the end. The rest is here, in one story: a
day of Ada's on which she writes everything, and everybody goes wherever the bot leads them.
"""

import ast
import json
from pathlib import Path

import pytest

from bot import ids
from bot.scheduler import tick
from domain.check_ins import Level, Question
from domain.ids import new_id
from domain.policy import Viewer
from tests.e2e.check_in_story import opened
from tests.e2e.journal_items import ANSWER, write
from tests.e2e.set_story import TUESDAY
from tests.e2e.set_things import a_set, account_of
from tests.e2e.test_policy_matrix import CHOSEN, MAY, value_for
from tests.forging import Forger
from tests.unit.test_policy import COLUMNS, MATRIX

CLOSES = "2027-03-04T10:30:00Z"
OFFER = "Whether to carry on at the quay"
AUTHOR = "ada"
WHO = {
    Viewer.SET: "bilal",
    Viewer.CO_LEADS: "dilys",
    Viewer.FACILITATOR: "farah",
    Viewer.LEARNING_PARTNERS: "hari",
}
# What gives each thing away, wherever it is read.
MARKS = {
    "what the session was": "coaching, 2 hours",
    "client code": "C-93",
    "heaviness": "You said it was heavy.",
    "private note": "glad of the silence",
    "action": "Ask less",
    "journal item": ANSWER,
    "offer": OFFER,
    "what works": "What works for them, as they let you see:\nBreaks",
    "what works for a set": "What works for people here",
    "what was answered": "fog",
    "group result": "5 people answered.",
}
SEEING = (".open", ".show", ".read", ".question")


@pytest.fixture
def forger(practice):
    return Forger.of(practice)


@pytest.fixture
def life(bot, control, someone, forger):
    """Ada's day: a heavy session with a note, what works, a journal item, an offer, a check-in."""
    control.post("clock", now=TUESDAY)
    bot.start_over()
    ada, dilys = someone(AUTHOR), someone("dilys")
    ada.press("Change my settings", home=True)
    ada.submit(values={"What works for you?": ["Breaks"]}).close()
    ada.command("/session")
    ada.submit(values={"Client code": "C-93", "How long was it?": "2 hours"})
    ada.press("Add a private note")
    ada.submit(values={"Private note": "I was glad of the silence.", "One action": "Ask less"})
    ada.close().home().press("Open it", home=True)
    [session] = bot.rows("sessions")
    forger.press(ada, f"{ids.SAY_HEAVINESS}.heavy", session["id"])
    ada.close()
    dilys.command("/cohort").press("Make a cohort").submit(Name="Spring")
    dilys.close()
    [cohort] = bot.rows("cohorts")
    things = {"session": session["id"], "cohort": cohort["id"], "item": write(bot, AUTHOR)}
    things |= a_set(bot, leader="farah")
    bot.house.set_places.join(account_of("bilal"), things["learning_set"])
    bot.house.set_agenda.offer(
        account_of(AUTHOR), things["meeting"], OFFER, form=new_id(), confirmed=False
    )
    things["check_in"] = opened(bot, cohort["id"], "ada", "bilal", "dilys", "emeka", "farah")
    answer(bot, things, AUTHOR, "fog")
    [hari] = [p for p in bot.rows("people") if p["account"] == account_of("hari").user]
    [row] = [p for p in bot.rows("people") if p["account"] == account_of(AUTHOR).user]
    # Of somebody's id, the co-leads' pages show what they may of Ada; of a request there is none.
    return (
        things
        | dict.fromkeys(("request", "gwen", "given"), new_id())
        | {
            "subject": row["id"],
            "hari": hari["id"],
        }
    )


def answer(bot, things, handle, word):
    levels = dict.fromkeys(Question, Level.GOOD)
    bot.house.check_ins.answer(
        account_of(handle), things["check_in"], levels, word, confirmed=False
    )


def seen_by(person, forger, things):
    """What somebody reads of Ada's who goes everywhere and presses everything that shows."""
    person.close() if person.modal else None
    read = [json.dumps(person.home().sees["home"])]
    for kind, name in MAY:
        if kind == "command":
            person.command(name)
        elif kind == "click" and any(part in name for part in SEEING):
            action_id = name.replace("*", CHOSEN.get(name, ""))
            forger.press(person, action_id, value_for(action_id, things))
        else:
            continue
        read.append(person.reads)
        person.close() if person.modal else None
    words = "\n".join([*read, *person.whispers, *person.notices])
    return {what for what, mark in MARKS.items() if mark in words}


@pytest.mark.timeout(240)
def test_a_day_of_adas_is_seen_by_everybody_as_the_table_says(bot, control, someone, forger, life):
    people = {viewer: someone(handle) for viewer, handle in WHO.items()}

    def everybody():
        return {viewer: seen_by(person, forger, life) for viewer, person in people.items()}

    # She shares nothing. Co-leads see the facts of her session. On the day of the meeting, her set
    # and its facilitator see her offer.
    logged = {"what the session was", "client code"}
    offered = {Viewer.SET: {"offer"}, Viewer.FACILITATOR: {"offer"}, Viewer.CO_LEADS: logged}
    nothing = {viewer: set() for viewer in WHO}
    assert everybody() == nothing | offered
    assert seen_by(someone(AUTHOR), forger, life) == set(MARKS) - {
        "what works",
        "what works for a set",
        "what was answered",
        "group result",
    }

    # She ticks the boxes for co-leads and for sets, and shares the item with her set and the
    # learning partner.
    ada = someone(AUTHOR)
    ada.home().press("Change my settings", home=True)
    ada.submit(
        values={
            "Who may see what works for you?": [
                "Co-leads may see it, to arrange things",
                "My learning sets may see it",
            ]
        }
    ).close()
    forger.press(ada, ids.OPEN_JOURNAL_ITEM, life["item"]).press("Change words or sharing")
    ada.submit(
        values={
            "Share it with a set": "Harbour",
            "Share it with all learning partners": "With my name",
        }
    ).close()
    for viewer in (Viewer.SET, Viewer.FACILITATOR):
        assert "what works for a set" in seen_by(people[viewer], forger, life), viewer

    # Five have answered, and the check-in and the meeting are over: what they read is of five, and
    # what works for her is not there any more.
    for handle, word in (("bilal", "sun"), ("dilys", "rain"), ("emeka", "ice"), ("farah", "sky")):
        answer(bot, life, handle, word)
    bot.settle()
    control.post("clock", now=CLOSES)
    tick(bot.house)
    result = {"group result", "what was answered"}
    assert everybody() == {
        Viewer.SET: result | {"journal item"},
        Viewer.CO_LEADS: result | logged | {"what works"},
        Viewer.FACILITATOR: result,
        Viewer.LEARNING_PARTNERS: result | {"journal item"},
    }


# Which test shows each cell


DAY = "test_sight_matrix.py::test_a_day_of_adas_is_seen_by_everybody_as_the_table_says"
SUPERVISION = "test_supervision_matrix.py::"
CHOSEN_ONLY = f"{SUPERVISION}test_whoever_accepts_reads_only_what_was_chosen"
PICKED_UP = f"{SUPERVISION}test_of_a_request_that_was_picked_up_everybody_reads_what_is_theirs"
WAITS = (
    f"{SUPERVISION}test_that_a_request_waits_is_known_to_those_who_can_take_it_and_to_nobody_else"
)
UNWANTED = f"{SUPERVISION}test_whom_they_would_rather_not_have_is_in_no_count_push_or_list"
PROMISE = f"{SUPERVISION}test_co_leads_learn_that_one_waits_past_its_promise_and_nothing_else"
OFFERS = "test_set_matrix.py::test_on_the_day_everybody_reads_what_is_theirs"
OTHER_DAYS = "test_set_matrix.py::test_on_another_day_nobody_reads_an_offer"
LEADS = "test_set_matrix.py::test_a_co_lead_who_is_the_facilitator_reads_offers_as_that"
FIVE = (
    "test_check_ins.py::"
    "test_the_modal_has_the_words_and_is_for_the_group_co_leads_and_learning_partners"
)
FOUR = "test_check_ins.py::test_four_answers_are_too_few_to_show_and_that_is_fine"
SHARED = "test_sharing.py::"
IN_A_SET = "test_sharing_with_a_set.py::"
MONTH = "test_work.py::test_a_co_lead_reads_the_month_and_nothing_that_is_private"
NO_OTHER = "test_work.py::test_nobody_else_has_the_door_or_gets_in_by_its_id"
TOTALS = "test_work.py::test_totals_are_of_five_people_and_of_months_that_are_over"
TOO_FEW = "test_work.py::test_four_people_are_too_few_and_that_is_fine"
TICKED = "test_works_in_a_set.py::test_members_and_the_facilitator_read_it_of_whoever_ticked"
UNTICKED = "test_works_in_a_set.py::test_unticked_it_is_gone_at_once"

# In the order of the matrix. Where a cell allows what no page shows yet, its test shows that
# nothing is seen: a note that is shared, and an item that is shared with co-leads.
SHOWN_BY = {
    "session date, type, minutes": [
        ["test_sessions.py::test_a_session_is_logged_with_no_words_at_all", DAY],
        [CHOSEN_ONLY],
        [MONTH, DAY],
        [DAY, NO_OTHER],
        [TOTALS, TOO_FEW, DAY],
    ],
    "client code": [[DAY], [CHOSEN_ONLY], [MONTH, DAY], [DAY, NO_OTHER], [TOTALS, DAY]],
    "heaviness, energy, check-in answers": [
        [DAY],
        [CHOSEN_ONLY],
        [DAY, FIVE, FOUR],
        [DAY],
        [DAY, FIVE, FOUR],
    ],
    "private note, journal item": [
        ["test_sessions.py::test_a_private_note_is_kept_for_its_writer_alone", DAY],
        [
            f"{SHARED}test_a_supervisor_reads_what_was_shared_with_them_and_the_author_learns_when",
            f"{SHARED}test_another_supervisor_reads_nothing_of_it",
            DAY,
        ],
        [f"{SHARED}test_co_leads_and_partners_never_read_what_was_shared", DAY],
        [
            f"{IN_A_SET}test_a_member_reads_it_and_whoever_wrote_it_learns_when",
            f"{IN_A_SET}test_nobody_outside_the_set_reads_it",
            DAY,
        ],
        [f"{SHARED}test_with_a_name_the_learning_partner_learns_whose_it_is", DAY],
    ],
    "that a request exists": [
        [WAITS],
        [WAITS],
        [PROMISE, WAITS],
        [WAITS, PICKED_UP],
        ["test_supervision.py::test_a_learning_partner_sees_a_number_of_five_and_more", WAITS],
    ],
    "request note": [
        [
            "test_supervision.py::"
            "test_their_own_note_can_be_read_by_whoever_wrote_it_until_it_is_gone"
        ],
        [PICKED_UP],
        [PICKED_UP],
        [PICKED_UP],
        [PICKED_UP],
    ],
    "supervisors I'd rather not have": [
        ["test_supervision.py::test_what_was_filled_in_stays_when_the_form_unfolds"],
        [UNWANTED, PICKED_UP],
        [PICKED_UP],
        [PICKED_UP],
        [PICKED_UP],
    ],
    "offers in a set": [[OFFERS, DAY], [OFFERS], [OFFERS, LEADS], [OFFERS, OTHER_DAYS], [OFFERS]],
    "access preferences": [
        ["test_cohorts.py::test_a_co_lead_sees_what_works_for_somebody_only_if_they_share_it"],
        ["test_supervision.py::test_what_works_is_shown_where_it_is_ticked", CHOSEN_ONLY],
        [DAY, "test_cohorts.py::test_a_co_lead_sees_what_works_for_somebody_only_if_they_share_it"],
        [TICKED, UNTICKED, DAY],
        [DAY],
    ],
}


def items():
    return [line.strip("|").split("|")[0].strip() for line in MATRIX.strip().splitlines()[2:]]


@pytest.mark.parametrize("item", items())
@pytest.mark.parametrize("column", range(len(COLUMNS)), ids=map(str, COLUMNS))
def test_every_cell_is_shown_by_a_test_that_is_there(item, column):
    shown_by = SHOWN_BY[item][column]

    assert shown_by
    for name in shown_by:
        file, test = name.split("::")
        tree = ast.parse((Path(__file__).parent / file).read_text())
        assert test in {one.name for one in tree.body if isinstance(one, ast.FunctionDef)}, name
