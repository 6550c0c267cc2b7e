"""The incident list as text for whoever runs the server: who, which kinds, how much. No words."""

from collections import Counter
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from bot.services.incidents import Involved, Kind, Report
from bot.settings import BadSettings
from storage.incidents import Span

_LIMITS = (
    "Rows that were deleted since are not in it. That they were deleted stands under 'did'.",
    "Of a change only the last moment is kept. Earlier ones stand under 'did'.",
    "Most looking leaves no line: only sessions of others, journal entries and requests do.",
    "Whoever copied the database or read it on the server left no line in it.",
)


def read_span(since: str, until: str, zone: str | None) -> Span:
    """Read two moments as ISO 8601 writes them. Those without an offset are by the clock of `zone`.

    Where a clock shows a time twice, or never, the wider span is meant.

    Raises:
        BadSettings: Says which of them cannot be read, and how to write it.
    """
    first = min(_moments("--from", since, zone))
    last = max(_moments("--to", until, zone))
    if first >= last:
        raise BadSettings("--to has to be later than --from.")
    return Span(first, last)


def _moments(option: str, text: str, zone: str | None) -> list[datetime]:
    try:
        moment = datetime.fromisoformat(text)
        if moment.tzinfo is not None:
            return [moment.astimezone(UTC)]
        clock = _zone(option, text, zone)
        return [moment.replace(tzinfo=clock, fold=fold).astimezone(UTC) for fold in (0, 1)]
    except (ValueError, OverflowError):
        raise BadSettings(
            f"{option} {text} is not a time. Write it like 2026-03-03T14:00Z."
        ) from None


def _zone(option: str, text: str, name: str | None) -> ZoneInfo:
    if name is None:
        raise BadSettings(
            f"{option} {text} does not say by which clock. "
            "Write it like 2026-03-03T14:00Z for UTC, or add --zone Europe/London."
        )
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise BadSettings(
            f"--zone {name} is not a time zone. Write it like Europe/London."
        ) from None


def as_text(report: Report) -> str:
    """Return the list as text: in all, then person by person, then what it cannot show."""
    span = report.span
    lines = [
        f"Incident list: from {_moment(span.since)} until {_moment(span.until)}.",
        f"Made on {_moment(report.made_at)}. People are named by their member ids in Slack.",
        "It holds kinds and numbers, and no words of anybody. Keep it as safe as the database.",
        "",
        *_in_all(report),
    ]
    for person in report.people:
        lines += ["", *_person(person)]
    lines += ["", *_besides(report), "", "What this list cannot show:", *_limits(report)]
    return "\n".join(lines) + "\n"


def _in_all(report: Report) -> Iterator[str]:
    people, rows, titles = Counter[str](), Counter[str](), dict[str, str]()
    for person in report.people:
        for name, kind in person.kinds.items():
            if kind.held:
                people[name] += 1
                rows[name] += kind.held
                titles[name] = _title(kind)
    yield f"People: {len(report.people)}. Held in that time:"
    for name, title in titles.items():
        yield f"{people[name]:>8} people {rows[name]:>8} rows  {title}"


def _person(one: Involved) -> Iterator[str]:
    yield f"{one.user} (workspace {one.team})"
    for kind in one.kinds.values():
        yield f"  {_kind(kind)}"
    for label, counts in (("did", one.did), ("done to", one.done_to), ("sent", one.sent)):
        if counts:
            yield f"  {label}: {_counted(counts)}"


def _kind(kind: Kind) -> str:
    numbers = {"held": kind.held, "made": kind.made, "changed": kind.changed, "named": kind.named}
    said = [f"{label} {number}" for label, number in numbers.items() if number]
    for user, number in kind.opened.items():
        said.append(f"opened {number} by {user or 'somebody not known any more'}")
    return f"{_title(kind)}: {', '.join(said)}"


def _title(kind: Kind) -> str:
    marks = [kind.name]
    marks += ["sealed"] if kind.sealed else []
    marks += ["can tell of health"] if kind.special else []
    return f"{kind.title} ({', '.join(marks)})"


def _besides(report: Report) -> Iterator[str]:
    for channel, counts in report.channels.items():
        yield f"Sent into {channel or 'a channel'}: {_counted(counts)}"
    if report.gone:
        yield f"People who are not known any more did: {_counted(report.gone)}"
    if report.program:
        yield f"The program did by itself: {_counted(report.program)}"
    yield f"People who had everything deleted in that time: {report.erased}"


def _limits(report: Report) -> Iterator[str]:
    yield from (f"- {line}" for line in _LIMITS)
    yield f"- Nothing says since when these are there, so they count as held: {_list(report)}."
    for name, kept in report.cut.items():
        yield f"- {name} is kept {kept}. Of this time, what was older is gone by now."


def _list(report: Report) -> str:
    return ", ".join(report.untimed)


def _counted(counts: Mapping[str, int]) -> str:
    return ", ".join(f"{name} {number}" for name, number in counts.items())


def _moment(moment: datetime) -> str:
    """Return a moment in UTC, to the second where it has seconds."""
    whole = moment.astimezone(UTC)
    even = whole - timedelta(seconds=whole.second, microseconds=whole.microsecond) == whole
    return f"{whole:%Y-%m-%d %H:%M} UTC" if even else f"{whole:%Y-%m-%d %H:%M:%S} UTC"
