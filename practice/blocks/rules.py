"""Small checks that compose into the shape of each Block Kit object.

Every check takes a value, its JSON pointer and the report to write to. Null is never a missing
field here: Slack refuses it, as it wants a string, an object and so on.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from practice.blocks.invalid import Report

Check = Callable[[Any, str, Report], None]


def anything(_value: Any, _at: str, _report: Report) -> None:
    """Accept: the field is looked at elsewhere, or Slack does not look at it."""


def boolean(value: Any, at: str, report: Report) -> None:
    """Accept true and false only."""
    if not isinstance(value, bool):
        report.add("must be a boolean", at)


def number(value: Any, at: str, report: Report) -> None:
    """Accept a JSON number."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        report.add("must provide a number", at)


def string(longest: int | None = None, *, least: int = 0, pattern: str | None = None) -> Check:
    """Accept a string of `least` to `longest` characters; the whole of it matches `pattern`."""
    compiled = re.compile(pattern) if pattern else None

    def check(value: Any, at: str, report: Report) -> None:
        if not isinstance(value, str):
            report.add("must provide a string", at)
        elif len(value) < least:
            report.add(f"must be more than {least - 1} characters", at)
        elif longest is not None and len(value) > longest:
            report.add(f"must be less than {longest + 1} characters", at)
        elif compiled and not compiled.fullmatch(value):
            report.add(f"input must match regex pattern: {pattern}", at)

    return check


def integer(least: int | None = None, most: int | None = None) -> Check:
    """Accept a whole number within the bounds, both included."""

    def check(value: Any, at: str, report: Report) -> None:
        if isinstance(value, bool) or not isinstance(value, int):
            report.add("must provide an integer", at)
        elif least is not None and value < least:
            report.add(f"must be greater than {least}", at)
        elif most is not None and value > most:
            report.add(f"must be less than {most}", at)

    return check


def one_of(*values: str) -> Check:
    """Accept exactly these strings."""
    allowed = frozenset(values)

    def check(value: Any, at: str, report: Report) -> None:
        if not isinstance(value, str):
            report.add("must provide a string", at)
        elif value not in allowed:
            report.add("must be a valid enum value", at)

    return check


def array(item: Check, *, least: int = 0, most: int | None = None) -> Check:
    """Accept a list of `least` to `most` items, each of which passes `item`."""

    def check(value: Any, at: str, report: Report) -> None:
        if not isinstance(value, list):
            report.add("must provide an array", at)
            return
        if len(value) < least:
            report.add(f"must provide at least {least} items", at)
        if most is not None and len(value) > most:
            report.add(f"no more than {most} items allowed", at)
            return
        for index, each in enumerate(value):
            item(each, f"{at}/{index}", report)

    return check


def nullable(check: Check) -> Check:
    """Accept null as well: for the few fields whose page says so."""

    def check_or_null(value: Any, at: str, report: Report) -> None:
        if value is not None:
            check(value, at, report)

    return check_or_null


@dataclass(frozen=True, slots=True)
class Shape:
    """An object with exactly these fields; `rules` then look at the object as a whole."""

    required: Mapping[str, Check]
    optional: Mapping[str, Check]
    rules: tuple[Check, ...] = ()

    def __call__(self, value: Any, at: str, report: Report) -> None:
        """Check the object's fields, and if they pass, its rules."""
        if not isinstance(value, dict):
            report.add("must provide an object", at)
            return
        before = len(report.messages)
        for name in self.required:
            if name not in value:
                report.missing(name, at)
        for name, field in value.items():
            check = self.required.get(name) or self.optional.get(name)
            if check is None:
                report.add(f"invalid additional property: {name}", at)
            else:
                check(field, f"{at}/{name}", report)
        if len(report.messages) == before:
            for rule in self.rules:
                rule(value, at, report)


def shape(
    required: Mapping[str, Check],
    optional: Mapping[str, Check] | None = None,
    *rules: Check,
) -> Shape:
    """An object without a `type`."""
    return Shape(required, optional or {}, rules)


def typed(
    required: Mapping[str, Check],
    optional: Mapping[str, Check] | None = None,
    *rules: Check,
) -> Shape:
    """An object that carries a `type`, which `by_type` has already looked at."""
    return Shape({"type": anything, **required}, optional or {}, rules)


def by_type(shapes: Mapping[str, Check]) -> Check:
    """Choose the check by the object's `type`; another type is not supported in this place."""

    def check(value: Any, at: str, report: Report) -> None:
        if not isinstance(value, dict):
            report.add("must provide an object", at)
            return
        kind = value.get("type")
        if "type" not in value:
            report.missing("type", at)
        elif not isinstance(kind, str):
            report.add("must provide a string", f"{at}/type")
        elif kind not in shapes:
            report.add(f"unsupported type: {kind}", f"{at}/type")
        else:
            shapes[kind](value, at, report)

    return check


def exactly_one(*names: str) -> Check:
    """A rule: one of these fields, and only one."""

    def rule(value: Any, at: str, report: Report) -> None:
        count = sum(name in value for name in names)
        if count == 0:
            report.missing(names[0], at)
        elif count > 1:
            report.add("failed to match exactly one allowed schema", at)

    return rule


def at_least_one(*names: str) -> Check:
    """A rule: one of these fields or more."""

    def rule(value: Any, at: str, report: Report) -> None:
        if not any(name in value for name in names):
            report.missing(names[0], at)

    return rule


def not_both(first: str, second: str) -> Check:
    """A rule: these two fields exclude each other."""

    def rule(value: Any, at: str, report: Report) -> None:
        if first in value and second in value:
            report.add(f"`{first}` and `{second}` cannot both be given", at)

    return rule


def pick(shapes: Mapping[str, Check], names: Sequence[str]) -> dict[str, Check]:
    """The named shapes, for a place that takes only some."""
    return {name: shapes[name] for name in names}
