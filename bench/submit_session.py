"""A submitted session form in process: a signed, URL-encoded request as Slack posts it.

Both sides check the signature and read the encoded form, which is most of the floor. Ours ends with
a commit that the disk has confirmed. The same over Socket Mode, where the floor has neither to do,
is the row `submit_session_socket_mode`.
"""

import time
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlencode

from slack_sdk.signature import SignatureVerifier

from bench.measure import Row
from bench.submissions import Desk, desk, payloads

NAME = "submit_session"
GOAL = 2.5

SECRET = "of-no-use-elsewhere"


def measure(scale: float = 1.0) -> Row:
    """Measure; `scale` 1 is 1,500 rounds."""
    with desk(signing_secret=SECRET) as here:
        return here.compare(NAME, GOAL, max(10, int(1500 * scale)), signed(here))


def signed(here: Desk) -> Iterator[dict[str, Any]]:
    """Yield signed requests, as arguments of `BoltRequest`."""
    signer = SignatureVerifier(SECRET)
    for text in payloads(here.house):
        body, at = urlencode({"payload": text}), str(int(time.time()))
        headers = {
            "content-type": "application/x-www-form-urlencoded",
            "x-slack-request-timestamp": at,
            "x-slack-signature": signer.generate_signature(timestamp=at, body=body),
        }
        yield {"body": body, "headers": headers}
