"""Fits the two linear looks by AdaGrad on the logistic loss, packs them as signed bytes."""

import random
import struct
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from evals.names.material import Document
from kommunpost.core.sensitivity.names.classifier import candidates
from kommunpost.core.sensitivity.names.features import SIZE, beside, facts, lines
from kommunpost.core.sensitivity.names.tokens import Tokens

Floats = NDArray[np.float32]
Integers = NDArray[np.int32]
EPOCHS = 8
RATE = 0.12
BATCH = 128
SHRINK = 3e-6
SPAN = 127
"""The largest weight as a signed byte."""


@dataclass(frozen=True, slots=True)
class Samples:
    """Every candidate of every document, in order. ``before`` and ``after``: its neighbour that is one too, or -1."""

    facts: Integers
    is_name: Floats
    kinds: list[str]
    before: Integers
    after: Integers
    document: Integers


def collect(documents: Sequence[Document]) -> Samples:
    """Look at the documents as the classifier does."""
    rows: list[list[int]] = []
    truth: list[float] = []
    kinds: list[str] = []
    before: list[int] = []
    after: list[int] = []
    owner: list[int] = []
    for number, (text, spans) in enumerate(documents):
        tokens = Tokens(text)
        in_line = lines(tokens.words)
        found = candidates(tokens)
        place = {index: len(rows) + position for position, index in enumerate(found)}
        for index in found:
            rows.append(facts(tokens, index, in_line[index]))
            truth.append(float(any(start <= tokens.starts[index] < end for start, end in spans)))
            kinds.append(tokens.words[index].kind)
            before.append(place.get(index - 1, -1))
            after.append(place.get(index + 1, -1))
            owner.append(number)
    return Samples(
        np.array(rows, np.int32),
        np.array(truth, np.float32),
        kinds,
        np.array(before, np.int32),
        np.array(after, np.int32),
        np.array(owner, np.int32),
    )


def fit(rows: Integers, truth: Floats, *, seed: int, epochs: int = EPOCHS) -> Floats:
    """Weights of the facts."""
    rng = np.random.default_rng(seed)
    weights = np.zeros(SIZE, np.float32)
    squares = np.full(SIZE, 1e-4, np.float32)
    for epoch in range(epochs):
        order = rng.permutation(len(rows))
        rate = RATE * (1 - epoch / (epochs + 1))
        for begin in range(0, len(order), BATCH):
            chosen = order[begin : begin + BATCH]
            seen = rows[chosen]
            score = weights[seen].sum(axis=1)
            error = 1 / (1 + np.exp(-score)) - truth[chosen]
            gradient = np.bincount(seen.ravel(), np.repeat(error, seen.shape[1]), minlength=0).astype(np.float32)
            touched = np.unique(seen)
            slope = gradient[touched] / len(chosen) + SHRINK * weights[touched]
            squares[touched] += slope * slope
            weights[touched] -= rate * slope / np.sqrt(squares[touched])
    return weights


def chance(rows: Integers, weights: Floats) -> Floats:
    """The chance for each row."""
    return np.asarray(1 / (1 + np.exp(-weights[rows].sum(axis=1))), np.float32)


def train(documents: list[Document], *, seed: int = 7) -> bytes:
    """The packed model. The second look learns from first looks by weights that had not seen the document."""
    random.Random(seed).shuffle(documents)
    samples = collect(documents)
    unseen = np.zeros(len(samples.is_name), np.float32)
    for half in (0, 1):
        mine = samples.document % 2 == half
        weights = fit(samples.facts[~mine], samples.is_name[~mine], seed=seed, epochs=EPOCHS // 2)
        unseen[mine] = chance(samples.facts[mine], weights)
    first = fit(samples.facts, samples.is_name, seed=seed)
    padded = np.append(unseen, np.float32(0))
    more = np.array(
        [
            beside(float(padded[b]), float(padded[a]), kind)
            for b, a, kind in zip(samples.before, samples.after, samples.kinds, strict=True)
        ],
        np.int32,
    )
    second = fit(np.hstack([samples.facts, more]), samples.is_name, seed=seed + 1)
    return pack(first, second)


def pack(first: Floats, second: Floats) -> bytes:
    """Scales and both tables of signed bytes."""
    scales, tables = [], []
    for weights in (first, second):
        scale = float(np.quantile(np.abs(weights[weights != 0]), 0.9995)) / SPAN
        scales.append(scale)
        tables.append(np.clip(np.round(weights / scale), -SPAN, SPAN).astype(np.int8).tobytes())
    return struct.pack("<ff", *scales) + b"".join(tables)


def write(path: Path, packed: bytes) -> None:
    """Replace the shipped model."""
    path.write_bytes(packed)
