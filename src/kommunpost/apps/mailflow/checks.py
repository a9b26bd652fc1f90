"""What ``kommunpost doctor`` asks of mailflow."""

import os
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from django.conf import settings

from kommunpost.apps.mailflow import relay
from kommunpost.apps.mailflow.models import OutboxState
from kommunpost.apps.mailflow.queries import queue_status

RELAY_SECONDS = 5.0


@dataclass(frozen=True, slots=True)
class Finding:
    """``level``: ``ok``, ``note`` or ``wrong``; ``remedy`` is empty for ``ok``.

    The doctor reads anything of this shape.
    """

    code: str
    level: str
    says: str
    remedy: str = ""


def check(*, now: datetime) -> Iterator[Finding]:  # noqa: ARG001 -- every office's check has the time.
    """The blob store, the relay, and the outbox."""
    yield from check_blob_folder()
    yield from check_relay()
    yield from check_outbox()


def check_blob_folder() -> Iterator[Finding]:
    """Whether the folder of blobs can be written to; nothing for an object store."""
    if settings.BLOB_STORE.startswith("s3://"):
        return
    folder = Path(settings.BLOB_STORE)
    if folder.exists() and not os.access(folder, os.W_OK | os.X_OK):
        remedy = "Give the user that Kommunpost runs as the right to write there."
        yield Finding("mailflow.blobs_read_only", "wrong", "The folder of raw mail cannot be written to.", remedy)
    else:
        yield Finding("mailflow.blobs_writable", "ok", "The folder of raw mail can be written to.")


def check_relay() -> Iterator[Finding]:
    """Whether mail can leave. Connects, greets, signs in; sends nothing."""
    try:
        relay.connect(relay.Relay.at(settings.RELAY_URL), timeout=RELAY_SECONDS).close()
    except relay.RelayUnset:
        remedy = "Set KOMMUNPOST_RELAY to smtp://host:port; until then answers wait in the outbox."
        yield Finding("mailflow.relay_unset", "note", "No relay is set, so no mail is sent.", remedy)
    except relay.RelayUnreachable as error:
        remedy = "Check KOMMUNPOST_RELAY, the network and the relay's own log."
        yield Finding("mailflow.relay_unreachable", "wrong", f"The relay does not take us: {error.code}.", remedy)
    else:
        yield Finding("mailflow.relay_reached", "ok", "The relay answers.")


def check_outbox() -> Iterator[Finding]:
    """Whether some mail needs a person's word."""
    unknown = queue_status().outbox[OutboxState.UNKNOWN]
    if unknown:
        remedy = "Find out in the relay's log whether they went, and say so in the outbox."
        yield Finding("mailflow.outbox_unknown", "note", f"Mails of unknown fate: {unknown}.", remedy)
    else:
        yield Finding("mailflow.outbox_clear", "ok", "No mail is of unknown fate.")
