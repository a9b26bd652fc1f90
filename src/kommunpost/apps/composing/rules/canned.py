"""Canned texts: words in braces are filled from the directory. Pure."""

import re
from collections.abc import Mapping

FIELDS = ("mottagare", "avsändare", "enhet", "telefon", "telefontid")
_FIELD = re.compile(r"\{\s*(" + "|".join(FIELDS) + r")\s*\}", re.IGNORECASE)


def fill(text: str, values: Mapping[str, str]) -> str:
    """``Hej {mottagare}`` -> ``Hej Berit Malmkvist``. A field without a value stays, so that the writer sees it."""
    return _FIELD.sub(lambda match: values.get(match[1].lower()) or match[0], text)


def unfilled(text: str) -> tuple[str, ...]:
    """The fields that still stand in a text, each once."""
    return tuple(dict.fromkeys(match[1].lower() for match in _FIELD.finditer(text)))
