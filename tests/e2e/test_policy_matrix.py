"""Who may do what: every listener of the bot, in everybody's hands.

The table is written out here by hand and not taken from the code.
"""

import itertools
import json

import pytest
from slack_bolt import App

from bot import ids
from bot.handlers.listen import Listen
from bot.scheduler import tick
from bot.services.supervision_pages import Draft
from bot.views.sights import line
from bot.words import Words
from domain.ids import new_id
from domain.people import Account, Role
from domain.policy import Act, Thing, Viewer
from domain.supervision import Category, Level
from practice.people import TEAM_ID, user_id
from storage import people as store
from tests.e2e.check_in_story import GOOD, opened
from tests.e2e.journal_items import person_of, write
from tests.e2e.set_story import TUESDAY, seconds
from tests.e2e.set_things import a_set, account_of, set_forms, value_of_a_set
from tests.e2e.supervision_story import NOTE
from tests.forging import Forger, sent_views
from tests.workspace import Someone, metadata

NOT_ENROLLED = "Alongside is for people in the programme."
ANOTHER_ROLE = "This part is for another role."
TROUBLE = "Something went wrong on our side."

EVERYONE = {"ada", "dilys", "farah", "hari", "iona", "cerys", "bilal"}
ENROLLED = {"ada", "dilys", "farah", "hari"}
OF_WHOM_SOMETHING_IS_HELD = ENROLLED | {"bilal"}
PARTNERS = {"ada"}
CO_LEADS = {"dilys"}
REFLECTING = {"ada", "dilys"}
READERS = {"farah", "hari"}
SUPERVISORS = {"farah"}
LEARNING_PARTNERS = {"hari"}
IN_SETS = {"ada", "dilys", "farah"}

PEOPLE = {
    "ada": "a partner",
    "dilys": "a co-lead",
    "farah": "a supervisor",
    "hari": "a learning partner",
    "iona": "somebody not enrolled",
    "cerys": "a partner whose account was switched off",
    "bilal": "somebody who was a partner and is not any more",
}

MAY = {
    # Support: "signposting, always, for everyone".
    ("command", "/support"): EVERYONE,
    ("click", "support.open"): EVERYONE,
    # Help, Home and own settings: everyone who is enrolled.
    ("command", "/alongside"): ENROLLED,
    ("click", "help.open"): ENROLLED,
    ("click", "settings.open"): ENROLLED,
    ("form", "settings.form"): ENROLLED,
    ("click", "settings.open_prompts"): ENROLLED,
    ("click", "settings.open_quiet"): ENROLLED,
    ("click", "settings.open_messages"): ENROLLED,
    ("form", "settings.prompts_form"): ENROLLED,
    ("form", "settings.quiet_form"): ENROLLED,
    ("form", "settings.messages_form"): ENROLLED,
    ("form", "welcome"): ENROLLED,
    ("click", "welcome.read"): ENROLLED,
    # Sessions: partners, and only their own.
    ("command", "/session"): PARTNERS,
    ("shortcut", "sessions.log_shortcut"): PARTNERS,
    ("form", "sessions.form"): PARTNERS,
    ("form", "sessions.more_form"): PARTNERS,
    ("form", "sessions.files_form"): PARTNERS,
    ("click", "sessions.open_log"): PARTNERS,
    ("click", "sessions.log_another"): PARTNERS,
    ("click", "sessions.more_fields"): PARTNERS,
    ("click", "sessions.open_list"): PARTNERS,
    ("click", "sessions.show_month.*"): PARTNERS,
    ("click", "sessions.open_one"): PARTNERS,
    ("click", "sessions.open_totals"): PARTNERS,
    ("click", "sessions.open_files"): PARTNERS,
    ("click", "sessions.edit"): PARTNERS,
    ("click", "sessions.delete"): PARTNERS,
    ("click", "sessions.undo_delete"): PARTNERS,
    ("click", "sessions.open_more"): PARTNERS,
    ("click", "sessions.heaviness.*"): PARTNERS,
    ("click", "sessions.wish.*"): PARTNERS,
    # What was logged, a month at a time: co-leads. Totals of the programme: learning partners.
    ("click", "work.open"): CO_LEADS,
    ("click", "work.show.*"): CO_LEADS,
    ("click", "work.open_form"): CO_LEADS,
    ("form", "work.form"): CO_LEADS,
    ("click", "work.open_totals"): LEARNING_PARTNERS,
    # Cohorts, enrolment and roles: co-leads.
    ("command", "/cohort"): CO_LEADS,
    ("form", "cohorts.form"): CO_LEADS,
    ("form", "cohorts.add_form"): CO_LEADS,
    ("form", "people.enrol_form"): CO_LEADS,
    ("form", "people.roles_form"): CO_LEADS,
    ("form", "people.roles_of_form"): CO_LEADS,
    ("click", "cohorts.open"): CO_LEADS,
    ("click", "cohorts.show_more"): CO_LEADS,
    ("click", "cohorts.open_one"): CO_LEADS,
    ("click", "cohorts.show_members"): CO_LEADS,
    ("click", "cohorts.open_form"): CO_LEADS,
    ("click", "cohorts.open_add"): CO_LEADS,
    ("click", "cohorts.remove_member"): CO_LEADS,
    ("click", "people.open_enrol"): CO_LEADS,
    ("click", "people.open_roles"): CO_LEADS,
    ("click", "people.open_roles_of"): CO_LEADS,
    ("click", "people.open_list"): CO_LEADS,
    ("click", "people.show_more"): CO_LEADS,
    # Plans of cohorts, the pause of everything, and the bank of questions: co-leads.
    ("click", "cohorts.open_plan"): CO_LEADS,
    ("click", "cohorts.open_preview"): CO_LEADS,
    ("click", "cohorts.open_check_in_plan"): CO_LEADS,
    ("click", "cohorts.open_question_plan"): CO_LEADS,
    ("click", "cohorts.open_phase_form"): CO_LEADS,
    ("click", "cohorts.remove_phase"): CO_LEADS,
    ("form", "cohorts.check_in_plan_form"): CO_LEADS,
    ("form", "cohorts.question_plan_form"): CO_LEADS,
    ("form", "cohorts.phase_form"): CO_LEADS,
    ("click", "programme.pause"): CO_LEADS,
    ("click", "programme.let_go_on"): CO_LEADS,
    ("click", "prompts.open_bank"): CO_LEADS,
    ("click", "prompts.show.*"): CO_LEADS,
    ("click", "prompts.open_form"): CO_LEADS,
    ("click", "prompts.retire"): CO_LEADS,
    ("click", "prompts.bring_back"): CO_LEADS,
    ("form", "prompts.form"): CO_LEADS,
    # Questions to think with: partners and co-leads, and only what they were given themselves.
    ("command", "/reflect"): REFLECTING,
    ("form", "reflections.form"): REFLECTING,
    ("click", "reflections.open"): REFLECTING,
    ("click", "reflections.free"): REFLECTING,
    ("click", "reflections.question"): REFLECTING,
    ("click", "reflections.another"): REFLECTING,
    ("click", "reflections.not_again"): REFLECTING,
    ("click", "reflections.start_again"): REFLECTING,
    ("click", "reflections.answer"): REFLECTING,
    ("click", "reflections.tomorrow"): REFLECTING,
    ("click", "reflections.skip"): REFLECTING,
    ("click", "reflections.never"): REFLECTING,
    # The journal and one's own nudge: partners and co-leads, and only their own.
    ("click", "journal.open"): REFLECTING,
    ("click", "journal.show.*"): REFLECTING,
    ("click", "journal.open_one"): REFLECTING,
    ("click", "journal.edit"): REFLECTING,
    ("click", "journal.unshare"): REFLECTING,
    ("form", "journal.form"): REFLECTING,
    ("click", "journal.delete"): REFLECTING,
    ("click", "nudge.open"): REFLECTING,
    ("click", "nudge.read"): REFLECTING,
    ("form", "nudge.form"): REFLECTING,
    ("click", "nudge.stop"): REFLECTING,
    # What others shared: supervisors, learning partners, and partners for their set.
    ("click", "shared.open"): READERS | PARTNERS,
    ("click", "shared.show.*"): READERS | PARTNERS,
    ("click", "shared.open_one"): READERS | PARTNERS,
    # Check-ins: everybody who is enrolled; whose group it is, the service looks at.
    ("form", "check_ins.form"): ENROLLED,
    ("click", "check_ins.open"): ENROLLED,
    ("click", "check_ins.wanted.*"): ENROLLED,
    ("click", "check_ins.open_results"): ENROLLED,
    # What is held about oneself: whoever is or was enrolled, and only their own.
    ("command", "/my-data"): OF_WHOM_SOMETHING_IS_HELD,
    ("click", "my_data.open"): OF_WHOM_SOMETHING_IS_HELD,
    ("click", "my_data.read"): OF_WHOM_SOMETHING_IS_HELD,
    ("click", "my_data.turn.*"): OF_WHOM_SOMETHING_IS_HELD,
    ("click", "my_data.open_files"): OF_WHOM_SOMETHING_IS_HELD,
    ("form", "my_data.files_form"): OF_WHOM_SOMETHING_IS_HELD,
    ("click", "my_data.open_erase"): OF_WHOM_SOMETHING_IS_HELD,
    ("form", "my_data.erase_form"): OF_WHOM_SOMETHING_IS_HELD,
    # Supervision: the command leads everybody to their own side.
    ("command", "/supervision"): ENROLLED,
    # Asking, and what became of it: partners, and only their own.
    ("click", "supervision.ask"): PARTNERS,
    ("click", "supervision.ask_more"): PARTNERS,
    ("form", "supervision.ask_form"): PARTNERS,
    ("click", "supervision.open_requests"): PARTNERS,
    ("click", "supervision.open_request"): PARTNERS,
    ("click", "supervision.open_done"): PARTNERS,
    ("form", "supervision.done_form"): PARTNERS,
    ("click", "supervision.read_own_note"): PARTNERS,
    ("click", "supervision.withdraw"): PARTNERS,
    # The queue, what they have and their own settings: supervisors.
    ("click", "supervision.open_queue"): SUPERVISORS,
    ("click", "supervision.claim"): SUPERVISORS,
    ("click", "supervision.open_held"): SUPERVISORS,
    ("click", "supervision.read_note"): SUPERVISORS,
    ("click", "supervision.open_book"): SUPERVISORS,
    ("form", "supervision.book_form"): SUPERVISORS,
    ("click", "supervision.open_hand_over"): SUPERVISORS,
    ("click", "supervision.hand_over"): SUPERVISORS,
    ("click", "supervision.hand_back"): SUPERVISORS,
    ("click", "supervision.open_record"): SUPERVISORS,
    ("form", "supervision.record_form"): SUPERVISORS,
    ("click", "supervision.close"): SUPERVISORS,
    ("click", "supervision.open_supervisor"): SUPERVISORS,
    ("click", "supervision.open_most_held"): SUPERVISORS,
    ("form", "supervision.most_held_form"): SUPERVISORS,
    ("click", "supervision.open_time_off"): SUPERVISORS,
    ("form", "supervision.time_off_form"): SUPERVISORS,
    ("click", "supervision.remove_time_off"): SUPERVISORS,
    # Two counts, hours and promises: co-leads. One count: learning partners.
    ("click", "supervision.open_plan"): CO_LEADS,
    ("click", "supervision.open_hours"): CO_LEADS,
    ("form", "supervision.hours_form"): CO_LEADS,
    ("click", "supervision.open_promises"): CO_LEADS,
    ("form", "supervision.promises_form"): CO_LEADS,
    ("click", "supervision.open_count"): LEARNING_PARTNERS,
    # Sets: seen by members and facilitators, who may be of three roles, and by co-leads. Whose set
    # it is, the service looks at.
    ("command", "/learning-set"): IN_SETS,
    ("click", "sets.open_all"): IN_SETS,
    ("click", "sets.show_more"): IN_SETS,
    ("click", "sets.open_one"): IN_SETS,
    ("click", "sets.open_link"): IN_SETS,
    ("click", "link"): IN_SETS,
    ("click", "sets.open_dates"): IN_SETS,
    ("click", "sets.open_meeting"): IN_SETS,
    ("click", "sets.calendar_file"): IN_SETS,
    ("click", "sets.open_agenda"): IN_SETS,
    ("click", "sets.open_offers"): IN_SETS,
    ("click", "sets.open_review"): IN_SETS,
    # Places, dates, roles, offers and actions: partners.
    ("click", "sets.join"): PARTNERS,
    ("click", "sets.take_place"): PARTNERS,
    ("click", "sets.open_ticks"): PARTNERS,
    ("form", "sets.ticks_form"): PARTNERS,
    ("click", "sets.apologies"): PARTNERS,
    ("click", "sets.coming"): PARTNERS,
    ("click", "sets.decline_role.*"): PARTNERS,
    ("click", "sets.take_role.*"): PARTNERS,
    ("click", "sets.open_offer_form"): PARTNERS,
    ("form", "sets.offer_form"): PARTNERS,
    ("click", "sets.withdraw_offer"): PARTNERS,
    ("click", "sets.open_my_actions"): PARTNERS,
    ("click", "sets.open_action_form"): PARTNERS,
    ("form", "sets.action_form"): PARTNERS,
    ("click", "sets.review_action.*"): PARTNERS,
    ("click", "sets.delete_action"): PARTNERS,
    ("click", "sets.facilitate"): PARTNERS,
    # To lead a meeting: whoever is its facilitator, of any of the three roles.
    ("click", "sets.open_role.*"): IN_SETS,
    ("form", "sets.role_form"): IN_SETS,
    ("click", "sets.open_move"): IN_SETS,
    ("form", "sets.move_form"): IN_SETS,
    ("click", "sets.start_agenda"): IN_SETS,
    ("click", "sets.pause_agenda"): IN_SETS,
    ("click", "sets.resume_agenda"): IN_SETS,
    ("click", "sets.next_part"): IN_SETS,
    ("click", "sets.close_meeting"): IN_SETS,
    ("click", "sets.step_down"): IN_SETS,
    ("click", "sets.leave"): PARTNERS,
    # To make sets, offer dates and choose one: co-leads.
    ("click", "sets.open_form"): CO_LEADS,
    ("form", "sets.form"): CO_LEADS,
    ("click", "sets.open_numbers"): CO_LEADS,
    ("form", "sets.numbers_form"): CO_LEADS,
    ("click", "sets.open_link_form"): CO_LEADS,
    ("form", "sets.link_form"): CO_LEADS,
    ("click", "sets.open_facilitator"): CO_LEADS,
    ("form", "sets.facilitator_form"): CO_LEADS,
    ("click", "sets.open_dates_form"): CO_LEADS,
    ("click", "sets.more_dates"): CO_LEADS,
    ("click", "sets.ask_dates_again"): CO_LEADS,
    ("form", "sets.dates_form"): CO_LEADS,
    ("click", "sets.choose_date"): CO_LEADS,
    ("click", "sets.cancel_meeting"): CO_LEADS,
    ("click", "sets.close"): CO_LEADS,
}

# A button whose id ends in what was chosen.
CHOSEN = {
    "sessions.show_month.*": "next_page",
    "work.show.*": "next_page",
    "sessions.heaviness.*": "light",
    "sessions.wish.*": "peer",
    "prompts.show.*": "evoke_transformation",
    "check_ins.wanted.*": "numbers",
    "journal.show.*": "start",
    "shared.show.*": "next",
    "my_data.turn.*": "next",
    "sets.decline_role.*": "presenter",
    "sets.take_role.*": "timekeeper",
    "sets.open_role.*": "care_holder",
    "sets.review_action.*": "part",
}


@pytest.fixture(autouse=True)
def _tuesday(control):
    """It is Tuesday 2 March 2027, 10am in London."""
    control.post("clock", now=TUESDAY)


def named(declared):
    """The key of a listener in the table; a pattern ends in a star."""
    return declared.kind, declared.id.replace("\\", "").removeprefix("^").replace(".w+$", ".*")


def strays(declared):
    """The listeners that are not in the table, and what of the table has no listener."""
    return {named(one) for one in declared} ^ set(MAY)


def test_every_listener_stands_in_the_table_and_nothing_else_does(bot):
    declared = [named(one) for one in bot.parts.declared]

    assert sorted(declared) == sorted(set(declared))
    assert strays(bot.parts.declared) == set()


@pytest.mark.parametrize("kind", ["command", "shortcut", "click", "form"])
def test_a_planted_listener_that_is_not_in_the_table_is_found(bot, kind):
    listen = Listen(App(token="xoxb-1", signing_secret="1", token_verification_enabled=False))
    getattr(listen, kind)("planted", Act.SEE_HELP, lambda ack: ack())

    assert strays([*bot.parts.declared, *listen.declared]) == {(kind, "planted")}


def test_bolt_knows_no_listener_that_was_not_declared(bot):
    """Two events come by themselves, and nobody asks for them: Home opened, somebody changed."""
    events = 2

    assert len(bot.parts.app._listeners) == len(bot.parts.declared) + events


@pytest.fixture(scope="module")
def forms(running, practice):
    """Every form as the bot sends it to those who may, to be put into other hands."""
    control = Forger.of(practice).control
    control.post("reset")
    control.post("clock", now=TUESDAY)
    running.start_over()
    ada, dilys = Someone(control, "ada"), Someone(control, "dilys")
    ada.command("/session").submit()
    ada.submit(values={"Client code": "C-01"})
    ada.press("Add a private note")
    ada.close().home().press("Get a file")
    for label in ("How often and when", "Quiet times", "How things reach me"):
        ada.close().press("Change my settings", home=True).press(label)
    dilys.command("/cohort").submit()
    dilys.press("Make a cohort").submit(Name="Spring")
    dilys.press("Add people")
    dilys.close().command("/cohort")
    dilys.press("Enrol people")
    dilys.close().command("/cohort")
    dilys.press("Give or take roles").submit(Person=user_id("hari"))
    for label in ("Check-ins", "Questions for this cohort", "Add a phase"):
        dilys.close().command("/cohort").press("Open cohort").press("Plan and phases")
        dilys.press(label)
    dilys.close().command("/cohort").press("Reflection questions").press("Add a question")
    dilys.close().command("/cohort").press("See what was logged").press("Choose cohort and month")
    [spring] = running.rows("cohorts")
    opened(running, spring["id"], "ada")
    ada.close().home().press("Answer the check-in", home=True)
    ada.close().command("/reflect")
    for label in ("Get it as a file", "Delete everything"):
        ada.close().command("/my-data").press(label)
    _journal_forms(running, ada, dilys)
    _supervision_forms(ada, Someone(control, "farah"), dilys)
    set_forms(running, ada, dilys)
    # The welcome goes on to what everybody may see.
    Someone(control, "hari").command("/alongside")
    known = {name for kind, name in MAY if kind == "form"}
    found = {name: sent_views(control, name)[-1] for name in known}
    control.post("reset")
    return found


def _journal_forms(running, ada, dilys):
    write(running, "ada")
    ada.close().home().press("See my journal", home=True)
    ada.press("Open").press("Change words or sharing")
    dilys.close().home().press("My own nudge", home=True)


def _supervision_forms(ada, farah, dilys):
    ada.close().command("/supervision").press("Change how, when or who")
    ada.submit(values={"What is it for?": "For me"})
    farah.home().press("See all requests", home=True).press("Pick it up")
    for label in ("Agree a time", "Record the meeting"):
        farah.press(label).close().home().press("See all requests", home=True)
        farah.press("Open request")
    for label in ("Change number", "Add time off"):
        farah.close().home().press("See all requests", home=True)
        farah.press("Change time off and limit").press(label)
    ada.press("See my requests").press("Open request").press("Say it is done")
    for label in ("Working hours", "Promises"):
        dilys.close().command("/supervision").press(label)


@pytest.fixture
def forger(practice):
    return Forger.of(practice)


# What must be filled in before Slack sends a form at all.
FILLED_IN = {
    "my_data.erase_form": {"To delete everything, type delete": "not yet"},
    "cohorts.form": {"Name": "Summer"},
    "cohorts.add_form": {"People": [user_id("ada")]},
    "people.enrol_form": {"People": [user_id("ada")], "Roles": ["Partner"]},
    "people.roles_form": {"Person": user_id("hari")},
    "cohorts.phase_form": {"Last day": "2030-01-31"},
    "prompts.form": {"Question": "What would you keep?"},
    "check_ins.form": GOOD,
    "reflections.form": {"Your answer": "It changed."},
    "nudge.form": {"Remind me, when I'm busy, to...": "Breathe"},
    "supervision.ask_form": {"What is it for?": "For my practice"},
    "sets.form": {"Name": "Quarry"},
    "sets.dates_form": {"Date 1": seconds(2027, 3, 23, 14), "Date 2": seconds(2027, 3, 24, 14)},
    "sets.offer_form": {"I'd like to think about...": "An ending"},
    "sets.action_form": {"I will...": "Rest more"},
}


@pytest.fixture
def things(bot, control, someone):
    """A session of Ada's and a cohort: what ids can name."""
    ada, dilys = someone("ada"), someone("dilys")
    ada.command("/session").submit()
    ada.close()
    dilys.command("/cohort").press("Make a cohort").submit(Name="Spring")
    dilys.close()
    user = {"id": user_id("cerys"), "team_id": TEAM_ID, "deleted": True, "profile": {}}
    control.post("event", event={"type": "user_change", "user": user})
    with bot.database.write() as conn:
        bilal = store.actor(conn, account_of("bilal"))
        store.set_roles(conn, bilal, (), by=None, now=bot.house.clock())
    [session], [cohort] = bot.rows("sessions"), bot.rows("cohorts")
    hari = next(row["id"] for row in bot.rows("people") if row["account"] == user_id("hari"))
    return (
        {
            "session": session["id"],
            "cohort": cohort["id"],
            "subject": hari,
            "given": bot.house.reflections.today(Account(TEAM_ID, user_id("ada"))).given.id,
            "item": write(bot, "ada", supervisor="farah", learning_partner=True, named=False),
            "check_in": opened(bot, cohort["id"], "ada", "dilys", "hari"),
        }
        | _a_request(bot)
        | a_set(bot)
    )


def _a_request(bot):
    """A request of Ada's with a note, which Farah has."""
    ada, farah = account_of("ada"), account_of("farah")
    draft = Draft(category=Category.DOING_RIGHT, level=Level.TODAY, note=NOTE)
    bot.house.supervision.ask(ada, draft, form=new_id(), confirmed=True, even_so=True)
    [request] = bot.rows("supervision_requests")
    bot.house.supervision_queue.claim(farah, request["id"])
    return {"request": request["id"], "gwen": person_of(bot, "gwen")["id"]}


# What the buttons of each part name, unless it is something else.
NAMED_BY = {
    "sessions": "session",
    "reflections": "given",
    "journal": "item",
    "shared": "item",
    "check_ins": "check_in",
    "supervision": "request",
    "sets": "meeting",
}


def value_for(action_id, things):
    """What the button's value would be on a page of the bot's own."""
    if action_id in {"cohorts.remove_member", "cohorts.show_members", "cohorts.remove_phase"}:
        return f"{things['cohort']} {things['subject']}"
    if action_id.startswith("sets."):
        return value_of_a_set(action_id, things)
    if action_id == "supervision.hand_over":
        return f"{things['request']} {things['gwen']}"
    if action_id in {"supervision.ask", "people.open_roles_of"}:
        return things["session" if action_id == "supervision.ask" else "subject"]
    if action_id.startswith(("cohorts.open_", "check_ins.open_")) or (
        action_id == "people.open_enrol"
    ):
        return things["cohort"]
    if action_id.startswith(("work.show", "sessions.show_month")):
        return f"{things['cohort']} 2027-03 1" if action_id[0] == "w" else "2026-03 1 -"
    if action_id in {"prompts.open_form", "prompts.retire", "prompts.bring_back"}:
        return "untaught"
    name = NAMED_BY.get(action_id.partition(".")[0])
    return things[name] if name else ""


def metadata_of(name, view, things):
    """The form's memory with a form instance of its own and ids that are there now."""
    if name.startswith("supervision."):
        things = things | {"subject": things["request"]}
    if name == "sets.ticks_form":
        things = things | {"meeting": things["poll"]}
    names = set(things) & set(_memory(view))
    return json.dumps(_memory(view) | {"form": new_id()} | {name: things[name] for name in names})


def _memory(view):
    return json.loads(view.get("private_metadata") or "{}")


def tried(kind, name, person, forger, forms, things):
    """Let the person do it, and return every word they read for an answer."""
    if person.modal:
        person.close()
    told = len(person.whispers)
    if kind == "command":
        person.command(name)
    elif kind == "shortcut":
        person.shortcut(name if name != ids.LOG_SHORTCUT else "Log a session")
    elif kind == "click":
        action_id = name.replace("*", CHOSEN.get(name, ""))
        forger.press(person, action_id, value_for(action_id, things))
    else:
        view = forms[name] | {"private_metadata": metadata_of(name, forms[name], things)}
        forger.show(person, view)
        person.submit(values=FILLED_IN.get(name, {}))
    errors = person.errors.values() if person.modal else ()
    return "\n".join([*person.whispers[told:], *errors, person.reads])


def everything(bot):
    """Every row that can tell of something done; refusals leave a line in the audit trail."""
    kept = [t.name for t in metadata.sorted_tables if t.name not in {"audit", "heartbeats"}]
    return {table: bot.rows(table) for table in kept}


@pytest.mark.parametrize("handle", PEOPLE, ids=PEOPLE.values())
def test_everybody_can_do_what_the_table_says_and_nothing_else(
    handle, bot, control, forger, forms, things
):
    person = Someone(control, handle)
    refusal = ANOTHER_ROLE if handle in ENROLLED else NOT_ENROLLED
    denied = [cell for cell in MAY if handle not in MAY[cell]]
    allowed = [cell for cell in MAY if handle in MAY[cell]]
    before = everything(bot)

    for kind, name in denied:
        answer = tried(kind, name, person, forger, forms, things)
        assert refusal in answer, (kind, name, answer)
    bot.settle()
    assert everything(bot) == before

    for kind, name in allowed:
        answer = tried(kind, name, person, forger, forms, things)
        assert NOT_ENROLLED not in answer, (kind, name)
        assert ANOTHER_ROLE not in answer, (kind, name)
        assert TROUBLE not in answer, (kind, name, answer)


def test_a_refusal_shows_nothing_of_what_was_asked_for(bot, control, forger, forms, things):
    for handle, (kind, name) in itertools.product(("iona", "farah"), MAY):
        if handle not in MAY[kind, name] and kind != "form":
            person = Someone(control, handle)
            answer = tried(kind, name, person, forger, forms, things)
            words = ("Spring", "Harbour", "coaching, 1 hour", NOTE, "doing right", "Rest more")
            for private in (*things.values(), *words):
                assert private not in answer, (kind, name)


# The line above Save


CO_LEADS_OWN = (Thing.COHORT_PLAN, Thing.COHORT_MEMBER, Thing.ENROLMENT, Thing.QUESTION_BANK)
SAYS = {
    "settings.form": (Thing.NATION, Thing.ACCESS),
    "settings.prompts_form": (Thing.RHYTHM,),
    "settings.quiet_form": (Thing.RHYTHM,),
    "settings.messages_form": (Thing.RHYTHM,),
    "sessions.form": (Thing.SESSION_FACTS, Thing.CLIENT_CODE),
    "sessions.more_form": (Thing.SESSION_DETAILS, Thing.PRIVATE_NOTE),
    "sessions.files_form": (Thing.MY_DATA,),
    "work.form": (Thing.SESSION_FACTS, Thing.CLIENT_CODE),
    "cohorts.form": (Thing.COHORT_PLAN,),
    "cohorts.add_form": (Thing.COHORT_MEMBER,),
    "people.enrol_form": (Thing.ENROLMENT,),
    "people.roles_form": (Thing.ENROLMENT,),
    "people.roles_of_form": (Thing.ENROLMENT,),
    "cohorts.check_in_plan_form": (Thing.COHORT_PLAN,),
    "cohorts.question_plan_form": (Thing.COHORT_PLAN,),
    "cohorts.phase_form": (Thing.COHORT_PLAN,),
    "prompts.form": (Thing.QUESTION_BANK,),
    "reflections.form": (Thing.JOURNAL,),
    "journal.form": (Thing.JOURNAL,),
    "nudge.form": (Thing.NUDGE,),
    "check_ins.form": (Thing.CHECK_IN_ANSWER,),
    "my_data.files_form": (Thing.MY_DATA,),
    "my_data.erase_form": (Thing.MY_DATA,),
    "supervision.ask_form": (Thing.REQUEST_PURPOSE, Thing.REQUEST_NOTE, Thing.RATHER_NOT),
    "supervision.done_form": (Thing.MEETING_RECORD, Thing.NEXT_STEP),
    "supervision.book_form": (Thing.BOOKED_TIME,),
    "supervision.record_form": (Thing.MEETING_RECORD,),
    "supervision.most_held_form": (Thing.RHYTHM,),
    "supervision.time_off_form": (Thing.TIME_OFF,),
    "supervision.hours_form": (Thing.PROMISES,),
    "supervision.promises_form": (Thing.PROMISES,),
    "sets.ticks_form": (Thing.DATES_TICKED,),
    "sets.offer_form": (Thing.OFFER,),
    "sets.action_form": (Thing.SET_ACTION,),
    "sets.role_form": (Thing.SET_ROLE,),
    "sets.move_form": (Thing.SET_MEETING,),
    "sets.form": (Thing.SET_PLAN, Thing.SET_LINK),
    "sets.numbers_form": (Thing.SET_PLAN,),
    "sets.link_form": (Thing.SET_LINK,),
    "sets.facilitator_form": (Thing.SET_PLAN,),
    "sets.dates_form": (Thing.SET_MEETING,),
}
READ_BY = dict.fromkeys(("supervision.book_form", "supervision.record_form"), Viewer.ACCEPTING)
READ_BY |= {"work.form": None}
# Whoever fills these in is one of those who see them: a co-lead, or a member of the set.
READ_BY |= dict.fromkeys(
    (form for form, things in SAYS.items() if set(things) & {*CO_LEADS_OWN, Thing.PROMISES})
)
READ_BY |= dict.fromkeys(
    form
    for form, things in SAYS.items()
    if set(things) & {Thing.SET_PLAN, Thing.SET_LINK, Thing.SET_MEETING, Thing.SET_ROLE}
)


def test_every_form_says_above_save_who_can_see_it_by_the_table(bot, forms):
    """The welcome has nothing to fill in."""
    without = {"welcome"}
    assert set(SAYS) == {name for kind, name in MAY if kind == "form"} - without

    for name, things in SAYS.items():
        [block] = [b for b in forms[name]["blocks"] if b.get("block_id") == "who_sees"]
        [text] = [part["text"] for part in block["elements"]]
        you = READ_BY.get(name, Viewer.AUTHOR)
        assert text.startswith("\n".join(line(Words(), *things, you=you))), name
        assert "input" in {b["type"] for b in forms[name]["blocks"]}, name
        assert forms[name]["submit"], name


# A role that is lost between opening a form and sending it


OWN_HANDS = ("ada", "dilys", "farah", "hari")


def holds(bot, handle, roles):
    """Let somebody hold exactly these roles, with nothing else that follows from it."""
    with bot.database.write() as conn:
        person = store.actor(conn, account_of(handle))
        store.set_roles(conn, person, roles, by=None, now=bot.house.clock())
    return person.roles


@pytest.mark.timeout(180)
def test_a_role_lost_while_a_form_is_open_saves_nothing_in_any_form(
    bot, control, forger, forms, things
):
    for kind, name in MAY:
        if kind != "form" or name == "welcome":
            continue
        handle = next(one for one in OWN_HANDS if one in MAY[kind, name])
        others = {"ada", "dilys", "farah", "hari"} - set(MAY[kind, name])
        person = Someone(control, handle)
        # What is held about them, whoever left still takes and deletes.
        gone = [] if name.startswith("my_data.") else [((), NOT_ENROLLED)]
        for left, refusal in [*gone, *([(others, ANOTHER_ROLE)] if others else [])]:
            view = forms[name] | {"private_metadata": metadata_of(name, forms[name], things)}
            person.close() if person.modal else None
            forger.show(person, view)
            had = holds(bot, handle, {ROLE_OF[one] for one in left})
            before = everything(bot)
            person.submit(values=FILLED_IN.get(name, {}))
            assert refusal in " ".join(person.errors.values()), (name, left)
            bot.settle()
            assert everything(bot) == before, (name, left)
            holds(bot, handle, had)


ROLE_OF = {
    "ada": Role.PARTNER,
    "dilys": Role.CO_LEAD,
    "farah": Role.SUPERVISOR,
    "hari": Role.LEARNING_PARTNER,
}


# Somebody else's, and what is deleted


OWN_CLICKS = (
    "sessions.open_one",
    "sessions.edit",
    "sessions.open_more",
    "sessions.heaviness.*",
    "sessions.wish.*",
    "sessions.delete",
    "sessions.undo_delete",
    "reflections.answer",
    "reflections.tomorrow",
    "reflections.another",
    "reflections.not_again",
    "reflections.skip",
    "reflections.never",
    "journal.open_one",
    "journal.edit",
    "journal.unshare",
    "journal.delete",
    "shared.open_one",
    "supervision.open_request",
    "supervision.open_done",
    "supervision.read_own_note",
    "supervision.withdraw",
    "sets.review_action.*",
)
OWN_FORMS = (
    "sessions.form",
    "sessions.more_form",
    "reflections.form",
    "journal.form",
    "supervision.done_form",
)
PRIVATE = ("coaching, 1 hour", NOTE, "I listened more than I spoke.", "doing right", "Rest more")


def answers_to(person, forger, forms, things, *, but=()):
    """What somebody reads who tries everything that is about these things."""
    read = {
        ("click", name): tried("click", name, person, forger, forms, things)
        for name in OWN_CLICKS
        if not name.startswith(tuple(but))
    }
    for name in (one for one in OWN_FORMS if not one.startswith(tuple(but))):
        view = forms[name]
        known = things | {"subject": things["request"]}
        memory = {one: known[one] for one in set(known) & set(_memory(view))} | {"form": new_id()}
        if name == "sessions.form":
            memory["session"] = things["session"]
        person.close() if person.modal else None
        forger.show(person, view | {"private_metadata": json.dumps(memory)})
        person.submit(values=FILLED_IN.get(name, {}))
        errors = person.errors.values() if person.modal else ()
        read["form", name] = "\n".join([*errors, person.reads])
    return read


def never_there(things):
    return {name: new_id() for name in things}


@pytest.mark.timeout(180)
@pytest.mark.parametrize("handle", ["bilal", "emeka"], ids=["a partner", "another partner"])
def test_somebody_elses_is_refused_like_what_never_was_everywhere(
    bot, control, forger, forms, things, handle
):
    person, before = Someone(control, handle), everything(bot)

    theirs = answers_to(person, forger, forms, things)
    never = answers_to(person, forger, forms, never_there(things))

    bot.settle()
    assert theirs == never
    assert everything(bot) == before
    for words in PRIVATE:
        assert words not in "\n".join(theirs.values())


@pytest.mark.timeout(180)
def test_what_was_deleted_is_refused_like_what_never_was_everywhere(
    bot, control, forger, forms, things
):
    ada, house = account_of("ada"), bot.house
    house.sessions.delete(ada, things["session"])
    house.journals.delete(ada, things["item"])
    house.supervision.withdraw(ada, things["request"])
    house.set_actions.remove(ada, things["action"])
    bot.settle()
    control.post("clock", advance_seconds=120)
    tick(house)
    person = Someone(control, "ada")
    bot.settle()
    before = everything(bot)

    # A question that somebody was given is theirs for good, and can be answered after all.
    gone = answers_to(person, forger, forms, things, but=("reflections.",))

    bot.settle()
    assert everything(bot) == before
    for words in PRIVATE:
        assert words not in "\n".join(gone.values()), words
    assert TROUBLE not in "\n".join(gone.values())
