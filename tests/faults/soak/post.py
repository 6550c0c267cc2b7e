"""Reads the workspace's ledger: what it took from the bot, and whose words went to whose screen."""

import json
import re
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from tests.faults.soak import screens
from tests.faults.soak.screens import Json
from tests.faults.soak.told import IN_A_MESSAGE, History, Push, Sight

KINDS = (
    ("file", "Here is the file you asked for."),
    ("quiet", "The bot goes quiet now"),
    ("question", "You need not answer, and nobody is told."),
    ("nudge", "You asked for a nudge today."),
    ("alert", "A supervision request is waiting."),
    ("reminder", "A supervision request is still waiting."),
    ("late", "A supervision request waits longer than was promised."),
    ("held", "There is something to look at in a request you picked up."),
    ("news", "There is news of something you asked for."),
    ("set_dates", ": which dates suit you for the next meeting?"),
    ("set_moved", ": the meeting is moved."),
    ("set_cancelled", "is cancelled. We are sorry for the change."),
    ("set_chosen", ": the meeting is on "),
    ("set_reminder", ": your meeting is "),
    ("set_few", ": fewer people can come on "),
    ("set_quorum", "That is fewer than the set needs."),
    ("set_actions", ": you took something away last time."),
    ("set_closed", ": this set has ended."),
)
CHECK_IN = re.compile(r"How is (.+?) doing\? The check-in is open until")
RESULT = re.compile(r"(Cohort \d+): how the group was doing in the check-in of \w+ (\d+ \w+ \d{4})")
ANSWERED = re.compile(r"(\d+) (?:person|people) answered")
MOVED_JUST_NOW = 1.5
SENDS = ("chat.postMessage", "files.completeUploadExternal")


@dataclass
class Post:
    """Takes the ledger in, from where it was left off."""

    history: History
    handles: dict[str, str]
    seq: int = 0
    readers: dict[str, str] = field(default_factory=dict)
    unknown: int = 0

    def take(self, entries: list[Json]) -> None:
        """Take in what is new."""
        for entry in entries:
            self.seq = entry["seq"]
            if entry["kind"] == "envelope":
                self._envelope(entry)
                continue
            if entry["kind"] == "api" and entry["method"] in SENDS and entry["ok"]:
                self._push(entry)
            self._look_for_words(entry)

    def _envelope(self, entry: Json) -> None:
        """Remember whose it was, whose trigger it brings, and whose view it is about."""
        payload = entry["payload"] or {}
        names = [
            entry["envelope_id"],
            payload.get("trigger_id"),
            (payload.get("view") or {}).get("id"),
        ]
        self.readers |= dict.fromkeys(filter(None, names), entry["user"])

    def _reader(self, entry: Json) -> str | None:
        if entry["kind"] == "ack":
            return self.readers.get(entry["envelope_id"])
        asked = entry["payload"]
        named = self.readers.get(asked.get("trigger_id")) or self.readers.get(asked.get("view_id"))
        user: str | None = entry["user"] or named
        return user

    def _push(self, entry: Json) -> None:
        text = entry["text"] or _comment(entry)
        user = entry["user"] or entry["channel"]
        to = self.handles.get(user, user or "")
        real = datetime.fromisoformat(entry["real_at"]).timestamp()
        at = datetime.fromisoformat(entry["at"])
        kind, about = classify(text, in_channel=to not in self.history.people)
        push = Push(to, kind, about, at, real, self._was(real))
        self.history.pushes.append(push)
        if kind in ("check_in", "check_in_post"):
            self.history.check_in(about, at)
        elif kind == "check_in_result":
            self._result(text)

    def _was(self, real: float) -> datetime | None:
        """Return the workspace's time as it would be had the clock not just been moved."""
        before = 0.0
        for since, ahead in self.history.timeline.ahead:
            if since <= real <= since + MOVED_JUST_NOW and before:
                return datetime.fromtimestamp(real + before, tz=UTC)
            before = ahead
        return None

    def _result(self, text: str) -> None:
        found, answered = RESULT.search(text), ANSWERED.search(text)
        if found is None:
            return
        day = datetime.strptime(found[2], "%d %B %Y").date()  # noqa: DTZ007 - a date
        check_in = self.history.check_ins.get((found[1], day))
        if check_in is not None:
            check_in.shown = int(answered[1]) if answered else 0

    def _look_for_words(self, entry: Json) -> None:
        if not entry["payload"]:
            return
        marks = screens.tags(json.dumps(entry["payload"]))
        if not marks:
            return
        reader = self._reader(entry)
        if reader is None and not entry["channel"]:
            self.unknown += 1
            return
        who = self.handles.get(reader or "", f"everyone in {entry['channel']}")
        real = datetime.fromisoformat(entry["real_at"]).timestamp()
        pushed = entry["method"] in SENDS
        where = IN_A_MESSAGE if pushed else f"{entry['kind']} {entry['method'] or ''}"
        for tag in marks & set(self.history.words):
            if pushed or self.history.words[tag].person != who:
                self.history.sights.append(Sight(who, tag, real - 3, real, where))


def classify(text: str, *, in_channel: bool) -> tuple[str, str]:
    """Return what kind of message it is, and what it is about."""
    result, check_in = RESULT.search(text), CHECK_IN.search(text)
    if result:
        return "check_in_result", f"{result[1]} {result[2]}"
    if check_in:
        return ("check_in_post" if in_channel else "check_in"), check_in[1]
    for kind, words in KINDS:
        if words in text:
            if kind == "quiet":
                return "question", "quiet"
            return kind, text.splitlines()[0] if kind.startswith("set_") else ""
    return "other", text[:60]


def _comment(entry: Json) -> str:
    payload: dict[str, Any] = entry["payload"] or {}
    return str(payload.get("initial_comment") or "")
