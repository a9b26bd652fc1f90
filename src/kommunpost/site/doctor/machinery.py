"""The doctor's look at what must answer: database, clock, disk, mail store, worker."""

import shutil
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

from django.conf import settings
from django.db import connection

from kommunpost.apps.mailflow.blobs.contract import BlobError
from kommunpost.core.checkup import Finding, note, ok, wrong
from kommunpost.site import health
from kommunpost.site.cli.migrate import waiting_steps
from kommunpost.site.worker import queue
from kommunpost.site.worker.models import Heartbeat

MOST_CLOCK_DRIFT = timedelta(seconds=5)
LEAST_FREE = 2 * 1024**3
EARLIEST_POSSIBLE = 2026
_GIGABYTE = 1024**3


def check_database(_now: datetime) -> Iterator[Finding]:
    """Which database answers, and whether it is of this version."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT sqlite_version()" if connection.vendor == "sqlite" else "SHOW server_version")
        version = f"{connection.vendor} {cursor.fetchone()[0]}"
    yield ok("database.version", f"{version} answers.", version=version)
    if waiting := len(waiting_steps()):
        yield wrong(
            "database.migrations", f"The database lacks {waiting} steps.", "Run kommunpost migrate.", number=waiting
        )


def check_clock(now: datetime) -> Iterator[Finding]:
    """Whether the clock can be true, and agrees with that of a database on another machine."""
    if now.year < EARLIEST_POSSIBLE:
        day = f"{now:%Y-%m-%d}"
        yield wrong("clock.past", f"The clock says {day}.", "Set the clock (timedatectl set-ntp true).", day=day)
    if connection.vendor != "postgresql":
        return
    with connection.cursor() as cursor:
        cursor.execute("SELECT clock_timestamp()")
        drift = abs(cursor.fetchone()[0] - now)
    if drift > MOST_CLOCK_DRIFT:
        seconds = round(drift.total_seconds())
        says = f"This machine and the database are {seconds} s apart."
        yield wrong("clock.drift", says, "Let both keep time by NTP.", seconds=seconds)
    else:
        yield ok("clock.agrees", "This machine and the database agree on the time.")


def check_disk(_now: datetime) -> Iterator[Finding]:
    """Room where the data is."""
    free = shutil.disk_usage(settings.DATA_FOLDER).free
    says, facts = f"{free / _GIGABYTE:.1f} GB free where the data is.", {"megabytes": free // 1024**2}
    if free >= LEAST_FREE:
        yield ok("disk.free", says, **facts)
    else:
        yield wrong("disk.full", says, "Make room: intake stops without it.", **facts)


def check_blobs(_now: datetime) -> Iterator[Finding]:
    """Whether the mail store answers and is closed to others on this machine."""
    try:
        health.blobs_answer()
    except (OSError, BlobError):
        yield wrong("blobs.away", "The blob store does not answer: no mail can be taken in.", "Check KOMMUNPOST_BLOBS.")
    else:
        yield ok("blobs.answer", "The blob store answers.")
    folder = Path(settings.BLOB_STORE)
    if "://" not in settings.BLOB_STORE and folder.exists() and folder.stat().st_mode & 0o007:
        yield note("blobs.readable", "Everybody on this machine may enter the blob folder.", "chmod o= on it.")


def check_worker(now: datetime) -> Iterator[Finding]:
    """Whether some process does the background work, and whether it had to give something up."""
    living = Heartbeat.objects.filter(seen_at__gt=now - health.WORKER_SILENT_AFTER).count()
    if living:
        yield ok("worker.living", f"{living} worker processes are alive.", number=living)
    elif silent := Heartbeat.objects.count():
        says = f"{silent} worker processes have fallen silent: nothing is indexed or sent."
        yield wrong("worker.silent", says, "Look whether they run, and start kommunpost serve.", number=silent)
    else:
        says = "No worker is running: nothing is indexed or sent."
        yield note("worker.none", says, "Start kommunpost serve.")
    if failed := queue.sizes()["failed"]:
        remedy = "Look at them on the page of operations: run them again, or set them aside with a reason."
        yield note("worker.given_up", f"{failed} tasks were given up.", remedy, number=failed)
