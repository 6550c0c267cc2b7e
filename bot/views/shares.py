"""With whom somebody shares a journal item: the fields, and the line that says who sees it."""

from collections.abc import Mapping, Sequence

from bot.views import kit
from bot.views.forms import Values
from bot.views.kit import Json
from bot.views.sights import who_sees
from bot.words import Words
from domain.journal import Audience, Share
from domain.policy import Thing
from domain.refusals import NotValid
from domain.values import dataclass

SUPERVISOR = "supervisor"
LEARNING_PARTNER = "learning_partner"
SET = "set"
_NOT = "not"
_NAMED = "named"
_UNNAMED = "unnamed"
SETS_OFFERED = 90


@dataclass(frozen=True, slots=True)
class SubmittedShares:
    """What was chosen; `supervisor` is a user id of the chat workspace."""

    supervisor: str | None
    learning_partner: bool
    named: bool
    set_id: str | None = None


def share_fields(
    words: Words,
    shares: Sequence[Share] = (),
    accounts: Mapping[str, str] = {},
    sets: Sequence[tuple[str, str]] = (),
) -> list[Json]:
    """Return the fields, filled in with how it is shared now.

    `accounts` gives the user id of each person in `shares`; `sets` are those it can be shared with.
    """
    by_audience = {share.audience: share for share in shares}
    supervisor = by_audience.get(Audience.SUPERVISOR)
    learning = by_audience.get(Audience.LEARNING_PARTNER)
    how = _NOT if learning is None else _NAMED if learning.named else _UNNAMED
    options = [kit.option(words(f"share.learning_partner.{way}"), way) for way in _WAYS]
    return [
        kit.field(
            SUPERVISOR,
            words("share.supervisor"),
            kit.somebody(accounts.get(supervisor.target) if supervisor else None),
            hint=words("share.supervisor_hint"),
            optional=True,
        ),
        *(_set_field(words, by_audience.get(Audience.SET), sets) if sets else ()),
        kit.field(LEARNING_PARTNER, words("share.learning_partner"), kit.radio(options, how)),
    ]


def _set_field(
    words: Words, share: Share | None, sets: Sequence[tuple[str, str]]
) -> Sequence[Json]:
    offered = dict(sets[:SETS_OFFERED])
    options = [kit.option(words("share.set.not"), _NOT)]
    options += [kit.option(name, set_id) for set_id, name in offered.items()]
    target = share.target if share else None
    chosen = kit.select(options, target if target in offered else _NOT)
    return [kit.field(SET, words("share.set"), chosen, hint=words("share.set_hint"))]


_WAYS = (_NOT, _NAMED, _UNNAMED)


def who_sees_it(words: Words) -> Json:
    """Return the line above Save that says who can read it."""
    return who_sees(words, Thing.JOURNAL, also=words("share.taken_back"))


def read_shares(values: Values) -> SubmittedShares:
    """Parse the fields of `share_fields`.

    Raises:
        NotValid: A value that the form does not offer.
    """
    how = values.choice(LEARNING_PARTNER)
    if how not in _WAYS:
        raise NotValid({LEARNING_PARTNER: "choose_one"})
    return SubmittedShares(
        supervisor=values.choice(SUPERVISOR),
        learning_partner=how != _NOT,
        named=how != _UNNAMED,
        set_id=None if values.choice(SET) in (None, _NOT) else values.choice(SET),
    )
