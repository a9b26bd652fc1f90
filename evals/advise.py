"""``core/advice`` on labelled drafts: precision and recall by clause, and how many good mails are left alone."""

from collections import Counter
from collections.abc import Iterable, Sequence

from evals.drafts import Case, held_back, held_back_cases, town_cases, written_cases
from evals.scores import ALL, Counts, Score, scores, table
from kommunpost.core.advice import advise

GOOD = "good mails left alone"


def counts(cases: Iterable[Case]) -> list[Counts]:
    """Hits, misses and false alarms by clause, a mail each."""
    found = []
    for case in cases:
        raised = {finding.clause for finding in advise(case.draft, case.context)}
        marks: Counts = Counter()
        marks.update((clause, "hit" if clause in raised else "miss") for clause in case.gold)
        marks.update((clause, "false") for clause in raised - case.gold)
        found.append(marks)
    return found


def left_alone(cases: Sequence[Case]) -> float:
    """The share of the good mails without any finding."""
    good = [case for case in cases if not case.gold]
    return sum(not advise(case.draft, case.context) for case in good) / len(good)


def measure() -> dict[str, float]:
    """The figures that must not fall: on the demo's held-back mails, and on our own drafts."""
    held, own, apart = _held(), written_cases(), held_back_cases()
    results, ours, unseen = (scores(counts(cases), rounds=0) for cases in (held, own, apart))
    return {
        "all F1": results[ALL].f1,
        "all precision": results[ALL].precision,
        GOOD: left_alone(held),
        "our drafts, all F1": ours[ALL].f1,
        f"our drafts, {GOOD}": left_alone(own),
        "drafts held back, all F1": unseen[ALL].f1,
        f"drafts held back, {GOOD}": left_alone(apart),
    }


def report() -> str:
    """Tables for reading."""
    parts = (
        ("held-back mails", _held()),
        ("our drafts, held back", held_back_cases()),
        ("our drafts (seen in development)", written_cases()),
    )
    return "\n\n".join(_told(title, cases) for title, cases in parts)


def _told(title: str, cases: Sequence[Case]) -> str:
    results: dict[str, Score] = scores(counts(cases))
    good = sum(not case.gold for case in cases)
    return f"{title}: {len(cases)}\n{table(results)}\n{GOOD}: {left_alone(cases):.2f} of {good}"


def errors() -> str:
    """What is missed and what is false in the development part and our drafts. Never of the held-back mails."""
    lines = []
    for case in (*(one for one in town_cases() if not held_back(one.id)), *written_cases()):
        raised = {finding.clause: finding for finding in advise(case.draft, case.context)}
        lines += [f"missed  {case.id:<10} {clause}" for clause in sorted(case.gold - raised.keys())]
        lines += [
            f"false   {case.id:<10} {clause}: {raised[clause].words[:60]!r}"
            for clause in sorted(raised.keys() - case.gold)
        ]
    return "\n".join(lines)


def _held() -> tuple[Case, ...]:
    return tuple(case for case in town_cases() if held_back(case.id))
