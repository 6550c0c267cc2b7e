"""What holds for the whole programme: its questions, and the pause of everything."""

from bot import ids
from bot.views import kit
from bot.views.kit import Json
from bot.words import Words


def paused_line(words: Words) -> Json:
    """Say that nothing is sent, and until when."""
    return kit.say(words("programme.paused"))


def programme_rows(words: Words, *, paused: bool) -> list[Json]:
    """Return the buttons for the whole programme, below a line that says where all is paused."""
    bank = kit.button(words("bank.open"), ids.OPEN_BANK)
    if paused:
        go_on = kit.button(words("programme.let_go_on"), ids.LET_GO_ON, primary=True)
        return [kit.divider(), paused_line(words), kit.buttons(go_on, bank), kit.divider()]
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
    return [kit.buttons(bank, pause)]
