"""Made-up accounts, and what Slack says of them."""

from datetime import UTC, datetime

import pytest

from domain.people import Account, Profile
from domain.refusals import DirectoryUnavailable, Refused

NOW = datetime(2026, 3, 3, 14, 0, tzinfo=UTC)


def account(user):
    return Account("T1", user)


ADA, BILAL, DILYS, EMEKA, IONA = map(account, ("U0ADA", "U0BILAL", "U0DILYS", "U0EMEKA", "U0IONA"))
BOT, JONAS, KIT, LENA = map(account, ("U0BOT", "U0JONAS", "U0KIT", "U0LENA"))


class Directory:
    """What Slack says of each account; it says nothing about whoever is silent."""

    def __init__(self):
        self.facts = {
            BOT: {"bot": True},
            JONAS: {"deactivated": True, "tz": ""},
            KIT: {"guest": True},
            LENA: {"outsider": True},
            DILYS: {"title": "Programme Co-Lead"},
        }
        self.silent = set()
        self.asked = []

    def __call__(self, who):
        self.asked.append(who)
        if who in self.silent:
            raise DirectoryUnavailable("ratelimited")
        return self.profile(who)

    def profile(self, who, **facts):
        return Profile(account=who, **{"tz": "Asia/Kolkata"} | self.facts.get(who, {}) | facts)


def refused(call, *args, **kwargs):
    with pytest.raises(Refused) as refusal:
        call(*args, **kwargs)
    return refusal.value.reason
