"""Learning: mails with people's decisions in, a model out. Pure: the same examples give the same model.

A new model is used only when it is at least as right as the one before it on decisions that neither has learned from
(``compare``); the one before it is kept by whoever stores them.
"""

import hashlib
import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from kommunpost.core import law
from kommunpost.core.judgement.brain import HEADS, TYPES, Brain, heads_from
from kommunpost.core.judgement.facts import Kind, MailFacts
from kommunpost.core.judgement.features import Features, features_of
from kommunpost.core.judgement.linear import Floats, Head, LinearModel, fit_dual, kernel, primal, softmax
from kommunpost.core.judgement.signs import signs_in
from kommunpost.core.judgement.world import Question, World
from kommunpost.core.mail import Address

FOLDS = 5
FEWEST_EXAMPLES = 40
MOST_EXAMPLES = 8_000
"""Beyond this the oldest are left out: the matrix of all pairs must fit in memory (a quarter of a GB)."""
STRENGTH = 0.03
"""Of the L2 term; chosen by cross-validation."""
LESSON = 0.5
"""How much what a directory says of itself counts beside a decided mail."""
_TEMPERATURES = (0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1.0, 1.15, 1.3, 1.5, 1.75, 2.0)


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


@dataclass(frozen=True, slots=True)
class Prepared:
    """Examples as numbers: products of all pairs, and one row of targets each, all heads side by side."""

    features: Sequence[Features]
    products: Floats
    targets: Floats
    heads: Mapping[str, Head]
    importance: Floats

    def dual(self, rows: NDArray[np.intp]) -> Floats:
        """The dual weights when only those rows are learned from."""
        return fit_dual(
            self.products[np.ix_(rows, rows)],
            self.targets[rows],
            [head.columns for head in self.heads.values()],
            strength=STRENGTH,
            importance=self.importance[rows],
        )


def answers_of_labels(labels: Mapping[str, Any], *, incoming: bool) -> dict[str, str]:
    """The labels of a corpus record -> answers. Outgoing and internal mail has only record status and registration."""
    type_ = labels.get("record_ground") or (_type(labels) if incoming else "case")
    answers = {"type": type_}
    # That a mail has come before stands in the stream, not in its words.
    if type_ == "case" and labels.get("disposal") != "duplicate":
        answers["registration"] = labels["registration"]
    if incoming:
        answers |= _answers_of_incoming(labels)
    return answers


def _type(labels: Mapping[str, Any]) -> str:
    if labels.get("unit"):
        return "case"
    return "authority" if labels.get("authority") else str(labels["disposal"])


def _answers_of_incoming(labels: Mapping[str, Any]) -> dict[str, str]:
    answers = {
        "secrecy": labels["secrecy"],
        "disclosure": _yes(labels["disclosure_request"]),
        "log": _yes(labels["log_request"]),
        "angry": _yes(labels["angry"]),
    }
    # A writer may leave recurring questions unmarked; nothing said is then nothing learned.
    if labels.get("question") or labels.get("questions_marked", True):
        answers["asked"] = _yes(labels.get("question"))
    answers |= {head: labels[head] for head in ("unit", "authority", "question") if labels.get(head)}
    return answers


def lessons(world: World) -> list[Example]:
    """What the world itself teaches: what units and authorities say that they handle, and the articles' questions. Not
    what kind of mail it is: how often mail is for somebody else is learned from mail alone.
    """
    units = [_lesson(text, {"unit": one.id}) for one in world.units for text in _phrases(one.handles)]
    others = [
        _lesson(text, {"authority": one.id})
        for one in world.authorities
        for text in dict.fromkeys((one.name, *_phrases(one.handles), *_by_law(one.id)))
    ]
    return units + others + [_lesson_of(question, world) for question in world.questions]


def _phrases(handles: str) -> list[str]:
    return [phrase.strip() for phrase in re.split(r"[,.;]| och ", handles) if phrase.strip()]


def _by_law(authority_id: str) -> list[str]:
    """What our own list of other authorities says that it handles."""
    return [text for one in law.authorities() if authority_id in {one.id, one.part_of} for text in one.handles]


def _lesson_of(question: Question, world: World) -> Example:
    answers = {"asked": "yes", "question": question.slug}
    if question.unit in world.unit_by_id:
        answers["unit"] = str(question.unit)
    return _lesson(f"{question.question} {' '.join(question.keywords)}", answers)


def _lesson(text: str, answers: Mapping[str, str]) -> Example:
    nobody = Address("", "")
    return Example(MailFacts(Kind.INCOMING, nobody, (), (), "", text), answers, LESSON)


def train(examples: Sequence[Example], world: World, *, about: Mapping[str, Any] | None = None) -> Brain:
    """The model of these examples. Raises ``TooFewExamples``."""
    if len(examples) < FEWEST_EXAMPLES:
        raise TooFewExamples(len(examples))
    examples = [*lessons(world), *examples[-MOST_EXAMPLES:]]
    prepared = prepare(examples, world)
    weights, bias = primal(prepared.features, prepared.dual(np.arange(len(examples))))
    model = LinearModel(prepared.heads, weights, bias, temperatures(prepared))
    return Brain(model, version_of(examples), {"examples": len(examples), **(about or {})})


def prepare(examples: Sequence[Example], world: World) -> Prepared:
    """Features, products and targets of the examples."""
    features = [features_of(one.mail, world, signs_in(one.mail)) for one in examples]
    heads = heads_from({head: _classes(examples, head) for head in HEADS})
    targets = np.concatenate([_targets(examples, head) for head in heads.values()], axis=1)
    importance = np.array([one.importance for one in examples], np.float32)
    return Prepared(features, kernel(features, features), targets, heads, importance)


def out_of_fold(prepared: Prepared, folds: Sequence[int]) -> Floats:
    """Scores of each example by a model that has not seen its fold; all heads side by side."""
    scores = np.zeros_like(prepared.targets)
    numbers = np.asarray(folds)
    for fold in np.unique(numbers):
        here, others = np.flatnonzero(numbers == fold), np.flatnonzero(numbers != fold)
        scores[here] = prepared.products[np.ix_(here, others)] @ prepared.dual(others)
    return scores


def temperatures(prepared: Prepared) -> dict[str, float]:
    """For each head the temperature that makes its out-of-fold probabilities most honest (least log loss)."""
    scores = out_of_fold(prepared, [number % FOLDS for number in range(len(prepared.features))])
    return {
        name: _temperature(scores[:, head.columns], prepared.targets[:, head.columns])
        for name, head in prepared.heads.items()
    }


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
    return tuple(sorted({*_ALWAYS.get(head, ()), *(one.answers[head] for one in examples if head in one.answers)}))


_ALWAYS: Mapping[str, tuple[str, ...]] = {
    "type": TYPES,
    "registration": ("register", "exempt"),
    "secrecy": ("none", "check", "strong"),
    **dict.fromkeys(("disclosure", "log", "angry", "asked"), ("yes", "no")),
}


def _targets(examples: Sequence[Example], head: Head) -> Floats:
    place = {name: number for number, name in enumerate(head.classes)}
    targets = np.zeros((len(examples), len(head.classes)), np.float32)
    for row, one in enumerate(examples):
        if head.name in one.answers:
            targets[row, place[one.answers[head.name]]] = 1.0
    return targets


def _temperature(scores: Floats, targets: Floats) -> float:
    def loss(temperature: float) -> float:
        return -float((targets * np.log(softmax(scores / np.float32(temperature)) + 1e-6)).sum())

    return min(_TEMPERATURES, key=loss)


def _share_right(brain: Brain, held: Sequence[Example], features: Sequence[Features], head: str) -> float:
    classes = brain.classes(head)
    asked = [(one.answers[head], seen) for one, seen in zip(held, features, strict=True) if head in one.answers]
    right = sum(classes[int(brain.model.probabilities(seen)[head].argmax())] == answer for answer, seen in asked)
    return right / len(asked)
