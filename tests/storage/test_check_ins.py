"""A check-in opens once, is answered once by each, closes once, and tells only of the group."""

import json
from concurrent.futures import ThreadPoolExecutor
from datetime import date, datetime, time, timedelta

import pytest
from sqlalchemy import text

from bot.services.check_ins_at_home import check_ins_at_home
from bot.services.reach import Skip, Wait
from bot.services.retention import Retention
from bot.services.retention_file import read_register
from bot.services.rhythms import set_for_cohort
from domain.check_ins import Band, Question
from domain.ids import new_id
from domain.people import Role
from domain.phases import Phase, PhaseKind
from domain.preferences import Place
from domain.refusals import NotValid, Refused
from domain.schedules import Quiet, Rhythm, What
from storage import cohorts, phases, programme
from storage.engine import Database
from storage.vault import Vault
from tests.check_in_rows import BEFORE, CHANNEL, CLOSES, OPENS, Group

HOUR, DAY, WEEK = timedelta(hours=1), timedelta(days=1), timedelta(days=7)


@pytest.fixture
def group(database: Database) -> Group:
    return Group(database)


def refusal(call, *given, **named) -> str:
    with pytest.raises(Refused) as no:
        call(*given, **named)
    return no.value.reason


# Opening


def test_it_opens_once_and_goes_to_the_channel(group: Group) -> None:
    group.plan()
    group.plan(OPENS + HOUR)

    [row] = group.rows("check_ins")
    assert (row["on_date"], row["opens_at"], row["closes_at"]) == (date(2026, 3, 3), OPENS, CLOSES)
    [sent] = group.deliveries()
    assert (sent["kind"], sent["recipient"], sent["person_id"]) == ("check_in_post", CHANNEL, None)
    assert sent["cause"] == sent["subject"] == row["id"]
    assert (sent["not_before"], sent["ends_at"]) == (OPENS, CLOSES)


def test_whoever_prefers_it_is_asked_in_a_message_of_their_own(group: Group) -> None:
    first, *_ = group.everyone
    group.by_direct_message(first)
    group.plan()

    [direct] = group.deliveries("check_in")
    assert direct["recipient"] == direct["person_id"] == first.id
    assert OPENS <= direct["not_before"] < CLOSES
    assert len(group.deliveries("check_in_post")) == 1


def test_without_a_channel_every_member_is_asked(database: Database) -> None:
    group = Group(database, channel=None)
    group.plan()

    assert {d["recipient"] for d in group.deliveries()} == {p.id for p in group.everyone}


def rest(group: Group) -> None:
    phase = Phase(
        id=new_id(),
        kind=PhaseKind.REST,
        starts_on=date(2026, 3, 1),
        ends_on=date(2026, 3, 3),
    )
    with group.database.write() as conn:
        phases.add(conn, group.cohort.id, phase)


def pause(group: Group) -> None:
    with group.database.write() as conn:
        programme.set_paused(conn, True, now=BEFORE)


@pytest.mark.parametrize(
    ("change", "now", "reason"),
    [
        pytest.param(rest, OPENS, "rest", id="rest"),
        pytest.param(pause, OPENS, "paused", id="a pause"),
        pytest.param(None, OPENS.replace(hour=18), "late", id="in the evening"),
        pytest.param(None, OPENS + DAY, "late", id="on the next day"),
    ],
)
def test_it_is_written_down_why_none_opened(group: Group, change, now: datetime, reason) -> None:
    if change is not None:
        change(group)
    group.plan(now)

    assert group.rows("check_ins") == []
    [row] = group.deliveries()
    assert (row["state"], row["reason"], row["recipient"]) == ("skipped", reason, group.cohort.id)
    [schedule] = [s for s in group.rows("schedules") if s["cohort_id"] == group.cohort.id]
    assert row["cause"] == schedule["id"]


def test_a_late_start_that_day_still_gives_two_days(group: Group) -> None:
    late = OPENS.replace(hour=17, minute=59)
    group.plan(late)

    assert [row["closes_at"] for row in group.rows("check_ins")] == [late + 2 * DAY]


def test_a_group_that_meets_in_the_evening_can_be_asked_then(group: Group) -> None:
    with group.database.write() as conn:
        evening = Rhythm(weekday=1, at=time(19))
        set_for_cohort(conn, What.CHECK_IN, group.cohort.id, evening, "Europe/London", now=BEFORE)
    group.plan(OPENS.replace(hour=19, minute=30))

    assert len(group.rows("check_ins")) == 1


def test_after_weeks_away_nothing_old_opens(group: Group) -> None:
    group.plan(OPENS + 3 * WEEK)

    [check_in] = group.rows("check_ins")
    assert check_in["on_date"] == date(2026, 3, 24)
    assert [d["reason"] for d in group.deliveries() if d["state"] == "skipped"] == ["late"] * 3


# At the moment of sending


def test_what_is_sent_says_until_when_in_the_persons_own_zone(group: Group) -> None:
    first, *_ = group.everyone
    group.by_direct_message(first)
    group.plan()

    post = group.check_ins.prepare_post(group.delivery("check_in_post"))
    direct = group.check_ins.prepare_direct(group.delivery("check_in"))

    assert (post.cohort, post.zone, direct.zone) == ("Spring", "Europe/London", first.tz)


def to_the_channel(group: Group) -> None:
    group.chooses(group.everyone[0], check_ins=Place.CHANNEL)


def leaves_the_cohort(group: Group) -> None:
    with group.database.write() as conn:
        cohorts.remove_member(conn, group.cohort.id, group.everyone[0].id)


def closes(group: Group) -> None:
    group.close()


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        (to_the_channel, "own_choice"),
        (leaves_the_cohort, "left"),
        (pause, "paused"),
        (rest, "rest"),
        (closes, "late"),
    ],
)
def test_a_message_to_a_member_is_looked_at_again_when_it_is_sent(
    group: Group, change, reason: str
) -> None:
    group.by_direct_message(group.everyone[0])
    group.plan()
    change(group)

    assert group.check_ins.prepare_direct(group.delivery("check_in")) == Skip(reason)


def test_quiet_hours_are_waited_for(group: Group) -> None:
    first = group.everyone[0]
    group.chooses(
        first,
        check_ins=Place.DIRECT,
        quiet=Quiet(start=OPENS.time(), end=(OPENS + 3 * HOUR).time()),
    )
    group.plan()

    assert group.check_ins.prepare_direct(group.delivery("check_in")) == Wait(OPENS + 3 * HOUR)


@pytest.mark.parametrize(
    ("change", "reason"), [(pause, "paused"), (rest, "rest"), (closes, "closed")]
)
def test_a_message_to_the_channel_is_looked_at_again_too(group: Group, change, reason: str) -> None:
    group.plan()
    change(group)

    assert group.check_ins.prepare_post(group.delivery("check_in_post")) == Skip(reason)


def test_another_channel_meanwhile_gets_nothing(group: Group) -> None:
    group.plan()
    for person in group.everyone:
        group.answer(person)
    group.close()
    with group.database.write() as conn:
        cohorts.set_channel(conn, group.cohort.id, "C0OTHER0000")

    for kind, prepare in (
        ("check_in_post", group.check_ins.prepare_post),
        ("check_in_result", group.check_ins.prepare_result),
    ):
        assert isinstance(prepare(group.delivery(kind)), Skip)


# Answering


def test_thirty_forms_of_one_person_at_once_count_once(group: Group) -> None:
    group.plan()
    first, *others = group.everyone
    with ThreadPoolExecutor(30) as pool:
        done = list(pool.map(lambda n: group.answer(first, 1 + n % 5, 3, 3), range(30)))
    for person in others[:4]:
        group.answer(person)
    group.close()

    assert len(done) == 30
    assert json.loads(group.rows("check_ins")[0]["result"])["answers"] == 5


def test_everybody_at_once_counts_each(group: Group) -> None:
    group.plan()
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(group.answer, group.everyone))
    group.close()

    assert json.loads(group.rows("check_ins")[0]["result"])["answers"] == 8


def test_only_members_answer_and_only_while_it_is_open(group: Group) -> None:
    group.plan()
    outsider = group.enrol("UOUT", *Role)

    assert refusal(group.answer, outsider) == "check_in_of_others"
    assert refusal(group.check_ins.form, outsider.account, group.check_in_id) == (
        "check_in_of_others"
    )
    assert refusal(group.check_ins.form, outsider.account, new_id()) == "not_found"
    group.now = CLOSES
    assert refusal(group.answer, group.everyone[0]) == "check_in_closed"
    group.close()
    assert refusal(group.answer, group.everyone[0]) == "check_in_closed"
    assert refusal(group.check_ins.form, group.everyone[0].account, group.check_in_id) == (
        "check_in_closed"
    )


def test_a_low_answer_is_noticed_for_the_answer_to_it_and_nowhere_kept(group: Group) -> None:
    group.plan()

    assert group.answer(group.everyone[0], 4, 2, 4).low
    assert not group.answer(group.everyone[1], 3, 3, 3).low


def test_a_word_that_may_name_somebody_is_asked_about_once(group: Group) -> None:
    group.plan()
    first, *_ = group.everyone

    assert group.answer(first, word="sam@example.org").asks == {"email"}
    assert group.check_ins.form(first.account, group.check_in_id) is not None
    assert not group.answer(first, word="sam@example.org", confirmed=True).asks
    assert group.check_ins.form(first.account, group.check_in_id) is None


def test_a_long_word_is_refused_and_nothing_is_kept(group: Group) -> None:
    group.plan()
    before = group.rows("check_ins")

    with pytest.raises(NotValid):
        group.answer(group.everyone[0], word="x" * 31)

    assert group.rows("check_ins") == before


# Closing


def test_five_answers_are_told_and_everything_else_goes(group: Group) -> None:
    group.plan()
    given = [(5, 3, 1), (4, 3, 1), (3, 3, 2), (2, 3, 1), (1, 3, 2)]
    for person, levels in zip(group.everyone, given, strict=False):
        group.answer(person, *levels)
    group.close()
    group.close(CLOSES + HOUR)

    [row] = group.rows("check_ins")
    assert (row["closed"], row["bag"], row["words"]) == (True, None, None)
    assert json.loads(row["result"]) == {
        "answers": 5,
        "bands": {
            "energy": {"low": 2, "middle": 1, "good": 2},
            "connected": {"low": 0, "middle": 5, "good": 0},
            "supported": {"low": 5, "middle": 0, "good": 0},
        },
    }
    assert group.rows("check_in_keys") == []
    [post] = group.deliveries("check_in_result")
    assert (post["recipient"], post["ends_at"]) == (CHANNEL, CLOSES + 6 * DAY)
    told = group.check_ins.prepare_result(group.delivery("check_in_result"))
    assert told.result.answers == 5


def test_four_answers_are_not_told_nor_how_many_they_were(group: Group) -> None:
    group.plan()
    for person in group.everyone[:4]:
        group.answer(person, 1, 1, 1, word="alone")
    group.close()

    [row] = group.rows("check_ins")
    assert (row["closed"], row["bag"], row["result"], row["words"]) == (True, None, None, None)
    assert group.rows("check_in_keys") == []
    assert group.check_ins.prepare_result(group.delivery("check_in_result")).result is None


def test_words_are_told_for_ninety_days_under_a_key_that_never_opened_a_bag(group: Group) -> None:
    group.plan()
    [old_key] = group.rows("check_in_keys")
    for person, word in zip(group.everyone, "edcba", strict=False):
        group.answer(person, word=word)
    group.close()
    me = group.everyone[0].account

    assert group.rows("check_in_keys")[0]["wrapped"] != old_key["wrapped"]
    assert group.check_ins.results(me, group.cohort.id).result.words == tuple("abcde")
    retention = Retention(group.database, Vault(group.keys), lambda: group.now, read_register())
    group.now = CLOSES + 90 * DAY - HOUR
    retention.run()
    assert group.check_ins.results(me, group.cohort.id).result.words == tuple("abcde")

    group.now = CLOSES + 90 * DAY
    retention.run()
    assert group.check_ins.results(me, group.cohort.id).result.words == ()
    assert group.rows("check_in_keys") == []


def test_what_differs_by_one_answer_from_last_week_is_not_told(group: Group) -> None:
    weeks = [group.everyone[:5], group.everyone[:6]]
    for week, who in enumerate(weeks):
        group.plan(OPENS + week * WEEK)
        for person in who:
            group.answer(person)
        group.close(CLOSES + week * WEEK)

    first, second = [json.loads(row["result"]) for row in group.rows("check_ins")]
    assert set(first["bands"]) == set(Question)
    assert (second["answers"], second["bands"]) == (6, {})


def test_a_question_is_compared_with_when_it_was_told_last(group: Group) -> None:
    """Once left out in between, it is compared with the time before."""
    for week, number in enumerate((5, 6, 7)):
        group.plan(OPENS + week * WEEK)
        for person in group.everyone[:number]:
            group.answer(person)
        group.close(CLOSES + week * WEEK)

    assert [len(json.loads(row["result"])["bands"]) for row in group.rows("check_ins")] == [3, 0, 0]


def test_a_damaged_bag_closes_without_a_result_and_holds_nothing_up(group: Group) -> None:
    group.plan()
    with group.database.engine.begin() as conn:
        conn.execute(text("UPDATE check_ins SET bag = :bag"), {"bag": b"\x01" + bytes(100)})
    group.close()

    [row] = group.rows("check_ins")
    assert (row["closed"], row["bag"], row["result"]) == (True, None, None)


def test_two_that_close_it_at_once_close_it_once(group: Group) -> None:
    group.plan()
    for person in group.everyone:
        group.answer(person)
    group.now = CLOSES
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(lambda _: group.check_ins.close_due(CLOSES), range(4)))

    assert len(group.deliveries("check_in_result")) == 1
    assert json.loads(group.rows("check_ins")[0]["result"])["answers"] == 8


# Who sees results


def test_results_are_for_the_group_co_leads_and_learning_partners(group: Group) -> None:
    outsiders = {role: group.enrol(f"UX{role}", role) for role in Role}
    may = {Role.CO_LEAD, Role.LEARNING_PARTNER}
    lead = outsiders[Role.CO_LEAD].account
    assert refusal(group.check_ins.results, lead, group.cohort.id) == "results_none"
    assert refusal(group.check_ins.results, lead, new_id()) == "not_found"
    group.plan()
    for person in group.everyone:
        group.answer(person, 4, 3, 2)
    group.close()

    for role, person in outsiders.items():
        if role in may:
            told = group.check_ins.results(person.account, group.cohort.id)
            assert told.result.bands[Question.ENERGY][Band.GOOD] == 8
        else:
            denied = refusal(group.check_ins.results, person.account, group.cohort.id)
            assert denied == "results_of_others"
    assert group.check_ins.results(group.everyone[0].account, group.cohort.id).result is not None


# At Home


def at_home(group: Group, person):
    with group.database.read() as conn:
        return check_ins_at_home(conn, group.check_ins.vault, person, group.now)


def test_home_offers_an_open_check_in_until_it_is_answered_and_then_its_results(
    group: Group,
) -> None:
    first, *others = group.everyone
    outsider, reader = group.enrol("UOUT"), group.enrol("UREAD", Role.LEARNING_PARTNER)
    assert at_home(group, first) == at_home(group, outsider)
    group.plan()
    group.answer(others[0])

    assert [a.check_in.id for a in at_home(group, first).waiting] == [group.check_in_id]
    assert at_home(group, others[0]).waiting == at_home(group, outsider).waiting == ()
    group.close()
    named = ((group.cohort.id, "Spring"),)
    assert at_home(group, first).waiting == ()
    assert at_home(group, first).results == at_home(group, reader).results == named
    assert at_home(group, outsider).results == ()
