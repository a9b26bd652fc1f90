"""What the tests of mailflow share: a blob store of their own, invented mailboxes, and mails."""

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest
from pytest_django import Settings

from kommunpost.apps.directory.models import Mailbox, MailboxAlias, MailboxKind
from kommunpost.apps.mailflow.arrivals import Arrived
from kommunpost.apps.mailflow.models import Route

NOW = datetime(2026, 3, 12, 7, 41, tzinfo=UTC)


@pytest.fixture(autouse=True)
def blob_folder(tmp_path: Path, settings: Settings) -> Path:
    settings.BLOB_STORE = str(tmp_path / "blobs")
    return tmp_path / "blobs"


@pytest.fixture
def mailboxes() -> dict[str, Mailbox]:
    made = {
        name: Mailbox.objects.create(address=f"{name}@kommun.example", name=name, kind=MailboxKind.FUNCTION)
        for name in ("bygg", "skola")
    }
    MailboxAlias.objects.create(address="bygglov@kommun.example", mailbox=made["bygg"])
    return made


Write = Callable[..., bytes]


def mail(
    *,
    subject: str = "Bygglov",
    message_id: str = "ett@avsandare.example",
    body: str = "Hej!",
    to: str = "bygg@kommun.example",
    sender: str = "anna@avsandare.example",
    top: str = "",
) -> bytes:
    """A small mail. ``top`` goes before the first header, as transport does."""
    own = f"Message-ID: <{message_id}>\r\n" if message_id else ""
    date = "Date: Thu, 12 Mar 2026 08:40:00 +0100\r\n"
    text = f"{top}From: Anna <{sender}>\r\nTo: {to}\r\nSubject: {subject}\r\n{date}{own}\r\n{body}\r\n"
    return text.encode()


def arrived(raw: bytes, *recipients: str, route: Route = Route.SMTP, **more: object) -> Arrived:
    """An arrival over SMTP unless said."""
    values = {"sender": "anna@avsandare.example", "own_domains": frozenset({"kommun.example"}), "at": NOW} | more
    return Arrived(raw=raw, route=route, recipients=recipients or ("bygg@kommun.example",), **values)  # type: ignore[arg-type]
