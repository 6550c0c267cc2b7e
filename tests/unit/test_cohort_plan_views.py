"""Plans, the weeks ahead and the bank: Slack takes every view, and typed words stay plain text."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from bot.services.cohort_plans import Ahead, PlanPage
from bot.services.prompt_file import read_prompts
from bot.views import cohort_plans as views
from bot.views import prompt_bank
from bot.views.forms import read_meta
from bot.words import Words
from domain.cohorts import Cohort
from domain.phases import MOST_PHASES, Phase, PhaseKind
from domain.preferences import Times
from domain.preview import Member, Plan, preview
from domain.prompts import Prompt
from domain.refusals import NotValid
from domain.schedules import Cadence, Rhythm
from domain.sessions import Cornerstone
from practice.blocks import check_view, initial_state, put_value

WORDS = Words()
FORM = "f" * 32
ID = "a" * 32
HOSTILE = "<!channel> {name} *<http://bad.example|bank>*"
DAY = date(2026, 12, 2)
NOW = datetime(2026, 11, 30, 12, tzinfo=UTC)
COHORT = Cohort(id=ID, name=HOSTILE, starts_on=date(2026, 1, 5), channel="C0SPRING000")
PHASES = tuple(
    Phase(id=f"{n:032x}", kind=kind, starts_on=DAY, ends_on=DAY + timedelta(days=n))
    for n, kind in enumerate((*PhaseKind,) * (MOST_PHASES // 2))
)
FULL = Plan(
    cohort=COHORT,
    phases=PHASES,
    questions=Rhythm(),
    check_ins=Rhythm(weekday=4),
    check_ins_zone="America/Argentina/ComodRivadavia",
    paused=True,
)
NEW = Plan(cohort=replace(COHORT, channel=None), phases=(), questions=Rhythm())
MANY = tuple(
    Prompt(id=f"{n:032x}", text="W" * 200, cornerstone=Cornerstone.WHOLE, learning=True, own=True)
    for n in range(40)
)


def page(plan, zone="Europe/London"):
    return PlanPage(plan=plan, zone=zone, today=DAY, questions_set=False, check_ins_set=False)


def ahead(plan):
    lines = tuple(preview(plan, Member(), now=NOW))
    return Ahead(
        cohort=plan.cohort,
        lines=lines,
        zone="Europe/London",
        times=Times.TWENTY_FOUR,
        paused=plan.paused,
    )


VIEWS = {
    "a full plan": views.plan_page(WORDS, page(FULL), said="phase.added"),
    "a new plan": views.plan_page(WORDS, page(NEW)),
    "check-ins": views.check_ins_form(WORDS, page(FULL, "America/New_York"), form=FORM),
    "first check-ins": views.check_ins_form(WORDS, page(NEW), form=FORM),
    "questions": views.questions_form(WORDS, page(FULL), form=FORM),
    "a phase": views.phase_form(WORDS, page(FULL), form=FORM),
    "weeks ahead": views.preview_page(WORDS, ahead(replace(FULL, paused=False))),
    "paused weeks ahead": views.preview_page(WORDS, ahead(FULL)),
    "nothing ahead": views.preview_page(
        WORDS, ahead(replace(NEW, questions=Rhythm(cadence=Cadence.OFF)))
    ),
    "the bank": prompt_bank.bank(WORDS, read_prompts(), prompt_bank.BankPlace()),
    "a long bank": prompt_bank.bank(
        WORDS, MANY, prompt_bank.BankPlace(page=2), said="bank.brought_back"
    ),
    "past the bank": prompt_bank.bank(WORDS, MANY, prompt_bank.BankPlace(page=99)),
    "an empty cornerstone": prompt_bank.bank(
        WORDS, (), prompt_bank.BankPlace(Cornerstone.TRANSFORMATION)
    ),
    "add a question": prompt_bank.prompt_form(WORDS, form=FORM),
    "change a question": prompt_bank.prompt_form(WORDS, form=FORM, prompt=MANY[0]),
}
for cadence in Cadence:
    plan = replace(FULL, questions=Rhythm(cadence=cadence), check_ins=Rhythm(cadence=cadence))
    VIEWS[f"a plan: {cadence}"] = views.plan_page(WORDS, page(plan))


def texts(node):
    """Every text object in a view."""
    if isinstance(node, dict):
        if node.get("type") in {"plain_text", "mrkdwn"}:
            yield node
        for value in node.values():
            yield from texts(value)
    elif isinstance(node, list):
        for value in node:
            yield from texts(value)


def filled(view, **values):
    """The view as Slack brings it back when this was filled in."""
    shown = check_view(view, kind="modal")
    state = initial_state(shown)
    for block_id, value in values.items():
        state[block_id] = {block_id: put_value(shown, state, block_id, block_id, value)}
    return shown | {"state": {"values": state}}


@pytest.mark.parametrize("name", VIEWS)
def test_slack_takes_every_view(name):
    check_view(VIEWS[name], kind="modal")


@pytest.mark.parametrize("name", VIEWS)
def test_no_typed_words_are_marked_up(name):
    for text in texts(VIEWS[name]):
        if text["type"] == "mrkdwn":
            assert "bad.example" not in text["text"]
            assert text["verbatim"] is True


@pytest.mark.parametrize("name", [n for n, view in VIEWS.items() if "submit" in view])
def test_a_form_remembers_ids_only_and_says_who_sees_it_above_save(name):
    view = VIEWS[name]
    meta = read_meta(view)
    assert meta.form == FORM
    assert meta.cohort == ID or name.endswith("question")
    assert view["blocks"][-1]["elements"][0]["text"].count("can see this.") == 1


def test_the_first_check_ins_are_not_offered_at_the_time_of_the_questions():
    view = filled(VIEWS["first check-ins"])
    read = views.read_check_ins_form(view)
    assert (read.rhythm.weekday, read.rhythm.at) != (Rhythm().weekday, Rhythm().at)
    assert read.channel is None


def test_a_time_elsewhere_is_named():
    said = " ".join(text["text"] for text in texts(VIEWS["check-ins"]))
    assert "by your own clock: America/New York time." in said


@pytest.mark.parametrize("channel", ["D0DIRECT000", "<!here>", "C", "c0spring000", "C0SPRING000\n"])
def test_what_is_no_channel_is_refused(channel):
    view = filled(VIEWS["first check-ins"])
    view["state"]["values"]["channel"]["channel"]["selected_conversation"] = channel
    with pytest.raises(NotValid) as no:
        views.read_check_ins_form(view)
    assert no.value.problems == {"channel": "choose_one"}


@pytest.mark.parametrize(
    ("field", "typed", "reason"),
    [
        ("starts_on", {"selected_date": "2026-13-01"}, "date_wrong"),
        ("ends_on", {"selected_date": None}, "date_wrong"),
        ("kind", {"selected_option": {"value": "holiday"}}, "choose_one"),
    ],
)
def test_what_a_phase_form_does_not_offer_is_refused(field, typed, reason):
    view = filled(VIEWS["a phase"], ends_on="2026-12-31")
    view["state"]["values"][field][field] = typed
    with pytest.raises(NotValid) as no:
        views.read_phase_form(view)
    assert no.value.problems == {field: reason}


@pytest.mark.parametrize(
    "value", ["", "nothing 1", "dance_in_this_moment x", "dance_in_this_moment"]
)
def test_a_place_in_the_bank_that_is_none_is_a_first_page(value):
    assert prompt_bank.read_bank_place(value).page == 1


def test_a_question_that_was_saved_is_on_the_page_that_is_shown():
    shown = prompt_bank.bank_at(WORDS, MANY, MANY[25], "bank.saved")
    values = [e.get("value") for b in shown["blocks"] for e in b.get("elements", ())]
    assert MANY[25].id in values
