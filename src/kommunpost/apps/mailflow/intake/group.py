"""Group commit: all mail that has come is written in one go, and answered when it is durable (ADR 0006, 0016)."""

import logging
import socket
import sqlite3
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from django.db import InterfaceError, OperationalError, close_old_connections, connections

from kommunpost.apps.mailflow.actions.receive import Receipt
from kommunpost.apps.mailflow.arrivals import Prepared
from kommunpost.apps.mailflow.intake.wire import encode_answers, take_frames

log = logging.getLogger(__name__)

PIECE = 1024 * 1024

NOT_THE_MAIL = (OperationalError, InterfaceError, sqlite3.OperationalError, OSError)
"""Locked for too long, full, or away: the database, the store or the disk. Another mail would fare no better."""

Write = Callable[[Sequence[Prepared]], Sequence[Receipt]]
Numbered = tuple[int, Prepared]


@dataclass(frozen=True, slots=True)
class GroupLimits:
    """``mails`` and ``octets`` (as the store keeps them) of one group."""

    mails: int = 200
    octets: int = 64 * 1024 * 1024


def write_from(link: socket.socket, write: Write, *, limits: GroupLimits | None = None) -> None:
    """Write what comes over ``link``, in groups, until the other end is closed. A mail is answered when it is durable,
    or refused. While one group is written the next one gathers.
    """
    try:
        for group in _groups(link, limits or GroupLimits()):
            close_old_connections()
            answers = _written(group, write)
            link.sendall(encode_answers(answers))
    except ConnectionError:
        # The process at the other end is gone, and its senders with it: they come again.
        return
    finally:
        connections.close_all()


def _groups(link: socket.socket, limits: GroupLimits) -> Iterator[list[Numbered]]:
    held, waiting = bytearray(), list[Numbered]()
    while True:
        while not waiting:
            if not _receive(link, held):
                return
            waiting += take_frames(held)
        group, waiting = _parted(waiting, limits)
        yield group


def _receive(link: socket.socket, held: bytearray) -> bool:
    """Wait for something, then take all that is there. False when the other end is closed and nothing came."""
    piece = link.recv(PIECE)
    came = bool(piece)
    while piece:
        held += piece
        try:
            piece = link.recv(PIECE, socket.MSG_DONTWAIT)
        except BlockingIOError:
            break
    return came


def _parted(waiting: list[Numbered], limits: GroupLimits) -> tuple[list[Numbered], list[Numbered]]:
    octets = 0
    for place, (_number, one) in enumerate(waiting[: limits.mails]):
        octets += len(one.blob.packed)
        if place and octets > limits.octets:
            return waiting[:place], waiting[place:]
    return waiting[: limits.mails], waiting[limits.mails :]


def _written(group: Sequence[Numbered], write: Write) -> list[tuple[int, int | None]]:
    try:
        receipts = write([one for _number, one in group])
    except NOT_THE_MAIL as error:
        # Singly each would wait as long again for the same lock or disk, and nothing be taken meanwhile.
        return _refused(group, error)
    except Exception as error:
        return _written_singly(group, write) if len(group) > 1 else _refused(group, error)
    return [(number, receipt.message_id) for (number, _one), receipt in zip(group, receipts, strict=True)]


def _written_singly(group: Sequence[Numbered], write: Write) -> list[tuple[int, int | None]]:
    # One mail that cannot be written must not refuse its neighbours.
    answers: list[tuple[int, int | None]] = []
    for place, (number, one) in enumerate(group):
        try:
            (receipt,) = write([one])
        except NOT_THE_MAIL as error:
            return answers + _refused(group[place:], error)
        except Exception as error:
            answers += _refused([(number, one)], error)
        else:
            answers.append((number, receipt.message_id))
    return answers


def _refused(group: Sequence[Numbered], error: Exception) -> list[tuple[int, int | None]]:
    # The class alone: a database's message quotes values, and those are personal data.
    log.error("intake.refused", extra={"count": len(group), "error": type(error).__name__})
    return [(number, None) for number, _one in group]
