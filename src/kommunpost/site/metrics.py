"""Numbers for Prometheus. Labels are names from our own tables, never anything out of a mail."""

import time
from collections.abc import Callable, Iterable

from django.http import HttpRequest, HttpResponse
from prometheus_client import CollectorRegistry, Counter, Histogram
from prometheus_client.core import GaugeMetricFamily, Metric

REGISTRY = CollectorRegistry()
TASKS = Counter(
    "kommunpost_tasks", "Tasks by outcome: done, retried, given_up.", ["task", "outcome"], registry=REGISTRY
)
JOBS = Counter("kommunpost_jobs", "Runs of scheduled jobs: done, failed.", ["job", "outcome"], registry=REGISTRY)
INTAKE = Counter("kommunpost_intake", "Mails at the door: accepted, refused.", ["outcome"], registry=REGISTRY)
SYNCED = Counter(
    "kommunpost_synced", "Deliveries found in real mailboxes, by the number of the connection.", ["connection"],
    registry=REGISTRY,
)  # fmt: skip
REQUESTS = Histogram(
    "kommunpost_request_seconds",
    "Time to answer, by view.",
    ["view", "method", "status"],
    buckets=(0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10),
    registry=REGISTRY,
)


class QueueSizes:
    """Asks the database when somebody looks, so that all processes tell the same numbers."""

    def __init__(self, count: Callable[[], dict[str, int]]) -> None:
        self._count = count

    def collect(self) -> Iterable[Metric]:
        sizes = GaugeMetricFamily("kommunpost_queue", "Rows that wait, by queue.", labels=["queue"])
        for name, size in self._count().items():
            sizes.add_metric([name], size)
        yield sizes

    def describe(self) -> Iterable[Metric]:
        """Nothing: to register must not ask the database."""
        return []


class MailboxStates:
    """How many real mailboxes are read, out of reach, refused; asked of the database when somebody looks."""

    def __init__(self, count: Callable[[], dict[str, int]]) -> None:
        self._count = count

    def collect(self) -> Iterable[Metric]:
        states = GaugeMetricFamily("kommunpost_mailboxes", "Connected mailboxes, by state.", labels=["state"])
        for name, number in self._count().items():
            states.add_metric([name], number)
        yield states

    def describe(self) -> Iterable[Metric]:
        """Nothing: to register must not ask the database."""
        return []


class HandoverStates:
    """How many entries are on their way to a case system, arrived, given up; asked when somebody looks."""

    def __init__(self, count: Callable[[], dict[str, int]]) -> None:
        self._count = count

    def collect(self) -> Iterable[Metric]:
        states = GaugeMetricFamily("kommunpost_handovers", "Entries for case systems, by state.", labels=["state"])
        for name, number in self._count().items():
            states.add_metric([name], number)
        yield states

    def describe(self) -> Iterable[Metric]:
        """Nothing: to register must not ask the database."""
        return []


class RequestTimes:
    """Middleware: measures every answer under the name of its view (the path would hold ids)."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        began = time.perf_counter()
        response = self.get_response(request)
        match = request.resolver_match
        view = (match.view_name if match else "") or "unknown"
        method = request.method if request.method in {"GET", "POST", "HEAD"} else "other"
        REQUESTS.labels(view=view, method=method, status=str(response.status_code)).observe(time.perf_counter() - began)
        return response
