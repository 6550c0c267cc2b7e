"""The forms that no other part of the day opens, and Slack in trouble while people write."""

from datetime import datetime

from bot import ids
from practice.people import user_id
from tests.e2e.set_story import offers_dates, opens_meeting, sees_set
from tests.workspace import Someone

TROUBLES = ("429", "500", "drop", "latency")
METHODS = ("views.publish", "views.push", "views.update", "chat.postMessage")
DAY = 24 * 60 * 60


def every_other_form(control, canary):
    """Open each, and put a word into every field that takes words, also where it is refused."""
    ada, dilys, farah, hari = (Someone(control, h) for h in ("ada", "dilys", "farah", "hari"))
    _of_everybody(ada, canary)
    _of_a_newcomer(dilys, hari, canary)
    _of_co_leads(dilys, canary)
    _of_supervision(ada, dilys, farah, canary)
    _of_sets(control, ada, dilys, farah, canary)
    for person in (ada, dilys, farah, hari):
        person.close().home()


def types_everywhere(person, canary, **values):
    """Put a word of its own into every text field of the form that is open, and send it."""
    form = person.modal["callback_id"]
    fields = [
        block["label"]["text"]
        for block in person.modal["blocks"]
        if block["type"] == "input" and block["element"]["type"].endswith("text_input")
    ]
    words = {label: canary(f"{label} of {form}, {len(canary.given)}") for label in fields}
    return person.submit(values=words | values)


def _of_everybody(ada, canary):
    for label in ("How often and when", "Quiet times", "How things reach me"):
        ada.close().home().press("Change my settings", home=True).press(label)
        types_everywhere(ada, canary)
    for label in ("Get it as a file", "Delete everything"):
        ada.close().command("/my-data").press(label)
        types_everywhere(ada, canary)
    assert "Please type the word delete." in " ".join(ada.errors.values())


def _of_a_newcomer(dilys, hari, canary):
    dilys.close().command("/cohort").press("Enrol people")
    dilys.submit(values={"People": [user_id("hari")], "Roles": ["Learning partner"]})
    types_everywhere(hari.command("/alongside"), canary)


def _of_co_leads(dilys, canary):
    dilys.close().command("/cohort").press("Give or take roles")
    dilys.submit(Person=user_id("hari"))
    types_everywhere(dilys, canary)
    for label in ("Check-ins", "Questions for this cohort", "Add a phase"):
        dilys.close().command("/cohort").press("Open cohort").press("Plan and phases")
        types_everywhere(dilys.press(label), canary)
    for label in ("Working hours", "Promises"):
        dilys.close().command("/supervision").press(label)
        types_everywhere(dilys, canary)


def _of_supervision(ada, dilys, farah, canary):
    ada.close().command("/supervision").submit(values={"What is it for?": "For me"})
    assert "Your request is sent." in ada.reads, ada.errors
    farah.close().home().press("See all requests", home=True).press("Pick it up")
    for label in ("Agree a time", "Record the meeting"):
        types_everywhere(farah.press(label), canary)
        farah.close().home().press("See all requests", home=True).press("Open request")
    for label in ("Change number", "Add time off"):
        farah.close().home().press("See all requests", home=True)
        types_everywhere(farah.press("Change time off and limit").press(label), canary)


def _of_sets(control, ada, dilys, farah, canary):
    for label in ("Change numbers", "Change joining link", "Change facilitator"):
        types_everywhere(sees_set(dilys).press(label), canary)
    types_everywhere(sees_set(dilys).press("Offer dates"), canary)
    now = int(datetime.fromisoformat(control.get("clock")["now"]).timestamp())
    offers_dates(dilys, now // 60 * 60 + 60 * DAY, now // 60 * 60 + 61 * DAY)
    ada.close().home().press("Tick dates", home=True)
    types_everywhere(ada, canary)
    for label in ("Move meeting", "Set timekeeper"):
        types_everywhere(opens_meeting(farah, 2).press(label), canary)


def shared_with_all(control, canary):
    """Ada shares with a supervisor, a set and the learning partner; each reads it. Bilal writes."""
    ada, bilal, farah, hari = (Someone(control, h) for h in ("ada", "bilal", "farah", "hari"))
    ada.close().command("/reflect").press("Write about something else")
    ada.submit(
        values={
            "What you want to write": canary("an entry for all"),
            "Share it with a supervisor": user_id("farah"),
            "Share it with a set": canary.given["a set's new name"],
            "Share it with all learning partners": "With my name",
        }
    )
    assert "Your words are in your journal." in ada.reads
    for reader in (bilal, farah, hari):
        reader.close().home().press("Shared with me", home=True).press("Open")
        assert canary.given["an entry for all"] in reader.reads
        reader.close().home()
    bilal.command("/reflect").press("Write about something else")
    bilal.submit(values={"What you want to write": canary("an entry of Bilal's")})
    bilal.close().home().press("My own nudge", home=True)
    bilal.submit(values={"Remind me, when I'm busy, to...": canary("a nudge of Bilal's")})
    assert "Your nudge is saved." in bilal.reads
    for person in (ada, bilal):
        person.close().home()


def in_bad_weather(control, canary, kept):
    """Slack is slow, refuses, breaks, takes things and says nothing, or hangs up, as people write.

    What becomes of each word is for other tests to say; here it may only be nowhere else.
    """
    ada, farah = Someone(control, "ada"), Someone(control, "farah")
    for kind in TROUBLES:
        for method in METHODS:
            control.fault(method=method, kind=kind, times=3, latency_ms=300, retry_after=1)
        ada.close().command("/reflect")
        _writes(ada, canary, f"an answer, and Slack answers {kind}")
        ada.close().command("/supervision")
        _writes(
            ada, canary, f"a request, and Slack answers {kind}", **{"What is it for?": "For me"}
        )
        if "Take request back" in ada.reads:
            ada.press("Take request back")
        farah.close().home()
    control.fault(clear=True)
    ada.close().command("/reflect")
    control.fault(socket="cut")
    _writes(ada, canary, "an answer, and the line is cut")
    kept.alongside.wait(lambda: control.get("health")["bot"] == "connected")
    if ada.modal and ada.modal["callback_id"] == ids.REFLECTION_FORM:
        _writes(ada, canary, "the same answer, and the line is there")


def _writes(person, canary, what, **values):
    """Type into the form that is open, if there is one, and send it."""
    blocks = person.modal["blocks"] if person.modal else ()
    fields = [
        b["label"]["text"] for b in blocks if b.get("element", {}).get("type") == "plain_text_input"
    ]
    if fields:
        person.submit(values={field: canary(f"{what} ({field})") for field in fields} | values)
