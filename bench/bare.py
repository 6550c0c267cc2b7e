"""The floor for what goes through Bolt: an app with the bot's own settings and one listener."""

from concurrent.futures import ThreadPoolExecutor

from slack_bolt import App
from slack_bolt.authorization import AuthorizeResult
from slack_sdk import WebClient

BOT_ID = "B0ALONGBOT0"
BOT_USER = "U0ALONGBOT0"
_LISTENERS = 32
_SECONDS = 2


def bare_app(
    team: str,
    token: str = "xoxb-bare",
    api_url: str = WebClient.BASE_URL,
    *,
    signing_secret: str | None = None,
) -> App:
    """Return an app without listeners, put together as `bot.app.build` does it."""

    def authorize() -> AuthorizeResult:
        return AuthorizeResult(
            enterprise_id=None, team_id=team, bot_token=token, bot_id=BOT_ID, bot_user_id=BOT_USER
        )

    return App(
        client=WebClient(None, base_url=api_url, timeout=_SECONDS, retry_handlers=[]),
        authorize=authorize,
        signing_secret=signing_secret or "",
        request_verification_enabled=signing_secret is not None,
        process_before_response=True,
        listener_executor=ThreadPoolExecutor(_LISTENERS, "listeners"),
    )
