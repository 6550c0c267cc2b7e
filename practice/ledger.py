"""Everything the workspace accepted, refused, sent and had acknowledged, in order.

An entry holds:

- `seq`: 1, 2, 3... in the order in which things happened, whatever the clocks say;
- `at` and `real_at`: practice time and real time, ISO 8601 in UTC with milliseconds. For a call of
  the Web API, when it was accepted or refused, which is after any latency asked for;
- `kind`: `api` (a call of the Web API), `upload` (the content of a file), `response_url`,
  `envelope` (something brought to the app), `ack` (what the app said to it), `failure` (the app's
  answer made no sense), `url_verification`;
- `ok`: whether it was accepted, and did what it says. If not, `error` names why, as Slack does;
- `method`: for `api`, the method; else null;
- `channel`, `user`, `ts`, `text`: where it went, who reads it there alone (or whom it is about),
  the message it made or is about, and its words; null where there is none;
- `payload`: the arguments of a call without its token, or what was brought and answered.

An `api` entry that was answered with 429 also has `retry_after`, the seconds the app was told to
wait. One struck by trouble asked for has `fault`, its kind: with `drop`, say, it may be `ok` though
the app was never told. An `envelope` and its `ack` share `envelope_id`, `type` and `attempt`.
"""

from bisect import bisect_right
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from practice.clock import Clock
from practice.store import Store

Json = dict[str, Any]


@dataclass
class Ledger:
    """Append-only. `seq` counts from 1 and, after a reset, goes on counting."""

    clock: Clock
    store: Store
    entries: list[Json] = field(default_factory=list)
    seq: int = 0

    def load(self) -> None:
        """Take up what the store kept."""
        self.entries = [entry for _, entry in self.store.rows("ledger")]
        self.seq = self.entries[-1]["seq"] if self.entries else 0

    def write(self, kind: str, *, ok: bool = True, **facts: Any) -> Json:
        """Add one entry."""
        self.seq += 1
        entry: Json = {
            "seq": self.seq,
            "at": self.clock.iso(),
            "real_at": datetime.now(UTC).isoformat(timespec="milliseconds"),
            "kind": kind,
            "method": facts.pop("method", None),
            "ok": ok,
            "error": facts.pop("error", None),
            "channel": facts.pop("channel", None),
            "user": facts.pop("user", None),
            "ts": facts.pop("ts", None),
            "text": facts.pop("text", None),
            "payload": facts.pop("payload", None),
            **facts,
        }
        self.entries.append(entry)
        self.store.put("ledger", f"{self.seq:012d}", entry)
        return entry

    def since(self, seq: int = 0, method: str | None = None, kind: str | None = None) -> list[Json]:
        """Entries after `seq`, of one method or kind if named."""
        first = bisect_right(self.entries, seq, key=lambda e: int(e["seq"]))
        return [
            e
            for e in self.entries[first:]
            if (method is None or e["method"] == method) and (kind is None or e["kind"] == kind)
        ]

    def empty(self) -> None:
        """Forget every entry."""
        self.entries.clear()
        self.store.drop("ledger")
