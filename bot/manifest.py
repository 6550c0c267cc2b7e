"""The Slack app manifest: what the app is allowed and what it listens to, and nothing more."""

from typing import Any

from bot import ids
from bot.words import Words

SCOPES = ("chat:write", "commands", "files:write", "im:write", "users:read")
"""All the bot may do. No scope reads messages, e-mail addresses or lists of conversations."""

HTTP_PATH = "/slack/events"
"""Where the bot answers Slack over HTTP."""

EVENTS = ("app_home_opened", "user_change")
COMMANDS = (
    ids.ALONGSIDE,
    ids.SESSION,
    ids.SUPERVISION,
    ids.LEARNING_SET,
    ids.REFLECT,
    ids.COHORT,
    ids.SUPPORT,
    ids.MY_DATA,
)


def manifest(words: Words, *, http_url: str | None = None) -> dict[str, Any]:
    """Return the manifest; with `http_url`, for requests over HTTP in place of Socket Mode."""
    commands = [
        {
            "command": command,
            "description": words(f"manifest.{command.lstrip('/')}"),
            "should_escape": False,
        }
        | ({"url": http_url} if http_url else {})
        for command in COMMANDS
    ]
    reach = {"request_url": http_url} if http_url else {}
    return {
        "display_information": {
            "name": words("manifest.name"),
            "description": words("manifest.description"),
            "background_color": "#1d4f4a",
        },
        "features": {
            "app_home": {
                "home_tab_enabled": True,
                "messages_tab_enabled": True,
                "messages_tab_read_only_enabled": True,
            },
            "bot_user": {"display_name": words("manifest.name"), "always_online": True},
            "shortcuts": [
                {
                    "name": words("manifest.log_shortcut"),
                    "type": "global",
                    "callback_id": ids.LOG_SHORTCUT,
                    "description": words("manifest.log_shortcut_about"),
                }
            ],
            "slash_commands": commands,
        },
        "oauth_config": {"scopes": {"bot": list(SCOPES)}},
        "settings": {
            "event_subscriptions": {"bot_events": list(EVENTS)} | reach,
            "interactivity": {"is_enabled": True} | reach,
            "org_deploy_enabled": False,
            "socket_mode_enabled": http_url is None,
            "token_rotation_enabled": False,
        },
    }
