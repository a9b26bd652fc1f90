"""Whom an answer or a forward goes to: one pure function. And addresses as people type them."""

import re
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum

from kommunpost.apps.composing.models import DraftOrigin
from kommunpost.apps.directory.addresses import candidates, normalise
from kommunpost.core.mail import Address, AutomaticKind, HeaderSummary
from kommunpost.core.mail.draft import DraftError, check_address

NO_REPLY = re.compile(
    r"(?:no|do[-_.]?not)[-_.]?reply.*|(?:ej|inget)[-_.]?svar.*|svara[-_.]?(?:ej|inte).*|mailer-daemon", re.IGNORECASE
)
LONGEST_NAME = 200
_SEPARATOR = re.compile(r"[,;\n]")
_WITHIN_QUOTES = str.maketrans({'"': "'", "<": "(", ">": ")"})
_IN_ANGLES = re.compile(r"(?P<name>[^<>]*)<\s*(?P<address>[^<>\s]+)\s*>")


class Remark(StrEnum):
    """What the writer should know of the recipients that were worked out."""

    NO_REPLY = "no_reply"
    HIDDEN_COPY = "hidden_copy"
    ANSWERS_LIST = "answers_list"
    NOBODY = "nobody"


@dataclass(frozen=True, slots=True)
class Recipients:
    """Each address once over both fields. Bcc is never worked out: who was hidden stays hidden."""

    to: tuple[Address, ...] = ()
    cc: tuple[Address, ...] = ()
    remarks: frozenset[Remark] = frozenset()


@dataclass(frozen=True, slots=True)
class Typed:
    """Addresses read out of a field, and the pieces that are none."""

    addresses: tuple[Address, ...]
    unreadable: tuple[str, ...]


def work_out(*, origin: DraftOrigin, original: HeaderSummary, own: Collection[str]) -> Recipients:
    """The recipients of an answer to ``original``, from a mailbox with the addresses ``own`` (any case; aliases too).

    An answer goes to Reply-To, else From. What the mailbox itself once sent goes on to those it was sent to. On a mail
    from a list whose Reply-To is the list, an answer is for the writer and only one to all is for the list. An answer
    to all has everybody else on copy: who of them must act, the writer says (clause ``only-concerned``). Own addresses
    are left out, with a plus tag too; so is what is no sendable address. A forward has none.
    """
    if origin in {DraftOrigin.NEW, DraftOrigin.FORWARD}:
        return Recipients()
    mine = frozenset(map(normalise, own))
    to = _each_once(_answered(origin, original, mine), without=mine)
    everybody = (*original.to, *original.cc) if origin is DraftOrigin.REPLY_ALL else ()
    cc = _each_once(everybody, without=mine | {one.address for one in to})
    if not to and cc:
        to, cc = cc, ()
    return Recipients(to, cc, _remarks(origin, original, mine, (*to, *cc)))


def read_typed(text: str) -> Typed:
    """``Anna Ek <anna@x.example>; bo@x.example`` -> addresses, each once, and what could not be read.

    Comma, semicolon and line end part them; a comma inside double quotes does not.
    """
    found: list[Address] = []
    unreadable: list[str] = []
    for piece in _pieces(text):
        one = _read_one(piece)
        if one is None:
            unreadable.append(piece)
        else:
            found.append(one)
    return Typed(_each_once(found, without=frozenset()), tuple(unreadable))


def write_typed(addresses: Iterable[Address]) -> str:
    """Addresses as they stand in a field: ``"Ek, Anna" <anna@x.example>, bo@x.example``."""
    return ", ".join(map(_write_one, addresses))


def _answered(origin: DraftOrigin, original: HeaderSummary, mine: frozenset[str]) -> Sequence[Address]:
    """Those whom the answer is for, before own addresses are left out."""
    if _is_mine(original.sender.address, mine):
        outside = [one for one in original.reply_to if not _is_mine(one.address, mine)]
        return outside or original.to or original.cc
    asked = [one for one in original.reply_to if one.address and not _is_mine(one.address, mine)]
    if not asked:
        return (original.sender,)
    if origin is DraftOrigin.REPLY and _leads_to_list(original, asked):
        return (original.sender,)
    return asked


def _leads_to_list(original: HeaderSummary, asked: Sequence[Address]) -> bool:
    addressed = {one.address for one in (*original.to, *original.cc)}
    return original.automatic is AutomaticKind.LIST and all(one.address in addressed for one in asked)


def _remarks(
    origin: DraftOrigin, original: HeaderSummary, mine: frozenset[str], reached: Sequence[Address]
) -> frozenset[Remark]:
    visible = any(_is_mine(one.address, mine) for one in (*original.to, *original.cc, original.sender))
    addressed = {one.address for one in (*original.to, *original.cc)}
    on_list = original.automatic is AutomaticKind.LIST and any(one.address in addressed for one in reached)
    found = {
        Remark.NOBODY: not reached,
        Remark.NO_REPLY: any(NO_REPLY.fullmatch(one.address.partition("@")[0]) for one in reached),
        # Whoever got a hidden copy shows that they did by answering all.
        Remark.HIDDEN_COPY: origin is DraftOrigin.REPLY_ALL and not visible,
        Remark.ANSWERS_LIST: on_list,
    }
    return frozenset(remark for remark, holds in found.items() if holds)


def _is_mine(address: str, mine: frozenset[str]) -> bool:
    return any(one in mine for one in candidates(normalise(address)))


def _each_once(addresses: Iterable[Address], *, without: frozenset[str]) -> tuple[Address, ...]:
    """In order, by address; of two the first that has a name gives it."""
    kept: dict[str, Address] = {}
    for one in addresses:
        key = normalise(one.address)
        if not _is_sendable(one) or _is_mine(key, without):
            continue
        if key not in kept or (one.name and not kept[key].name):
            kept[key] = Address(_plain(one.name), key)
    return tuple(kept.values())


def _is_sendable(one: Address) -> bool:
    try:
        check_address("to", normalise(one.address))
    except DraftError:
        return False
    return True


def _plain(name: str) -> str:
    """A name that can stand in a header. A strange name never costs somebody the mail."""
    shown = "".join(character if character.isprintable() else " " for character in name)
    return " ".join(shown.split())[:LONGEST_NAME]


def _pieces(text: str) -> list[str]:
    """Parts between separators outside double quotes, trimmed, the empty ones left out."""
    pieces, piece, quoted = [], "", False
    for character in text:
        quoted = quoted != (character == '"')
        if _SEPARATOR.match(character) and not quoted:
            pieces.append(piece)
            piece = ""
        else:
            piece += character
    return [one.strip() for one in (*pieces, piece) if one.strip()]


def _read_one(piece: str) -> Address | None:
    match = _IN_ANGLES.fullmatch(piece)
    name = match["name"].strip().strip('"').strip() if match else ""
    found = Address(name, normalise(match["address"] if match else piece))
    return found if _is_sendable(found) else None


def _write_one(one: Address) -> str:
    name = one.name.translate(_WITHIN_QUOTES)
    if not name:
        return one.address
    quoted = f'"{name}"' if _SEPARATOR.search(name) else name
    return f"{quoted} <{one.address}>"
