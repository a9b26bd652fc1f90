"""How fast personal data is found, beside presidio-analyzer's pattern recognisers on the same mails.

``--peer /path/to/venv/bin/python`` names a Python that has presidio-analyzer; without it ours alone is measured. Each
side in a process of its own; the ratio counts, not the seconds.
"""

import json
import os
import resource
import statistics
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

from kommunpost.core.sensitivity import find_spans

MAILS = Path(__file__).resolve().parent.parent / "src/kommunpost/site/demo/mails.jsonl"
PEER = Path(__file__).resolve().parent / "peers" / "presidio.py"
ROUNDS = 5


def run(*, rounds: int = ROUNDS, quick: bool = False, peer: str = "") -> None:
    """Print MB (of UTF-8) and mails a second of processor time. ``peer``: a Python with presidio-analyzer."""
    texts = load()
    size = sum(len(text.encode()) for text in texts) / 1e6
    print(f"{len(texts)} mails, {size:.2f} MB, median of {rounds}; processor time of one core")
    taken = {
        "ours, patterns and word lists": measure(lambda text: find_spans(text, names=False), texts, rounds=rounds),
        "ours, names too": measure(find_spans, texts, rounds=rounds),
    }
    if peer:
        taken |= presidio(peer, texts, rounds=1 if quick else rounds)
    for name, seconds in taken.items():
        print(f"{name:<32}{size / seconds:>8.3f} MB/s{len(texts) / seconds:>9.0f} mails/s")
    if peer:
        for theirs in ("presidio, four patterns", "presidio, default patterns"):
            ratios = ", ".join(f"{name} {taken[theirs] / taken[name]:.1f}" for name in list(taken)[:2])
            print(f"times {theirs}: {ratios}")
    print(f"memory {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:.0f} MB; start: {start_up()}")


def load() -> list[str]:
    """Subject and body of the invented mails of the demo."""
    records = map(json.loads, MAILS.read_text("utf-8").splitlines())
    return [f"{record['subject']}\n{record['body']}" for record in records]


def measure(work: Callable[[str], object], texts: list[str], *, rounds: int) -> float:
    """Median seconds of processor time for all texts; a first round, in which everything is loaded, does not count."""
    taken = []
    for _ in range(rounds + 1):
        start = time.process_time()
        for text in texts:
            work(text)
        taken.append(time.process_time() - start)
    return statistics.median(taken[1:])


def presidio(python: str, texts: list[str], *, rounds: int) -> dict[str, float]:
    """The same by presidio in its own Python."""
    given = json.dumps({"texts": texts, "rounds": rounds})
    # The peer must not import this tree's packages.
    clean = {key: value for key, value in os.environ.items() if key != "PYTHONPATH"}
    done = subprocess.run([python, str(PEER)], input=given, capture_output=True, text=True, check=True, env=clean)
    said = json.loads(done.stdout.splitlines()[-1])
    print(f"presidio-analyzer {said['version']}, spaCy without a model, memory {said['memory']:.0f} MB")
    return {"presidio, four patterns": said["four"], "presidio, default patterns": said["default"]}


def start_up() -> str:
    """Processor seconds of ``kommunpost detect`` for one short text, names included."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    command = [sys.executable, "-m", "kommunpost", "detect", "-"]
    subprocess.run(command, input="Hej, jag heter Anna Ek.", capture_output=True, text=True, check=True)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return f"{after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime:.2f} s of processor time"


if __name__ == "__main__":
    run()
