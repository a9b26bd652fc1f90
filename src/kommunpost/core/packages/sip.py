"""An E-ARK SIP 2.2 with cases: the mails as they came, their PDF/A, ERMS for each case, PREMIS, METS.

Written as a stream: one mail is held at a time, and of what is written only names and digests.
"""

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from typing import IO

from kommunpost.core.packages.containers import Container, HashingFile, Written
from kommunpost.core.packages.erms import RENDITION, write_erms
from kommunpost.core.packages.mets import Document, Group, Item, write_mets
from kommunpost.core.packages.model import Case, Entry, Event, File, OpenMail, Sender
from kommunpost.core.packages.premis import write_premis
from kommunpost.core.packages.text import file_slug, media_type, slug

ORIGINAL, PDF = "original", "pdfa"
CONTENT = "citserms_v2_1"
"""The newest term for ERMS in CSIPVocabularyContentInformationType."""
XML, TEXT = "application/xml", "text/plain"
_README = """Paketet är ett E-ARK SIP 2.2 med ärenden enligt FGS Ärendehantering 2.0 (ERMS v3), gjort av Kommunpost.

metadata/descriptive      en ERMS-fil för varje ärende
metadata/preservation     PREMIS: filer, kontrollsummor och händelser
representations/original  mejlen som de kom (.eml) och deras bilagor
representations/pdfa      varje mejl som PDF/A
Scheman följer inte med: METS och ERMS namnger dem med deras adresser hos Library of Congress och DILCIS Board.

Tecken som XML inte kan bära står som [U+0001]. Sekretessmarkeringar är varningar och prövas på nytt vid varje begäran.
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sources:
    """Where content comes from. ``open_mail``: by digest, None when the bytes are gone; ``done`` after each entry."""

    open_mail: Callable[[str], OpenMail | None]
    events: Callable[[Case], Iterable[Event]]
    done: Callable[[], None]


@dataclass(slots=True)
class _Package:
    container: Container
    root: str
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
    container: Container, *, name: str, cases: Iterable[Case], sender: Sender, sources: Sources, made_at: datetime
) -> None:
    """The whole package in one root folder called ``name`` (letters, digits, ``_`` and ``-``)."""
    package = _Package(container, slug(name))
    events: list[Event] = []
    for number, case in enumerate(cases, start=1):
        _write_case(package, case, number=number, sender=sender, sources=sources, made_at=made_at)
        events += sources.events(case)
    groups = [_representation(package, which, sender, made_at) for which in (ORIGINAL, PDF)]
    preservation: list[Item] = []
    items = [item for which in (ORIGINAL, PDF) for item in package.representations[which]]
    with package.file("metadata/preservation/premis.xml", XML, preservation) as file:
        write_premis(file, items=items, renditions=package.renditions, events=events, sender=sender, made_at=made_at)
    document = Document(
        object_id=package.root, label=name, content=CONTENT, descriptive=package.descriptive,
        descriptive_type="ERMS", preservation=preservation,
        groups=[Group("Documentation", _documentation(package)), *(one for one in groups if one)],
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
    below = f"representations/{which}/"
    document = Document(
        object_id=which, label=which, content=CONTENT,
        groups=[Group("Data", [Item(one.path.removeprefix(below), one.media_type, one.size, one.digest)
                               for one in items])],
    )  # fmt: skip
    written: list[Item] = []
    with package.file(f"{below}METS.xml", XML, written) as file:
        write_mets(file, document, sender=sender, made_at=made_at)
    return Group(f"Representations/{which}", written, mets=f"{below}METS.xml")


def _documentation(package: _Package) -> list[Item]:
    items: list[Item] = []
    with package.file("documentation/LASMIG.txt", TEXT, items) as file:
        file.write(_README.encode())
    return items
