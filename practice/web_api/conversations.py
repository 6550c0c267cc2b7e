"""conversations.*"""

from practice.things import Json
from practice.web_api.call import Call, Refused

MOST_PEOPLE = 8


def open_(call: Call) -> Json:
    """The app's direct messages with someone, made if need be."""
    users, channel_id = call.text("users"), call.text("channel")
    if users is None and channel_id is None:
        raise Refused("users_list_not_supplied")
    if channel_id is not None:
        channel = call.channel(channel_id)
        if channel.kind != "app":
            raise Refused("method_not_supported_for_channel_type")
        return {"no_op": True, "already_open": True, "channel": {"id": channel.id}}
    return _open_with(call, [u.strip() for u in str(users).split(",") if u.strip()])


def _open_with(call: Call, ids: list[str]) -> Json:
    world = call.world
    if not ids:
        raise Refused("users_list_not_supplied")
    if len(ids) > MOST_PEOPLE:
        raise Refused("too_many_users")
    if len(ids) > 1:
        raise Refused(
            "missing_scope", needed="mpim:write", provided=",".join(sorted(world.manifest.scopes))
        )
    who = call.person(ids[0])
    if who.deleted:
        raise Refused("user_disabled")
    if who.is_bot:
        raise Refused("cannot_dm_bot")
    before = len(world.workspace.channels)
    channel = world.workspace.app_dm(who.id)
    known = len(world.workspace.channels) == before
    shown: Json = {"id": channel.id}
    if call.flag("return_im"):
        shown |= {"is_im": True, "user": who.id, "is_open": True}
    return {"no_op": known, "already_open": known, "channel": shown}
