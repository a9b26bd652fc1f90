"""A mail's HTML made safe to show in a sandboxed frame: no scripts, no forms, nothing fetched from anywhere.

Three walls, each enough by itself: this sanitiser, the frame's ``sandbox``, and ``FRAME_POLICY``.
"""

import base64
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import islice
from urllib.parse import unquote

import nh3

from kommunpost.core.mail import RASTER_IMAGES, Attachment, sniff
from kommunpost.core.mail.words import lenient_base64

FRAME_POLICY = "; ".join(
    [
        "default-src 'none'",
        "img-src data:",
        "style-src 'unsafe-inline'",
        "base-uri 'none'",
        "form-action 'none'",
        "frame-ancestors 'self'",
        "sandbox",
    ]
)
LARGEST_HTML = 2_000_000  # characters
# The parser's work grows with the square of the depth, and there is no depth without tags: 20 000 cost under a second.
MOST_TAGS = 20_000
LARGEST_IMAGE = 2_000_000  # bytes
LARGEST_IMAGES = 8_000_000  # bytes in all, every use counted
MOST_LINKS = 50

TAGS = {
    "a", "abbr", "address", "article", "b", "bdi", "bdo", "blockquote", "br", "caption", "center", "cite", "code",
    "col", "colgroup", "dd", "del", "dfn", "div", "dl", "dt", "em", "figcaption", "figure", "font", "footer", "h1",
    "h2", "h3", "h4", "h5", "h6", "header", "hr", "i", "img", "ins", "kbd", "li", "main", "mark", "ol", "p", "pre",
    "q", "s", "samp", "section", "small", "span", "strike", "strong", "sub", "sup", "table", "tbody", "td", "tfoot",
    "th", "thead", "time", "tr", "tt", "u", "ul", "var", "wbr",
}  # fmt: skip
DROPPED_WITH_CONTENT = {"script", "style", "title", "noscript", "template", "svg", "math", "iframe", "object", "embed"}
_CELL = {"align", "valign", "width", "height", "bgcolor", "colspan", "rowspan", "scope"}
ATTRIBUTES = {
    "*": {"style", "dir", "lang", "title", "align"},
    "a": {"href"},
    "img": {"src", "srcset", "alt", "width", "height"},
    "font": {"color", "size", "face"},
    "table": {"width", "border", "cellpadding", "cellspacing", "bgcolor"},
    "td": _CELL,
    "th": _CELL,
    "tr": {"align", "valign", "bgcolor"},
    "col": {"span", "width"},
    "colgroup": {"span", "width"},
    "ol": {"start", "type"},
}
_SIDES = ("top", "right", "bottom", "left")
STYLE_PROPERTIES = {
    "color", "background-color", "font", "font-family", "font-size", "font-style", "font-weight", "line-height",
    "letter-spacing", "text-align", "text-decoration", "text-indent", "text-transform", "vertical-align", "white-space",
    "width", "height", "max-width", "min-width", "padding", "margin", "border", "border-collapse", "border-spacing",
    "border-color", "border-style", "border-width", "border-radius",
    *(f"{kind}-{side}" for kind in ("padding", "margin", "border") for side in _SIDES),
}  # fmt: skip
# A value with any of these could name an address, hide one behind escapes, or leave its declaration.
SUSPECT_IN_STYLE = ("url", "image", "\\", "//", "@", "expression", "import", "/*", "<")

_NEGATIVE = re.compile(r"[:\s(,]-\s*[.\d]")
"""A length below zero draws one text over another."""


@dataclass(frozen=True, slots=True)
class Framed:
    """A body fit for the frame.

    ``blocked`` images were to be fetched from elsewhere; ``links`` are where the text pointed; ``cut`` says that the
    end of a body beyond all measure is left out.
    """

    html: str
    blocked: int
    links: tuple[str, ...]
    cut: bool


def make_frame(*, html: str, attachments: Sequence[Attachment]) -> Framed:
    """``html`` (raw, unsafe, any size) without all that acts or fetches; pictures that came with the mail as ``data:``.

    Links lose their address in the body, where a text may lie about it, and are handed out for an open list.
    """
    watch = _Watch(images={a.content_id: a for a in attachments if a.content_id})
    end = _end_of_measure(html)
    body = nh3.clean(
        html[:end],
        tags=TAGS,
        clean_content_tags=DROPPED_WITH_CONTENT,
        attributes=ATTRIBUTES,
        attribute_filter=watch.pass_attribute,
        url_schemes={"http", "https", "mailto", "tel", "cid", "data"},
        link_rel=None,
        filter_style_properties=STYLE_PROPERTIES,
    )
    return Framed(html=body, blocked=watch.blocked, links=tuple(watch.links), cut=end < len(html))


def _end_of_measure(html: str) -> int:
    tags = (found.start() for found in re.finditer("<", html[:LARGEST_HTML]))
    return next(islice(tags, MOST_TAGS, None), min(len(html), LARGEST_HTML))


@dataclass(slots=True)
class _Watch:
    """Looks at each attribute that nh3 lets through, and keeps count."""

    images: Mapping[str, Attachment]
    room: int = LARGEST_IMAGES
    blocked: int = 0
    links: list[str] = field(default_factory=list)

    def pass_attribute(self, tag: str, name: str, value: str) -> str | None:
        if name == "style":
            return None if _is_suspect(value.lower()) else value
        if (tag, name) == ("a", "href"):
            self._note_link(value)
            return None
        if (tag, name) == ("img", "src"):
            return self._image(value.strip())
        return None if name == "srcset" else value

    def _note_link(self, value: str) -> None:
        link = value.strip()
        is_shown = link.lower().startswith(("http://", "https://", "mailto:", "tel:"))
        if is_shown and link not in self.links and len(self.links) < MOST_LINKS:
            self.links.append(link)

    def _image(self, source: str) -> str | None:
        scheme, _, rest = source.partition(":")
        if scheme.lower() == "cid":
            return self._image_of_the_mail(unquote(rest))
        if scheme.lower() == "data":
            return self._image_in_place(source)
        self.blocked += 1
        return None

    def _image_of_the_mail(self, content_id: str) -> str | None:
        image = self.images.get(content_id.strip("<>"))
        if image is None or image.size > LARGEST_IMAGE or not self._take_room(image.size):
            return None
        return _as_data(image.content)

    def _image_in_place(self, source: str) -> str | None:
        head, _, payload = source.partition(",")
        if not head.lower().endswith(";base64") or not self._take_room(len(source)):
            return None
        return _as_data(lenient_base64(payload.encode("ascii", "ignore")))

    def _take_room(self, size: int) -> bool:
        if size > self.room:
            return False
        self.room -= size
        return True


def _is_suspect(style: str) -> bool:
    return any(mark in style for mark in SUSPECT_IN_STYLE) or _NEGATIVE.search(style) is not None


def _as_data(content: bytes) -> str | None:
    """The bytes as an address of their own, under the type that they are and not the one they claim; never SVG."""
    kind = sniff(content)
    return f"data:{kind};base64,{base64.b64encode(content).decode('ascii')}" if kind in RASTER_IMAGES else None
