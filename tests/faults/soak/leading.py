"""What co-leads and facilitators do: cohorts, people, plans, sets, pauses and roles."""

import time
from collections.abc import Callable
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from tests.faults.soak.actor import Actor, Stuck
from tests.faults.soak.alone import now
from tests.faults.soak.told import LONDON, Change

CHANNEL = "C0SPRING000"
AT_ONCE = 10
LINK = "https://video.example.org/room"
ENROLLED = "enrolled, with these roles:"
PARTS = 9
OFFERS_EVERY = timedelta(days=4)


def make_cohort(me: Actor, name: str) -> None:
    """Make a cohort with a check-in every Tuesday at ten, in the channel of all."""
    me.sit_down().command("/cohort").press("Make a cohort")
    made: Change[bool] = Change(True, time.time())
    me.submit("cohort", "The cohort is made.", made, Name=name)
    me.press("Plan and phases").press("Check-ins")
    values = {
        "How often?": "Every week",
        "On which day?": "Tuesday",
        "At what time?": "10:00",
        "Which channel is it posted in?": CHANNEL,
    }
    me.submit("plan", "Your changes are saved.", made, **values)


def enrol(
    me: Actor, handles: list[str], role: str, cohort: str | None, later: Callable[[], None]
) -> None:
    """Enrol people, ten at a time; `later` lets a moment pass."""
    for first in range(0, len(handles), AT_ONCE):
        some = handles[first : first + AT_ONCE]
        me.sit_down().command("/cohort").press("Enrol people")
        values = {"People": [me.history.people[h].user for h in some], "Roles": [role]}
        values |= {"Cohort": cohort} if cohort else {}
        done: Change[bool] = Change(True, time.time())
        told = "is enrolled, with" if len(some) == 1 else ENROLLED
        while not me.submit("enrolment", told, done, **values):
            me.sit_down().command("/cohort").press("Enrol people")
        for handle in some:
            me.history.people[handle].enrolled_at = now(me)
        later()


def take_roles(me: Actor, handle: str) -> None:
    """Take every role away: they are not enrolled any more."""
    person = me.history.people[handle]
    me.command("/cohort").press("Give or take roles")
    shown: Change[bool] = Change(True, time.time())
    me.submit("roles of", "Roles they hold", shown, Person=person.user)
    change = person.here.ask(False, time.time())
    told = "They are not enrolled any more."
    me.submit("roles", told, change, **{"Roles they hold": []})


def give_role(me: Actor, handle: str) -> None:
    """Let a partner be a supervisor as well: nothing of others is theirs to read by that."""
    person = me.history.people[handle]
    me.command("/cohort").press("Give or take roles")
    shown: Change[bool] = Change(True, time.time())
    me.submit("roles of", "Roles they hold", shown, Person=person.user)
    roles = {"Roles they hold": ["Partner", "Supervisor"]}
    me.submit("roles", "The roles are saved.", Change(True, time.time()), **roles)


def pause_everything(me: Actor) -> None:
    """Pause everything, until the next step."""
    me.command("/cohort")
    if "Pause everything" not in me.labels():
        raise Stuck("paused already")
    change = me.history.programme_paused.ask(True, time.time())
    me.change("Pause everything", "Everything is paused.", change)


def let_go_on(me: Actor) -> None:
    """Let everything go on that was paused."""
    me.command("/cohort")
    change = me.history.programme_paused.ask(False, time.time())
    if "Let things go on" not in me.labels():
        # The pause was never saved, or somebody else ended it.
        change.told = time.time()
        return
    me.press("Let things go on")
    if "Pause everything" in me.labels():
        change.told = time.time()


def make_set(me: Actor, name: str, facilitator: str) -> None:
    """Make a learning set."""
    me.sit_down().command("/learning-set").press("Make a set")
    values = {
        "Name": name,
        "The set's own channel": CHANNEL,
        "Facilitator": me.history.people[facilitator].user,
        "Joining link": LINK,
    }
    me.submit("set", "The set is made.", Change(True, time.time()), **values)
    me.history.sets.append(name)
    me.history.join(f"facilitator {name}", facilitator)


def lead_sets(me: Actor) -> None:
    """Offer dates for a set, choose one, or move a meeting."""
    if not me.history.sets:
        raise Stuck("there is no set")
    name = me.luck.choice(me.history.sets)
    me.command("/learning-set").press(f"Open set {name}")
    if "Open meeting" in me.labels():
        me.press("Open meeting")
        if "See what suits" in me.labels():
            me.press("See what suits")
            if "Choose this date" in me.labels():
                told = "The date is chosen"
                me.change("Choose this date", told, Change(True, time.time()))
            return
        if "Cancel meeting" in me.labels() and me.luck.random() < 0.1:
            told = "The meeting is cancelled"
            me.change("Cancel meeting", told, Change(True, time.time()))
            return
        me.command("/learning-set").press(f"Open set {name}")
    today = now(me)
    if "Offer dates" not in me.labels() or today < me.history.offered.get(name, today):
        raise Stuck("nothing to offer")
    me.history.offered[name] = today + OFFERS_EVERY
    me.press("Offer dates")
    first = _at_two(me, 3 + me.luck.randint(0, 2))
    values = {"Date 1": first, "Date 2": _at_two(me, 6)}
    told = "Members are asked which dates suit them."
    me.history.asked_for_dates.append((name, time.time()))
    me.submit("offer dates", told, Change(True, time.time()), **values)


def _at_two(me: Actor, days: int) -> int:
    """Return two in the afternoon of a working day to come, as a form has it."""
    day = now(me).astimezone(ZoneInfo(LONDON)).date() + timedelta(days=days)
    while day.weekday() > 4:
        day += timedelta(days=1)
    return int(datetime(day.year, day.month, day.day, 14, tzinfo=ZoneInfo(LONDON)).timestamp())


def run_agenda(me: Actor) -> None:
    """Begin the meeting of one's set, go through its parts and close it."""
    _agenda(me)
    if "Start agenda" in me.labels():
        me.press("Start agenda")
    for _ in range(PARTS):
        if "Next part" not in me.labels():
            break
        me.press("Next part")
    if "Finish and close" not in me.labels():
        return
    done: Change[bool] = Change(True, time.time())
    me.change("Finish and close", "This meeting is closed.", done)
    for words in list(me.history.words.values()):
        if words.kind == "offer":
            words.gone = words.gone or Change(True, done.asked)


def _agenda(me: Actor) -> None:
    """Open the agenda of a meeting that one facilitates."""
    mine = [
        name
        for name in me.history.sets
        if any(m.who == me.person.handle for m in me.history.groups[f"facilitator {name}"])
    ]
    if not mine:
        raise Stuck("no facilitator")
    me.command("/learning-set").press(f"Open set {me.luck.choice(mine)}")
    for label in ("Open meeting", "See agenda"):
        if label not in me.labels():
            raise Stuck(f"there is no {label}")
        me.press(label)


def switch_off(me: Actor, handle: str) -> None:
    """An admin of the workspace switches somebody's account off, until the bot has heard of it."""
    person = me.history.people[handle]
    change = person.here.ask(False, time.time())
    user = {"id": person.user, "team_id": "T0PRACTICE0", "deleted": True, "profile": {}}
    for _ in range(20):
        answer = me.wire.post("event", event={"type": "user_change", "user": user}, settle_ms=0)
        if answer.get("ok"):
            change.told = time.time()
            return
        time.sleep(0.5)
