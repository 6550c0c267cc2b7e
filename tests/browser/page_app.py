"""A tiny Bolt app that shows every element there is, for the tests of the page."""

from dataclasses import dataclass, field
from typing import Any

from slack_bolt import App
from slack_sdk import WebClient

MANIFEST: dict[str, Any] = {
    "display_information": {"name": "Alongside", "description": "Peer support, one step at a time"},
    "features": {
        "app_home": {
            "home_tab_enabled": True,
            "messages_tab_enabled": True,
            "messages_tab_read_only_enabled": False,
        },
        "bot_user": {"display_name": "Alongside", "always_online": True},
        "slash_commands": [
            {"command": "/every", "description": "Open a form with every field"},
            {"command": "/session", "description": "Log a session", "usage_hint": "help"},
            {"command": "/steps", "description": "Open a form that changes while you fill it in"},
            {"command": "/read", "description": "Open something long to read"},
            {"command": "/silent", "description": "A command that nobody answers"},
        ],
        "shortcuts": [
            {
                "name": "Log a session",
                "type": "global",
                "callback_id": "log_session",
                "description": "Open the short form",
            },
            {
                "name": "Keep this",
                "type": "message",
                "callback_id": "keep_this",
                "description": "Keep a message",
            },
        ],
    },
    "oauth_config": {
        "scopes": {"bot": ["commands", "chat:write", "im:write", "users:read", "files:write"]}
    },
    "settings": {
        "event_subscriptions": {"bot_events": ["app_home_opened"]},
        "interactivity": {"is_enabled": True},
        "socket_mode_enabled": True,
    },
}
COUNTIES = [
    "Cheshire", "Cornwall", "Cumbria", "Derbyshire", "Devon", "Dorset", "Durham", "Essex",
    "Gwynedd", "Kent", "Norfolk", "Powys",
]  # fmt: skip


def plain(words: str) -> dict[str, Any]:
    return {"type": "plain_text", "text": words}


def marked(words: str) -> dict[str, Any]:
    return {"type": "mrkdwn", "text": words}


def options(*names: str) -> list[dict[str, Any]]:
    return [{"text": plain(name), "value": name.lower().replace(" ", "_")} for name in names]


def entry(name: str, label: str, element: dict[str, Any], **more: Any) -> dict[str, Any]:
    """An input block whose block is called as its field."""
    whole = {"action_id": name, **element}
    return {"type": "input", "block_id": name, "label": plain(label), "element": whole, **more}


def modal(title: str, *blocks: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {
        "type": "modal",
        "callback_id": "form",
        "title": plain(title),
        "submit": plain("Save"),
        "close": plain("Cancel"),
        "blocks": list(blocks),
        **more,
    }


def every_field() -> list[dict[str, Any]]:
    """One input block of each kind."""
    places = options(*COUNTIES)
    heavy = [
        {**one, "description": plain(about)}
        for one, about in zip(
            options("Light", "Middling", "Heavy"),
            ["It stayed with me for an hour", "For the day", "For longer"],
            strict=True,
        )
    ]
    hint = {"hint": plain("A code such as C-07. Please never use a name.")}
    text = {"type": "plain_text_input"}
    return [
        entry("code", "Who was it with?", {**text, "max_length": 20}, **hint),
        entry("note", "What stays with you?", {**text, "multiline": True, "max_length": 280}),
        entry("day", "Date", {"type": "datepicker", "initial_date": "2026-03-03"}),
        entry("start", "Start", {"type": "timepicker", "initial_time": "14:00"}),
        entry("moment", "Next time", {"type": "datetimepicker"}, optional=True),
        entry("minutes", "Minutes", {"type": "number_input", "is_decimal_allowed": False}),
        entry("mail", "E-mail", {"type": "email_text_input"}, optional=True),
        entry("page", "Web page", {"type": "url_text_input"}, optional=True),
        entry("kind", "Type",
              {"type": "static_select", "options": options("Coaching", "Training")}),
        entry("county", "County", {"type": "static_select", "options": places}),
        entry("skills", "Skills used",
              {"type": "multi_static_select",
               "options": options("Listening", "Asking", "Waiting")}),
        entry("towns", "Counties worked in",
              {"type": "multi_static_select", "options": places, "max_selected_items": 3}),
        entry("heavy", "How heavy was it?", {"type": "radio_buttons", "options": heavy}),
        entry("wants", "What would you like?",
              {"type": "checkboxes", "options": options("A call", "A message")}, optional=True),
        entry("who", "Supervisor", {"type": "users_select"}, optional=True),
        entry("people", "Set members", {"type": "multi_users_select"}, optional=True),
        entry("where", "Channel", {"type": "channels_select"}, optional=True),
        entry("talk", "Conversation", {"type": "conversations_select"}, optional=True),
        entry("far", "Skill from the list",
              {"type": "external_select", "min_query_length": 2}, optional=True),
        entry("words", "In your own words", {"type": "rich_text_input"}, optional=True),
        entry("files", "A file", {"type": "file_input", "max_files": 2}, optional=True),
    ]  # fmt: skip


def short_form() -> dict[str, Any]:
    """The form of a person with 20 seconds."""
    minutes = {"type": "number_input", "is_decimal_allowed": False, "initial_value": "60"}
    text = {"type": "plain_text_input", "multiline": True, "max_length": 280}
    kinds = {"type": "static_select", "options": options("Coaching", "Mentoring", "Training")}
    return modal(
        "Log a session",
        {
            "type": "context",
            "block_id": "who_can_see",
            "elements": [marked("*Only you* can read the note. We keep it for 90 days.")],
        },
        entry("kind", "Type of session", {**kinds, "initial_option": kinds["options"][0]}),
        entry("minutes", "Minutes", minutes, hint=plain("In steps of 15.")),
        entry("note", "A note for yourself", text, optional=True),
    )


def steps_form(ticks: int) -> dict[str, Any]:
    """A form with a button that changes it and one that lays another form on top."""
    note = {"type": "plain_text_input", "multiline": True}
    buttons = [
        {"type": "button", "action_id": "tick", "text": plain("Add a line")},
        {"type": "button", "action_id": "deeper", "text": plain("Open another form")},
    ]
    lines = [
        {"type": "section", "block_id": f"line{n}", "text": marked(f"Line {n + 1}")}
        for n in range(ticks)
    ]
    return modal(
        "Steps",
        entry("note", "Your note", note, hint=plain(f"{ticks} lines so far")),
        {"type": "actions", "block_id": "buttons", "elements": buttons},
        *lines,
        private_metadata=str(ticks),
        callback_id="steps",
    )


def long_text() -> dict[str, Any]:
    """Something to read that holds nothing to press."""
    lines = [{"type": "section", "text": plain(f"Line {number + 1}")} for number in range(60)]
    return {"type": "modal", "title": plain("Something to read"), "blocks": lines}


def home_view() -> dict[str, Any]:
    """A Home tab with every element that acts at once."""
    confirm = {
        "title": plain("Delete this session?"),
        "text": plain("You can undo it for a minute."),
        "confirm": plain("Delete it"),
        "deny": plain("Keep it"),
        "style": "danger",
    }
    danger = {"style": "danger", "confirm": confirm}
    return {
        "type": "home",
        "blocks": [
            {"type": "header", "text": plain("Good afternoon")},
            {
                "type": "section",
                "block_id": "next",
                "text": marked("Your set meets on *Tuesday 10 March*. <@U0BILAL0000> leads it."),
                "accessory": button("Open the agenda", "agenda"),
            },
            {
                "type": "actions",
                "block_id": "main",
                "elements": [
                    button("Log a session", "log", style="primary"),
                    button("Ask for supervision", "ask"),
                    button("Delete a session", "delete", **danger),
                    {
                        "type": "overflow",
                        "action_id": "more",
                        "options": options("Export", "Hours letter"),
                    },
                ],
            },
            {"type": "divider"},
            {
                "type": "section",
                "block_id": "totals",
                "fields": [marked("*This month*\n6 sessions"), marked("*This year*\n14 hours")],
            },
            {
                "type": "section",
                "block_id": "often",
                "text": marked("How often would you like a prompt?"),
                "accessory": {
                    "type": "static_select",
                    "action_id": "how_often",
                    "placeholder": plain("Choose how often"),
                    "options": options("Weekly", "Fortnightly", "Off"),
                },
            },
            {
                "type": "actions",
                "block_id": "pickers",
                "elements": [
                    picker("datepicker", "pause_until", "Pause until"),
                    picker("timepicker", "at", "Send at"),
                    picker("users_select", "buddy", "Choose a peer"),
                ],
            },
            {
                "type": "section",
                "block_id": "kinds",
                "text": marked("Tell me about"),
                "accessory": {
                    "type": "checkboxes",
                    "action_id": "about",
                    "options": options("Sets", "Prompts", "Check-ins"),
                },
            },
            {
                "type": "image",
                "image_url": "https://pictures.example/hands.png",
                "alt_text": "Two people walking side by side",
            },
            {
                "type": "context",
                "elements": [marked("This is a bot. It is not an emergency service.")],
            },
        ],
    }  # fmt: skip


def button(words: str, action_id: str, **more: Any) -> dict[str, Any]:
    return {"type": "button", "action_id": action_id, "text": plain(words), **more}


def picker(kind: str, action_id: str, words: str) -> dict[str, Any]:
    return {"type": kind, "action_id": action_id, "placeholder": plain(words)}


@dataclass
class PageApp:
    """The app and what it was told."""

    app: App
    submitted: list[dict[str, Any]] = field(default_factory=list)
    acted: list[dict[str, Any]] = field(default_factory=list)
    closed: list[str] = field(default_factory=list)

    def values(self) -> dict[str, Any]:
        """The last submission: what each field held."""
        states = self.submitted[-1]["state"]["values"]
        return {name: held for state in states.values() for name, held in state.items()}


def make(client: WebClient) -> PageApp:
    """The app, with its listeners."""
    made = PageApp(App(client=client, process_before_response=True))
    _openings(made)
    _submissions(made)
    _actions(made)
    return made


def _openings(made: PageApp) -> None:
    def opens(view: dict[str, Any]) -> Any:
        def opened(ack: Any, body: dict[str, Any], client: WebClient) -> None:
            client.views_open(trigger_id=body["trigger_id"], view=view)
            ack()

        return opened

    made.app.command("/every")(opens(modal("Every field", *every_field(), notify_on_close=True)))
    made.app.command("/session")(opens(short_form()))
    made.app.command("/read")(opens(long_text()))
    made.app.command("/steps")(opens(steps_form(0)))
    made.app.shortcut("log_session")(opens(short_form()))

    @made.app.shortcut("keep_this")
    def keep_this(ack: Any, body: dict[str, Any], client: WebClient) -> None:
        who, where = body["user"]["id"], body["channel"]["id"]
        client.chat_postEphemeral(channel=where, user=who, text="Kept, for you alone.")
        ack()

    @made.app.event("app_home_opened")
    def home_opened(ack: Any, event: dict[str, Any], client: WebClient) -> None:
        if event["tab"] == "home":
            client.views_publish(user_id=event["user"], view=home_view())
        ack()


def _submissions(made: PageApp) -> None:
    @made.app.view("form")
    def form_sent(ack: Any, view: dict[str, Any], body: dict[str, Any], client: WebClient) -> None:
        made.submitted.append(view)
        minutes = made.values()["minutes"]["value"]
        if int(minutes) % 15:
            ack(response_action="errors", errors={"minutes": "Use steps of 15, such as 45 or 60."})
            return
        client.chat_postMessage(channel=body["user"]["id"], text=f"Saved: {minutes} minutes.")
        ack()

    @made.app.view("steps")
    def steps_sent(ack: Any, view: dict[str, Any]) -> None:
        made.submitted.append(view)
        ack()

    @made.app.view_closed("form")
    def form_closed(ack: Any, view: dict[str, Any]) -> None:
        made.closed.append(view["id"])
        ack()


def _actions(made: PageApp) -> None:
    @made.app.action("tick")
    def ticked(ack: Any, body: dict[str, Any], client: WebClient) -> None:
        made.acted.append(body)
        view = body["view"]
        ticks = int(view["private_metadata"]) + 1
        client.views_update(view_id=view["id"], view=steps_form(ticks))
        ack()

    @made.app.action("deeper")
    def deeper(ack: Any, body: dict[str, Any], client: WebClient) -> None:
        client.views_push(trigger_id=body["trigger_id"], view=short_form())
        ack()

    @made.app.action("log")
    def log(ack: Any, body: dict[str, Any], client: WebClient) -> None:
        client.views_open(trigger_id=body["trigger_id"], view=short_form())
        ack()

    @made.app.options("far")
    def far(ack: Any, payload: dict[str, Any]) -> None:
        found = [name for name in ("Listening", "Listing", "Asking") if payload["value"] in name]
        ack(options=options(*found))

    for name in (
        "agenda",
        "ask",
        "delete",
        "more",
        "how_often",
        "pause_until",
        "at",
        "buddy",
        "about",
    ):

        @made.app.action(name)
        def acted(ack: Any, body: dict[str, Any]) -> None:
            made.acted.append(body)
            ack()
