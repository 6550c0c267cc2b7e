"""The benchmarks tell the truth about what they measured, and each of them runs."""

import json
import time
from functools import cache

import pytest

from bench.__main__ import ROWS, main
from bench.measure import Row, in_turns, within
from bot.manifest import COMMANDS

KEYS = {"name", "ratio", "goal", "met", "rounds", "ratio_low", "ratio_high", "ratio_quiet"}


def row(ours, floor, goal=2.0, **more):
    return Row(name="a row", goal=goal, ours=ours, floor=floor, **more)


def test_the_ratio_is_that_of_the_medians():
    line = json.loads(row([30, 20, 1000], [10, 11, 1]).line())

    assert line["ours_us"] == 30
    assert line["floor_us"] == 10
    assert line["ratio"] == 3.0


@pytest.mark.parametrize(("ours", "met"), [(20, True), (21, False)])
def test_a_goal_is_met_up_to_its_own_value(ours, met):
    assert json.loads(row([ours], [10]).line())["met"] is met


def test_the_spread_is_that_of_successive_parts():
    calm, storm = [20.0] * 50, [60.0] * 50
    line = json.loads(row(calm + storm, [10.0] * 100).line())

    assert (line["ratio_low"], line["ratio_high"]) == (2.0, 6.0)
    assert line["ratio_quiet"] == 2.0


def test_sizes_are_printed_in_their_own_unit_and_facts_beside_them():
    line = json.loads(row([150], [100], unit="kb", facts={"people": 7}).line())

    assert (line["ours_kb"], line["floor_kb"], line["people"]) == (150, 100, 7)
    assert "ours_us" not in line


def test_a_small_ratio_is_not_rounded_away():
    line = json.loads(row([3.29], [100], goal=0.05).line())

    assert (line["ratio"], line["met"]) == (0.0329, True)


def test_works_take_turns_and_what_prepares_them_is_not_counted():
    order = []

    def slow():
        order.append("slow")
        time.sleep(0.004)

    def quick():
        order.append("quick")

    def prepare():
        order.append("prepare")
        time.sleep(0.05)

    slow_times, quick_times = in_turns(slow, quick, rounds=3, warm_up=1, between=prepare)

    assert order == ["prepare", "slow", "quick"] * 4
    assert len(slow_times) == len(quick_times) == 3
    assert 4_000 <= min(slow_times) < 50_000
    assert min(quick_times) < 4_000


FIGURES = {
    "claims": {"postgresql", "us_each"},
    "crowd_http": {"people", "p50_ms", "p99_ms", "max_ms", "over_3_s", "unanswered"},
    "crowd_socket_mode": {"people", "p50_ms", "p99_ms", "max_ms", "over_3_s", "unanswered"},
    "flat_commands": {"rows", "us", "ratios", "steepest", "my_data_ms"},
    "memory_over_time": {"interactions", "growth_kb_in_1000", "held_bytes_each", "kb"},
    "submit_session_parts": {"whole_us", "us"},
}
"""What stands in the rows that have no floor."""


@pytest.fixture(scope="module")
def measured():
    """Return a row's line; each is measured once, at a thousandth of its size."""
    return cache(lambda name: json.loads(ROWS[name](0.001).line()))


@pytest.mark.parametrize("name", sorted(ROWS.keys() - FIGURES))
def test_every_row_prints_its_line(name, measured):
    line = measured(name)

    assert line["name"] == name
    unit = "kb" if name == "memory" else "us"
    assert KEYS | {f"ours_{unit}", f"floor_{unit}"} <= set(line)
    assert line["ratio"] > 0


@pytest.mark.parametrize("name", sorted(FIGURES))
def test_every_row_without_a_floor_prints_its_figures(name, measured):
    line = measured(name)

    assert {"wanted", "met"} | FIGURES[name] <= set(line)


def test_a_crowd_is_answered_and_what_it_saved_is_counted(measured):
    line = measured("crowd_socket_mode")

    assert (line["people"], line["unanswered"], line["over_3_s"]) == (3, 0, 0)
    assert line["answers"] >= line["people"]
    assert 0 < line["p50_ms"] <= line["p99_ms"] <= line["max_ms"]


def test_each_delivery_is_claimed_once_on_each_database(measured):
    line = measured("claims")

    assert line["met"]
    assert {cell.split(",")[0] for cell in line["us_each"]} == {"sqlite", "postgresql"}
    assert all(cell["claimed_once"] for cell in line["us_each"].values())


def test_every_command_of_the_manifest_is_looked_at_with_a_long_history(measured):
    asked = {what.split(" ")[0] for what in measured("flat_commands")["us"]}

    assert asked == {"home", *COMMANDS}


def test_the_machine_is_told_without_its_name(capsys):
    main(["submit_session_parts", "--scale", "0.001"])
    machine, line = map(json.loads, capsys.readouterr().out.splitlines())

    assert (machine["name"], line["name"]) == ("machine", "submit_session_parts")
    assert set(machine) == {"name", "cores", "system", "python", "sqlite"}


def test_what_is_within_a_share_is_the_time_of_the_last_of_it():
    times = [float(n) for n in range(1, 101)]

    assert (within(times, 0.5), within(times, 0.99), within([7.0], 0.99)) == (51.0, 100.0, 7.0)


def test_a_row_that_is_not_there_is_named(capsys):
    with pytest.raises(SystemExit):
        main(["submit_sesion"])
    assert "no such row: submit_sesion" in capsys.readouterr().err
