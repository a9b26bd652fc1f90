"""From the answers that the model has learned to the units, authorities and questions that this municipality has.

An answer with the same id is the same. A unit that the model has never met is found through its own description: what
the model makes of the words in ``handles`` says which learned units it is like. A question is also found through its
article. ADR 0022.
"""

from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache

import numpy as np

from kommunpost.core.judgement.brain import Brain
from kommunpost.core.judgement.evidence import NOTHING
from kommunpost.core.judgement.features import BUCKETS, Features, text_features
from kommunpost.core.judgement.linear import Floats
from kommunpost.core.judgement.world import Question, World

ALIKE = 14.0
"""How much likeness (0 to 1) to an article counts, in log-odds."""
STRANGER = 0.002
"""What an article that the model has never met is worth before its words are seen."""
FAMILIAR = 0.18
"""Likeness that says nothing: any Swedish mail has it with any article."""


class Router:
    """The learned answers in the words of one world. Build with ``router_for``."""

    def __init__(self, world: World, brain: Brain) -> None:
        self.world, self.brain = world, brain
        self._units = tuple(unit.id for unit in world.units)
        self._to_units = _spread(brain, world)
        # One row a feature: a mail's features then lie side by side in memory, which is several times as fast.
        self._articles = np.ascontiguousarray(_article_matrix(world.questions).T)
        self._slugs = brain.classes("question")

    def units(self, learned: Floats) -> dict[str, float]:
        """Unit ids with their probabilities, given that the mail is for one."""
        return dict(zip(self._units, (learned @ self._to_units).tolist(), strict=True))

    def authorities(self, learned: Floats) -> dict[str, float]:
        """Authority ids of the world with their probabilities, given that the mail is for one."""
        known = dict(zip(self.brain.classes("authority"), learned.tolist(), strict=True))
        answers = {one.id: known.get(one.id, 0.0) for one in self.world.authorities}
        total = sum(answers.values()) or 1.0
        return {name: value / total for name, value in answers.items()}

    def questions(self, learned: Floats, asked: float, features: Features) -> dict[str, float]:
        """Slugs and ``-`` with their probabilities. ``asked``: how probable it is that the mail asks one at all."""
        odds = {slug: asked * value for slug, value in zip(self._slugs, learned.tolist(), strict=True)}
        likeness = features.values @ self._articles[features.buckets]
        for question, alike in zip(self.world.questions, likeness.tolist(), strict=True):
            before = max(odds.get(question.slug, 0.0), STRANGER)
            odds[question.slug] = before * float(np.exp(ALIKE * min(max(alike - FAMILIAR, -FAMILIAR), 0.5)))
        odds[NOTHING] = 1.0 - asked
        total = sum(odds.values())
        return {slug: value / total for slug, value in odds.items()}


@lru_cache(maxsize=8)
def router_for(world: World, brain: Brain) -> Router:
    """The router of that world and model, made once."""
    return Router(world, brain)


def _spread(brain: Brain, world: World) -> Floats:
    """Learned classes x units of the world: how a learned unit's probability is handed out."""
    classes = brain.classes("unit")
    columns = {unit.id: number for number, unit in enumerate(world.units)}
    strangers = [unit for unit in world.units if unit.id not in classes]
    spread = np.zeros((len(classes), len(columns)), np.float32)
    like = _likeness_of_units(brain, [f"{unit.name}. {unit.handles}" for unit in strangers])
    for row, name in enumerate(classes):
        if name in columns:
            spread[row, columns[name]] = 1.0
        elif strangers:
            shares = like[:, row] ** 2
            for unit, share in zip(strangers, shares / max(float(shares.sum()), 1e-9), strict=True):
                spread[row, columns[unit.id]] = share
        elif world.units:
            spread[row, _first_contact(world)] = 1.0
    return spread


def _likeness_of_units(brain: Brain, texts: Sequence[str]) -> Floats:
    rows = [brain.model.probabilities(text_features(text))["unit"] for text in texts]
    return np.array(rows, np.float32).reshape(len(texts), len(brain.classes("unit")))


def _first_contact(world: World) -> int:
    return next((number for number, unit in enumerate(world.units) if unit.first_contact), 0)


def _article_matrix(questions: Iterable[Question]) -> Floats:
    """One row an article, weighed by how rare each feature is among the articles; rows of length one."""
    texts = [f"{one.question} {' '.join(one.keywords)} {one.question}" for one in questions]
    # Without topics: an article about the same unit is not therefore the same question.
    asked = [text_features(text, topics=False) for text in texts]
    matrix = np.zeros((len(asked), BUCKETS), np.float32)
    for row, features in enumerate(asked):
        matrix[row, features.buckets] = features.values
    held = (matrix > 0).sum(axis=0)
    matrix *= np.log((1 + len(asked)) / np.maximum(held, 1)).astype(np.float32)
    matrix /= np.maximum(np.linalg.norm(matrix, axis=1, keepdims=True), 1e-9).astype(np.float32)
    return matrix


def best(answers: Mapping[str, float]) -> str:
    """The likeliest answer."""
    return max(answers, key=answers.__getitem__)
