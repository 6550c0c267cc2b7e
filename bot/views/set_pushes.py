"""What is sent about sets: to one person, or to a set's channel while its agenda is run.

Never what somebody wrote for a few: no offer, no action, no joining link. The name of a set is
known to all who can see it.
"""

from collections.abc import Sequence

from bot import ids
from bot.services.set_news import SetNews
from bot.services.set_pushes import AgendaPost, MeetingNews
from bot.views import kit
from bot.views.kit import Json, Message
from bot.views.set_day import part_name
from bot.views.times import Times
from bot.words import Words
from domain.clock import HOME_ZONE
from domain.deliveries import Kind
from domain.preferences import Times as Style
from domain.set_meetings import MeetingState

_WHEN: dict[int | None, str] = {0: "today", 1: "tomorrow", 7: "in_a_week"}


def of_meeting(words: Words, news: MeetingNews) -> Message:
    """Tell somebody of a meeting."""
    times = Times(words, news.zone, news.times)
    meeting = news.meeting
    when = times(meeting.date.starts_at) if meeting.date is not None else ""
    key = f"push.{news.kind}"
    if news.kind is Kind.SET_CANCELLED and meeting.date is None:
        key = f"{key}.undated"
    if news.again:
        key = f"{key}.after_all"
    if news.kind is Kind.SET_REMINDER:
        key = f"{key}.{_WHEN.get(news.days_left, 'later')}"
    elif news.kind is Kind.SET_CANCELLED and meeting.state is MeetingState.POLLING:
        key = f"{key}.other_date"
    lines = [_named(words, key, news.learning_set.plan.name, when=when, few=news.expected)]
    if news.kind in {Kind.SET_CHOSEN, Kind.SET_MOVED, Kind.SET_REMINDER, Kind.SET_ROLE}:
        lines += [(words(f"push.role.{role}"),) * 2 for role in sorted(news.roles)]
    return _message(lines, _meeting_buttons(words, news))


def of_set(words: Words, news: SetNews) -> Message:
    """Tell somebody of a set."""
    times = Times(words, news.zone, news.times)
    until = times(news.offered_until) if news.offered_until else ""
    key, when = f"push.{news.kind}", ""
    if news.kind is Kind.SET_NO_FACILITATOR and news.meeting and news.meeting.date:
        key, when = f"{key}.dated", times(news.meeting.date.starts_at)
    name = news.learning_set.plan.name
    lines = [_named(words, key, name, until=until, when=when)]
    for meeting in news.cancelled:
        if meeting.date is not None:
            said = words("push.set_closed.meeting", when=times(meeting.date.starts_at))
            lines.append((said, said))
    buttons = [kit.button(words("set.see_all"), ids.OPEN_SETS)]
    if news.opens:
        opens = kit.button(words("set.open"), ids.OPEN_SET, news.learning_set.id, primary=True)
        buttons = [opens]
    if news.kind is Kind.SET_CLOSED:
        lines.append((words("push.set_end.support"),) * 2)
        buttons.append(kit.button(words("support.open"), ids.OPEN_SUPPORT))
    return _message(lines, buttons)


def in_channel(words: Words, post: AgendaPost) -> Message:
    """Say in the channel where the agenda is; at the end, where to turn."""
    if post.kind is Kind.SET_END:
        return _end(words, post)
    assert post.part is not None, "while the agenda is run there is a part"
    name = part_name(words, post.part)
    if post.kind is not Kind.SET_PART:
        said = words(f"push.{post.kind}", name=name)
    elif post.paused:
        said = words("push.set_part.paused", name=name)
    else:
        said = words("push.set_part", name=name, length=words.duration(post.part.minutes))
    lines = [said]
    if post.kind is Kind.SET_PART and not post.paused:
        lines.append(words(f"agenda.about.{post.part.kind}"))
    return kit.message(lines)


def _end(words: Words, post: AgendaPost) -> Message:
    lines = [words("push.set_end"), words("push.set_end.support")]
    following = post.following
    if following is not None and following.date is not None:
        times = Times(words, HOME_ZONE, Style.TWELVE)
        lines.append(words("push.set_end.next", when=times(following.date.starts_at)))
    return kit.message(lines, [kit.button(words("support.open"), ids.OPEN_SUPPORT)])


def _meeting_buttons(words: Words, news: MeetingNews) -> list[Json]:
    meeting = news.meeting
    see = kit.button(words("meeting.open"), ids.OPEN_MEETING, meeting.id)
    if news.kind is Kind.SET_DATES:
        return [kit.button(words("dates.tick"), ids.OPEN_SET_TICKS, meeting.id, primary=True)]
    if news.kind is Kind.SET_ACTIONS:
        return [kit.button(words("action.open_mine"), ids.OPEN_MY_ACTIONS, primary=True)]
    if news.kind is Kind.SET_QUORUM:
        move = kit.button(words("move.open"), ids.OPEN_SET_MOVE, meeting.id, primary=True)
        return [move, see]
    if meeting.date is None:
        return [see]
    if news.kind in {Kind.SET_CHOSEN, Kind.SET_MOVED, Kind.SET_CANCELLED}:
        file = kit.button(words("meeting.calendar"), ids.GET_CALENDAR_FILE, meeting.id)
        return [see, file]
    return [see]


def _named(words: Words, key: str, name: str, **values: object) -> tuple[str, str]:
    """Return a sentence twice: as blocks show it, and inert as Slack reads the text above them."""
    return words(key, name=name, **values), words(key, name=kit.inert(name), **values)


def _message(lines: Sequence[tuple[str, str]], buttons: Sequence[Json]) -> Message:
    shown = kit.message([plain for plain, _ in lines], buttons)
    return Message(text="\n".join(text for _, text in lines), blocks=shown.blocks)
