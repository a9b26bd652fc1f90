"""What the guidelines say of a mail on its way: refused, or let through with notes for its writer."""

from dataclasses import dataclass
from datetime import datetime

from kommunpost.apps.composing.knowing import context_of
from kommunpost.core.advice import Severity, advise
from kommunpost.core.advice.from_mail import draft_from_mail

ASCII = str.maketrans("åäöÅÄÖéÉ”–", 'aaoAAOeE"-')
MAX_SAYS = 5


@dataclass(frozen=True, slots=True)
class Verdict:
    """``refusal``: the Swedish reason, empty when the mail may go. ``says``: advice for the digest, the first first,
    of ``clauses``.
    """

    refusal: str
    subject: str
    sender: str
    says: tuple[str, ...]
    clauses: tuple[str, ...]


def judge(raw: bytes, *, recipients: tuple[str, ...], now: datetime) -> Verdict:
    """Never raises for what the mail holds. ``recipients`` are those of the envelope."""
    draft = draft_from_mail(raw, envelope=recipients)
    findings = advise(draft, context_of(draft, now=now))
    stop = next((one for one in findings if one.severity == Severity.STOP), None)
    firsts: dict[str, str] = {}
    for one in findings:
        firsts.setdefault(one.clause, one.says)
    return Verdict(
        refusal=_refusal() if stop else "",
        subject=draft.subject,
        sender=draft.sender.address,
        says=tuple(firsts.values())[:MAX_SAYS],
        clauses=tuple(firsts)[:MAX_SAYS],
    )


def _refusal() -> str:
    """Without the words of the mail: an SMTP answer ends up in logs and bounces."""
    return (
        "Mejlet skickades inte: det verkar innehålla sekretessbelagda uppgifter om en person. "
        "Ta bort uppgifterna eller använd en säker kanal"
    )


def smtp_words(text: str, *, wide: bool) -> str:
    """Swedish for an SMTP answer: as it is with SMTPUTF8 (RFC 6531), else in ASCII."""
    return text if wide else text.translate(ASCII).encode("ascii", "replace").decode("ascii")
