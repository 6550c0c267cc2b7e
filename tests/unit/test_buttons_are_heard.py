"""Whatever a view lets somebody press has a listener: Slack waits for an answer to every press.

It does so for a button that opens an address as well, which does its work without us.
"""

import ast
import re
from pathlib import Path

import pytest
from slack_bolt import App

from bot import handlers, ids

VIEWS = Path(__file__).parents[2] / "bot" / "views"
CHOSEN = ".chosen"
"""What may follow an id, where a button says what was chosen."""


def named(source: str) -> set[str]:
    """The names of the ids that a view uses."""
    return {
        node.attr
        for node in ast.walk(ast.parse(source))
        if isinstance(node, ast.Attribute) and ast.unparse(node.value) == "ids"
    }


@pytest.fixture(scope="module")
def declared():
    app = App(authorize=lambda: None, signing_secret="", request_verification_enabled=False)
    return handlers.register(app)


@pytest.fixture(scope="module")
def buttons(declared):
    """The names of ids that are not those of a whole view."""
    used = set().union(*(named(path.read_text("utf-8")) for path in VIEWS.glob("*.py")))
    forms = {one.id for one in declared if one.kind == "form"}
    return {name for name in used if getattr(ids, name) not in forms and not name.endswith("_VIEW")}


def unheard(names, declared):
    """Those of these ids that no listener is registered for."""
    clicks = {one.id for one in declared if one.kind == "click"}
    patterns = [re.compile(click) for click in clicks if click.startswith("^")]
    return {
        name
        for name in names
        if (value := getattr(ids, name)) not in clicks
        and not any(pattern.search(value + CHOSEN) for pattern in patterns)
    }


def test_every_id_that_a_view_gives_to_a_button_has_a_listener(buttons, declared):
    assert {"LINK", "OPEN_LOG", "SHOW_MONTH", "TAKE_ROLE"} < buttons
    assert len(buttons) > 120
    assert unheard(buttons, declared) == set()


@pytest.mark.parametrize(
    ("name", "registered"),
    [("LINK", "link"), ("OPEN_LOG", "sessions.open_log"), ("SHOW_WORK", r"^work\.show\.\w+$")],
)
def test_a_listener_that_is_left_out_is_found(buttons, declared, name, registered):
    without = [one for one in declared if one.id != registered]

    assert unheard(buttons, without) == {name}


def test_no_view_makes_up_an_id_of_its_own():
    """So that the names of ids are all there is to look at."""
    made_up = re.compile(r"""action_id["']?\s*[:=]\s*f?["']""")
    found = [path.name for path in VIEWS.glob("*.py") if made_up.search(path.read_text("utf-8"))]

    assert found == []
