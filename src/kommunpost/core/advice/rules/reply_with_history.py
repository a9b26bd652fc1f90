"""``reply-with-history``: a reply that quotes nothing of what it answers."""

from collections.abc import Iterator

from kommunpost.core.advice.anatomy import Anatomy
from kommunpost.core.advice.fixes import Fix, FixKind, Replace
from kommunpost.core.advice.model import Finding
from kommunpost.core.advice.rules.finding import finding, in_body

SAYS = "Du svarar utan att mejlet du svarar på följer med. Ta med det under din text."


def check(anatomy: Anatomy) -> Iterator[Finding]:
    if not anatomy.is_reply or anatomy.has_history:
        return
    body = anatomy.draft.body
    fix = None
    if anatomy.context.answered:
        quote = "\n".join(f"> {line}".rstrip() for line in anatomy.context.answered.splitlines())
        fix = Fix(FixKind.REWRITE, "Ta med mejlet du svarar på", (Replace("body", len(body), "", f"\n\n{quote}\n"),))
    yield finding("reply-with-history", SAYS, in_body(len(body), len(body)), fix=fix)
