"""Sets on the Home tab: what is next and what waits; never what anybody wrote."""

from bot import ids
from bot.services.sets_at_home import SetsAtHome
from bot.views import kit
from bot.views.kit import Json
from bot.views.times import Times
from bot.words import Words


def at_home(words: Words, data: SetsAtHome, zone: str) -> list[Json]:
    """Return the part of whoever may see sets."""
    times = Times(words, zone, data.times)
    buttons = [kit.button(words("set.see_all"), ids.OPEN_SETS)]
    if data.has_actions:
        buttons.append(kit.button(words("action.open_mine"), ids.OPEN_MY_ACTIONS))
    blocks = [kit.heading(words("set.all"))]
    for found, member in data.offered:
        if member.offered_until is not None:
            said = words("home.place_kept", name=found.plan.name, until=times(member.offered_until))
            button = kit.button(words("set.open"), ids.OPEN_SET, found.id, primary=True)
            blocks.append(kit.say(said, accessory=button))
    for found, meeting in data.to_tick:
        button = kit.button(words("dates.tick"), ids.OPEN_SET_TICKS, meeting.id, primary=True)
        blocks.append(kit.say(words("home.tick", name=found.plan.name), accessory=button))
    for found, meeting in data.meetings:
        if meeting.date is not None:
            when = times(meeting.date.starts_at)
            label = words("meeting.open_label", number=meeting.number)
            button = kit.button(words("meeting.open"), ids.OPEN_MEETING, meeting.id, label=label)
            said = words("home.meeting", name=found.plan.name, when=when)
            blocks.append(kit.say(said, accessory=button))
    if data.has_actions:
        blocks.append(kit.say(words("home.actions")))
    return [*blocks, kit.buttons(*buttons, block_id="sets")]
