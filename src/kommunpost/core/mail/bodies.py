"""Bytes of a text part -> the text that is shown, and the files that were written into it."""

import re
from dataclasses import dataclass, field

from kommunpost.core.mail.flowed import unflow
from kommunpost.core.mail.headers import Notes
from kommunpost.core.mail.html_text import html_to_text
from kommunpost.core.mail.parameters import Parameters
from kommunpost.core.mail.transfer import find_uu
from kommunpost.core.mail.words import decode_text

TEXT_BYTES = 5_000_000
"""Of text shown in one mail; a part that is longer is also kept whole as an attachment."""
_META_CHARSET = re.compile(rb"<meta[^>]{0,200}?charset\s{0,5}=\s{0,5}[\"']?([\w.:+-]{1,40})", re.IGNORECASE)
_META_WINDOW = 4_096


@dataclass(slots=True)
class Shown:
    """What a part, or a tree of parts, shows: pieces of text in order (True where it is markup), and the HTML."""

    pieces: list[tuple[bool, str]] = field(default_factory=list)
    html: list[str] = field(default_factory=list)

    def add(self, other: "Shown") -> None:
        self.pieces += other.pieces
        self.html += other.html

    def has_plain(self) -> bool:
        return any(not is_html and not text.isspace() and text for is_html, text in self.pieces)

    def only_html(self) -> bool:
        return len(self.pieces) == 1 and self.pieces[0][0] and self.html == [self.pieces[0][1]]

    def text(self) -> str:
        """All pieces as one text, a line end between them."""
        texts = [html_to_text(text) if is_html else text for is_html, text in self.pieces]
        if len(texts) == 1:
            return texts[0]
        return "".join(text if text.endswith("\n") or not text else f"{text}\n" for text in texts)


def best_of(alternatives: list[Shown]) -> Shown:
    """multipart/alternative: the plain text if somebody wrote one, else the last HTML. The HTML is the last of them."""
    plain = next((one for one in alternatives if one.has_plain()), None)
    rich = next((one for one in reversed(alternatives) if one.html), None)
    chosen = plain or rich or next((one for one in alternatives if one.pieces), Shown())
    return Shown(chosen.pieces, rich.html if rich else [])


def read_text(data: bytes, content_type: Parameters, notes: Notes, where: str) -> str:
    """Decoded bytes of a text part -> text with ``\\n`` line ends, without NUL, paragraphs of format=flowed joined."""
    items = content_type.items
    label = items.get("charset", "")
    if content_type.value == "text/html" and not data.isascii():
        label = label or _label_in_html(data)
    text, defect = decode_text(data, label.partition(" ")[0])
    if defect:
        notes.add(defect, where)
    if "\r" in text:
        text = text.replace("\r\n", "\n").replace("\r", "\n")
    if "\x00" in text:
        notes.add("nul_bytes", where)
        text = text.replace("\x00", "")
    if items and items.get("format", "").lower() == "flowed":
        text = unflow(text, delete_space=items.get("delsp", "").lower() == "yes")
    return text


def _label_in_html(data: bytes) -> str:
    match = _META_CHARSET.search(data, 0, _META_WINDOW)
    return match[1].decode("ascii") if match else ""


def cut_uuencoded(data: bytes, notes: Notes) -> tuple[bytes, list[tuple[bytes, bytes]]]:
    """A text's bytes -> the same without its uuencoded files, and those: (name, content)."""
    found = find_uu(data, notes)
    if not found:
        return data, []
    kept: list[bytes] = []
    position = 0
    for start, end, _name, _content in found:
        kept.append(data[position:start])
        position = end
    kept.append(data[position:])
    return b"".join(kept), [(name, content) for _start, _end, name, content in found]
