"""`python -m bot` is `alongside run`."""

from bot.cli import main

if __name__ == "__main__":
    main()
