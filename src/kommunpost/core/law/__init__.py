"""The law as data: secrecy provisions, rules with their deadlines, letters, and the bodies often mistaken for us.

Working material in our own words, not legal advice: ``docs/explanation/law.md`` says what it rests on and what a lawyer
must decide. Everything is read once and kept; nothing here decides anything.
"""

from kommunpost.core.law.letters import Letter, letter, letters
from kommunpost.core.law.loading import (
    NoSuchEntry,
    authorities,
    authority,
    provision,
    provisions,
    rule,
    rules,
)
from kommunpost.core.law.model import (
    Deadline,
    DeadlineKind,
    Evidence,
    HarmTest,
    LegalRule,
    MunicipalUse,
    OtherAuthority,
    Provision,
    RuleGroup,
)

__all__ = [
    "Deadline",
    "DeadlineKind",
    "Evidence",
    "HarmTest",
    "LegalRule",
    "Letter",
    "MunicipalUse",
    "NoSuchEntry",
    "OtherAuthority",
    "Provision",
    "RuleGroup",
    "authorities",
    "authority",
    "letter",
    "letters",
    "provision",
    "provisions",
    "rule",
    "rules",
]
