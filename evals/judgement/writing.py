"""The mails written for training, in ``mails/*.txt``: each begins with a line of labels, then subject, then body.

    ## bygglov reg check q=bygglov-altan to=bygglov lang=en
    Subject
    Body …

The first word is the unit, ``@skatteverket`` for another authority, ``-`` for nowhere. What is left out is the usual:
a public record, exempt, no secrecy, to be kept, Swedish, calm, no request. ``spam``, ``noact`` and ``other`` are
disposal classes; ``private``, ``union`` and ``work`` are grounds for no public record.
"""

import hashlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).with_name("mails")
DOMAIN = "botkyrka.example"
_DISPOSAL = {"spam": "outside_scope", "noact": "no_action_needed", "other": "other_channel_no_fact"}
_GROUNDS = {"private": "private", "union": "union_political", "work": "working_material"}
_SENDERS = {
    "voice": "Telefonväxeln <rostbrevlada@botkyrka.example>",
    "fejsbook": "Fejsbook <notification@fejsbook.example>",
    "instapic": "Instapic <no-reply@instapic.example>",
}
_FIRST = (
    "Anna Bo Carin David Eva Farid Greta Hassan Ines Johan Katri Lars Mona Nils Olga Per Rana Sven Tina Ulf".split()
)
_LAST = (
    "Alm Berg Carlén Dahl Ek Falk Gren Holm Isak Jonsson Kaya Lind Moberg Nord Omar Palm Rask Sand Tell Wahl".split()
)
_DOMAINS = ("mejl.example", "post.example", "mejl.example", "brev.example")


def records(folder: Path = FOLDER) -> Iterator[dict[str, Any]]:
    """All mails of a folder, as the records that ``kommunpost judge --jsonl`` reads, with labels."""
    for file in sorted(folder.glob("*.txt")):
        pieces = file.read_text(encoding="utf-8").split("\n## ")
        pieces[0] = pieces[0].removeprefix("## ")
        for number, piece in enumerate(pieces, 1):
            yield _record(f"{file.stem}-{number:03}", piece)


def _record(id_: str, piece: str) -> dict[str, Any]:
    head, subject, body = [*piece.strip("\n").split("\n", 2), "", ""][:3]
    first, *words = head.split()
    flags = {word for word in words if "=" not in word}
    said = dict(word.split("=", 1) for word in words if "=" in word)
    kind = "outgoing" if "out" in flags else "internal" if "int" in flags else "incoming"
    return {
        "id": id_,
        "kind": kind,
        "from": _sender(id_, said.get("from", "")),
        "to": [_address(name) for name in said.get("to", "info").split(",")],
        "cc": [],
        "subject": "" if subject == "(inget ämne)" else subject,
        "date": "2026-03-12T08:41:00+01:00",
        "headers": {"Auto-Submitted": "auto-replied"} if "auto" in flags else {},
        "body": body.strip() + "\n",
        "attachments": [{"name": name, "type": "", "size": 1} for name in said.get("files", "").split(",") if name],
        "labels": _labels(first, flags, said),
        # Written more often than they come, to cover what each handles; so that they count as often as they come.
        "importance": 0.6 if first.startswith("@") else 1.0,
    }


def _labels(first: str, flags: set[str], said: dict[str, str]) -> dict[str, Any]:
    ground = next((_GROUNDS[flag] for flag in sorted(flags & set(_GROUNDS))), None)
    disposal = next((_DISPOSAL[flag] for flag in sorted(flags & set(_DISPOSAL))), "keep")
    authority = first.removeprefix("@") if first.startswith("@") else None
    return {
        "record": "not_public_record" if ground else "public_record",
        "record_ground": ground,
        "registration": "none" if ground else "register" if flags & {"reg", "disc", "log"} else "exempt",
        "secrecy": "strong" if "strong" in flags else "check" if "check" in flags else "none",
        "disclosure_request": bool(flags & {"disc", "log"}),
        "log_request": "log" in flags,
        "unit": None if authority or first == "-" else first,
        "authority": authority,
        "disposal": "outside_scope" if authority else disposal,
        "language": said.get("lang", "sv"),
        "angry": "angry" in flags,
        "question": said.get("q"),
        "questions_marked": authority is None and first == "-",
    }


def _address(name: str) -> str:
    return name.lower() if "@" in name else f"{name.lower()}@{DOMAIN}"


def _sender(id_: str, said: str) -> str:
    """Somebody invented, the same in every run; or an employee, written ``Karin.Thorsell``; or a machine."""
    if said in _SENDERS:
        return _SENDERS[said]
    if said:
        return f"{said.replace('.', ' ')} <{_address(said)}>"
    number = int(hashlib.sha256(id_.encode()).hexdigest()[:8], 16)
    first, last = _FIRST[number % 20], _LAST[number // 20 % 20]
    address = f"{first}.{last}@{_DOMAINS[number // 400 % 4]}".lower().replace("é", "e")
    return f"{first} {last} <{address}>"
