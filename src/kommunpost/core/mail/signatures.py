"""Where a signature stands in a run of somebody's own lines, for ``quotes``. In doubt it is no signature."""

import re
from collections.abc import Sequence

CLOSINGS = (
    "med vänliga hälsningar",
    "med vänlig hälsning",
    "vänliga hälsningar",
    "vänlig hälsning",
    "vänl hälsn",
    "bästa hälsningar",
    "bästa hälsning",
    "varma hälsningar",
    "många hälsningar",
    "hjärtliga hälsningar",
    "soliga hälsningar",
    "med hälsning",
    "hälsningar",
    "hälsning",
    "hälsn",
    "vänligen",
    "högaktningsfullt",
    "m.v.h",
    "mvh",
    "vh",
    "mvh.",
    "kind regards",
    "best regards",
    "warm regards",
    "with kind regards",
    "with best regards",
    "regards",
    "best wishes",
    "kind wishes",
    "yours sincerely",
    "yours faithfully",
    "sincerely",
)
BARE_ONLY = frozenset({"vänligen", "sincerely", "regards", "hälsning"})
"""Closings that also begin sentences ("Vänligen Kontakta …"): they count only when nothing follows on the line."""
LONGEST_CLOSING = 60
MOBILE = re.compile(
    r"(?:(?:skickat|skickad|sänt|skickades) från (?:min|mitt|outlook|e-post|mail|mejl|yahoo)\b"
    r"|(?:skickat|sänt) från (?:samsung|proton|gmail|en mobil|mobilen|iphone|ipad)\b"
    r"|sent from (?:my|outlook|mail|yahoo|samsung|proton|gmail|iphone|ipad)\b"
    r"|hämta outlook för \w+|get outlook for \w+)",
    re.IGNORECASE,
)
CONTACT = re.compile(
    r"(?:(?:telefon|tel|tfn|mobil|växel|direkt|direktnummer|fax|e-?post|e-?mail|epost|mejl"
    r"|postadress|besöksadress|besök|adress|webb|web|phone|mobile|address)\b\.? ?:"
    r"|www\.[\w.-]+$|https?://[\w./-]+$|[\w.+-]{1,64}@[\w.-]{1,190}$)",
    re.IGNORECASE,
)
LIST_ITEM = re.compile(r"(?:[-*•]|\d{1,3}[.)])\s")
SENTENCE_END = (".", "?", "!", ":", ";", "…")
MAX_LINES = 15
MAX_WIDTH = 90
MAX_WORDS = 10
MAX_BLANK = 2
LONGEST_NAME = 5
LONGEST_SLASH_NAME = 40
SHORT_LINE = 2
FEWEST_CONTACTS = 2
NAME_PARAGRAPH = range(2, 5)


def signature_lines(lines: Sequence[str]) -> range:
    """The lines of ``lines`` (stripped, one run of own words) that are a signature; an empty range when none is found.

    Blank lines after it belong to it. Words under it, such as a "PS.", stay own.
    """
    start = _start(lines)
    if start < 0:
        return range(0)
    end = _end(lines, start)
    while end < len(lines) and not lines[end]:
        end += 1
    return range(start, end)


def _start(lines: Sequence[str]) -> int:
    """The first line of the signature, -1 for none. A delimiter beats a closing; the last closing wins."""
    delimiter = next((i for i in range(len(lines) - 1, -1, -1) if lines[i] in {"--", "—"}), -1)
    if delimiter >= 0 and _reaches_end(lines, delimiter):
        return _closing_above(lines, delimiter)
    closing = next((i for i in range(len(lines) - 1, -1, -1) if is_closing(lines[i])), -1)
    if closing >= 0:
        return closing
    contact = _contact_start(lines)
    return contact if contact >= 0 else _last_line_start(lines)


def _closing_above(lines: Sequence[str], delimiter: int) -> int:
    """The first line of "Mvh Anna" right above the delimiter, which belongs to the signature; else the delimiter."""
    for index in range(delimiter - 1, max(delimiter - 5, -1), -1):
        if is_closing(lines[index]):
            return index
        if lines[index] and not _looks_like_signature(lines[index]):
            break
    return delimiter


def _reaches_end(lines: Sequence[str], start: int) -> bool:
    return _end(lines, start) > _last_filled(lines)


def _last_filled(lines: Sequence[str]) -> int:
    return next((i for i in range(len(lines) - 1, -1, -1) if lines[i]), -1)


def _end(lines: Sequence[str], start: int) -> int:
    """The line after the last one that still looks like a signature."""
    end, filled, blank = start + 1, 0, 0
    for index in range(start + 1, len(lines)):
        if not lines[index]:
            blank += 1
            continue
        if blank > MAX_BLANK or filled >= MAX_LINES or not _looks_like_signature(lines[index]):
            break
        end, filled, blank = index + 1, filled + 1, 0
    return end


def is_closing(line: str) -> bool:
    """``Med vänlig hälsning``, ``Mvh Anna``, ``Hälsningar, Anna Ek``; not ``Vänligen skicka in …``."""
    if len(line) > LONGEST_CLOSING:
        return False
    folded = line.casefold()
    if not folded.startswith(CLOSINGS):
        return False
    phrase = next(phrase for phrase in CLOSINGS if folded.startswith(phrase))
    rest = line[len(phrase) :]
    if rest and rest[0] not in " ,.!/:-":
        return False
    name = rest.strip(" ,.!/:-")
    return not name or (phrase not in BARE_ONLY and _is_name(name))


def _is_name(text: str) -> bool:
    words = [word for word in text.replace("/", " ").split() if word not in {"och", "o", "and", "&", "med", "familj"}]
    return 0 < len(words) <= LONGEST_NAME and all(
        word[0].isupper() and not any(c.isdigit() for c in word) for word in words
    )


def _looks_like_signature(line: str) -> bool:
    if MOBILE.match(line) or CONTACT.match(line):
        return len(line) <= MAX_WIDTH
    words = line.split()
    if len(line) > MAX_WIDTH or len(words) > MAX_WORDS or LIST_ITEM.match(line):
        return False
    if words[0].casefold().strip(".,:") in {"ps", "p.s", "obs", "nb"}:
        return False
    return not (line.endswith(SENTENCE_END) and len(words) > SHORT_LINE) and not line.endswith(("?", ":"))


def _contact_start(lines: Sequence[str]) -> int:
    """The common signature has no closing phrase: name, title, unit, then a paragraph of contact lines at the end."""
    last = _last_filled(lines)
    first = _paragraph_start(lines, last)
    paragraph = lines[first : last + 1] if last >= 0 else ()
    contacts = sum(1 for line in paragraph if CONTACT.match(line))
    if (
        contacts < FEWEST_CONTACTS
        or len(paragraph) > MAX_LINES
        or not all(_looks_like_signature(line) for line in paragraph)
    ):
        return -1
    above_end = first - 1
    while above_end >= 0 and not lines[above_end]:
        above_end -= 1
    above = _paragraph_start(lines, above_end)
    return above if _is_name_paragraph(lines[above : above_end + 1]) else first


def _paragraph_start(lines: Sequence[str], last: int) -> int:
    start = last
    while start > 0 and lines[start - 1]:
        start -= 1
    return max(start, 0)


def _is_name_paragraph(paragraph: Sequence[str]) -> bool:
    return (
        len(paragraph) in NAME_PARAGRAPH
        and _is_name(paragraph[0])
        and all(_looks_like_signature(line) and not line.endswith((*SENTENCE_END, ",")) for line in paragraph)
    )


def _last_line_start(lines: Sequence[str]) -> int:
    """``/Anna`` or ``Skickat från min iPhone`` as the last line."""
    last = _last_filled(lines)
    if last < 0:
        return -1
    line = lines[last]
    if len(line) <= MAX_WIDTH and MOBILE.match(line):
        above = last - 1
        while above >= 0 and not lines[above]:
            above -= 1
        return above if above > 0 and _is_slash_name(lines[above]) else last
    return last if last > 0 and _is_slash_name(line) else -1


def _is_slash_name(line: str) -> bool:
    return line.startswith("/") and len(line) <= LONGEST_SLASH_NAME and _is_name(line[1:].strip())
