"""Why the learned model answers as it does, in Swedish, with the words of the mail that spoke loudest."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from kommunpost.core.judgement.brain import Brain
from kommunpost.core.judgement.features import Buckets, Features, Values, stem_buckets, word_buckets
from kommunpost.core.judgement.model import Reason
from kommunpost.core.judgement.world import World

MOST_WORDS = 3
SHORTEST = 3
LEAST = 0.02
_SAYS: Mapping[tuple[str, str], str] = {
    ("type", "private"): "Orden liknar dem i privata mejl.",
    ("type", "union_political"): "Orden liknar dem i fackliga och partipolitiska mejl.",
    ("type", "working_material"): "Orden liknar dem i internt arbetsmaterial.",
    ("registration", "register"): "Orden liknar dem i mejl som brukar registreras.",
    ("registration", "exempt"): "Orden liknar dem i mejl som brukar undantas från registrering.",
    ("secrecy", "check"): "Orden liknar dem i mejl där någon behöver pröva sekretess.",
    ("secrecy", "strong"): "Orden liknar dem i mejl med tydligt känsliga uppgifter.",
    ("disclosure", "yes"): "Orden liknar dem i mejl där någon begär ut handlingar.",
    ("log", "yes"): "Orden liknar dem i mejl där någon begär ut e-postloggen.",
    ("type", "outside_scope"): "Orden liknar dem i mejl som inte rör kommunen.",
    ("type", "no_action_needed"): "Orden liknar dem i mejl som inte kräver något av kommunen.",
    ("type", "other_channel_no_fact"): "Orden liknar dem i notiser som inte tillför något.",
    ("type", "authority"): "Orden liknar dem i mejl som hör till en annan myndighet.",
    ("angry", "yes"): "Orden liknar dem i mejl med upprörd ton.",
}


@dataclass(frozen=True, slots=True)
class Spoken:
    """The words of a mail that may speak, each with its features: ``flat`` buckets and ``values``, a word from each of
    ``starts``.
    """

    words: tuple[str, ...]
    flat: Buckets
    values: Values
    starts: NDArray[np.intp]

    @classmethod
    def of(cls, features: Features) -> "Spoken":
        words = tuple(word for word in dict.fromkeys(features.words) if len(word) >= SHORTEST and word[0] != "#")
        buckets = [(*word_buckets(word), stem_buckets(word)[0]) for word in words]
        flat = np.fromiter((number for several in buckets for number in several), np.int32)
        starts = np.cumsum([0, *map(len, buckets)][:-1] if buckets else [], dtype=np.intp)
        place = np.searchsorted(features.buckets, flat).clip(max=max(len(features.buckets) - 1, 0))
        return cls(words, flat, features.values[place], starts)


def model_reason(brain: Brain, world: World, spoken: Spoken, *, head: str, value: str) -> Reason | None:
    """The model's reason for an answer, or None when it is one that needs no words ("not angry")."""
    says = _says(world, head, value)
    learned = brain.model.heads[head].classes
    if says is None or value not in learned:
        return None
    return Reason(f"model:{head}", says, loudest_words(brain, spoken, head=head, value=value))


def loudest_words(brain: Brain, spoken: Spoken, *, head: str, value: str) -> tuple[str, ...]:
    """The words that spoke most for the answer, loudest first. Empty when no word stands out."""
    if not spoken.words:
        return ()
    one = brain.model.heads[head]
    columns = brain.model.weights[spoken.flat, one.columns]
    for_value = columns[:, one.classes.index(value)] - columns.mean(axis=1)
    said = np.add.reduceat(for_value * spoken.values, spoken.starts)
    order = np.argsort(-said, kind="stable")[:MOST_WORDS]
    return tuple(spoken.words[index] for index in order if said[index] > LEAST)


def _says(world: World, head: str, value: str) -> str | None:
    if head == "unit" and value in world.unit_by_id:
        return f"Orden liknar dem i mejl till {world.unit_by_id[value].name}."
    if head == "authority":
        known = world.authority_by_id.get(value)
        return f"Orden liknar dem i mejl som hör till {known.name}." if known else None
    return _SAYS.get((head, value))
