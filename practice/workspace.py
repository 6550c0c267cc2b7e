"""The workspace's state. One event loop changes it; whoever sees a change is told."""

import asyncio
import secrets
import string
from dataclasses import asdict
from typing import Any

from practice import people
from practice.clock import Clock
from practice.store import Store, pack, unpack
from practice.things import (
    Channel,
    ChannelKind,
    File,
    Json,
    Message,
    Notice,
    OpenView,
    Person,
    ResponseUrl,
    Trigger,
)

NOTICES_KEPT = 50


class Workspace:
    """People, channels, messages, views and files, and who has to look again."""

    def __init__(self, clock: Clock, store: Store, bot_name: str) -> None:
        """Empty until `fill`."""
        self.clock = clock
        self.store = store
        self.bot_name = bot_name
        self.people: dict[str, Person] = {}
        self.channels: dict[str, Channel] = {}
        self.direct: dict[frozenset[str], Channel] = {}
        self.files: dict[str, File] = {}
        self.homes: dict[str, OpenView] = {}
        self.modals: dict[str, list[OpenView]] = {}
        self.notices: dict[str, list[Notice]] = {}
        self.triggers: dict[str, Trigger] = {}
        self.response_urls: dict[str, ResponseUrl] = {}
        self.version = 1
        self.versions: dict[str, int] = {}
        self.changed = asyncio.Event()

    # -- filling

    def fill(self, everyone: list[Person]) -> None:
        """Put in the seeds, or what the store kept."""
        if any(True for _ in self.store.rows("person")):
            self._load()
            return
        for who in [*everyone, people.bot_user(self.bot_name)]:
            self._put_person(who)
        for channel in people.seed_channels(everyone):
            self.keep_channel(channel)
        self.touch()

    def empty(self) -> None:
        """Forget everything that was put in since the start."""
        for kind in ("person", "channel", "message", "home", "file"):
            self.store.drop(kind)
        for held in (self.people, self.channels, self.files, self.homes, self.modals):
            held.clear()
        for more in (self.direct, self.notices, self.triggers, self.response_urls):
            more.clear()

    def _load(self) -> None:
        for key, row in self.store.rows("person"):
            self.people[key] = Person(**row)
        for key, row in self.store.rows("channel"):
            members = set(row.pop("members"))
            channel = self.channels[key] = Channel(**row, members=members)
            if channel.kind in ("dm", "app"):
                self.direct[frozenset(members)] = channel
        for _, row in self.store.rows("message"):
            self.channels[row.pop("channel")].messages.append(Message(**row))
        for key, row in self.store.rows("home"):
            self.homes[key] = OpenView(**row)
        for key, row in self.store.rows("file"):
            self.files[key] = File(**{**row, "content": unpack(row["content"])})
        bot = self.people[people.BOT_USER_ID]
        self.people[bot.id] = people.bot_user(self.bot_name)

    # -- keeping

    def keep_person(self, who: Person) -> None:
        """Keep what changed about someone; everyone sees it."""
        self._put_person(who)
        self.touch()

    def _put_person(self, who: Person) -> None:
        who.updated = int(self.clock.now())
        self.people[who.id] = who
        self.store.put("person", who.id, asdict(who))

    def keep_channel(self, channel: Channel) -> None:
        """Put a channel in, or keep what changed about it."""
        self._put_channel(channel)
        self.touch(*channel.members)

    def keep_read(self, channel: Channel, person_id: str) -> None:
        """Keep how far someone has read; nobody else sees that."""
        self._put_channel(channel)
        self.touch(person_id)

    def _put_channel(self, channel: Channel) -> None:
        self.channels[channel.id] = channel
        if channel.kind in ("dm", "app"):
            self.direct[frozenset(channel.members)] = channel
        row = {
            "id": channel.id,
            "name": channel.name,
            "kind": channel.kind,
            "members": sorted(channel.members),
            "archived": channel.archived,
            "read": channel.read,
        }
        self.store.put("channel", channel.id, row)

    def keep_message(self, channel: Channel, message: Message) -> None:
        """Keep a new or changed message; an ephemeral is not kept on disk."""
        message.seen_as = None
        if message.only_for is None:
            row = {"channel": channel.id, "ts": message.ts, "body": message.body}
            self.store.put("message", f"{channel.id}:{message.ts}", row | {"files": message.files})
        self.touch(*(channel.members if message.only_for is None else [message.only_for]))

    def drop_message(self, channel: Channel, message: Message) -> None:
        """Take a message away."""
        channel.messages.remove(message)
        self.store.drop("message", f"{channel.id}:{message.ts}")
        self.touch(*(channel.members if message.only_for is None else [message.only_for]))

    def keep_file(self, file: File) -> None:
        """Keep a file."""
        self.files[file.id] = file
        self.store.put("file", file.id, asdict(file) | {"content": pack(file.content)})

    def drop_file(self, file: File) -> None:
        """Delete a file; messages that carried it lose it."""
        self.files.pop(file.id, None)
        self.store.drop("file", file.id)
        for channel_id in file.shares:
            channel = self.channels[channel_id]
            for message in [m for m in channel.messages if file.id in m.files]:
                message.files.remove(file.id)
                message.body["files"] = [
                    f for f in message.body.get("files", []) if f["id"] != file.id
                ]
                self.keep_message(channel, message)

    def keep_home(self, home: OpenView) -> None:
        """Keep someone's Home tab."""
        home.seen_as = None
        self.homes[home.person] = home
        row = {"view": home.view, "person": home.person, "state": home.state}
        self.store.put("home", home.person, row)
        self.touch(home.person)

    # -- finding

    def find_person(self, name: str) -> Person | None:
        """By id, handle (with or without @) or full name."""
        if name in self.people:
            return self.people[name]
        wanted = name.removeprefix("@").casefold()
        return next(
            (p for p in self.people.values() if wanted in (p.name, p.real_name.casefold())), None
        )

    def find_view(self, view_id: str) -> OpenView | None:
        """An open modal or a Home tab."""
        open_views = [v for stack in self.modals.values() for v in stack]
        return next((v for v in [*open_views, *self.homes.values()] if v.id == view_id), None)

    def sees_channel(self, who: Person, channel: Channel) -> bool:
        """Whether someone has this place in their list."""
        return who.id in channel.members

    def app_dm(self, person_id: str) -> Channel:
        """Someone's direct messages with the app, made on demand."""
        return self._dm("app", f"D{person_id[1:]}", {people.BOT_USER_ID, person_id})

    def dm(self, one: str, other: str) -> Channel:
        """The direct messages of two people, made on demand."""
        if people.BOT_USER_ID in (one, other):
            return self.app_dm(other if one == people.BOT_USER_ID else one)
        low, high = sorted((one, other))
        return self._dm("dm", f"D{low[2:6]}{high[2:6]}".ljust(11, "9"), {one, other})

    def _dm(self, kind: ChannelKind, channel_id: str, members: set[str]) -> Channel:
        known = self.direct.get(frozenset(members))
        if known:
            return known
        while channel_id in self.channels:
            channel_id = self.new_id("D")
        channel = Channel(channel_id, "", kind, members)
        self.keep_channel(channel)
        return channel

    # -- making

    def new_id(self, prefix: str) -> str:
        """A fresh id like Slack's."""
        letters = string.ascii_uppercase + string.digits
        return prefix + "0" + "".join(secrets.choice(letters) for _ in range(9))

    def new_ts(self, channel: Channel) -> str:
        """A `ts` nothing else in the channel has."""
        micros = int(self.clock.now() * 1_000_000)
        taken = {m.ts for m in channel.messages[-200:]}
        while (ts := f"{micros // 1_000_000}.{micros % 1_000_000:06d}") in taken:
            micros += 1
        return ts

    def event_ts(self) -> str:
        """A `ts` for an event or an action."""
        return f"{self.clock.now():.6f}"

    def new_hash(self) -> str:
        """A fresh view hash."""
        return f"{int(self.clock.now())}.{secrets.token_urlsafe(6)}"

    def post(
        self,
        channel: Channel,
        body: Json,
        *,
        only_for: str | None = None,
        files: list[str] | None = None,
    ) -> Message:
        """Put a message into a channel."""
        ts = self.new_ts(channel)
        whole = {"type": "message", **body, "ts": ts, "team": people.TEAM_ID}
        message = Message(ts, whole, only_for, files or [])
        channel.messages.append(message)
        self.keep_message(channel, message)
        return message

    def notice(self, person_id: str, text: str, where: str) -> None:
        """Show someone a line of Slack's own."""
        kept = self.notices.setdefault(person_id, [])
        kept.append(Notice(self.clock.iso(), text, where))
        del kept[:-NOTICES_KEPT]
        self.touch(person_id)

    # -- telling

    def touch(self, *person_ids: str) -> None:
        """Something these people see has changed; nobody named means everyone."""
        self.version += 1
        for person_id in person_ids or tuple(self.people):
            self.versions[person_id] = self.version
        self.changed.set()
        self.changed = asyncio.Event()

    def version_of(self, person_id: str) -> int:
        """Counts up whenever something this person sees has changed."""
        return self.versions.get(person_id, 1)

    def facts(self) -> dict[str, Any]:
        """The installation, as every payload names it."""
        return {"team_id": people.TEAM_ID, "api_app_id": people.APP_ID}
