"""What people do with others: supervision, sets, check-ins, and what is shared."""

import re
import time
from collections import Counter
from datetime import UTC, date, datetime, timedelta

from tests.faults.soak import screens
from tests.faults.soak.actor import Actor, SaidNo, Stuck
from tests.faults.soak.alone import now
from tests.faults.soak.told import ALWAYS, Allowed, AskedBack, Change, Request, Words

LEVELS = ("When there's a space", "This week, please", "I'd like to talk today")
FEELINGS = ("1 - Very low", "3 - In the middle", "4 - Good", "5 - Very good")
SOME = 4
CHECK_IN = "How is {} doing?"
_USER = re.compile(r"<@(U[A-Z0-9]+)>")


# Supervision, asked for


def ask(me: Actor) -> None:
    """Ask for supervision, with a note."""
    me.command("/supervision")
    if "Ask for supervision" in me.labels():
        me.press("Ask for supervision")
    note = me.words("request_note")
    values = {
        "What is it for?": me.luck.choice(["For me", "For my practice"]),
        "How soon?": me.luck.choice(LEVELS),
        "A note": f"Something stayed with me. {note.tag}",
    }
    request = Request(me.person.handle, now(me), time.time(), note.tag)
    me.history.requests.append(request)
    sent = False
    try:
        sent = me.submit("request", "Your request is sent.", note.saved, **values)
    except SaidNo:
        del me.history.words[note.tag]
        raise
    finally:
        if not sent:
            me.history.requests.remove(request)


def look_after_request(me: Actor) -> None:
    """Open one's request; take it back, or say that it is done."""
    me.home()
    if "Open request" not in screens.labels((me.sees.get("home") or {}).get("blocks", [])):
        raise Stuck("no request")
    me.press("Open request", home=True)
    if "Take request back" in me.labels() and me.luck.random() < 0.5:
        gone: Change[bool] = Change(True, time.time())
        _over(me, gone)
        me.change("Take request back", "It was taken back.", gone)
    elif "Say it is done" in me.labels():
        me.press("Say it is done")
        step = me.words("next_step")
        done: Change[bool] = Change(True, time.time())
        _over(me, done)
        values = {"My next step, in my own words": f"Rest {step.tag}"}
        me.submit("done", "It is saved, and the request is done.", step.saved, **values)


def _over(me: Actor, gone: Change[bool]) -> None:
    """One of their requests may be over: nobody can say which, where there are several."""
    for request in list(me.history.requests):
        if request.person == me.person.handle and request.over is None:
            request.over = time.time()
    for words in _notes(me):
        if words.person == me.person.handle:
            words.gone = words.gone or Change(True, gone.asked)


def _notes(me: Actor) -> list[Words]:
    return [words for words in list(me.history.words.values()) if words.kind == "request_note"]


# Supervision, given


def pick_up(me: Actor) -> None:
    """Pick up the first request that waits, and read its note."""
    _queue(me)
    if "Pick it up" not in me.labels():
        raise Stuck("no request waits")
    since = time.time()
    maybe = [(words, Allowed(me.person.handle, since)) for words in _notes(me)]
    for words, allowed in maybe:
        words.readers.append(allowed)
    at = now(me)
    if not me.change("Pick it up", "You have picked it up.", Change(True, since)):
        _picked(me, None, at)
        return
    asked_by = _asked_by(me)
    _picked(me, asked_by, at)
    for words, allowed in maybe:
        if words.person != asked_by:
            allowed.until = time.time()
    _read_note(me)


def _picked(me: Actor, asked_by: str | None, at: datetime) -> None:
    """Note it of each request that it may have been: all, where nobody can say whose it was."""
    for request in list(me.history.requests):
        if asked_by in (None, request.person) and request.picked_at is None:
            request.picked_at = at


def _queue(me: Actor) -> None:
    me.home()
    if "See all requests" not in screens.labels((me.sees.get("home") or {}).get("blocks", [])):
        raise Stuck("not a supervisor")
    me.press("See all requests", home=True)


def _asked_by(me: Actor) -> str | None:
    users = {person.user: handle for handle, person in me.history.people.items()}
    for line in me.reads.splitlines():
        found = _USER.search(line)
        if found and "asked for supervision" in line:
            return users.get(found[1])
    return None


def _read_note(me: Actor) -> None:
    if "Read their note" in me.labels():
        me.press("Read their note")


def go_on(me: Actor) -> None:
    """Take the next step with a request that one holds."""
    _queue(me)
    if "Open request" not in me.labels():
        raise Stuck("nothing is held")
    me.press("Open request")
    asked_by, labels = _asked_by(me), me.labels()
    steps = [
        step
        for label, step in _STEPS.items()
        if label in labels and (label != "Hand it back" or me.luck.random() < 0.3)
    ]
    if not steps:
        raise Stuck("nothing to do with it")
    me.luck.choice(steps)(me, asked_by)


def _book(me: Actor, asked_by: str | None) -> None:
    me.press("Agree a time")
    day = _working_day(me.person.local(now(me)).date() + timedelta(days=1))
    values = {"Day": day.isoformat(), "Time, by your own clock": "14:00"}
    me.submit("booking", "The time is saved", Change(True, time.time()), **values)


def _working_day(day: date) -> date:
    while day.weekday() > 4:
        day += timedelta(days=1)
    return day


def _record(me: Actor, asked_by: str | None) -> None:
    me.press("Record the meeting")
    for words in _notes(me):
        if words.person == asked_by:
            # Some days after the meeting the request closes by itself.
            words.gone = words.gone or Change(True, time.time())
    me.submit("record", "The record is saved.", Change(True, time.time()))


def _close(me: Actor, asked_by: str | None) -> None:
    _ends(me, asked_by, "Close request", "The request is closed", for_good=True)


def _hand_back(me: Actor, asked_by: str | None) -> None:
    _ends(me, asked_by, "Hand it back", "It is handed back.", for_good=False)


def _hand_over(me: Actor, asked_by: str | None) -> None:
    me.press("Hand it over")
    users = {person.user: handle for handle, person in me.history.people.items()}
    others = [users[user] for user in _USER.findall(me.reads) if user in users]
    for words in _notes(me):
        if words.person == asked_by:
            words.readers += [Allowed(who, time.time()) for who in others if who != asked_by]
    if "Hand it over" in me.labels():
        _ends(me, asked_by, "Hand it over", "It is handed over.", for_good=False)


def _ends(me: Actor, asked_by: str | None, label: str, told: str, *, for_good: bool) -> None:
    done: Change[bool] = Change(True, time.time())
    notes = [words for words in _notes(me) if words.person == asked_by]
    if for_good:
        for words in notes:
            words.gone = words.gone or Change(True, done.asked)
    if not me.change(label, told, done):
        return
    for words in notes:
        for one in words.readers:
            if one.who == me.person.handle and one.until == ALWAYS:
                one.until = time.time()


_STEPS = {
    "Agree a time": _book,
    "Record the meeting": _record,
    "Close request": _close,
    "Hand it back": _hand_back,
    "Hand it over": _hand_over,
}


# What is shared


def read_shared(me: Actor) -> None:
    """Open some of what people shared."""
    me.home()
    if "Shared with me" not in screens.labels((me.sees.get("home") or {}).get("blocks", [])):
        raise Stuck("nothing can be shared with them")
    me.press("Shared with me", home=True)
    if "Open" not in me.labels():
        raise Stuck("nothing is shared")
    places = [b["block_id"] for b in screens.buttons(me.modal["blocks"]) if _opens(b)]
    for place in me.luck.sample(places, min(len(places), SOME)):
        me.press("Open", block_id=place)
        me.wire.post("close", person=me.person.handle, settle_ms=0)
        me.look()


def _opens(button: screens.Json) -> bool:
    return bool(button["text"]["text"] == "Open")


# Check-ins


def answer_check_in(me: Actor) -> None:
    """Answer the newest check-in of one's cohort, from the message or from the channel."""
    cohort = me.person.cohort
    found = [
        message
        for message in [*me.messages("app"), *me.messages("private")]
        if CHECK_IN.format(cohort) in message["text"]
        and "Answer the check-in" in screens.labels(message["blocks"])
    ]
    if not found or cohort is None:
        raise Stuck("no check-in is open")
    newest = max(found, key=lambda message: str(message["ts"]))
    asked_at = datetime.fromtimestamp(float(newest["ts"]), UTC)
    check_in = me.history.check_in(cohort, asked_at)
    if (cohort, check_in.day, me.person.handle) in me.history.answered:
        raise Stuck("answered already")
    if not me.press_in(newest, "Answer the check-in") or not me.modal:
        raise Stuck("it does not open")
    word = me.words("word", f"cohort {cohort}", "co-leads", "learning partners")
    values = {
        "How is your energy?": me.luck.choice(FEELINGS),
        "How connected do you feel to the group?": me.luck.choice(FEELINGS),
        "How supported do you feel?": me.luck.choice(FEELINGS),
        "One word, if you like": word.tag,
    }
    me.history.answered.add((cohort, check_in.day, me.person.handle))
    check_in.maybe += 1
    try:
        told = me.submit("check-in", "Your answer is in.", word.saved, **values)
    except (SaidNo, Stuck):
        return
    if told:
        check_in.maybe -= 1
        check_in.told += 1


# Sets


def _set_page(me: Actor, name: str) -> None:
    me.command("/learning-set")
    me.press(f"Open set {name}")


def _name(me: Actor) -> str:
    if not me.history.sets:
        raise Stuck("there is no set")
    number = int(me.person.handle[1:])
    return me.history.sets[number % len(me.history.sets)]


def _place(name: str, handle: str) -> str:
    return f"{name}: {handle}"


def join(me: Actor) -> None:
    """Join a set, or wait for a place."""
    name = _name(me)
    _set_page(me, name)
    label = next((one for one in ("Join set", "Wait for a place") if one in me.labels()), None)
    if label is None:
        raise Stuck("in it already")
    me.history.join(f"set {name}", me.person.handle, time.time())
    tag = _place(name, me.person.handle)
    place = Words(tag, me.person.handle, "place", Change(True, time.time()))
    me.history.words[tag] = place
    me.press(label)
    told: Change[bool] = Change(True, time.time())
    if "You have a place. Welcome to the set." in me.reads:
        place.saved.told = told.told = time.time()
    else:
        place.gone = Change(True, 0.0)


def leave(me: Actor) -> None:
    """Leave it, or stop waiting."""
    name = _name(me)
    _set_page(me, name)
    label = next((one for one in ("Leave set", "Stop waiting") if one in me.labels()), None)
    if label is None:
        raise Stuck("not in it")
    place = me.history.words.get(_place(name, me.person.handle))
    if place is not None:
        place.gone = place.gone or Change(True, time.time())
    me.press(label)
    # What the page says then is that one may join, or wait.
    if place is not None and any(one in me.labels() for one in ("Join set", "Wait for a place")):
        for member in me.history.groups[f"set {name}"]:
            if member.who == me.person.handle:
                member.until = min(member.until, time.time())


def look_at_place(me: Actor) -> None:
    """See whether one has a place; say yes to one that is kept."""
    name, begun = _name(me), time.time()
    _set_page(me, name)
    if "Yes, take the place" in me.labels():
        me.press("Yes, take the place")
        return
    tag = _place(name, me.person.handle)
    if tag in me.history.words:
        there = Counter({tag: 1} if "You have a place." in me.reads else {})
        me.history.asked_back.append(AskedBack(me.person.handle, "place", begun, there))


def tick_dates(me: Actor) -> None:
    """Say which dates suit."""
    me.home()
    if "Tick dates" not in screens.labels((me.sees.get("home") or {}).get("blocks", [])):
        raise Stuck("no dates are asked about")
    me.press("Tick dates", home=True)
    options = [
        option["text"]["text"]
        for block in me.modal["blocks"]
        for option in block.get("element", {}).get("options", ())
    ]
    chosen = [one for one in options if me.luck.random() < 0.7] or options[:1]
    told = "Thank you. Your dates are saved."
    me.submit("dates", told, Change(True, time.time()), **{"Which dates suit you?": chosen})


def _meeting(me: Actor) -> str:
    name = _name(me)
    _set_page(me, name)
    if "Open meeting" not in me.labels():
        raise Stuck("no meeting")
    me.press("Open meeting")
    return name


def reply(me: Actor) -> None:
    """Say whether one comes."""
    _meeting(me)
    for label in ("Send apologies", "I am coming"):
        if label in me.labels():
            told = "Thank you"
            me.change(label, told, Change(True, time.time()))
            return
    raise Stuck("nobody asks")


def offer(me: Actor) -> None:
    """Make an offer, on the day."""
    name = _meeting(me)
    if "See offers of today" not in me.labels():
        raise Stuck("not today")
    me.press("See offers of today")
    if "Make an offer" not in me.labels():
        raise Stuck("made already")
    me.press("Make an offer")
    words = me.words("offer", f"set {name}", f"facilitator {name}")
    values = {"I'd like to think about...": f"Saying no {words.tag}"}
    me.submit("offer", words.tag, words.saved, **values)


def act(me: Actor) -> None:
    """Write down an action after a meeting, or look at those of the set."""
    name = _meeting(me)
    if "See actions to review" in me.labels() and me.luck.random() < 0.4:
        me.press("See actions to review")
        return
    if "Write an action" not in me.labels():
        raise Stuck("no meeting was held")
    me.press("Write an action")
    words = me.words("set_action", f"set {name}", f"facilitator {name}")
    values = {"I will...": f"Say no {words.tag}"}
    me.submit("action", "Your action is saved.", words.saved, **values)
