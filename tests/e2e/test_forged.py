"""Ids and values that no page of the bot offered: another person's, or nobody's."""

import pytest

from bot import ids
from domain.ids import new_id
from tests.e2e.deeds import SAVED, log, stored
from tests.forging import Forger, sent_views

NOT_FOUND = "We cannot find that any more. It may have been deleted."
TOO_LATE = "It is too late to bring that back. The minute is over."


@pytest.fixture
def forger(practice):
    return Forger.of(practice)


CLICKS = (
    ids.OPEN_SESSION,
    ids.EDIT_SESSION,
    ids.DELETE_SESSION,
    ids.OPEN_MORE,
    f"{ids.SAY_HEAVINESS}.heavy",
    f"{ids.SAY_WISH}.supervisor",
    ids.UNDO_DELETE,
)


@pytest.fixture
def bilals(bilal, bot):
    """The id of a session of somebody else, with a private note."""
    bilal.close().command("/session").press("Change these")
    bilal.submit(values={"Client code": "B-66", "Travel": "2 hours", "Is it paid?": "Unpaid"})
    bilal.press("Add a private note").submit(values={"Private note": "It was long."})
    [session] = bot.rows("sessions")
    return session["id"]


@pytest.mark.parametrize("action_id", CLICKS)
def test_somebody_elses_session_is_refused_like_one_that_never_was(
    ada, bot, forger, bilals, action_id
):
    before = stored(bot)
    never = forger.press(ada, action_id, new_id()).reads

    assert forger.press(ada, action_id, bilals).reads == never
    assert (TOO_LATE if action_id == ids.UNDO_DELETE else NOT_FOUND) in never
    assert stored(bot) == before


def test_somebody_elses_deleted_session_is_refused_like_one_that_never_was(
    ada, bilal, bot, forger, bilals
):
    bilal.close().home().press("Open it").press("Delete session")
    before = stored(bot)

    for action_id in CLICKS:
        never = forger.press(ada, action_id, new_id()).reads
        assert forger.press(ada, action_id, bilals).reads == never
    assert stored(bot) == before


@pytest.mark.parametrize("which", ["next_page", "earlier", "first_page"])
def test_pages_after_somebody_elses_session_tell_nothing(ada, bot, forger, bilals, which):
    log(ada)
    month = bot.rows("sessions")[0]["on_date"].strftime("%Y-%m")

    def page(session_id):
        forger.press(ada, f"{ids.SHOW_MONTH}.{which}", f"{month} 2 {session_id}")
        return ada.reads

    assert page(bilals) == page(new_id())
    assert "B-66" not in ada.reads


@pytest.mark.parametrize(
    ("callback_id", "way", "values"),
    [
        pytest.param(
            ids.SESSION_FORM, "Change session", {"How long was it?": "15 minutes"}, id="facts"
        ),
        pytest.param(ids.SESSION_MORE_FORM, "Add a private note", {"Private note": "x"}, id="note"),
    ],
)
def test_a_form_with_somebody_elses_session_changes_nothing(
    ada, control, bot, forger, bilals, callback_id, way, values
):
    log(ada).press(way)
    view = sent_views(control, callback_id)[-1]
    mine = next(row["id"] for row in bot.rows("sessions") if row["id"] != bilals)
    assert mine in view["private_metadata"]
    before = stored(bot)

    def sent_with(session_id):
        metadata = view["private_metadata"].replace(mine, session_id)
        forger.show(ada, view | {"private_metadata": metadata}).submit(values=values)
        return ada.errors

    never = sent_with(new_id())
    assert sent_with(bilals) == never
    assert NOT_FOUND in " ".join(never.values())
    assert stored(bot) == before


def test_a_new_session_cannot_be_filled_in_like_somebody_elses(ada, control, bot, forger, bilals):
    log(ada)
    ada.close().command("/session")
    view = sent_views(control, ids.SESSION_FORM)[-1]
    mine = next(row["id"] for row in bot.rows("sessions") if row["id"] != bilals)
    metadata = view["private_metadata"].replace(mine, bilals)

    forger.show(ada, view | {"private_metadata": metadata}).submit()

    assert SAVED in ada.reads
    assert "paid, no preparation, no travel." in ada.reads
    assert "B-66" not in ada.reads


def test_somebody_elses_form_is_no_way_to_their_session(ada, control, bot, forger, bilals):
    theirs = sent_views(control, ids.SESSION_FORM)[0]

    forger.show(ada, theirs).submit()

    assert SAVED not in (ada.reads or "")
    assert "B-66" not in ada.reads
    assert [row["id"] for row in bot.rows("sessions")] == [bilals]


@pytest.mark.parametrize(
    "metadata", ["", "{}", "null", "[]", '{"form": "x"}', "not json", "9" * 90]
)
@pytest.mark.parametrize("callback_id", [ids.SESSION_FORM, ids.SESSION_MORE_FORM])
def test_a_form_whose_memory_was_tampered_with_is_too_old_to_use(
    ada, control, bot, forger, callback_id, metadata
):
    log(ada).press("Add a private note")
    before = stored(bot)
    view = sent_views(control, callback_id)[-1]

    forger.show(ada, view | {"private_metadata": metadata}).submit()

    assert "This form is too old to use." in " ".join(ada.errors.values())
    assert stored(bot) == before


def test_an_option_that_was_never_offered_is_kindly_refused(ada, control, bot, forger):
    ada.command("/session")
    [view] = sent_views(control, ids.SESSION_FORM)
    for block in view["blocks"]:
        if block.get("block_id") in {"type", "minutes", "mode"}:
            forged = {"text": {"type": "plain_text", "text": "forged"}, "value": "forged"}
            block["element"]["options"].append(forged)
            block["element"]["initial_option"] = forged

    forger.show(ada, view).submit()

    assert set(ada.errors) == {"type", "minutes", "mode"}
    assert set(ada.errors.values()) == {"Please choose one from the list."}
    assert bot.rows("sessions") == []


@pytest.mark.parametrize("minutes", ["7", "0", "-60", "100000", "60.5", "\u0661\u0665"])
def test_minutes_that_no_list_offers_are_kindly_refused(ada, control, bot, forger, minutes):
    ada.command("/session")
    [view] = sent_views(control, ids.SESSION_FORM)
    for block in view["blocks"]:
        if block.get("block_id") == "minutes":
            forged = {"text": {"type": "plain_text", "text": "forged"}, "value": minutes}
            block["element"]["options"].append(forged)
            block["element"]["initial_option"] = forged

    forger.show(ada, view).submit()

    assert "lease choose" in ada.errors["minutes"]
    assert bot.rows("sessions") == []
