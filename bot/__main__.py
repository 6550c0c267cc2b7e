"""Where the `alongside` command begins; `python -m bot` is `alongside run`."""

import gc


def main() -> None:
    """Run the command.

    Next to nothing of what a start imports is ever thrown away. Looking for rubbish in it again and
    again takes a quarter of the start, so the collector waits, and afterwards leaves it alone for
    good: its later rounds have only what the bot makes at work to go through.
    """
    gc.disable()
    # After the line above, or it would come too late.
    from bot.cli import main as command

    gc.freeze()
    gc.enable()
    command()


if __name__ == "__main__":
    main()
