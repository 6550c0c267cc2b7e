"""Every sentence a person reads, from one catalogue.

The catalogue is `locale/<language>/LC_MESSAGES/alongside.po`. It is read as it stands: whoever
changes a sentence there restarts the bot and is done.
"""

from collections.abc import Iterable
from datetime import date, datetime
from datetime import time as TimeOfDay
from functools import lru_cache
from pathlib import Path

from bot import catalogue
from domain.clock import HOME_ZONE, zone

LOCALES = Path(__file__).parent / "locale"


class NoSuchSentence(KeyError):
    """A key that the catalogue does not hold."""


class NoSuchLanguage(Exception):
    """A language without a catalogue. The message tells the operator what to do."""


class Words:
    """One language's sentences, dates and lengths of time."""

    def __init__(self, language: str = "en_GB", *, folder: Path = LOCALES) -> None:
        """Read the language's catalogue.

        Raises:
            NoSuchLanguage: There is none.
        """
        self.language = language
        path = folder / language / "LC_MESSAGES" / "alongside.po"
        if not path.exists():
            there = ", ".join(sorted(found.name for found in folder.iterdir()))
            raise NoSuchLanguage(f"LANGUAGE cannot be used: there are catalogues for {there} only.")
        self._read = catalogue.read(path)
        self.keys = frozenset(self._read.sentences)
        self._without_gaps = {
            key: forms[0]
            for key, forms in self._read.sentences.items()
            if not {"{", "}"} & set(forms[0])
        }
        self._weekdays = [self(f"weekday.{day}") for day in range(7)]
        self._short_weekdays = [self(f"weekday.short.{day}") for day in range(7)]
        self._months = [self(f"month.{month}") for month in range(1, 13)]
        self._short_months = [self(f"month.short.{month}") for month in range(1, 13)]
        # A form asks for 250 us of lengths of time, and they come again.
        self._length = lru_cache(1000)(self._said_length)

    def __call__(self, key: str, /, **values: object) -> str:
        """Return the sentence of that key with its gaps filled.

        Raises:
            NoSuchSentence: The catalogue lacks it.
        """
        text = self._without_gaps.get(key)
        if text is not None:
            return text
        return self._forms(key)[0].format_map(values)

    def count(self, key: str, number: int, /, **values: object) -> str:
        """Return the sentence of that key in the form that goes with the number, as `{number}`."""
        forms = self._forms(key)
        form = self._read.form(number) if len(forms) > 1 else 0
        return forms[form].format_map({"number": number} | values)

    def list(self, parts: Iterable[str]) -> str:
        """Return whole phrases as a list such as `you, your set and co-leads`."""
        *before, last = list(parts) or [""]
        if not before:
            return last
        *first, second_last = before
        start = "".join(self("join.more", first=part) for part in first)
        return start + self("join.last", first=second_last, last=last)

    def day(self, day: date) -> str:
        """Return a date such as `Tuesday 3 March 2026`."""
        return self(
            "date.day",
            weekday=self._weekdays[day.weekday()],
            day=day.day,
            month=self._months[day.month - 1],
            year=day.year,
        )

    def short_day(self, day: date) -> str:
        """Return a date such as `Tue 3 Mar`."""
        return self(
            "date.short_day",
            weekday=self._short_weekdays[day.weekday()],
            day=day.day,
            month=self._short_months[day.month - 1],
        )

    def month(self, day: date) -> str:
        """Return a month such as `March 2026`."""
        return self("date.month", month=self._months[day.month - 1], year=day.year)

    def moment(self, moment: datetime, zone_name: str, times: str = "12") -> str:
        """Return a date and a time such as `Tuesday 3 March 2026, 2pm`."""
        day = self.day(moment.astimezone(zone(zone_name)).date())
        return f"{day}, {self.time(moment, zone_name, times)}"

    def time(self, moment: datetime, zone_name: str, times: str = "12") -> str:
        """Return a time such as `2pm` or `2:30pm`; the zone is named where it is not the usual.

        With `times` as `24` it is `14:00` or `14:30`.
        """
        local = moment.astimezone(zone(zone_name))
        text = f"{local:%H:%M}" if times == "24" else self.clock(local.time())
        if local.utcoffset() != moment.astimezone(zone(HOME_ZONE)).utcoffset():
            return f"{text} {zone_name}"
        return text

    def clock(self, at: TimeOfDay) -> str:
        """Return a time of day such as `9:30am`."""
        half = self("time.am" if at.hour < 12 else "time.pm")
        hour = at.hour % 12 or 12
        if at.minute == 0:
            return self("time.hour", hour=hour, half=half)
        return self("time.clock", hour=hour, minute=f"{at.minute:02}", half=half)

    def duration(self, minutes: int) -> str:
        """Return a length of time such as `1 hour 30 minutes`."""
        return self._length(minutes)

    def _forms(self, key: str) -> tuple[str, ...]:
        try:
            return self._read.sentences[key]
        except KeyError:
            raise NoSuchSentence(key) from None

    def _said_length(self, minutes: int) -> str:
        hours, rest = divmod(minutes, 60)
        parts = []
        if hours:
            parts.append(self.count("time.hours", hours))
        if rest or not hours:
            parts.append(self.count("time.minutes", rest))
        return " ".join(parts)
