"""XML written as a stream, and read with nothing that may reach out of the document."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import IO
from xml.etree.ElementTree import Element, ParseError, fromstring
from xml.sax.saxutils import escape, quoteattr

from kommunpost.core.packages.text import written

MOST_OCTETS = 256 * 1024 * 1024
DECLARATION = b'<?xml version="1.0" encoding="UTF-8"?>\n'
Attributes = Mapping[str, str | None]


class UnreadableXml(Exception):  # noqa: N818 - a refusal
    """Not XML of ours."""


class Xml:
    """A document on its way to a file. An attribute that is None is left out."""

    def __init__(self, file: IO[bytes]) -> None:
        self._file = file
        self._depth = 0
        file.write(DECLARATION)

    @contextmanager
    def element(self, name: str, attributes: Attributes | None = None) -> Iterator[None]:
        """An element around what is written within."""
        self._line(f"<{name}{_attributes(attributes)}>")
        self._depth += 1
        yield
        self._depth -= 1
        self._line(f"</{name}>")

    def leaf(self, name: str, text: str | None = None, attributes: Attributes | None = None) -> None:
        """An element with text alone, or empty where ``text`` is None."""
        if text is None:
            self._line(f"<{name}{_attributes(attributes)}/>")
        else:
            self._line(f"<{name}{_attributes(attributes)}>{escape(written(text))}</{name}>")

    def _line(self, markup: str) -> None:
        self._file.write(f"{'  ' * self._depth}{markup}\n".encode())


def read(data: bytes) -> Element:
    """The root. Raises ``UnreadableXml`` for what is not XML in UTF-8, or declares types or entities.

    Without declarations there are neither external entities nor ones that grow; the encoding is fixed, so that they
    cannot hide in another.
    """
    if len(data) > MOST_OCTETS or not data.startswith(DECLARATION) or b"<!DOCTYPE" in data or b"<!ENTITY" in data:
        raise UnreadableXml
    try:
        return fromstring(data)  # noqa: S314 -- see above
    except ParseError as error:
        raise UnreadableXml from error


def _attributes(attributes: Attributes | None) -> str:
    pairs = (attributes or {}).items()
    return "".join(f" {name}={quoteattr(written(value), _KEPT)}" for name, value in pairs if value is not None)


_KEPT = {"\n": "&#10;", "\t": "&#9;"}
"""A parser would turn them into spaces in an attribute."""
