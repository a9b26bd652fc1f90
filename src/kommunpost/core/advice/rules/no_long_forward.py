"""``no-long-forward``: a conversation passed on whole."""

import re
from collections.abc import Iterator

from kommunpost.core.advice.anatomy import Anatomy
from kommunpost.core.advice.fixes import Fix, FixKind, Replace
from kommunpost.core.advice.history import HEAD, quoted_messages
from kommunpost.core.advice.model import Finding
from kommunpost.core.advice.rules.finding import finding, in_body

OWN_SUMMARY_WORDS = 60
"""Whoever has summed up in so many words has done what the clause asks; the history is then an appendix."""
NESTED = re.compile(r"^[ \t]*>[ \t]*>", re.MULTILINE)


def check(anatomy: Anatomy) -> Iterator[Finding]:
    if not anatomy.is_forward:
        return
    limit = anatomy.context.profile.advice.quoted_messages
    count = quoted_messages(anatomy.history or anatomy.text)
    if count < limit:
        return
    start = _history_start(anatomy)
    says = f"Du skickar vidare {count} mejl. Sammanfatta läget överst och ta bara med det sista."
    yield finding(
        "no-long-forward", says, in_body(start, len(anatomy.draft.body)), fix=_trimmed(anatomy.draft.body, start)
    )


def _history_start(anatomy: Anatomy) -> int:
    first = next((one.start for one in anatomy.blocks if one.kind in {"quote", "forward"}), 0)
    return min(first, len(anatomy.draft.body))


def _trimmed(body: str, start: int) -> Fix | None:
    """Only the first mail of the history is left; None when its end cannot be seen."""
    heads = [found.start() for found in HEAD.finditer(body, start)]
    nested = NESTED.search(body, start)
    ends = [one for one in (heads[1] if len(heads) > 1 else -1, nested.start() if nested else -1) if one > start]
    if not ends:
        return None
    end = body.rfind("\n", 0, min(ends)) + 1
    return Fix(FixKind.REWRITE, "Ta bara med det sista mejlet", (Replace("body", end, body[end:], ""),))
