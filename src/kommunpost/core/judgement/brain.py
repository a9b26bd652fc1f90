"""The trained model and its file: small, versioned, quick to load. ``data/model.npz`` ships with the package.

In the file weights are whole numbers from -127 to 127 with one scale a column, which costs no measurable score and a
quarter of the space. Nothing in it can run: it is read with ``allow_pickle=False``.
"""

import io
import json
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from importlib.resources import files
from typing import Any

import numpy as np

from kommunpost.core.judgement.features import BUCKETS
from kommunpost.core.judgement.linear import Floats, Head, LinearModel

FORMAT = 1
TYPES = (
    *("case", "authority", "outside_scope", "no_action_needed", "other_channel_no_fact"),
    *("private", "union_political", "working_material"),
)
"""What a mail is on the whole: our own matter, another authority's, nobody's, or no public record at all."""
HEADS = ("type", "registration", "unit", "authority", "secrecy", "disclosure", "log", "angry", "asked", "question")
"""``registration`` and ``unit`` are asked of our own matters alone, ``authority`` of what another handles, ``question``
of mail that asks one: a rare answer then does not drown among all the mail that it could never fit."""


class ModelFileError(ValueError):
    """A model file is not one, or is of another format than this version reads."""

    code = "model_file_unreadable"


@dataclass(frozen=True, eq=False)
class Brain:
    """A trained model with what is known of its making. ``version`` is a short name made from the training data."""

    model: LinearModel
    version: str
    about: Mapping[str, Any] = field(default_factory=dict)

    def classes(self, head: str) -> tuple[str, ...]:
        return self.model.heads[head].classes


def to_bytes(brain: Brain) -> bytes:
    """The model file. The same model gives the same bytes."""
    model = brain.model
    scale = np.maximum(np.abs(model.weights).max(axis=0), 1e-9) / 127
    small = np.rint(model.weights / scale).astype(np.int8)
    used = np.flatnonzero(small.any(axis=1)).astype(np.int32)
    head = {
        "format": FORMAT,
        "version": brain.version,
        "buckets": BUCKETS,
        "heads": [[one.name, list(one.classes)] for one in model.heads.values()],
        "temperatures": dict(model.temperatures),
        "about": dict(brain.about),
    }
    stream = io.BytesIO()
    np.savez_compressed(
        stream,
        head=np.frombuffer(json.dumps(head, ensure_ascii=False, sort_keys=True).encode(), np.uint8),
        used=used,
        weights=small[used],
        scale=scale.astype(np.float32),
        bias=model.bias,
    )
    return stream.getvalue()


def from_bytes(content: bytes) -> Brain:
    """A model file -> the model. Raises ``ModelFileError``."""
    try:
        with np.load(io.BytesIO(content), allow_pickle=False) as file:
            head = json.loads(file["head"].tobytes())
            return _brain(head, file["used"], file["weights"] * file["scale"], file["bias"])
    except (OSError, ValueError, KeyError, IndexError, EOFError, zipfile.BadZipFile) as error:
        if isinstance(error, ModelFileError):
            raise
        raise ModelFileError(f"this is no model file of the judgement: {error}") from error


@cache
def default_brain() -> Brain:
    """The model that ships with the package."""
    return from_bytes((files("kommunpost.core.judgement") / "data" / "model.npz").read_bytes())


def heads_from(classes: Mapping[str, tuple[str, ...]]) -> dict[str, Head]:
    """Heads side by side in the columns of one matrix."""
    heads: dict[str, Head] = {}
    start = 0
    for name, answers in classes.items():
        heads[name] = Head(name, answers, start)
        start += len(answers)
    return heads


def _brain(head: Mapping[str, Any], used: Any, rows: Floats, bias: Floats) -> Brain:
    if head.get("format") != FORMAT or head.get("buckets") != BUCKETS:
        raise ModelFileError("the model file is of another format; train it anew with this version")
    weights = np.zeros((BUCKETS, rows.shape[1]), np.float32)
    weights[used] = rows
    heads = heads_from({name: tuple(classes) for name, classes in head["heads"]})
    model = LinearModel(heads, weights, bias, head["temperatures"])
    return Brain(model, head["version"], head["about"])
