"""What becomes of a message that Slack says no to: it comes later, or never, or nobody knows.

The days are those of the questions: they come on Wednesday 4 March 2026 at half past nine.
"""

import pytest

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
