"""What a submitted form brings back, and the little that a view remembers between clicks."""

from collections.abc import Mapping
from datetime import UTC, date, datetime, time
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, StringConstraints, ValidationError

Id = Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{32}$")]


class Meta(BaseModel):
    """`private_metadata`: opaque ids only, looked up and authorised again on the way back.

    `form` is the form instance: a second submission of the same one gets the first one's answer.
    """

    model_config = ConfigDict(extra="ignore", frozen=True)

    form: Id | None = None
    session: Id | None = None
    like: Id | None = None
    cohort: Id | None = None
    subject: Id | None = None
    then: str | None = None
    item: Id | None = None
    given: Id | None = None
    check_in: Id | None = None
    prompt: str | None = None
    learning_set: Id | None = None
    meeting: Id | None = None
    edition: Id | None = None
    role: str | None = None

    def pack(self) -> str:
        """Return the metadata as text, without what is not set."""
        return self.model_dump_json(exclude_defaults=True)


def read_meta(view: Mapping[str, Any]) -> Meta:
    """Return what the view remembers; nothing where it is not ours or was tampered with."""
    text = view.get("private_metadata") or "{}"
    try:
        return Meta.model_validate_json(text)
    except ValidationError:
        return Meta()


class Values:
    """The state of a view's inputs by block id; every input's action id is its block id."""

    def __init__(self, view: Mapping[str, Any]) -> None:
        """Take the state out of a view payload."""
        self._state: Mapping[str, Mapping[str, Any]] = view["state"]["values"]

    def __contains__(self, block_id: str) -> bool:
        """Whether the form had that input."""
        return block_id in self._state

    def text(self, block_id: str) -> str | None:
        """Return what was typed or chosen; a date or a time in ISO form; None where it is empty."""
        element = self._element(block_id)
        value = (
            element.get("value")
            or element.get("selected_date")
            or element.get("selected_time")
            or element.get("selected_conversation")
        )
        return str(value) if value is not None else None

    def day(self, block_id: str) -> date | None:
        """Return the chosen date.

        Raises:
            ValueError: It is not a date.
        """
        text = self.text(block_id)
        return date.fromisoformat(text) if text else None

    def clock(self, block_id: str) -> time | None:
        """Return the chosen time of day.

        Raises:
            ValueError: It is not a time.
        """
        text = self.text(block_id)
        return time.fromisoformat(text) if text else None

    def moment(self, block_id: str) -> datetime | None:
        """Return the chosen moment, in UTC.

        Raises:
            ValueError: It is not a number of seconds.
        """
        seconds = self._element(block_id).get("selected_date_time")
        return datetime.fromtimestamp(int(seconds), UTC) if seconds else None

    def choice(self, block_id: str) -> str | None:
        """Return the chosen option's value or the chosen person."""
        element = self._element(block_id)
        chosen = element.get("selected_option")
        if chosen:
            return str(chosen["value"])
        user = element.get("selected_user")
        return str(user) if user else None

    def choices(self, block_id: str) -> list[str]:
        """Return every chosen option's value or every chosen person."""
        element = self._element(block_id)
        if "selected_users" in element:
            return [str(user) for user in element["selected_users"] or ()]
        return [str(o["value"]) for o in element.get("selected_options") or ()]

    def _element(self, block_id: str) -> Mapping[str, Any]:
        block: Mapping[str, Mapping[str, Any]] = self._state.get(block_id, {})
        return block.get(block_id, {})
