"""Makes findings: every rule says only what is its own."""

from kommunpost.core.advice.fixes import Fix
from kommunpost.core.advice.model import Field, Finding, Place, Severity
from kommunpost.core.guidelines import CLAUSES

WRONG_RECIPIENT = "wrong-recipient-suspected"
"""Not a clause of the guidelines: an extra that saves people from the commonest slips."""
WHY_WRONG_RECIPIENT = "Ett skickat mejl går inte att ta tillbaka."


def finding(
    clause: str,
    says: str,
    place: Place,
    *,
    words: str = "",
    fix: Fix | None = None,
    severity: Severity = Severity.ADVICE,
) -> Finding:
    """A finding with the clause's own reason."""
    why = WHY_WRONG_RECIPIENT if clause == WRONG_RECIPIENT else CLAUSES[clause].why
    return Finding(clause=clause, severity=severity, says=says, why=why, place=place, words=words, fix=fix)


def in_body(start: int, end: int) -> Place:
    return Place(Field.BODY, start, end)


def in_subject(subject: str) -> Place:
    """The whole subject."""
    return Place(Field.SUBJECT, 0, len(subject))
