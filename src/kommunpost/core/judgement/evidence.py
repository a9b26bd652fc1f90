"""Rules and learned model, added up: for each head, how much speaks for each answer, and the reasons behind it.

Rules come first where the law is a rule: their weights are large enough to decide. Elsewhere a sign leans, and the
model, which sees the same signs as features, weighs the whole.
"""

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from kommunpost.core.judgement.facts import Kind, MailFacts, is_ours
from kommunpost.core.judgement.model import Reason
from kommunpost.core.judgement.naming import matters_named, ours_named
from kommunpost.core.judgement.signs import Sign
from kommunpost.core.judgement.world import World
from kommunpost.core.mail import AutomaticKind

DECIDES = 8.0
"""Log-odds of a rule that settles the matter: the model would have to be 3000 to 1 against it."""
EVEN = 0.5
RECIPIENT = 0.3
INTERNAL = 2.5
COLLEAGUE = 1.5
MATTER = 1.6
MATTER_TYPE = 0.75
NAMED = 1.0
NAMED_FOR_LOG = 5.0
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
        return {head: _normalised(answers) if answers else {} for head, answers in self.scores.items()}


@dataclass(frozen=True, slots=True)
class Ruling:
    """What a rule says of a mail: ``weights`` are head, answer, log-odds; ``answers`` are what it is a reason for."""

    weights: tuple[tuple[str, str, float], ...]
    answers: tuple[tuple[str, str], ...]
    rule_id: str
    says: str


def weigh(evidence: Evidence, mail: MailFacts, world: World, signs: Sequence[Sign]) -> None:
    """Add what rules and signs say."""
    for ruling in rulings(mail, world):
        for head, value, by in ruling.weights:
            evidence.add(head, value, by)
        for answer in ruling.answers:
            evidence.reasons.setdefault(answer, []).append(Reason(ruling.rule_id, ruling.says))
    from_outside = mail.kind is Kind.INCOMING and not _is_colleague(mail, world)
    if from_outside:
        _weigh_names(evidence, mail, world, asks_log=any(sign.rule.id.startswith("log:") for sign in signs))
    for sign in signs:
        reason = Reason(sign.rule.id, sign.rule.says, sign.words)
        for weight in sign.rule.weights:
            evidence.add(weight.head, weight.value, weight.by, reason)
    if from_outside:
        _weigh_request(evidence)


def _weigh_names(evidence: Evidence, mail: MailFacts, world: World, *, asks_log: bool) -> None:
    """Matters, addresses and people that the mail names. Who asks for a log names the mailbox that it is of."""
    for named in matters_named(mail, world):
        reason = Reason(f"{named.kind}:matter", "Ordet står i beskrivningen av vad de sköter.", named.words)
        evidence.add(named.kind, named.id, MATTER, reason)
        evidence.add("type", "case" if named.kind == "unit" else "authority", MATTER * MATTER_TYPE)
    for named in ours_named(mail, world):
        reason = Reason("unit:named", "Mejlet nämner någon där, eller deras adress.", named.words)
        evidence.add("unit", named.id, NAMED_FOR_LOG if asks_log else NAMED, reason)


def _weigh_request(evidence: Evidence) -> None:
    """A request for records is business of the municipality's own and is registered (OSL 5:1), as far as it is one."""
    answers = _normalised(evidence.scores["disclosure"])
    sure = math.exp(answers["yes"])
    says = "En begäran om handlingar registreras (OSL 5:1) och är kommunens egen sak."
    evidence.add("registration", "register", DECIDES * sure, Reason("request:register", says) if sure > EVEN else None)
    evidence.add("type", "case", DECIDES * sure)


def rulings(mail: MailFacts, world: World) -> Iterator[Ruling]:
    """What is a rule of law, or plain from the head of the mail."""
    yield from _automatic(mail)
    yield from _capacity(mail, world)
    yield from _dispatch(mail, world)
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
        answers = (("disposal", "no_action_needed"), ("registration", "exempt"))
        yield Ruling((("type", "no_action_needed", DECIDES),), answers, *known)
    elif mail.automatic in {AutomaticKind.LIST, AutomaticKind.BULK}:
        weights = (("type", "no_action_needed", 1.5), ("type", "outside_scope", 1.5), ("registration", "exempt", 1.5))
        says = "Mejlets huvud säger att det är ett utskick till många."
        yield Ruling(weights, (("registration", "exempt"),), "head:list", says)
    if mail.earlier:
        says = "Samma mejl har kommit en gång förut."
        answers = (("registration", "exempt"), ("disposal", "duplicate"))
        yield Ruling((("registration", "exempt", 2 * DECIDES),), answers, "stream:duplicate", says)


_NO_RECORD = ("private", "union_political", "working_material")


def _capacity(mail: MailFacts, world: World) -> Iterator[Ruling]:
    """TF 2:8: only mail to a person can be addressed to that person in another capacity than the authority's."""
    recipients = mail.recipients
    if mail.kind is not Kind.INCOMING or is_ours(mail.sender.address, world.domains) or not recipients:
        return
    if any(one.address in world.unit_by_mailbox for one in recipients):
        says = "Mejlet kom utifrån till en funktionsbrevlåda och är därför inkommet till myndigheten (TF 2:8, 2:9)."
        weights = tuple(("type", ground, -DECIDES) for ground in _NO_RECORD)
        yield Ruling(weights, (("record", "public"),), "record:function_mailbox", says)
    else:
        # TF 2:12 is about notes and drafts of the authority's own; what comes from outside is received.
        yield Ruling((("type", "working_material", -DECIDES),), (), "record:from_outside", "")


def _dispatch(mail: MailFacts, world: World) -> Iterator[Ruling]:
    """TF 2:10: what is dispatched is drawn up. TF 2:12: what colleagues write to each other is mostly work in
    progress.
    """
    if mail.kind is Kind.INTERNAL or (mail.kind is Kind.INCOMING and _is_colleague(mail, world)):
        says = "Mejlet går mellan kollegor och tillför inget i ett ärende: det är arbetsmaterial (TF 2:12)."
        by = INTERNAL if mail.kind is Kind.INTERNAL else COLLEAGUE
        weights = (("type", "working_material", by),)
        yield Ruling(weights, (("record", "working_material"),), "record:internal", says)
    if mail.kind is Kind.OUTGOING:
        says = "Mejlet är skickat till någon utanför kommunen: det är expedierat och därmed upprättat (TF 2:10)."
        sent = (("type", "working_material", -DECIDES), ("type", "case", 1.0))
        yield Ruling(sent, (("record", "public"),), "record:dispatched", says)


def _is_colleague(mail: MailFacts, world: World) -> bool:
    return is_ours(mail.sender.address, world.domains) and mail.sender.address not in world.machines


def _recipient(mail: MailFacts, world: World) -> Iterator[Ruling]:
    """Whoever picked a unit's own address mostly knew why."""
    for one in mail.to:
        unit = world.unit_of(one.address)
        if unit is not None and not unit.first_contact:
            says = f"Mejlet är ställt till {unit.name}."
            yield Ruling((("unit", unit.id, RECIPIENT),), (("unit", unit.id),), "unit:recipient", says)


def _normalised(answers: Mapping[str, float]) -> dict[str, float]:
    top = max(answers.values())
    total = top + math.log(sum(math.exp(score - top) for score in answers.values()))
    return {value: score - total for value, score in answers.items()}
