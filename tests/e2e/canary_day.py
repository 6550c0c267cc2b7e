"""A day in which everything is typed everywhere, with Slack in trouble for a part of it."""

import json
import time
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from bot import ids
from bot.manifest import COMMANDS
from practice.people import user_id
from tests.alongside import enrol
from tests.e2e import canary_forms, canary_sets
from tests.e2e.check_in_story import GOOD
from tests.forging import sent_views
from tests.workspace import Someone


def _desk(control):
    """Makes somebody who has read the welcome."""

    def sit_down(handle):
        person = Someone(control, handle).home()
        if "I have read this" in person.home_tab:
            person.press("I have read this", home=True)
        return person

    return sit_down


def some_hours(control, canary, kept):
    """A part of the day: Ada alone, and Farah who reads what is shared."""
    sit_down = _desk(control)
    dilys = sit_down("dilys")
    [ada] = enrol(sit_down, "ada")
    _a_session(ada, canary)
    _private_words(ada, control, canary, kept)
    _reflections(ada, canary, kept)
    _the_journal(ada, dilys, sit_down, canary, kept)
    ada.close().home()


def lived(control, canary, forger, kept, look):
    """Live the day; `look` is called between its parts."""
    sit_down = _desk(control)
    dilys, iona = sit_down("dilys"), sit_down("iona")
    ada, bilal = enrol(sit_down, "ada", "bilal")
    for person in (ada, dilys, iona):
        for command in COMMANDS:
            person.command(command, canary(f"after {command} by {person.handle}"))
            person.close() if person.modal else None
    _a_session(ada, canary)
    _private_words(ada, control, canary, kept)
    look()
    _reflections(ada, canary, kept)
    _a_cohort(dilys, canary)
    _the_journal(ada, dilys, sit_down, canary, kept)
    look()
    _things_sent_back(ada, bilal, control, canary, forger)
    _a_check_in(ada, dilys, control, canary, kept)
    look()
    _supervision(ada, dilys, sit_down, canary, kept)
    canary_sets.a_set(control, canary, kept)
    look()
    canary_forms.every_other_form(control, canary)
    canary_forms.shared_with_all(control, canary)
    canary_forms.in_bad_weather(control, canary, kept)
    for kind in ("All my sessions", "Hours letter"):
        ada.close().home().press("Get a file").submit(values={"Which file?": kind})
        kept.alongside.wait(lambda: "Your file is in your messages" in ada.reads)
    ada.close().home().press("Change my settings")
    ada.submit(values={"What works for you?": ["Breaks"]})
    ada.close().home().press("Open it").press("Delete session")
    time.sleep(1.5)
    look()


def _a_session(ada, canary):
    ada.command("/session")
    ada.submit(values={"Client code": canary("a name in place of a code")})
    assert "never a name" in ada.errors["client_code"]
    ada.press("Change these")
    ada.submit(values={"Client code": "Q-731", "How long was it?": "2 hours"})
    assert "Your session is saved." in ada.reads
    ada.press("Heavy").press("Talk to a supervisor")
    ada.close().home()


def _private_words(ada, control, canary, kept):
    ada.press("Open it").press("Open my private part")
    note = {"Private note": canary("a note asked about"), "One action": canary("an action")}
    ada.submit(values={**note, "Private note": f"{note['Private note']} on 07700 900123"})
    assert "This may hold a phone number" in ada.reads
    ada.submit(values={"Are you sure?": ["Save it anyway"]})
    assert "Your change is saved." in ada.reads
    ada.press("Add a private note")
    with kept.held():
        ada.submit(values={"Private note": canary("a note that could not be saved")})
        assert "We could not save this just now." in " ".join(ada.errors.values())
    ada.submit(values={"Private note": canary("the last note")})
    assert "Your change is saved." in ada.reads
    control.fault(method="views.update", kind="500")
    ada.press("Add a private note")


def _reflections(ada, canary, kept):
    ada.close().command("/reflect")
    answer = canary("an answer asked about")
    ada.submit(values={"Your answer": f"{answer} on 07700 900123"})
    assert "This may hold a phone number" in ada.reads
    ada.press("Another question").press("Not this one again").press("Write about something else")
    assert answer in ada.typed("answer")["value"]
    ada.press("Show me a question")
    with kept.held():
        ada.submit(values={"Your answer": canary("an answer that could not be saved")})
        assert "We could not save this just now." in " ".join(ada.errors.values())
    ada.submit(values={"Your answer": canary("the last answer")})
    assert "Your words are in your journal." in ada.reads
    ada.close().command("/reflect").press("Write about something else")
    ada.submit(values={"What you want to write": canary("something else")})
    assert "Your words are in your journal." in ada.reads
    ada.close().home()


def _the_journal(ada, dilys, sit_down, canary, kept):
    """An entry is changed, shared and read by a supervisor; a nudge is written and read."""
    dilys.close().command("/cohort").press("Enrol people")
    dilys.submit(values={"People": [user_id("farah")], "Roles": ["Supervisor"]})
    dilys.close()
    ada.close().home().press("See my journal", home=True).press("Open")
    ada.press("Change words or sharing")
    entry = canary("an entry asked about")
    ada.submit(values={"Your words": f"{entry} on 07700 900123"})
    assert "This may hold a phone number" in ada.reads
    with kept.held():
        ada.submit(values={"Your words": canary("an entry that could not be saved")})
        assert "We could not save this just now." in " ".join(ada.errors.values())
    shared = {"Share it with a supervisor": user_id("farah")}
    ada.submit(values={"Your words": canary("a shared entry"), **shared})
    assert "Your change is saved." in ada.reads
    farah = sit_down("farah").press("Shared with me", home=True).press("Open")
    assert "That you opened this" in farah.reads
    ada.close().home().press("My own nudge", home=True)
    field = "Remind me, when I'm busy, to..."
    ada.submit(values={field: f"{canary('a nudge asked about')} at sam@example.org"})
    ada.submit(values={field: canary("a nudge")})
    assert "Your nudge is saved." in ada.reads
    ada.press("Change or stop it").close().home()


def _a_check_in(ada, dilys, control, canary, kept):
    """A word is asked about, could not be saved, and is saved; then the check-in closes."""
    dilys.close().command("/cohort").press("Open cohort").press("Plan and phases")
    dilys.press("Check-ins").submit(
        values={"How often?": "Every week", "On which day?": "Tuesday", "At what time?": "10:30"}
    )
    assert "A check-in comes every Tuesday" in dilys.reads
    opens = datetime.now(ZoneInfo("Europe/London")) + timedelta(days=1)
    opens += timedelta(days=(1 - opens.weekday()) % 7)
    opens = opens.replace(hour=10, minute=31)
    control.post("clock", now=opens.isoformat())
    kept.alongside.wait(
        lambda: "Answer the check-in" in json.dumps(ada.close().home().sees["home"])
    )
    ada.press("Answer the check-in", home=True)
    word = {"One word, if you like": f"{canary('a word asked about')} a@b.uk"}
    ada.submit(values=GOOD | word)
    assert "This may hold an e-mail address" in ada.reads
    with kept.held():
        ada.submit(values={"One word, if you like": canary("a word that could not be saved")})
        assert "We could not save this just now." in " ".join(ada.errors.values())
    low = GOOD | {"How is your energy?": "1 - Very low"}
    ada.submit(values=low | {"One word, if you like": canary("a word")})
    ada.press("Talk to a peer")
    assert "Nobody has been told." in ada.reads
    control.post("clock", now=(opens + timedelta(days=2)).isoformat())
    kept.alongside.wait(lambda: "There are results of" in ada.close().home().home_tab)


def _supervision(ada, dilys, sit_down, canary, kept):
    """A request is asked about, sent, read, handed over, recorded and done; another taken back."""
    dilys.close().command("/cohort").press("Enrol people")
    dilys.submit(values={"People": [user_id("gwen")], "Roles": ["Supervisor"]})
    dilys.close()
    farah, gwen = sit_down("farah"), sit_down("gwen")
    _ask(ada, canary, kept)
    kept.alongside.wait(lambda: "A supervision request is waiting" in json.dumps(farah.sees))
    farah.close().home().press("See all requests", home=True).press("Pick it up")
    farah.press("Read their note")
    assert farah.title == "Their note"
    farah.close().home().press("See all requests", home=True).press("Open request")
    farah.press("Hand it over").press("Hand it over")
    assert "It is handed over." in farah.reads
    gwen.close().home().press("See all requests", home=True).press("Open request")
    gwen.press("Read their note").close()
    gwen.home().press("See all requests", home=True).press("Open request")
    gwen.press("Record the meeting").submit()
    assert "The record is saved." in gwen.reads
    gwen.close()
    _say_done(ada, canary, kept)
    ada.close().command("/supervision")
    ada.submit(values={"What is it for?": "For me", "A note": canary("a note taken back")})
    ada.press("Take request back")
    assert "It was taken back." in ada.reads


def _ask(ada, canary, kept):
    ada.close().command("/supervision").press("Change how, when or who")
    typed = {
        "What is it for?": "For me",
        "A note": f"{canary('a request asked about')} on 07700 900123",
        "When can you?": f"{canary('a time asked about')} a@b.uk",
    }
    ada.submit(values=typed)
    assert "This may hold" in ada.reads
    ada.press("Change how, when or who") if "When can you?" not in ada.reads else None
    with kept.held():
        lost = canary("a request that could not be saved")
        ada.submit(values={"A note": lost, "When can you?": canary("a time that could not be")})
        assert "We could not save this just now." in " ".join(ada.errors.values())
    said = {"A note": canary("a request's note"), "When can you?": canary("when they can")}
    ada.submit(values=said)
    assert "Your request is sent." in ada.reads


def _say_done(ada, canary, kept):
    field = "My next step, in my own words"
    ada.close().home().press("Open request", home=True).press("Say it is done")
    ada.submit(values={field: f"{canary('a next step asked about')} a@b.uk"})
    assert "This may hold an e-mail address" in ada.reads
    with kept.held():
        ada.submit(values={field: canary("a next step that could not be saved")})
        assert "We could not save this just now." in " ".join(ada.errors.values())
    ada.submit(values={field: canary("a next step")})
    assert "It is saved, and the request is done." in ada.reads


def _a_cohort(dilys, canary):
    dilys.command("/cohort").press("Make a cohort").submit(Name=canary("a cohort"))
    assert "The cohort is made." in dilys.reads
    dilys.press("Change name or dates").submit(Name=canary("a cohort's new name"))
    dilys.press("Add people").submit(People=[user_id("ada")])
    dilys.press("Enrol people").submit(values={"People": [user_id("iona")], "Roles": ["Partner"]})
    dilys.press("See all cohorts").press("Reflection questions").press("Add a question")
    dilys.submit(Question=f"Tell us your story, {canary('a question that is refused')}")
    assert "may ask for someone's story" in dilys.errors["text"]
    dilys.submit(Question=canary("a question for everybody"))
    assert "The question is saved." in dilys.reads
    dilys.press("See all cohorts").press("See what was logged").press("Choose cohort and month")
    dilys.submit().close()
    dilys.command("/cohort")


def _things_sent_back(ada, bilal, control, canary, forger):
    """Ids and metadata that were tampered with, and words in a form that breaks on the way."""
    forger.press(ada, ids.OPEN_SESSION, canary("the value of a button"))
    forger.press(ada, f"{ids.SHOW_MONTH}.earlier", f"2026-03 1 {canary('the place in a list')}")
    metadata = json.dumps({"form": canary("a form's id"), "session": canary("a session's id")})
    more = sent_views(control, ids.SESSION_MORE_FORM)[-1]
    forger.show(ada, more | {"private_metadata": metadata})
    ada.submit(values={"Private note": canary("a note in a tampered form")})
    form = sent_views(control, ids.SESSION_FORM)[-1]
    bilal.close() if bilal.modal else None
    # Somebody else's form instance is a surprise, not a refusal: the log gets a line of it.
    forger.show(bilal, form).submit(values={"Client code": "c8"})
    assert "Something went wrong on our side." in " ".join(bilal.errors.values())
    forger.show(bilal, _without_state(more)).submit(
        values={"One action": canary("an action in somebody else's form")}
    )


def _without_state(view):
    return {name: part for name, part in view.items() if name != "state"}
