"""`python -m practice --port N --manifest FILE [--data FILE] [--people FILE]`."""

import argparse
import asyncio
import json
import os
import signal
import sys
from pathlib import Path

from practice import manifest, people
from practice.server import Running, build_world, listen
from practice.store import BadStore, Store
from practice.world import Settings

TOKENS = {"SLACK_BOT_TOKEN": "xoxb-practice-", "SLACK_APP_TOKEN": "xapp-practice-"}


class CannotStart(Exception):
    """Why it cannot start, and what to do, in one line."""


def main(argv: list[str] | None = None) -> int:
    """Start, print one JSON line, run until stopped. 0 after a clean stop, 2 if it cannot start."""
    asked = _arguments(argv)
    try:
        refuse_real_tokens(os.environ)
        asyncio.run(_run(asked))
    except CannotStart as reason:
        sys.stderr.write(f"{reason}\n")
        return 2
    except KeyboardInterrupt:
        return 0
    return 0


def refuse_real_tokens(environ: "os._Environ[str] | dict[str, str]") -> None:
    """The practice workspace never runs beside a real Slack token."""
    for name, start in TOKENS.items():
        if environ.get(name) and not environ[name].startswith(start):
            raise CannotStart(
                f"{name} holds a real Slack token. The practice workspace does not run beside one:"
                f" unset {name}, or start the bot itself, which then connects to Slack."
            )


def _arguments(argv: list[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="python -m practice", description="A practice workspace of made-up people."
    )
    parser.add_argument("--port", type=int, default=8065, help="0 picks a free one")
    parser.add_argument("--manifest", type=Path, required=True, help="the app's manifest (JSON)")
    parser.add_argument("--data", type=Path, help="keep everything in this file over restarts")
    parser.add_argument("--people", type=Path, help="a JSON list of people to start with")
    parser.add_argument(
        "--until-stdin-closes",
        action="store_true",
        help="stop when standard input ends, as it does when the program that started this dies",
    )
    return parser.parse_args(argv)


async def _run(asked: argparse.Namespace) -> None:
    try:
        read = manifest.read(asked.manifest)
        seeds = people.read_people(asked.people) if asked.people else people.seeds()
        listening = listen(asked.port)
        store = Store(asked.data)
    except (manifest.BadManifest, people.BadPeople, BadStore) as error:
        raise CannotStart(str(error).replace("\n", "; ")) from None
    except OverflowError:
        raise CannotStart(f"Port {asked.port} is not a port: choose 1 to 65535, or 0.") from None
    except OSError as error:
        raise CannotStart(
            f"Port {asked.port} on 127.0.0.1 cannot be used ({error.strerror})."
            " Stop what uses it, or choose another with --port."
        ) from None
    running = Running(build_world(read, store, seeds, Settings()), listening)
    stopping = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, stopping.set)
    if asked.until_stdin_closes:
        loop.add_reader(sys.stdin.fileno(), stopping.set)
    await running.start()
    sys.stdout.write(json.dumps(running.facts()) + "\n")
    sys.stdout.flush()
    await stopping.wait()
    await running.stop()


if __name__ == "__main__":
    sys.exit(main())
