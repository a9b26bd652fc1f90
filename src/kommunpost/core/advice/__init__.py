"""Advice while writing: a draft and its context in, findings out, one rule a clause. ADR 0024 says how it is built.

Pure and quick: no network, no database, no clock; the same rules serve every place where people write.
"""

from kommunpost.core.advice.advising import advise, first_three
from kommunpost.core.advice.applying import FixRefused, apply
from kommunpost.core.advice.fixes import Edit, Fix, FixKind, LinkFile, Move, RecipientList, RemoveHeader, Replace
from kommunpost.core.advice.model import (
    Context,
    Draft,
    DraftKind,
    Field,
    File,
    Finding,
    Person,
    Place,
    Severity,
)
from kommunpost.core.advice.table import RULES, Rule

__all__ = [
    "RULES",
    "Context",
    "Draft",
    "DraftKind",
    "Edit",
    "Field",
    "File",
    "Finding",
    "Fix",
    "FixKind",
    "FixRefused",
    "LinkFile",
    "Move",
    "Person",
    "Place",
    "RecipientList",
    "RemoveHeader",
    "Replace",
    "Rule",
    "Severity",
    "advise",
    "apply",
    "first_three",
]
