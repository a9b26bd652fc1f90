"""From answers one by one to a judgement that hangs together: a mail for another authority has no unit, what is no
public record is not registered, and so on. All whole pictures are weighed, and the likeliest is taken.
"""

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache

from kommunpost.core.judgement.evidence import NOTHING
from kommunpost.core.judgement.facts import Kind

Scores = Mapping[str, Mapping[str, float]]

UNHEARD = -12.0
"""Log-probability of an answer that a head does not know."""
UNPLACED = "?"
"""The unit of a case in a municipality that has written down none."""
GROUNDS = ("private", "union_political", "working_material")


@dataclass(frozen=True, slots=True)
class Picture:
    """What a mail may be as a whole. ``record`` is ``public`` or the ground why not; ``-`` is none."""

    record: str
    registration: str
    disposal: str
    unit: str
    authority: str


@dataclass(frozen=True, slots=True)
class Chosen:
    """The likeliest picture, and for each of its answers how probable it is over all pictures."""

    picture: Picture
    confidence: Mapping[str, float]


@lru_cache(maxsize=32)
def pictures(kind: Kind, *, units: tuple[str, ...], authorities: tuple[str, ...]) -> tuple[Picture, ...]:
    """All pictures that hang together for a mail of that kind."""
    ours = units or (UNPLACED,)
    whole = [Picture("public", said, "keep", unit, NOTHING) for unit in ours for said in ("register", "exempt")]
    whole += [Picture(ground, "none", "keep", NOTHING, NOTHING) for ground in GROUNDS]
    if kind is Kind.INCOMING:
        whole += [Picture("public", "exempt", "outside_scope", NOTHING, one) for one in authorities]
        nowhere = ("outside_scope", "no_action_needed", "other_channel_no_fact")
        whole += [Picture("public", "exempt", disposal, NOTHING, NOTHING) for disposal in nowhere]
    return tuple(whole)


_HEADS = ("record", "registration", "disposal", "unit", "authority")


def choose(candidates: Iterable[Picture], scores: Scores) -> Chosen:
    """The likeliest picture by the heads' log-probabilities. An answer that a head does not know counts as unlikely."""
    weighed = [(_joint(picture, scores), picture) for picture in candidates]
    best, picture = max(weighed, key=lambda pair: pair[0])
    shares = [(math.exp(score - best), one) for score, one in weighed]
    total = sum(share for share, _ in shares)
    confidence = {
        head: sum(share for share, one in shares if getattr(one, head) == getattr(picture, head)) / total
        for head in _HEADS
    }
    return Chosen(picture, confidence)


def _joint(picture: Picture, scores: Scores) -> float:
    """What kind of mail it is, and given that, its unit and registration, or its authority."""
    total = scores["type"].get(type_of(picture), UNHEARD)
    if picture.unit != NOTHING:
        unit = 0.0 if picture.unit == UNPLACED else scores["unit"].get(picture.unit, UNHEARD)
        return total + unit + scores["registration"].get(picture.registration, UNHEARD)
    return total + (scores["authority"].get(picture.authority, UNHEARD) if picture.authority != NOTHING else 0.0)


def type_of(picture: Picture) -> str:
    """The answer of the head ``type`` that the picture is of."""
    if picture.record != "public":
        return picture.record
    if picture.unit != NOTHING:
        return "case"
    return "authority" if picture.authority != NOTHING else picture.disposal
