"""Asks whether weaknesses of the locked libraries are known. `make audit`; it needs the network.

What we looked at and live with for now stands in `accepted.toml`, with its reason and a day on
which somebody looks again.
"""

import subprocess
import sys
import tomllib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

ROOT = Path(__file__).parent.parent
ACCEPTED = Path(__file__).with_name("accepted.toml")
LOCKS = ("requirements.txt", "requirements-dev.txt")
LONGEST = timedelta(days=100)
SHORTEST_REASON = 40


class NotArgued(Exception):
    """A finding that is left out without what it takes. The message says which, and what."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """A known weakness that we live with until `look_again_on`."""

    id: str
    library: str
    reason: str
    decided_on: date
    look_again_on: date

    def check(self, today: date) -> None:
        """Refuse one that is not argued, or whose time is over.

        Raises:
            NotArgued: Says what it lacks.
        """
        if len(self.reason) < SHORTEST_REASON:
            raise NotArgued(f"{self.id}: the reason has to say why it cannot hurt anybody.")
        if not self.decided_on < self.look_again_on <= self.decided_on + LONGEST:
            raise NotArgued(f"{self.id}: it has to be looked at again within {LONGEST.days} days.")
        if today >= self.look_again_on:
            raise NotArgued(f"{self.id}: it was to be looked at again on {self.look_again_on}.")


def read_accepted(file: Path, today: date) -> tuple[Finding, ...]:
    """Return what is left out.

    Raises:
        NotArgued: One of them lacks something, or its time is over.
    """
    findings = []
    for fields in tomllib.loads(file.read_text()).get("finding", []):
        try:
            finding = Finding(**fields)
        except TypeError:
            name = fields.get("id", "A finding")
            raise NotArgued(f"{name}: it needs all that the head of the file names.") from None
        finding.check(today)
        findings.append(finding)
    return tuple(findings)


def command(accepted: Iterable[Finding], *more: str) -> list[str]:
    """Return what is run: pip-audit over both lock files, hashes and all, without installing."""
    files = [word for lock in LOCKS for word in ("-r", str(ROOT / lock))]
    left_out = [word for one in accepted for word in ("--ignore-vuln", one.id)]
    whole = ["--require-hashes", "--disable-pip", "--progress-spinner", "off"]
    return [sys.executable, "-m", "pip_audit", *whole, *files, *left_out, *more]


def main(*more: str) -> int:
    """Run it, and return its exit status: 0 where nothing is known."""
    try:
        accepted = read_accepted(ACCEPTED, datetime.now(UTC).date())
    except NotArgued as lacks:
        sys.stderr.write(f"{lacks}\n")
        return 2
    return subprocess.run(command(accepted, *more), check=False).returncode


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
