"""Proves that the bot can post in a channel that somebody chose."""

from bot.house import House
from bot.slack_calls import SlackRefused
from domain.people import Account
from domain.refusals import NotValid

_NOT_THERE = frozenset({"not_in_channel", "channel_not_found", "user_not_in_channel"})


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
