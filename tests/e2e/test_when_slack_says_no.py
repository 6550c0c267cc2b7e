"""What becomes of a message that Slack says no to: it comes later, or never, or nobody knows.

The days are those of the questions: they come on Wednesday 4 March 2026 at half past nine.
"""

import pytest

from bot.scheduler.send import WORKERS
from tests.e2e.questions import WEDNESDAY, at, begin, messages, of

POST = "chat.postMessage"
LATER = "2026-03-04T09:33:00Z"
BUSY = ["ratelimited", "rate_limited", "message_limit_exceeded"]
AWAY = ["service_unavailable", "team_added_to_org", "org_login_required", "request_timeout"]


@pytest.fixture
def bot(bot, control):
    """The bot on a Tuesday; the first questions come tomorrow."""
    begin(bot, control)
    return bot


def says(control, name):
    """Let Slack say so to every message, with the status 200, until it is clear again."""
    control.fault(method=POST, kind="error", error=name, times=None)


def ends(bot, handle="ada"):
    return [(row["state"], row["reason"]) for row in of(bot, handle, "deliveries")]


@pytest.mark.parametrize("name", [*BUSY, *AWAY])
def test_what_slack_has_no_time_for_or_is_away_for_comes_once_and_is_not_given_up(
    ada, bot, control, name
):
    says(control, name)
    at(bot, control, WEDNESDAY)
    assert messages(ada) == []
    assert ends(bot) == [("pending", None)]

    control.fault(clear=True)
    at(bot, control, LATER)

    assert len(messages(ada)) == 1
    assert ends(bot) == [("sent", None)]


@pytest.mark.parametrize("name", ["internal_error", "fatal_error"])
def test_what_slack_may_have_done_in_part_is_not_said_again(ada, bot, control, name):
    says(control, name)
    at(bot, control, WEDNESDAY)
    control.fault(clear=True)
    at(bot, control, LATER)

    assert messages(ada) == []
    assert ends(bot) == [("uncertain", "no_answer")]


@pytest.mark.parametrize("name", ["is_archived", "user_disabled", "restricted_action"])
def test_what_slack_will_say_no_to_again_is_given_up_with_its_word(ada, bot, control, name):
    says(control, name)
    at(bot, control, WEDNESDAY)
    control.fault(clear=True)
    at(bot, control, LATER)

    assert messages(ada) == []
    assert ends(bot) == [("failed", name)]


# The token


TOKEN = ["invalid_auth", "not_authed", "token_revoked", "token_expired"]
TOKEN += ["account_inactive", "missing_scope"]


def calls(control):
    return len(control.ledger(method=POST))


@pytest.mark.parametrize("name", TOKEN)
def test_what_comes_due_while_the_token_is_dead_comes_once_it_is_mended(
    someone, bot, control, caplog, name
):
    people = [someone(handle) for handle in ("ada", "bilal", "cerys")]
    says(control, name)
    before = calls(control)
    at(bot, control, WEDNESDAY)
    [*lines] = [one for one in caplog.records if getattr(one, "event", "") == "token_trouble"]
    assert {(one.levelname, one.reason) for one in lines} == {("ERROR", name)}
    assert {row["state"] for row in bot.rows("deliveries")} == {"pending"}

    tried = calls(control)
    assert before < tried <= before + WORKERS
    at(bot, control, "2026-03-04T09:31:45Z")
    assert calls(control) == tried, "one no is said of them all"

    control.fault(clear=True)
    at(bot, control, "2026-03-04T09:32:10Z")
    assert [len(messages(person)) for person in people] == [1, 1, 1]
    assert {row["state"] for row in bot.rows("deliveries")} == {"sent"}


def test_what_has_had_its_time_before_the_token_is_mended_is_late_and_does_not_come(
    ada, bot, control
):
    says(control, "token_revoked")
    at(bot, control, WEDNESDAY)
    control.fault(clear=True)
    at(bot, control, "2026-03-05T09:30:00Z")

    assert messages(ada) == []
    assert ends(bot) == [("skipped", "late")]


def test_a_request_that_nobody_could_be_told_of_is_told_once_the_token_is_mended(
    ada, someone, bot, control
):
    farah = someone("farah")
    says(control, "invalid_auth")
    ada.command("/supervision").submit(values={"What is it for?": "For me"})
    for now in ("2026-03-03T12:01:00Z", "2026-03-03T12:20:00Z", "2026-03-03T13:30:00Z"):
        at(bot, control, now)
    assert messages(farah) == []

    control.fault(clear=True)
    at(bot, control, "2026-03-03T13:32:00Z")

    assert [message["text"] for message in messages(farah)] == [
        "A supervision request is waiting. Open it when you are ready."
    ]
