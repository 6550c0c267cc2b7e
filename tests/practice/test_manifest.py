"""An app manifest: what is read from it, and why one is refused."""

import copy
import json
from pathlib import Path
from typing import Any

import pytest

from practice import manifest
from practice.manifest import BadManifest, read

WHOLE: dict[str, Any] = {
    "_metadata": {"major_version": 1, "minor_version": 1},
    "display_information": {
        "name": "Example App",
        "description": "Does examples",
        "background_color": "#0a0",
    },
    "features": {
        "app_home": {
            "home_tab_enabled": True,
            "messages_tab_enabled": True,
            "messages_tab_read_only_enabled": True,
        },
        "bot_user": {"display_name": "example", "always_online": True},
        "shortcuts": [
            {
                "name": "Log it",
                "type": "global",
                "callback_id": "log_it",
                "description": "Log something",
            }
        ],
        "slash_commands": [
            {
                "command": "/example",
                "description": "Shows examples",
                "usage_hint": "[words]",
                "should_escape": True,
            }
        ],
    },
    "oauth_config": {"scopes": {"bot": ["commands", "chat:write"], "user": ["search:read"]}},
    "settings": {
        "event_subscriptions": {"bot_events": ["app_home_opened", "user_change"]},
        "interactivity": {"is_enabled": True},
        "org_deploy_enabled": False,
        "socket_mode_enabled": True,
        "token_rotation_enabled": False,
    },
}


def changed(path: str, value: Any) -> dict[str, Any]:
    """The whole manifest with another value at a place such as `settings.interactivity`."""
    made = copy.deepcopy(WHOLE)
    *parents, last = path.split(".")
    place = made
    for parent in parents:
        place = place.setdefault(parent, {})
    place[last] = value
    return made


def over_http(**settings: Any) -> dict[str, Any]:
    return changed("settings", {"interactivity": {"is_enabled": False}, **settings})


def test_a_whole_manifest_is_read() -> None:
    read_one = read(WHOLE)
    assert (read_one.name, read_one.description) == ("Example App", "Does examples")
    assert read_one.bot_name == "example"
    assert read_one.scopes == {"commands", "chat:write"}
    assert read_one.user_scopes == {"search:read"}
    assert read_one.events == {"app_home_opened", "user_change"}
    assert (read_one.socket_mode, read_one.interactivity) == (True, True)
    assert (read_one.home_tab, read_one.messages_tab) == (True, True)
    assert read_one.messages_tab_read_only
    [command], [shortcut] = read_one.commands, read_one.shortcuts
    assert command == manifest.Command("/example", "Shows examples", "[words]", None, True)
    assert shortcut == manifest.Shortcut("Log it", "global", "log_it", "Log something")
    assert read_one.raw == WHOLE


def test_the_smallest_manifest_offers_nothing() -> None:
    read_one = read({"display_information": {"name": "Small"}})
    assert (read_one.name, read_one.bot_name, read_one.description) == ("Small", "Small", "")
    assert read_one.scopes == read_one.events == frozenset()
    assert read_one.commands == read_one.shortcuts == ()
    assert (read_one.socket_mode, read_one.home_tab, read_one.messages_tab) == (False, False, True)


def test_a_manifest_is_read_from_json_and_from_a_file(tmp_path: Path) -> None:
    text = json.dumps(WHOLE)
    file = tmp_path / "manifest.json"
    file.write_text(text, encoding="utf-8")
    assert read(text) == read(file) == read(WHOLE)


def test_without_socket_mode_the_addresses_are_read() -> None:
    made = over_http(
        interactivity={
            "is_enabled": True,
            "request_url": "https://example.com/act",
            "message_menu_options_url": "https://example.com/options",
        },
        event_subscriptions={
            "bot_events": ["app_home_opened"],
            "request_url": "http://127.0.0.1:3000/slack/events",
        },
    )
    made["features"]["slash_commands"][0]["url"] = "https://example.com/command"
    read_one = read(made)
    assert read_one.commands[0].url == "https://example.com/command"
    assert read_one.interactivity_url == "https://example.com/act"
    assert read_one.options_url == "https://example.com/options"
    assert read_one.events_url == "http://127.0.0.1:3000/slack/events"


@pytest.mark.parametrize(
    ("path", "value"),
    [
        ("features.assistant_view", {"assistant_description": "Helps"}),
        ("features.unfurl_domains", ["example.com"]),
        ("settings.function_runtime", "remote"),
        ("settings.incoming_webhooks", {"incoming_webhooks_enabled": True}),
        ("oauth_config.redirect_urls", ["https://example.com/oauth"]),
        ("oauth_config.scopes.bot_optional", ["users:read"]),
        ("functions", {"count": {"title": "Count"}}),
        ("$schema", "https://example.com/schema.json"),
        ("oauth_config.scopes.bot", ["commands", "quite.new:thing"]),
        ("settings.event_subscriptions.bot_events", ["something_brand_new"]),
    ],
)
def test_parts_that_mean_nothing_here_are_no_trouble(path: str, value: Any) -> None:
    assert read(changed(path, value)).name == "Example App"


COMMAND = WHOLE["features"]["slash_commands"][0]
SHORTCUT = WHOLE["features"]["shortcuts"][0]
BAD: dict[str, tuple[Any, str]] = {
    "no name": ({}, "manifest: missing required field: display_information"),
    "an empty name": (
        changed("display_information.name", ""),
        "display_information.name: must be more than 0 characters",
    ),
    "a name of 36 characters": (
        changed("display_information.name", "x" * 36),
        "display_information.name: must be less than 36 characters",
    ),
    "a description of 141 characters": (
        changed("display_information.description", "x" * 141),
        "display_information.description: must be less than 141 characters",
    ),
    "a colour in words": (
        changed("display_information.background_color", "green"),
        "display_information.background_color: input must match",
    ),
    "a part that is misspelt": (
        {**WHOLE, "setings": {}},
        "manifest: invalid additional property: setings",
    ),
    "a setting that is misspelt": (
        changed("settings.socket_mode", True),
        "settings: invalid additional property: socket_mode",
    ),
    "socket mode as a word": (
        changed("settings.socket_mode_enabled", "yes"),
        "settings.socket_mode_enabled: must be a boolean",
    ),
    "a command without its stroke": (
        changed("features.slash_commands", [{**COMMAND, "command": "example"}]),
        "features.slash_commands.0.command: input must match",
    ),
    "a command with a space": (
        changed("features.slash_commands", [{**COMMAND, "command": "/an example"}]),
        "features.slash_commands.0.command: input must match",
    ),
    "a command of 33 characters": (
        changed("features.slash_commands", [{**COMMAND, "command": "/" + "x" * 32}]),
        "features.slash_commands.0.command: must be less than 33 characters",
    ),
    "a command without a description": (
        changed("features.slash_commands", [{"command": "/example"}]),
        "features.slash_commands.0: missing required field: description",
    ),
    "a command twice": (
        changed("features.slash_commands", [COMMAND, COMMAND]),
        "features.slash_commands: /example is there more than once",
    ),
    "a shortcut of an unknown type": (
        changed("features.shortcuts", [{**SHORTCUT, "type": "home"}]),
        "features.shortcuts.0.type: must be a valid enum value",
    ),
    "a shortcut name of 25 characters": (
        changed("features.shortcuts", [{**SHORTCUT, "name": "x" * 25}]),
        "features.shortcuts.0.name: must be less than 25 characters",
    ),
    "eleven shortcuts": (
        changed("features.shortcuts", [SHORTCUT] * 11),
        "features.shortcuts: no more than 10 items allowed",
    ),
    "two shortcuts with one callback_id": (
        changed("features.shortcuts", [SHORTCUT, SHORTCUT]),
        "features.shortcuts: two global shortcuts have the callback_id log_it",
    ),
    "commands without their scope": (
        changed("oauth_config.scopes.bot", ["chat:write"]),
        "oauth_config.scopes.bot: slash commands and shortcuts need the scope `commands`",
    ),
    "a scope that is misspelt": (
        changed("oauth_config.scopes.bot", ["commands", "chat:wirte"]),
        "oauth_config.scopes.bot: chat:wirte is not known; did you mean chat:write?",
    ),
    "scopes as one string": (
        changed("oauth_config.scopes.bot", "commands,chat:write"),
        "oauth_config.scopes.bot: must provide an array",
    ),
    "an event that is misspelt": (
        changed("settings.event_subscriptions.bot_events", ["app_home_open"]),
        "app_home_open is not known; did you mean app_home_opened?",
    ),
    "an address that is none": (
        changed("settings.interactivity.request_url", "example.com"),
        "settings.interactivity.request_url: input must match",
    ),
    "interactivity that does not say whether": (
        changed("settings.interactivity", {}),
        "settings.interactivity: missing required field: is_enabled",
    ),
    "a command with nowhere to go": (
        over_http(),
        "features.slash_commands.0: /example needs a url, or socket_mode_enabled",
    ),
    "events with nowhere to go": (
        over_http(event_subscriptions={"bot_events": ["user_change"]}),
        "settings.event_subscriptions: events need a request_url, or socket_mode_enabled",
    ),
    "interactivity with nowhere to go": (
        over_http(interactivity={"is_enabled": True}),
        "settings.interactivity: interactivity needs a request_url, or socket_mode_enabled",
    ),
    "a list": ("[]", "manifest: must provide an object"),
    "YAML": ("display_information:\n  name: x", "The manifest is not JSON."),
    "brackets without end": ("[" * 100_000, "The manifest is not JSON."),
}


@pytest.mark.parametrize(("source", "words"), BAD.values(), ids=list(BAD))
def test_a_manifest_is_refused_for(source: Any, words: str) -> None:
    with pytest.raises(BadManifest) as refused:
        read(source)
    assert words in str(refused.value)


def test_every_reason_is_told_on_its_own_line() -> None:
    with pytest.raises(BadManifest) as refused:
        read({"display_information": {"name": "", "colour": "red"}, "setings": {}})
    assert len(str(refused.value).splitlines()) == 3


def test_a_file_that_cannot_be_read_is_named(tmp_path: Path) -> None:
    with pytest.raises(BadManifest, match=r"none\.json cannot be read: No such file"):
        read(tmp_path / "none.json")
    picture = tmp_path / "picture.json"
    picture.write_bytes(b"\xff\xfe\x00")
    with pytest.raises(BadManifest, match=r"picture\.json is not a text file"):
        read(picture)
