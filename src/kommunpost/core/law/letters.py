"""The letter templates: ``data/letters.md``, read into parts. Filling them in belongs to the office that sends."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

from kommunpost.core.law.loading import NoSuchEntry, by_id, read_data

_HEADING = re.compile(r"^## (L\d+\w?) (.+)$", re.MULTILINE)
_FIELD = re.compile(r"\{([a-zåäö0-9_]+)\}")
_SUBJECT = re.compile(r"^\*\*Ämne:\*\* (.+)$", re.MULTILINE)
_LAWYER = "**[JURIST]**"
_BUILDER = "> Byggregel:"


@dataclass(frozen=True, slots=True)
class Letter:
    """A template. ``text`` is Markdown with ``{fields}`` and lines that begin ``[OM condition]``.

    ``legal_basis`` and ``automatic`` as the register of the file has them: ``automatic`` begins with "ja" only for
    letters that may go without a person. ``lawyer_notes``: what a lawyer must approve before real use. ``rules``: what
    the software must hold to when it sends the letter.
    """

    id: str
    title: str
    subject: str
    text: str
    legal_basis: str
    automatic: str
    lawyer_notes: tuple[str, ...]
    rules: tuple[str, ...]

    @property
    def fields(self) -> frozenset[str]:
        """The names between braces in subject and text."""
        return frozenset(_FIELD.findall(f"{self.subject}\n{self.text}"))

    @property
    def may_be_automatic(self) -> bool:
        return self.automatic.startswith("ja")


@cache
def letters() -> tuple[Letter, ...]:
    """All templates, in the order of the file."""
    whole = read_data("letters.md")
    register = _register(whole)
    headings = list(_HEADING.finditer(whole))
    ends = [heading.start() for heading in headings[1:]] + [len(whole)]
    return tuple(
        _letter(heading[1], heading[2], whole[heading.end() : end], register)
        for heading, end in zip(headings, ends, strict=True)
    )


def letter(id_: str) -> Letter:
    """The template ``L05``. Raises ``NoSuchEntry``."""
    try:
        return _letters_by_id()[id_]
    except KeyError:
        raise NoSuchEntry(id_) from None


@cache
def _letters_by_id() -> Mapping[str, Letter]:
    return by_id(letters())


def _register(whole: str) -> dict[str, tuple[str, str]]:
    """Id -> legal basis and whether it may go by itself, from the table at the top."""
    rows = (line.strip("| ").split(" | ") for line in whole.splitlines() if line.startswith("| L"))
    return {row[0]: (row[2], row[3]) for row in rows}


def _letter(id_: str, title: str, body: str, register: Mapping[str, tuple[str, str]]) -> Letter:
    legal_basis, automatic = register[id_]
    subject = _SUBJECT.search(body)
    lines = body.splitlines()
    kept = [line for line in lines if not line.startswith((_LAWYER, _BUILDER, "**Ämne:**")) and line != "---"]
    return Letter(
        id=id_,
        title=title,
        subject=subject[1] if subject else "",
        text="\n".join(kept).strip(),
        legal_basis=legal_basis,
        automatic=automatic,
        lawyer_notes=tuple(line.removeprefix(_LAWYER).strip() for line in lines if line.startswith(_LAWYER)),
        rules=tuple(line.removeprefix(_BUILDER).strip() for line in lines if line.startswith(_BUILDER)),
    )
