"""The rules, one a clause, the weightiest first: harm to a person, then what keeps the mail from working, then form."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from kommunpost.core.advice.anatomy import Anatomy
from kommunpost.core.advice.model import Finding
from kommunpost.core.advice.rules import (
    no_internal_attachment,
    no_mass_mail,
    no_read_receipt,
)

Check = Callable[[Anatomy], Iterator[Finding]]


@dataclass(frozen=True, slots=True)
class Rule:
    """``clause`` is the slug. ``check`` yields what it finds, the worst first."""

    clause: str
    check: Check


RULES: tuple[Rule, ...] = (
    Rule("no-mass-mail", no_mass_mail.check),
    Rule("no-internal-attachment", no_internal_attachment.check),
    Rule("no-read-receipt", no_read_receipt.check),
)
