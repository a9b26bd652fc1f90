"""Outgoing mail with gold clauses: the demo's, and drafts in other voices (``corpus/drafts.txt``)."""

import hashlib
import re
import tomllib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from pathlib import Path

from evals.mails import all_mails
from kommunpost.core.advice import Context, Draft, File, Person
from kommunpost.core.guidelines import load_profile
from kommunpost.core.mail import Address
from kommunpost.site.demo.corpus import TownMail, split_address, town_mails

ROOT = Path(__file__).resolve().parent.parent
DEMO_DIRECTORY = ROOT / "src/kommunpost/site/demo/directory.toml"
WRITTEN_BY_US = ROOT / "evals/corpus/drafts.txt"
HELD_BACK = ROOT / "evals/corpus/drafts-held-back.txt"
WRITTEN = datetime.fromisoformat("2026-09-10T09:00:00+02:00")
HEAD = re.compile(r"^=== (.+) \|$", re.MULTILINE)
FIELDS = 7
LIST_SIZE = 100
"""What the demo's staff lists reach when the directory gives no members."""


@dataclass(frozen=True, slots=True)
class Case:
    """``gold``: the clauses that an adviser should raise; empty for a good mail."""

    id: str
    draft: Draft
    context: Context
    gold: frozenset[str]


def held_back(case_id: str) -> bool:
    """Whether a demo mail belongs to the part of which only the score is looked at, by a hash of its own."""
    return int(hashlib.sha256(case_id.encode()).hexdigest(), 16) % 5 < 2


@cache
def written_cases() -> tuple[Case, ...]:
    """The cases of ``drafts.txt``, whose format its first lines tell."""
    return tuple(_cases(WRITTEN_BY_US))


@cache
def held_back_cases() -> tuple[Case, ...]:
    """Those of the same form that were written before the rules were widened, and of which only the scores are seen."""
    return tuple(_cases(HELD_BACK))


def _cases(file: Path) -> Iterator[Case]:
    text = file.read_text(encoding="utf-8")
    parts = re.split(r"^=== ", text, flags=re.MULTILINE)[1:]
    return (_written(*part.split("\n", 1)) for part in parts)


@cache
def town_cases() -> tuple[Case, ...]:
    """The demo's outgoing and internal mails, with the clauses that people gave them."""
    gold = {mail.id: mail.labels.get("clauses") for mail in all_mails()}
    return tuple(_town_case(mail, gold[mail.id] or ()) for mail in town_mails() if gold.get(mail.id) is not None)


def _town_case(mail: TownMail, gold: Iterable[str]) -> Case:
    return Case(mail.id, _town_draft(mail), context(mail.written_at), frozenset(gold))


def context(now: datetime) -> Context:
    people, mailboxes, groups = directory()
    return Context(now=now, profile=load_profile("botkyrka"), people=people, mailboxes=mailboxes, groups=groups)


@cache
def directory() -> tuple[Mapping[str, Person], frozenset[str], Mapping[str, int]]:
    """People, function mailboxes and lists of the example municipality."""
    data = tomllib.loads(DEMO_DIRECTORY.read_text(encoding="utf-8"))
    units = {unit["slug"]: unit["name"] for unit in data["units"]}
    people = {
        one["address"]: Person(
            one["address"], one["name"], one.get("title", ""), units.get(one.get("unit", ""), ""), one.get("phone", "")
        )
        for one in data["people"]
    }
    mailboxes = {one["address"] for one in data["mailboxes"] if one["kind"] != "personal"}
    groups = {one["address"]: max(len(one.get("members", ())), LIST_SIZE) for one in data.get("groups", ())}
    return people, frozenset(mailboxes), groups


def _town_draft(mail: TownMail) -> Draft:
    return Draft(
        sender=_address(mail.sender),
        to=tuple(map(_address, mail.to)),
        cc=tuple(map(_address, mail.cc)),
        subject=mail.subject,
        body=mail.body,
        attachments=tuple(File(one.name, one.type, 1) for one in mail.files),
        headers=dict(mail.headers),
    )


def _written(head: str, body: str) -> Case:
    case_id, gold, sender, to, cc, subject, files, headers = (part.strip() for part in head.split("|", FIELDS))
    person = _person(sender)
    draft = Draft(
        sender=Address(person.name, person.address),
        to=tuple(_recipients(to)),
        cc=tuple(_recipients(cc)),
        subject=subject,
        body=body.strip().replace("{sig}", signature(person)),
        attachments=tuple(File(name.strip(), "application/octet-stream", 1) for name in files.split(",") if name),
        headers=dict([headers.split(": ", 1)]) if headers else {},
    )
    return Case(case_id, draft, context(WRITTEN), frozenset(one.strip() for one in gold.split(",") if one.strip()))


def signature(person: Person) -> str:
    """The common signature, as the directory gives it."""
    return (
        f"{person.name}\n{person.title}\n{person.unit}\n\nBotkyrka kommun\nTelefon: {person.phone}\n"
        "Postadress: 147 85 Tumba\nwww.botkyrka.example"
    )


def _recipients(names: str) -> Iterator[Address]:
    for name in filter(None, (part.strip() for part in names.split(","))):
        if "@" in name:
            yield _address(name)
        else:
            person = _person(name)
            yield Address(person.name, person.address)


def _address(text: str) -> Address:
    return Address(*split_address(text)) if "<" in text else Address("", text.lower())


def _person(first_name: str) -> Person:
    people, _, _ = directory()
    return next(one for one in people.values() if one.name.split()[0].casefold() == first_name)
