"""What the bot says to Slack: the one place that calls it."""

import logging
import threading
import time
from collections.abc import Callable
from concurrent.futures import Executor
from dataclasses import field
from functools import partial
from typing import Any
from urllib.request import Request, urlopen

from slack_sdk import WebClient

from bot.slack_calls import SlackProblem, SlackRefused, before, call, once
from bot.views.kit import Json, Message, Picture
from domain.people import Account, Profile
from domain.refusals import DirectoryUnavailable, Refused, StorageUnavailable
from domain.values import dataclass

logger = logging.getLogger(__name__)

INTERACTIVE_SECONDS = 2
BACKGROUND_SECONDS = 10
MOMENT_SECONDS = 0.15


@dataclass(frozen=True, slots=True)
class Sent:
    """Where a message stands: its channel, and its time there, which is its name."""

    channel: str
    ts: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Identity:
    """Who the bot is in the workspace."""

    team: str
    bot_user: str
    bot_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Attachment:
    """A file to hand over; the name, title and comment say nothing private."""

    name: str
    title: str
    comment: str
    content: bytes


@dataclass(frozen=True, slots=True)
class Slack:
    """Calls to Slack. No call is repeated by the client: one that lost its answer may have counted.

    `client` answers people and waits 2 seconds; `patient` works in the background and waits 10.
    """

    client: WebClient
    patient: WebClient
    background: Executor
    _waiting: set[str] = field(default_factory=set)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def open_view(self, trigger_id: str, view: Json) -> None:
        """Open a modal. Crash or fault: the person sees nothing open and can press again."""
        once(lambda: self.client.views_open(trigger_id=trigger_id, view=view))

    def push_view(self, trigger_id: str, view: Json) -> None:
        """Lay a modal over the open one."""
        once(lambda: self.client.views_push(trigger_id=trigger_id, view=view))

    def update_view(self, view_id: str, view: Json, *, patient: bool = False) -> None:
        """Change an open modal. Done twice, it is the same."""
        client = self.patient if patient else self.client
        call(lambda: client.views_update(view_id=view_id, view=view))

    def publish_home(self, user: str, view: Json, *, patient: bool = False) -> None:
        """Show a Home tab. Done twice, it is the same."""
        client = self.patient if patient else self.client
        call(lambda: client.views_publish(user_id=user, view=view))

    def tell(self, channel: str, user: str, text: str) -> None:
        """Say something that only this person sees and that is gone on reload."""
        call(lambda: self.client.chat_postEphemeral(channel=channel, user=user, text=text))

    def post(self, recipient: str, message: Message) -> Sent:
        """Say something in a channel or to an account. Asked twice, it is said twice.

        Nothing of it is unfolded or linked, and no name in it calls anybody.
        """
        if message.picture is not None:
            return self._post_picture(recipient, message.text, message.picture)
        answer = call(
            lambda: self.patient.chat_postMessage(
                channel=recipient,
                text=message.text,
                blocks=list(message.blocks) or None,
                unfurl_links=False,
                unfurl_media=False,
                link_names=False,
                parse="none",
            )
        )
        return Sent(str(answer["channel"]), str(answer["ts"]))

    def change_post(self, sent: Sent, message: Message) -> None:
        """Put other words in the place of what the bot said. Done twice, it is the same."""
        call(
            lambda: self.patient.chat_update(
                channel=sent.channel,
                ts=sent.ts,
                text=message.text,
                blocks=list(message.blocks),
                link_names=False,
                parse="none",
            )
        )

    def _post_picture(self, channel: str, text: str, picture: Picture) -> Sent:
        """Show a picture in a channel. Only the last of the calls shows anything to anyone.

        After a crash or a fault before it, nothing was said and it can all be done again.
        """
        place = before(
            lambda: self.patient.files_getUploadURLExternal(
                filename=picture.name, length=len(picture.content), alt_txt=picture.says
            )
        )
        before(lambda: _upload(str(place["upload_url"]), picture.content))
        call(
            lambda: self.patient.files_completeUploadExternal(
                files=[{"id": place["file_id"], "title": picture.name}],
                channel_id=channel,
                initial_comment=text,
            )
        )
        return Sent(channel, "")

    def send_file(self, user: str, file: Attachment, note: Callable[[str], None]) -> None:
        """Put a file into the person's messages with the bot.

        `note` is given the file's id before anything of it leaves, so that a file is never in Slack
        without our knowing to take it back. After a crash in between, the person has no file.
        """
        length = len(file.content)
        place = call(
            lambda: self.patient.files_getUploadURLExternal(filename=file.name, length=length)
        )
        note(str(place["file_id"]))
        call(lambda: _upload(str(place["upload_url"]), file.content))
        opened = call(lambda: self.patient.conversations_open(users=user))
        call(
            lambda: self.patient.files_completeUploadExternal(
                files=[{"id": place["file_id"], "title": file.title}],
                channel_id=opened["channel"]["id"],
                initial_comment=file.comment,
            )
        )

    def delete_file(self, file_id: str) -> None:
        """Take a file back. One that is gone already counts as done."""
        try:
            call(lambda: self.patient.files_delete(file=file_id))
        except SlackRefused as problem:
            if str(problem) not in {"file_not_found", "file_deleted"}:
                raise

    def look_up(self, account: Account) -> Profile:
        """Return what Slack says of an account now.

        Raises:
            DirectoryUnavailable: Slack does not say.
        """
        try:
            answer = call(lambda: self.client.users_info(user=account.user))
        except SlackProblem as problem:
            raise DirectoryUnavailable(str(problem)) from problem
        return profile_of(answer["user"], home_team=account.team)

    def everyone(self, team: str) -> list[Profile]:
        """Return every account of the workspace, a page at a time."""
        profiles: list[Profile] = []
        cursor = ""
        while True:
            page = call(partial(self.patient.users_list, limit=200, cursor=cursor))
            profiles += [profile_of(user, home_team=team) for user in page["members"]]
            cursor = (page.get("response_metadata") or {}).get("next_cursor") or ""
            if not cursor:
                return profiles

    def who_am_i(self) -> Identity:
        """Return the bot's own identity, and with it whether the token works."""
        answer = call(self.patient.auth_test)
        return Identity(
            team=answer["team_id"], bot_user=answer["user_id"], bot_id=answer.get("bot_id") or ""
        )

    def later(self, work: Callable[[], None]) -> None:
        """Do it in a moment, in the background, once the person has their answer.

        A form's answer would else take the place of what is shown by then. A fault is logged by its
        name and let go.
        """
        self.background.submit(_in_a_moment, work)

    def later_once(self, key: str, work: Callable[[], None]) -> None:
        """Do it in the background in a moment; once, if the same is asked again meanwhile."""
        with self._lock:
            if key in self._waiting:
                return
            self._waiting.add(key)
        self.later(lambda: self._not_waiting(key, work))

    def _not_waiting(self, key: str, work: Callable[[], None]) -> None:
        with self._lock:
            self._waiting.discard(key)
        work()


def profile_of(user: dict[str, Any], *, home_team: str) -> Profile:
    """Read Slack's user object.

    Someone of another organisation is `is_stranger` or of another team; in an Enterprise Grid a
    colleague's team can differ while `enterprise_user` is there.
    """
    team = user.get("team_id") or home_team
    elsewhere = team != home_team and not user.get("enterprise_user")
    return Profile(
        account=Account(home_team, user["id"]),
        tz=user.get("tz") or "",
        title=(user.get("profile") or {}).get("title") or "",
        bot=bool(user.get("is_bot")) or user["id"] == "USLACKBOT",
        guest=bool(user.get("is_restricted") or user.get("is_ultra_restricted")),
        outsider=bool(user.get("is_stranger")) or elsewhere,
        deactivated=bool(user.get("deleted")),
    )


def _upload(url: str, content: bytes) -> None:
    """Send the bytes to the address that Slack gave for them (files.getUploadURLExternal)."""
    request = Request(url, data=content, headers={"Content-Type": "application/octet-stream"})
    with urlopen(request, timeout=BACKGROUND_SECONDS):
        pass


def _in_a_moment(work: Callable[[], None]) -> None:
    time.sleep(MOMENT_SECONDS)
    try:
        work()
    except (SlackProblem, StorageUnavailable, Refused) as problem:
        reason = str(problem) if isinstance(problem, SlackProblem) else type(problem).__name__
        logger.warning("slack", extra={"event": "background_call", "reason": reason})
