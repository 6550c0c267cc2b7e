"""What can be asked of the control API: one model for each POST, unknown fields refused."""

from typing import Any, Literal

from pydantic import AliasChoices, BaseModel, ConfigDict, Field, ValidationError

from practice.interact import Cannot

PERSON_NAMES = AliasChoices("person", "user", "user_id", "as")


class Ask(BaseModel):
    """Any POST. `settle_ms` is how long the app must be quiet before the answer."""

    model_config = ConfigDict(extra="forbid", populate_by_name=True)
    settle_ms: int | None = Field(default=None, ge=0, le=5000)


class Acting(Ask):
    """A POST that acts as someone, named by handle, full name or id."""

    person: str = Field(validation_alias=PERSON_NAMES)


class Command(Acting):
    """Type a slash command."""

    command: str
    text: str = ""
    channel: str | None = None


class Action(Acting):
    """Press or choose; without a place the top modal, Home and the latest messages are searched."""

    action_id: str | None = None
    label: str | None = None
    block_id: str | None = None
    value: Any = None
    view_id: str | None = None
    channel: str | None = None
    ts: str | None = None
    home: bool = False


class Submit(Acting):
    """Fill in a modal and send it."""

    view_id: str | None = None
    values: dict[str, Any] = Field(default_factory=dict)


class Close(Acting):
    """Close a modal, or all of them."""

    view_id: str | None = None
    all: bool = False


class Home(Acting):
    """Open the app's Home tab or its messages."""

    tab: Literal["home", "messages"] = "home"


class Say(Acting):
    """Write a message."""

    channel: str
    text: str = Field(min_length=1, max_length=12_000)


class Read(Acting):
    """Everything in a channel has been read."""

    channel: str


class Shortcut(Acting):
    """Choose a global shortcut, or with `channel` and `ts` one of a message."""

    callback_id: str | None = None
    name: str | None = None
    channel: str | None = None
    ts: str | None = None


class Change(BaseModel):
    """What can change about a person."""

    model_config = ConfigDict(extra="forbid")
    name: str | None = None
    real_name: str | None = None
    title: str | None = None
    tz: str | None = None
    pronouns: str | None = None
    deleted: bool | None = None
    is_guest: bool | None = None
    is_stranger: bool | None = None
    is_admin: bool | None = None


class Event(Ask):
    """Send an event, or change a person (which sends user_change)."""

    person: str | None = Field(default=None, validation_alias=PERSON_NAMES)
    event: dict[str, Any] | None = None
    change: Change | None = None


class TriggerAsk(Acting):
    """A fresh trigger_id."""


class Input(Acting):
    """Keep what is typed into an open view."""

    view_id: str | None = None
    block_id: str
    action_id: str
    value: Any = None


class Options(Acting):
    """What an external select offers."""

    action_id: str
    block_id: str | None = None
    view_id: str | None = None
    channel: str | None = None
    ts: str | None = None
    text: str = ""


class FaultAsk(Ask):
    """Trouble with the Web API, the socket or deliveries; or none any more."""

    method: str = "*"
    kind: Literal["latency", "429", "500", "drop", "refuse", "error", "timeout"] | None = None
    times: int | None = Field(default=1, ge=1)
    rate: float = Field(default=1.0, ge=0, le=1)
    latency_ms: float | tuple[float, float] = 0
    retry_after: int = Field(default=1, ge=1)
    error: str = "internal_error"
    seed: int | None = None
    skip: int = Field(default=0, ge=0)
    accept: bool | None = None
    clear: bool = False
    socket: Literal["cut", "disconnect", "refuse"] | None = None
    delivery: Literal["duplicate"] | None = None
    rate_limits: bool | None = None


class ClockAsk(Ask):
    """Move the clock: by seconds, to a moment, or to an offset from real time.

    With `settle_ms` the answer comes once the app has made no call for that long.
    """

    advance_seconds: float | None = None
    now: str | None = None
    offset_seconds: float | None = None


class Reset(Ask):
    """Back to the seeds: messages, homes, files, faults and the ledger are emptied."""


def read_as(model: type[Ask], body: Any) -> Any:
    """The body as a model; what is wrong with it is said in words."""
    try:
        return model.model_validate(body)
    except ValidationError as error:
        allowed = ", ".join(model.model_fields)
        wrong = "; ".join(_sentence(e) for e in error.errors(include_url=False))
        raise Cannot("bad_request", f"{wrong}. Allowed fields: {allowed}.") from None


def _sentence(error: Any) -> str:
    where = ".".join(str(part) for part in error["loc"]) or "the body"
    if error["type"] == "extra_forbidden":
        return f"{where} is not a field here"
    if error["type"] == "missing":
        return f"{where} is missing"
    return f"{where}: {error['msg']}"
