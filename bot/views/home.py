"""The Home tab: the front door, by role."""

from collections.abc import Sequence

from bot import ids
from bot.services.home import HomeData, SessionsAtHome
from bot.views import kit, set_home, supervision_home
from bot.views.check_ins import home_lines
from bot.views.kit import Json
from bot.views.reflections import at_home
from bot.views.session_form import summary
from bot.views.welcome import welcome_blocks
from bot.words import Words
from domain.people import Role
from domain.policy import Act
from domain.support import Service

_WITH_A_PART = {Act.SEE_SESSIONS, Act.RUN_COHORTS, Act.TAKE_REQUESTS}
"""Whoever may none of these has nothing on the tab that could wait for them."""


_READERS = {Role.SUPERVISOR, Role.LEARNING_PARTNER}


def home(words: Words, data: HomeData, *, to_check: Sequence[Service] = ()) -> Json:
    """Render the tab. `to_check` are rows of the support card that a co-lead is asked to check."""
    blocks: list[Json] = []
    if data.me.welcomed_at is None:
        blocks += [*welcome_blocks(words), _welcome_button(words), kit.divider()]
    blocks += _own(words, data)
    blocks += home_lines(words, data.check_ins)
    if data.sets.in_one or data.me.roles & _READERS:
        blocks += _shared_with_me(words)
    if Act.RUN_COHORTS in data.may:
        blocks += _co_lead(words, to_check)
    if Act.SEE_TOTALS in data.may:
        blocks += _learning_partner(words)
    if not data.may & _WITH_A_PART:
        blocks += [kit.heading(words("home.heading")), kit.say(words("home.nothing_waits"))]
    blocks += [kit.divider(), _always(words), kit.small(words("home.not_watched"))]
    return kit.home(blocks)


def _own(words: Words, data: HomeData) -> list[Json]:
    """Return what is somebody's own, each by their roles."""
    blocks: list[Json] = []
    if data.sessions is not None:
        blocks += _sessions(words, data.sessions)
    if data.prompts is not None:
        blocks += at_home(words, data.prompts, data.me.tz, nudge_on=data.nudge_on)
    if data.supervision is not None:
        blocks += supervision_home.at_home(words, data.supervision, data.may)
    if Act.SEE_SETS in data.may:
        blocks += set_home.at_home(words, data.sets, data.me.tz)
    return blocks


def closed(words: Words, *, left: bool = False) -> Json:
    """Render the tab of somebody who is not enrolled: one kind sentence, and where to turn.

    `left`: something is held about them since they were in the programme, and they can see it.
    """
    blocks = [kit.say(words("home.left" if left else "refusal.not_enrolled"))]
    buttons = [kit.button(words("support.open"), ids.OPEN_SUPPORT)]
    if left:
        blocks.append(kit.say(words("home.left_back")))
        buttons.append(kit.button(words("my_data.open"), ids.OPEN_MY_DATA))
    return kit.home([*blocks, kit.buttons(*buttons)])


def _sessions(words: Words, data: SessionsAtHome) -> list[Json]:
    blocks = [
        kit.heading(words("home.sessions")),
        kit.buttons(
            kit.button(words("session.open_log"), ids.OPEN_LOG, primary=True),
            kit.button(words("session.open_list"), ids.OPEN_SESSIONS),
            kit.button(words("session.open_totals"), ids.OPEN_TOTALS),
            kit.button(words("session.open_files"), ids.OPEN_FILES),
        ),
    ]
    if data.last is None:
        return [*blocks, kit.say(words("home.no_sessions_yet"))]
    blocks += _actions(words, data)
    month, total = data.this_month, data.since_start
    return [
        *blocks,
        kit.say(
            words.count("home.this_month", month.sessions, length=words.duration(month.minutes))
        ),
        kit.say(
            words.count("home.since_start", total.sessions, length=words.duration(total.minutes))
        ),
        kit.say(
            words("home.last_session", summary=summary(words, data.last.facts)),
            accessory=kit.button(words("home.open_last"), ids.OPEN_SESSION, data.last.id),
        ),
    ]


def _actions(words: Words, data: SessionsAtHome) -> list[Json]:
    """Say for which days there is an action; what it is, only the opened form says."""
    return [
        kit.say(
            words("home.action", date=words.day(session.action_on)),
            accessory=kit.button(
                words("home.open_action"),
                ids.OPEN_MORE,
                session.id,
                label=words("home.open_action_label", date=words.short_day(session.action_on)),
            ),
        )
        for session in data.actions
        if session.action_on is not None
    ]


def _co_lead(words: Words, to_check: Sequence[Service]) -> list[Json]:
    blocks = [
        kit.heading(words("home.cohorts")),
        kit.buttons(
            kit.button(words("home.open_cohorts"), ids.OPEN_COHORTS),
            kit.button(words("work.open"), ids.OPEN_WORK),
        ),
    ]
    if to_check:
        names = ", ".join(service.name for service in to_check)
        blocks.append(kit.say(words("home.check_services", names=names)))
    return blocks


def _learning_partner(words: Words) -> list[Json]:
    return [
        kit.heading(words("home.totals")),
        kit.buttons(
            kit.button(words("home.open_totals"), ids.OPEN_PROGRAMME_TOTALS),
            kit.button(words("home.open_count"), ids.OPEN_SENT_COUNT),
        ),
    ]


def _shared_with_me(words: Words) -> list[Json]:
    return [
        kit.heading(words("shared.heading")),
        kit.buttons(kit.button(words("shared.open"), ids.OPEN_SHARED)),
    ]


def _welcome_button(words: Words) -> Json:
    return kit.buttons(kit.button(words("welcome.read"), ids.WELCOME_READ, primary=True))


def _always(words: Words) -> Json:
    return kit.buttons(
        kit.button(words("support.open"), ids.OPEN_SUPPORT),
        kit.button(words("help.open"), ids.OPEN_HELP),
        kit.button(words("settings.open"), ids.OPEN_SETTINGS),
        kit.button(words("my_data.open"), ids.OPEN_MY_DATA),
        block_id="always",
    )
