"""One call to Slack: counted, and the names of what can go wrong with it."""

import http.client
import re
import socket
import time
from collections.abc import Callable
from typing import Any
from urllib.error import URLError

from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError, SlackRequestError
from slack_sdk.web import SlackResponse

from bot.figures import Figures

_LONGEST_WAIT = 86_400.0
_NAME = re.compile(r"[a-z0-9_]{1,60}")


class SlackProblem(Exception):
    """Slack did not do it. The text is Slack's own error name, never anything private."""


class SlackRefused(SlackProblem):
    """Slack said no, and will say so again."""


class TokenRefused(SlackRefused):
    """Slack does not take our token: it says no to everything, until the token is mended."""


class SlackBusy(SlackProblem):
    """Slack asks to slow down; `retry_after` is in seconds."""

    def __init__(self, retry_after: float) -> None:
        """Keep how long to wait."""
        super().__init__("ratelimited")
        self.retry_after = retry_after


class SlackSilent(SlackProblem):
    """No answer, or a broken one: it may have happened or not."""


class SlackUnreachable(SlackSilent):
    """Slack could not be reached, or was not there for it: it surely did not happen."""


class CountedClient(WebClient):
    """A client whose calls are counted, by method and by what became of them."""

    def __init__(self, figures: Figures, *args: Any, **settings: Any) -> None:
        """Take what `WebClient` takes."""
        super().__init__(*args, **settings)
        self._figures = figures

    def api_call(self, api_method: str, **said: Any) -> SlackResponse:
        """Call a method of Slack's."""
        began, outcome = time.perf_counter(), "silent"
        try:
            answer = super().api_call(api_method, **said)
            outcome = "ok"
        except SlackApiError as error:
            outcome = _OUTCOMES[type(_named(error))]
            raise
        finally:
            self._figures.called(api_method, outcome, time.perf_counter() - began)
        return answer


_OUTCOMES: dict[type[SlackProblem], str] = {
    SlackRefused: "refused",
    TokenRefused: "refused",
    SlackBusy: "busy",
    SlackSilent: "silent",
    SlackUnreachable: "silent",
}
# Slack's own names, as chat.postMessage and conversations.open document them. They come with the
# status 200 as well.
_BUSY = frozenset({"ratelimited", "rate_limited", "message_limit_exceeded"})
# It was not looked at: Slack is away for a while, the workspace is being moved, or what was asked
# did not arrive whole.
_NOT_DONE = frozenset(
    {"service_unavailable", "team_added_to_org", "org_login_required", "request_timeout"}
)
# "It's possible some aspect of the operation succeeded before the error was raised."
_PERHAPS_DONE = frozenset({"internal_error", "fatal_error"})
# `account_inactive` too is said of the token, not of whom a message is for.
_TOKEN_TROUBLE = frozenset(
    {"invalid_auth", "not_authed", "token_revoked", "token_expired"}
    | {"account_inactive", "missing_scope"}
)


def call(request: Callable[[], Any]) -> Any:
    """Call, and return what Slack answers.

    Raises:
        SlackProblem: By what went wrong.
    """
    try:
        return request()
    except SlackApiError as error:
        raise _named(error) from None
    except URLError as error:
        if isinstance(error.reason, ConnectionRefusedError | socket.gaierror):
            raise SlackUnreachable(type(error.reason).__name__) from None
        raise SlackSilent(type(error).__name__) from None
    except (SlackRequestError, http.client.HTTPException, OSError) as error:
        raise SlackSilent(type(error).__name__) from None


def before(request: Callable[[], Any]) -> Any:
    """Call for something that nobody sees yet: without an answer, nothing was said."""
    try:
        return call(request)
    except SlackSilent as problem:
        raise SlackUnreachable(str(problem)) from None


def once(request: Callable[[], Any]) -> None:
    """Call with a trigger. One that was used up has done its work: the click arrived twice."""
    try:
        call(request)
    except SlackRefused as problem:
        if str(problem) != "exchanged_trigger_id":
            raise


def _named(error: SlackApiError) -> SlackProblem:
    """Return what Slack's answer means. A name is a word; the library puts a page's text there."""
    response = error.response
    status = getattr(response, "status_code", 200)
    name = str(response.get("error", "")) if hasattr(response, "get") else ""
    if status == 429 or name in _BUSY:
        return SlackBusy(_retry_after(getattr(response, "headers", {})))
    if not _NAME.fullmatch(name):
        return SlackSilent(str(status))
    if status >= 500 or name in _PERHAPS_DONE:
        return SlackSilent(name)
    if name in _NOT_DONE:
        return SlackUnreachable(name)
    return (TokenRefused if name in _TOKEN_TROUBLE else SlackRefused)(name)


def _retry_after(headers: Any) -> float:
    values = {str(k).lower(): v for k, v in dict(headers).items()}
    value = values.get("retry-after", "30")
    value = value[0] if isinstance(value, list) else value
    try:
        return min(max(1.0, float(value)), _LONGEST_WAIT)
    except ValueError:
        return 30.0
