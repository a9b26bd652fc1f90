"""An E-ARK SIP 2.2 with cases: the mails as they came, their PDF/A, ERMS for each case, PREMIS, METS.

Written as a stream: one mail is held at a time, and of what is written only names and digests.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from typing import IO

from kommunpost.core.packages.containers import Container, HashingFile, Written
from kommunpost.core.packages.erms import write_erms
from kommunpost.core.packages.facts import RENDITION
from kommunpost.core.packages.fgs1 import write_fgs1
from kommunpost.core.packages.mets import Document, Group, Item, write_mets
from kommunpost.core.packages.model import Case, Entry, Event, File, OpenMail, Sender
from kommunpost.core.packages.premis import write_premis
from kommunpost.core.packages.text import file_slug, media_type, slug
from kommunpost.core.packages.words import Standard

ORIGINAL, PDF = "original", "pdfa"
XML, TEXT = "application/xml", "text/plain"


@dataclass(frozen=True, slots=True)
class _Form:
    """How METS names what a case is described by. ``citserms_v2_1``: the newest term for ERMS in
    CSIPVocabularyContentInformationType; FGS 1.0 has none.
    """

    content: str
    other_content: str | None
    descriptive_type: str


_FORMS = {
    Standard.FGS2: _Form("citserms_v2_1", None, "ERMS"),
    Standard.FGS1: _Form("OTHER", "FGS Ärendehantering 1.0", "FGS-ERMS 1.0"),
}
_README = """Paketet är ett E-ARK SIP 2.2 med ärenden enligt {standard}, gjort av Kommunpost.

metadata/descriptive      en fil för varje ärende
metadata/preservation     PREMIS: filer, kontrollsummor och händelser
representations/original  mejlen som de kom (.eml) och deras bilagor
representations/pdfa      varje mejl som PDF/A
{schemas}

Tecken som XML inte kan bära står som [U+0001]. Sekretessmarkeringar är varningar och prövas på nytt vid varje begäran.
"""
_WITH_SCHEMAS = "schemas                   scheman för de XML-filer som finns i paketet"
_WITHOUT_SCHEMAS = "Scheman följer inte med: METS namnger dem med adresser hos Library of Congress och DILCIS Board."
_STANDARDS = {
    Standard.FGS2: "FGS Ärendehantering 2.0 (ERMS v3)",
    Standard.FGS1: "FGS Ärendehantering 1.0",
}
_FGS1_README = """
FGS Ärendehantering 1.0 har ingen egen plats för detta, som därför står i EgnaElement med beskrivningen "kommunpost":
- rättelser: hur handlingen stod tidigare, när den rättades, av vem och varför
- den offentliga rubriken och den offentliga motparten
- parternas roller, när de kom till och när de togs bort
- vem som skrev en anteckning och när
- motparten i en upprättad handling, och att en handling är makulerad
- vilken brevlåda ett mejl låg i
- exakta tidpunkter: standardens tider är svensk tid utan tidszon, till sekunden
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sources:
    """Where content comes from. ``open_mail``: by digest, None when the bytes are gone; ``done`` after each entry.

    ``schemas``: files by name that are to lie in the package; they are other people's, and none come with us.
    """

    open_mail: Callable[[str], OpenMail | None]
    events: Callable[[Case], Iterable[Event]]
    done: Callable[[], None]
    schemas: Mapping[str, bytes] = field(default_factory=dict)


@dataclass(slots=True)
class _Package:
    container: Container
    root: str
    standard: Standard
    representations: dict[str, list[Item]] = field(default_factory=lambda: {ORIGINAL: [], PDF: []})
    renditions: list[tuple[str, str]] = field(default_factory=list)
    descriptive: list[Item] = field(default_factory=list)

    @contextmanager
    def file(self, path: str, kind: str, into: list[Item]) -> Iterator[IO[bytes]]:
        with self.container.open(f"{self.root}/{path}") as inner:
            counted = HashingFile(inner)
            yield counted  # type: ignore[misc]
        into.append(Item.of(Written(path, counted.size, counted.digest), kind))


def write_sip(
    container: Container, *, name: str, cases: Iterable[Case], sender: Sender, sources: Sources, made_at: datetime,
    standard: Standard = Standard.FGS2,
) -> None:  # fmt: skip
    """The whole package in one root folder called ``name`` (letters, digits, ``_`` and ``-``)."""
    package = _Package(container, slug(name), standard)
    events: list[Event] = []
    for number, case in enumerate(cases, start=1):
        _write_case(package, case, number=number, sender=sender, sources=sources, made_at=made_at)
        events += sources.events(case)
    groups = [_representation(package, which, sender, made_at) for which in (ORIGINAL, PDF)]
    preservation: list[Item] = []
    items = [item for which in (ORIGINAL, PDF) for item in package.representations[which]]
    with package.file("metadata/preservation/premis.xml", XML, preservation) as file:
        write_premis(file, items=items, renditions=package.renditions, events=events, sender=sender, made_at=made_at)
    form = _FORMS[standard]
    document = Document(
        object_id=package.root, label=name, content=form.content, other_content=form.other_content,
        descriptive=package.descriptive, descriptive_type=form.descriptive_type, preservation=preservation,
        groups=[Group("Documentation", _documentation(package, sources)), *_schemas(package, sources),
                *(one for one in groups if one)],
    )  # fmt: skip
    with package.file("METS.xml", XML, []) as file:
        write_mets(file, document, sender=sender, made_at=made_at)


def _write_case(
    package: _Package, case: Case, *, number: int, sender: Sender, sources: Sources, made_at: datetime
) -> None:
    folder = f"{number:05d}-{slug(case.designation)}"
    placed: dict[str, dict[tuple[str, int], str]] = {}
    for place, entry in enumerate(case.entries, start=1):
        placed[entry.designation] = _write_entry(package, entry, f"{folder}/{place:05d}", sources)
        sources.done()
    with package.file(f"metadata/descriptive/{folder}.xml", XML, package.descriptive) as file:
        if package.standard is Standard.FGS1:
            write_fgs1(file, case, sender=sender, placed=lambda entry: placed[entry.designation])
        else:
            write_erms(file, case, sender=sender, placed=lambda entry: placed[entry.designation], made_at=made_at)


def _write_entry(package: _Package, entry: Entry, folder: str, sources: Sources) -> dict[tuple[str, int], str]:
    placed: dict[tuple[str, int], str] = {}
    for number, mail in enumerate(entry.mails, start=1):
        content = sources.open_mail(mail.digest)
        if content is None:
            continue
        for file in entry.files:
            if file.mail == mail.digest and not file.is_left_out and file.place < len(content.parts):
                path = _path(ORIGINAL, folder, number, file)
                with package.file(path, media_type(file.media_type), package.representations[ORIGINAL]) as out:
                    out.write(content.parts[file.place])
                placed[file.mail, file.place] = path
        _write_rendition(package, content, mail.digest, f"{folder}/{number:03d}.pdf", placed)
    return placed


def _write_rendition(
    package: _Package, content: OpenMail, digest: str, name: str, placed: dict[tuple[str, int], str]
) -> None:
    source = placed.get((digest, 0))
    if content.rendition is None or source is None:
        return
    path = f"representations/{PDF}/data/{name}"
    with package.file(path, "application/pdf", package.representations[PDF]) as out:
        out.write(content.rendition)
    placed[digest, RENDITION] = path
    package.renditions.append((path, source))


def _path(which: str, folder: str, number: int, file: File) -> str:
    return f"representations/{which}/data/{folder}/{number:03d}-{file.place:03d}-{file_slug(file.name)}"


def _representation(package: _Package, which: str, sender: Sender, made_at: datetime) -> Group | None:
    items = package.representations[which]
    if not items:
        return None
    below, form = f"representations/{which}/", _FORMS[package.standard]
    document = Document(
        object_id=which, label=which, content=form.content, other_content=form.other_content,
        groups=[Group("Data", [Item(one.path.removeprefix(below), one.media_type, one.size, one.digest)
                               for one in items])],
    )  # fmt: skip
    written: list[Item] = []
    with package.file(f"{below}METS.xml", XML, written) as file:
        write_mets(file, document, sender=sender, made_at=made_at)
    return Group(f"Representations/{which}", written, mets=f"{below}METS.xml")


def _documentation(package: _Package, sources: Sources) -> list[Item]:
    items: list[Item] = []
    schemas = _WITH_SCHEMAS if sources.schemas else _WITHOUT_SCHEMAS
    text = _README.format(standard=_STANDARDS[package.standard], schemas=schemas)
    with package.file("documentation/LASMIG.txt", TEXT, items) as file:
        file.write((text + (_FGS1_README if package.standard is Standard.FGS1 else "")).encode())
    return items


def _schemas(package: _Package, sources: Sources) -> list[Group]:
    items: list[Item] = []
    for name, content in sorted(sources.schemas.items()):
        with package.file(f"schemas/{file_slug(name)}", XML, items) as file:
            file.write(content)
    return [Group("Schemas", items)] if items else []
