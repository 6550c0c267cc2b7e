"""Proves that the bot can post in a channel that somebody chose."""

from bot.house import House
from bot.slack_calls import SlackProblem, SlackRefused
from domain.people import Account
from domain.refusals import NotValid, Refused

_BOT_NOT_THERE = frozenset({"not_in_channel", "channel_not_found"})
_NOT_THERE = _BOT_NOT_THERE | {"user_not_in_channel"}


def prove_channel(house: House, channel: str, by: Account, *, field: str = "channel") -> None:
    """Say a line in the channel that only this person sees, which works where the bot is in it.

    Raises:
        NotValid: `bot_not_in_channel`, with how to invite it.
    """
    try:
        house.slack.tell(channel, by.user, house.words("cohort.plan.channel_works"))
    except SlackRefused as problem:
        if str(problem) not in _NOT_THERE:
            raise
        raise NotValid({field: "bot_not_in_channel"}) from None


def prove_bot_is_in(house: House, channel: str, by: Account) -> None:
    """Say a line in the channel of a set, which works where the bot was not taken out of it.

    Whether this person is in it does not matter: who facilitates may be somewhere else. Where Slack
    gives no answer to this, a meeting does not wait for it.

    Raises:
        Refused: `set_channel_gone`, with how to invite the bot.
    """
    try:
        house.slack.tell(channel, by.user, house.words("agenda.begins"))
    except SlackProblem as problem:
        if str(problem) in _BOT_NOT_THERE:
            raise Refused("set_channel_gone") from None
