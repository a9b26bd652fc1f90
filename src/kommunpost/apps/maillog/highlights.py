"""The words of a search marked in a text, for the screen: escaped first, marked after, never the other way round."""

import re
from collections.abc import Sequence

from django.utils.html import conditional_escape, format_html
from django.utils.safestring import SafeString, mark_safe

from kommunpost.apps.maillog.rules.matching import parse_terms
from kommunpost.core.mail import upright
from kommunpost.core.mail.words import nfc

MOST_MARKS = 20


def pattern_of(text: str) -> re.Pattern[str] | None:
    """What to mark for a search as typed; None when it names nothing. Stems mark the beginning of their forms."""
    words = {word for term in parse_terms(text) for word in (term.text, term.stem) if word}
    if not words:
        return None
    return re.compile("|".join(re.escape(word) for word in sorted(words, key=len, reverse=True)), re.IGNORECASE)


def marked(text: str, pattern: re.Pattern[str] | None) -> SafeString:
    """``text`` as HTML with what ``pattern`` finds in ``<mark>``. Text that cannot be marked comes out escaped."""
    text = upright(text)
    if pattern is None:
        return conditional_escape(text)
    text = nfc(text)
    pieces: list[SafeString] = []
    position = 0
    for number, found in enumerate(pattern.finditer(text)):
        if number == MOST_MARKS:
            break
        pieces += [conditional_escape(text[position : found.start()]), format_html("<mark>{}</mark>", found[0])]
        position = found.end()
    pieces.append(conditional_escape(text[position:]))
    return mark_safe("".join(pieces))  # noqa: S308 - every piece is escaped above


def marked_address(address: str, pattern: re.Pattern[str] | None) -> SafeString:
    """The same for an address, which may break after its @."""
    local, at, domain = address.partition("@")
    if not at:
        return marked(address, pattern)
    whole = marked(address, pattern)
    if pattern is None or "<mark>" not in whole:
        return format_html("{}@<wbr>{}", upright(local), upright(domain))
    return whole


def all_marked(texts: Sequence[str], pattern: re.Pattern[str] | None) -> list[SafeString]:
    return [marked_address(text, pattern) for text in texts]
