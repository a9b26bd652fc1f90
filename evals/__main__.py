"""``./run eval [PART…]``: scores on labelled mail. ``--errors`` lists what is wrong in the development part;
``--check`` compares with ``evals/recorded.toml``; ``--record`` prints the tables to put there.

A part is a module ``evals.<part>`` with ``measure() -> dict[str, float]``, ``report() -> str`` and ``errors() -> str``.
"""

import argparse
import importlib
import sys
from typing import Protocol

from evals import PARTS
from evals.recorded import complaints, written


class Part(Protocol):
    """What a part offers."""

    def measure(self) -> dict[str, float]: ...

    def report(self) -> str: ...

    def errors(self) -> str: ...


def main() -> int:
    """Exit code 1 when a score has fallen."""
    parser = argparse.ArgumentParser(prog="./run eval", description=__doc__)
    parser.add_argument("parts", nargs="*", metavar="PART", help=f"of {', '.join(PARTS)}; without it all")
    kind = parser.add_mutually_exclusive_group()
    for name in ("errors", "check", "record"):
        kind.add_argument(f"--{name}", action="store_true")
    given = parser.parse_args()
    unknown = set(given.parts) - set(PARTS)
    if unknown:
        parser.error(f"no part is called {', '.join(sorted(unknown))}. There are: {', '.join(PARTS)}.")
    said: list[str] = []
    for name in given.parts or PARTS:
        part: Part = importlib.import_module(f"evals.{name}")  # type: ignore[assignment]
        if given.check:
            said += complaints(name, part.measure())
        elif given.record:
            print(written(name, part.measure()))
        else:
            print(f"== {name}\n{part.errors() if given.errors else part.report()}\n", flush=True)
    print("\n".join(said) if said else "", end="\n" if said else "")
    return 1 if said else 0


if __name__ == "__main__":
    sys.exit(main())
