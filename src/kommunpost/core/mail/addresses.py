"""Address fields (RFC 5322 section 3.4), as people's programs really write them.

A fast path for ``Name <address>`` and bare addresses; everything else goes through a small tokenizer that reads each
character once and never raises. Addresses come out in lower case, names decoded and without quotes.
"""

import re

from kommunpost.core.mail.headers import Notes
from kommunpost.core.mail.model import Address
from kommunpost.core.mail.words import clean, decode_words, guess

MAX_RECIPIENTS = 10_000
MAX_LENGTH = 320
"""Characters of a name or an address kept: 64 + 1 + 255 is the longest address there is (RFC 5321 4.5.3.1)."""

_ATOM = r"[^\s<>()\[\]\\,;:@\"\x00-\x1f]+"
# Possessive, so that a long run of spaces is read once.
_USUAL = re.compile(
    rf'\s*+(?:(?:"([^"\\]*+)"\s*+|([^"<>(),;:@\\\[\]]*+))<({_ATOM}@{_ATOM})>|({_ATOM}@{_ATOM}))\s*+(?:,|$)'
)
_TOKEN = re.compile(r'"|\(|[<>,;:]|[^"(<>,;:\\]+|\\.?', re.DOTALL)
_QUOTED = re.compile(r'((?:[^"\\]|\\.)*)"', re.DOTALL)
_NOT_WRITABLE = re.compile(r"\\(.)", re.DOTALL)
_COMMENT_TOKEN = re.compile(r"\\.|[()]|[^()\\]+|\\", re.DOTALL)


def read_addresses(value: bytes, notes: Notes, where: str) -> tuple[Address, ...]:
    """An unfolded address field -> its mailboxes in order, at most MAX_RECIPIENTS, the rest counted in a defect."""
    text = value.decode("ascii") if value.isascii() else guess(value)
    usual = _read_usual(text)
    if usual is not None:
        return usual
    if not text.strip():
        return ()
    return tuple(_Reader(text, notes, where).read()[:MAX_RECIPIENTS])


def _read_usual(text: str) -> tuple[Address, ...] | None:
    """A list in the forms that nearly all programs write, or None when there is anything else in it."""
    found: list[Address] = []
    position = 0
    while position < len(text):
        match = _USUAL.match(text, position)
        if match is None or len(found) >= MAX_RECIPIENTS:
            return None
        quoted, words, address, bare = match.groups()
        found.append(_address(quoted or words or "", address or bare))
        position = match.end()
    return tuple(found) or None


def _address(name: str, address: str) -> Address:
    if not (address.isascii() and address.isprintable() and " " not in address and "=?" not in address):
        address = clean(decode_words(address))
        if not address.startswith('"'):
            address = "".join(address.split())
    return Address(_name(name), address.lower()[:MAX_LENGTH])


def _name(text: str) -> str:
    if not text:
        return ""
    if "=?" in text:
        text = decode_words(text)
    text = clean(text)
    if len(text) > 1 and text[0] == text[-1] and text[0] in "'\"":
        text = text[1:-1].strip()
    return text[:MAX_LENGTH]


class _Reader:
    """Reads a list of addresses once from left to right. ``words`` gathers what stands before or beside ``<…>``."""

    def __init__(self, text: str, notes: Notes, where: str) -> None:
        self.text, self.notes, self.where = text, notes, where
        self.position = 0
        self.found: list[Address] = []
        self.in_group = False
        self.no_quote_ahead = False
        self.pending = ""
        self.next_close: int | None = None  # -1: there is none ahead.
        self._clear()

    def _clear(self) -> None:
        self.words: list[str] = []
        self.comments: list[str] = []
        self.angle: str | None = None
        self.before_angle = 0
        self.quoted = False

    def read(self) -> list[Address]:
        while self.position < len(self.text):
            match = _TOKEN.match(self.text, self.position)
            if match is None:  # Cannot be: the pattern takes any character. Guards against standing still.
                break
            self.position = match.end()
            self._take(match[0])
            if len(self.found) >= MAX_RECIPIENTS:
                unread = self.text.count("@", self.position)
                self.notes.add("too_many_recipients", f"{self.where}: {unread} not read")
                return self.found
        self._finish()
        self._flush_pending()
        return self.found

    def _take(self, mark: str) -> None:
        if mark in {",", ";"}:
            self._separate(mark)
        elif mark == '"':
            self._take_quoted()
        elif mark == "(":
            self.comments.append(self._comment())
        elif mark == "<":
            self._take_angle()
        elif mark == ":":
            self._take_colon()
        elif mark != ">":
            self.words.append(mark[1:] if mark[0] == "\\" else mark)

    def _separate(self, mark: str) -> None:
        self._finish()
        if mark == ";":
            self._flush_pending()
            self.in_group = False

    def _take_colon(self) -> None:
        """A group's name ends here, unless the colon stands in what is already an address or a name with none."""
        text = "".join(self.words)
        if self.in_group or self.angle is not None or "@" in text:
            self.words.append(":")
            return
        self.in_group = True
        self._clear()

    def _take_quoted(self) -> None:
        match = None if self.no_quote_ahead else _QUOTED.match(self.text, self.position)
        if match is None:
            self.no_quote_ahead = True
            self.notes.add("unclosed_quote", self.where)
            return
        self.position = match.end()
        inner = match[1]
        if "\\" in inner:
            inner = _NOT_WRITABLE.sub(r"\1", inner)
        after = self.text[self.position : self.position + 1]
        # "first last"@example: the quotes belong to the address. Elsewhere they only protect a name.
        self.words.append(f'"{inner}"' if after == "@" else inner)
        self.quoted = True

    def _take_angle(self) -> None:
        if self.next_close is not None and 0 <= self.next_close < self.position:
            self.next_close = None
        if self.next_close is None:
            self.next_close = self.text.find(">", self.position)
        close = self.next_close
        inner_open = self.text.find("<", self.position, close if close >= 0 else None)
        if inner_open >= 0:  # "a <b <c@d>": the last bracket holds the address.
            return
        if close < 0:
            self.notes.add("unclosed_angle", self.where)
            close = len(self.text)
            comma = self.text.find(",", self.position)
            close = comma if comma >= 0 else close
        inner = self.text[self.position : close]
        self.position = min(len(self.text), close + (self.text[close : close + 1] == ">"))
        if self.angle is not None:  # Two addresses with the comma between them missing.
            after = self.words[self.before_angle :]
            del self.words[self.before_angle :]
            self._finish()
            self.words = after
        inner = _without_comments(inner)
        self.angle = inner.rpartition(":")[2] if inner.lstrip().startswith("@") else inner  # RFC 5322 4.4: a route
        self.before_angle = len(self.words)

    def _comment(self) -> str:
        """The text of the comment that opened just before. One that never closes is the rest of the field."""
        depth, start = 1, self.position
        for match in _COMMENT_TOKEN.finditer(self.text, start):
            depth += {"(": 1, ")": -1}.get(match[0], 0)
            if depth == 0:
                self.position = match.end()
                return self.text[start : match.start()]
        self.notes.add("unclosed_comment", self.where)
        self.position = len(self.text)
        return self.text[start:]

    def _finish(self) -> None:
        words, angle = "".join(self.words), self.angle
        comment = " ".join(self.comments)
        quoted = self.quoted
        self._clear()
        if angle is not None:
            name = words if words.strip() else comment
            if self.pending:  # Ek, Anna <anna@…>: the comma of a name that should have been in quotes.
                name, self.pending = f"{self.pending}, {name}", ""
            self._add(name, angle)
        elif "@" in words:
            self._flush_pending()
            self._add_bare(words, comment)
        elif words.strip():
            self._flush_pending()
            self._hold_or_add(words, quoted=quoted)

    def _hold_or_add(self, words: str, *, quoted: bool) -> None:
        if quoted or "=?" in words:
            self._add_name(words, quoted=quoted)
        else:
            self.pending = words.strip()

    def _flush_pending(self) -> None:
        if self.pending:
            words, self.pending = self.pending, ""
            self._add_name(words, quoted=False)

    def _add_bare(self, words: str, comment: str) -> None:
        """``a@b``, ``a@b (Name)``, ``Name a@b`` without brackets, and ``a @ b`` with spaces (RFC 5322 section 4.4)."""
        pieces = words.split()
        with_at = [piece for piece in pieces if "@" in piece]
        if len(pieces) == 1 or words.lstrip().startswith('"'):
            self._add(comment, words)
        elif len(with_at) == 1 and 0 < with_at[0].index("@") < len(with_at[0]) - 1:
            name = " ".join(piece for piece in pieces if piece is not with_at[0])
            self._add(name or comment, with_at[0])
        elif len(with_at) > 1 and "=?" not in words:
            for piece in with_at:
                self._add("", piece)
        else:
            self._add(comment, words)

    def _add_name(self, words: str, *, quoted: bool) -> None:
        """Text with no address: encoded whole (wrong, but seen), a local name, or a name alone."""
        decoded = decode_words(words) if "=?" in words else words
        if "@" in decoded and decoded != words and decoded.count("=?") < words.count("=?"):
            self.found.extend(_Reader(decoded, self.notes, self.where).read()[:1])
            return
        self.notes.add("address_without_domain", self.where)
        single = not quoted and len(words.split()) == 1 and "=?" not in words
        self._add("" if single else words, words if single else "")

    def _add(self, name: str, address: str) -> None:
        made = _address(name, address.strip().strip("<>"))
        if made.address and "@" not in made.address:
            self.notes.add("address_without_domain", self.where)
        elif made.address and ("@" in (made.address[0], made.address[-1])):
            self.notes.add("address_odd", self.where)
        if (made.name or made.address) and not made.address.strip('"').startswith("undisclosed-recipient"):
            self.found.append(made)


def _without_comments(text: str) -> str:
    if "(" not in text:
        return text
    depth, kept = 0, []
    for match in _COMMENT_TOKEN.finditer(text):
        mark = match[0]
        if mark == "(":
            depth += 1
        elif mark == ")" and depth:
            depth -= 1
        elif not depth:
            kept.append(mark)
    return "".join(kept)
