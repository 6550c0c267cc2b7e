"""A submitted session form over Socket Mode, from its text to the answer.

The floor reads the same text with the same Bolt and acknowledges it. Ours ends with a commit that
the disk has confirmed; `commit_us` is what that costs without any of our code. A floor that neither
reads an encoded form nor touches a disk is so low that the goal is out of reach here: read
`ratio_to_floor_and_commit` beside it.
"""

from bench.measure import Row
from bench.submissions import desk, payloads

NAME = "submit_session_socket_mode"
GOAL = 2.5


def measure(scale: float = 1.0) -> Row:
    """Measure; `scale` 1 is 3,000 rounds."""
    with desk() as here:
        requests = ({"mode": "socket_mode", "body": text} for text in payloads(here.house))
        return here.compare(NAME, GOAL, max(10, int(3000 * scale)), requests)
