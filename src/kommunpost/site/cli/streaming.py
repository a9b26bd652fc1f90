"""Many lines in, as many out, in order, on all cores: what ``detect --jsonl`` and its like share.

Nothing waits for the end of the input, and no more of it is held than the workers are busy with.
"""

import multiprocessing
import os
import sys
import threading
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import chain, islice
from pathlib import Path

from tqdm import tqdm

from kommunpost.site.cli.errors import CommandError

BATCH = 32
IN_ONE_PROCESS = 4 * BATCH
"""So few lines are done here: a pool of processes would take longer to start."""
WAITING = 4
"""Batches a worker that may be read ahead."""


@dataclass(frozen=True, slots=True)
class Line:
    """A line of the input. ``where``: file and number, for what is said of it."""

    where: str
    octets: bytes


Work = Callable[[Line], str]
"""What is done with a line; raises CommandError that names ``where``. A function of a module, for the workers."""


Prepare = Callable[[Iterator[Line]], Iterator[Line]]
"""What is done with all lines in their order, in this process, before the workers get them."""


def run_lines(files: Sequence[Path], work: Work, *, jobs: int, prepare: Prepare | None = None) -> None:
    """Write what ``work`` makes of each line of ``files`` (``-``: standard input), one line each."""
    lines = _lines(files) if prepare is None else prepare(_lines(files))
    with tqdm(total=_size(files), unit="B", unit_scale=True, disable=not sys.stderr.isatty()) as bar:
        for octets, written in in_order(lines, work, jobs=jobs):
            sys.stdout.write(written + "\n")
            bar.update(octets)


def in_order(lines: Iterable[Line], work: Work, *, jobs: int) -> Iterator[tuple[int, str]]:
    """The octets of each line and what became of it."""
    lines = iter(lines)
    few = list(islice(lines, IN_ONE_PROCESS))
    if jobs == 1 or len(few) < IN_ONE_PROCESS:
        for line in chain(few, lines):
            yield len(line.octets), work(line)
        return
    yield from _by_processes(chain(few, lines), work, jobs=jobs)


def _by_processes(lines: Iterator[Line], work: Work, *, jobs: int) -> Iterator[tuple[int, str]]:
    room = threading.Semaphore(jobs * WAITING)
    with multiprocessing.get_context("spawn").Pool(jobs) as pool:
        for done in pool.imap(_work_off, _batches(lines, work, room)):
            room.release()
            for result in done:
                if isinstance(result, CommandError):
                    raise result
                yield result


def _batches(lines: Iterator[Line], work: Work, room: threading.Semaphore) -> Iterator[tuple[Work, list[Line]]]:
    # The pool's own thread draws from here as fast as it can; it has to wait when nobody takes the results.
    while batch := list(islice(lines, BATCH)):
        room.acquire()
        yield work, batch


def _work_off(task: tuple[Work, list[Line]]) -> list[tuple[int, str] | CommandError]:
    work, batch = task
    done: list[tuple[int, str] | CommandError] = []
    for line in batch:
        try:
            done.append((len(line.octets), work(line)))
        except CommandError as error:
            # What came before it is still written, as with one process.
            return [*done, error]
    return done


def cores() -> int:
    """How many this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def _lines(files: Sequence[Path]) -> Iterator[Line]:
    for path in files:
        shown = "standard input" if str(path) == "-" else str(path)
        with sys.stdin.buffer if str(path) == "-" else path.open("rb") as stream:
            for number, octets in enumerate(stream, start=1):
                if octets.strip():
                    yield Line(f"{shown}, line {number}", octets)


def _size(files: Sequence[Path]) -> int | None:
    return None if any(str(path) == "-" for path in files) else sum(path.stat().st_size for path in files)
