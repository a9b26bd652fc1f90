"""The rules, one a clause, the weightiest first: harm to a person, then what keeps the mail from working, then form."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from types import MappingProxyType

from kommunpost.core.advice.anatomy import Anatomy
from kommunpost.core.advice.model import Finding
from kommunpost.core.advice.rules import (
    cc_information_only,
    channel_fit,
    common_signature,
    no_confusing_jokes,
    no_internal_attachment,
    no_long_forward,
    no_mass_mail,
    no_read_receipt,
    no_secrecy_in_mail,
    no_sensitive_subject,
    only_concerned,
    plain_language,
    reply_by_date,
    reply_with_history,
    short_structured,
    subject_states_action,
    tone,
    urgent_call,
    wrong_recipient_suspected,
)
from kommunpost.core.advice.rules.finding import WRONG_RECIPIENT

Check = Callable[[Anatomy], Iterator[Finding]]


@dataclass(frozen=True, slots=True)
class Rule:
    """``clause`` is the slug. ``check`` yields what it finds, the worst first."""

    clause: str
    check: Check


RULES: tuple[Rule, ...] = (
    Rule("no-secrecy-in-mail", no_secrecy_in_mail.check),
    Rule("no-sensitive-subject", no_sensitive_subject.check),
    Rule(WRONG_RECIPIENT, wrong_recipient_suspected.check),
    Rule("tone", tone.check),
    Rule("no-mass-mail", no_mass_mail.check),
    Rule("urgent-call", urgent_call.check),
    Rule("channel-fit", channel_fit.check),
    Rule("cc-information-only", cc_information_only.check),
    Rule("only-concerned", only_concerned.check),
    Rule("no-internal-attachment", no_internal_attachment.check),
    Rule("no-long-forward", no_long_forward.check),
    Rule("no-confusing-jokes", no_confusing_jokes.check),
    Rule("reply-by-date", reply_by_date.check),
    Rule("subject-states-action", subject_states_action.check),
    Rule("reply-with-history", reply_with_history.check),
    Rule("no-read-receipt", no_read_receipt.check),
    Rule("short-structured", short_structured.check),
    Rule("plain-language", plain_language.check),
    Rule("common-signature", common_signature.check),
)

FOLLOWS_FROM: Mapping[str, str] = MappingProxyType({"sleep-on-it": "tone"})
"""Clauses without a finding of their own: the fix of the other clause's finding is what they ask for."""
