"""What people do with a request while the bot dies, and how it stands when it is done."""

from collections.abc import Callable
from dataclasses import dataclass

from tests.faults.office import ADA, FARAH, GWEN
from tests.workspace import Someone

NOTE = "Something stayed with me."


@dataclass(frozen=True, slots=True)
class Deed:
    """Something a person does to a request.

    `go` brings them to where they press, `press` does it, and `said` is what they read when it is
    done. `action` is its line in the audit trail. `state` is how the request stands then, and
    `holder` who has it. `before` is what was done to it first.
    """

    name: str
    handle: str
    go: Callable[[Someone], object]
    press: Callable[[Someone], object]
    said: str
    action: str
    state: str
    holder: str | None = None
    before: tuple[str, ...] = ("ask",)


def ask_form(ada: Someone) -> None:
    ada.command("/supervision")
    if ada.title != "Ask for supervision":
        ada.press("Ask for supervision")


def _held(farah: Someone) -> None:
    farah.home().press("See all requests", home=True).press("Open request")


def own(ada: Someone) -> None:
    ada.home().press("Open request", home=True)


def queue(farah: Someone) -> None:
    farah.home().press("See all requests", home=True)


def _then(go: Callable[[Someone], object], label: str) -> Callable[[Someone], object]:
    return lambda person: (go(person), person.press(label))


def _pressing(label: str) -> Callable[[Someone], object]:
    return lambda person: person.press(label)


def _submitting(**values: str) -> Callable[[Someone], object]:
    return lambda person: person.submit(values=values)


def _booking(person: Someone) -> None:
    person.submit(values={"Day": "2027-03-04", "Time, by your own clock": "14:00"})


TAKEN = ("ask", "claim")
DEEDS = (
    Deed(
        "ask",
        ADA,
        ask_form,
        lambda ada: ada.submit(values={"What is it for?": "For me", "A note": NOTE}),
        "Your request is sent.",
        "request_sent",
        "open",
        before=(),
    ),
    Deed(
        "claim",
        FARAH,
        queue,
        _pressing("Pick it up"),
        "You have picked it up.",
        "request_claimed",
        "claimed",
        FARAH,
    ),
    Deed(
        "hand_back",
        FARAH,
        _held,
        _pressing("Hand it back"),
        "It is handed back.",
        "request_handed_back",
        "open",
        before=TAKEN,
    ),
    Deed(
        "hand_over",
        FARAH,
        _then(_held, "Hand it over"),
        _pressing("Hand it over"),
        "It is handed over.",
        "request_handed_over",
        "claimed",
        GWEN,
        before=TAKEN,
    ),
    Deed(
        "book",
        FARAH,
        _then(_held, "Agree a time"),
        _booking,
        "The time is saved",
        "request_booked",
        "booked",
        FARAH,
        before=TAKEN,
    ),
    Deed(
        "record",
        FARAH,
        _then(_held, "Record the meeting"),
        _submitting(),
        "The record is saved.",
        "request_met",
        "met",
        FARAH,
        before=TAKEN,
    ),
    Deed(
        "close",
        FARAH,
        _held,
        _pressing("Close request"),
        "The request is closed",
        "request_closed",
        "closed",
        FARAH,
        before=(*TAKEN, "record"),
    ),
    Deed(
        "withdraw",
        ADA,
        own,
        _pressing("Take request back"),
        "It was taken back.",
        "request_withdrawn",
        "withdrawn",
    ),
    Deed(
        "done",
        ADA,
        _then(own, "Say it is done"),
        _submitting(),
        "It is saved, and the request is done.",
        "request_closed",
        "closed",
        FARAH,
        before=TAKEN,
    ),
)
# What somebody reads who presses once more after it was done.
DONE_ALREADY = {
    "hand_back": "You gave this request back",
    "hand_over": "You gave this request back, or to somebody else.",
    "record": "The meeting of this request is recorded already.",
    "close": "This request is done.",
}
# What is planned with each, and how many of it.
PLANNED = {
    "ask": ("supervision_alert", 2),
    "claim": ("supervision_news", 1),
    "hand_back": ("supervision_news", 2),
    "hand_over": ("supervision_held", 1),
    "book": ("supervision_news", 2),
    "record": ("supervision_news", 2),
}
