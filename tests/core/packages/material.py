"""Invented cases for packages, ordinary and hostile."""

import hashlib
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

from kommunpost.core.packages import (
    Case,
    Entry,
    Event,
    File,
    Mail,
    Marking,
    Note,
    OpenMail,
    Party,
    Person,
    Revision,
    Sender,
)

MADE = datetime(2026, 11, 20, 8, 0, tzinfo=UTC)
THEN = datetime(2026, 11, 18, 9, 2, 3, 456789, tzinfo=UTC)
SENDER = Sender(municipality="Botkyrka kommun", committee="Samhällsbyggnadsnämnden", committee_code="SBN", version="1")
SARA = Person("Sara Nyqvist", "sara@kommun.example")
PDF = b"%PDF-1.7 rendition"


def sha(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def mail_bytes(number: int = 1) -> bytes:
    return f"Subject: brev {number}\r\n\r\nHej\r\n".encode()


def mail_files(raw: bytes, *attachments: bytes, names: tuple[str, ...] = ()) -> tuple[File, ...]:
    own = File(sha(raw), 0, "mejl-1.eml", "message/rfc822", len(raw), sha(raw), is_left_out=False)
    rest = (
        File(sha(raw), place, names[place - 1] if names else f"{place}.pdf", "application/pdf", len(one), sha(one),
             is_left_out=False)
        for place, one in enumerate(attachments, start=1)
    )  # fmt: skip
    return (own, *rest)


def entry(number: int = 1, **changes: object) -> Entry:
    raw = mail_bytes(number)
    plain = Entry(
        designation=f"SBN/2026:00001-{number}", running=number, direction="in", dated_at=THEN,
        counterpart="Nybygge i Sörmland AB", title="Ansökan om bygglov", public_title="Ansökan om bygglov",
        public_counterpart="", document_type="Ansökan", handler=SARA, secrecy="none", markings=(),
        registered_at=THEN + timedelta(minutes=5), registered_by=SARA, voided_at=None, version=1,
        mails=(Mail(sha(raw), "in", THEN, "bygglov@kommun.example"),),
        files=mail_files(raw, b"ritning"), revisions=(),
    )  # fmt: skip
    return replace(plain, **changes)  # type: ignore[arg-type]


def case(*entries: Entry, **changes: object) -> Case:
    plain = Case(
        designation="SBN/2026:00001", committee="SBN", year=2026, number=1, title="Bygglov Kaprifolen 12",
        public_title="", secrecy="check", state="closed", opened_at=THEN, closed_at=THEN + timedelta(days=2),
        handler=None, version=3, latest_running=len(entries) or 1,
        parties=(Party("Ada Berg", "applicant", THEN, None), Party("Bo Ek", "opponent", THEN, THEN + timedelta(1))),
        notes=(Note("official", "Ringde.", THEN, SARA, "archived", THEN),
               Note("memo", "", THEN, SARA, "cleared", THEN)),
        entries=entries or (entry(),),
    )  # fmt: skip
    return replace(plain, **changes)  # type: ignore[arg-type]


def marked_entry() -> Entry:
    before = {"title": "Ansökan\x00", "provisions": ["OSL 26:1"], "dated_at": None, "version": 1}
    return entry(
        2, direction="drawn_up", counterpart="", secrecy="strong", document_type="", handler=None,
        voided_at=THEN + timedelta(hours=1), registered_by=None, version=2,
        markings=(Marking("OSL 26:1", date(2026, 11, 18), "Socialnämnden"),
                  Marking("OSL 21:1", date(2026, 11, 18), "Socialnämnden", THEN)),
        revisions=(Revision(1, before, "Fel ord", THEN, SARA), Revision(2, before, "", THEN, None)),
    )  # fmt: skip


def opener(mails: dict[str, OpenMail]):  # type: ignore[no-untyped-def]
    return mails.get


def open_mails(*cases: Case) -> dict[str, OpenMail]:
    """A mail for each of the plain entries."""
    raws = [mail_bytes(number) for number in range(1, 200)]
    return {sha(raw): OpenMail((raw, b"ritning"), PDF) for raw in raws}


def events(of: Case) -> list[Event]:
    return [Event(7, "register:case:close", THEN, "Sara Nyqvist", of.designation)]
