"""The ways a listener answers: open, lay over, change."""

from collections.abc import Mapping
from typing import Any

from slack_bolt import Ack

from bot.house import House
from bot.slack_calls import SlackRefused
from bot.views import home
from bot.views.forms import Meta
from bot.views.kit import Json
from domain.people import Account
from domain.refusals import Refused

Body = Mapping[str, Any]


def show(house: House, body: Body, view: Json) -> None:
    """Open a modal, or lay it over the one the click came from.

    Slack holds three, one over the other. The third is changed, unless there is something to fill
    in, which would be lost.
    """
    below = body.get("view", {})
    if below.get("type") != "modal":
        return house.slack.open_view(body["trigger_id"], view)
    try:
        house.slack.push_view(body["trigger_id"], view)
    except SlackRefused as problem:
        if str(problem) != "push_limit_reached" or _to_fill_in(below):
            raise
        house.slack.update_view(below["id"], view)
    return None


def _to_fill_in(view: Body) -> bool:
    return any(block["type"] == "input" for block in view["blocks"])


def change(house: House, body: Body, view: Json) -> None:
    """Put a view in the place of the one the click came from; from elsewhere, open it."""
    if body.get("view", {}).get("type") == "modal":
        house.slack.update_view(body["view"]["id"], view)
    else:
        house.slack.open_view(body["trigger_id"], view)


def home_view(house: House, by: Account) -> Json:
    """Return the person's Home tab as it stands now."""
    return home.home(house.words, house.homes.home(by), to_check=house.support.due_for_checking())


def refresh_home(house: House, by: Account) -> None:
    """Show the person's Home tab anew, in the background; opening it does the same."""
    slack = house.slack
    slack.later_once(
        by.user, lambda: slack.publish_home(by.user, home_view(house, by), patient=True)
    )


def form_of(meta: Meta) -> str:
    """Return the form instance.

    Raises:
        Refused: The form does not say which it is, so that a second submission would count twice.
    """
    if meta.form is None:
        raise Refused("form_too_old")
    return meta.form


def replace(ack: Ack, view: Json) -> None:
    """Say that a form is saved by putting what follows in its place."""
    ack(response_action="update", view=view)


def pressed(body: Body) -> str:
    """Return the value of the button that was pressed; empty where it has none."""
    return str(body["actions"][0].get("value") or "")


def picked(body: Body) -> str:
    """Return the last part of the pressed button's action id."""
    return str(body["actions"][0]["action_id"]).rpartition(".")[2]
