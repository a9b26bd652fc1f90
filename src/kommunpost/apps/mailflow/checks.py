"""What ``kommunpost doctor`` asks of mailflow."""

import tempfile
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

from django.conf import settings

from kommunpost.apps.mailflow import clamd, relay
from kommunpost.apps.mailflow.actions.sweep import MOST
from kommunpost.apps.mailflow.models import FileScan, LooseBlob, OutboxState, ScanState
from kommunpost.apps.mailflow.queries import queue_status
from kommunpost.apps.mailflow.queries.connections import NOT_READING, list_connections
from kommunpost.apps.mailflow.rules.scanning import LATE
from kommunpost.core.checkup import Finding, note, ok, wrong

RELAY_SECONDS = 5.0


def check(*, now: datetime) -> Iterator[Finding]:
    """The blob store, the relay, the outbox, and the mailboxes that are read."""
    yield from check_blob_folder()
    yield from check_relay()
    yield from check_outbox()
    yield from check_clamd(now)
    yield from check_connections(now)
    yield from check_loose()


def check_blob_folder() -> Iterator[Finding]:
    """Whether the folder of blobs can be written to, by writing; nothing for an object store."""
    if "://" in settings.BLOB_STORE:
        return
    folder = Path(settings.BLOB_STORE)
    # A new installation has no folder yet; then the one that it will be made in counts.
    place = next(one for one in (folder, *folder.parents) if one.exists())
    try:
        with tempfile.TemporaryFile(dir=place):
            pass
    except OSError:
        remedy = "Give the user that Kommunpost runs as the right to write there."
        yield wrong("mailflow.blobs_read_only", "The folder of raw mail cannot be written to.", remedy)
    else:
        yield ok("mailflow.blobs_writable", "The folder of raw mail can be written to.")


def check_relay() -> Iterator[Finding]:
    """Whether mail can leave. Connects, greets, signs in; sends nothing."""
    try:
        relay.connect(relay.Relay.at(settings.RELAY_URL), timeout=RELAY_SECONDS).close()
    except relay.RelayUnset:
        remedy = "Set KOMMUNPOST_RELAY to smtp://host:port; until then answers wait in the outbox."
        yield note("mailflow.relay_unset", "No relay is set, so no mail is sent.", remedy)
    except relay.RelayUnreachable as error:
        remedy = "Check KOMMUNPOST_RELAY, the network and the relay's own log."
        yield wrong("mailflow.relay_unreachable", f"The relay does not take us: {error.code}.", remedy, why=error.code)
    else:
        yield ok("mailflow.relay_reached", "The relay answers.")


def check_clamd(now: datetime) -> Iterator[Finding]:
    """Whether clamd answers, where one is set, and keeps up."""
    if not settings.CLAMD_URL:
        return
    late = FileScan.objects.filter(state=ScanState.UNSCANNED, at__lt=now - LATE).count()
    try:
        told = clamd.version(clamd.Clamd.at(settings.CLAMD_URL), timeout=RELAY_SECONDS)
    except (clamd.ClamdUnset, clamd.ClamdUnreachable) as error:
        says = f"Attachments are not scanned for viruses: {error.code}. Files that wait: {late}."
        remedy = (
            "Check KOMMUNPOST_CLAMD, that clamd runs, and that it may be reached from here. Files wait until it is."
        )
        yield wrong("mailflow.clamd_unreachable", says, remedy, why=error.code, number=late)
        return
    if late:
        remedy = "See in clamd's own log what it is busy with."
        yield wrong(
            "mailflow.clamd_late", f"Files that have waited over an hour for clamd: {late}.", remedy, number=late
        )
        return
    yield ok("mailflow.clamd_answers", f"Clamd answers: {told}.")


def check_loose() -> Iterator[Finding]:
    """Whether the store holds more bytes that no row names than a crash leaves."""
    loose = LooseBlob.objects.count()
    if loose >= MOST:
        remedy = "See that database and blobs belong together. Nothing is erased before: kommunpost sweep --help."
        yield wrong("mailflow.loose_many", f"Raw mails that no row names: {loose}.", remedy, number=loose)
    else:
        yield ok("mailflow.loose_few", "The raw mail is that of the database.")


def check_outbox() -> Iterator[Finding]:
    """Whether some mail needs a person's word."""
    unknown = queue_status().outbox[OutboxState.UNKNOWN]
    if unknown:
        remedy = "Find out in the relay's log whether they went, and say so on the page of operations."
        yield note("mailflow.outbox_unknown", f"Mails of unknown fate: {unknown}.", remedy, number=unknown)
    else:
        yield ok("mailflow.outbox_clear", "No mail is of unknown fate.")


def check_connections(now: datetime) -> Iterator[Finding]:
    """Mailboxes that should be read and are not, mails there that could not be taken in, and what a count found."""
    rows = list_connections(now=now)
    for row in rows:
        if row.is_late or row.state in NOT_READING:
            says = f"Mailbox connection {row.id} is not being read: {row.trouble or row.state}."
            remedy = "Look at it on the page of connected mailboxes, and try it. kommunpost sync list says more."
            yield wrong("mailflow.mailbox_unread", says, remedy, connection=row.id, why=row.trouble or row.state)
        if row.refused:
            says = f"{row.refused} mails of mailbox connection {row.id} could not be taken in."
            remedy = "Read the log for sync.mail_refused; they are tried again every night."
            yield wrong("mailflow.mailbox_refused", says, remedy, connection=row.id, number=row.refused)
        if row.found_late:
            says = f"The last count of mailbox connection {row.id} found {row.found_late} mails that had been missed."
            remedy = "They are here now. Tell us how it came about: the log has the times."
            yield note("mailflow.mailbox_found_late", says, remedy, connection=row.id, number=row.found_late)
    if rows and not any(row.is_late or row.state in NOT_READING for row in rows):
        yield ok("mailflow.mailboxes_read", "All connected mailboxes are being read.")
