"""The judgement of one mail: signs, rules, learned model, and the whole picture they make."""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TypeVar

import numpy as np

from kommunpost.core.judgement import secrecy
from kommunpost.core.judgement.brain import Brain, default_brain
from kommunpost.core.judgement.deciding import UNPLACED, Chosen, choose, pictures, type_of
from kommunpost.core.judgement.evidence import NOTHING, Evidence, weigh
from kommunpost.core.judgement.facts import Kind, MailFacts
from kommunpost.core.judgement.features import Features, features_of
from kommunpost.core.judgement.model import (
    Disposal,
    Judgement,
    Reason,
    Record,
    RecordGround,
    Registration,
    Secrecy,
    Suggestion,
)
from kommunpost.core.judgement.routing import Router, best, router_for
from kommunpost.core.judgement.signs import Sign, signs_in
from kommunpost.core.judgement.speaking import Spoken, model_reason
from kommunpost.core.judgement.world import UnitFacts, World

FLOOR = 1e-6
MOST_REASONS = 4
SURE_DUPLICATE = 0.95
READY: Mapping[str, float] = {"disclosure": 0.6, "log": 0.6}
"""Log-odds by which a yes is said early: a request that nobody sees is late by law (TF 2:15, 2:16)."""
T = TypeVar("T")


def judge(mail: MailFacts, world: World, *, brain: Brain | None = None) -> Judgement:
    """What the mail probably is. ``brain`` is the trained model, the shipped one when left out. Never raises for what
    stands in a mail.
    """
    return _written(_look(mail, world, brain or default_brain()))


@dataclass(frozen=True, slots=True)
class _Looked:
    """All that has been seen of a mail."""

    mail: MailFacts
    world: World
    brain: Brain
    signs: tuple[Sign, ...]
    spoken: Spoken
    evidence: Evidence
    scores: Mapping[str, Mapping[str, float]]
    chosen: Chosen

    def reasons(self, head: str, value: str) -> tuple[Reason, ...]:
        """What spoke for the answer: rules and signs, then the model. Record status and disposal class rest on what
        kind of mail it is, and so does registration when it is no case of ours.
        """
        found = list(self.evidence.reasons.get((head, value), ()))
        by_type = head in {"record", "disposal"} or (head == "registration" and self.chosen.picture.unit == NOTHING)
        if by_type:
            head, value = "type", type_of(self.chosen.picture)
            found += self.evidence.reasons.get((head, value), ())
        learned = model_reason(self.brain, self.world, self.spoken, head=head, value=value)
        said = (*found[:MOST_REASONS], learned) if learned is not None else tuple(found[:MOST_REASONS])
        return tuple(dict.fromkeys(said))

    def unit(self) -> UnitFacts | None:
        return self.world.unit_by_id.get(self.chosen.picture.unit)


def _look(mail: MailFacts, world: World, brain: Brain) -> _Looked:
    signs = signs_in(mail)
    features = features_of(mail, world, signs)
    evidence = Evidence(_learned(brain, router_for(world, brain), features))
    weigh(evidence, mail, world, signs)
    scores = evidence.settled()
    candidates = pictures(mail.kind, units=tuple(world.unit_by_id), authorities=tuple(world.authority_by_id))
    spoken = Spoken.of(features)
    return _Looked(mail, world, brain, signs, spoken, evidence, scores, choose(candidates, scores))


def _learned(brain: Brain, router: Router, features: Features) -> dict[str, dict[str, float]]:
    """What the model says, in the words of this world: its units, its authorities, its questions."""
    raw = brain.model.probabilities(features)
    scores = {
        name: dict(zip(brain.classes(name), np.log(raw[name] + FLOOR).tolist(), strict=True))
        for name in raw
        if name not in {"unit", "authority", "question"}
    }
    scores["unit"] = _logs(router.units(raw["unit"]))
    scores["authority"] = _logs(router.authorities(raw["authority"]))
    asked = float(raw["asked"][brain.classes("asked").index("yes")])
    scores["question"] = _logs(router.questions(raw["question"], asked, features))
    return scores


def _logs(probabilities: Mapping[str, float]) -> dict[str, float]:
    return {name: math.log(value + FLOOR) for name, value in probabilities.items()}


def _written(looked: _Looked) -> Judgement:
    picture = looked.chosen.picture
    public = picture.record == "public"
    guarded = _secrecy(looked)
    marked = guarded.value is not Secrecy.NONE
    return Judgement(
        record=_of_picture(looked, "record", Record.PUBLIC if public else Record.NOT_PUBLIC),
        record_ground=_of_picture(looked, "record", None if public else RecordGround(picture.record)),
        registration=_of_picture(looked, "registration", Registration(picture.registration)),
        secrecy=guarded,
        provisions=secrecy.provisions(looked.signs, looked.unit()) if marked else (),
        disclosure_request=_yes(looked, "disclosure", also=_is_yes(looked, "log")),
        log_request=_yes(looked, "log"),
        unit=_of_picture(looked, "unit", _or_none(picture.unit)),
        authority=_of_picture(looked, "authority", _or_none(picture.authority)),
        disposal=_disposal(looked),
        question=_question(looked),
        language=Suggestion(looked.mail.language, round(looked.mail.language_sure, 3)),
        angry=_yes(looked, "angry"),
    )


def _of_picture(looked: _Looked, head: str, value: T) -> Suggestion[T]:
    answer = getattr(looked.chosen.picture, head)
    return Suggestion(value, round(looked.chosen.confidence[head], 3), looked.reasons(head, answer))


def _or_none(answer: str) -> str | None:
    return None if answer in {NOTHING, UNPLACED} else answer


def _is_yes(looked: _Looked, head: str) -> bool:
    if looked.chosen.picture.record != "public" or looked.mail.kind is not Kind.INCOMING:
        return head == "angry" and looked.scores[head]["yes"] > looked.scores[head]["no"]
    return looked.scores[head]["yes"] + READY.get(head, 0.0) > looked.scores[head]["no"]


def _yes(looked: _Looked, head: str, *, also: bool = False) -> Suggestion[bool]:
    """A yes-or-no head. ``also``: another answer has already made it a yes."""
    value = also or _is_yes(looked, head)
    sure = math.exp(looked.scores[head]["yes" if value else "no"])
    return Suggestion(value, round(sure, 3), looked.reasons(head, "yes" if value else "no"))


def _secrecy(looked: _Looked) -> Suggestion[Secrecy]:
    level, sure = secrecy.level(looked.scores["secrecy"])
    reasons = looked.reasons("secrecy", level)
    seen = tuple(
        Reason(sign.rule.id, sign.rule.says, sign.words)
        for sign in looked.signs
        if sign.rule.provisions and level is not Secrecy.NONE
    )
    return Suggestion(level, round(sure, 3), tuple(dict.fromkeys((*seen, *reasons)))[: MOST_REASONS + 1])


def _disposal(looked: _Looked) -> Suggestion[Disposal]:
    suggested = _of_picture(looked, "disposal", Disposal(looked.chosen.picture.disposal))
    if looked.mail.earlier and suggested.value is Disposal.KEEP:
        return Suggestion(Disposal.DUPLICATE, SURE_DUPLICATE, looked.reasons("disposal", "duplicate"))
    return suggested


def _question(looked: _Looked) -> Suggestion[str | None]:
    """A mail that has no place to go has no recurring question either; nor has what we write ourselves."""
    scores = looked.scores["question"]
    slug = best(scores)
    picture = looked.chosen.picture
    if slug == NOTHING or (picture.unit == NOTHING and picture.authority == NOTHING):
        return Suggestion(None, round(math.exp(scores[NOTHING]), 3))
    asked = next((one.question for one in looked.world.questions if one.slug == slug), None)
    says = f"Liknar frågan ”{asked}” i kunskapsbanken." if asked else "Liknar en fråga som har kommit förut."
    return Suggestion(slug, round(math.exp(scores[slug]), 3), (Reason(f"question:{slug}", says),))
