"""Trials of supervision: the whole bot dies between any two steps of a request, on either side.

People press in the practice workspace. What they read there as done has to be so afterwards, what
they did not read as done they do once more, as anybody would, and in the end it is done once.
"""

from collections.abc import Callable
from datetime import timedelta
from functools import partial

from bot.services.supervision_pages import Draft, Meeting
from domain.ids import new_id
from domain.people import Account
from domain.sessions import Mode
from domain.supervision import Category, Level
from practice.people import TEAM_ID, user_id
from tests.faults.bot_process import LABELS
from tests.faults.deeds import DEEDS, DONE_ALREADY, NOTE, PLANNED, TAKEN, Deed, ask_form, own, queue
from tests.faults.judge import Outcome
from tests.faults.office import ADA, FARAH, GWEN, START, Office, office
from tests.faults.places import Places
from tests.faults.stage import luck
from tests.workspace import Someone

WRITING = ("supervision.before_commit", "supervision.after_commit")
SENDING = tuple(label for label in LABELS if not label.startswith("plan."))
ALERT = "A supervision request is waiting. Open it when you are ready."
REMINDER = "A supervision request is still waiting. Open it when you are ready."
NEWS = "There is news of something you asked for. Open it when you are ready."


def account(handle: str) -> Account:
    return Account(TEAM_ID, user_id(handle))


def arrange(here: Office, before: tuple[str, ...]) -> str | None:
    """Let a request stand as these steps leave it; return its id. Nothing is due then."""
    if not before:
        return None
    with here.house() as house:
        draft = Draft(category=Category.FOR_ME, level=Level.ROUTINE, note=NOTE)
        house.supervision.ask(account(ADA), draft, form=new_id(), confirmed=True, even_so=True)
        request_id = here.ids()[-1]
        if "claim" in before:
            house.supervision_queue.claim(account(FARAH), request_id)
        if "record" in before:
            meeting = Meeting(on_date=START.date(), minutes=60, people=1, mode=Mode.VIDEO)
            house.supervision_queue.record(account(FARAH), request_id, meeting)
    here.until_quiet()
    return request_id


def tidied(here: Office) -> None:
    """Let nothing be under way for the next one."""
    with here.house() as house:
        for request_id in here.ids():
            state = here.request(request_id)["state"]
            if state in ("open", "claimed", "booked"):
                house.supervision.withdraw(account(ADA), request_id)
            elif state == "met":
                house.supervision.say_done(account(ADA), request_id, None, None, confirmed=True)
    here.until_quiet()


# Trials


def a_deed(deed: Deed, here: Office, label: str, out: Outcome) -> None:
    """Pull the plug while somebody presses; they go on as anybody would."""
    request_id, known = arrange(here, deed.before), set(here.ids())
    since = here.seq
    person = here.someone(deed.handle)
    deed.go(person)
    here.dies(label)
    deed.press(person)
    told = deed.said in person.reads
    here.until_dead()
    new = set(here.ids()) - known
    done = bool(new) if request_id is None else here.lines(request_id, deed.action) > 0
    if told and not done:
        out.lost += 1
        out.notes.append(f"{deed.name} {label}: told and not done")
    if done and label == "supervision.before_commit":
        out.untrue += 1
        out.notes.append(f"{deed.name} {label}: done before it was committed")
    here.start()
    if not told:
        deed.press(person)
        _read_as_done(deed, person, done, out, label)
    here.until_quiet()
    new = set(here.ids()) - known
    if request_id is None and len(new) != 1:
        out.duplicates += max(0, len(new) - 1)
        out.lost += not new
        out.notes.append(f"{deed.name} {label}: {len(new)} requests")
        return
    _judge(here, deed, request_id or new.pop(), label, since, out)


def _read_as_done(deed: Deed, person: Someone, done: bool, out: Outcome, label: str) -> None:
    """Whoever presses once more reads that it is done, or truthfully that it was done before."""
    reads = "\n".join([person.reads, *person.errors.values()])
    again = DONE_ALREADY.get(deed.name, deed.said) if done else deed.said
    if deed.said not in reads and again not in reads:
        out.untrue += 1
        out.notes.append(f"{deed.name} {label}: reads {reads[:200]}")


def _judge(here: Office, deed: Deed, request_id: str, label: str, since: int, out: Outcome) -> None:
    request, place = here.request(request_id), f"{deed.name} {label}"
    times = here.lines(request_id, deed.action)
    if times != 1:
        out.duplicates += max(0, times - 1)
        out.lost += not times
        out.notes.append(f"{place}: done {times} times")
    holder = user_id(deed.holder) if deed.holder else None
    if (request["state"], request["account"]) != (deed.state, holder):
        out.untrue += 1
        out.notes.append(f"{place}: stands as {request['state']} {request['account']}")
    ended = deed.state in ("closed", "withdrawn")
    if (request["wishes"] is None) is not ended or (ended and request["note"] is not None):
        out.untrue += 1
        out.notes.append(f"{place}: its words are not as they are to be")
    kind, count = PLANNED.get(deed.name, ("supervision_alert", 0))
    if here.planned(request_id, kind) < count:
        out.lost += 1
        out.notes.append(f"{place}: {here.planned(request_id, kind)} {kind} planned")
    if deed.name == "ask":
        _told(here, since, (FARAH, GWEN), ALERT, place, out)


def _told(here: Office, since: int, handles, text: str, place: str, out: Outcome) -> None:
    for handle in handles:
        came = here.posts(since, handle, text)
        out.accepted += came
        if not came:
            out.lost += 1
            out.notes.append(f"{place}: {handle} never heard")


def alerts_go_out(here: Office, label: str, out: Outcome) -> None:
    """Pull the plug while supervisors are told: each hears of it, twice rather than never."""
    known, since, ada = set(here.ids()), here.seq, here.someone(ADA)
    ask_form(ada)
    here.dies(label)
    ada.submit(values={"What is it for?": "For me"})
    here.until_dead()
    here.start()
    if "Your request is sent." not in ada.reads:
        ada.submit(values={"What is it for?": "For me"})
    here.until_quiet()
    new = set(here.ids()) - known
    out.duplicates += max(0, len(new) - 1)
    out.lost += not new
    _told(here, since, (FARAH, GWEN), ALERT, f"alert {label}", out)


def news_goes_out(here: Office, label: str, out: Outcome) -> None:
    """Pull the plug while a partner is told of news: never twice, and their page says it."""
    arrange(here, ("ask",))
    since, farah = here.seq, here.someone(FARAH)
    queue(farah)
    here.dies(label)
    farah.press("Pick it up")
    here.until_dead()
    here.start()
    if "You have picked it up." not in farah.reads:
        farah.press("Pick it up")
    here.until_quiet()
    came = here.posts(since, ADA, NEWS)
    out.accepted += came
    out.duplicates += max(0, came - 1)
    ada = here.someone(ADA)
    own(ada)
    if f"<@{user_id(FARAH)}> picked it up on" not in ada.reads:
        out.untrue += 1
        out.notes.append(f"news {label}: {ada.reads[:200]}")


def a_reminder(here: Office, label: str, out: Outcome) -> None:
    """Pull the plug while the program looks at one that waits."""
    with here.house() as house:
        draft = Draft(category=Category.FOR_ME, level=Level.TODAY)
        house.supervision.ask(account(ADA), draft, form=new_id(), confirmed=True, even_so=True)
    here.until_quiet()
    since = here.seq
    here.dies(label)
    here.move(timedelta(minutes=31))
    here.until_dead()
    here.start()
    here.wait(lambda: here.posts(since, FARAH, REMINDER))
    here.until_quiet()
    _told(here, since, (FARAH, GWEN), REMINDER, f"reminder {label}", out)


def a_stray(here: Office, label: str, out: Outcome) -> None:
    """Pull the plug while a request goes back whose supervisor was switched off."""
    request_id = arrange(here, TAKEN)
    since = here.seq
    here.dies(label)
    _account_of(here, FARAH, deleted=True)
    here.until_dead()
    here.start()
    here.wait(lambda: here.posts(since, GWEN, ALERT))
    here.until_quiet()
    request = here.request(request_id)
    if (request["state"], request["account"]) != ("open", None):
        out.untrue += 1
        out.notes.append(f"stray {label}: {request['state']}")
    out.duplicates += max(0, here.lines(request_id, "request_handed_back") - 1)
    out.duplicates += max(0, here.posts(since, ADA, NEWS) - 1)
    _told(here, since, (GWEN,), ALERT, f"stray {label}", out)
    _account_of(here, FARAH, deleted=False)


def _account_of(here: Office, handle: str, *, deleted: bool) -> None:
    user = {"id": user_id(handle), "team_id": TEAM_ID, "deleted": deleted, "profile": {}}
    here.control.post("event", event={"type": "user_change", "user": user})


Way = Callable[[Office, Outcome], None]


def ways(name: str | None = None, label: str | None = None) -> list[Way]:
    """Return every way to die: in each deed's writing, in the program's own, and while sending.

    With a name and a label, that one.
    """
    trials: list[tuple[str, Callable[[Office, str, Outcome], None], tuple[str, ...]]] = [
        (deed.name, partial(a_deed, deed), WRITING) for deed in DEEDS
    ]
    trials += [(one.__name__, one, SENDING) for one in (alerts_go_out, news_goes_out)]
    trials += [(one.__name__, one, WRITING) for one in (a_reminder, a_stray)]
    return [
        partial(_dying, trial, at)
        for known, trial, labels in trials
        for at in labels
        if name in (None, known) and label in (None, at)
    ]


def _dying(trial: Callable[[Office, str, Outcome], None], at: str, here: Office, out: Outcome):
    out.due += 1
    trial(here, at, out)


def supervision_kills(
    places: Places, kills: int, seed: int, *, kind="sqlite", bug=None, only=None
) -> Outcome:
    """Kill the whole bot so often, at every place in turn; the seed says in which order."""
    chance = luck(seed, f"supervision {kind}")
    out = Outcome(f"supervision_kills_{kind}", seed)
    while out.kills < kills:
        found = only or ways()
        chance.shuffle(found)
        with office(places, kind=kind, bug=bug) as here:
            for way in found[: kills - out.kills]:
                way(here, out)
                tidied(here)
            out.kills += here.kills
            out.trials += here.kills
    return out
