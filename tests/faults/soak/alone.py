"""What somebody does for themselves: sessions, reflections, a nudge, settings, their data."""

import csv
import io
import time
from collections import Counter
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from datetime import time as clock_time

from tests.faults.soak import screens
from tests.faults.soak.actor import Actor, SaidNo, Stuck
from tests.faults.soak.told import AskedBack, Change, Quiet, Rhythm, Session, fixed

LENGTHS = {"45 minutes": 45, "1 hour": 60, "1 hour 30 minutes": 90, "2 hours": 120}
DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday")
TIMES = ("09:30", "11:00", "14:30", "16:00")
FILE_SECONDS = 10
TABLE, COPY = "alongside-sessions.csv", "alongside-my-data.json"
ERASE_SECONDS = 60
SETTLES_SECONDS = 0.5
NOT_ENROLLED = "Alongside is for people in the programme."


def now(me: Actor) -> datetime:
    """Return the workspace's time, as the screen has it."""
    return datetime.fromisoformat(me.sees["clock"]["now"]).astimezone(UTC)


def mine(me: Actor) -> list[Session]:
    """Return the sessions they may have."""
    return [one for one in me.history.sessions if one.person == me.person.handle]


# Sessions


def log_session(me: Actor) -> None:
    """Log one; sometimes say that it was heavy, or write a private note."""
    me.command("/session")
    code = f"K-{len(mine(me)) + 1:04}"
    length = me.luck.choice(sorted(LENGTHS))
    minutes = fixed(LENGTHS[length])
    session = Session(me.person.handle, code, minutes, Change(True, time.time()))
    me.history.sessions.append(session)
    values = {"Client code": code, "How long was it?": length}
    if not me.submit("session", "Your session is saved.", session.logged, **values):
        return
    after = me.luck.random()
    if after < 0.2:
        heavy = Change(now(me), time.time())
        me.person.heavy.append(heavy)
        me.change("Heavy", "Thank you for saying so.", heavy)
    elif after < 0.5:
        _note(me, session)
    elif after < 0.8:
        count_on_home(me)


def mistype(me: Actor) -> None:
    """Write a name where a code belongs: it is said beside the field, and what they wrote stays."""
    me.command("/session")
    mark = me.marks.new()
    with suppress(SaidNo):
        me.submit("mistyped", "Your session is saved.", Change(True, 0.0), **{"Client code": mark})
        raise Stuck("a name was taken for a code")


def _note(me: Actor, session: Session) -> None:
    me.press("Add a private note")
    note, action = me.words("note"), me.words("action")
    values = {
        "Private note": f"I was glad of it. {note.tag}",
        "One action": f"Ask less {action.tag}",
    }
    session.words += [note, action]
    saved: Change[bool] = Change(True, time.time())
    me.submit("private note", "Your change is saved.", saved, **values)
    note.saved.told = action.saved.told = saved.told


def _latest(me: Actor) -> Session:
    """Open the latest session from Home; return which it is."""
    me.home()
    if "Open it" not in screens.labels((me.sees.get("home") or {}).get("blocks", [])):
        raise Stuck("no session yet")
    me.press("Open it", home=True)
    found = [one for one in mine(me) if one.code in me.reads]
    if not found:
        raise Stuck("not a session that is known")
    return found[-1]


def change_session(me: Actor) -> None:
    """Change how long the latest one was."""
    session = _latest(me)
    me.press("Change session")
    length = me.luck.choice(sorted(LENGTHS))
    change = session.minutes.ask(LENGTHS[length], time.time())
    me.submit("change", "Your change is saved.", change, **{"How long was it?": length})


def delete_session(me: Actor) -> None:
    """Delete the latest one; sometimes bring it back."""
    session = _latest(me)
    gone: Change[bool] = Change(True, time.time())
    session.gone = gone
    for words in session.words:
        words.gone = gone
    for heavy in me.person.heavy:
        # It may be this one: then there is nothing to be left in peace for.
        heavy.told = None
    if not me.change("Delete session", "The session is deleted.", gone):
        return
    if me.luck.random() < 0.5:
        back: Change[bool] = Change(True, time.time())
        gone.told = None
        if me.change("Bring it back", "Change session", back):
            session.gone = None
            for words in session.words:
                words.gone = None


def count_on_home(me: Actor) -> None:
    """Read on Home how many sessions there are.

    Home is drawn in the background as well, for a moment as it was before: so they look again.
    """
    begun = time.time()
    me.home()
    time.sleep(SETTLES_SECONDS)
    me.home()
    number = screens.sessions_on_home(me.home_tab)
    if number is not None:
        found = Counter({"sessions": number})
        me.history.asked_back.append(AskedBack(me.person.handle, "how many", begun, found))


def read_table(me: Actor) -> None:
    """Get all sessions as a table, and read it."""
    begun = time.time()
    me.home().press("Get a file", home=True)
    before = _files(me, TABLE)
    change: Change[bool] = Change(True, begun)
    me.submit("file", "Your file", change, **{"Which file?": "All my sessions"})
    text = _file(me, TABLE, before).lstrip("\ufeff")
    rows = list(csv.DictReader(io.StringIO(text)))
    codes = [row["Client code"] for row in rows]
    minutes = {row["Client code"]: int(row["Minutes"]) for row in rows}
    found = Counter(codes)
    me.history.asked_back.append(AskedBack(me.person.handle, "sessions", begun, found, minutes))


def _file(me: Actor, name: str, before: list[screens.Json]) -> str:
    """Wait for a new file in the messages; return what is in it."""
    known = {file["id"] for file in before}
    deadline = time.monotonic() + FILE_SECONDS
    while time.monotonic() < deadline:
        new = [file for file in _files(me, name) if file["id"] not in known]
        if new:
            return me.wire.raw(new[-1]["url"]).decode()
        time.sleep(0.1)
        me.look()
    raise Stuck(f"{name} did not come")


def _files(me: Actor, name: str) -> list[screens.Json]:
    return [f for m in me.messages() for f in m.get("files", ()) if f["name"] == name]


# Reflections


def react_to_question(me: Actor) -> None:
    """Answer the question that came, put it off, or set it aside."""
    message = next((m for m in me.messages() if "Answer" in screens.labels(m["blocks"])), None)
    if message is None:
        raise Stuck("no question came")
    me.person.words.append(now(me))
    label = me.luck.choice(
        ["Answer", "Answer", "Skip", "Skip", "Ask me tomorrow", "Not this one again"]
    )
    me.press_in(message, label)
    if label == "Answer" and me.modal:
        _write(me, "Your answer")
    me.person.words.append(now(me))


def reflect_freely(me: Actor) -> None:
    """Write something of one's own."""
    me.command("/reflect")
    if "What you want to write" not in me.reads:
        me.press("Write about something else")
    _write(me, "What you want to write")


def _write(me: Actor, label: str) -> None:
    me.person.words.append(now(me))
    shares, readers = _shares(me)
    words = me.words("journal", *readers)
    shares[label] = f"I listened. {words.tag}"
    me.submit("reflection", "Your words are in your journal.", words.saved, **shares)
    me.person.words.append(now(me))


def _shares(me: Actor) -> tuple[dict[str, str], list[str]]:
    chance = me.luck.random()
    if chance < 0.25:
        who = me.luck.choice(me.history.groups["supervisors"]).who
        return {"Share it with a supervisor": me.history.people[who].user}, [who]
    if chance < 0.4:
        how = me.luck.choice(["With my name", "Without my name"])
        return {"Share it with all learning partners": how}, ["learning partners"]
    return {}, []


def keep_journal(me: Actor) -> None:
    """Read the journal; stop sharing, change or delete the newest item."""
    me.home().press("See my journal", home=True)
    if "Open" not in me.labels():
        raise Stuck("nothing in the journal")
    me.press("Open")
    marks = screens.tags(me.reads)
    words = next((me.history.words[t] for t in marks if t in me.history.words), None)
    if words is None:
        raise Stuck("not an item that is known")
    if "Stop sharing" in me.labels() and me.luck.random() < 0.7:
        stop: Change[bool] = Change(True, time.time())
        if me.change("Stop sharing", "You do not share this any more.", stop):
            words.stop(time.time())
    elif me.luck.random() < 0.4:
        words.gone = Change(True, time.time())
        if me.change("Delete", "It is deleted.", words.gone):
            words.stop(time.time())
    else:
        _reword(me, words)


def _reword(me: Actor, words) -> None:
    me.press("Change words or sharing")
    new = me.words("journal", *(one.who for one in words.readers))
    words.gone = Change(True, time.time())
    values = {"Your words": f"I waited. {new.tag}"}
    if me.submit("journal", "Your change is saved.", new.saved, **values):
        words.gone.told = new.saved.told


def start_again(me: Actor) -> None:
    """Where the bot has gone quiet, let questions come again."""
    me.home()
    if "Start again" not in screens.labels((me.sees.get("home") or {}).get("blocks", [])):
        raise Stuck("it has not gone quiet")
    me.press("Start again", home=True)
    me.person.words.append(now(me))


# A nudge


def write_nudge(me: Actor) -> None:
    """Write a nudge to oneself, in the place of the one before."""
    me.home().press("My own nudge", home=True)
    if "Change or stop it" in me.labels():
        me.press("Change or stop it")
    elif "Write a nudge" in me.labels():
        me.press("Write a nudge")
    day, at = me.luck.choice(DAYS), me.luck.choice(TIMES)
    words = me.words("nudge")
    for one in list(me.history.words.values()):
        if one.person == me.person.handle and one.kind == "nudge" and one is not words:
            one.gone = one.gone or Change(True, time.time())
    rhythm = Rhythm("weekly", DAYS.index(day), clock_time.fromisoformat(at))
    change = me.person.nudge.ask(rhythm, time.time())
    values = {
        "Remind me, when I'm busy, to...": f"Breathe {words.tag}",
        "How often?": "Every week",
        "On which day?": day,
        "At what time?": at,
    }
    try:
        me.submit("nudge", "Your nudge is saved.", words.saved, **values)
    except SaidNo:
        me.person.nudge.changes.remove(change)
        del me.history.words[words.tag]
        return
    change.told = words.saved.told


def stop_nudge(me: Actor) -> None:
    """Stop and delete it."""
    me.home().press("My own nudge", home=True)
    if "Change or stop it" in me.labels():
        me.press("Change or stop it")
    if "Stop and delete it" not in me.labels():
        raise Stuck("there is no nudge")
    change = me.person.nudge.ask(None, time.time())
    for one in list(me.history.words.values()):
        if one.person == me.person.handle and one.kind == "nudge":
            one.gone = one.gone or change  # type: ignore[assignment]
    me.change("Stop and delete it", "Your nudge is deleted.", change)


# Settings


def _settings(me: Actor, page: str) -> None:
    me.home().press("Change my settings", home=True).press(page)


def choose_rhythm(me: Actor) -> None:
    """Choose another day, or nothing at all; or a pause of some days."""
    _settings(me, "How often and when")
    chance, today = me.luck.random(), me.person.local(now(me)).date()
    if chance < 0.3:
        until = today + timedelta(days=me.luck.randint(2, 9))
        pause = me.person.paused_until.ask(until, time.time())
        values = {"Pause everything until": until.isoformat()}
        _save(me, [(me.person.paused_until, pause)], values)
        return
    rhythm, values = _rhythm(me) if chance < 0.85 else (Rhythm("off"), {"How often?": "Not at all"})
    change = me.person.rhythm.ask(rhythm, time.time())
    _save(me, [(me.person.rhythm, change)], values)


def _rhythm(me: Actor) -> tuple[Rhythm, dict[str, str]]:
    day, at = me.luck.choice(DAYS), me.luck.choice(TIMES)
    values = {"How often?": "Every week", "On which day?": day, "At what time?": at}
    return Rhythm("weekly", DAYS.index(day), clock_time.fromisoformat(at)), values


def choose_quiet(me: Actor) -> None:
    """Choose other quiet hours, with all days of rest as they were."""
    _settings(me, "Quiet times")
    start, end = me.luck.choice(["17:00", "18:00", "20:00"]), me.luck.choice(["08:00", "09:00"])
    quiet = Quiet(clock_time.fromisoformat(start), clock_time.fromisoformat(end))
    change = me.person.quiet.ask(quiet, time.time())
    _save(me, [(me.person.quiet, change)], {"Nothing after": start, "Nothing before": end})


def choose_place(me: Actor) -> None:
    """Choose where check-ins come."""
    _settings(me, "How things reach me")
    direct = me.luck.random() < 0.7
    change = me.person.direct.ask(direct, time.time())
    place = "In a direct message from this app" if direct else "In our channel"
    values = {"Where do check-ins of my cohort reach me?": place}
    _save(me, [(me.person.direct, change)], values)


def _save(me: Actor, asked, values: dict[str, str]) -> None:
    saved: Change[bool] = Change(True, time.time())
    try:
        me.submit("settings", "Your settings are saved.", saved, **values)
    except SaidNo:
        for choice, change in asked:
            choice.changes.remove(change)
        return
    for _, change in asked:
        change.told = saved.told


# Their data


def read_all(me: Actor) -> None:
    """Get everything that is held as a file, and look for all that was written."""
    begun = time.time()
    me.command("/my-data").press("Get it as a file")
    before = _files(me, COPY)
    change: Change[bool] = Change(True, begun)
    me.submit("my data", "file", change, **{"Which file?": "For another program"})
    text = _file(me, COPY, before)
    found = Counter(screens.TAG.findall(text))
    kinds = "note action journal nudge request_note when"
    once = Counter(dict.fromkeys(found, 1))
    me.history.asked_back.append(AskedBack(me.person.handle, kinds, begun, once))


def erase(me: Actor) -> None:
    """Have everything deleted."""
    me.command("/my-data").press("Delete everything")
    real = time.time()
    gone: Change[bool] = Change(True, real)
    here = me.person.here.ask(False, real)
    me.person.erased = gone
    for session in mine(me):
        session.gone = session.gone or gone
    field = "To delete everything, type delete"
    begun: Change[bool] = Change(True, real)
    try:
        me.submit("erase", "deleted", begun, **{field: "delete"})
    except SaidNo:
        me.person.erased = None
        me.person.here.changes.remove(here)
        for session in mine(me):
            session.gone = None if session.gone is gone else session.gone
        return
    until = time.monotonic() + ERASE_SECONDS
    while time.monotonic() < until:
        me.look()
        if "Everything about you is deleted." in me.reads:
            gone.told = here.told = time.time()
            break
        time.sleep(0.3)
    me._do("close", all=True)


def look_for_oneself(me: Actor) -> None:
    """Somebody who had everything deleted looks whether anything is there."""
    me._do("command", command="/my-data")
    if "Read all of it" in me.labels():
        me.press("Read all of it")
