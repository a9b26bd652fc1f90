"""Drafts and contexts for the tests of advice: a caseworker who writes to a citizen, unless a test says otherwise."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime

from kommunpost.core.advice import Context, Draft, File, Finding, Person, advise
from kommunpost.core.guidelines import load_profile
from kommunpost.core.mail import Address

NOW = datetime(2026, 9, 9, 8, 0, tzinfo=UTC)  # a Wednesday
OLA = Address("Ola Brännström", "ola.brannstrom@botkyrka.example")
ANNA = Address("Anna Grahn", "anna.grahn@mejl.example")
MONA = Address("Mona Isaksson", "mona.isaksson@botkyrka.example")
SIGNATURE = """Ola Brännström
Bygglovshandläggare
Bygglovsenheten

Botkyrka kommun
Telefon: 08-465 004 38
Postadress: 147 85 Tumba
www.botkyrka.example"""
PEOPLE = {
    OLA.address: Person(OLA.address, OLA.name, "Bygglovshandläggare", "Bygglovsenheten", "08-465 004 38"),
    MONA.address: Person(MONA.address, MONA.name, "Trafikhandläggare", "Gatu- och parkenheten", "08-465 004 42"),
}
FILE = File("skiss.pdf", "application/pdf", 40_000)


def context(**changes: object) -> Context:
    usual = Context(now=NOW, profile=load_profile("botkyrka"), people=PEOPLE, signature=SIGNATURE)
    return replace(usual, **changes)  # type: ignore[arg-type]


def draft(
    body: str,
    *,
    subject: str = "Besked om din altan",
    to: tuple[Address, ...] = (ANNA,),
    cc: tuple[Address, ...] = (),
    signature: str = SIGNATURE,
    quote: str = "",
    attachments: tuple[File, ...] = (),
    headers: Mapping[str, str] | None = None,
) -> Draft:
    """A draft by Ola; ``signature`` and ``quote`` go below the body."""
    text = "\n\n".join(part for part in (body, signature, quote) if part)
    return Draft(sender=OLA, to=to, cc=cc, subject=subject, body=text, attachments=attachments, headers=headers or {})


def found(mail: Draft, clause: str, **changes: object) -> tuple[Finding, ...]:
    """What is found about one clause."""
    return tuple(one for one in advise(mail, context(**changes)) if one.clause == clause)


def clauses(mail: Draft, **changes: object) -> set[str]:
    return {one.clause for one in advise(mail, context(**changes))}
