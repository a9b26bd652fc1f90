"""Rules and learned model, added up: for each head, how much speaks for each answer, and the reasons behind it.

Rules come first where the law is a rule: their weights are large enough to decide. Elsewhere a sign leans, and the
model, which sees the same signs as features, weighs the whole.
"""

import math
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from kommunpost.core.judgement.facts import Kind, MailFacts, is_ours
from kommunpost.core.judgement.model import Reason
from kommunpost.core.judgement.signs import Sign
from kommunpost.core.judgement.world import World
from kommunpost.core.mail import AutomaticKind

DECIDES = 8.0
"""Log-odds of a rule that settles the matter: the model would have to be 3000 to 1 against it."""
EVEN = 0.5
NOTHING = "-"
"""The answer "none" of a head."""


@dataclass(slots=True)
class Evidence:
    """Log-probabilities by head and answer, and what has spoken for an answer."""

    scores: dict[str, dict[str, float]]
    reasons: dict[tuple[str, str], list[Reason]] = field(default_factory=dict)

    def add(self, head: str, value: str, by: float, reason: Reason | None = None) -> None:
        """Something speaks for (or, below zero, against) an answer. Answers that the head has not are passed over."""
        answers = self.scores.get(head)
        if answers is None or value not in answers:
            return
        answers[value] += by
        if reason is not None and by > 0:
            self.reasons.setdefault((head, value), []).append(reason)

    def settled(self) -> dict[str, dict[str, float]]:
        """Head -> log-probabilities that add up to one."""
        return {head: _normalised(answers) for head, answers in self.scores.items()}


@dataclass(frozen=True, slots=True)
class Ruling:
    """What a rule of this module says of a mail."""

    head: str
    value: str
    by: float
    rule_id: str
    says: str


def weigh(evidence: Evidence, mail: MailFacts, world: World, signs: Iterable[Sign]) -> None:
    """Add what rules and signs say."""
    for ruling in rulings(mail, world):
        evidence.add(ruling.head, ruling.value, ruling.by, Reason(ruling.rule_id, ruling.says))
    for sign in signs:
        reason = Reason(sign.rule.id, sign.rule.says, sign.words)
        for weight in sign.rule.weights:
            evidence.add(weight.head, weight.value, weight.by, reason)
    _weigh_request(evidence)


def _weigh_request(evidence: Evidence) -> None:
    """A request for records is business of the municipality's own and is registered (OSL 5:1), as far as it is one."""
    answers = _normalised(evidence.scores["disclosure"])
    sure = math.exp(answers["yes"])
    says = "En begäran om handlingar registreras (OSL 5:1) och är kommunens egen sak."
    reason = Reason("request:register", says) if sure > EVEN else None
    evidence.add("registration", "register", DECIDES * sure, reason)
    evidence.add("disposal", "keep", DECIDES * sure)


def rulings(mail: MailFacts, world: World) -> Iterator[Ruling]:
    """What is a rule of law, or plain from the head of the mail."""
    yield from _automatic(mail)
    yield from _capacity(mail, world)
    yield from _dispatch(mail)
    yield from _recipient(mail, world)


_MACHINES: Mapping[AutomaticKind, tuple[str, str]] = {
    AutomaticKind.AUTO_REPLY: ("head:auto_reply", "Mejlets huvud säger att det är ett automatiskt svar."),
    AutomaticKind.BOUNCE: ("head:bounce", "Mejlet är ett leveransbesked från en e-postserver."),
    AutomaticKind.RECEIPT: ("head:receipt", "Mejlet är ett läs- eller leveranskvitto."),
    AutomaticKind.CALENDAR_REPLY: ("head:calendar", "Mejlet är ett svar på en kallelse i kalendern."),
}


def _automatic(mail: MailFacts) -> Iterator[Ruling]:
    """RFC 3834, 3464, 8098: a machine's answer adds nothing to a case. A list's mail is seldom one's own business."""
    known = _MACHINES.get(mail.automatic) if mail.automatic is not None else None
    if known is not None:
        rule_id, says = known
        yield Ruling("disposal", "no_action_needed", DECIDES, rule_id, says)
        yield Ruling("registration", "exempt", DECIDES, rule_id, says)
    elif mail.automatic in {AutomaticKind.LIST, AutomaticKind.BULK}:
        yield Ruling(
            "registration", "exempt", 2.0, "head:list", "Mejlets huvud säger att det är ett utskick till många."
        )
    if mail.earlier:
        says = "Samma mejl har kommit en gång förut."
        yield Ruling("registration", "exempt", DECIDES, "stream:duplicate", says)


def _capacity(mail: MailFacts, world: World) -> Iterator[Ruling]:
    """TF 2:8: only mail to a person can be addressed to that person in another capacity than the authority's."""
    recipients = mail.recipients
    if mail.kind is not Kind.INCOMING or is_ours(mail.sender.address, world.domains) or not recipients:
        return
    if any(one.address in world.unit_by_mailbox for one in recipients):
        says = "Mejlet kom utifrån till en funktionsbrevlåda och är därför inkommet till myndigheten (TF 2:8, 2:9)."
        yield Ruling("record", "public", DECIDES, "record:function_mailbox", says)


def _dispatch(mail: MailFacts) -> Iterator[Ruling]:
    """TF 2:10: what is dispatched is drawn up."""
    if mail.kind is Kind.OUTGOING:
        says = "Mejlet är skickat till någon utanför kommunen: det är expedierat och därmed upprättat (TF 2:10)."
        yield Ruling("record", "public", 5.0, "record:dispatched", says)


def _recipient(mail: MailFacts, world: World) -> Iterator[Ruling]:
    """Whoever picked a unit's own address mostly knew why."""
    for one in mail.to:
        unit = world.unit_of(one.address)
        if unit is not None and not unit.first_contact:
            says = f"Mejlet är ställt till {unit.name}."
            yield Ruling("unit", unit.id, 0.3, "unit:recipient", says)


def _normalised(answers: Mapping[str, float]) -> dict[str, float]:
    top = max(answers.values())
    total = top + math.log(sum(math.exp(score - top) for score in answers.values()))
    return {value: score - total for value, score in answers.items()}
