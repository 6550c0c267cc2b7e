"""What a workspace is made of."""

from dataclasses import dataclass, field
from typing import Any, Literal

Json = dict[str, Any]
ChannelKind = Literal["channel", "private", "dm", "app"]


@dataclass
class Person:
    """Someone in the workspace, or the bot's own user."""

    id: str
    name: str
    real_name: str
    title: str = ""
    tz: str = "Europe/London"
    deleted: bool = False
    is_bot: bool = False
    is_guest: bool = False
    is_stranger: bool = False
    is_admin: bool = False
    pronouns: str = ""
    team_id: str = ""
    updated: int = 0


@dataclass
class Message:
    """A message as Slack gives it, and who alone may read it (an ephemeral)."""

    ts: str
    body: Json
    only_for: str | None = None
    files: list[str] = field(default_factory=list)
    seen_as: Json | None = None


@dataclass
class Channel:
    """A place for messages. `app` is someone's direct messages with the app."""

    id: str
    name: str
    kind: ChannelKind
    members: set[str] = field(default_factory=set)
    archived: bool = False
    messages: list[Message] = field(default_factory=list)
    read: dict[str, str] = field(default_factory=dict)

    def find(self, ts: str) -> Message | None:
        """The message with this `ts`; the newest are looked at first."""
        return next((m for m in reversed(self.messages) if m.ts == ts), None)


@dataclass
class OpenView:
    """A view on someone's screen: a modal, or their Home tab."""

    view: Json
    person: str
    state: Json = field(default_factory=dict)
    errors: dict[str, str] = field(default_factory=dict)
    submitting: bool = False
    seen_as: Json | None = None

    @property
    def id(self) -> str:
        """The view's id."""
        return str(self.view["id"])

    def as_sent(self) -> Json:
        """The view as an app receives it, with what is filled in."""
        return {**self.view, "state": {"values": self.state}}


@dataclass
class Trigger:
    """A one-use permission to open a modal for someone, for three seconds."""

    person: str
    made_at: float
    view_id: str | None = None
    channel: str | None = None
    used: bool = False


@dataclass
class ResponseUrl:
    """Five uses in thirty minutes; `message_ts` is the message it came from, if any."""

    id: str
    person: str
    channel: str
    made_at: float
    message_ts: str | None = None
    uses: int = 0


@dataclass
class File:
    """An uploaded file. `content` is None until the upload arrived."""

    id: str
    name: str
    title: str
    length: int
    user: str
    created: int
    token: str
    upload_key: str
    content: bytes | None = None
    completed: bool = False
    channels: list[str] = field(default_factory=list)
    shares: dict[str, list[str]] = field(default_factory=dict)
    mimetype: str = "application/octet-stream"
    alt: str = ""


@dataclass(frozen=True)
class Notice:
    """A line Slack itself shows someone."""

    at: str
    text: str
    where: str
