"""docs/reference/monitoring.md: the numbers for Prometheus and the addresses that say how the program is."""

from collections.abc import Iterable
from dataclasses import dataclass

from prometheus_client import Counter, Histogram
from prometheus_client.metrics import MetricWrapperBase

from checks.reference.markdown import code, codes, line, page, section, table
from kommunpost.site import health, metrics

_INTRO = "How to use them: [watch over it](../how-to/monitor.md)."


@dataclass(frozen=True, slots=True)
class Number:
    """A metric: the name that is asked for, its kind, its labels, what it counts."""

    name: str
    kind: str
    labels: tuple[str, ...]
    what: str


def collect() -> list[Number]:
    """The metrics in ``site/metrics.py``, those that are asked for at the moment of looking included."""
    made = [value for value in vars(metrics).values() if isinstance(value, MetricWrapperBase)]
    asked = [
        *metrics.QueueSizes(lambda: {"ready": 0}).collect(), *metrics.MailboxStates(lambda: {"live": 0}).collect()
    ]  # fmt: skip
    own = [Number(one.name, "gauge", tuple(one.samples[0].labels), one.documentation) for one in asked]
    return sorted([*map(_number, made), *own], key=lambda number: number.name)


def render(numbers: Iterable[Number]) -> str:
    rows = [(code(one.name), one.kind, codes(one.labels), one.what) for one in numbers]
    doors = [(code(f"/{pattern.pattern}"), line(pattern.callback.__doc__)) for pattern in health.urlpatterns]
    return page(
        "Monitoring",
        _INTRO,
        section("Addresses", table(("address", "says"), doors)),
        section("Parts of `/readyz`", line(health.readiness.__doc__)),
        section("Numbers", table(("number", "kind", "labels", "what"), rows)),
    )


def _number(metric: MetricWrapperBase) -> Number:
    name = f"{metric._name}_total" if isinstance(metric, Counter) else metric._name  # noqa: SLF001 - no public name
    kind = "histogram" if isinstance(metric, Histogram) else metric._type  # noqa: SLF001
    return Number(name, kind, tuple(metric._labelnames), metric._documentation)  # noqa: SLF001
