"""What the SMTP process and the writer say to each other over their socket (ADR 0016).

Mail goes in frames: length of the whole, length of the head (both four bytes), the head as JSON, the packed bytes. The
writer answers a line for each: the frame's number, and the message's or nothing. JSON, not pickle: the process that
talks with strangers must not be able to make the writer run anything.
"""

import json
import struct
from collections.abc import Iterator
from datetime import datetime
from typing import Any

from kommunpost.apps.mailflow.arrivals import Head, Prepared
from kommunpost.apps.mailflow.blobs.contract import PackedBlob
from kommunpost.apps.mailflow.kinds import Direction, Route
from kommunpost.apps.mailflow.rules.deliveries import Told
from kommunpost.apps.mailflow.rules.identity import Identity

_LENGTHS = struct.Struct(">II")


def encode(number: int, one: Prepared) -> bytes:
    """The frame of a mail. ``number`` is for its answer."""
    blob, head, told = one.blob, one.head, one.told
    plain = [
        number, blob.digest, blob.size, one.at.isoformat(), one.route, one.envelope_sender, one.identity.content,
        one.identity.message_id,
        [head.subject, head.sender_name, head.sender_address, head.seen, head.date and head.date.isoformat(),
         head.automatic, head.defects],
        [told.route, told.sender, told.recipients, told.trusted, told.direction, sorted(told.own_domains)],
    ]  # fmt: skip
    text = json.dumps(plain).encode()
    return b"".join((_LENGTHS.pack(len(text) + len(blob.packed), len(text)), text, blob.packed))


def decode(frame: bytes, head_length: int) -> tuple[int, Prepared]:
    """What ``encode`` was given, of a frame without its lengths."""
    number, digest, size, at, route, sender, content, message_id, head, told = json.loads(frame[:head_length])
    return number, Prepared(
        blob=PackedBlob(digest, size, frame[head_length:]),
        at=datetime.fromisoformat(at),
        route=Route(route),
        envelope_sender=sender,
        identity=Identity(content, message_id),
        head=_head(head),
        told=_told(told),
    )


def _head(plain: list[Any]) -> Head:
    subject, name, address, seen, date, automatic, defects = plain
    at = datetime.fromisoformat(date) if date else None
    return Head(subject, name, address, tuple(seen), at, automatic, tuple((code, where) for code, where in defects))


def _told(plain: list[Any]) -> Told:
    route, sender, recipients, trusted, direction, own = plain
    way = Direction(direction) if direction else None
    return Told(Route(route), sender, tuple(recipients), trusted, way, frozenset(own))


def take_frames(held: bytearray) -> Iterator[tuple[int, Prepared]]:
    """The whole mails at the front of ``held``; they are taken off it when all are handed out."""
    place = 0
    while len(held) - place >= _LENGTHS.size:
        length, head_length = _LENGTHS.unpack_from(held, place)
        end = place + _LENGTHS.size + length
        if len(held) < end:
            break
        yield decode(bytes(held[place + _LENGTHS.size : end]), head_length)
        place = end
    del held[:place]


def encode_answers(answers: list[tuple[int, int | None]]) -> bytes:
    """Frame number and message's number (None: refused) of each."""
    return "".join(f"{number} {'-' if message is None else message}\n" for number, message in answers).encode()


def take_answers(held: bytearray) -> list[tuple[int, int | None]]:
    """The whole answers at the front of ``held``, taken off it."""
    whole = held.rfind(b"\n") + 1
    lines = bytes(held[:whole]).split(b"\n")[:-1]
    del held[:whole]
    pairs = (line.split(b" ") for line in lines)
    return [(int(number), None if message == b"-" else int(message)) for number, message in pairs]
