"""Ends with 0 while the bot in this container is well: asks its health port, else the doctor."""

import os
import subprocess
import sys
import urllib.request
from pathlib import Path

SECONDS = 15


def main() -> int:
    """Return the exit status."""
    port = os.environ.get("HEALTH_PORT")
    if not port:
        doctor = [str(Path(sys.executable).with_name("alongside")), "doctor"]
        return min(1, subprocess.run(doctor, stdout=subprocess.DEVNULL, check=False).returncode)
    try:
        # Refused, too late, or an answer that says no: all of them are an OSError.
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/health", timeout=SECONDS):
            return 0
    except OSError:
        return 1


if __name__ == "__main__":
    sys.exit(main())
