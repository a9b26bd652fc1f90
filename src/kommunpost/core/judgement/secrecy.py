"""How much a mail calls for a secrecy test, and which provisions to test first. A warning, no decision (OSL 5:5)."""

import math
from collections import Counter
from collections.abc import Iterable, Mapping

from kommunpost.core.judgement.model import Secrecy
from kommunpost.core.judgement.signs import Sign
from kommunpost.core.judgement.world import UnitFacts

CAUTION = 0.15
"""From this probability that a mail is not harmless it is marked: to miss one costs more than to look in vain."""
MOST_PROVISIONS = 3
SOCIAL = "OSL 26:1"
HEALTH = "OSL 21:1"


def level(scores: Mapping[str, float]) -> tuple[Secrecy, float]:
    """Log-probabilities of the levels -> the level to suggest, and how sure."""
    shares = {Secrecy(name): math.exp(score) for name, score in scores.items()}
    guarded = shares[Secrecy.CHECK] + shares[Secrecy.STRONG]
    if guarded < CAUTION:
        return Secrecy.NONE, shares[Secrecy.NONE]
    chosen = Secrecy.STRONG if shares[Secrecy.STRONG] >= shares[Secrecy.CHECK] else Secrecy.CHECK
    return chosen, shares[chosen] if chosen is Secrecy.STRONG else guarded


def provisions(signs: Iterable[Sign], unit: UnitFacts | None) -> tuple[str, ...]:
    """Ids for ``core.law.provision``, likeliest first: the signs' own, before them that of a unit where secrecy is the
    rule.
    """
    weight: Counter[str] = Counter()
    for sign in signs:
        for place, id_ in enumerate(sign.rule.provisions):
            weight[id_] += (2 if place == 0 else 1) * len(sign.words)
    if unit is not None and unit.secrecy_by_default:
        weight[SOCIAL] += 100
    # Health data is guarded wherever it stands when no more special provision is at hand (OSL 21:1).
    return tuple(id_ for id_, _ in weight.most_common(MOST_PROVISIONS)) or (HEALTH,)
