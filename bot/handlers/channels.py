"""Proves that the bot can post in a channel that somebody chose."""

from bot.house import House
from bot.slack_calls import SlackBusy, SlackRefused, SlackSilent
from domain.people import Account
from domain.refusals import NotValid, Refused

_BOT_NOT_THERE = frozenset({"not_in_channel", "channel_not_found"})
_NOT_THERE = _BOT_NOT_THERE | {"user_not_in_channel"}
_ARCHIVED = "is_archived"
_RESTRICTED = "restricted_action"
"""The bot is in it, and others say who may post. The name may go on, as in `_read_only_channel`."""


def prove_channel(house: House, channel: str, by: Account, *, field: str = "channel") -> None:
    """Say a line in the channel that only this person sees, which works where the bot can post.

    Raises:
        NotValid: `bot_not_in_channel`, with how to invite it; `channel_archived` or
            `channel_restricted`, where another channel is needed.
    """
    try:
        house.slack.tell(channel, by.user, house.words("cohort.plan.channel_works"))
    except SlackRefused as problem:
        reason = _why_not(str(problem))
        if reason is None:
            raise
        raise NotValid({field: reason}) from None


def prove_bot_is_in(house: House, channel: str, by: Account) -> None:
    """Say a line in the channel of a set, which works where the bot can post in it still.

    Whether this person is in it does not matter: who facilitates may be somewhere else. Where Slack
    gives no answer to this, a meeting does not wait for it.

    Raises:
        Refused: `set_channel_gone`, with how to invite the bot; `set_channel_closed`, where the
            bot being in it does not help.
    """
    try:
        house.slack.tell(channel, by.user, house.words("agenda.begins"))
    except (SlackSilent, SlackBusy):
        return
    except SlackRefused as problem:
        if str(problem) == "user_not_in_channel":
            return
        gone = str(problem) in _BOT_NOT_THERE
        raise Refused("set_channel_gone" if gone else "set_channel_closed") from None


def _why_not(name: str) -> str | None:
    if name in _NOT_THERE:
        return "bot_not_in_channel"
    if name == _ARCHIVED:
        return "channel_archived"
    return "channel_restricted" if name.startswith(_RESTRICTED) else None
