"""Precision, recall and F1 of spans, with confidence intervals by resampling whole mails."""

import random
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

ROUNDS = 1_000
ALL = "all"


@dataclass(frozen=True, slots=True)
class Marked:
    """A span without its rule: what is compared."""

    start: int
    end: int
    label: str


@dataclass(frozen=True, slots=True)
class Score:
    """``low`` and ``high``: the middle 95 % of F1 (or recall, where that was asked for) when mails are drawn anew."""

    precision: float
    recall: float
    f1: float
    low: float
    high: float
    gold: int


Counts = Counter[tuple[str, str]]


def counted(gold: Sequence[Marked], found: Sequence[Marked], *, exact: bool) -> Counts:
    """Hits, misses and false alarms of one mail by label. ``exact``: both ends must fit; else any letter in common."""
    counts: Counts = Counter()
    free = list(found)
    for wanted in gold:
        hit = next((one for one in free if fits(wanted, one, exact=exact)), None)
        if hit is not None:
            free.remove(hit)
        counts[wanted.label, "hit" if hit else "miss"] += 1
    counts.update((one.label, "false") for one in free)
    return counts


def fits(wanted: Marked, found: Marked, *, exact: bool) -> bool:
    """Whether ``found`` is ``wanted``."""
    if wanted.label != found.label:
        return False
    if exact:
        return (wanted.start, wanted.end) == (found.start, found.end)
    shared = min(wanted.end, found.end) - max(wanted.start, found.start)
    return shared > 0


def scores(mails: Sequence[Counts], *, seed: int = 1, rounds: int = ROUNDS) -> dict[str, Score]:
    """By label, and over all labels under ``all``. ``rounds``: how often mails are drawn anew; 0 for no interval."""
    labels = sorted({label for counts in mails for label, _ in counts})
    drawn = _drawn(mails, seed, rounds)
    return {label: _score(mails, drawn, [label]) for label in labels} | {ALL: _score(mails, drawn, labels)}


def _drawn(mails: Sequence[Counts], seed: int, rounds: int) -> list[Counts]:
    rng = random.Random(seed)
    sums = []
    for _ in range(rounds):
        total: Counts = Counter()
        for counts in rng.choices(mails, k=len(mails)):
            total.update(counts)
        sums.append(total)
    return sums


def _score(mails: Iterable[Counts], drawn: list[Counts], labels: list[str]) -> Score:
    total: Counts = Counter()
    for counts in mails:
        total.update(counts)
    precision, recall, f1 = _prf(total, labels)
    again = sorted(_prf(sums, labels)[2] for sums in drawn) or [f1]
    gold = sum(total[label, "hit"] + total[label, "miss"] for label in labels)
    return Score(precision, recall, f1, again[len(again) // 40], again[-(len(again) // 40) - 1], gold)


def _prf(total: Counts, labels: list[str]) -> tuple[float, float, float]:
    hit, miss, false = (sum(total[label, kind] for label in labels) for kind in ("hit", "miss", "false"))
    precision = hit / (hit + false) if hit + false else 1.0
    recall = hit / (hit + miss) if hit + miss else 1.0
    return precision, recall, 2 * precision * recall / (precision + recall) if precision + recall else 0.0


def table(results: dict[str, Score]) -> str:
    """As text, a line a label."""
    rows = [f"{'label':<20}{'gold':>6}{'prec':>8}{'recall':>8}{'F1':>8}   95 %"]
    for label, score in results.items():
        rows.append(
            f"{label:<20}{score.gold:>6}{score.precision:>8.3f}{score.recall:>8.3f}{score.f1:>8.3f}"
            f"   {score.low:.2f}–{score.high:.2f}"
        )
    return "\n".join(rows)
