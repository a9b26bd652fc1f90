"""Mails in many voices, written by us to learn from and to test on: ``voices/*.txt``.

A file is mails parted by lines of ``===``; the first line of each is its subject. Spans stand in the text as
``{P|Anna Ek}``; the letters are those of ``LETTERS``.
"""

import re
from functools import lru_cache
from pathlib import Path

from evals.mails import GoldSpan, LabelledMail

UNSEEN = "unseen"
FOLDER = Path(__file__).resolve().parent / "corpus" / "voices"
LETTERS = {
    "P": "PERSON",
    "N": "PERSONNUMMER",
    "T": "PHONE",
    "E": "EMAIL",
    "A": "ADDRESS",
    "F": "PROPERTY",
    "V": "VEHICLE",
    "B": "BANK_ACCOUNT",
    "H": "HEALTH",
    "S": "SOCIAL",
    "U": "UNION_POLITICAL",
    "R": "RELIGION_ETHNICITY",
    "C": "CRIME",
}
_MARK = re.compile(r"\{([PNTEAFVBHSURC])\|([^{}]+)\}")


class Voice(LabelledMail):
    """A mail whose spans stand at their places."""

    __slots__ = ("marked",)

    def __init__(self, name: str, subject: str, body: str, marked: tuple[GoldSpan, ...]) -> None:
        super().__init__(name, {"subject": subject, "body": body, "from": "", "to": [], "cc": []}, {})
        object.__setattr__(self, "marked", marked)

    @property
    def spans(self) -> tuple[GoldSpan, ...]:
        return self.marked  # type: ignore[no-any-return]


def voices() -> tuple[LabelledMail, ...]:
    """The mails to learn from."""
    return tuple(mail for mail in _all() if not mail.id.startswith(UNSEEN))


def unseen() -> tuple[LabelledMail, ...]:
    """The mails that nothing is learnt from; their errors have been read once."""
    return tuple(mail for mail in _all() if mail.id.startswith(UNSEEN))


@lru_cache(maxsize=1)
def _all() -> tuple[LabelledMail, ...]:
    found: list[LabelledMail] = []
    for file in sorted(FOLDER.glob("*.txt")):
        for number, written in enumerate(re.split(r"^===\n", file.read_text("utf-8"), flags=re.MULTILINE), start=1):
            text, spans = unmarked(written.strip("\n") + "\n")
            subject, _, body = text.partition("\n")
            found.append(Voice(f"{file.stem}-{number}", subject, body, spans))
    return tuple(found)


def unmarked(written: str) -> tuple[str, tuple[GoldSpan, ...]]:
    """The text without its marks, and where they stood. Raises ValueError for a mark that is not whole."""
    out: list[str] = []
    spans: list[GoldSpan] = []
    last = length = 0
    for match in _MARK.finditer(written):
        out += [written[last : match.start()], match[2]]
        length += match.start() - last
        spans.append(GoldSpan(length, length + len(match[2]), LETTERS[match[1]]))
        length += len(match[2])
        last = match.end()
    text = "".join([*out, written[last:]])
    if re.search(r"\{[A-Z]\||\|[^|]{0,40}\}", text):
        raise ValueError(f"a mark is not whole in {text[:40]!r}")
    return text, tuple(spans)
