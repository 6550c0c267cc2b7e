"""What partners logged: co-leads read a month of it, learning partners totals of five and more."""

from datetime import date

import pytest

from bot import ids
from bot.scheduler import tick
from domain.ids import new_id
from domain.people import Role
from domain.sessions import Mode, Outcome, Pay, SessionDraft, SessionType
from practice.people import user_id
from tests.e2e.deeds import until
from tests.e2e.set_things import account_of
from tests.forging import Forger

TUESDAY = "2027-03-02T10:00:00Z"
NOTE, ACTION = "I was glad of the silence.", "Ask less"
PARTNERS = ("ada", "bilal", "iona", "kit", "farah", "gwen")


@pytest.fixture(autouse=True)
def _tuesday(control, bot):
    """It is Tuesday 2 March 2027, and everybody begins anew."""
    control.post("clock", now=TUESDAY)
    bot.start_over()


@pytest.fixture
def partners(bot):
    """Six people who log sessions."""
    accounts = [account_of(handle) for handle in PARTNERS]
    bot.house.people.enrol(account_of("dilys"), accounts, {Role.PARTNER}, None, form=new_id())
    return PARTNERS


def log(bot, handle, on, minutes=60, kind=SessionType.COACHING, **facts):
    draft = SessionDraft(on_date=on, type=kind, minutes=minutes, mode=Mode.VIDEO, **facts)
    return bot.house.sessions.log(account_of(handle), draft, form=new_id())


def cohort_of(bot, *handles, name="Spring"):
    dilys = account_of("dilys")
    made = bot.house.cohorts.make(dilys, name, date(2027, 1, 4), None, form=new_id())
    wanted = [account_of(handle) for handle in handles]
    bot.house.cohorts.add(dilys, made.cohort.id, wanted, form=new_id())
    return made.cohort.id


def looks(person):
    """Open the page from Home."""
    person.close() if person.modal else None
    return person.home().press("See what was logged", home=True)


def lines_of(person):
    """What the page says of each person, by their mention; long lists go on in the next part."""
    found, who = {}, None
    for block in person.modal["blocks"]:
        lines = block["text"]["text"].splitlines() if block["type"] == "section" else []
        if lines and lines[0].startswith("<@"):
            who, *lines = lines
        if lines and who and not lines[0].startswith("Page "):
            found.setdefault(who.strip("<@>"), []).extend(lines)
    return found


# Co-leads


def test_a_co_lead_reads_the_month_and_nothing_that_is_private(bot, dilys, ada, forger):
    ada.command("/session")
    ada.submit(values={"Client code": "C-93", "How long was it?": "2 hours"})
    ada.press("Add a private note")
    ada.submit(values={"Private note": NOTE, "One action": ACTION})
    [session] = bot.rows("sessions")
    forger.press(ada, f"{ids.SAY_HEAVINESS}.heavy", session["id"])
    log(
        bot,
        "bilal",
        date(2027, 3, 1),
        45,
        SessionType.MENTORING,
        outcome=Outcome.CANCELLED_LATE,
        pay=Pay.NOT_CLAIMED,
        preparation_minutes=30,
        travel_minutes=15,
    )

    looks(dilys)

    assert "Everyone, March 2027" in dilys.reads
    assert lines_of(dilys) == {
        user_id("ada"): ["Tue 2 Mar: coaching, 2 hours, video, client C-93, paid"],
        user_id("bilal"): [
            "Mon 1 Mar: mentoring, 45 minutes, 30 minutes of preparation, 15 minutes of travel, "
            "video, it was cancelled late, they would rather not claim"
        ],
    }
    assert "2 sessions logged." in dilys.reads
    assert "What became of them: 1 happened and 1 was cancelled late." in dilys.reads
    assert "Pay: 1 paid and 1 they would rather not claim." in dilys.reads
    assert "Coaching: 2 hours in 1 session" in dilys.reads
    assert "There is no ranking." in dilys.reads
    for private in (NOTE, "silence", ACTION, "heavy", "note"):
        assert private not in dilys.reads, private


def test_there_is_no_ranking_by_hours(bot, dilys):
    for handle, hours in (("bilal", 8), ("ada", 1), ("cerys", 4)):
        log(bot, handle, date(2027, 3, 1), hours * 60)
    joined = sorted(bot.rows("people"), key=lambda one: (one["created_at"], one["id"]))
    order = [one["account"] for one in joined]

    shown = list(lines_of(looks(dilys)))

    assert sorted(shown) == sorted(user_id(one) for one in ("ada", "bilal", "cerys"))
    assert shown == [one for one in order if one in shown]


def test_a_cohort_and_a_month_can_be_chosen(bot, dilys):
    cohort_of(bot, "bilal")
    for handle in ("ada", "bilal"):
        log(bot, handle, date(2027, 1, 12))
        log(bot, handle, date(2027, 3, 1), 45)

    looks(dilys).press("Choose cohort and month")
    dilys.submit(values={"Whose sessions?": "Spring", "Which month?": "January 2027"})

    assert "Spring, January 2027" in dilys.reads
    assert list(lines_of(dilys)) == [user_id("bilal")]
    assert "Coaching: 1 hour in 1 session" in dilys.reads

    dilys.press("Go to February 2027")
    assert "Spring, February 2027" in dilys.reads
    assert "Nothing is logged in this month." in dilys.reads
    dilys.press("Go to March 2027")
    assert "Coaching: 45 minutes in 1 session" in dilys.reads
    assert "Go to April 2027" not in dilys.reads

    # The form begins at what was looked at, and goes no further back than the first session.
    dilys.press("Choose cohort and month")
    assert dilys.typed("month")["selected_option"]["value"] == "2027-03"
    assert "December 2026" not in dilys.reads
    dilys.submit(values={"Whose sessions?": "Everyone"})
    assert set(lines_of(dilys)) == {user_id("ada"), user_id("bilal")}


def test_the_page_of_a_cohort_leads_to_its_own_month(bot, dilys):
    cohort_of(bot, "bilal")
    for handle in ("ada", "bilal"):
        log(bot, handle, date(2027, 3, 1))

    dilys.command("/cohort").press("Open cohort").press("See what was logged")

    assert list(lines_of(dilys)) == [user_id("bilal")]


def test_many_sessions_come_on_pages_and_each_once(bot, dilys):
    for day in range(25):
        log(bot, "ada", date(2027, 2, 1 + day))
    log(bot, "bilal", date(2027, 2, 3))

    looks(dilys).press("Go to February 2027")
    assert "26 sessions logged." in dilys.reads
    assert "Page 1 of 2." in dilys.reads
    first = lines_of(dilys)
    second = lines_of(dilys.press("Next page"))

    assert "Page 2 of 2." in dilys.reads
    lines = [(who, line) for page in (first, second) for who, all_ in page.items() for line in all_]
    assert len(lines) == len(set(lines)) == 26
    assert first == lines_of(dilys.press("First page"))


def test_whoever_leaves_or_has_everything_deleted_is_not_there_any_more(bot, dilys, someone):
    ada, bilal = someone("ada"), someone("bilal")
    for handle in ("ada", "bilal", "cerys"):
        log(bot, handle, date(2027, 3, 1))
    assert len(lines_of(looks(dilys))) == 3

    ada.command("/my-data").press("Delete everything")
    ada.submit(values={"To delete everything, type delete": "delete"})
    until(lambda: len(bot.rows("kept_pay")) == 1)
    dilys.close().command("/cohort").press("Give or take roles")
    dilys.submit(Person=bilal.sees["me"]["id"]).submit(values={"Roles they hold": []})

    # What stays of paid sessions without a name is for the accounts, and is on no page.
    assert set(lines_of(looks(dilys))) == {user_id("cerys")}
    assert "1 session logged." in dilys.reads


def test_a_deleted_session_is_gone_at_once(bot, dilys):
    session = log(bot, "ada", date(2027, 3, 1))
    log(bot, "ada", date(2027, 3, 2))
    bot.house.sessions.delete(account_of("ada"), session.id)

    assert lines_of(looks(dilys)) == {user_id("ada"): ["Tue 2 Mar: coaching, 1 hour, video, paid"]}


def test_that_a_co_lead_looked_is_written_down_without_words_and_shown_to_nobody(
    bot, dilys, ada, control
):
    cohort_id = cohort_of(bot, "ada")
    log(bot, "ada", date(2027, 3, 1), client_code="C-93")
    before = len(bot.rows("audit"))
    looks(dilys)
    dilys.close().command("/cohort").press("Open cohort").press("See what was logged")

    [me] = [p for p in bot.rows("people") if p["account"] == user_id("dilys")]
    lines = bot.rows("audit")[before:]
    assert [(a["actor"], a["action"], a["kind"], a["object_id"]) for a in lines] == [
        (me["id"], "work_seen", "programme", "programme"),
        (me["id"], "work_seen", "cohort", cohort_id),
    ]
    assert "We keep a line that you looked, and when." in dilys.reads
    # Ada is told in the form that co-leads see this, always; there is no list of when.
    tick(bot.house)
    ada.command("/my-data").press("Read all of it")
    assert "work seen" not in ada.reads.lower()
    assert user_id("dilys") not in ada.reads


def test_nothing_of_it_is_pushed_to_anybody(bot, dilys, control):
    log(bot, "ada", date(2027, 3, 1))
    looks(dilys)
    tick(bot.house)
    bot.settle()

    sent = {entry["method"] for entry in control.ledger() if entry["method"]}
    assert not {method for method in sent if method.startswith(("chat.", "files."))}


@pytest.mark.parametrize("handle", ["ada", "farah", "hari"])
def test_nobody_else_has_the_door_or_gets_in_by_its_id(bot, someone, forger, handle):
    log(bot, "bilal", date(2027, 3, 1), client_code="C-93")
    person = someone(handle)
    assert "See what was logged" not in person.home().home_tab

    forger.press(person, ids.OPEN_WORK)

    assert "C-93" not in person.reads
    assert "another role" in "\n".join([person.reads, *person.whispers])


@pytest.fixture
def forger(practice):
    return Forger.of(practice)


def test_a_cohort_that_never_was_is_not_found(bot, dilys, forger):
    forger.press(dilys, ids.OPEN_WORK, new_id())

    assert "We cannot find that any more." in dilys.reads


# Learning partners


def totals(person):
    person.close() if person.modal else None
    return person.home().press("See totals", home=True)


def test_totals_are_of_five_people_and_of_months_that_are_over(bot, someone, partners):
    for handle in partners[:5]:
        log(bot, handle, date(2027, 2, 10), 180)
        log(bot, handle, date(2027, 3, 1), 600)
    for handle in partners[:4]:
        log(bot, handle, date(2027, 2, 11), 600, SessionType.TRAINING, client_code="C-93")

    hari = totals(someone("hari"))

    assert "Since the start\nCoaching: about 15 hours" in hari.reads
    assert "February 2027:\nCoaching: about 15 hours" in hari.reads
    for held_back in ("raining", "March", "C-93", "<@"):
        assert held_back not in hari.reads, held_back


def test_four_people_are_too_few_and_that_is_fine(bot, someone, partners):
    for handle in partners[:4]:
        log(bot, handle, date(2027, 2, 10), 600)

    hari = totals(someone("hari"))

    assert "Not enough to show, and that's fine." in hari.reads
    assert "oaching" not in hari.reads


def test_no_month_of_few_people_can_be_found_by_taking_months_from_the_whole(
    bot, control, someone, partners
):
    for handle in partners:
        log(bot, handle, date(2027, 1, 10), 600)
    log(bot, "ada", date(2026, 12, 10), 720)
    log(bot, "ada", date(2027, 2, 10), 720)
    hari = someone("hari")

    assert "Since the start\nCoaching: about 60 hours" in totals(hari).reads
    assert "January 2027:\nCoaching: about 60 hours" in hari.reads

    # Nor by looking again when another month is over.
    log(bot, "ada", date(2027, 3, 2), 720)
    control.post("clock", now="2027-04-01T10:00:00Z")
    assert "Since the start\nCoaching: about 60 hours" in totals(hari).reads


def test_how_long_one_session_more_was_in_a_month_that_is_over_does_not_show(
    bot, someone, partners
):
    for handle in partners:
        log(bot, handle, date(2027, 2, 10), 600)
    hari = someone("hari")
    before = totals(hari).reads

    log(bot, "ada", date(2027, 2, 11), 60)

    assert totals(hari).reads == before


def test_totals_go_a_year_back_and_the_start_further(bot, someone, partners):
    for handle in partners[:5]:
        log(bot, handle, date(2026, 2, 10), 600)
        log(bot, handle, date(2026, 3, 10), 600)

    hari = totals(someone("hari"))

    assert "Since the start\nCoaching: about 100 hours" in hari.reads
    assert "March 2026:" in hari.reads
    assert "February 2026" not in hari.reads


@pytest.mark.parametrize("handle", ["ada", "dilys", "farah"])
def test_totals_are_for_learning_partners_alone(bot, someone, forger, handle):
    person = someone(handle)
    assert "See totals" not in person.home().home_tab

    forger.press(person, ids.OPEN_PROGRAMME_TOTALS)

    assert "another role" in "\n".join([person.reads, *person.whispers])
