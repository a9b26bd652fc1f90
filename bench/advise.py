"""How fast a draft is read: p50 and p95 of a 3 kB draft, in process and over HTTP, and what advice costs the gateway.

The bar is 10 ms for p95 in process, 30 ms over HTTP. Three drafts: one that is good, one with plenty to say of, and one
that tells secrets, where names are looked for. ``processor`` is the median of the time that this process was let
compute: on a machine with other work it says more than the clock.
"""

import os
import statistics
import subprocess
import sys
import tempfile
import time
from dataclasses import replace
from pathlib import Path

from evals.drafts import signature, written_cases

from kommunpost.core.advice import Draft, advise

ROOT = Path(__file__).resolve().parent.parent
ROUNDS = 200
SIZE = 3_000
BAR = 10.0
NAMED = "Sture Lindkvist, Granvägen 4, har demens och får hjälp med dusch.\n\n"


def run(*, quick: bool = False) -> None:
    """Measure and print."""
    print(f"{'a draft of 3 kB':<28}{'p50 ms':>8}{'p95 ms':>8}{'processor':>10}{'findings':>10}")
    for name, draft in drafts().items():
        times, processor, found = measure(draft, rounds=20 if quick else ROUNDS)
        p50, p95 = statistics.median(times), times[int(0.95 * len(times))]
        verdict = "under" if p95 < BAR else "OVER"
        print(f"{name:<28}{p50:>8.2f}{p95:>8.2f}{processor:>10.2f}{found:>10}   {verdict} the bar of {BAR:.0f} ms")
    served(quick=quick)


def served(*, quick: bool) -> None:
    """In another process: Django can be set up but once, and this one may have done so."""
    with tempfile.TemporaryDirectory(prefix="kommunpost-advise-") as folder:
        environment = os.environ | {
            "KOMMUNPOST_DATA": folder,
            "PYTHONPATH": f"{ROOT / 'src'}:{ROOT}",
            "DJANGO_SETTINGS_MODULE": "kommunpost.site.settings",
            "DATABASE_URL": os.environ.get("KOMMUNPOST_BENCH_DATABASE", ""),
        }
        amounts = ["40", "40"] if quick else ["400", "200"]
        words = [sys.executable, "-m", "bench.advise_served", *amounts]
        subprocess.run(words, check=True, env=environment, cwd=ROOT)


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


def measure(draft: Draft, *, rounds: int) -> tuple[list[float], float, int]:
    """Milliseconds, sorted, the median of the processor's, and the number of findings.

    Nothing is kept between rounds but what a server keeps.
    """
    known = written_cases()[0].context
    found = len(advise(draft, known))
    times, processor = [], []
    for _ in range(rounds):
        start, computed = time.perf_counter(), time.process_time()
        advise(draft, known)
        times.append((time.perf_counter() - start) * 1000)
        processor.append((time.process_time() - computed) * 1000)
    return sorted(times), statistics.median(processor), found


if __name__ == "__main__":
    run()
