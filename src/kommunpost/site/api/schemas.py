"""What the API takes and gives, as OpenAPI tells it. Field names are a public contract."""

from typing import Any

from ninja import Field, Schema

LONGEST_FIELD = 2_000
MAX_LIST = 1_000
MAX_ADDRESS = 700
LONGEST_BODY = 500_000


class FileIn(Schema):
    """An attachment by name, media type and size in bytes; never its content."""

    name: str = Field(max_length=LONGEST_FIELD)
    type: str = Field(default="", max_length=LONGEST_FIELD)
    size: int = Field(default=0, ge=0)


class DraftIn(Schema):
    """A mail as it is to be sent. Addresses as ``Namn <adress>`` or an address alone."""

    sender: str = Field(alias="from", max_length=MAX_ADDRESS)
    to: list[str] = Field(default_factory=list, max_length=MAX_LIST)
    cc: list[str] = Field(default_factory=list, max_length=MAX_LIST)
    bcc: list[str] = Field(default_factory=list, max_length=MAX_LIST)
    subject: str = Field(default="", max_length=LONGEST_FIELD)
    body: str = Field(default="", max_length=LONGEST_BODY, description="Plain text, with signature and history")
    attachments: list[FileIn] = Field(default_factory=list, max_length=MAX_LIST)
    headers: dict[str, str] = Field(default_factory=dict, description="Those that ask for receipts")


class FindingOut(Schema):
    """``start`` and ``end`` count characters in ``field``; in lists of recipients and files they count entries."""

    clause: str
    severity: str = Field(description="stop or advice")
    says: str
    why: str
    field: str
    start: int
    end: int
    words: str
    fix: dict[str, Any] | None


class AdviceOut(Schema):
    """``findings`` ranked; ``first`` are the places in it of those to show first, at most three."""

    findings: list[FindingOut]
    first: list[int]
    stop: bool = Field(description="whether the municipality wants the mail not to be sent as it is")


class ProblemOut(Schema):
    """``code`` is stable, ``says`` is for people."""

    code: str
    says: str
