"""``common-signature``: the municipality's signature is missing, or has something of one's own in it."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from kommunpost.core.advice.anatomy import Anatomy
from kommunpost.core.advice.fixes import Fix, FixKind, Replace
from kommunpost.core.advice.model import Finding
from kommunpost.core.advice.rules.finding import finding, in_body
from kommunpost.core.mail.signatures import is_closing

PHONE = re.compile(r"(?:\+46|0)[\d\s()–-]{6,}\d")
WEB = re.compile(r"\b(?:www\.|https?://)[\w./-]+", re.IGNORECASE)
POSTAL = re.compile(r"\b\d{3} ?\d{2}\b|\b(?:post|besöks)?adress\b", re.IGNORECASE)
DECORATION = re.compile(
    "[\U0001f300-\U0001faff\u2600-\u27bf\u2764]|\\[(?:bild|image|logo|cid:)[^\\]]*\\]", re.IGNORECASE
)
QUOTED_LINE = re.compile(r"^\W{0,4}[\"”“»*_'‘’][^\"”“»*]{8,}[\"”“«*_'’]?\W{0,6}(?:[–-] ?[\w .]+)?$")
SLOGAN = re.compile(
    r"\b(?:tänk på miljön|skriv inte ut|behöver du verkligen skriva ut|le mot|carpe diem|livet|dröm|följ (?:oss|mig)"
    r"|gilla (?:oss|mig)|läs min blogg|just nu läser|en vänlig röst|tillsammans gör|"
    r"allt är möjligt|var rädd om|ha en (?:fin|bra|underbar|toppen)|keep calm|be the change|älska|kram(?:ar)?|motto"
    r"|visdom|ordspråk|gör skillnad|fredagsmys|heja|hammarby|aik|djurgården|besök vår|vinn|rösta på|stöd|swish)\b",
    re.IGNORECASE,
)
FEWEST_PARTS = 3
MOBILE = re.compile(r"(?:skickat|sänt|skickad) från (?:min|mitt|outlook)|sent from my", re.IGNORECASE)
SAYS_MISSING = "Kommunens signatur saknas. Lägg till den, så ser mottagaren vem som svarar och hur du nås."
SAYS_ADDED = "”{words}” hör inte till kommunens signatur. Ta bort det."


@dataclass(frozen=True, slots=True)
class Addition:
    start: int
    words: str


def check(anatomy: Anatomy) -> Iterator[Finding]:
    block = _signature(anatomy)
    addition = _addition(anatomy, block)
    if addition:
        end = addition.start + len(addition.words)
        fix = Fix(FixKind.REWRITE, "Ta bort tillägget", (Replace("body", addition.start, addition.words, ""),))
        says = SAYS_ADDED.format(words=addition.words)
        yield finding("common-signature", says, in_body(addition.start, end), words=addition.words, fix=fix)
    elif not _is_whole(anatomy, block):
        yield _missing(anatomy)


def _signature(anatomy: Anatomy) -> str:
    """The signature found; else the last lines of the own words, for a signature that does not begin with a name."""
    return anatomy.signature


def _is_whole(anatomy: Anatomy, block: str) -> bool:
    """The municipality's name, and at least two more of a name, a phone number, a postal address, a web address."""
    municipality = anatomy.context.profile.municipality
    folded = block.casefold()
    if municipality.name.casefold() not in folded and municipality.name.split()[0].casefold() not in folded:
        return False
    sender = anatomy.draft.sender.name.casefold()
    has = (
        bool(sender) and sender in folded,
        bool(PHONE.search(block)),
        bool(POSTAL.search(block)),
        bool(WEB.search(block)),
    )
    return sum(has) >= FEWEST_PARTS


def _addition(anatomy: Anatomy, block: str) -> Addition | None:
    if not block:
        return None
    start = anatomy.text.find(block)
    for line in block.split("\n"):
        words = line.strip()
        if words and not is_closing(words) and _is_own(words):
            return Addition(start + line.index(words), words)
        start += len(line) + 1
    return None


def _is_own(line: str) -> bool:
    return bool(DECORATION.search(line) or QUOTED_LINE.match(line) or SLOGAN.search(line))


def _missing(anatomy: Anatomy) -> Finding:
    body = anatomy.draft.body
    block = anatomy.signature
    start = body.rfind(block) if block and block in body else len(anatomy.own.rstrip())
    expected = anatomy.context.signature
    fix = None
    if expected:
        edit = Replace(
            "body",
            start,
            block if block and block in body else "",
            expected if block in body and block else f"\n\n{expected}",
        )
        fix = Fix(FixKind.REWRITE, "Sätt in kommunens signatur", (edit,))
    return finding("common-signature", SAYS_MISSING, in_body(start, start + len(block)), words=block, fix=fix)
