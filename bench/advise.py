"""How fast a draft is read: p50 and p95 of a 3 kB draft, in process. The bar is 10 ms for p95.

``python -m bench.advise``. Three drafts: one that is good, one with plenty to say of, and one that tells secrets, where
names are looked for.
"""

import statistics
import time
from dataclasses import replace

from evals.drafts import signature, written_cases

from kommunpost.core.advice import Draft, advise

ROUNDS = 200
SIZE = 3_000
BAR = 10.0
NAMED = "Sture Lindkvist, Granvägen 4, har demens och får hjälp med dusch.\n\n"


def run(*, quick: bool = False) -> None:
    """Measure and print."""
    print(f"{'a draft of 3 kB':<28}{'p50 ms':>8}{'p95 ms':>8}{'findings':>10}")
    for name, draft in drafts().items():
        times, found = measure(draft, rounds=20 if quick else ROUNDS)
        p50, p95 = statistics.median(times), times[int(0.95 * len(times))]
        print(
            f"{name:<28}{p50:>8.2f}{p95:>8.2f}{found:>10}   {'under' if p95 < BAR else 'OVER'} the bar of {BAR:.0f} ms"
        )


def drafts() -> dict[str, Draft]:
    """Real sentences of our drafts, joined to paragraphs of a usual length."""
    good = [case for case in written_cases() if not case.gold]
    bad = [case for case in written_cases() if "plain-language" in case.gold or "tone" in case.gold]
    plain, hard = _joined([case.draft for case in good]), _joined([case.draft for case in bad])
    return {
        "good": plain,
        "much to say": hard,
        "with secrets": replace(plain, body=plain.body.replace("Hej!", NAMED, 1)),
    }


def _joined(drafts: list[Draft]) -> Draft:
    """One draft of 3 kB out of the others' own words."""
    paragraphs: list[str] = []
    for draft in drafts:
        own = draft.body.split("\n\n")[1:-2]
        paragraphs += [part for part in own if not part.startswith((">", "Från", "Botkyrka kommun"))]
    text = "Hej!\n\n" + "\n\n".join(paragraphs)
    people = written_cases()[0].context.people
    return replace(drafts[0], body=f"{text[:SIZE].rsplit('.', 1)[0]}.\n\n{signature(people[drafts[0].sender.address])}")


def measure(draft: Draft, *, rounds: int) -> tuple[list[float], int]:
    """Milliseconds, sorted, and the number of findings. Nothing is kept between rounds but what a server keeps."""
    known = written_cases()[0].context
    found = len(advise(draft, known))
    times = []
    for _ in range(rounds):
        start = time.perf_counter()
        advise(draft, known)
        times.append((time.perf_counter() - start) * 1000)
    return sorted(times), found


if __name__ == "__main__":
    run()
