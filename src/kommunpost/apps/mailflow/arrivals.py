"""An arrival before it is written: the bytes, the envelope, and what the headers say."""

import logging
import re
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

from kommunpost.apps.mailflow.blobs.contract import PackedBlob
from kommunpost.apps.mailflow.kinds import Direction, Route
from kommunpost.apps.mailflow.rules.deliveries import ADDRESS_LIMIT, Told
from kommunpost.apps.mailflow.rules.identity import Identity, identity
from kommunpost.core.mail import content_digest, parse, read_headers
from kommunpost.core.mail.model import Address, Defect, HeaderSummary

log = logging.getLogger(__name__)

HEADER_LIMIT = 256 * 1024
_JOURNAL = re.compile(rb"(?im)^x-ms-journal-report[ \t]*:")
_TRACE = re.compile(rb"(?im)^(received|delivered-to|x-original-to)[ \t]*:((?:[^\n]*\n[ \t]+)*[^\n]*)")
_RETURN_PATH = re.compile(rb"(?im)^return-path[ \t]*:([^\n]*)")
_HEADER_END = re.compile(rb"\n\r?\n")
_UNSTORABLE = re.compile("[\x00\ud800-\udfff]")


@dataclass(frozen=True, slots=True)
class Arrived:
    """One mail as it came. ``at`` is aware; None (import) lets the mail's own headers say, with ``fallback_at`` last.

    ``recipients`` and ``sender`` are the envelope's. For import ``mailbox`` (an address) and ``direction`` may be
    given by
    the person who imports. ``trusted``: the connection may carry journal reports and mail from our own mailboxes.
    """

    raw: bytes
    route: Route
    at: datetime | None
    sender: str = ""
    recipients: tuple[str, ...] = ()
    trusted: bool = False
    direction: Direction | None = None
    mailbox: str = ""
    fallback_at: datetime | None = None
    own_domains: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Head:
    """What the tables keep of a header block, as they can hold it: no NUL, no half surrogates, no longer than theirs.

    ``seen`` are the addresses of To and Cc, each once. ``defects``: code and place.
    """

    subject: str
    sender_name: str
    sender_address: str
    seen: tuple[str, ...]
    date: datetime | None
    automatic: str
    defects: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Prepared:
    """An arrival with everything worked out that needs no database, its bytes packed for the store.

    All that the writer needs: the process that took the mail over SMTP hands this to it (``intake.wire``).
    """

    blob: PackedBlob
    at: datetime
    route: Route
    envelope_sender: str
    identity: Identity
    head: Head
    told: Told


@dataclass(frozen=True, slots=True)
class Trace:
    """From the headers that transport added: when the last server took it, and for whom."""

    received_at: datetime | None
    delivered_to: tuple[str, ...]


def prepare(arrived: Arrived, *, now: datetime) -> Prepared:
    """Works out identity, time and addresses. Never refuses a mail for how it is written."""
    arrived = _unwrap(arrived)
    summary = _summary(arrived.raw)
    blob = PackedBlob.of(arrived.raw)
    trace = read_trace(arrived.raw) if arrived.route is Route.IMPORT else Trace(None, ())
    return Prepared(
        blob=blob,
        at=arrived.at or trace.received_at or plausible(summary.date) or arrived.fallback_at or now,
        route=arrived.route,
        envelope_sender=storable(arrived.sender)[:ADDRESS_LIMIT],
        identity=identity(
            content_digest=content_digest(arrived.raw), raw_digest=blob.digest, message_id=storable(summary.message_id)
        ),
        head=_head(summary),
        told=_told(arrived, summary, trace),
    )


def is_journal(raw: bytes) -> bool:
    """Whether the top header block is that of an Exchange journal report."""
    return _JOURNAL.search(_header_block(raw)) is not None


def read_trace(raw: bytes) -> Trace:
    """The date of the topmost ``Received`` (after its last semicolon), and ``Delivered-To`` and ``X-Original-To``."""
    received: datetime | None = None
    seen_received = False
    delivered: dict[str, None] = {}
    for name, value in _TRACE.findall(_header_block(raw)):
        text = value.decode("utf-8", "replace").strip()
        if name.lower() != b"received":
            delivered[text.strip("<> \t").lower()] = None
        elif not seen_received:
            seen_received, received = True, _date(text.rpartition(";")[2])
    return Trace(received, tuple(delivered))


def read_return_path(raw: bytes) -> str:
    """The envelope sender, from the topmost ``Return-Path`` that the last server wrote (RFC 5321 section 4.4).

    Empty for a null return path, and where nobody wrote one: then nothing answers the mail by itself.
    """
    found = _RETURN_PATH.search(_header_block(raw))
    text = found.group(1).decode("utf-8", "replace").strip() if found else ""
    return text.strip("<> \t").lower() if "@" in text else ""


def storable(text: str) -> str:
    """``text`` without NUL and half surrogates, which PostgreSQL refuses."""
    return _UNSTORABLE.sub("\ufffd", text)


def plausible(date: datetime | None) -> datetime | None:
    """``date`` if both databases and every later sum can hold it. A ``Date`` header may say year 1 or 9999."""
    return date if date is not None and 1970 <= date.year <= 2200 else None  # noqa: PLR2004


def _unwrap(arrived: Arrived) -> Arrived:
    # Only from a trusted connection: a report says who received what, and anybody can write one.
    if not arrived.trusted or not is_journal(arrived.raw):
        return arrived
    journal = parse(arrived.raw).journal
    if journal is None:
        return arrived
    return replace(
        arrived,
        raw=journal.original,
        route=Route.JOURNAL,
        sender=journal.sender.lower(),
        recipients=tuple(recipient.lower() for recipient in journal.recipients),
    )


def _summary(raw: bytes) -> HeaderSummary:
    try:
        return read_headers(raw)
    except Exception:
        # A mail that cannot be read is still a message with a row in the log and a visible note (design section 3).
        log.exception("intake.headers_unreadable", extra={"size": len(raw)})
        nobody = Address("", "")
        return HeaderSummary("", nobody, (), (), (), None, "", (), (), None, (Defect("headers_unreadable"),))


def _head(summary: HeaderSummary) -> Head:
    addresses = (storable(address.address) for address in (*summary.to, *summary.cc) if address.address)
    return Head(
        subject=storable(summary.subject),
        sender_name=storable(summary.sender.name)[:ADDRESS_LIMIT],
        sender_address=storable(summary.sender.address)[:ADDRESS_LIMIT],
        seen=tuple(dict.fromkeys(addresses)),
        date=plausible(summary.date),
        automatic=summary.automatic or "",
        defects=tuple((defect.code, storable(defect.where)) for defect in summary.defects),
    )


def _told(arrived: Arrived, summary: HeaderSummary, trace: Trace) -> Told:
    sender, recipients, direction = arrived.sender.lower(), arrived.recipients, arrived.direction
    if arrived.route is Route.IMPORT:
        sender = summary.sender.address
        named = (address.address for address in (*summary.to, *summary.cc, *summary.bcc))
        recipients = tuple(dict.fromkeys((*trace.delivered_to, *named)))
    if arrived.mailbox:
        direction = direction or (Direction.OUT if sender == arrived.mailbox else Direction.IN)
        sender, recipients = (arrived.mailbox, ()) if direction is Direction.OUT else (sender, (arrived.mailbox,))
    return Told(
        route=arrived.route,
        sender=storable(sender),
        recipients=tuple(storable(address.lower()) for address in recipients),
        trusted=arrived.trusted,
        direction=direction,
        own_domains=arrived.own_domains,
    )


def _header_block(raw: bytes) -> bytes:
    end = _HEADER_END.search(raw, 0, HEADER_LIMIT)
    return raw[: end.start() + 1 if end else HEADER_LIMIT]


def _date(text: str) -> datetime | None:
    try:
        date = parsedate_to_datetime(text.strip()[:100])
        return plausible(date.replace(tzinfo=UTC) if date.tzinfo is None else date.astimezone(UTC))
    except (ValueError, OverflowError, TypeError, IndexError):
        return None
