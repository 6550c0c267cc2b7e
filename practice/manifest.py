"""Reads an app manifest as Slack's app pages take it: what the app is called, may do and offers.

The shape is Slack's own; on top of it come the checks that Slack makes when a manifest is saved,
and a look at names that seem misspelt.
"""

import difflib
import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from practice.blocks.invalid import Report
from practice.manifest_names import EVENTS, SCOPES
from practice.manifest_shape import MANIFEST


class BadManifest(ValueError):
    """Why a manifest cannot be used, in words, a line for each reason."""


@dataclass(frozen=True, slots=True)
class Command:
    """A slash command; `url` is where it is sent without Socket Mode."""

    command: str
    description: str
    usage_hint: str
    url: str | None
    should_escape: bool


@dataclass(frozen=True, slots=True)
class Shortcut:
    """A shortcut; `type` is `global` or `message`."""

    name: str
    type: str
    callback_id: str
    description: str


@dataclass(frozen=True, slots=True)
class Manifest:
    """What the workspace needs to know of the app; `raw` is the manifest as it was given."""

    name: str
    description: str
    bot_name: str
    scopes: frozenset[str]
    user_scopes: frozenset[str]
    commands: tuple[Command, ...]
    shortcuts: tuple[Shortcut, ...]
    events: frozenset[str]
    socket_mode: bool
    interactivity: bool
    interactivity_url: str | None
    options_url: str | None
    events_url: str | None
    home_tab: bool
    messages_tab: bool
    messages_tab_read_only: bool
    raw: dict[str, Any]


def read(source: dict[str, Any] | str | Path) -> Manifest:
    """Read a manifest from a mapping, JSON text or a JSON file; raises `BadManifest`."""
    raw = _loaded(source)
    report = Report()
    MANIFEST(raw, "", report)
    if not report.messages:
        _check_agreement(_made(raw), report)
    if report.messages:
        raise BadManifest("\n".join(map(_in_words, report.messages)))
    return _made(raw)


def _in_words(message: str) -> str:
    words, _, place = (
        message.removeprefix("[ERROR] ").removesuffix("]").rpartition(" [json-pointer:")
    )
    return f"{place.strip('/').replace('/', '.') or 'manifest'}: {words}"


def _loaded(source: dict[str, Any] | str | Path) -> Any:
    if isinstance(source, dict):
        return source
    text = source
    if isinstance(source, Path):
        try:
            text = source.read_text(encoding="utf-8")
        except OSError as error:
            raise BadManifest(f"{source} cannot be read: {error.strerror}.") from None
        except UnicodeDecodeError:
            raise BadManifest(f"{source} is not a text file.") from None
    try:
        return json.loads(str(text))
    except (ValueError, RecursionError):
        raise BadManifest("The manifest is not JSON. (YAML manifests are not read here.)") from None


def _made(raw: dict[str, Any]) -> Manifest:
    about, features = raw["display_information"], raw.get("features", {})
    settings, scopes = raw.get("settings", {}), raw.get("oauth_config", {}).get("scopes", {})
    events = settings.get("event_subscriptions", {})
    interactivity = settings.get("interactivity", {})
    home = features.get("app_home", {})
    return Manifest(
        name=about["name"],
        description=about.get("description", ""),
        bot_name=features.get("bot_user", {}).get("display_name", about["name"]),
        scopes=frozenset(scopes.get("bot", []) + scopes.get("bot_optional", [])),
        user_scopes=frozenset(scopes.get("user", []) + scopes.get("user_optional", [])),
        commands=tuple(
            Command(
                command=each["command"],
                description=each["description"],
                usage_hint=each.get("usage_hint", ""),
                url=each.get("url"),
                should_escape=each.get("should_escape", False),
            )
            for each in features.get("slash_commands", [])
        ),
        shortcuts=tuple(Shortcut(**each) for each in features.get("shortcuts", [])),
        events=frozenset(events.get("bot_events", [])),
        socket_mode=settings.get("socket_mode_enabled", False),
        interactivity=interactivity.get("is_enabled", False),
        interactivity_url=interactivity.get("request_url"),
        options_url=interactivity.get("message_menu_options_url"),
        events_url=events.get("request_url"),
        home_tab=home.get("home_tab_enabled", False),
        messages_tab=home.get("messages_tab_enabled", True),
        messages_tab_read_only=home.get("messages_tab_read_only_enabled", False),
        raw=raw,
    )


def _check_agreement(manifest: Manifest, report: Report) -> None:
    """What the parts of a manifest owe each other."""
    commands = [each.command for each in manifest.commands]
    for name in sorted({each for each in commands if commands.count(each) > 1}):
        report.add(f"{name} is there more than once", "/features/slash_commands")
    callbacks = [(each.type, each.callback_id) for each in manifest.shortcuts]
    for kind, name in sorted({each for each in callbacks if callbacks.count(each) > 1}):
        report.add(f"two {kind} shortcuts have the callback_id {name}", "/features/shortcuts")
    if (commands or callbacks) and "commands" not in manifest.scopes:
        report.add(
            "slash commands and shortcuts need the scope `commands`", "/oauth_config/scopes/bot"
        )
    _check_names(manifest.scopes, SCOPES, "/oauth_config/scopes/bot", report)
    _check_names(manifest.events, EVENTS, "/settings/event_subscriptions/bot_events", report)
    if not manifest.socket_mode:
        _check_addresses(manifest, report)


def _check_names(names: frozenset[str], known: frozenset[str], at: str, report: Report) -> None:
    """Refuse what is all but a known name; a name like none of them may be newer than the list."""
    for name in sorted(names - known):
        close = difflib.get_close_matches(name, known, n=1, cutoff=0.8)
        if close:
            report.add(f"{name} is not known; did you mean {close[0]}?", at)


def _check_addresses(manifest: Manifest, report: Report) -> None:
    for index, command in enumerate(manifest.commands):
        if command.url is None:
            report.add(
                f"{command.command} needs a url, or socket_mode_enabled",
                f"/features/slash_commands/{index}",
            )
    if manifest.events and manifest.events_url is None:
        report.add(
            "events need a request_url, or socket_mode_enabled", "/settings/event_subscriptions"
        )
    if manifest.interactivity and manifest.interactivity_url is None:
        report.add(
            "interactivity needs a request_url, or socket_mode_enabled", "/settings/interactivity"
        )
