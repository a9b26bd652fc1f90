"""What only our register knows, and no standard has a place for: as own elements, in ERMS and in FGS 1.0 alike."""

from collections.abc import Mapping
from datetime import datetime

from kommunpost.core.packages.model import Case, Entry, File, Mail, Note, Person, Revision
from kommunpost.core.packages.text import moment

OWN = "kommunpost"
Placed = Mapping[tuple[str, int], str]
"""Path in the package of (mail, place); place -1 is the mail's PDF/A."""
RENDITION = -1


def case_facts(case: Case) -> dict[str, object]:
    return {
        "committee": case.committee, "year": case.year, "number": case.number, "version": case.version,
        "latest_running": case.latest_running, "notes": [_note(note) for note in case.notes],
    }  # fmt: skip


def entry_facts(entry: Entry, placed: Placed) -> dict[str, object]:
    return {
        "year": entry.year, "number": entry.number, "version": entry.version,
        "public_counterpart": entry.public_counterpart, "mails": [_mail(mail) for mail in entry.mails],
        "files": [_file(file, placed.get((file.mail, file.place))) for file in entry.files],
        "revisions": [_revision(revision) for revision in entry.revisions],
    }  # fmt: skip


def _note(note: Note) -> dict[str, object]:
    return {"state": note.state, "settled_at": time_or_none(note.settled_at), "by": person_or_none(note.written_by)}


def _mail(mail: Mail) -> dict[str, object]:
    return {"digest": mail.digest, "direction": mail.direction, "at": moment(mail.at), "mailbox": mail.mailbox}


def _file(file: File, path: str | None) -> dict[str, object]:
    return {
        "mail": file.mail, "place": file.place, "name": file.name, "media_type": file.media_type, "size": file.size,
        "digest": file.digest, "is_left_out": file.is_left_out, "path": path,
    }  # fmt: skip


def _revision(revision: Revision) -> dict[str, object]:
    return {
        "version": revision.version, "before": dict(revision.before), "reason": revision.reason,
        "at": moment(revision.at), "by": person_or_none(revision.by),
    }  # fmt: skip


def person_or_none(person: Person | None) -> list[str] | None:
    return [person.name, person.address] if person else None


def time_or_none(at: datetime | None) -> str | None:
    return moment(at) if at else None
