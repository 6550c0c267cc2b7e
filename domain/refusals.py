"""What the product says no with. The words stand in the catalogue, under `refusal.<reason>`."""

from collections.abc import Mapping


class Refused(Exception):
    """A no that the person may read.

    `reason` names a sentence of the catalogue; `values` fill its gaps and never hold private
    words, because a refusal may be logged by its reason.
    """

    def __init__(self, reason: str, /, **values: str | int) -> None:
        """Keep the reason and what fills its gaps."""
        super().__init__(reason)
        self.reason = reason
        self.values = values


class NotValid(Exception):
    """A form that cannot be taken as it is: for each field, the reason.

    `problems` maps field names to names of sentences under `refusal.<reason>`.
    """

    def __init__(self, problems: Mapping[str, str]) -> None:
        """Keep one reason a field."""
        super().__init__(", ".join(sorted(set(problems.values()))))
        self.problems = dict(problems)


class StorageUnavailable(Exception):
    """The database could not take or give something now; nothing was saved."""


class DirectoryUnavailable(Exception):
    """The chat workspace did not say who somebody is; worth another try later."""
