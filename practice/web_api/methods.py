"""Which methods there are, and which scope, token and tier each has."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType

from practice.things import Json
from practice.web_api import account, chat, conversations, files, users, views
from practice.web_api.call import Call, TokenKind


@dataclass(frozen=True)
class Method:
    """One method of the Web API. `scopes` names alternatives, `reads` allows GET."""

    run: Callable[[Call], Json]
    scopes: tuple[str, ...] = ()
    tier: int | None = None
    token: TokenKind | None = "bot"
    reads: bool = False


METHODS: Mapping[str, Method] = MappingProxyType(
    {
        "api.test": Method(account.api_test, token=None, reads=True),
        "auth.test": Method(account.auth_test, reads=True),
        "apps.connections.open": Method(account.connections_open, tier=3, token="app"),
        "team.info": Method(account.team_info, ("team:read",), tier=3, reads=True),
        "chat.postMessage": Method(chat.post_message, ("chat:write",)),
        "chat.postEphemeral": Method(chat.post_ephemeral, ("chat:write",)),
        "chat.update": Method(chat.update, ("chat:write",), tier=3),
        "chat.delete": Method(chat.delete, ("chat:write",), tier=3),
        "conversations.open": Method(
            conversations.open_,
            ("im:write", "channels:manage", "groups:write", "mpim:write"),
            tier=3,
        ),
        "users.info": Method(users.info, ("users:read",), tier=4, reads=True),
        "users.list": Method(users.listing, ("users:read",), tier=2, reads=True),
        "views.open": Method(views.open_, tier=4),
        "views.push": Method(views.push, tier=4),
        "views.update": Method(views.update, tier=4),
        "views.publish": Method(views.publish, tier=4),
        "files.getUploadURLExternal": Method(
            files.get_upload_url, ("files:write",), tier=4, reads=True
        ),
        "files.completeUploadExternal": Method(files.complete_upload, ("files:write",), tier=4),
        "files.info": Method(files.info, ("files:read",), tier=4, reads=True),
        "files.delete": Method(files.delete, ("files:write",), tier=3),
    }
)

# Real methods that are not offered here, and the scope each asks a bot for.
ELSEWHERE: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "bookmarks.add": ("bookmarks:write",),
        "bookmarks.list": ("bookmarks:read",),
        "bots.info": ("users:read",),
        "canvases.create": ("canvases:write",),
        "chat.deleteScheduledMessage": ("chat:write",),
        "chat.getPermalink": (),
        "chat.meMessage": ("chat:write",),
        "chat.scheduleMessage": ("chat:write",),
        "chat.scheduledMessages.list": (),
        "chat.unfurl": ("links:write",),
        "conversations.archive": ("channels:manage", "groups:write"),
        "conversations.close": ("im:write", "mpim:write"),
        "conversations.create": ("channels:manage", "groups:write"),
        "conversations.history": ("channels:history", "groups:history", "im:history"),
        "conversations.info": ("channels:read", "groups:read", "im:read", "mpim:read"),
        "conversations.invite": ("channels:manage", "groups:write"),
        "conversations.join": ("channels:join",),
        "conversations.kick": ("channels:manage", "groups:write"),
        "conversations.leave": ("channels:manage", "groups:write"),
        "conversations.list": ("channels:read", "groups:read", "im:read", "mpim:read"),
        "conversations.mark": ("channels:manage", "groups:write", "im:write"),
        "conversations.members": ("channels:read", "groups:read", "im:read", "mpim:read"),
        "conversations.rename": ("channels:manage", "groups:write"),
        "conversations.replies": ("channels:history", "groups:history", "im:history"),
        "conversations.setPurpose": ("channels:manage", "groups:write"),
        "conversations.setTopic": ("channels:manage", "groups:write"),
        "dnd.info": ("dnd:read",),
        "dnd.teamInfo": ("dnd:read",),
        "emoji.list": ("emoji:read",),
        "files.list": ("files:read",),
        "files.remote.add": ("remote_files:write",),
        "files.sharedPublicURL": ("files:write:user",),
        "files.upload": ("files:write",),
        "pins.add": ("pins:write",),
        "pins.list": ("pins:read",),
        "pins.remove": ("pins:write",),
        "reactions.add": ("reactions:write",),
        "reactions.get": ("reactions:read",),
        "reactions.list": ("reactions:read",),
        "reactions.remove": ("reactions:write",),
        "reminders.add": ("reminders:write",),
        "reminders.list": ("reminders:read",),
        "search.messages": ("search:read",),
        "team.profile.get": ("users.profile:read",),
        "usergroups.create": ("usergroups:write",),
        "usergroups.list": ("usergroups:read",),
        "usergroups.users.list": ("usergroups:read",),
        "users.conversations": ("channels:read", "groups:read", "im:read", "mpim:read"),
        "users.getPresence": ("users:read",),
        "users.lookupByEmail": ("users:read.email",),
        "users.profile.get": ("users.profile:read",),
        "users.profile.set": ("users.profile:write",),
        "users.setPresence": ("users:write",),
    }
)
