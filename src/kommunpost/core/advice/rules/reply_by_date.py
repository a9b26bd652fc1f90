"""``reply-by-date``: something is asked for without a last date, or with one not written yyyy-mm-dd."""

import re
from collections.abc import Iterator

from kommunpost.core.advice.anatomy import Anatomy
from kommunpost.core.advice.dates import ISO, LooseDate
from kommunpost.core.advice.fixes import Fix, FixKind, Replace
from kommunpost.core.advice.model import Finding
from kommunpost.core.advice.requests import Request
from kommunpost.core.advice.rules.finding import finding, in_body

DEADLINE = re.compile(
    r"(?:senast|före|innan|till|inom|tills|fram till|till och med|sista (?:svars|ansöknings"
    r"|anmälnings)?dag(?:en)?(?: är)?"
    r"|deadline(?: är)?|svar(?:a)?|helst)[\s:]+(?:(?:på|den|nu|i|slutet av)\s+)*\Z",
)
ISO_DEADLINE = re.compile(
    r"\b(?:senast|före|innan|till|inom|tills|till och med|dag(?:en)?(?: är)?|deadline(?: är)?|svar(?:a)?"
    r"|bekräfta\w*)[\s:]+"
    r"(?:(?:den|mån|tis|ons|tors|fre|måndag|tisdag|onsdag|torsdag|fredag)\w*\s+){0,2}20\d\d-\d\d-\d\d",
)
ON_BEFORE = re.compile(r"(?:\b(?:på|den|nu)\s+)+\Z")
VAGUE_TIME = re.compile(
    r"\b(?:så (?:snart|fort) (?:som möjligt|du kan|ni kan)|snarast(?: möjligt)?|omgående|skyndsamt|genast|asap"
    r"|vid tillfälle|"
    r"inom kort|när du hinner|så snabbt (?:som möjligt|du kan))\b",
)
CALLS = re.compile(r"\b(?:kallelse|inbjudan|möte|bokat?|välkommen|för (?:beslut|åtgärd|svar))\b")
MEETS = re.compile(r"\b(?:ses|träffas|möte\w*|mötas|komma|kom|vara med|delta\w*|besök\w*|fika|lunch)\b")
WORKING_DAYS = 5
"""What is offered where the writer gave no date: a week to answer."""


def check(anatomy: Anatomy) -> Iterator[Finding]:
    asked = anatomy.requests
    if not asked or _has_last_date(anatomy):
        return
    for request in asked:
        loose = _loose_deadline(anatomy, request)
        if loose is not None:
            yield _rewritten(anatomy, loose)
            return
    yield _without_date(anatomy, asked)


def _has_last_date(anatomy: Anatomy) -> bool:
    subject = anatomy.draft.subject
    if (
        ISO_DEADLINE.search(subject.lower())
        or (ISO.search(subject) and CALLS.search(subject.lower()))
        or ISO_DEADLINE.search(anatomy.lower)
    ):
        return True
    return any(ISO.search(one.sentence.text) for one in anatomy.requests)


def _loose_deadline(anatomy: Anatomy, request: Request) -> LooseDate | None:
    """The date in the request itself, or behind ``senast`` anywhere."""
    sentence = request.sentence
    for loose in anatomy.loose_dates:
        inside = sentence.start <= loose.start < sentence.end
        if inside or re.search(
            r"senast\s+(?:(?:på|den|nu)\s+)*\Z", anatomy.lower[max(loose.start - 30, 0) : loose.start]
        ):
            return loose
    return None


def _rewritten(anatomy: Anatomy, loose: LooseDate) -> Finding:
    start, words = _with_preposition(anatomy, loose)
    says = f"”{words}” kan misstolkas. Skriv sista dag som år, månad och dag."
    if loose.day is None:
        return finding("reply-by-date", says, in_body(start, loose.end), words=words)
    sentence = next((one.folded for one in anatomy.sentences if one.start <= loose.start < one.end), "")
    new = loose.day.isoformat() if MEETS.search(sentence) else f"senast {loose.day.isoformat()}"
    fix = Fix(FixKind.REWRITE, f"Skriv ”{new}”", (Replace("body", start, words, new),))
    says = f"”{words}” kan misstolkas. Skriv datumet som {loose.day.isoformat()}."
    return finding("reply-by-date", says, in_body(start, loose.end), words=words, fix=fix)


def _with_preposition(anatomy: Anatomy, loose: LooseDate) -> tuple[int, str]:
    """``senast på fredag`` is replaced as a whole, so that ``senast`` does not stand twice."""
    own, lower = anatomy.own, anatomy.lower
    before = DEADLINE.search(lower, max(loose.start - 40, 0), loose.start) or ON_BEFORE.search(
        lower, max(loose.start - 12, 0), loose.start
    )
    start = before.start() if before else loose.start
    if before and before[0].lower().startswith("svar"):
        start = before.start() + len(before[0].split()[0]) + 1
    return start, own[start : loose.end]


def _without_date(anatomy: Anatomy, asked: tuple[Request, ...]) -> Finding:
    last = asked[-1].sentence
    day = anatomy.context.calendar.add(anatomy.today, WORKING_DAYS).isoformat()
    vague = VAGUE_TIME.search(anatomy.lower)
    if vague:
        written = anatomy.own[vague.start() : vague.end()]
        says = f"”{written}” kan betyda vad som helst. Skriv sista dag för svar, till exempel {day}."
        fix = Fix(FixKind.REWRITE, f"Skriv ”senast {day}”", (Replace("body", vague.start(), written, f"senast {day}"),))
        return finding("reply-by-date", says, in_body(vague.start(), vague.end()), words=written, fix=fix)
    says = f"Skriv sista dag för svar, till exempel {day}, så vet mottagaren hur mycket tid som finns."
    fix = Fix(
        FixKind.REWRITE, f"Lägg till ”Svara senast {day}.”", (Replace("body", last.end, "", f" Svara senast {day}."),)
    )
    return finding("reply-by-date", says, in_body(last.start, last.end), words=last.text, fix=fix)
