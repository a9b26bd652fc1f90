"""The invented mails of the example municipality, one JSON object a line in ``mails.jsonl``, oldest first."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import cache
from pathlib import Path

MAILS = Path(__file__).with_name("mails.jsonl")
DOMAIN = "botkyrka.example"


@dataclass(frozen=True, slots=True)
class StatedFile:
    """An attachment that a mail speaks of. The demo sends a small placeholder of that name and type."""

    name: str
    type: str


@dataclass(frozen=True, slots=True)
class TownMail:
    """A mail as the corpus tells it. ``written_at`` is the corpus' own date; ``dates.py`` moves it close to today."""

    id: str
    sender: str
    to: tuple[str, ...]
    cc: tuple[str, ...]
    subject: str
    body: str
    written_at: datetime
    files: tuple[StatedFile, ...] = ()
    in_reply_to: str = ""
    headers: Mapping[str, str] = field(default_factory=dict)


@cache
def town_mails() -> tuple[TownMail, ...]:
    """All mails of the example municipality, oldest first."""
    with MAILS.open(encoding="utf-8") as lines:
        return tuple(_mail(json.loads(line)) for line in lines)


def split_address(text: str) -> tuple[str, str]:
    """Name and address, in lower case, of ``Namn <adress>``. The names hold commas and brackets, unquoted."""
    name, _, address = text.rpartition("<")
    return name.strip(), address.strip("> ").lower()


def ancestors(mail: TownMail) -> list[str]:
    """Ids of the mails that ``mail`` answers, oldest first: its References."""
    by_id = {other.id: other for other in town_mails()}
    chain: list[str] = []
    while mail.in_reply_to:
        chain.insert(0, mail.in_reply_to)
        mail = by_id[mail.in_reply_to]
    return chain


def _mail(record: Mapping[str, object]) -> TownMail:
    def texts(key: str) -> tuple[str, ...]:
        value = record.get(key, [])
        return tuple(map(str, value)) if isinstance(value, list) else ()

    files = record.get("attachments", [])
    headers = record.get("headers", {})
    return TownMail(
        id=str(record["id"]),
        sender=str(record["from"]),
        to=texts("to"),
        cc=texts("cc"),
        subject=str(record["subject"]),
        body=str(record["body"]),
        written_at=datetime.fromisoformat(str(record["date"])),
        files=tuple(StatedFile(file["name"], file["type"]) for file in files) if isinstance(files, list) else (),
        in_reply_to=str(record.get("in_reply_to", "")),
        headers=dict(headers) if isinstance(headers, dict) else {},
    )
