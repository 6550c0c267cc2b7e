"""auth.*, api.test, apps.connections.open, team.info."""

from practice import people
from practice.things import Json
from practice.web_api.call import Call, Refused


def auth_test(call: Call) -> Json:
    """Who this token is."""
    bot = call.world.workspace.people[call.world.bot_id]
    return {
        "url": call.world.base_url,
        "team": people.TEAM_NAME,
        "user": bot.name,
        "team_id": people.TEAM_ID,
        "user_id": bot.id,
        "bot_id": people.BOT_ID,
        "is_enterprise_install": False,
    }


def api_test(call: Call) -> Json:
    """Give the arguments back; `error` makes it fail."""
    args = {k: v for k, v in call.args.items() if k != "token"}
    if error := call.text("error"):
        raise Refused(error, args=args)
    return {"args": args} if args else {}


def connections_open(call: Call) -> Json:
    """A one-use address for a Socket Mode connection."""
    if not call.world.manifest.socket_mode:
        raise Refused("not_allowed", ["[ERROR] Socket Mode is not turned on for this app"])
    return {"url": call.world.hub.new_address(call.world.base_url)}


def team_info(call: Call) -> Json:
    """The workspace."""
    wanted = call.text("team")
    if wanted not in (None, people.TEAM_ID):
        raise Refused("team_not_found")
    return {
        "team": {
            "id": people.TEAM_ID,
            "name": people.TEAM_NAME,
            "url": call.world.base_url,
            "domain": people.TEAM_DOMAIN,
            "email_domain": "",
            "icon": {"image_default": True},
            "avatar_base_url": "",
            "is_verified": False,
        }
    }
