"""Trouble on request: what goes wrong with the next calls."""

import random
from dataclasses import dataclass, field
from typing import Literal

Kind = Literal["latency", "429", "500", "drop", "refuse", "error", "timeout"]


@dataclass
class Fault:
    """One kind of trouble for one method, or for all (`*`)."""

    method: str
    kind: Kind
    times: int | None = 1
    rate: float = 1.0
    latency_ms: tuple[float, float] = (0.0, 0.0)
    retry_after: int = 1
    error: str = "internal_error"
    skip: int = 0
    accept: bool | None = None
    luck: random.Random = field(default_factory=random.Random)

    @property
    def processed(self) -> bool:
        """Whether the workspace does what was asked before things go wrong."""
        if self.accept is not None:
            return self.accept
        return self.kind in ("latency", "drop", "timeout")

    def delay(self) -> float:
        """Seconds to wait."""
        return self.luck.uniform(*self.latency_ms) / 1000


@dataclass
class Faults:
    """What was asked for and is not used up yet."""

    rules: list[Fault] = field(default_factory=list)
    rate_limits: bool = False
    duplicates: int = 0

    def add(self, fault: Fault) -> None:
        """Add one."""
        self.rules.append(fault)

    def clear(self) -> None:
        """Everything works again."""
        self.rules.clear()
        self.rate_limits = False
        self.duplicates = 0

    def strike(self, method: str) -> list[Fault]:
        """What goes wrong with this call: any latencies, and at most one other thing."""
        struck: list[Fault] = []
        for fault in self.rules:
            blunt = fault.kind == "latency"
            if not blunt and any(f.kind != "latency" for f in struck):
                continue
            if self._hits(fault, method):
                struck.append(fault)
        self.rules = [f for f in self.rules if f.times is None or f.times > 0]
        return struck

    def _hits(self, fault: Fault, method: str) -> bool:
        if fault.method not in ("*", method):
            return False
        if fault.skip > 0:
            fault.skip -= 1
            return False
        if fault.luck.random() >= fault.rate:
            return False
        if fault.times is not None:
            fault.times -= 1
        return True

    def take_duplicate(self) -> bool:
        """Whether the next delivery goes out twice."""
        if self.duplicates:
            self.duplicates -= 1
            return True
        return False
