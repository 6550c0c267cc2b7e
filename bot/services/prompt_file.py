"""The questions that come with the programme."""

import tomllib
from pathlib import Path

from domain.prompts import Prompt
from domain.sessions import Cornerstone

SOURCE = Path(__file__).parent.parent / "content" / "prompts.toml"

_ASKS = {None: False, "learning": True}
_AUDIENCE = {None: False, "co_lead": True}


def read_prompts(source: Path = SOURCE) -> tuple[Prompt, ...]:
    """Read the reviewed questions, in their order. The file says what each field is.

    A word it does not know is an error: a misspelt audience must not reach everyone.
    """
    with source.open("rb") as file:
        rows = tomllib.load(file)["prompt"]
    return tuple(_prompt(**row) for row in rows)


def _prompt(
    *,
    id: str,
    text: str,
    cornerstone: str,
    source: str,
    asks: str | None = None,
    audience: str | None = None,
    retired: bool = False,
) -> Prompt:
    return Prompt(
        id=id,
        text=text,
        cornerstone=Cornerstone(cornerstone),
        learning=_ASKS[asks],
        for_co_leads=_AUDIENCE[audience],
        retired=retired,
    )
