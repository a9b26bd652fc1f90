"""Learning: mails with people's decisions in, a model out. Pure: the same examples give the same model.

A new model is used only when it is at least as right as the one before it on decisions that neither has learned from
(``compare``); the one before it is kept by whoever stores them.
"""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from kommunpost.core.judgement.brain import HEADS, Brain, heads_from
from kommunpost.core.judgement.evidence import NOTHING
from kommunpost.core.judgement.facts import MailFacts
from kommunpost.core.judgement.features import Features, features_of
from kommunpost.core.judgement.linear import Floats, LinearModel, fit_dual, kernel, primal, softmax
from kommunpost.core.judgement.signs import signs_in
from kommunpost.core.judgement.world import World

FOLDS = 5
FEWEST_EXAMPLES = 40
MOST_EXAMPLES = 8_000
"""Beyond this the oldest are left out: the matrix of all pairs must fit in memory (a quarter of a GB)."""
STRENGTH: Mapping[str, float] = {}
USUAL_STRENGTH = 0.01
_TEMPERATURES = (0.5, 0.6, 0.7, 0.8, 0.9, 1.0, 1.15, 1.3, 1.5)


class TooFewExamples(ValueError):  # noqa: N818 - a refusal, not a fault
    """There is too little to learn from. ``found``: how many there are."""

    code = "too_few_examples"

    def __init__(self, found: int) -> None:
        super().__init__(f"{found} decided mails are too few to learn from; at least {FEWEST_EXAMPLES} are needed")
        self.found = found


@dataclass(frozen=True, slots=True)
class Example:
    """A mail and what people decided: head -> answer. A head that nobody decided is left out. ``importance``: how much
    it counts beside others.
    """

    mail: MailFacts
    answers: Mapping[str, str]
    importance: float = 1.0


@dataclass(frozen=True, slots=True)
class Comparison:
    """Two models on decisions that neither learned from: head -> share right, and how many were asked."""

    before: Mapping[str, float]
    after: Mapping[str, float]
    counted: Mapping[str, int]
    use: bool
    says: str


@dataclass(slots=True)
class Prepared:
    """Examples as numbers, and the products of all pairs."""

    features: Sequence[Features]
    products: Floats
    targets: dict[str, Floats]
    classes: dict[str, tuple[str, ...]]
    importance: Floats = field(default_factory=lambda: np.ones(0, np.float32))


def answers_of_labels(labels: Mapping[str, Any], *, incoming: bool) -> dict[str, str]:
    """The labels of a corpus record -> answers. Outgoing and internal mail has only record status and registration."""
    ground = labels.get("record_ground")
    answers = {"record": ground or "public", "registration": labels["registration"]}
    if not incoming:
        return answers
    answers["secrecy"] = labels["secrecy"]
    answers["disclosure"] = _yes(labels["disclosure_request"])
    answers["log"] = _yes(labels["log_request"])
    answers["angry"] = _yes(labels["angry"])
    for head in ("unit", "authority", "question"):
        answers[head] = labels.get(head) or NOTHING
    if labels["disposal"] == "duplicate":
        # That a mail has come before stands in the stream, not in its words.
        del answers["registration"]
        answers["disposal"] = "keep"
    else:
        answers["disposal"] = labels["disposal"]
    return answers


def train(examples: Sequence[Example], world: World, *, about: Mapping[str, Any] | None = None) -> Brain:
    """The model of these examples. Raises ``TooFewExamples``."""
    examples = examples[-MOST_EXAMPLES:]
    if len(examples) < FEWEST_EXAMPLES:
        raise TooFewExamples(len(examples))
    prepared = prepare(examples, world)
    duals = {head: _dual(prepared, head, slice(None)) for head in prepared.classes}
    weights, bias = primal(prepared.features, np.concatenate([duals[head] for head in prepared.classes], axis=1))
    model = LinearModel(heads_from(prepared.classes), weights, bias, temperatures(prepared))
    return Brain(model, version_of(examples), {"examples": len(examples), **(about or {})})


def prepare(examples: Sequence[Example], world: World) -> Prepared:
    """Features, products and targets of the examples."""
    features = [features_of(one.mail, world, signs_in(one.mail)) for one in examples]
    classes = {head: _classes(examples, head) for head in HEADS}
    targets = {head: _targets(examples, head, classes[head]) for head in HEADS}
    importance = np.array([one.importance for one in examples], np.float32)
    return Prepared(features, kernel(features, features), targets, classes, importance)


def out_of_fold(prepared: Prepared, head: str, folds: Sequence[int]) -> Floats:
    """Scores of each example by a model that has not seen its fold."""
    scores = np.zeros_like(prepared.targets[head])
    numbers = np.asarray(folds)
    for fold in np.unique(numbers):
        here, others = np.flatnonzero(numbers == fold), np.flatnonzero(numbers != fold)
        dual = _dual(prepared, head, others)
        scores[here] = prepared.products[np.ix_(here, others)] @ dual
    return scores


def temperatures(prepared: Prepared) -> dict[str, float]:
    """For each head the temperature that makes its out-of-fold probabilities most honest (least log loss)."""
    folds = [number % FOLDS for number in range(len(prepared.features))]
    return {head: _temperature(prepared, head, folds) for head in prepared.classes}


def compare(before: Brain, after: Brain, held: Sequence[Example], world: World) -> Comparison:
    """Both models on held-back decisions. The new one is used when it is right at least as often, over all heads."""
    features = [features_of(one.mail, world, signs_in(one.mail)) for one in held]
    counted = {head: sum(head in one.answers for one in held) for head in HEADS}
    asked = [head for head in HEADS if counted[head]]
    old = {head: _share_right(before, held, features, head) for head in asked}
    new = {head: _share_right(after, held, features, head) for head in asked}
    total = sum(counted[head] for head in asked) or 1
    gain = sum((new[head] - old[head]) * counted[head] for head in asked)
    use = bool(asked) and gain >= 0
    verdict = "Den nya modellen används." if use else "Den gamla modellen behålls."
    says = f"{verdict} Rätt på {total} undanhållna svar: {gain:+.0f} jämfört med förut."
    return Comparison(old, new, {head: counted[head] for head in asked}, use, says)


def version_of(examples: Sequence[Example]) -> str:
    """A short name that changes with any example."""
    digest = hashlib.sha256()
    for one in examples:
        line = [one.mail.subject, one.mail.own_text, sorted(one.answers.items()), one.importance]
        digest.update(json.dumps(line, ensure_ascii=False).encode())
    return digest.hexdigest()[:12]


def _yes(value: object) -> str:
    return "yes" if value else "no"


def _classes(examples: Sequence[Example], head: str) -> tuple[str, ...]:
    always = {NOTHING} if head in {"unit", "authority", "question"} else set(_ALWAYS.get(head, ()))
    return tuple(sorted(always | {one.answers[head] for one in examples if head in one.answers}))


_ALWAYS: Mapping[str, tuple[str, ...]] = {
    "record": ("public", "private", "union_political", "working_material"),
    "registration": ("register", "exempt", "none"),
    "secrecy": ("none", "check", "strong"),
    "disclosure": ("yes", "no"),
    "log": ("yes", "no"),
    "angry": ("yes", "no"),
    "disposal": ("keep", "outside_scope", "no_action_needed", "other_channel_no_fact"),
}


def _targets(examples: Sequence[Example], head: str, classes: Sequence[str]) -> Floats:
    place = {name: number for number, name in enumerate(classes)}
    targets = np.zeros((len(examples), len(classes)), np.float32)
    for row, one in enumerate(examples):
        if head in one.answers:
            targets[row, place[one.answers[head]]] = 1.0
    return targets


def _dual(prepared: Prepared, head: str, rows: Any) -> Floats:
    products = prepared.products[rows] if isinstance(rows, slice) else prepared.products[np.ix_(rows, rows)]
    return fit_dual(
        products,
        prepared.targets[head][rows],
        strength=STRENGTH.get(head, USUAL_STRENGTH),
        importance=prepared.importance[rows],
    )


def _temperature(prepared: Prepared, head: str, folds: Sequence[int]) -> float:
    scores, targets = out_of_fold(prepared, head, folds), prepared.targets[head]

    def loss(temperature: float) -> float:
        return -float((targets * np.log(softmax(scores / np.float32(temperature)) + 1e-6)).sum())

    return min(_TEMPERATURES, key=loss)


def _share_right(brain: Brain, held: Sequence[Example], features: Sequence[Features], head: str) -> float:
    classes = brain.classes(head)
    asked = [(one.answers[head], seen) for one, seen in zip(held, features, strict=True) if head in one.answers]
    right = sum(classes[int(brain.model.probabilities(seen)[head].argmax())] == answer for answer, seen in asked)
    return right / len(asked)
