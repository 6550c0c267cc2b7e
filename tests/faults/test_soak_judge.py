"""The judge of the soak is shown made-up histories: one clean, and one for each way to break it."""

import json
import subprocess
import sys
from collections import Counter
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path

import pytest

from tests.faults.soak.post import Post
from tests.faults.soak.promises import judge
from tests.faults.soak.told import (
    IN_A_MESSAGE,
    Allowed,
    AskedBack,
    Change,
    CheckIn,
    Crash,
    History,
    NotSaved,
    Person,
    Push,
    Quiet,
    Request,
    Rhythm,
    Session,
    Sight,
    Waits,
    Words,
    fixed,
)

BEGAN = datetime(2027, 10, 11, 5, tzinfo=UTC)
ENDED = BEGAN + timedelta(days=4)
WEDNESDAY = date(2027, 10, 13)
ON_TIME = datetime(2027, 10, 13, 8, 31, tzinfo=UTC)
REAL = BEGAN.timestamp()
TAG = "zq001001"
ROOT = Path(__file__).resolve().parents[2]


def real(moment: datetime) -> float:
    """The real time at which the workspace was there; here both run alike."""
    return moment.timestamp()


def push(to="ada", kind="question", about="", at=ON_TIME, **more) -> Push:
    return Push(to, kind, about, at, real(at), **more)


def somebody(handle: str, zone: str = "Europe/London") -> Person:
    person = Person(handle, f"U0{handle.upper()}", zone, frozenset({"partner"}))
    person.enrolled_at = BEGAN
    return person


@pytest.fixture
def history() -> History:
    """Ada and Bilal lived four days, and each got the question of Wednesday."""
    found = History(people={name: somebody(name) for name in ("ada", "bilal")})
    found.timeline.ahead = [(REAL, 0.0)]
    found.began, found.ended = BEGAN, ENDED
    found.pushes = [push("ada"), push("bilal")]
    return found


def session(told: float | None = REAL + 1, **more) -> Session:
    return Session("ada", "K-0001", fixed(60), Change(True, REAL, told), **more)


def words(kind="journal", told: float | None = REAL + 1, **more) -> Words:
    return Words(TAG, "ada", kind, Change(True, REAL, told), **more)


def asked_back(what: str, found: dict[str, int], **more) -> AskedBack:
    return AskedBack("ada", what, REAL + 100, Counter(found), **more)


def heavy(hours: int, *, told: bool = True) -> Change[datetime]:
    """Somebody said so many hours before the question that a session was heavy."""
    when = ON_TIME - timedelta(hours=hours)
    return Change(when, real(when), real(when) if told else None)


def found_in(history: History) -> dict[str, int]:
    return judge(history).names


def sight(who="bilal", at=REAL + 50, where="screen") -> Sight:
    return Sight(who, TAG, at, at, where)


def test_a_clean_history_is_clean_and_something_was_judged(history):
    history.sessions.append(session())
    history.words[TAG] = words(readers=[Allowed("bilal", REAL)])
    history.asked_back += [
        asked_back("sessions", {"K-0001": 1}, minutes={"K-0001": 60}),
        asked_back("how many", {"sessions": 1}),
        asked_back("note journal", {TAG: 1}),
    ]
    history.check_ins["Cohort 1", WEDNESDAY] = CheckIn("Cohort 1", WEDNESDAY, 5, 1, 6)
    history.requests.append(Request("ada", ON_TIME, real(ON_TIME)))
    history.pushes.append(push("bilal", "alert"))
    history.crashes.append(Crash("one killed", 29.9))
    history.not_saved.append(NotSaved("ada", "session", kept=True))
    history.sights.append(sight())

    verdict = judge(history)

    assert verdict.violations == []
    assert min(verdict.judged[f"C{n}"] for n in range(1, 8)) > 0
    assert verdict.judged["C3"] == 3


# C1


def test_a_session_that_was_told_and_is_not_there_is_lost(history):
    history.sessions.append(session())
    history.asked_back.append(asked_back("sessions", {}))
    assert found_in(history) == {"C1 lost": 1}


@pytest.mark.parametrize("there", [0, 1])
def test_a_session_without_an_answer_may_be_there_or_not(history, there):
    history.sessions.append(session(told=None))
    history.asked_back.append(asked_back("sessions", {"K-0001": there} if there else {}))
    history.asked_back.append(asked_back("how many", {"sessions": there}))
    assert found_in(history) == {}


@pytest.mark.parametrize(
    ("found", "minutes", "name"),
    [
        ({"K-0001": 2}, {}, "C1 doubled"),
        ({"K-0001": 1}, {"K-0001": 90}, "C1 untrue"),
        ({"K-0001": 1, "K-0007": 1}, {}, "C1 untrue"),
    ],
    ids=["twice", "as long as nobody said", "never logged"],
)
def test_a_list_that_says_something_else_is_untrue(history, found, minutes, name):
    history.sessions.append(session())
    history.asked_back.append(asked_back("sessions", found, minutes=minutes))
    assert found_in(history) == {name: 1}


@pytest.mark.parametrize(
    ("minutes", "when", "told", "names"),
    [
        (60, 50, 51, {"C1 untrue": 1}),
        (90, 50, 51, {}),
        (60, 50, None, {}),
        (60, 150, 151, {}),
        (90, 150, 151, {"C1 untrue": 1}),
    ],
    ids=["before", "as told", "without an answer", "changed later", "before it was changed"],
)
def test_a_changed_session_is_what_it_was_when_they_looked(history, minutes, when, told, names):
    """Ada made an hour an hour and a half, and looked."""
    changed = session()
    changed.minutes.ask(90, REAL + when).told = told and REAL + told
    history.sessions.append(changed)
    history.asked_back.append(asked_back("sessions", {"K-0001": 1}, minutes={"K-0001": minutes}))
    assert found_in(history) == names


@pytest.mark.parametrize(("number", "name"), [(0, "C1 lost"), (2, "C1 untrue")])
def test_a_number_on_home_that_is_not_so_is_seen(history, number, name):
    history.sessions.append(session())
    history.asked_back.append(asked_back("how many", {"sessions": number}))
    assert found_in(history) == {name: 1}


def test_what_was_deleted_and_is_there_again_came_back(history):
    history.sessions.append(session(gone=Change(True, REAL + 2, REAL + 3)))
    history.asked_back.append(asked_back("sessions", {"K-0001": 1}))
    assert found_in(history) == {"C1 came back": 1}


@pytest.mark.parametrize(("deleted", "there"), [(50, 0), (150, 1)], ids=["before", "after"])
def test_what_is_deleted_counts_until_then(history, deleted, there):
    gone = Change(True, REAL + deleted, REAL + deleted + 1)
    history.sessions.append(session(gone=gone))
    history.asked_back += [
        asked_back("how many", {"sessions": there}),
        asked_back("sessions", {"K-0001": 1} if there else {}),
    ]
    assert found_in(history) == {}
    history.asked_back[0] = asked_back("how many", {"sessions": 1 - there})
    assert found_in(history) == {"C1 lost" if there else "C1 untrue": 1}


def test_words_that_are_not_in_the_copy_are_lost(history):
    history.words[TAG] = words()
    history.asked_back.append(asked_back("note journal", {}))
    assert found_in(history) == {"C1 lost": 1}


@pytest.mark.parametrize(("shown", "name"), [(5, "C1 lost"), (0, "C1 lost"), (8, "C1 doubled")])
def test_a_group_that_reads_another_number_of_answers_is_seen(history, shown, name):
    history.check_ins["Cohort 1", WEDNESDAY] = CheckIn("Cohort 1", WEDNESDAY, 6, 1, shown)
    assert found_in(history) == {name: 1}


def test_an_answer_that_went_with_whoever_gave_it_is_not_missed(history):
    history.check_ins["Cohort 1", WEDNESDAY] = CheckIn("Cohort 1", WEDNESDAY, 5, 0, 0)
    history.answered.add(("Cohort 1", WEDNESDAY, "ada"))
    assert found_in(history) == {"C1 lost": 1}
    history.people["ada"].here.ask(False, REAL)
    assert found_in(history).get("C1 lost") is None


# C2


def test_the_same_question_twice_on_a_day_is_a_duplicate(history):
    history.pushes.append(push("ada", at=ON_TIME + timedelta(minutes=9)))
    assert found_in(history) == {"C2 duplicate": 1}


@pytest.mark.parametrize(
    ("offered", "found"),
    [
        ([], {"C2 duplicate": 1}),
        ([("Set 6", 30)], {}),
        ([("Set 7", 30)], {"C2 duplicate": 1}),
        ([("Set 6", -30), ("Set 6", 90)], {"C2 duplicate": 1}),
    ],
    ids=["no other dates", "other dates", "another set's", "before and after both"],
)
def test_a_question_about_dates_comes_again_only_for_other_dates(history, offered, found):
    about = "Set 6: which dates suit you for the next meeting?"
    for later in (timedelta(), timedelta(minutes=1)):
        history.pushes.append(push("ada", "set_dates", about, ON_TIME + later))
    history.asked_for_dates += [(name, real(ON_TIME) + seconds) for name, seconds in offered]
    assert found_in(history) == found


def test_an_alert_twice_is_none(history):
    history.pushes += [push("bilal", "alert"), push("bilal", "alert")]
    assert found_in(history) == {}


# C3


@pytest.mark.parametrize(
    ("picked_after", "found"),
    [
        (None, {"C3 missing": 1}),
        (timedelta(minutes=1), {}),
        (timedelta(hours=1), {"C3 missing": 1}),
    ],
    ids=["nobody heard", "found on Home at once", "found on Home much later"],
)
def test_an_alert_is_missed_unless_somebody_picked_it_up_at_once(history, picked_after, found):
    picked_at = ON_TIME + picked_after if picked_after else None
    history.requests.append(Request("ada", ON_TIME, real(ON_TIME), picked_at=picked_at))
    assert found_in(history) == found


@pytest.mark.parametrize(
    ("looks", "found"),
    [
        ([True], {}),
        ([False], {"C3 missing": 1}),
        ([True, False], {}),
    ],
    ids=["there", "not there", "there first, and over when they looked again"],
)
def test_a_question_that_did_not_come_has_to_wait_at_home(history, looks, found):
    history.pushes = [push("bilal")]
    history.waits += [Waits("ada", "question", WEDNESDAY, there) for there in looks]
    assert found_in(history) == found


def test_a_question_just_after_a_jump_from_the_day_before_came_on_its_day(history):
    history.pushes[0] = push("ada", was=ON_TIME - timedelta(days=1))
    history.waits.append(Waits("ada", "question", WEDNESDAY, there=False))
    assert found_in(history) == {}


def test_a_question_before_its_time_is_early(history):
    history.pushes[0] = push("ada", at=ON_TIME - timedelta(minutes=15))
    assert found_in(history) == {"C3 early": 1}


def test_a_request_of_which_no_supervisor_heard_is_missing(history):
    history.requests.append(Request("ada", BEGAN, REAL))
    assert found_in(history) == {"C3 missing": 1}


@pytest.mark.parametrize(
    "why",
    [
        lambda ada: ada.paused_until.ask(WEDNESDAY + timedelta(days=1), REAL),
        lambda ada: ada.here.ask(False, REAL),
        lambda ada: ada.heavy.append(heavy(40, told=False)),
        lambda ada: ada.quiet.ask(Quiet(end=time(11)), REAL),
        lambda ada: ada.rhythm.ask(Rhythm("off"), REAL),
    ],
    ids=["a pause", "left", "heavy", "quiet hours", "turned off"],
)
def test_what_may_rightly_not_come_is_not_missed(history, why):
    why(history.people["ada"])
    history.pushes = [push("bilal")]
    history.waits.append(Waits("ada", "question", WEDNESDAY, there=False))
    assert found_in(history) == {}


@pytest.mark.parametrize(("hours", "found"), [(-1, {"C3 missing": 1}), (1, {})])
def test_a_word_lets_questions_come_again_from_then_on(history, hours, found):
    """The bot went quiet the day before, and Ada wrote something on the day."""
    history.pushes = [push("bilal"), push("ada", about="quiet", at=ON_TIME - timedelta(days=1))]
    history.people["ada"].words.append(ON_TIME + timedelta(hours=hours))
    history.waits.append(Waits("ada", "question", WEDNESDAY, there=False))
    assert found_in(history) == found


# C4


@pytest.mark.parametrize(
    "at",
    [
        datetime(2027, 10, 13, 17, 1, tzinfo=UTC),
        datetime(2027, 10, 13, 7, 59, tzinfo=UTC),
        datetime(2027, 10, 16, 11, 0, tzinfo=UTC),
    ],
    ids=["in the evening", "in the morning", "on a Saturday"],
)
def test_a_message_in_quiet_hours_is_seen(history, at):
    history.pushes.append(push("ada", "news", at=at))
    assert found_in(history) == {"C4 in quiet hours": 1}


def test_quiet_hours_are_those_of_their_own_zone(history):
    history.people["ada"].zone = "America/New_York"
    assert found_in(history)["C4 in quiet hours"] == 1


def test_what_left_before_the_clock_was_moved_was_in_time(history):
    evening = datetime(2027, 10, 13, 18, 0, tzinfo=UTC)
    history.pushes.append(push("ada", "news", at=evening, was=ON_TIME))
    assert found_in(history) == {}


@pytest.mark.parametrize(
    ("how", "kind", "name"),
    [
        (lambda ada, at: ada.rhythm.ask(Rhythm("off"), at), "question", "after an opt-out"),
        (lambda ada, at: ada.paused_until.ask(date(2027, 10, 20), at), "news", "in a pause"),
        (lambda ada, at: ada.here.ask(False, at), "news", "to somebody who left"),
    ],
    ids=["opt-out", "pause", "left"],
)
@pytest.mark.parametrize("told_before", [60.0, 0.5, None], ids=["before", "just now", "never"])
def test_nothing_comes_once_they_were_told(history, how, kind, name, told_before):
    change = how(history.people["ada"], real(ON_TIME) - 90)
    change.told = None if told_before is None else real(ON_TIME) - told_before
    history.pushes = [push("bilal"), push("ada", kind)]
    broken = {f"C4 {name}": 1} if told_before == 60.0 else {}
    assert {k: n for k, n in found_in(history).items() if k.startswith("C4")} == broken


def test_a_nudge_or_a_check_in_that_nobody_asked_for_is_seen(history):
    history.pushes += [push("ada", "nudge"), push("ada", "check_in", "Cohort 1")]
    assert found_in(history) == {"C4 after an opt-out": 2}


def test_a_question_after_a_heavy_session_is_seen(history):
    history.people["ada"].heavy.append(heavy(47))
    assert found_in(history) == {"C4 after a heavy session": 1}


def test_a_question_while_everything_is_paused_is_seen(history):
    history.programme_paused.ask(True, REAL).told = REAL + 1
    assert found_in(history) == {"C4 while all is paused": 2}


# C5 and C6


def test_an_answer_after_more_than_thirty_seconds_is_slow(history):
    history.crashes.append(Crash("all killed", 30.1))
    assert found_in(history) == {"C5 slow": 1}


def test_words_that_are_gone_from_the_form_are_seen(history):
    history.not_saved.append(NotSaved("ada", "reflection", kept=False))
    assert found_in(history) == {"C6 words gone": 1}


# C7


def test_words_that_were_not_shared_are_foreign(history):
    history.words[TAG] = words()
    history.sights.append(sight())
    assert found_in(history) == {"C7 foreign words": 1}


@pytest.mark.parametrize(("at", "found"), [(40.0, {}), (60.0, {"C7 foreign words": 1})])
def test_words_that_are_taken_back_are_foreign_from_then_on(history, at, found):
    history.words[TAG] = words(readers=[Allowed("bilal", REAL)])
    history.words[TAG].stop(REAL + 50)
    history.sights.append(sight(at=REAL + at))
    assert found_in(history) == found


@pytest.mark.parametrize(("since", "found"), [(10.0, {}), (60.0, {"C7 foreign words": 1})])
def test_a_group_reads_from_when_somebody_is_in_it(history, since, found):
    history.words[TAG] = words("offer", readers=[Allowed("set Harbour", REAL)])
    history.join("set Harbour", "bilal", REAL + since)
    history.sights.append(sight())
    assert found_in(history) == found


def test_words_in_a_message_are_seen_even_if_they_are_ones_own(history):
    history.words[TAG] = words("nudge")
    history.sights.append(sight("ada", where=IN_A_MESSAGE))
    assert found_in(history) == {"C7 words in a message": 1}


# C8


@pytest.mark.parametrize("kind", ["journal", "word"])
@pytest.mark.parametrize("who", ["ada", "bilal"])
def test_words_of_somebody_who_is_erased_stand_nowhere(history, kind, who):
    history.words[TAG] = words(kind, readers=[Allowed("bilal", REAL)])
    history.people["ada"].erased = Change(True, REAL + 10, REAL + 20)
    history.sights.append(sight(who))
    assert found_in(history) == ({} if kind == "word" else {"C8 still there": 1})


# What it reads


def entry(seq: int, **facts) -> dict:
    plain = dict.fromkeys(("method", "channel", "user", "ts", "text", "payload", "error"))
    at = ON_TIME.isoformat()
    return plain | {"seq": seq, "ok": True, "at": at, "real_at": at, "kind": "api"} | facts


def test_the_ledger_tells_who_was_pushed_what_and_whose_words_went_to_whom(history):
    history.pushes.clear()
    history.words[TAG] = words()
    post = Post(history, {"U0ADA": "ada", "U0BILAL": "bilal"})
    view = {"blocks": [{"type": "section", "text": {"type": "mrkdwn", "text": TAG}}]}
    sent = {"method": "chat.postMessage", "channel": "D1", "user": "U0ADA"}
    post.take(
        [
            entry(1, **sent, text="You asked for a nudge today.", payload={}),
            entry(2, **sent, ok=False, text="You asked for a nudge today.", payload={}),
            entry(
                3,
                kind="envelope",
                envelope_id="e1",
                user="U0BILAL",
                payload={"trigger_id": "t1", "view": {"id": "V1"}},
            ),
            entry(4, method="views.open", payload={"trigger_id": "t1", "view": view}),
            entry(5, method="views.update", payload={"view_id": "V1", "view": view}),
            entry(6, kind="ack", envelope_id="e1", payload={"view": view}),
            entry(7, **sent, text="A message", payload={"text": TAG}),
        ]
    )
    assert [(p.to, p.kind) for p in history.pushes] == [("ada", "nudge"), ("ada", "other")]
    assert Counter((s.who, s.where == IN_A_MESSAGE) for s in history.sights) == {
        ("bilal", False): 3,
        ("ada", True): 1,
    }
    assert post.seq == 7


def test_whoever_is_asked_a_day_later_is_asked_for_the_same_check_in(history):
    post = Post(history, {"U0ADA": "ada"})
    asks = {
        "method": "chat.postMessage",
        "text": "How is Cohort 1 doing? The check-in is open until",
    }
    days = ["2027-10-12T09:00:00+00:00", "2027-10-13T20:00:00+00:00", "2027-10-19T09:00:00+00:00"]
    for seq, (at, user) in enumerate(zip(days, [None, "U0ADA", None], strict=True), start=1):
        post.take([entry(seq, **asks, user=user, channel="C1", at=at, payload={})])

    tuesdays = [date(2027, 10, 12), date(2027, 10, 19)]
    assert list(history.check_ins) == [("Cohort 1", day) for day in tuesdays]


def test_the_judge_and_the_players_know_nothing_of_the_bot():
    code = (
        "import sys, json\n"
        "import tests.faults.soak.report, tests.faults.soak.month\n"
        "print(json.dumps(sorted({name.split('.')[0] for name in sys.modules})))"
    )
    run = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert not {"bot", "storage", "domain"} & set(json.loads(run.stdout))


@pytest.mark.parametrize(
    ("minutes", "seconds"), [(-5, 0), (0, 0), (3, 180), (5, 300), (60, 300), (66, 360)]
)
def test_the_real_time_of_a_moment_is_found_over_jumps_of_the_clock(history, minutes, seconds):
    """After five minutes the workspace's clock was moved an hour ahead."""
    history.timeline.ahead = [(REAL, 0.0), (REAL + 300, 3600.0)]
    found = history.timeline.real(BEGAN + timedelta(minutes=minutes))
    assert found == REAL + seconds
