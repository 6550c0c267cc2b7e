"""`python -m bench.bare_bot FORM`: bare Bolt over Socket Mode that opens the form in a file.

The floor of `bench.open_form_socket_mode`; it takes its tokens as the bot does.
"""

import json
import os
import sys
from pathlib import Path
from typing import Any

from slack_bolt import Ack
from slack_bolt.adapter.socket_mode import SocketModeHandler
from slack_sdk import WebClient

from bench.bare import bare_app

READY = "ready"
_WORKERS = 32


def main(file: str, team: str) -> None:
    """Connect and serve until standard input ends."""
    form = json.loads(Path(file).read_text())
    app = bare_app(team, os.environ["SLACK_BOT_TOKEN"], os.environ["SLACK_API_URL"])

    def asked(ack: Ack, body: dict[str, Any], client: WebClient) -> None:
        client.views_open(trigger_id=body["trigger_id"], view=form)
        ack()

    app.command("/session")(asked)
    handler = SocketModeHandler(app, os.environ["SLACK_APP_TOKEN"], concurrency=_WORKERS)
    handler.connect()
    print(READY, flush=True)
    sys.stdin.read()
    handler.close()


if __name__ == "__main__":
    main(*sys.argv[1:])
