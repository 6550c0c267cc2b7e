"""Somebody at their screen: what they press, what they read, and what they remember of it."""

import time
from contextlib import suppress
from dataclasses import dataclass, field
from random import Random
from typing import Any

from tests.faults.soak import screens
from tests.faults.soak.screens import Json
from tests.faults.soak.told import (
    Allowed,
    Change,
    History,
    NotSaved,
    Person,
    Sight,
    Words,
)
from tests.faults.soak.wire import Wire

TRIES = 7
WAIT_SECONDS = 0.3
WELCOME = "Welcome to Alongside"
NOT_DONE = "Not done yet"
NOT_NOW = ("Every supervisor", "There is no supervisor who")
TRY_AGAIN = ("We could not save this just now.", "Slack did not answer just now.")
UNEXPECTED = "Something went wrong on our side."


class Stuck(Exception):
    """What somebody wanted to press was not there: they leave it, as people do."""


class SaidNo(Exception):
    """The bot said kindly why not; nothing was saved."""


@dataclass
class Actor:
    """One person; only one thread at a time plays them."""

    wire: Wire
    history: History
    person: Person
    luck: Random
    marks: "Marks"
    sees: Json = field(default_factory=dict)
    since: float = 0.0
    pressed: int = 0
    retries: int = 0

    # What they see

    @property
    def modal(self) -> Json:
        """The modal on top; empty where none is open."""
        return screens.top(self.sees) or {}

    @property
    def reads(self) -> str:
        """Every text of the modal on top, and what is said beside its fields."""
        errors = "\n".join((self.modal.get("errors") or {}).values())
        return f"{screens.texts(self.modal)}\n{errors}"

    @property
    def home_tab(self) -> str:
        """Every text of the Home tab."""
        return screens.texts(self.sees.get("home") or {})

    def messages(self, kind: str = "app") -> list[Json]:
        """Return the messages of the bot to this person, newest first, each with its channel."""
        found = [
            message | {"channel": channel["id"]}
            for channel in self.sees.get("channels", ())
            if channel["kind"] == kind
            for message in channel["messages"]
            if message.get("bot_id") and not message.get("ephemeral")
        ]
        return sorted(found, key=lambda message: str(message["ts"]), reverse=True)

    def labels(self) -> list[str]:
        """Return the words on the buttons of the modal on top."""
        return screens.labels(self.modal.get("blocks", []))

    # What they do

    def sit_down(self) -> "Actor":
        """Begin with nothing open."""
        self.since = time.time()
        self._do("close", all=True)
        self.look()
        self.since = time.time()
        return self

    def look(self) -> None:
        """Look at the whole screen."""
        self._saw(self.wire.get(f"state?person={self.person.handle}&fresh=1"), "screen")

    def home(self) -> "Actor":
        """Open the Home tab, until it is drawn anew."""
        for attempt in range(TRIES):
            before = (self.sees.get("home") or {}).get("hash")
            answer = self._do("home")
            if answer.get("ok") and (self.sees.get("home") or {}).get("hash") != before:
                if "I have read this" in self.home_tab:
                    self._do("action", label="I have read this", home=True)
                    continue
                return self
            self._wait(attempt)
        raise Stuck("Home does not open")

    def command(self, name: str) -> "Actor":
        """Type a command, until a form opens."""
        for attempt in range(TRIES):
            before = len(self.sees.get("modals", ()))
            answer = self._do("command", command=name)
            if answer.get("ok") and len(self.sees.get("modals", ())) > before:
                if WELCOME not in str((self.modal.get("title") or {}).get("text")):
                    return self
                # Whoever is here for the first time reads the welcome, and goes on from there.
                self._do("submit", values={})
                if WELCOME not in str((self.modal.get("title") or {}).get("text")):
                    return self
                self._do("close", all=True)
            self._wait(attempt)
        raise Stuck(f"{name} does not open")

    def press(self, label: str, *, shows: str = "", **where: Any) -> "Actor":
        """Press a button, until something is different, or until what it `shows` is read."""
        for attempt in range(TRIES):
            before = self._looks()
            answer = self._do("action", label=label, **where)
            if answer.get("error") in {"action_not_found", "view_not_found"}:
                raise Stuck(f"{label}: not in {self.labels()}")
            if self._laid_over():
                self._wait(attempt)
                continue
            if shows and shows in self.reads:
                return self
            if not shows and answer.get("ok") and self._looks() != before:
                return self
            if shows and attempt > 1 and not self._tried_in_vain():
                break
            self._wait(attempt)
        raise Stuck(f"{label}: {self.reads[:120]!r}")

    def press_in(self, message: Json, label: str) -> bool:
        """Press a button of a message; return whether the bot answered."""
        for attempt in range(TRIES):
            answer = self._do("action", label=label, channel=message["channel"], ts=message["ts"])
            if answer.get("ok"):
                return True
            if answer.get("error") == "action_not_found":
                return attempt > 0
            self._wait(attempt)
        return False

    def change(self, label: str, told: str, change: Change[Any], **where: Any) -> bool:
        """Press what changes something; write down in `change` when it was told. Whether it was."""
        with suppress(Stuck, SaidNo):
            self.press(label, shows=told, **where)
            change.told = time.time()
        return change.told is not None

    def submit(self, form: str, told: str, change: Change[Any], **values: Any) -> bool:
        """Send the form until it is said to be saved; whether it was.

        Whenever it was not, all that was typed has to be there still.

        Raises:
            SaidNo: A rule is against it; nothing is saved.
        """
        fill: Json = values
        for attempt in range(TRIES):
            view = self.modal.get("id")
            answer = self._do("submit", values=fill)
            if told in self.reads:
                change.told = time.time()
                return True
            if answer.get("error") in {"field_not_found", "not_a_modal", "no_submit_button"}:
                raise Stuck(f"{form}: {answer.get('message')}")
            self._note_not_saved(form, view, values)
            errors = " ".join((self.modal.get("errors") or {}).values())
            if UNEXPECTED in errors:
                self.history.surprises.append(f"{form}: {errors}")
            elif errors and not any(one in errors for one in TRY_AGAIN):
                if attempt:
                    return False
                raise SaidNo(errors)
            elif any(one in self.reads for one in NOT_NOW):
                raise SaidNo(self.reads)
            fill = {}
            self._wait(attempt)
        return False

    def _note_not_saved(self, form: str, view: str | None, values: Json) -> None:
        stands = screens.typed(self.modal)
        filled_in = [one for one in values.values() if isinstance(one, str)]
        kept = self.modal.get("id") == view and all(one in stands for one in filled_in)
        self.history.not_saved.append(NotSaved(self.person.handle, form, kept))

    # Marks

    def words(self, kind: str, *readers: str) -> Words:
        """Begin to write something with a mark of its own, for these to read."""
        since = time.time()
        saved = Change(True, since)
        allowed = [Allowed(who, since) for who in readers]
        words = Words(self.marks.new(), self.person.handle, kind, saved, readers=allowed)
        self.history.words[words.tag] = words
        return words

    def _do(self, path: str, **body: Any) -> Json:
        self.pressed += 1
        answer: Json = self.wire.post(path, person=self.person.handle, settle_ms=0, **body)
        if "sees" in answer:
            self._saw(answer["sees"], path)
        return answer

    def _saw(self, sees: Json, where: str) -> None:
        self.sees = sees
        now = time.time()
        parts = {
            "home": sees.get("home"),
            "modal": sees.get("modals"),
            "message": sees.get("channels"),
        }
        for place, part in parts.items():
            for tag in screens.tags(str(part)):
                words = self.history.words.get(tag)
                if words is None:
                    continue
                if words.person != self.person.handle or self.person.erased:
                    sight = Sight(self.person.handle, tag, self.since, now, f"{where} {place}")
                    self.history.sights.append(sight)

    def _laid_over(self) -> bool:
        """Take away a page that says that something was not done; whether it may work later.

        Raises:
            SaidNo: It will not.
        """
        if (self.modal.get("title") or {}).get("text") != NOT_DONE:
            return False
        said = self.reads
        self._do("close")
        if UNEXPECTED in said:
            self.history.surprises.append(said)
        elif not any(one in said for one in TRY_AGAIN):
            raise SaidNo(said)
        return True

    def _looks(self) -> tuple[Any, ...]:
        home = self.sees.get("home") or {}
        modals = self.sees.get("modals", ())
        return (home.get("hash"), len(modals), self.modal.get("id"), self.modal.get("hash"))

    def _tried_in_vain(self) -> bool:
        """Whether the screen says that it may work later."""
        return any(one in self.reads for one in TRY_AGAIN)

    def _wait(self, attempt: int) -> None:
        self.retries += 1
        time.sleep(WAIT_SECONDS * (1 + attempt / 2))


@dataclass
class Marks:
    """Gives each piece of somebody's writing a mark that nothing else holds."""

    person: int
    number: int = 0

    def new(self) -> str:
        """Return the next one."""
        self.number += 1
        return f"zq{self.person:03x}{self.number:03x}"
