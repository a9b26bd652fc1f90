"""The scores that are recorded, and whether what is measured now falls below them.

``recorded.toml`` holds a table for each part: ``"all F1" = { score = 0.93 }``. Whoever must let a score fall writes
``lowered_to`` and ``why`` beside it; without a reason the check fails.
"""

import tomllib
from pathlib import Path

FILE = Path(__file__).resolve().parent / "recorded.toml"
SLACK = 0.0005
"""Below this a difference is rounding."""


def complaints(part: str, measured: dict[str, float], *, file: Path = FILE) -> list[str]:
    """One line for each score that is too low, not recorded, or recorded but not measured any more."""
    recorded = tomllib.loads(file.read_text("utf-8")).get(part, {})
    said = [f"{part}: {name!r} is measured but not recorded" for name in measured.keys() - recorded.keys()]
    said += [f"{part}: {name!r} is recorded but not measured" for name in recorded.keys() - measured.keys()]
    for name in sorted(measured.keys() & recorded.keys()):
        least, reason = _least(recorded[name])
        if measured[name] < least - SLACK:
            said.append(f"{part}: {name!r} is {measured[name]:.3f}, recorded is {least:.3f}{reason}")
    return said


def _least(entry: dict[str, object]) -> tuple[float, str]:
    score, lowered, why = entry["score"], entry.get("lowered_to"), str(entry.get("why", "")).strip()
    if lowered is None:
        return float(str(score)), ""
    if not why:
        return float(str(score)), " (lowered_to says no why)"
    return float(str(lowered)), f" (lowered: {why})"


def written(part: str, measured: dict[str, float]) -> str:
    """The table of a part, to be put into the file."""
    lines = [f"[{part}]", *(f'"{name}" = {{ score = {score:.3f} }}' for name, score in measured.items())]
    return "\n".join(lines) + "\n"
