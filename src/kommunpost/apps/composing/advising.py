"""Advice for a draft: what the rules may know of it, what they find, what a press of a button does."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256

from django.conf import settings

from kommunpost.apps.composing.knowing import context_of
from kommunpost.apps.composing.models import AdviceFate, Draft, DraftOrigin
from kommunpost.apps.composing.rules.forwarding import forwarded_text
from kommunpost.apps.composing.rules.recipients import read_typed
from kommunpost.apps.composing.writing import (
    ANSWERING,
    AnsweredMail,
    Words,
    mail_answered,
    quoted_of,
    sender_of,
    words_of,
)
from kommunpost.core import advice
from kommunpost.core.mail.reply import answered_id, quote_history
from kommunpost.core.swedish.spelling import swedish_speller

WEIGHTY = frozenset({"no-secrecy-in-mail", "no-sensitive-subject", "wrong-recipient-suspected"})
"""Asked about once more at sending, though the writer has seen them: what is sent cannot be taken back."""
LONGEST_LEAD = 60


@dataclass(frozen=True, slots=True)
class ShownAdvice:
    """A finding as the composer shows it. ``key`` names it while the words at its place stand."""

    key: str
    clause: str
    is_stop: bool
    is_weighty: bool
    lead: str
    rest: str
    words: str
    why: str
    fix: advice.Fix | None

    @property
    def has_page(self) -> bool:
        """Whether the Handbook has the clause."""
        return self.clause != "wrong-recipient-suspected"

    @property
    def fix_kind(self) -> str:
        return str(self.fix.kind) if self.fix else ""


@dataclass(frozen=True, slots=True)
class Advised:
    """``first``: at most three, stops first, what was put aside left out. ``more``: how many there are beyond them."""

    subject: advice.Draft
    first: tuple[ShownAdvice, ...]
    more: int

    def by_key(self, key: str) -> ShownAdvice | None:
        return next((one for one in self.first if one.key == key), None)

    @property
    def keys(self) -> str:
        return " ".join(one.key for one in self.first)

    @property
    def stops(self) -> tuple[ShownAdvice, ...]:
        return tuple(one for one in self.first if one.is_stop)

    @property
    def rests_until(self) -> str:
        """When a mail written in anger would go, if some finding offers to hold it; else empty."""
        held = (one.fix.value for one in self.first if one.fix and one.fix.kind is advice.FixKind.HOLD)
        return next(held, "")


def advise(draft: Draft, *, now: datetime) -> Advised:
    """What the rules say of the draft as it is saved. A constant number of queries."""
    answered = mail_answered(draft)
    words = words_of(draft, answered)
    subject = _as_core(draft, words, answered)
    text = answered.text if answered else ""
    speller = swedish_speller() if settings.SPELLING else None
    context = context_of(subject, now=now, signature=words.signature, answered=text, speller=speller)
    found = advice.advise(subject, context)
    aside = {key for kept in draft.advice.values() for key in kept.get("keys", ())}
    standing = [one for one in found if _key(one) not in aside]
    first = advice.first_three(standing)
    return Advised(subject, tuple(map(_shown, first)), len(standing) - len(first))


def _as_core(draft: Draft, words: Words, answered: AnsweredMail | None) -> advice.Draft:
    files = draft.attachments.filter(link="").order_by("pk")
    return advice.Draft(
        sender=sender_of(draft),
        to=read_typed(draft.to).addresses,
        cc=read_typed(draft.cc).addresses,
        bcc=read_typed(draft.bcc).addresses,
        subject=words.subject,
        body=words.body,
        appended=_appended(draft, words, answered),
        attachments=tuple(advice.File(one.name, one.media_type, one.size) for one in files),
        in_reply_to=answered_id(answered) if answered and draft.origin in ANSWERING else "",
    )


def _appended(draft: Draft, words: Words, answered: AnsweredMail | None) -> str:
    below = [f"\n\n{words.signature}"]
    if answered is not None and draft.origin == DraftOrigin.FORWARD:
        below.append(forwarded_text(answered.headers, quoted_of(draft, answered).text))
    elif answered is not None:
        below.append(quote_history(quoted_of(draft, answered), language="sv"))
    return "\n\n".join(below)


def _shown(finding: advice.Finding) -> ShownAdvice:
    lead, dot, rest = finding.says.partition(". ")
    if not dot or len(lead) > LONGEST_LEAD:
        lead, rest = "", finding.says
    return ShownAdvice(
        key=_key(finding),
        clause=finding.clause,
        is_stop=finding.severity is advice.Severity.STOP,
        is_weighty=finding.clause in WEIGHTY,
        lead=f"{lead}." if lead else "",
        rest=rest,
        words=finding.words,
        why=finding.why,
        fix=finding.fix,
    )


def _key(finding: advice.Finding) -> str:
    """Short enough for a form, and nothing of the text can be read out of it."""
    return sha256(f"{finding.clause}\x1f{finding.place.field}\x1f{finding.words}".encode()).hexdigest()[:12]


def remember(draft: Draft, shown: Sequence[ShownAdvice]) -> bool:
    """Note in ``draft.advice`` which clauses have been shown, for the counts at sending; whether anything was new."""
    new = [one.clause for one in shown if one.clause not in draft.advice]
    for clause in new:
        draft.advice[clause] = {"fate": str(AdviceFate.SHOWN)}
    return bool(new)
