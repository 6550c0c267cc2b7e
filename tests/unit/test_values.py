"""Frozen data classes whose methods are made when they are asked for are as good as the others."""

import copy
import dataclasses
import inspect
import pickle
import threading
from dataclasses import field
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.sessions import Mode, SessionFacts
from domain.values import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Lazy:
    """A class with all that ours have."""

    name: str
    many: list[int] = field(default_factory=list)
    hidden: str = field(default="", repr=False)
    beside: int = field(default=0, compare=False)

    def loud(self) -> str:
        return self.name.upper()


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Standard:
    """The same, by the standard library."""

    name: str
    many: list[int] = field(default_factory=list)
    hidden: str = field(default="", repr=False)
    beside: int = field(default=0, compare=False)


@dataclass(frozen=True, slots=True)
class InOrder:
    """One whose values may come by their places."""

    first: int
    second: int = 2


values = st.fixed_dictionaries(
    {"name": st.text(max_size=3)},
    optional={
        "many": st.lists(st.integers(0, 3), max_size=2),
        "hidden": st.text(max_size=1),
        "beside": st.integers(0, 2),
    },
)


@given(values, values)
def test_they_show_compare_and_copy_as_the_standard_ones_do(one, other):
    ours, theirs = (Lazy(**one), Lazy(**other)), (Standard(**one), Standard(**other))

    assert repr(ours[0]).removeprefix("Lazy") == repr(theirs[0]).removeprefix("Standard")
    assert (ours[0] == ours[1]) is (theirs[0] == theirs[1])
    assert dataclasses.asdict(ours[0]) == dataclasses.asdict(theirs[0])
    again = dataclasses.replace(ours[0], name="x")
    assert dataclasses.asdict(again) == dataclasses.asdict(dataclasses.replace(theirs[0], name="x"))
    assert copy.copy(ours[0]) == copy.deepcopy(ours[0]) == ours[0]
    assert pickle.loads(pickle.dumps(ours[0])) == ours[0]
    assert ours[0] != theirs[0]


def test_nothing_of_them_can_be_changed_removed_or_added():
    kept = InOrder(1)
    for name in ("first", "anything"):
        with pytest.raises(dataclasses.FrozenInstanceError):
            setattr(kept, name, 3)
        with pytest.raises(dataclasses.FrozenInstanceError):
            delattr(kept, name)
    assert not hasattr(kept, "__dict__")
    assert (kept.first, kept.second) == (1, 2)


def test_a_wrong_call_is_the_same_error_as_ever():
    for wrong in (lambda: InOrder(), lambda: InOrder(1, 2, 3), lambda: InOrder(third=3)):
        with pytest.raises(TypeError, match="__init__"):
            wrong()
    with pytest.raises(TypeError, match="positional"):
        Lazy("by its place")


def test_equal_ones_have_the_same_hash_and_one_of_another_kind_is_not_equal():
    assert len({InOrder(1), InOrder(1, 2), InOrder(2)}) == 2
    assert InOrder(1) != (1, 2)
    match InOrder(1, 5):
        case InOrder(first, second):
            assert (first, second) == (1, 5)


def test_a_list_that_nobody_gave_is_a_new_one_each_time():
    assert Lazy(name="a").many is not Lazy(name="a").many


def test_what_a_class_does_itself_stays():
    @dataclass(frozen=True, slots=True)
    class Own:
        """With words of its own, and a step after it is made."""

        value: int

        def __repr__(self) -> str:
            return "its own"

        def __post_init__(self) -> None:
            if self.value < 0:
                raise ValueError(self.value)

    assert repr(Own(1)) == "its own"
    with pytest.raises(ValueError, match="-1"):
        Own(-1)


def test_many_threads_may_make_the_first_one_at_the_same_moment():
    for _ in range(20):

        @dataclass(frozen=True, slots=True)
        class New:
            """Nobody has made one yet."""

            value: int

        gate, made = threading.Barrier(8), []

        def make(new=New, gate=gate, made=made):
            gate.wait()
            made.append(new(7))

        threads = [threading.Thread(target=make) for _ in range(8)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert set(made) == {New(7)}
        assert len(made) == 8


def test_after_the_first_one_nothing_of_ours_is_in_the_way():
    InOrder(1)
    assert inspect.signature(InOrder.__init__).parameters.keys() == {"self", "first", "second"}


def test_a_class_of_the_rules_is_one_of_them():
    facts = {"minutes": 60, "mode": Mode.VIDEO}
    with pytest.raises(TypeError):
        SessionFacts(**facts)
    assert dataclasses.is_dataclass(SessionFacts)


def test_whoever_starts_takes_them_from_here():
    """A class of the standard library costs half a millisecond of each start."""
    for room in ("bot", "domain", "storage"):
        for path in Path(room).rglob("*.py"):
            text = path.read_text()
            if "@dataclass(frozen=True, slots=True" in text and path.name != "running.py":
                assert "from domain.values import dataclass" in text, path
