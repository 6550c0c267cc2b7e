"""What a person reads when something went wrong, and what the log keeps of it.

The log gets the type, the place and the request's id; never a message, because a message may hold
what somebody typed.
"""

import json
import traceback
from collections.abc import Mapping
from logging import getLogger
from typing import Any

from slack_bolt import App, BoltContext, BoltRequest, BoltResponse

from bot import ids
from bot.handlers.answers import show
from bot.house import House
from bot.slack_calls import SlackProblem
from bot.views import kit
from bot.words import Words
from domain.ids import new_id
from domain.people import Account
from domain.refusals import DirectoryUnavailable, NotValid, Refused, StorageUnavailable
from storage.vault import CannotOpen

logger = getLogger(__name__)

Body = Mapping[str, Any]

REFUSED_ACTS = frozenset({"not_enrolled", "role_needed", "not_found"})
"""Refusals that say something about who may what, not about what was filled in."""


def register(app: App) -> None:
    """Route every exception of every listener here."""
    app.error(report)


def report(
    error: Exception, request: BoltRequest, body: Body, context: BoltContext
) -> BoltResponse:
    """Answer in words; keep what they typed on screen; log what was not expected."""
    house: House = context["house"]
    kind = body.get("type")
    if isinstance(error, Refused) and error.reason in REFUSED_ACTS:
        _write_down(house, context["by"], body, error.reason)
    text = _text(error, house.words)
    if kind == "view_submission":
        fields = _by_field(error, body, house, text)
        if not fields:
            return _json({"response_action": "update", "view": _page(house.words, text)})
        return _json({"response_action": "errors", "errors": fields})
    if kind in {"block_actions", "shortcut"}:
        _lay_over(house, body, text)
        return BoltResponse(status=200)
    if "command" in body:
        return _json({"response_type": "ephemeral", "text": text})
    # An event that is not acknowledged is sent again by Slack.
    return BoltResponse(status=503)


def _write_down(house: House, by: Account, body: Body, reason: str) -> None:
    """Keep in the audit trail that somebody tried what they may not; then answer all the same."""
    actions = body.get("actions") or [{}]
    name = body.get("command") or actions[0].get("action_id") or body.get("callback_id")
    name = name or body.get("view", {}).get("callback_id") or "event"
    try:
        house.upkeep.refused(by, str(name), reason)
    except StorageUnavailable as trouble:
        _log(trouble, new_id()[:8])


def _text(error: Exception, words: Words) -> str:
    if isinstance(error, Refused):
        return words(f"refusal.{error.reason}", **error.values)
    if isinstance(error, NotValid):
        return words(f"refusal.{next(iter(error.problems.values()))}")
    request_id = new_id()[:8]
    _log(error, request_id)
    if isinstance(error, StorageUnavailable):
        return words("error.not_saved")
    if isinstance(error, SlackProblem | DirectoryUnavailable):
        return words("error.slack")
    if isinstance(error, CannotOpen):
        return words("error.cannot_open", code=request_id)
    return words("error.unexpected", code=request_id)


def _log(error: Exception, request_id: str) -> None:
    frames = traceback.extract_tb(error.__traceback__)
    place = f"{frames[-1].name}:{frames[-1].lineno}" if frames else ""
    ours = [f for f in frames if "/bot/" in f.filename or "/storage/" in f.filename]
    if ours:
        place = f"{ours[-1].name}:{ours[-1].lineno}"
    logger.error(
        "listener",
        extra={
            "event": "listener_error",
            "error_type": type(error).__name__,
            "place": place,
            "request": request_id,
        },
    )


def _by_field(error: Exception, body: Body, house: House, text: str) -> dict[str, str]:
    """Put each sentence beside its field; what belongs to none stands beside the first input."""
    inputs = [b["block_id"] for b in body["view"]["blocks"] if b["type"] == "input"]
    if isinstance(error, NotValid):
        named = {
            field: house.words(f"refusal.{reason}")
            for field, reason in error.problems.items()
            if field in inputs
        }
        if named:
            return named
    return {inputs[0]: text} if inputs else {}


def _lay_over(house: House, body: Body, text: str) -> None:
    """Say it in a modal of its own. Slack may be what went wrong; then nothing can be said."""
    view = _page(house.words, text)
    try:
        show(house, body, view)
    except SlackProblem as problem:
        logger.warning("slack", extra={"event": "error_not_shown", "reason": str(problem)})


def _page(words: Words, text: str) -> kit.Json:
    return kit.modal(
        words("error.title"),
        [kit.say(text), kit.buttons(kit.button(words("support.open"), ids.OPEN_SUPPORT))],
        callback_id=ids.READ_ONLY_VIEW,
        close=words("close.done"),
    )


def _json(answer: dict[str, Any]) -> BoltResponse:
    return BoltResponse(
        status=200, body=json.dumps(answer), headers={"content-type": ["application/json"]}
    )
