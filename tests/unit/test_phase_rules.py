from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.cohorts import Cohort
from domain.phases import MOST_PHASES, Phase, PhaseKind, check_phase, resting
from domain.refusals import NotValid

COHORT = Cohort(id="c", name="Spring", starts_on=date(2026, 1, 5), ends_on=date(2026, 6, 26))
OPEN = Cohort(id="o", name="Open", starts_on=date(2026, 1, 5))


def active(starts_on, ends_on):
    return phase(PhaseKind.ACTIVE, starts_on, ends_on)


def rest(starts_on, ends_on):
    return phase(PhaseKind.REST, starts_on, ends_on)


def phase(kind, starts_on, ends_on):
    return Phase(
        id=f"{kind}{starts_on}",
        kind=kind,
        starts_on=date.fromisoformat(starts_on),
        ends_on=date.fromisoformat(ends_on),
    )


@pytest.mark.parametrize(
    ("phases", "day", "quiet"),
    [
        pytest.param([], "2026-01-04", True, id="the day before it starts"),
        pytest.param([], "2026-01-05", False, id="its first day"),
        pytest.param([], "2026-06-26", False, id="its last day"),
        pytest.param([], "2026-06-27", True, id="the day after it ends"),
        pytest.param([rest("2026-03-02", "2026-03-06")], "2026-03-01", False, id="before a rest"),
        pytest.param([rest("2026-03-02", "2026-03-06")], "2026-03-02", True, id="a rest begins"),
        pytest.param([rest("2026-03-02", "2026-03-06")], "2026-03-06", True, id="a rest ends"),
        pytest.param([rest("2026-03-02", "2026-03-06")], "2026-03-07", False, id="after a rest"),
        pytest.param([active("2026-02-02", "2026-02-27")], "2026-02-02", False, id="in a block"),
        pytest.param([active("2026-02-02", "2026-02-27")], "2026-02-28", True, id="after a block"),
        pytest.param(
            [active("2026-02-02", "2026-02-27"), active("2026-04-06", "2026-05-01")],
            "2026-03-10",
            True,
            id="between two blocks",
        ),
        pytest.param(
            [active("2026-02-02", "2026-02-27"), rest("2026-02-16", "2026-02-20")],
            "2026-02-18",
            True,
            id="a rest within a block",
        ),
        pytest.param(
            [active("2026-02-02", "2026-07-31")], "2026-07-01", True, id="a block past its end"
        ),
    ],
)
def test_the_bot_is_quiet_for_a_cohort(phases, day, quiet):
    assert resting(COHORT, phases, date.fromisoformat(day)) is quiet


def test_a_cohort_without_an_end_goes_on():
    assert not resting(OPEN, [], date(2036, 1, 1))


days = st.dates(date(2026, 1, 1), date(2026, 7, 31))
some_phases = st.lists(
    st.builds(
        lambda kind, start, length: Phase(
            id="p", kind=kind, starts_on=start, ends_on=start + timedelta(days=length)
        ),
        st.sampled_from(PhaseKind),
        days,
        st.integers(0, 60),
    ),
    max_size=6,
)


@given(phases=some_phases, day=days)
def test_a_rest_always_wins_and_blocks_leave_the_days_between_free(phases, day):
    within = {kind: False for kind in PhaseKind}
    for one in phases:
        within[one.kind] |= one.starts_on <= day <= one.ends_on
    blocks = any(one.kind is PhaseKind.ACTIVE for one in phases)

    free = within[PhaseKind.REST] or (blocks and not within[PhaseKind.ACTIVE])
    assert resting(OPEN, iter(phases), day) is (free or day < OPEN.starts_on)


def test_a_phase_may_be_one_day():
    check_phase(date(2026, 3, 3), date(2026, 3, 3), others=MOST_PHASES - 1)


@pytest.mark.parametrize(
    ("ends_on", "others", "problems"),
    [
        pytest.param("2026-03-02", 0, {"ends_on": "phase_backwards"}, id="backwards"),
        pytest.param("2026-03-03", MOST_PHASES, {"starts_on": "phases_too_many"}, id="too many"),
    ],
)
def test_a_phase_is_refused(ends_on, others, problems):
    with pytest.raises(NotValid) as refusal:
        check_phase(date(2026, 3, 3), date.fromisoformat(ends_on), others)
    assert refusal.value.problems == problems
