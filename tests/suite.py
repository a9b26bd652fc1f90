"""Rules for all tests: a skip under CI is a failure, `shared` tests need ../shared, PostgreSQL runs what has tables."""

import os
from collections.abc import Generator
from pathlib import Path

import pytest
from django.db import connection
from hypothesis import HealthCheck, settings

SHARED = Path(__file__).resolve().parents[2] / "shared"
DATABASE_FIXTURES = {"db", "transactional_db", "django_db_setup", "live_server"}
ONLY_DATABASE = "KOMMUNPOST_TEST_ONLY_DATABASE"
# Time is never what a test fails on: the machine may have other work.
SLOW_IS_NO_FAULT = (HealthCheck.too_slow, HealthCheck.function_scoped_fixture)
settings.register_profile("house", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("house")


def under_ci() -> bool:
    """Whether a missing server is a failure."""
    return os.environ.get("CI") == "true"


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    for item in items:
        if item.get_closest_marker("shared") and not SHARED.is_dir():
            item.add_marker(pytest.mark.skip(reason=f"needs {SHARED.name}/ beside the repository"))
    _deselect(config, items, [item for item in items if _for_this_database(item)])
    if os.environ.get(ONLY_DATABASE):
        kept = [item for item in items if _touches_tables(item)]
        _deselect(config, items, kept)


def _deselect(config: pytest.Config, items: list[pytest.Item], kept: list[pytest.Item]) -> None:
    config.hook.pytest_deselected(items=[item for item in items if item not in set(kept)])
    items[:] = kept


def _for_this_database(item: pytest.Item) -> bool:
    """``only_on("sqlite")`` is no skip: the run on the other database does not know the test."""
    marker = item.get_closest_marker("only_on")
    return marker is None or marker.args[0] == connection.vendor


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item, call: object) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    report = yield
    if under_ci() and report.skipped and not hasattr(report, "wasxfail") and not item.get_closest_marker("shared"):
        report.outcome = "failed"
        report.longrepr = f"Skipped, which is a failure under CI: {report.longrepr}"
    return report


@pytest.hookimpl(wrapper=True)
def pytest_make_collect_report(
    collector: pytest.Collector,
) -> Generator[None, pytest.CollectReport, pytest.CollectReport]:
    report = yield
    if under_ci() and report.skipped:
        report.outcome = "failed"
        report.longrepr = f"Skipped, which is a failure under CI: {report.longrepr}"
    return report


def _touches_tables(item: pytest.Item) -> bool:
    return bool(item.get_closest_marker("django_db") or DATABASE_FIXTURES & set(getattr(item, "fixturenames", ())))
