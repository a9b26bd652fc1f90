"""What reading a file gives."""

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

MAIL_LIMIT = 200 * 1024 * 1024
"""Bytes of one mail; more than any server lets through. Bounds a zip or gzip bomb too."""


class Refusal(StrEnum):
    """Why a file, or a mail in it, was not taken."""

    NOT_MAIL = "not_mail"
    TOO_LARGE = "too_large"
    ENCRYPTED = "zip_encrypted"
    DAMAGED = "archive_damaged"
    UNREADABLE = "unreadable"
    NOT_STORED = "not_stored"


@dataclass(frozen=True, slots=True)
class FoundMail:
    """``name``: path, in a zip ``archive.zip/inner.eml``. ``offset``: bytes into the (unpacked) file."""

    name: str
    offset: int
    raw: bytes = field(repr=False)
    changed_at: datetime


@dataclass(frozen=True, slots=True)
class Refused:
    """A file, or a place in it, that gave no mail."""

    name: str
    offset: int
    code: Refusal
