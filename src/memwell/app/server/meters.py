"""What a server counts, for Prometheus: how many and how long, never of whom or of what."""

from collections.abc import Callable

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest

SECONDS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30)
FORM = "text/plain; version=0.0.4; charset=utf-8"


class Meters:
    """In a registry of their own, so that two servers in one process do not mix."""

    def __init__(self) -> None:
        self.registry = registry = CollectorRegistry()
        self._requests = Counter(
            "memwell_requests", "Requests that were answered.", ["method", "route", "status"],
            registry=registry,
        )  # fmt: skip
        self._seconds = Histogram(
            "memwell_request_seconds", "How long they took.", ["method", "route"],
            buckets=SECONDS, registry=registry,
        )  # fmt: skip
        self._added = Counter("memwell_adds", "Conversations that were kept.", registry=registry)
        self._hits = Counter("memwell_hits", "Memories that searches found.", registry=registry)
        self._denied = Counter("memwell_denied", "Wrong keys.", registry=registry)

    def answered(self, method: str, route: str, status: int, seconds: float) -> None:
        """Routes are templates: `/v1/memories/{id}`, so that there are few."""
        self._requests.labels(method, route, str(status)).inc()
        self._seconds.labels(method, route).observe(seconds)

    def added(self, count: int = 1) -> None:
        self._added.inc(count)

    def found(self, count: int) -> None:
        self._hits.inc(count)

    def denied(self) -> None:
        self._denied.inc()

    def watch(self, name: str, told: str, read: Callable[[], float]) -> None:
        """Something that is read whenever it is asked for."""
        Gauge(name, told, registry=self.registry).set_function(read)

    def text(self) -> bytes:
        """As Prometheus reads it."""
        return generate_latest(self.registry)
