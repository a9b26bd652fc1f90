"""A synthetic year of a large municipality's log: 6,000 mailboxes, 400,000 people, subjects as people write them.

Drawn in blocks, so that twenty million rows take minutes. The same rows at each call.
"""

from collections.abc import Iterator
from datetime import UTC, datetime
from itertools import accumulate

import numpy as np
from numpy.random import Generator, default_rng

START = datetime(2025, 1, 1, tzinfo=UTC)
DAYS = 365
MAILBOXES = 6000
PEOPLE = 400_000
BLOCK = 200_000

_NAMES_AND_THINGS = """
anna erik lars karin anders johan per nils eva maria sven elin jonas sara mikael lena ulf åsa björn östen mohamed fatima
ali svetlana jukka aino gunnar birgitta håkan ingrid
|
andersson johansson karlsson nilsson eriksson larsson olsson persson svensson gustafsson pettersson jonsson jansson
hansson bengtsson jönsson lindberg jakobsson lindström berg lund ek öberg åkesson sjögren wallin nyström holm
|
altan attefallshus carport skylt mur plank förskoleplats färdtjänst hemtjänst parkeringstillstånd
serveringstillstånd busskort elevresa gatlampa snöröjning avlopp vattenmätare skolmat modersmål faktura hyra bidrag
|
Storgatan Kyrkvägen Björkgatan Skolvägen Hamngatan Ringvägen Åsvägen Ängsgatan Tallstigen Sjövägen Industrivägen
"""
FIRST, LAST, THINGS, STREETS = (part.split() for part in _NAMES_AND_THINGS.split("|"))
_BOARDS = ("KS", "SBN", "UN", "SN")
_OPENINGS = (
    "Ansökan om {thing} på {street} {number}",
    "Fråga om {thing}",
    "Dnr {board} 2025/{diary} – {thing}",
    "Klagomål: {thing}",
    "Komplettering i ärende {board}-2025-{diary}",
    "Handlingar till sammanträde {day}",
    "Faktura {diary}",
    "Kallelse {day}",
    "Bekräftelse",
    "Möte om {thing}",
    "Synpunkter på {thing} vid {street}",
    "Begäran om allmän handling, {board} 2025/{diary}",
)
_ANSWERS = ("", "", "SV: ", "SV: ", "VB: ", "Re: ")

Drawn = tuple[int, int, int, str, str, str]
"""Milliseconds since 1970, mailbox id (from 1), direction (0 in, 1 out), sender, recipient, subject."""


def blocks(rows: int) -> Iterator[list[Drawn]]:
    """``rows`` rows evenly over the year, oldest first, in blocks of at most 200,000."""
    random = default_rng(2026)
    boxes = [f"{THINGS[kind]}{number}@storkommun.example" for number, kind in enumerate(_draw(random, 22, MAILBOXES))]
    weights = np.array(list(accumulate(1 / (rank + 8) for rank in range(MAILBOXES))))
    begin, step = int(START.timestamp() * 1000), DAYS * 86_400_000 / rows
    for first in range(0, rows, BLOCK):
        size = min(BLOCK, rows - first)
        times = (begin + np.arange(first, first + size) * step).astype(np.int64).tolist()
        mailboxes = np.searchsorted(weights, random.random(size) * weights[-1]).tolist()
        people = (PEOPLE * random.random(size) ** 2.5).astype(np.int64).tolist()
        is_in = (random.random(size) < 0.6).tolist()
        yield [
            (at, box + 1, 0, _address(person), boxes[box], subject)
            if coming
            else (at, box + 1, 1, boxes[box], _address(person), subject)
            for at, box, person, coming, subject in zip(
                times, mailboxes, people, is_in, _subjects(random, size), strict=True
            )
        ]


def _draw(random: Generator, below: int, size: int) -> list[int]:
    return random.integers(below, size=size).tolist()  # type: ignore[no-any-return]


def _address(person: int) -> str:
    first, last = FIRST[person % len(FIRST)], LAST[person // 7 % len(LAST)]
    return f"{first}.{last}{person // 900}@mejl{person % 40}.example"


def _subjects(random: Generator, size: int) -> Iterator[str]:
    ranges = (len(_ANSWERS), len(_OPENINGS), len(THINGS), len(STREETS), 119, len(_BOARDS), 8999, 28, 12)
    for answer, opening, thing, street, number, board, diary, day, month in zip(
        *(_draw(random, below, size) for below in ranges), strict=True
    ):
        yield _ANSWERS[answer] + _OPENINGS[opening].format(
            thing=THINGS[thing], street=STREETS[street], number=number + 1, board=_BOARDS[board], diary=diary + 1,
            day=f"{day + 1}/{month + 1}",
        )  # fmt: skip
