"""One mail opened: the door to it, and its content made ready for the screen."""

import mimetypes
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from types import MappingProxyType

from django.db import transaction
from django.db.models import Q
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from kommunpost.apps.audit import actions as audit
from kommunpost.apps.audit.rules import READ_CHAIN
from kommunpost.apps.directory.rules import Actor, Permission
from kommunpost.apps.mailflow.blobs import BlobMissing, store
from kommunpost.apps.mailflow.framing import Framed, make_frame
from kommunpost.apps.mailflow.handover import FRAMES
from kommunpost.apps.mailflow.models import Delivery
from kommunpost.apps.mailflow.queries import AUTOMATIC_TEXTS, NotVisible, may_read, readable_mailbox_ids
from kommunpost.apps.mailflow.queries.scans import Verdict, Verdicts, unknown
from kommunpost.apps.mailflow.trust import sender_remarks
from kommunpost.apps.mailflow.wording import kind_words
from kommunpost.core.mail import (
    Address,
    Attachment,
    Block,
    BlockKind,
    Envelope,
    ParsedMail,
    bare_address,
    is_disguised,
    may_run,
    parse,
    plain_name,
    safe_name,
    shown_sender,
    upright,
)

MOST_HEADER_BYTES = 64_000
MOST_SHOWN = 500_000
"""Characters of the text put on a page. The mail itself has the rest."""
MOST_NAMED = 100
"""Recipients shown by name: a mail may have ten thousand."""


@dataclass(frozen=True, slots=True)
class Way:
    """A delivery of the same message that the reader may see. ``mailbox`` is empty for the holding pen."""

    mailbox: str
    address: str
    direction: str
    route: str
    at: datetime


@dataclass(frozen=True)
class Opened:
    """A delivery that the actor may read. ``raw`` is None when the bytes have been erased or are missing.

    ``mail`` is read when first asked for: whoever only fetches the bytes does not pay for it.
    """

    id: int
    message_id: int
    mailbox_id: int | None
    at: datetime
    size: int
    subject: str
    thread: str
    id_reused: bool
    raw: bytes | None
    delivery: Delivery

    @cached_property
    def mail(self) -> ParsedMail | None:
        return None if self.raw is None else parse(self.raw)


@dataclass(frozen=True, slots=True)
class Part:
    """A run of the text, and how many lines a folded quote hides."""

    kind: str
    text: str
    lines: int


@dataclass(frozen=True, slots=True)
class File:
    """An attachment in a list. ``number`` is its place in the mail, and in its address."""

    number: int
    name: str
    kind: str | Promise
    size: int
    warning: str | Promise
    scan: Verdict


@dataclass(frozen=True, slots=True)
class People:
    """Some of the recipients, and how many ``more`` there are."""

    shown: Sequence[Address]
    more: int


DEFECT_TEXTS: Mapping[str, str | Promise] = {
    "charset_unknown": _("Mejlet anger en teckenuppsättning som inte finns. Enstaka tecken kan vara fel."),
    "charset_wrong": _("Mejlet anger fel teckenuppsättning. Vi har gissat den rätta."),
    "charset_broken": _("Enstaka tecken gick inte att läsa."),
    "boundary_missing": _("Mejlets delar är inte åtskilda som de ska. Vi visar det som gick att läsa."),
    "boundary_not_found": _("Mejlets delar är inte åtskilda som de ska. Vi visar det som gick att läsa."),
    "boundary_unclosed": _("Mejlet tar slut för tidigt. Det kan saknas något."),
    "too_many_parts": _("Mejlet har orimligt många delar. Vi visar de första."),
    "too_deep": _("Mejlet ligger i alltför många lager. Vi visar de yttersta."),
    "text_too_long": _("Texten är för lång att visa. Hämta mejlet som fil för att läsa allt."),
    "external_body": _("En del av innehållet ligger på en annan server. Vi hämtar det inte."),
    "partial_message": _("Det här är en del av ett uppdelat mejl."),
    "date_unreadable": _("Avsändarens datum gick inte att läsa."),
    "tnef_broken": _("En Outlook-bilaga gick inte att öppna."),
    "uuencode_broken": _("En bilaga i texten gick inte att öppna."),
    "several_senders": _("Mejlet har flera avsändare. Vi visar den första."),
    "nested_not_read": _("Ett bifogat mejl gick inte att öppna. Det finns kvar som fil."),
}
OTHER_DEFECT = _("Mejlet följer inte standarden. Vi visar det som gick att läsa.")
ENVELOPE_TEXTS: Mapping[Envelope, str | Promise] = {
    Envelope.SMIME_SIGNED: _("Mejlet är signerat (S/MIME). Vi har inte kontrollerat signaturen."),
    Envelope.SMIME_ENCRYPTED: _("Mejlet är krypterat (S/MIME). Hämta det som fil och öppna det med rätt nyckel."),
    Envelope.PGP_SIGNED: _("Mejlet är signerat (PGP). Vi har inte kontrollerat signaturen."),
    Envelope.PGP_ENCRYPTED: _("Mejlet är krypterat (PGP). Hämta det som fil och öppna det med rätt nyckel."),
}


def open_message(actor: Actor, *, mailbox_id: int | None, delivery_id: int, now: datetime) -> Opened:
    """The one door to a mail. Raises NotVisible for what does not exist, lies elsewhere, or is not for ``actor``.

    Reading in a mailbox that one does not answer for leaves an event in the chain of reads.
    """
    if not may_read(actor, mailbox_id):
        raise NotVisible
    where = Q(mailbox__isnull=True) if mailbox_id is None else Q(mailbox_id=mailbox_id)
    found = Delivery.objects.select_related("message", "mailbox").filter(where, pk=delivery_id).first()
    if found is None:
        raise NotVisible
    if mailbox_id not in actor.mailbox_ids:
        _trace_reading(actor, found, now=now)
    return _opened(found)


def open_delivery(delivery_id: int) -> Opened:
    """A mail for an office that has its own door to it (a conversation, a register entry): nothing is asked here."""
    return _opened(Delivery.objects.select_related("message", "mailbox").get(pk=delivery_id))


def list_ways(actor: Actor, message_id: int) -> list[Way]:
    """Deliveries of the message, oldest first, in the mailboxes that ``actor`` may read. At most two queries."""
    deliveries = Delivery.objects.filter(message_id=message_id).select_related("mailbox").order_by("at", "id")
    readable, sees_pen = readable_mailbox_ids(actor), actor.may(Permission.PEN_READ)
    return [
        Way(
            mailbox=one.mailbox.address if one.mailbox else "",
            address=one.address,
            direction=one.direction,
            route=one.get_route_display(),
            at=one.at,
        )
        for one in deliveries
        if (sees_pen if one.mailbox_id is None else readable is None or one.mailbox_id in readable)
    ]


def parts_of(mail: ParsedMail) -> list[Part]:
    """The text in order: own words, forwards and signatures to show, quotes to fold."""
    blocks: Sequence[Block] = mail.blocks or [Block(BlockKind.OWN, 0, len(mail.text))]
    shown = mail.text[:MOST_SHOWN]
    runs = ((block.kind, shown[block.start : block.end].strip("\n")) for block in blocks)
    return [Part(kind=kind, text=text, lines=text.count("\n") + 1) for kind, text in runs if text.strip()]


def files_of(mail: ParsedMail, verdicts: Verdicts = MappingProxyType({})) -> list[File]:
    """Every attachment, those in the text too: a person must be able to save what a mail holds."""
    return [
        File(
            number=number,
            name=file_name(one, number),
            kind=kind_words(file_name(one, number), one.type),
            size=one.size,
            warning=_file_warning(one),
            scan=verdicts.get(number) or unknown(),
        )
        for number, one in enumerate(mail.attachments)
    ]


def _file_warning(attachment: Attachment) -> str | Promise:
    if may_run(attachment.name, attachment.content):
        return _("Filen kan köra något om du öppnar den. Öppna den bara om du väntade dig den.")
    if is_disguised(attachment.name, attachment.content):
        return _("Innehållet är något annat än vad namnet säger.")
    return ""


def file_name(attachment: Attachment, number: int) -> str:
    """What the file is called on the reader's disk; ``bilaga-2.jpg`` when the mail gives no name."""
    ending = mimetypes.guess_extension(attachment.type) or ""
    return safe_name(attachment.name, default=f"bilaga-{number + 1}{ending}")


def framed_for_page(opened: Opened) -> Framed | None:
    """The formatted body with what was left out of it, for the page round the frame; the frame gets it next."""
    if opened.mail is None or opened.mail.html is None:
        return None
    framed = make_frame(html=opened.mail.html, attachments=opened.mail.attachments)
    FRAMES.put(opened.delivery.blob_id, framed)
    return framed


def framed_for_frame(opened: Opened) -> Framed | None:
    """The same for the frame: what the page has just worked out, else worked out here."""
    if opened.raw is None:
        return None
    held = FRAMES.take(opened.delivery.blob_id)
    if held is not None or opened.mail is None or opened.mail.html is None:
        return held
    return make_frame(html=opened.mail.html, attachments=opened.mail.attachments)


def file_at(mail: ParsedMail, number: int) -> Attachment:
    """The attachment at that place. Raises NotVisible."""
    if number >= len(mail.attachments):
        raise NotVisible
    return mail.attachments[number]


def remarks_on(opened: Opened) -> list[str | Promise]:
    """What a reader should know of how the mail could be read, each thing once."""
    if opened.mail is None or opened.raw is None:
        return [_("Mejlets innehåll finns inte kvar. Raden i loggen står kvar.")]
    codes = [defect.code for defect in (*opened.mail.headers.defects, *opened.mail.defects)]
    codes += ["text_too_long"] if len(opened.mail.text) > MOST_SHOWN else []
    remarks = [
        *sender_remarks(opened.mail, opened.raw, opened.delivery),
        ENVELOPE_TEXTS.get(opened.mail.envelope, ""),
        *(DEFECT_TEXTS.get(code, OTHER_DEFECT) for code in codes),
    ]
    if opened.id_reused:
        remarks.append(_("Ett annat mejl har samma Message-ID men annat innehåll."))
    return list(dict.fromkeys(remark for remark in remarks if remark))


def sender_of(mail: ParsedMail) -> Address:
    """The sender as shown: nothing in the name or the address turns or hides what stands beside it."""
    sender = mail.headers.sender
    return Address(plain_name(sender.name), bare_address(sender.address))


def header_text(raw: bytes) -> str:
    """The header block as it came, at most 64 kB. Bytes that are no text show as a replacement character."""
    block = raw[:MOST_HEADER_BYTES].replace(b"\r\n", b"\n").partition(b"\n\n")[0]
    return upright(block.decode("utf-8", "replace").replace("\x00", "\ufffd"))


def automatic_text(mail: ParsedMail) -> str | Promise:
    """What a mail that a machine wrote is called, else nothing."""
    return AUTOMATIC_TEXTS.get(mail.headers.automatic or "", "")


def people_of(addresses: Sequence[Address], *, beside: str = "") -> People:
    """Recipients to show. ``beside``: the mailbox where the mail lies; whoever shares its domain goes by ``bygglov@``.

    A name that looks like an address is left out, and the true address stands alone (as in a list of senders).
    """
    domain = beside.rpartition("@")[2].lower()
    shown = [_named(one, domain) for one in addresses[:MOST_NAMED]]
    return People(shown=[one for one in shown if one.name or one.address], more=max(0, len(addresses) - MOST_NAMED))


def _named(one: Address, domain: str) -> Address:
    name, address = shown_sender(one.name, one.address), bare_address(one.address)
    local, _at, its_domain = address.rpartition("@")
    if domain and local and its_domain.lower() == domain:
        return Address("", f"{local}@")
    return Address("" if name == address else name, address)


def _opened(found: Delivery) -> Opened:
    return Opened(
        id=found.pk,
        message_id=found.message_id,
        mailbox_id=found.mailbox_id,
        at=found.at,
        size=found.message.size,
        subject=upright(found.message.subject),
        thread=found.message.thread,
        id_reused=found.message.id_reused,
        raw=_bytes_of(found),
        delivery=found,
    )


def _trace_reading(actor: Actor, delivery: Delivery, *, now: datetime) -> None:
    with transaction.atomic():
        audit.record(
            actor=actor.reference,
            verb="mail:message:read",
            subject=f"message:{delivery.message_id}",
            details={"delivery": delivery.pk},
            at=now,
            chain=READ_CHAIN,
        )


def _bytes_of(delivery: Delivery) -> bytes | None:
    try:
        return store().get(delivery.blob_id)
    except BlobMissing:
        return None
