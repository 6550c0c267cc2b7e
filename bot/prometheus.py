"""The figures in Prometheus form. Imported only where HEALTH_PORT is set."""

from collections.abc import Callable, Iterable, Iterator
from importlib.metadata import version

import prometheus_client
from prometheus_client import CollectorRegistry, Counter, Histogram, Info
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.process_collector import ProcessCollector
from prometheus_client.registry import Collector

from bot.figures import CALLED, ENDS, METHODS, OTHER, Figures
from bot.services.standing import Numbers
from domain.deliveries import Kind, State
from domain.refusals import StorageUnavailable

CONTENT_TYPE = prometheus_client.CONTENT_TYPE_LATEST
_SECONDS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.0, 3.0, 10.0)
"""Slack waits for an answer for three seconds."""


class Prometheus(Figures):
    """Counts for this process. Several of them are added up by whoever reads them."""

    counts = True

    def __init__(self, *, face: str, database: str, tables: str) -> None:
        """Start at nothing. `face` and `database` say how it runs, `tables` their version."""
        prometheus_client.disable_created_metrics()  # type: ignore[no-untyped-call]
        self.registry = CollectorRegistry()
        self._listeners: frozenset[str] = frozenset()
        ProcessCollector(registry=self.registry)
        build = {"version": version("alongside"), "tables": tables}
        Info("alongside_build", "What runs here.", registry=self.registry).info(
            build | {"face": face, "database": database}
        )
        self._answers = self._histogram(
            "alongside_answer_seconds", "From a request of Slack to its answer.", "listener"
        )
        self._calls = self._histogram(
            "alongside_slack_call_seconds", "Calls of Slack.", "method", "outcome"
        )
        self._transactions = self._histogram(
            "alongside_transaction_seconds", "Transactions, with waiting for a turn.", "kind"
        )
        self._deliveries = Counter(
            "alongside_deliveries",
            "What the bot sent by itself, by how it ended.",
            ("kind", "outcome"),
            registry=self.registry,
        )
        for kind in Kind:
            for state in ENDS:
                self._deliveries.labels(kind.value, state.value)

    def watch(
        self,
        listeners: Iterable[str],
        numbers: Callable[[], Numbers],
        since_tick: Callable[[], float],
    ) -> None:
        """Know the names of listeners, and look at how things stand whenever somebody asks."""
        self._listeners = frozenset(listeners)
        self.registry.register(_Now(numbers, since_tick))

    def answered(self, listener: str, seconds: float) -> None:
        """Count an answer."""
        self._answers.labels(_known(listener, self._listeners)).observe(seconds)

    def called(self, method: str, outcome: str, seconds: float) -> None:
        """Count a call."""
        known = _known(method, METHODS), _known(outcome, CALLED)
        self._calls.labels(*known).observe(seconds)

    def settled(self, kind: Kind, state: State) -> None:
        """Count a delivery that has ended."""
        self._deliveries.labels(kind.value, _known(state.value, ENDS)).inc()

    def transaction(self, writes: bool, seconds: float) -> None:
        """Count a transaction."""
        self._transactions.labels("write" if writes else "read").observe(seconds)

    def page(self) -> bytes:
        """Return all of it, as Prometheus reads it."""
        return prometheus_client.generate_latest(self.registry)

    def _histogram(self, name: str, about: str, *labels: str) -> Histogram:
        return Histogram(name, about, labels, registry=self.registry, buckets=_SECONDS)


class _Now(Collector):
    """What is looked up at the moment of asking: the same for every process of one database."""

    def __init__(self, numbers: Callable[[], Numbers], since_tick: Callable[[], float]) -> None:
        self._numbers = numbers
        self._since_tick = since_tick

    def describe(self) -> Iterable[GaugeMetricFamily]:
        """Say nothing beforehand, so that nothing is looked up for it."""
        return ()

    def collect(self) -> Iterator[GaugeMetricFamily]:
        """Look. Where the database is away, its numbers are left out."""
        yield _gauge("since_tick_seconds", "Since this process last ticked.", self._since_tick())
        try:
            now = self._numbers()
        except StorageUnavailable:
            yield _gauge("database_answers", "Whether the database answers.", 0)
            return
        yield _gauge("database_answers", "Whether the database answers.", 1)
        yield _gauge("waiting", "Deliveries that are due and not sent yet.", now.waiting)
        yield _gauge("lag_seconds", "For how long the first of them waits.", now.lag_seconds)
        yield _gauge("erasures_pending", "Deletions of people under way.", now.erasures)
        if now.retention_seconds is not None:
            yield _gauge(
                "retention_age_seconds",
                "Since what had its time was last taken away.",
                now.retention_seconds,
            )


def _gauge(name: str, about: str, value: float) -> GaugeMetricFamily:
    return GaugeMetricFamily(f"alongside_{name}", about, value=value)


def _known(name: str, known: Iterable[str]) -> str:
    return name if name in known else OTHER
