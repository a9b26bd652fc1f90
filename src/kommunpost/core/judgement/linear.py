"""Softmax regression with L2, several questions ("heads") over the same features. Only numpy. ADR 0021.

Trained in the dual: with n mails the weights are sums over mails, so the work is in an n x n matrix that serves all
heads. That is exact, has no learning rate to guess, and takes seconds for a few thousand mails.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from kommunpost.core.judgement.features import BUCKETS, Features

Floats = NDArray[np.float32]
STEPS = 300
COLUMNS_AT_ONCE = 4096


@dataclass(frozen=True)
class Head:
    """One question: its possible answers and, for each, a column of ``weights``."""

    name: str
    classes: tuple[str, ...]
    start: int

    @property
    def columns(self) -> slice:
        return slice(self.start, self.start + len(self.classes))


@dataclass(frozen=True)
class LinearModel:
    """``weights[bucket, column]`` and one bias a column. ``temperatures`` make each head's probabilities honest."""

    heads: Mapping[str, Head]
    weights: Floats
    bias: Floats
    temperatures: Mapping[str, float]

    def probabilities(self, features: Features) -> dict[str, Floats]:
        """Head -> probabilities of its classes, in their order."""
        scores = features.values @ self.weights[features.buckets] + self.bias
        return {
            name: softmax(scores[head.columns] / self.temperatures.get(name, 1.0)) for name, head in self.heads.items()
        }


def softmax(scores: Floats) -> Floats:
    """Along the last axis."""
    raised = np.exp(scores - scores.max(axis=-1, keepdims=True))
    shares: Floats = (raised / raised.sum(axis=-1, keepdims=True)).astype(np.float32)
    return shares


def kernel(left: Sequence[Features], right: Sequence[Features]) -> Floats:
    """Dot products of all pairs, plus one for the bias."""
    total = np.ones((len(left), len(right)), np.float32)
    for begin in range(0, BUCKETS, COLUMNS_AT_ONCE):
        one = _dense(left, begin)
        total += one @ (one if right is left else _dense(right, begin)).T
    return total


def fit_dual(
    products: Floats, targets: Floats, heads: Sequence[slice], *, strength: float, importance: Floats
) -> Floats:
    """The dual weights (mails x answers of all heads side by side), by accelerated gradient steps.

    ``targets``: one row a mail, ones at the answers; a head of zeros in a row is not counted. ``strength``: of the L2
    term. ``importance``: of each mail.
    """
    counted = _counted(targets, heads) * importance[:, None]
    rate = np.float32(1.0 / (0.5 * _largest(products) * float(importance.max()) + strength))
    dual = np.zeros_like(targets)
    ahead, momentum = dual, 1.0
    for _ in range(STEPS):
        wrong = (by_head(products @ ahead, heads) - targets) * counted
        following = ahead - rate * (wrong + np.float32(strength) * ahead)
        grown = (1 + np.sqrt(1 + 4 * momentum * momentum)) / 2
        ahead = following + np.float32((momentum - 1) / grown) * (following - dual)
        dual, momentum = following, grown
    return dual


def by_head(scores: Floats, heads: Sequence[slice]) -> Floats:
    """Softmax of each head's columns."""
    shares = np.empty_like(scores)
    for columns in heads:
        shares[:, columns] = softmax(scores[:, columns])
    return shares


def _counted(targets: Floats, heads: Sequence[slice]) -> Floats:
    """One where a mail's head has an answer, else zero."""
    counted = np.zeros_like(targets)
    for columns in heads:
        counted[:, columns] = targets[:, columns].sum(axis=1, keepdims=True) > 0
    return counted


def primal(mails: Sequence[Features], dual: Floats) -> tuple[Floats, Floats]:
    """Dual weights -> weights by bucket, and bias."""
    weights = np.zeros((BUCKETS, dual.shape[1]), np.float32)
    for mail, row in zip(mails, dual, strict=True):
        weights[mail.buckets] += mail.values[:, None] * row[None, :]
    return weights, dual.sum(axis=0)


def _dense(mails: Sequence[Features], begin: int) -> Floats:
    dense = np.zeros((len(mails), COLUMNS_AT_ONCE), np.float32)
    for row, mail in enumerate(mails):
        first, last = np.searchsorted(mail.buckets, (begin, begin + COLUMNS_AT_ONCE))
        dense[row, mail.buckets[first:last] - begin] = mail.values[first:last]
    return dense


def _largest(products: Floats) -> float:
    """The largest eigenvalue, a little above, by power iteration."""
    vector = np.ones(len(products), np.float32)
    for _ in range(20):
        vector = products @ vector
        vector /= np.linalg.norm(vector)
    return float(1.05 * vector @ (products @ vector))
