"""What became of what the bot sent by itself, in words for an operator. It names nobody."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime, timedelta

from domain.deliveries import Kind, State
from storage import outbox_figures
from storage.engine import Connection
from storage.outbox_figures import Waiting

PERIOD = timedelta(days=7)
LAG_ALLOWED = timedelta(minutes=15)

Outcomes = Iterable[tuple[Kind, State, str | None, int]]

_KINDS = {
    Kind.PROMPT: ("reflection question", "reflection questions"),
    Kind.NUDGE: ("own nudge", "own nudges"),
    Kind.CHECK_IN: ("check-in message", "check-in messages"),
    Kind.CHECK_IN_POST: ("check-in post", "check-in posts"),
    Kind.CHECK_IN_RESULT: ("check-in result", "check-in results"),
    Kind.GOES_SOON: ("notice that something goes", "notices that something goes"),
    Kind.SUPERVISION_ALERT: ("supervision alert", "supervision alerts"),
    Kind.SUPERVISION_REMINDER: ("supervision reminder", "supervision reminders"),
    Kind.SUPERVISION_HELD: ("reminder to a supervisor", "reminders to supervisors"),
    Kind.SUPERVISION_LATE: ("note to a co-lead", "notes to co-leads"),
    Kind.SUPERVISION_NEWS: ("word of news on a request", "words of news on requests"),
    Kind.SET_DATES: ("question about a set's dates", "questions about a set's dates"),
    Kind.SET_CHOSEN: ("date of a set", "dates of sets"),
    Kind.SET_MOVED: ("moved meeting of a set", "moved meetings of sets"),
    Kind.SET_CANCELLED: ("cancelled meeting of a set", "cancelled meetings of sets"),
    Kind.SET_REMINDER: ("reminder of a set", "reminders of sets"),
    Kind.SET_FEW: ("note that few can come", "notes that few can come"),
    Kind.SET_QUORUM: ("offer to move a meeting", "offers to move a meeting"),
    Kind.SET_ACTIONS: ("question about actions", "questions about actions"),
    Kind.SET_ROLE: ("role in a set", "roles in sets"),
    Kind.SET_PLACE: ("offer of a place in a set", "offers of a place in a set"),
    Kind.SET_PLACE_OVER: ("place in a set that was passed on", "places that were passed on"),
    Kind.SET_FACILITATOR: ("note to a facilitator", "notes to facilitators"),
    Kind.SET_NO_FACILITATOR: ("call for a facilitator", "calls for a facilitator"),
    Kind.SET_CLOSED: ("note that a set has ended", "notes that a set has ended"),
    Kind.SET_PART: ("part of an agenda", "parts of an agenda"),
    Kind.SET_TWO_MINUTES: ("call of two minutes", "calls of two minutes"),
    Kind.SET_TIME_UP: ("call of the time", "calls of the time"),
    Kind.SET_END: ("end of a meeting", "ends of meetings"),
}
_STATES = {
    State.SENT: "sent",
    State.FAILED: "not taken by Slack",
    State.UNCERTAIN: "uncertain",
    State.SKIPPED: "not sent",
}
_REASONS = {
    "late": "its time was over when the bot could send it",
    "own_choice": "the person's own choice",
    "left": "the person is not enrolled any more",
    "rest": "their cohort rests",
    "paused": "a co-lead paused everything",
    "closed": "there was no need for it any more",
    "changed": "what it was about had changed meanwhile",
    "together": "another one came at the same time, and one was enough",
    "nothing_left": "there is no question left for the person",
    "gone_already": "there was nothing left that goes soon",
    "restored": "it may have been sent before a backup was put back",
    "broken": "a fault of our own, again and again; look for push_broke in the log",
    "no_answer": "Slack did not say whether it took it; it is not sent twice",
    "never_answered": "it was sent several times, and Slack never said whether it took it",
    "stopped": "the bot was stopped while it was sending; it is not sent twice",
}
_WHAT_TO_DO = {
    "not_in_channel": "invite the bot to the channel",
    "channel_not_found": "invite the bot to the channel, or choose another one",
    "is_archived": "choose another channel",
    "user_disabled": "the account is switched off in Slack",
    "user_not_found": "the account is gone from Slack",
    "account_inactive": "the account of the app itself is off; install the app again",
    "token_revoked": "install the app again",
    "token_expired": "install the app again",
    "invalid_auth": "install the app again",
    "not_authed": "install the app again",
    "missing_scope": "install the app again",
}


def waiting_in_words(waiting: Waiting, now: datetime) -> str:
    """Say how much is due and not sent yet, and for how long."""
    if waiting.since is None:
        return "Nothing that is due waits to be sent."
    number = f"{waiting.count} {'message waits' if waiting.count == 1 else 'messages wait'}"
    return f"{number} to be sent, the first for {_length(now - waiting.since)}."


def outcomes_in_words(outcomes: Outcomes) -> Iterator[str]:
    """Say for each kind, state and reason how often, one line each."""
    for kind, state, reason, count in outcomes:
        text = f"{count} {_KINDS[kind][count != 1]}: {_STATES.get(state, state.value)}"
        if reason is not None:
            text += f", {_REASONS.get(reason) or _refused(reason)}"
        yield f"{text}."


def report(conn: Connection, *, now: datetime) -> tuple[Waiting, Sequence[str]]:
    """Return what waits, and lines on what became of the last seven days."""
    waiting = outbox_figures.waiting(conn, now=now)
    return waiting, list(outcomes_in_words(outbox_figures.outcomes(conn, since=now - PERIOD)))


def _refused(reason: str) -> str:
    advice = _WHAT_TO_DO.get(reason)
    return f"Slack says {reason}" + (f"; {advice}" if advice else "")


def _length(waited: timedelta) -> str:
    minutes = max(0, int(waited.total_seconds() // 60))
    if minutes < 120:
        return f"{minutes} {'minute' if minutes == 1 else 'minutes'}"
    return f"{minutes // 60} hours" if minutes < 2880 else f"{minutes // 1440} days"
