"""The shape of an app manifest: github.com/slackapi/manifest-schema, version 1."""

from practice.blocks.rules import Check, anything, array, boolean, one_of, shape, string

_URL = string(3500, pattern=r"^https?://[^\s/]+\S*$")
_NAMES = array(string(50, least=1), most=255)
_EVENTS = array(string(50, least=1), most=100)
_OTHER_FEATURES = (
    "agent_view",
    "assistant_view",
    "code_channels",
    "functions",
    "rich_previews",
    "search",
    "unfurl_domains",
    "user_connections",
    "workflow_steps",
)
_OTHER_SETTINGS = (
    "allowed_ip_address_ranges",
    "function_runtime",
    "incoming_webhooks",
    "is_hosted",
    "is_mcp_enabled",
    "siws_links",
)
_OTHER_PARTS = (
    "$schema",
    "_metadata",
    "app_directory",
    "compliance",
    "datastores",
    "external_auth_providers",
    "functions",
    "metadata_events",
    "outgoing_domains",
    "types",
    "workflows",
)


def _others(names: tuple[str, ...]) -> dict[str, Check]:
    """Parts of a manifest that mean nothing here, so whatever they hold is taken."""
    return dict.fromkeys(names, anything)


_COMMAND = shape(
    {
        "command": string(32, least=2, pattern=r"^/[^\s/]\S*$"),
        "description": string(2000, least=1),
    },
    {"url": _URL, "usage_hint": string(1000), "should_escape": boolean},
)
_SHORTCUT = shape(
    {
        "name": string(24, least=1),
        "type": one_of("message", "global"),
        "callback_id": string(255, least=1),
        "description": string(150, least=1),
    }
)
_FEATURES = shape(
    {},
    {
        "app_home": shape(
            {},
            {
                "home_tab_enabled": boolean,
                "messages_tab_enabled": boolean,
                "messages_tab_read_only_enabled": boolean,
            },
        ),
        "bot_user": shape({"display_name": string(80, least=1)}, {"always_online": boolean}),
        "shortcuts": array(_SHORTCUT, most=10),
        "slash_commands": array(_COMMAND, most=50),
        **_others(_OTHER_FEATURES),
    },
)
_SETTINGS = shape(
    {},
    {
        "event_subscriptions": shape(
            {},
            {
                "request_url": _URL,
                "bot_events": _EVENTS,
                "user_events": _EVENTS,
                "metadata_subscriptions": anything,
            },
        ),
        "interactivity": shape(
            {"is_enabled": boolean},
            {"request_url": _URL, "message_menu_options_url": _URL},
        ),
        "org_deploy_enabled": boolean,
        "socket_mode_enabled": boolean,
        "token_rotation_enabled": boolean,
        **_others(_OTHER_SETTINGS),
    },
)
MANIFEST = shape(
    {
        "display_information": shape(
            {"name": string(35, least=1)},
            {
                "description": string(140, least=1),
                "background_color": string(pattern=r"^#[0-9a-fA-F]{3}([0-9a-fA-F]{3})?$"),
                "long_description": string(4000, least=174),
            },
        )
    },
    {
        "features": _FEATURES,
        "oauth_config": shape(
            {},
            {
                "scopes": shape(
                    {},
                    {
                        "bot": _NAMES,
                        "user": _NAMES,
                        "bot_optional": _NAMES,
                        "user_optional": _NAMES,
                    },
                ),
                "redirect_urls": array(string(2500)),
                "token_management_enabled": boolean,
                "pkce_enabled": boolean,
            },
        ),
        "settings": _SETTINGS,
        **_others(_OTHER_PARTS),
    },
)
