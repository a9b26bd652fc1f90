"""``subject-states-action``: the mail asks for something, and the subject does not say so. Or there is no subject."""

import re
from collections.abc import Iterator

from kommunpost.core.advice.anatomy import FORWARD, REPLY, Anatomy
from kommunpost.core.advice.dates import ISO
from kommunpost.core.advice.fixes import Fix, FixKind, Replace
from kommunpost.core.advice.model import Finding
from kommunpost.core.advice.requests import IMPERATIVES, Request
from kommunpost.core.advice.rules.finding import finding, in_subject

STATES_ACTION = re.compile(
    r"\bför (?:beslut|åtgärd|svar|kännedom|info|information|godkännande|underskrift|attest|yttrande|granskning)\b"
    r"|\bsenast\b|\bsvar(?:a)? (?:önskas|behövs|krävs|till)\b|\bosa\b|\bfyi\b|\bkallelse\b|\binbjudan\b"
    r"|\bbegäran om\b|\bremiss\b"
    r"|\bönskas\b|\bbehövs\b|\bkrävs\b|\bpåminnelse\b|\bkomplettering(?:sbegäran)?\b|\bbehöver (?:din|ditt|dina|er"
    r"|ert|era)\b"
    r"|\bbekräftelse (?:önskas|behövs)\b|\btill dig som ska\b|\bvälkommen (?:på|till)\b|^så \w+ du\b",
    re.IGNORECASE,
)
WORDS = re.compile(r"[^\W\d_]+")
STATING_QUESTION_WORDS = 5
PREFIXES = re.compile(r"^(?:\s*(?:sv|re|svar|aw|vb|fwd?|vs)\s*:)+\s*", re.IGNORECASE)
DECIDE = re.compile(r"\b(?:beslut\w*|ta ställning|godkänn\w*|fastställ\w*|attestera\w*|tillstyrk\w*|ja eller nej)\b")
ANSWER = re.compile(
    r"\b(?:svar\w*|besked|återkom\w*|återkoppl\w*|synpunkter|veta|säg\w*|tyck\w*|bekräfta\w*|förslag)\b"
)
VAGUE = frozenset(
    """
    ang angående bilaga bilagor bild bilder det detta din dina ditt diverse dokument en fil filer fråga frågor
    från hallå hej hejsan hjälp här idag info information kolla kontakt kort liten läs mail meddelande mejl möte
    nu obs om snabb status tack till uppdatering viktigt ärende ärendet övrigt
    """.split()
)
LONGEST_TOPIC_WORDS = 8


def check(anatomy: Anatomy) -> Iterator[Finding]:
    subject = anatomy.draft.subject
    bare = PREFIXES.sub("", subject).strip()
    if not bare:
        if not (anatomy.own.strip() or anatomy.draft.attachments):
            # Nobody has begun to write.
            return
        says = "Ämnesraden är tom. Skriv vad mejlet gäller och vad mottagaren ska göra."
        yield finding("subject-states-action", says, in_subject(subject), words=subject, fix=_fix(anatomy, bare))
    elif anatomy.requests and not _states_action(bare):
        says = f"Du ber om något, men det syns inte i ämnesraden. Börja till exempel med ”{_prefix(anatomy.requests)}”."
        yield finding("subject-states-action", says, in_subject(subject), words=subject, fix=_fix(anatomy, bare))


def _states_action(bare: str) -> bool:
    if STATES_ACTION.search(bare):
        return True
    words = [word.casefold() for word in WORDS.findall(bare)]
    if bare.rstrip().endswith("?"):
        return len(words) >= STATING_QUESTION_WORDS
    starts = {words[0]} if words else set()
    starts |= {found[1].casefold() for found in re.finditer(r"[:–,-]\s+([^\W\d_]+)", bare)}
    return bool(starts & IMPERATIVES) and not set(words) <= VAGUE


def _prefix(asked: tuple[Request, ...]) -> str:
    words = " ".join(one.sentence.folded for one in asked)
    if DECIDE.search(words):
        return "För beslut"
    return "För svar" if ANSWER.search(words) or all(one.is_question for one in asked) else "För åtgärd"


def _fix(anatomy: Anatomy, bare: str) -> Fix | None:
    """The prefix, the last date when the text has one, and the old subject; for an empty one, words of the request."""
    subject = anatomy.draft.subject
    if not anatomy.requests:
        return None
    reply = REPLY.match(subject) or FORWARD.match(subject)
    prefix = _prefix(anatomy.requests)
    day = next((found[0] for one in anatomy.requests if (found := ISO.search(one.sentence.text))), "")
    topic = bare or " ".join(anatomy.requests[0].sentence.text.rstrip(".!?").split()[:LONGEST_TOPIC_WORDS])
    new = f"{prefix} senast {day}: {topic}" if day else f"{prefix}: {topic}"
    new = f"{reply[0].strip()} {new}" if reply else new
    return Fix(FixKind.REWRITE, f"Byt till ”{new}”", (Replace("subject", 0, subject, new),))
