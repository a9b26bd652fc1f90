"""The tree of parts: walks it once, within budgets, and gathers what is shown, what is attached, and what it means."""

import hashlib
import re
from collections.abc import Callable
from dataclasses import dataclass, field

from kommunpost.core.mail.bodies import TEXT_BYTES, Shown, best_of, cut_uuencoded, read_text
from kommunpost.core.mail.envelopes import envelope_of, envelope_of_text
from kommunpost.core.mail.headers import Fields, Notes, read_block
from kommunpost.core.mail.html_text import MAX_HTML
from kommunpost.core.mail.model import Attachment, Envelope, Report
from kommunpost.core.mail.multipart import Split, guess_boundary, split_parts
from kommunpost.core.mail.parameters import Parameters, file_name, media_type, read_parameters
from kommunpost.core.mail.reports import read_delivery_status, read_disposition
from kommunpost.core.mail.tnef import read_tnef
from kommunpost.core.mail.transfer import IDENTITY, decode_transfer
from kommunpost.core.mail.words import clean, guess

MAX_PARTS = 1_000
MAX_DEPTH = 50
MAX_NESTED = 5
"""Mails within mails that are read. Deeper ones are kept as attachments, unread."""

_BODY_TYPES = frozenset({"text/plain", "text/html", "text/enriched", "text/richtext"})
_INLINE_MAIN = frozenset({"image", "audio", "video"})
_MESSAGES = frozenset({"message/rfc822", "message/global", "message/news"})
_UNREAD = {"message/partial": "partial_message", "message/external-body": "external_body"}
_PARAM = re.compile(r"<param>[^<]*</param>", re.IGNORECASE)
_RICH_MARK = re.compile(r"<(lt|nl)>", re.IGNORECASE)
_METHOD = b"\nMETHOD:"


@dataclass(slots=True)
class Budget:
    """What one mail may cost, mails inside it counted in. ``copied`` is in bytes."""

    parts: int = MAX_PARTS
    copied: int = 0
    text: int = TEXT_BYTES


@dataclass(slots=True)
class Entity:
    """One entity: the buffer it stands in, where its body is there, and what its fields say of it."""

    raw: bytes
    start: int
    end: int
    fields: Fields
    content_type: Parameters
    where: str = ""
    depth: int = 0
    index: int = 0
    parent: str = ""
    default: str = "text/plain"


@dataclass(slots=True)
class Found:
    """What the walk gathers beside the text. ``messages`` are the bytes of mails inside, to be read by the caller."""

    attachments: list[Attachment] = field(default_factory=list)
    messages: list[bytes] = field(default_factory=list)
    envelope: Envelope = Envelope.NONE
    report: Report | None = None
    calendar_method: str = ""
    first_text: tuple[bytes, str] | None = None


class Walker:
    """Walks one mail's parts. ``found`` holds what it gathered."""

    def __init__(self, notes: Notes, budget: Budget) -> None:
        self.notes, self.budget = notes, budget
        self.found = Found()

    def walk(self, entity: Entity) -> Shown:
        """Read an entity and everything in it; returns what it shows."""
        kind = media_type(entity.content_type, entity.default)
        if self.found.envelope is Envelope.NONE and kind[:4] != "text":
            self.found.envelope = envelope_of(kind, entity.content_type)
        if kind.startswith("multipart/"):
            return self._walk_multipart(entity, kind)
        return self._walk_leaf(entity, kind)

    def _walk_multipart(self, entity: Entity, kind: str) -> Shown:
        if entity.depth >= MAX_DEPTH:
            self.notes.add("too_deep", entity.where)
            self._attach(entity.raw[entity.start : entity.end], name="", kind=kind)
            return Shown()
        split = self._split(entity)
        if split is None:
            return self._walk_leaf(entity, "text/plain")
        subtype = kind[10:]
        default = "message/rfc822" if subtype == "digest" else "text/plain"
        shown: list[Shown] = []
        for number, bounds in enumerate(split.parts):
            # The root of related parts need not stand first (RFC 2387): it is the first that shows anything.
            rootless = subtype == "related" and not any(one.pieces for one in shown)
            shown.append(self._walk_part(entity, bounds, number, "mixed" if rootless else subtype, default))
        self._keep_rest(entity, split)
        if subtype == "alternative":
            return best_of(shown)
        together = Shown()
        for one in shown:
            together.add(one)
        return together

    def _walk_part(self, entity: Entity, bounds: tuple[int, int], number: int, subtype: str, default: str) -> Shown:
        start, end = bounds
        where = f"{entity.where}.{number + 1}" if entity.where else str(number + 1)
        fields, body = read_block(entity.raw, start, end, self.notes, f"{where}:")
        content_type = read_parameters(fields.get(b"content-type"))
        part = Entity(
            entity.raw, min(body, end), end, fields, content_type, where, entity.depth + 1, number, subtype, default
        )
        return self.walk(part)

    def _split(self, entity: Entity) -> Split | None:
        """Where the parts are, by a guessed boundary when the named one is missing or wrong. None without parts."""
        encoding = _encoding(entity)
        if encoding not in IDENTITY and entity.raw.find(b"\n--", entity.start - 1, entity.end) < 0:
            decoded = decode_transfer(entity.raw[entity.start : entity.end], encoding, self.notes, entity.where)
            entity.raw, entity.start, entity.end = decoded, 0, len(decoded)
            self.notes.add("multipart_encoded", entity.where)
        boundary = entity.content_type.items.get("boundary", "").rstrip().encode("utf-8", "replace")
        split = self._split_by(entity, boundary) if boundary else None
        if split is None or not split.parts:
            self.notes.add("boundary_not_found" if boundary else "boundary_missing", entity.where)
            guessed = guess_boundary(entity.raw, entity.start, entity.end)
            split = self._split_by(entity, guessed) if guessed else None
        if split is None or not split.parts:
            return None
        if not split.closed and split.rest is None:
            self.notes.add("boundary_unclosed", entity.where)
        self.budget.parts -= len(split.parts)
        return split

    def _split_by(self, entity: Entity, boundary: bytes) -> Split:
        limit = max(self.budget.parts, 1)
        return split_parts(entity.raw, entity.start, entity.end, boundary=boundary, limit=limit)

    def _keep_rest(self, entity: Entity, split: Split) -> None:
        """Parts beyond the budget become one attachment; text behind the last boundary is told of."""
        if split.rest is not None:
            self.notes.add("too_many_parts", entity.where)
            self._attach(entity.raw[split.rest : entity.end], name="", kind="application/octet-stream")
        elif split.reopened or entity.raw[split.after : min(entity.end, split.after + 10_000)].strip():
            self.notes.add("text_after_last_part", entity.where)

    def _walk_leaf(self, entity: Entity, kind: str) -> Shown:
        data = entity.raw[entity.start : entity.end]
        encoding = _encoding(entity)
        if encoding not in IDENTITY:
            data = decode_transfer(data, encoding, self.notes, entity.where)
        disposition = read_parameters(entity.fields.get(b"content-disposition"))
        name = file_name(disposition, entity.content_type)
        if _is_body(entity, kind, disposition, name):
            return self._show(data, entity, kind)
        handler = _HANDLERS.get(kind)
        if handler is None and name.lower() == "winmail.dat":
            handler = Walker.take_tnef
        if handler is not None and not handler(self, data, entity):
            return Shown()
        cid = clean(guess(entity.fields.get(b"content-id", b""))).strip("<>")
        inline = disposition.value == "inline" or (bool(cid) and disposition.value != "attachment")
        self._attach(data, name=name, kind=kind, content_id=cid, inline=inline)
        return self._shown_beside(data, entity, kind)

    def _shown_beside(self, data: bytes, entity: Entity, kind: str) -> Shown:
        """A mail that is one text of an odd kind shows it as well."""
        whole = not entity.where and kind.startswith("text/") and b"content-disposition" not in entity.fields
        if not whole or kind == "text/calendar":
            return Shown()
        return Shown([(False, read_text(data[: self.budget.text], entity.content_type, self.notes, ""))])

    def _show(self, data: bytes, entity: Entity, kind: str) -> Shown:
        if len(data) > self.budget.text:
            self.notes.add("text_too_long", f"{entity.where}: {len(data) - self.budget.text} bytes not shown")
            self._attach(data, name="", kind=kind)
            data = data[: self.budget.text]
        self.budget.text -= len(data)
        if self.found.first_text is None:
            self.found.first_text = (data, entity.content_type.items.get("charset", ""))
        if kind == "text/html":
            html = read_text(data, entity.content_type, self.notes, entity.where)
            if len(html) > MAX_HTML:
                self.notes.add("html_too_long", f"{entity.where}: {len(html) - MAX_HTML} characters not shown as text")
            return Shown([(True, html)], [html])
        if kind != "text/plain":
            text = read_text(data, entity.content_type, self.notes, entity.where)
            return Shown([(True, rich_as_html(text, is_enriched=kind == "text/enriched"))])
        return Shown([(False, self._plain(data, entity))])

    def _plain(self, data: bytes, entity: Entity) -> str:
        if b"begin " in data:
            data, files = cut_uuencoded(data, self.notes)
            for name, content in files:
                self._attach(content, name=clean(guess(name)), kind="application/octet-stream")
        text = read_text(data, entity.content_type, self.notes, entity.where)
        if self.found.envelope is Envelope.NONE and "-----BEGIN PGP" in text:
            self.found.envelope = envelope_of_text(text)
        return text

    def _attach(self, data: bytes, *, name: str, kind: str, content_id: str = "", inline: bool = False) -> None:
        digest = hashlib.sha256(data).hexdigest()
        self.budget.copied -= len(data)
        self.found.attachments.append(Attachment(name, kind, len(data), digest, data, content_id, inline))

    # Each handler says whether the part is to be kept as an attachment too.

    def take_message(self, data: bytes, _entity: Entity) -> bool:
        if data.strip():
            self.found.messages.append(data)
        return True

    def take_unread(self, _data: bytes, entity: Entity) -> bool:
        self.notes.add(_UNREAD[entity.content_type.value], entity.where)
        return True

    def take_report(self, data: bytes, entity: Entity) -> bool:
        if self.found.report is None:
            status = "delivery-status" in entity.content_type.value
            self.found.report = read_delivery_status(data) if status else read_disposition(data)
        return True

    def take_calendar(self, data: bytes, entity: Entity) -> bool:
        method = entity.content_type.items.get("method", "")
        if not method:
            found = data[:10_000].upper().find(_METHOD)
            line = data[found + len(_METHOD) : found + 60] if found >= 0 else b""
            method = line.split(b"\n", 1)[0].strip().decode("ascii", "replace")
        self.found.calendar_method = self.found.calendar_method or method.upper()[:40]
        return True

    def take_tnef(self, data: bytes, entity: Entity) -> bool:
        """The files inside take the envelope's place; an envelope that cannot be read to its end stays beside them."""
        files, whole = read_tnef(data)
        for file in files:
            kind = media_type(Parameters(file.type, {}), "application/octet-stream")
            self._attach(file.content, name=clean(file.name), kind=kind, content_id=file.content_id)
        if not whole:
            self.notes.add("tnef_broken", entity.where)
        return not (whole and files)


_HANDLERS: dict[str, Callable[[Walker, bytes, Entity], bool]] = {
    **dict.fromkeys(_MESSAGES, Walker.take_message),
    **dict.fromkeys(_UNREAD, Walker.take_unread),
    "message/delivery-status": Walker.take_report,
    "message/global-delivery-status": Walker.take_report,
    "message/disposition-notification": Walker.take_report,
    "message/global-disposition-notification": Walker.take_report,
    "text/calendar": Walker.take_calendar,
    "application/ms-tnef": Walker.take_tnef,
    "application/vnd.ms-tnef": Walker.take_tnef,
}


def rich_as_html(text: str, *, is_enriched: bool) -> str:
    """``text/enriched`` (RFC 1896) or ``text/richtext`` (RFC 1341) so that the reader of HTML gets its words.

    The one writes ``<<`` for ``<``, and between ``<param>`` marks what is not to be shown; the other has ``<lt>``.
    """
    text = text.replace("&", "&amp;")
    if is_enriched:
        return _PARAM.sub("", text.replace("<<", "&lt;")).replace("\n\n", "<p>")
    return _RICH_MARK.sub(lambda mark: "&lt;" if mark[1][0] in "lL" else "<br>", text).replace("\n\n", "<p>")


def _encoding(entity: Entity) -> str:
    value = entity.fields.get(b"content-transfer-encoding")
    if not value:
        return ""
    return value.partition(b";")[0].partition(b"(")[0].strip().strip(b"\"'").lower().decode("ascii", "replace")


def _is_body(entity: Entity, kind: str, disposition: Parameters, name: str) -> bool:
    """RFC 8621 section 4.1.4: text that stands first is shown even when it has a name; later text only without one."""
    if kind not in _BODY_TYPES or disposition.value == "attachment":
        return False
    return entity.index == 0 or (entity.parent != "related" and not name)
