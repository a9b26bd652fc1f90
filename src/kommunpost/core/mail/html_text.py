"""HTML as the text that a reader sees, in one pass and with no tree.

Mail's HTML is broken, deep and hostile, so nothing here depends on how tags nest: the input is cut at every ``<``,
each tag leaves a mark (line, paragraph, cell), and the marks become white space at the end. Time and memory are linear
in the input, which is cut at MAX_HTML characters. docs/adr/0011-html-as-text.md says why it is not a library's work.
"""

import re
from html import unescape

MAX_HTML = 1_000_000
"""Characters of HTML looked at."""

_BREAK, _PARAGRAPH, _CELL, _BLOCK, _KEPT_SPACE = "\x01", "\x02", "\x03", "\x04", "\x05"
_DROP_MARKS = dict.fromkeys(range(1, 9))
_TAG = re.compile(r"/?([a-zA-Z][a-zA-Z0-9]{0,15})")
_HIDDEN = re.compile(r"display\s*:\s*none|mso-hide\s*:\s*all", re.IGNORECASE)
# Tags that leave no mark go first, in one search by the C library: they are half of all tags in mail.
_NO_MARK = re.compile(
    r"</?(?:a|b|i|u|em|strong|font|img|small|big|sup|sub|tbody|o:p|input|meta|link|col|colgroup|nobr|tt|code|abbr)"
    r"(?:\s[^<>\"]*(?:\"[^\"<>]*\"[^<>\"]*)*)?>|</?(?:span|area|map|wbr)>|</(?:span|font)>",
    re.IGNORECASE,
)
_CELLS = re.compile(r" ?\x03[ \x03]*")
_BREAKS = re.compile(r"[ \x03]?[\x01\x02\x04][\x01-\x04 ]*")
_WINDOW = 65_536

_MARKS = {"br": _BREAK, "td": _CELL, "th": _CELL, "li": _BLOCK + "* ", "hr": _PARAGRAPH}
_MARKS |= dict.fromkeys(("p", "h1", "h2", "h3", "h4", "h5", "h6", "ul", "ol", "dl", "blockquote", "pre"), _PARAGRAPH)
_MARKS |= dict.fromkeys(
    (
        *("div", "tr", "table", "tbody", "thead", "caption", "center", "form", "fieldset", "section", "article"),
        *("header", "footer", "address", "body", "html", "dt", "dd"),
    ),
    _BLOCK,
)
_CLOSING_MARKS = _MARKS | {"td": "", "th": "", "li": _BLOCK, "br": _BREAK, "hr": ""}
# Tags without attributes, as they stand between < and >: one look-up settles them. Not pre, which changes what follows.
_PLAIN_TAGS = {
    spelled(f"{slash}{name}"): mark
    for slash, marks in (("", _MARKS), ("/", _CLOSING_MARKS))
    for name, mark in marks.items()
    for spelled in (str.lower, str.upper)
    if name != "pre"
}
_INVISIBLE = frozenset({"script", "style", "title", "template", "noframes", "svg", "object"})
_VOID = frozenset({"br", "img", "hr", "input", "meta", "link", "area", "base", "col", "wbr"})


def html_to_text(html: str) -> str:
    """HTML -> plain text: blocks on their own lines, cells apart by tabs, entities read, invisible things left out."""
    html = html[:MAX_HTML].translate(_DROP_MARKS) if _has_marks(html) else html[:MAX_HTML]
    html = _NO_MARK.sub("", html)
    pieces, unclosed = _pieces(html, hide=True)
    if unclosed:  # A hidden element that nobody closes would hide the rest of the mail.
        pieces, _ = _pieces(html, hide=False)
    return _settle("".join(pieces))


def _has_marks(html: str) -> bool:
    return any(mark in html for mark in (_BREAK, _PARAGRAPH, _CELL, _BLOCK))


def _pieces(html: str, *, hide: bool) -> tuple[list[str], bool]:
    """Text and marks in order, and whether an invisible element was still open at the end."""
    reader = _Reader(hide=hide)
    blocks: list[str] = []
    start = html.find("<") if "<" in html else len(html)
    reader.out.append(html[:start])
    while start < len(html):  # In windows, so that a list of tiny strings never outgrows the mail itself.
        end = html.find("<", start + _WINDOW)
        end = len(html) if end < 0 else end
        for chunk in html[start + 1 : end].split("<"):
            if reader.until:
                reader.skip(chunk)
            else:
                reader.take(chunk)
        blocks.append("".join(reader.out))
        reader.out.clear()
        start = end
    blocks.extend(reader.out)
    return blocks, bool(reader.until) and reader.until != "script"


class _Reader:
    """What has been written, and inside which invisible or preformatted element we are."""

    __slots__ = ("depth", "hide", "out", "preformatted", "until")

    def __init__(self, *, hide: bool) -> None:
        self.out: list[str] = []
        self.hide = hide
        self.until = ""
        self.depth = 0
        self.preformatted = 0

    def take(self, chunk: str) -> None:
        """A chunk is what stood after one ``<`` up to the next: a tag and the text behind it, or no tag at all."""
        if not chunk:
            self.out.append("&lt;")
            return
        inside, closed, text = chunk.partition(">")
        mark = _PLAIN_TAGS.get(inside)
        if mark is not None and closed and not self.preformatted:
            self.out.append(mark + text)
            return
        tag = _TAG.match(chunk)
        if tag is None:
            self._take_odd(chunk)
            return
        if inside.count('"') % 2 and '"' in text:  # A > inside an attribute's quotes.
            inside, _, text = text.partition('"')[2].partition(">")
            inside = chunk[: len(chunk) - len(text)]
        name = tag[1].lower()
        if not closed:
            text = ""
        if chunk[0] == "/":
            self._close(name)
        elif self._open(name, inside):
            return
        if text:
            self.out.append(self._keep_lines(text) if self.preformatted else text)

    def _open(self, name: str, inside: str) -> bool:
        """Whether the element hides what is in it."""
        mark = _MARKS.get(name)
        if mark:
            self.out.append(mark)
            if name == "pre":
                self.preformatted += 1
        hidden = name in _INVISIBLE or (
            self.hide and "none" in inside and name not in _VOID and _HIDDEN.search(inside) is not None
        )
        if hidden and not inside.endswith("/") and (self.hide or name in {"script", "style"}):
            self.until, self.depth = name, 1
            return True
        return False

    def _close(self, name: str) -> None:
        mark = _CLOSING_MARKS.get(name)
        if mark:
            self.out.append(mark)
            if name == "pre" and self.preformatted:
                self.preformatted -= 1

    def _take_odd(self, chunk: str) -> None:
        if chunk.startswith("!--"):
            if "-->" in chunk:
                self.out.append(chunk.partition("-->")[2])
            elif not chunk.startswith(("!-->", "!--->")):
                self.until = "-->"
        elif chunk[:1] in {"!", "?", "/"}:
            self.out.append(chunk.partition(">")[2])
        else:
            self.out.append("&lt;" + chunk)

    def skip(self, chunk: str) -> None:
        """Inside a comment or an invisible element: look only for its end."""
        until = self.until
        if until == "-->":
            if "-->" in chunk:
                self.until = ""
                self.out.append(chunk.partition("-->")[2])
            return
        tag = _TAG.match(chunk)
        if tag is None or tag[1].lower() != until:
            return
        self.depth += -1 if chunk[0] == "/" else 1 if until not in {"script", "style", "title"} else 0
        if self.depth == 0:
            self.until = ""
            self.out.append(chunk.partition(">")[2])

    def _keep_lines(self, text: str) -> str:
        return text.replace("\r\n", "\n").replace("\n", _BREAK).replace(" ", _KEPT_SPACE)


def _settle(text: str) -> str:
    """Marks to white space."""
    text = " ".join(text.split())
    text = _BREAKS.sub(_lines, _CELLS.sub(_CELL, text))
    if "&" in text:
        text = unescape(text)
    text = text.replace(_CELL, "\t").replace(_KEPT_SPACE, " ").replace("\xa0", " ")
    return "\n".join(map(str.rstrip, text.split("\n"))).strip("\n")


def _lines(match: re.Match[str]) -> str:
    run = match[0]
    if _PARAGRAPH in run:
        return "\n\n"
    breaks = run.count(_BREAK)
    if breaks and run.lstrip(" ").startswith(_BLOCK):  # <div><br></div> is an empty line.
        breaks += 1
    return "\n" * min(breaks or 1, 3)
