"""Times and standing of requests in words, as their reader writes times."""

from dataclasses import dataclass
from datetime import datetime

from bot.words import Words
from domain.clock import local_date
from domain.preferences import Times as Style
from domain.supervision import Chance, Record


@dataclass(frozen=True, slots=True)
class Times:
    """Says moments in a reader's zone and manner."""

    words: Words
    zone: str
    style: Style

    def __call__(self, moment: datetime) -> str:
        """Return a date and a time."""
        return self.words.moment(moment, self.zone, self.style)

    def day(self, moment: datetime) -> str:
        """Return its date."""
        return self.words.day(local_date(moment, self.zone))


def chance_in_words(times: Times, chance: Chance) -> str:
    """Say why nobody can take a request now."""
    if chance.nobody == "away" and chance.back_at is not None:
        return times.words("chance.away", date=times.day(chance.back_at))
    return times.words(f"chance.{chance.nobody}")


def record_in_words(words: Words, record: Record) -> str:
    """Say when somebody met, for how long, with how many and how."""
    size = words("record.one_to_one")
    if record.people > 1:
        size = words("record.group_of", people=record.people)
    return words(
        "record.said",
        date=words.day(record.on_date),
        length=words.duration(record.minutes),
        size=size,
        mode=words(f"session.mode.{record.mode}"),
    )
