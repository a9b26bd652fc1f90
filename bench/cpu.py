"""Processor time of a process and all below it: what can be compared when others use the machine too."""

import os
from collections.abc import Iterator
from pathlib import Path

TICK = os.sysconf("SC_CLK_TCK")
_PARENT, _USER = 1, 11
"""Places in ``/proc/<pid>/stat``, counted behind the name."""


def seconds(root: int) -> float:
    """Of ``root`` (a process id), its living descendants, and all of theirs that have ended and been waited for."""
    stats = dict(_stats())
    tree, found = {root}, 0.0
    grows = True
    while grows:
        below = {pid for pid, fields in stats.items() if int(fields[_PARENT]) in tree} - tree
        tree |= below
        grows = bool(below)
    for pid in tree & stats.keys():
        found += sum(map(int, stats[pid][_USER : _USER + 4])) / TICK
    return found


def _stats() -> Iterator[tuple[int, list[str]]]:
    for file in Path("/proc").glob("[0-9]*/stat"):
        try:
            yield int(file.parent.name), file.read_text(errors="replace").rpartition(")")[2].split()
        except OSError:
            continue
