"""What our own border server found of a mail's origin: Authentication-Results (RFC 8601).

Anybody can write such a field. Only one that bears our own server's name counts, and of those the topmost: the border
server writes above all that came, and removes what bears its name already (RFC 8601 section 5).
"""

import re
from collections.abc import Iterable, Mapping
from types import MappingProxyType

from kommunpost.core.mail.headers import HEADER_BYTES, Notes, skip_envelope, split_block, unfolded_lines, with_newlines
from kommunpost.core.mail.words import guess

_NAME = b"authentication-results"
_LONGEST = 8_000
_TOKEN = re.compile(r'"(?:[^"\\]|\\.)*"|\\.|[();]|[^"\\();]+|.', re.DOTALL)
_RESULT = re.compile(r"\s*(spf|dkim|dmarc)(?:\s*/\s*\d{1,3})?\s*=\s*([a-z]{2,20})\b")
_WEIGHT = {"fail": 0, "softfail": 1, "permerror": 2, "temperror": 3, "neutral": 4, "none": 5, "pass": 6}
"""For several results of one method, as DKIM has of several signatures: the best one counts."""
NOTHING: Mapping[str, str] = MappingProxyType({})


def read_results(raw: bytes, *, ours: Iterable[str]) -> Mapping[str, str]:
    """Raw mail and the names of our border servers -> ``{"dmarc": "fail", …}`` as the topmost wrote; else empty.

    Never raises. Methods other than ``spf``, ``dkim`` and ``dmarc`` are left out.
    """
    names = {name.lower() for name in ours}
    if not names:
        return NOTHING
    for value in _values(raw):
        server, results = _read(value)
        if server in names:
            return results
    return NOTHING


def _values(raw: bytes) -> list[str]:
    notes = Notes()
    raw = with_newlines(raw[: 2 * HEADER_BYTES], notes)
    start = skip_envelope(raw, notes)
    end, _body = split_block(raw, start, len(raw))
    pairs = (line.partition(b":") for line in unfolded_lines(raw[start : min(end, start + HEADER_BYTES)], notes))
    return [guess(value[:_LONGEST]) for name, _colon, value in pairs if name.rstrip().lower() == _NAME]


def _read(value: str) -> tuple[str, dict[str, str]]:
    server, *found = _pieces(value.lower())
    results: dict[str, str] = {}
    for piece in found:
        match = _RESULT.match(piece)
        if match and _WEIGHT.get(match[2], -1) >= _WEIGHT.get(results.get(match[1], ""), -1):
            results[match[1]] = match[2]
    return (server.split() or [""])[0].strip('"'), results


def _pieces(value: str) -> list[str]:
    """The field cut at its semicolons, without comments; a semicolon in quotes or in a comment cuts nothing."""
    pieces, depth = [""], 0
    for mark in _TOKEN.findall(value):
        if mark == "(":
            depth += 1
        elif mark == ")":
            depth = max(0, depth - 1)
        elif mark == ";" and not depth:
            pieces.append("")
        elif not depth:
            pieces[-1] += mark
    return pieces
