"""Everything the workspace accepted, refused, sent and had acknowledged, in order."""

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
        return [
            e
            for e in self.entries
            if e["seq"] > seq
            and (method is None or e["method"] == method)
            and (kind is None or e["kind"] == kind)
        ]

    def empty(self) -> None:
        """Forget every entry."""
        self.entries.clear()
        self.store.drop("ledger")
