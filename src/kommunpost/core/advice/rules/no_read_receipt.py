"""``no-read-receipt``: a request for a receipt, in a header (RFC 8098 and what older programs write) or in words."""

import re
from collections.abc import Iterator

from kommunpost.core.advice.anatomy import Anatomy
from kommunpost.core.advice.fixes import Fix, FixKind, RemoveHeader
from kommunpost.core.advice.model import Field, Finding, Place
from kommunpost.core.advice.rules.finding import finding, in_body

RECEIPT_HEADERS = frozenset(
    {
        "disposition-notification-to",
        "return-receipt-to",
        "x-confirm-reading-to",
        "read-receipt-to",
        "generate-delivery-report",
    }
)
ASKED_IN_WORDS = re.compile(
    r"\b(?:skicka|sänd|ge|godkänn|acceptera|bekräfta)\b[^.!?\n]{0,40}\bl[äå]s(?:kvitto|kvittens)\w*", re.IGNORECASE
)
TELLING = "skvitt"
"""Without it nobody asks in words; quicker to look for."""
SAYS = "Mejlet begär läskvitto. Ta bort det. Be om ett kort svar om du behöver veta att någon har förstått."


def check(anatomy: Anatomy) -> Iterator[Finding]:
    for name in anatomy.draft.headers:
        if name.lower() in RECEIPT_HEADERS:
            fix = Fix(FixKind.REWRITE, "Ta bort läskvittot", (RemoveHeader(name),))
            yield finding("no-read-receipt", SAYS, Place(Field.HEADERS), words=name, fix=fix)
            return
    asked = ASKED_IN_WORDS.search(anatomy.lower) if TELLING in anatomy.lower else None
    if asked:
        place = in_body(asked.start(), asked.end())
        yield finding("no-read-receipt", SAYS, place, words=asked[0])
