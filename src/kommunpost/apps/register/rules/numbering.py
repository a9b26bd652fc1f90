"""What a diary number looks like. ``{nämnd}/{år}:{nr:5}`` gives ``SBN/2026:00934``. Pure."""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from kommunpost.apps.register.rules.states import RegisterRefused

DEFAULT_FORMAT = "{nämnd}/{år}:{nr:5}"
LONGEST_FORMAT = 60

_TOKEN = re.compile(r"\{([^{}]*)\}")
_NUMBER = re.compile(r"nr(?::([1-8]))?")
_BETWEEN = re.compile(r"[A-Za-zÅÄÖåäö0-9 .:/_-]*")
_KNOWN = ("nämnd", "år", "år2", "nr")


@dataclass(frozen=True, slots=True)
class NumberFormat:
    """A checked format."""

    text: str

    def designation(self, *, committee: str, year: int, number: int) -> str:
        """``number`` from 1; more digits than the format asks for are written out."""
        values = {"nämnd": committee, "år": f"{year:04}", "år2": f"{year % 100:02}"}
        return _TOKEN.sub(lambda token: _value(token[1], values, number), self.text)


def parse_format(text: str) -> NumberFormat:
    """A format that gives every number of every committee and year a designation of its own.

    Raises ``RegisterRefused``: ``format_empty``, ``format_too_long``, ``format_unknown_part``, ``format_odd_sign``,
    ``format_lacks_committee``, ``format_lacks_year``, ``format_lacks_number``, ``format_repeats``,
    ``format_runs_together``.
    """
    text = text.strip()
    if not text:
        raise RegisterRefused("format_empty")
    if len(text) > LONGEST_FORMAT:
        raise RegisterRefused("format_too_long")
    if not _BETWEEN.fullmatch(_TOKEN.sub("", text)):
        raise RegisterRefused("format_odd_sign")
    _check_parts([_name(token) for token in _TOKEN.findall(text)])
    # Two parts with nothing between them: KS1 with 26 and KS with 126 would be written alike.
    if "}{" in text:
        raise RegisterRefused("format_runs_together")
    return NumberFormat(text)


def _check_parts(names: list[str]) -> None:
    if len(set(names)) < len(names) or {"år", "år2"} <= set(names):
        raise RegisterRefused("format_repeats")
    if "nämnd" not in names:
        raise RegisterRefused("format_lacks_committee")
    if not {"år", "år2"} & set(names):
        raise RegisterRefused("format_lacks_year")
    if "nr" not in names:
        raise RegisterRefused("format_lacks_number")


def _name(token: str) -> str:
    name = "nr" if _NUMBER.fullmatch(token) else token
    if name not in _KNOWN:
        raise RegisterRefused("format_unknown_part")
    return name


def _value(token: str, values: Mapping[str, str], number: int) -> str:
    found = _NUMBER.fullmatch(token)
    return f"{number:0{found[1] or 1}}" if found else values[token]


def running_designation(case: str, running: int) -> str:
    """``SBN/2026:00934-3``: the third record of the case."""
    return f"{case}-{running}"
