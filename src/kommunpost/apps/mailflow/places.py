"""The places where a mail may lie, and how it is taken out of each of them: what every office promises (ADR 0053).

An office that keeps something of a mail, or of what was made from it, says so by a ``Place``. All of them stand in one
visible table, ``site/places.py``. Nothing is taken away before it has been found and written down, so a removal that is
broken off goes on where it was: ``remove`` and ``prove`` are therefore given what was found, and may be called again.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from django.utils.functional import Promise


class How(StrEnum):
    """``always``: goes with the mail. ``chosen``: if a person says so. ``by_hand``: a person does it, and says it."""

    ALWAYS = "always"
    CHOSEN = "chosen"
    BY_HAND = "by_hand"


class PlaceFailed(Exception):  # noqa: N818 -- named by what it says.
    """Nothing could be removed or looked at just now; it is tried again. ``code``: ``unreachable``, ``in_use`` …"""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


class NeedsHand(PlaceFailed):
    """Some of it can only be removed by a person: ``lying`` takes the stead of ``references`` in what was found."""

    def __init__(self, code: str, *, references: Sequence[str], lying: Sequence["Lying"]) -> None:
        super().__init__(code)
        self.references, self.lying = references, lying


@dataclass(frozen=True, slots=True)
class Lying:
    """Something of the mail, by a reference without content (``draft:12``). ``digest``: SHA-256, where it is bytes.

    ``shows`` tells a person what it is, when they must choose or act: an address, a heading. It is never kept.
    """

    reference: str
    digest: str = ""
    how: How = How.ALWAYS
    shows: str = ""


@dataclass(frozen=True, slots=True)
class Place:
    """Where a mail may lie. ``find`` gets the message's id, and is called while the mail's bytes can still be read.

    ``remove(message_id, lying, now)`` takes it away and audits it, in transactions of its own; what is gone already is
    no error. ``prove(message_id, lying)`` looks anew, and gives the references of what is still there.
    """

    code: str
    title: str | Promise
    find: Callable[[int], list[Lying]]
    remove: Callable[[int, Sequence[Lying], datetime], None]
    prove: Callable[[int, Sequence[Lying]], list[str]]


def numbers(lying: Sequence[Lying], kind: str) -> list[int]:
    """The numbers of the references of one kind: ``draft:12`` -> 12."""
    mark = f"{kind}:"
    return [int(one.reference.removeprefix(mark)) for one in lying if one.reference.startswith(mark)]
