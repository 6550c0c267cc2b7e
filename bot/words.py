"""Every sentence a person reads, from one catalogue.

The catalogue is `locale/<language>/LC_MESSAGES/alongside.po`. It is read as it stands: whoever
changes a sentence there restarts the bot and is done.
"""

import gettext
from collections.abc import Iterable
from datetime import date, datetime
from datetime import time as TimeOfDay
from functools import lru_cache, partial
from io import BytesIO
from pathlib import Path

from babel.dates import format_date, format_time
from babel.lists import format_list
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

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
        with path.open("rb") as source:
            catalogue = read_po(source, locale=language)
        self.keys = frozenset(m.id if isinstance(m.id, str) else m.id[0] for m in catalogue if m.id)
        compiled = BytesIO()
        write_mo(compiled, catalogue)
        compiled.seek(0)
        self._sentences = gettext.GNUTranslations(compiled)
        whole = {key: self._sentences.gettext(key) for key in self.keys}
        self._without_gaps = {k: text for k, text in whole.items() if not {"{", "}"} & set(text)}
        # Babel takes 20 us for a date and the form 250 us for its lengths; both come again.
        self._date = lru_cache(1000)(partial(format_date, locale=language))
        self._length = lru_cache(1000)(self._said_length)

    def __call__(self, key: str, /, **values: object) -> str:
        """Return the sentence of that key with its gaps filled.

        Raises:
            NoSuchSentence: The catalogue lacks it.
        """
        text = self._without_gaps.get(key)
        if text is not None:
            return text
        if key not in self.keys:
            raise NoSuchSentence(key)
        return self._sentences.gettext(key).format_map(values)

    def count(self, key: str, number: int, /, **values: object) -> str:
        """Return the sentence of that key in the form that goes with the number, as `{number}`."""
        if key not in self.keys:
            raise NoSuchSentence(key)
        return self._sentences.ngettext(key, key, number).format_map({"number": number} | values)

    def list(self, parts: Iterable[str]) -> str:
        """Return whole phrases as a list such as `you, your set and co-leads`."""
        return format_list(list(parts), locale=self.language)

    def day(self, day: date) -> str:
        """Return a date such as `Tuesday 3 March 2026`."""
        return self._date(day, "EEEE d MMMM y")

    def short_day(self, day: date) -> str:
        """Return a date such as `Tue 3 Mar`."""
        return self._date(day, "EEE d MMM")

    def month(self, day: date) -> str:
        """Return a month such as `March 2026`."""
        return self._date(day, "MMMM y")

    def moment(self, moment: datetime, zone_name: str, times: str = "12") -> str:
        """Return a date and a time such as `Tuesday 3 March 2026, 2pm`."""
        day = self.day(moment.astimezone(zone(zone_name)).date())
        return f"{day}, {self.time(moment, zone_name, times)}"

    def time(self, moment: datetime, zone_name: str, times: str = "12") -> str:
        """Return a time such as `2pm` or `2:30pm`; the zone is named where it is not the usual.

        With `times` as `24` it is `14:00` or `14:30`.
        """
        local = moment.astimezone(zone(zone_name))
        pattern = "haaa" if local.minute == 0 else "h:mmaaa"
        if times == "24":
            pattern = "HH:mm"
        text = self._written(local, pattern)
        if local.utcoffset() != moment.astimezone(zone(HOME_ZONE)).utcoffset():
            return f"{text} {zone_name}"
        return text

    def clock(self, at: TimeOfDay) -> str:
        """Return a time of day such as `9:30am`."""
        return self._written(at, "haaa" if at.minute == 0 else "h:mmaaa")

    def duration(self, minutes: int) -> str:
        """Return a length of time such as `1 hour 30 minutes`."""
        return self._length(minutes)

    def _written(self, at: datetime | TimeOfDay, pattern: str) -> str:
        return format_time(at, pattern, locale=self.language).replace("\u202f", "")

    def _said_length(self, minutes: int) -> str:
        hours, rest = divmod(minutes, 60)
        parts = []
        if hours:
            parts.append(self.count("time.hours", hours))
        if rest or not hours:
            parts.append(self.count("time.minutes", rest))
        return " ".join(parts)
