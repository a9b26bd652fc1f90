"""The checks themselves, as a table. Each is run even when one before it fell over."""

import importlib
import importlib.util
import shutil
import socket
from collections.abc import Callable, Iterable, Iterator
from datetime import datetime, timedelta
from pathlib import Path
from urllib.parse import urlsplit

from django.apps import apps
from django.conf import settings
from django.db import connection
from django.db.models import Max

from kommunpost.apps.directory.models import Mailbox, MailboxKind
from kommunpost.apps.mailflow.models import Delivery, Direction
from kommunpost.site import health
from kommunpost.site.cli.migrate import waiting_steps
from kommunpost.site.doctor.finding import Finding, note, ok, wrong
from kommunpost.site.worker import queue
from kommunpost.site.worker.models import Heartbeat

MOST_CLOCK_DRIFT = timedelta(seconds=5)
LEAST_FREE = 2 * 1024**3
SILENT_AFTER = timedelta(days=7)
EARLIEST_POSSIBLE = 2026
_THIS_MACHINE = ("127.", "localhost", "[::1]")
_GIGABYTE = 1024**3

Check = Callable[[datetime], Iterable[Finding]]


def examine(*, now: datetime) -> list[Finding]:
    """All findings, the good ones too. A check that cannot be made is a finding of its own."""
    return [finding for check in _checks() for finding in _made(check, now)]


def _checks() -> Iterator[Check]:
    yield from (_settings, _database, _clock, _disk, _blobs, _worker, _relay, _silent_mailboxes)
    for office in apps.get_app_configs():
        if office.name.startswith("kommunpost.apps.") and importlib.util.find_spec(f"{office.name}.checks"):
            check = importlib.import_module(f"{office.name}.checks").check
            yield lambda now, check=check: check(now=now)  # type: ignore[misc]


def _made(check: Check, now: datetime) -> list[Finding]:
    try:
        return list(check(now))
    except Exception as error:
        name = getattr(check, "__name__", "check").strip("_")
        says = f"{name} could not be looked at: {type(error).__name__}."
        return [wrong(f"{name}.failed", says, "See to the others first.")]


def _settings(_now: datetime) -> Iterator[Finding]:
    yield ok("settings.read", f"Data in {settings.DATA_FOLDER}, profile {settings.PROFILE}.")
    if settings.DEBUG:
        yield wrong("settings.debug", "KOMMUNPOST_DEBUG is on: error pages show mail.", "Remove KOMMUNPOST_DEBUG.")
    open_to_all = not settings.WEB_ADDRESS.startswith(_THIS_MACHINE)
    if open_to_all and not settings.SESSION_COOKIE_SECURE:
        says = "The web listens beyond this machine and KOMMUNPOST_HTTPS is off."
        yield wrong("settings.https", says, "Put TLS in front and set it to 1.")
    if not settings.SMTP_ADDRESS.startswith(_THIS_MACHINE) and not settings.SMTP_CERTIFICATE:
        says = "SMTP listens beyond this machine without STARTTLS."
        yield note("settings.starttls", says, "Set KOMMUNPOST_SMTP_CERTIFICATE.")


def _database(_now: datetime) -> Iterator[Finding]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT sqlite_version()" if connection.vendor == "sqlite" else "SHOW server_version")
        yield ok("database.version", f"{connection.vendor} {cursor.fetchone()[0]} answers.")
    waiting = waiting_steps()
    if waiting:
        yield wrong("database.migrations", f"The database lacks {len(waiting)} steps.", "Run kommunpost migrate.")


def _clock(now: datetime) -> Iterator[Finding]:
    if now.year < EARLIEST_POSSIBLE:
        yield wrong("clock.past", f"The clock says {now:%Y-%m-%d}.", "Set the clock (timedatectl set-ntp true).")
    if connection.vendor != "postgresql":
        return
    with connection.cursor() as cursor:
        cursor.execute("SELECT clock_timestamp()")
        drift = abs(cursor.fetchone()[0] - now)
    if drift > MOST_CLOCK_DRIFT:
        says = f"This machine and the database are {drift.total_seconds():.0f} s apart."
        yield wrong("clock.drift", says, "Let both keep time by NTP.")
    else:
        yield ok("clock.drift", "This machine and the database agree on the time.")


def _disk(_now: datetime) -> Iterator[Finding]:
    free = shutil.disk_usage(settings.DATA_FOLDER).free
    says = f"{free / _GIGABYTE:.1f} GB free where the data is."
    if free >= LEAST_FREE:
        yield ok("disk.free", says)
    else:
        yield wrong("disk.free", says, "Make room: intake stops without it.")


def _blobs(_now: datetime) -> Iterator[Finding]:
    if health.blobs_answer():
        yield ok("blobs.answer", "The blob store answers.")
    if "://" not in settings.BLOB_STORE and Path(settings.BLOB_STORE).stat().st_mode & 0o007:
        yield note("blobs.readable", "Everybody on this machine may enter the blob folder.", "chmod o= on it.")


def _worker(now: datetime) -> Iterator[Finding]:
    living = Heartbeat.objects.filter(seen_at__gt=now - health.WORKER_SILENT_AFTER).count()
    if living:
        yield ok("worker.living", f"{living} worker processes are alive.")
    else:
        yield note("worker.none", "No worker is running: nothing is indexed or sent.", "Start kommunpost serve.")
    failed = queue.sizes()["failed"]
    if failed:
        yield note("worker.given_up", f"{failed} tasks were given up.", "The log says why (event task.given_up).")


def _relay(_now: datetime) -> Iterator[Finding]:
    if not settings.RELAY_URL:
        yield note("relay.none", "No relay is set: nothing can be sent.", "Set KOMMUNPOST_RELAY to smtp://host:25.")
        return
    parts = urlsplit(settings.RELAY_URL)
    try:
        socket.create_connection((parts.hostname or "", parts.port or 25), timeout=5).close()
    except OSError as error:
        says = f"The relay {parts.hostname}:{parts.port or 25} does not answer ({error.strerror or 'timed out'})."
        yield wrong("relay.away", says, "Check KOMMUNPOST_RELAY and the firewall.")
    else:
        yield ok("relay.answers", "The relay answers.")


def _silent_mailboxes(now: datetime) -> Iterator[Finding]:
    """Function mailboxes that used to get mail and have fallen silent.

    Most often a forwarding rule that somebody removed.
    """
    shared = Mailbox.objects.filter(is_active=True).exclude(kind=MailboxKind.PERSONAL)
    taken_in = Delivery.objects.filter(direction=Direction.IN, mailbox__in=shared)
    newest = taken_in.values("mailbox_id").annotate(last=Max("at"))
    silent = [row["mailbox_id"] for row in newest if row["last"] < now - SILENT_AFTER]
    if not silent:
        yield ok("mailboxes.heard", "No shared mailbox has fallen silent.")
    for address in Mailbox.objects.filter(pk__in=silent).values_list("address", flat=True):
        says = f"{address} has had no mail for more than {SILENT_AFTER.days} days."
        yield note("mailboxes.silent", says, "Check its forwarding or journal rule in the mail system.")
