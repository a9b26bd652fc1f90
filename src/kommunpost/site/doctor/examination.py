"""All checks, as a table. Each is run even when one before it fell over."""

import importlib
import importlib.util
from collections.abc import Callable, Iterable, Iterator
from datetime import datetime

from django.apps import apps
from django.db import Error

from kommunpost.core.checkup import Finding, wrong
from kommunpost.site.doctor import house, machinery, vigilance

Check = Callable[[datetime], Iterable[Finding]]

CHECKS: tuple[Check, ...] = (
    house.check_settings,
    house.check_secret_key,
    house.check_certificate,
    machinery.check_database,
    machinery.check_clock,
    machinery.check_disk,
    machinery.check_blobs,
    machinery.check_worker,
    vigilance.check_mailboxes,
    vigilance.check_verification,
)
"""What the doctor looks at itself. An office adds to it by a ``checks.py`` with ``check(*, now)``."""


def examine(*, now: datetime) -> list[Finding]:
    """All findings, the good ones too. A check that cannot be made is a finding of its own.

    Without a database most checks say nothing; that it is away is told once.
    """
    found: list[Finding] = []
    for check in (*CHECKS, *_office_checks()):
        for finding in _made(check, now):
            if finding.code != AWAY or all(one.code != AWAY for one in found):
                found.append(finding)
    return found


AWAY = "database.away"


def _office_checks() -> Iterator[Check]:
    for office in apps.get_app_configs():
        if office.name.startswith("kommunpost.apps.") and importlib.util.find_spec(f"{office.name}.checks"):
            check = importlib.import_module(f"{office.name}.checks").check
            yield lambda now, check=check: check(now=now)  # type: ignore[misc]


def _made(check: Check, now: datetime) -> Iterator[Finding]:
    # What a check had found before it fell over still counts.
    try:
        yield from check(now)
    except Error as error:
        says = f"The database does not answer ({type(error).__name__})."
        yield wrong(AWAY, says, "Check DATABASE_URL and whether the database is running.", error=type(error).__name__)
    except Exception as error:
        name = getattr(check, "__name__", "check").removeprefix("check_").strip("<>")
        says = f"{name} could not be looked at: {type(error).__name__}."
        facts = {"check": name, "error": type(error).__name__}
        yield wrong("check.failed", says, "See to the others first.", **facts)
