"""``bench judge``: mails a second on one core, memory, and how long the first judgement takes in a fresh process."""

import resource
import subprocess
import sys
import time

from evals.mails import all_mails

from kommunpost.core.judgement import example_world, from_record, judge
from kommunpost.core.sensitivity import find_in_mail

ROUNDS = 5
FIRST = (
    "from kommunpost.core.judgement import example_world, from_record, judge;"
    "w = example_world(); judge(from_record({'from': 'a@mejl.example', 'to': ['info@botkyrka.example'],"
    "'subject': 'Hej', 'body': 'Hej'}, domains=w.domains), w)"
)


def run(*, quick: bool = False) -> None:
    """Print the table. The mails are those of the corpus, over and over; caches are warm as in a worker that lives."""
    world = example_world()
    records = [mail.record for mail in all_mails()]
    begin = time.perf_counter()
    subprocess.run([sys.executable, "-c", FIRST], check=True)
    start_up = time.perf_counter() - begin
    rounds = 1 if quick else ROUNDS
    alone = _rate(records, rounds, lambda record: judge(from_record(record, domains=world.domains), world))
    both = _rate(
        records, rounds, lambda record: (judge(from_record(record, domains=world.domains), world), _names(record))
    )
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"{'judge, mails/s a core':<42}{alone:>8.0f}")
    print(f"{'judge and names (detect), mails/s a core':<42}{both:>8.0f}")
    print(f"{'first judgement in a fresh process, s':<42}{start_up:>8.2f}")
    print(f"{'memory at most, MB':<42}{memory:>8.0f}")


def _names(record: dict[str, object]) -> object:
    addresses = [str(record["from"]), *map(str, record["to"])]  # type: ignore[call-overload]
    return find_in_mail(subject=str(record["subject"]), body=str(record["body"]), addresses=addresses)


def _rate(records: list[dict[str, object]], rounds: int, work: object) -> float:
    """Mails a second of processor time, after one round to warm up."""
    for record in records:
        work(record)  # type: ignore[operator]
    begin = time.process_time()
    for _ in range(rounds):
        for record in records:
            work(record)  # type: ignore[operator]
    return rounds * len(records) / (time.process_time() - begin)
