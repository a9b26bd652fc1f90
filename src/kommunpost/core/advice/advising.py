"""Asks every rule, ranks what they find."""

from collections.abc import Sequence
from itertools import islice

from kommunpost.core.advice.anatomy import Anatomy
from kommunpost.core.advice.model import Context, Draft, DraftKind, Finding, Severity
from kommunpost.core.advice.table import RULES

MAX_FINDINGS_A_CLAUSE = 8
"""Beyond that the writer sees a wall of marks and changes nothing."""
SHOWN_FIRST = 3


def advise(draft: Draft, context: Context) -> tuple[Finding, ...]:
    """What to think of before sending, the weightiest first; empty for a good mail and for one that is not ours."""
    if context.kind(draft) == DraftKind.INCOMING:
        return ()
    anatomy = Anatomy(draft, context)
    found = [finding for rule in RULES for finding in islice(rule.check(anatomy), MAX_FINDINGS_A_CLAUSE)]
    return tuple(sorted(found, key=_weight))


def first_three(findings: Sequence[Finding]) -> tuple[Finding, ...]:
    """At most three, each of a clause of its own: what is shown before the writer asks for more."""
    firsts: dict[str, Finding] = {}
    for finding in findings:
        firsts.setdefault(finding.clause, finding)
    return tuple(firsts.values())[:SHOWN_FIRST]


_RANK = {rule.clause: rank for rank, rule in enumerate(RULES)}


def _weight(finding: Finding) -> tuple[bool, int]:
    """Stops first, then in the order of the table; sorting keeps the order within a clause."""
    return finding.severity != Severity.STOP, _RANK[finding.clause]
