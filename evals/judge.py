"""``core/judgement`` on labelled mail: the shipped model on mails that it has not learned from.

The corpus is parted otherwise than for ``detect``: a third is held back, and only its scores are looked at.
"""

import hashlib
import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache

from evals.judgement.writing import records
from evals.mails import ROOT, LabelledMail, all_mails
from kommunpost.core.judgement import Judgement, example_world, from_record, judge
from kommunpost.core.judgement.repeats import Repeats

OTHER_VOICES = ROOT / "evals/corpus/other-voices"
"""Mails in voices unlike the corpus. Never learn from them and never print them: their scores alone are looked at."""
FRESH = ("3-", "4-")
"""How the ids begin of the other voices that were written after the model, its signs and its topics."""
ROUNDS = 1_000
DISPOSALS = ("keep", "outside_scope", "no_action_needed", "other_channel_no_fact")
GOALS = {
    "record accuracy": 0.95,
    "registration accuracy": 0.85,
    "disclosure F1": 0.90,
    "log F1": 0.90,
    "unit accuracy": 0.85,
    "authority F1": 0.85,
    "secrecy recall": 0.95,
    "secrecy precision": 0.75,
    "disposal macro-F1": 0.80,
}


@dataclass(frozen=True, slots=True)
class Judged:
    """A mail with what people say of it and what the library says."""

    mail: LabelledMail
    found: Judgement

    @property
    def incoming(self) -> bool:
        return str(self.mail.record["kind"]) == "incoming"


def is_held_back(mail_id: str) -> bool:
    """Whether a mail belongs to the third that is only scored."""
    return int(hashlib.sha256(mail_id.encode()).hexdigest()[:8], 16) % 3 == 0


def learned_from() -> tuple[LabelledMail, ...]:
    """The mails that the shipped model has learned from; their errors may be read."""
    return tuple(mail for mail in all_mails() if not is_held_back(mail.id))


@lru_cache(maxsize=1)
def judged() -> tuple[Judged, ...]:
    """All mails of the corpus judged, in their order: a copy is known by what came before."""
    world, repeats = example_world(), Repeats()
    said = []
    for mail in all_mails():
        facts = from_record(mail.record, domains=world.domains)
        again = repeats.seen(facts)
        facts = from_record(mail.record, domains=world.domains, earlier=again)
        said.append(Judged(mail, judge(facts, world)))
    return tuple(said)


def held_back() -> tuple[Judged, ...]:
    """The judged mails that the model has not learned from."""
    return tuple(one for one in judged() if is_held_back(one.mail.id))


@lru_cache(maxsize=2)
def other_voices(*, fresh: bool = False) -> tuple[Judged, ...]:
    """The mails in other voices, judged; the fresh ones are a set apart. They say nothing of recurring questions."""
    world = example_world()
    said = []
    for record in records(OTHER_VOICES):
        if record["id"].startswith(FRESH) == fresh:
            labels = record.pop("labels")
            mail = LabelledMail(record["id"], record, labels)
            said.append(Judged(mail, judge(from_record(record, domains=world.domains), world)))
    return tuple(said)


Figure = Callable[[Sequence[Judged]], float]


def _accuracy(label: str, of: Callable[[Judgement], object], *, all_kinds: bool = False) -> Figure:
    def figure(mails: Sequence[Judged]) -> float:
        asked = [one for one in mails if all_kinds or one.incoming]
        return sum(one.mail.labels[label] == of(one.found) for one in asked) / (len(asked) or 1)

    return figure


def _f1(pairs: Sequence[tuple[object, object]], *, nothing: object) -> float:
    """Of answers other than ``nothing``: gold and found."""
    right = sum(gold == found != nothing for gold, found in pairs)
    said = sum(gold != nothing for gold, _ in pairs) + sum(found != nothing for _, found in pairs)
    return 2 * right / said if said else 1.0


def _f1_of(label: str, of: Callable[[Judgement], object], *, nothing: object) -> Figure:
    return lambda mails: _f1([(o.mail.labels[label], of(o.found)) for o in mails if o.incoming], nothing=nothing)


def _secrecy(mails: Sequence[Judged]) -> tuple[int, int, int]:
    """Marked and to be marked, to be marked, marked."""
    pairs = [(o.mail.labels["secrecy"] != "none", o.found.secrecy.value != "none") for o in mails if o.incoming]
    return sum(a and b for a, b in pairs), sum(a for a, _ in pairs), sum(b for _, b in pairs)


def _secrecy_recall(mails: Sequence[Judged]) -> float:
    hits, gold, _ = _secrecy(mails)
    return hits / gold if gold else 1.0


def _secrecy_precision(mails: Sequence[Judged]) -> float:
    hits, _, marked = _secrecy(mails)
    return hits / marked if marked else 1.0


def _disposal(mails: Sequence[Judged]) -> float:
    pairs = [(o.mail.labels["disposal"], o.found.disposal.value) for o in mails if o.incoming]
    scores = [_f1([(g == one, f == one) for g, f in pairs], nothing=False) for one in DISPOSALS]
    return sum(scores) / len(scores)


FIGURES: dict[str, Figure] = {
    "record accuracy": _accuracy("record", lambda one: one.record.value, all_kinds=True),
    "registration accuracy": _accuracy("registration", lambda one: one.registration.value, all_kinds=True),
    "disclosure F1": _f1_of("disclosure_request", lambda one: one.disclosure_request.value, nothing=False),
    "log F1": _f1_of("log_request", lambda one: one.log_request.value, nothing=False),
    "unit accuracy": _accuracy("unit", lambda one: one.unit.value),
    "authority F1": _f1_of("authority", lambda one: one.authority.value, nothing=None),
    "secrecy recall": _secrecy_recall,
    "secrecy precision": _secrecy_precision,
    "disposal macro-F1": _disposal,
    "language accuracy": _accuracy("language", lambda one: one.language.value),
    "angry F1": _f1_of("angry", lambda one: one.angry.value, nothing=False),
    "question accuracy": _accuracy("question", lambda one: one.question.value),
}


WITHOUT_QUESTIONS = [name for name in FIGURES if name != "question accuracy"]


def measure() -> dict[str, float]:
    """The figures that must not fall, on the held-back mails and on the fresh voices."""
    fresh = other_voices(fresh=True)
    return {name: figure(held_back()) for name, figure in FIGURES.items()} | {
        f"fresh voices, {name}": FIGURES[name](fresh) for name in WITHOUT_QUESTIONS
    }


def report() -> str:
    """Each figure with the middle 95 % when mails are drawn anew, and what we aim at; a table for each set."""
    tables = (
        _table("held-back mails", held_back(), list(FIGURES)),
        _table("mails in other voices", other_voices(), WITHOUT_QUESTIONS),
        _table("fresh voices", other_voices(fresh=True), WITHOUT_QUESTIONS),
    )
    return "\n\n".join(tables)


def _table(title: str, mails: Sequence[Judged], names: Sequence[str]) -> str:
    rng = random.Random(1)
    drawn = [rng.choices(mails, k=len(mails)) for _ in range(ROUNDS)]
    rows = [f"{title}: {len(mails)}", f"{'figure':<24}{'score':>8}   {'95 %':<12}{'aim':>5}"]
    for name in names:
        again = sorted(FIGURES[name](one) for one in drawn)
        span = f"{again[ROUNDS // 40]:.2f}–{again[-ROUNDS // 40]:.2f}"
        rows.append(f"{name:<24}{FIGURES[name](mails):>8.3f}   {span:<12}{GOALS.get(name, ''):>5}")
    return "\n".join(rows)


def errors() -> str:
    """What is wrong in the mails learned from. Never of the held-back ones."""
    lines = []
    for one in judged():
        if not is_held_back(one.mail.id):
            wrong = _wrong(one)
            lines += [f"{one.mail.id} {one.mail.record['subject'][:50]!r}: {'; '.join(wrong)}"] if wrong else []
    return "\n".join(lines)


def _wrong(one: Judged) -> list[str]:
    found = {name: suggestion.value for name, suggestion in one.found.suggestions()}
    asked = found if one.incoming else ("record", "record_ground", "registration")
    pairs = ((name, one.mail.labels.get(name), found[name]) for name in asked if name in one.mail.labels)
    return [f"{name} {said} for {gold}" for name, gold, said in pairs if gold != said]
