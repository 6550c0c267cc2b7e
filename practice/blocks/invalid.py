"""What is raised for a payload Slack would refuse."""

from dataclasses import dataclass, field


class Invalid(ValueError):
    """A refusal: Slack's `error` name and its `response_metadata.messages`."""

    def __init__(self, error: str, messages: list[str] | None = None) -> None:
        """Name the refusal; `messages` say where and why."""
        self.error = error
        self.messages = list(messages or [])
        super().__init__("; ".join([error, *self.messages]))


@dataclass(slots=True)
class Report:
    """Collects every refusal of one payload, worded and placed as Slack does.

    The words are those of Slack's own validator, github.com/slackhq/hack-json-schema.
    """

    messages: list[str] = field(default_factory=list)

    def add(self, words: str, at: str) -> None:
        """Note one refusal; `at` is a JSON pointer such as `/blocks/0/text`."""
        self.messages.append(f"[ERROR] {words} [json-pointer:{at}]")

    def missing(self, name: str, at: str) -> None:
        """Note that the object at `at` lacks a field."""
        self.add(f"missing required field: {name}", at)
