"""What holds for the whole programme: its questions, and the pause of everything."""

from bot import ids
from bot.views import kit
from bot.views.kit import Json
from bot.words import Words


def paused_line(words: Words) -> Json:
    """Say that nothing is sent, and until when."""
    return kit.say(words("programme.paused"))


def paused_rows(words: Words, *, paused: bool) -> list[Json]:
    """Say at the top of a page that all is paused, with the way to let it go on."""
    if not paused:
        return []
    go_on = kit.button(words("programme.let_go_on"), ids.LET_GO_ON, primary=True)
    return [paused_line(words), kit.buttons(go_on), kit.divider()]


def programme_buttons(words: Words, *, paused: bool) -> Json:
    """Return the buttons for the whole programme."""
    bank = kit.button(words("bank.open"), ids.OPEN_BANK)
    if paused:
        return kit.buttons(bank)
    pause = kit.button(
        words("programme.pause"),
        ids.PAUSE_EVERYTHING,
        confirm=kit.confirm(
            words("programme.pause_title"),
            words("programme.pause_ask"),
            words("programme.pause_yes"),
            words("programme.pause_no"),
        ),
    )
    return kit.buttons(bank, pause)
