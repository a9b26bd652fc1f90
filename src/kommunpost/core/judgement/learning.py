"""Learning from a municipality's own decisions: shipped examples below, its own above, a part held back to compare."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass

from kommunpost.core.judgement.brain import Brain
from kommunpost.core.judgement.examples import shipped_examples
from kommunpost.core.judgement.training import Comparison, Example, compare, train
from kommunpost.core.judgement.world import World

HELD_BACK = 5
"""One decision in so many is held back from learning and only used to compare."""
OWN = 2.0
"""What a decision of the municipality's own counts beside a shipped example."""


@dataclass(frozen=True, slots=True)
class Lesson:
    """The new model, and whether it should be used in place of the one before it."""

    brain: Brain
    comparison: Comparison


def learn(decided: Sequence[Example], world: World, *, before: Brain) -> Lesson:
    """Learn from decided mails (oldest first). Raises ``TooFewExamples`` when there is nothing to compare on."""
    held = [one for one in decided if _is_held_back(one)]
    own = [Example(one.mail, one.answers, OWN) for one in decided if not _is_held_back(one)]
    brain = train([*shipped_examples(), *own], world, about={"own": len(own), "before": before.version})
    return Lesson(brain, compare(before, brain, held, world))


def _is_held_back(one: Example) -> bool:
    """By what the mail says, so that it stays on its side when more decisions come."""
    digest = hashlib.sha256(f"{one.mail.subject}\n{one.mail.own_text}".encode("utf-8", "replace")).digest()
    return digest[0] % HELD_BACK == 0
