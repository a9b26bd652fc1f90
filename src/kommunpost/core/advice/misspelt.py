"""Misspelt words, for ``plain-language``: a calm hint with one-click mending, where the place of writing has a speller.

Names, addresses, links, quotes and the signature are left out: the own words have blanks there, and only words of small
letters are judged.
"""

import re
from collections.abc import Iterator

from kommunpost.core.advice.anatomy import WORD, Anatomy
from kommunpost.core.advice.fixes import Fix, FixKind, Replace
from kommunpost.core.advice.model import Finding
from kommunpost.core.advice.rules.finding import finding, in_body
from kommunpost.core.swedish.spelling import slips

MOST = 3
"""More slips than that in one mail are another language, or a writer whom marks do not help."""
NOT_PROSE = re.compile(r"https?://\S+|www\.\S+|\S+@\S+|\S*\d\S*", re.IGNORECASE)


def misspelt(anatomy: Anatomy) -> Iterator[Finding]:
    """One finding a slip, ``MOST`` at most and none when there are more; nothing without a speller."""
    speller = anatomy.context.speller
    if speller is None or not anatomy.is_swedish:
        return
    own = NOT_PROSE.sub(lambda found: " " * len(found[0]), anatomy.own)
    words = [
        (found.start(), found[0])
        for found in WORD.finditer(own, anatomy.after_greeting)
        # The last word of all may be half written yet.
        if found.end() < len(own) and found[0] not in anatomy.known_names
    ]
    found = slips(words, speller)
    if len(found) > MOST:
        return
    for place, word, meant in found:
        fix = Fix(FixKind.REWRITE, f"Byt till ”{meant}”", (Replace("body", place, word, meant),))
        says = f"”{word}” kan vara felstavat. Menar du ”{meant}”?"
        yield finding("plain-language", says, in_body(place, place + len(word)), words=word, fix=fix)
