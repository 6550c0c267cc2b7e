"""Moments in words, by the clock and in the manner of whoever reads them."""

from datetime import datetime

from bot.words import Words
from domain.clock import local_date
from domain.preferences import Times as Style
from domain.values import dataclass


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
