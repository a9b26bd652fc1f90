"""The decided mails that ship with the package: the base on which a municipality's own decisions are laid.

Invented, our own: written for this, and the development part of the demo's mails. ``python -m evals.judgement`` makes
them.
"""

import gzip
import json
from collections.abc import Iterable, Mapping
from functools import cache
from importlib.resources import files
from typing import Any

from kommunpost.core.judgement.facts import Kind, MailRecordError, from_record
from kommunpost.core.judgement.training import Example, answers_of_labels
from kommunpost.core.judgement.world import World, example_world


@cache
def shipped_examples() -> tuple[Example, ...]:
    """All of them, in their order, in the example municipality."""
    packed = (files("kommunpost.core.judgement") / "data" / "examples.jsonl.gz").read_bytes()
    lines = gzip.decompress(packed).decode("utf-8").splitlines()
    return tuple(examples_from(map(json.loads, lines), example_world()))


def examples_from(records: Iterable[Mapping[str, Any]], world: World, *, importance: float = 1.0) -> list[Example]:
    """Records with ``labels`` -> examples. Raises ``MailRecordError`` for one that cannot be read."""
    return [_example(record, world, importance) for record in records]


def _example(record: Mapping[str, Any], world: World, importance: float) -> Example:
    mail = from_record(record, domains=world.domains)
    labels = record.get("labels")
    if not isinstance(labels, Mapping):
        raise MailRecordError("labels: write what people decided")
    try:
        answers = answers_of_labels(labels, incoming=mail.kind is Kind.INCOMING)
    except KeyError as error:
        raise MailRecordError(f"labels: {error.args[0]} is missing") from error
    return Example(mail, answers, importance * float(record.get("importance", 1.0)))
