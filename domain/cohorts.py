"""Training groups and their dates."""

from datetime import date

from domain.refusals import NotValid
from domain.text import visible
from domain.values import dataclass

NAME_LENGTH = 60


@dataclass(frozen=True, slots=True, kw_only=True)
class Cohort:
    """A training group. `members` is how many people are in it now.

    `channel` is where its check-ins are posted, as the chat workspace names it.
    """

    id: str
    name: str
    starts_on: date
    ends_on: date | None = None
    members: int = 0
    channel: str | None = None

    def runs_on(self, day: date) -> bool:
        """Whether the day is from its first to its last."""
        return self.starts_on <= day and (self.ends_on is None or day <= self.ends_on)


def check_cohort(name: str, starts_on: date, ends_on: date | None) -> str:
    """Return the name in one line and without what cannot be seen, or refuse.

    Raises:
        NotValid: The name is empty or over 60 characters, or the end is before the start.
    """
    problems: dict[str, str] = {}
    name = visible(" ".join(name.split()))
    if not name:
        problems["name"] = "cohort_name_empty"
    elif len(name) > NAME_LENGTH:
        problems["name"] = "cohort_name_long"
    if ends_on is not None and ends_on < starts_on:
        problems["ends_on"] = "cohort_ends_before"
    if problems:
        raise NotValid(problems)
    return name
