"""Somebody who can send back what our views never offered: any id, in any button or form.

The forged view is put in front of a person with the app's own token. What they then press or
submit travels like everything else and holds what was forged.
"""

import json
import urllib.request
from dataclasses import dataclass

from tests.workspace import Control

LABEL = "Forged"


@dataclass(frozen=True)
class Forger:
    """Puts views on screens through the Web API of the workspace."""

    api_url: str
    token: str
    control: Control

    @classmethod
    def of(cls, practice):
        return cls(practice.api_url, practice.bot_token, Control(practice))

    def show(self, person, view):
        """Put the view on top of the person's screen, alone."""
        if person.modal:
            person.close()
        trigger = self.control.post("trigger", person=person.handle)["trigger_id"]
        answer = self.call("views.open", trigger_id=trigger, view=view)
        assert answer["ok"], answer
        return person

    def press(self, person, action_id, value="", metadata=""):
        """Let the person press a button with this id and this value; return the answer."""
        self.show(person, button_view(action_id, value, metadata))
        person.press(LABEL, settle_ms=0)
        return person

    def call(self, method, **arguments):
        request = urllib.request.Request(
            f"{self.api_url}{method}",
            data=json.dumps(arguments).encode(),
            headers={
                "Authorization": f"Bearer {self.token}",
                "Content-Type": "application/json; charset=utf-8",
            },
        )
        with urllib.request.urlopen(request, timeout=10) as answer:
            return json.load(answer)


def button_view(action_id, value="", metadata=""):
    """A modal with one button."""
    button = {"type": "button", "text": plain(LABEL), "action_id": action_id}
    if value:
        button["value"] = value
    return modal([{"type": "actions", "elements": [button]}], metadata=metadata)


def modal(blocks, *, callback_id="forged", metadata="", submit=None):
    view = {
        "type": "modal",
        "callback_id": callback_id,
        "title": plain("Forged"),
        "blocks": blocks,
        "private_metadata": metadata,
    }
    return view | ({"submit": plain(submit)} if submit else {})


def plain(text):
    return {"type": "plain_text", "text": text}


def sent_views(control, callback_id):
    """Every view with this callback id as the bot sent it, oldest first."""
    views = []
    for entry in control.ledger():
        payload = entry["payload"]
        if entry["kind"] in {"api", "ack"} and isinstance(payload, dict):
            view = payload.get("view")
            view = json.loads(view) if isinstance(view, str) else view
            if isinstance(view, dict) and view.get("callback_id") == callback_id:
                views.append(view)
    return views
