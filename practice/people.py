"""The made-up people and channels a practice workspace starts with."""

import base64
import hashlib
import json
from datetime import datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from practice.things import Channel, Json, Person

TEAM_ID = "T0PRACTICE0"
OTHER_TEAM_ID = "T0ELSEWHERE"
TEAM_NAME = "Practice"
TEAM_DOMAIN = "practice"
BOT_USER_ID = "U0ALONGBOT0"
BOT_ID = "B0ALONGBOT0"
APP_ID = "A0ALONGBOT0"
SLACKBOT_ID = "USLACKBOT"
SHORT_HANDLE = 9


class BadPeople(ValueError):
    """Why a file of people cannot be used, in words."""


def user_id(handle: str) -> str:
    """An id like Slack's that a reader can tell apart: ada -> U0ADA000000.

    Of a longer handle it has the start only, and then letters that differ from any other's.
    """
    whole = handle.upper()
    letters = "".join(c for c in whole if c.isalnum())
    if letters == whole and len(letters) <= SHORT_HANDLE:
        return f"U0{letters}".ljust(11, "0")
    mark = hashlib.sha256(handle.encode()).digest()
    return f"U0{letters[:2]}{base64.b32encode(mark).decode()}"[:11]


def person(handle: str, real_name: str, title: str, **more: Any) -> Person:
    """Someone of this workspace."""
    known: dict[str, Any] = {"id": user_id(handle), "team_id": TEAM_ID, **more}
    return Person(name=handle, real_name=real_name, title=title, **known)


def seeds() -> list[Person]:
    """Three partners, two co-leads, two supervisors, and the people rules are tried on."""
    return [
        person("ada", "Ada Example", "Partner", pronouns="she/her"),
        person("bilal", "Bilal Sample", "Partner", tz="Asia/Kolkata"),
        person("cerys", "Cerys Specimen", "Partner"),
        person("dilys", "Dilys Pattern", "Co-lead", is_admin=True),
        person("emeka", "Emeka Model", "Co-lead"),
        person("farah", "Farah Instance", "Supervisor"),
        person("gwen", "Gwen Template", "Supervisor", tz="America/New_York"),
        person("hari", "Hari Draft", "Learning partner"),
        person("iona", "Iona Outline", "Volunteer (not enrolled)"),
        person("jonas", "Jonas Former", "Partner (has left)", deleted=True),
        person("kit", "Kit Visitor", "Guest", is_guest=True, pronouns="they/them"),
        person("lena", "Lena Elsewhere", "Outsider", is_stranger=True, team_id=OTHER_TEAM_ID),
        Person(id=SLACKBOT_ID, name="slackbot", real_name="Slackbot", is_bot=True, team_id=TEAM_ID),
    ]


def bot_user(name: str) -> Person:
    """The app's own user."""
    handle = "".join(c for c in name.lower() if c.isalnum() or c in "-_.") or "app"
    return Person(
        id=BOT_USER_ID, name=handle, real_name=name, is_bot=True, tz="Etc/UTC", team_id=TEAM_ID
    )


def seed_channels(everyone: list[Person]) -> list[Channel]:
    """#general without the bot, #spring-cohort with it, #set-one private and without it."""
    here = [p for p in everyone if not p.is_bot and not p.deleted]
    members = {p.id for p in here if not p.is_guest and not p.is_stranger}
    by_name = {p.name: p.id for p in here}
    cohort = {i for n, i in by_name.items() if n not in ("iona",)}
    set_one = {by_name[n] for n in ("ada", "bilal", "cerys", "hari") if n in by_name}
    return [
        Channel("C0GENERAL00", "general", "channel", members),
        Channel("C0SPRING000", "spring-cohort", "private", cohort | {BOT_USER_ID}),
        Channel("C0SETONE000", "set-one", "private", set_one or set(members)),
    ]


def read_people(path: Path) -> list[Person]:
    """People from a JSON list of `{"name", "real_name", "title", "tz", ...}`. Raises BadPeople."""
    try:
        rows = json.loads(path.read_text("utf-8"))
        if not isinstance(rows, list):
            raise BadPeople(f"{path.name} must hold a list of people.")
        found = [person(r.pop("name"), r.pop("real_name"), r.pop("title", ""), **r) for r in rows]
    except OSError as error:
        raise BadPeople(f"{path.name} cannot be read: {error.strerror}.") from None
    except (KeyError, TypeError, AttributeError, ValueError) as error:
        raise BadPeople(f"{path.name} is not a list of people: {error}.") from None
    ids = [p.id for p in found]
    if len(set(ids)) != len(ids):
        raise BadPeople(f"{path.name} names someone twice.")
    return found


def tz_facts(name: str, at: float) -> tuple[str, str, int]:
    """IANA name, label and offset in seconds, as Slack reports a time zone."""
    try:
        moment = datetime.fromtimestamp(at, ZoneInfo(name))
    except (ZoneInfoNotFoundError, ValueError):
        return name, name, 0
    offset = moment.utcoffset()
    return name, moment.tzname() or name, int(offset.total_seconds()) if offset else 0


def user_object(who: Person, at: float) -> Json:
    """Slack's user object, as users.info gives it without `users:read.email`."""
    user: Json = {
        "id": who.id,
        "team_id": who.team_id,
        "name": who.name,
        "deleted": who.deleted,
        "profile": _profile(who),
        "is_bot": who.is_bot and who.id != SLACKBOT_ID,
        "is_app_user": False,
        "updated": who.updated,
    }
    if who.deleted:
        return user
    tz, label, offset = tz_facts(who.tz, at)
    return user | {
        "color": "4a6b8a",
        "real_name": who.real_name,
        "tz": tz,
        "tz_label": label,
        "tz_offset": offset,
        "is_admin": who.is_admin,
        "is_owner": False,
        "is_primary_owner": False,
        "is_restricted": who.is_guest,
        "is_ultra_restricted": who.is_guest,
        "is_stranger": who.is_stranger,
        "is_email_confirmed": True,
        "who_can_share_contact_card": "EVERYONE",
    }


def _profile(who: Person) -> Json:
    first, _, last = who.real_name.partition(" ")
    return {
        "title": who.title,
        "phone": "",
        "skype": "",
        "real_name": who.real_name,
        "real_name_normalized": who.real_name,
        "display_name": who.name,
        "display_name_normalized": who.name,
        "first_name": first,
        "last_name": last,
        "pronouns": who.pronouns,
        "status_text": "",
        "status_emoji": "",
        "status_expiration": 0,
        "avatar_hash": "0" * 12,
        "image_48": "",
        "image_72": "",
        "team": who.team_id,
    }
