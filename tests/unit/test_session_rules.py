import re
from dataclasses import replace
from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.refusals import NotValid
from domain.sessions import (
    Mode,
    Outcome,
    Pay,
    Session,
    SessionDraft,
    SessionFacts,
    SessionType,
    check_facts,
    complete,
    counts,
    first_values,
    read_client_code,
)

TODAY = date(2026, 3, 3)
FACTS = SessionFacts(on_date=TODAY, type=SessionType.COACHING, minutes=60, mode=Mode.VIDEO)


def problems_of(facts):
    with pytest.raises(NotValid) as refusal:
        check_facts(facts, today=TODAY)
    return refusal.value.problems


@pytest.mark.parametrize(
    ("change", "problems"),
    [
        pytest.param({"on_date": date(2026, 3, 5)}, {"on_date": "date_ahead"}, id="two days ahead"),
        pytest.param({"on_date": date(1926, 3, 3)}, {"on_date": "date_long_ago"}, id="a century"),
        pytest.param({"minutes": 50}, {"minutes": "minutes_step"}, id="not a quarter of an hour"),
        pytest.param({"minutes": 0}, {"minutes": "minutes_step"}, id="no time at all"),
        pytest.param({"minutes": 735}, {"minutes": "minutes_step"}, id="over twelve hours"),
        pytest.param(
            {"travel_minutes": -15, "preparation_minutes": 7},
            {"travel_minutes": "minutes_step", "preparation_minutes": "minutes_step"},
            id="two at once",
        ),
    ],
)
def test_values_that_cannot_be_right_are_refused_each_at_its_field(change, problems):
    assert problems_of(replace(FACTS, **change)) == problems


def test_tomorrow_is_fine_because_zones_differ():
    check_facts(replace(FACTS, on_date=date(2026, 3, 4)), today=TODAY)


@pytest.mark.parametrize(
    ("typed", "code"),
    [("C-07", "C-07"), ("c7", "C-07"), (" ab 123 ", "AB-123"), ("", None), (None, None)],
)
def test_a_client_code_is_read_in_any_of_its_forms(typed, code):
    assert read_client_code(typed) == code


@given(st.text(min_size=1).filter(str.strip))
def test_nothing_but_a_code_is_ever_kept_as_a_client(typed):
    if re.fullmatch(r"\s*[A-Za-z]{1,3}[\s-]?[0-9]{1,4}\s*", typed):
        assert re.fullmatch(r"[A-Z]{1,3}-[0-9]{2,4}", read_client_code(typed))
        return
    with pytest.raises(NotValid) as refusal:
        read_client_code(typed)
    assert refusal.value.problems == {"client_code": "client_name"}


@pytest.mark.parametrize(
    "name", ["Amina", "Dr Sam Example", "C-07 Sam", "C-07-1", "C-\u0660\u0667"]
)
def test_a_name_in_place_of_a_code_is_refused(name):
    with pytest.raises(NotValid):
        read_client_code(name)


def test_a_new_form_repeats_the_last_session_today_as_one_that_happened():
    last = replace(
        FACTS,
        on_date=date(2026, 1, 1),
        client_code="C-07",
        outcome=Outcome.MOVED,
        pay=Pay.UNPAID,
        travel_minutes=30,
    )

    assert first_values(last, today=TODAY) == replace(last, on_date=TODAY, outcome=Outcome.HAPPENED)


def test_what_was_folded_away_is_taken_from_the_session_it_repeats():
    draft = SessionDraft(on_date=TODAY, type=SessionType.TRAINING, minutes=30, mode=Mode.PHONE)
    usual = replace(FACTS, pay=Pay.UNPAID, preparation_minutes=45)

    facts = complete(draft, usual)

    assert (facts.type, facts.minutes, facts.mode) == (SessionType.TRAINING, 30, Mode.PHONE)
    assert (facts.pay, facts.preparation_minutes, facts.client_code) == (Pay.UNPAID, 45, None)


def test_zero_minutes_of_travel_is_an_answer_and_not_a_gap():
    draft = SessionDraft(
        on_date=TODAY, type=SessionType.TRAINING, minutes=30, mode=Mode.PHONE, travel_minutes=0
    )

    assert complete(draft, replace(FACTS, travel_minutes=60)).travel_minutes == 0


@pytest.mark.parametrize("outcome", Outcome)
def test_only_what_happened_counts(outcome):
    now = datetime(2026, 3, 3, tzinfo=UTC)
    session = Session(
        id="0" * 32,
        person_id="1" * 32,
        facts=replace(FACTS, outcome=outcome),
        created_at=now,
        updated_at=now,
    )

    assert counts(session) is (outcome is Outcome.HAPPENED)
    assert not counts(replace(session, deleted_at=now))
