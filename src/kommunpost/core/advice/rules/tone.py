"""``tone``: anger, insult, threat, sarcasm, shouting. Illness, death, complaints and a clear no are none of these.

``sleep-on-it`` is offered with it: the draft can wait until the next working morning.
"""

import re
from collections.abc import Iterator
from datetime import datetime, time
from itertools import pairwise

from kommunpost.core.advice.anatomy import Anatomy
from kommunpost.core.advice.fixes import Fix, FixKind
from kommunpost.core.advice.model import Finding
from kommunpost.core.advice.rules.finding import finding, in_body, in_subject
from kommunpost.core.advice.words import harsh, sharp
from kommunpost.core.swedish.working_days import STOCKHOLM

NEVER_ANGRY = re.compile(
    r"\b(?:idiotsäker\w*|fan ?zone|stadens cirkus|cirkus(?:en)? (?:skrot|kommer|är|i)\w*|tramsig|stäng av|skit(?:hus"
    r"|område)\w*|fan(?=-))\b"
)
"""Words of the list in harmless company."""
HARMLESS_WITHIN = 20
CAPITALS = re.compile(r"[A-ZÅÄÖ](?<![\w/:-].)[A-ZÅÄÖ]{2,}(?![\w/:-])")
"""It begins with a sign and looks back then, which is quicker than to look back at every place."""
ACRONYMS = frozenset(
    """
    ABC ABF ADD ADHD ADL AI AM AMN APT ASAP BAB BANKID BBR BIC BRF BUP BVC CE CET CMYK CSN CV DN DNR DOCX DOS
    EAN EES EKO ESF EU FAQ FHM FN FRITIDS FYI GDPR GPS HAB HR HTML HTTP HTTPS HUR HVB IBAN ICE IKT ISO IT IVO JK
    JO JPG KF KFN KOMVUX KPI KS KSAU KSK KTH KU LAS LED LEX LIS LOU LSS LUF LVM LVU MBL MHN MMS MOMS MSB NATO
    NPF NPM NVDB NÄR OBS OCR OSA OSL OVK PBL PDF PIN PM PMS PNG PUL QR RGB ROT RUT SBN SCB SEK SFI SFS SIP SKR
    SL SLU SMHI SMS SN SOL STF SVT TBA TBC TEN TUMBA TV4 TYP UN URL USA USB UTB VA VAB VAD VAR VEM VIP VMA VON
    VPN VUX VUXNA WCAG XLSX
    """.split()
)
SHOUTED_ANGRILY = frozenset(
    """
    ALDRIG ALLTID FAKTISKT FORTFARANDE NOLL OMEDELBART OMGÅENDE SAMMA ÅTERIGEN
    FEMTE FYRA GÅNGER IGEN INGEN INGENTING MÅSTE REDAN SKANDAL SKÄRP SLUTA TREDJE VARFÖR
    ÄNTLIGEN
    """.split()
)
"""Words in capitals that are heard as shouting even alone; a lone INTE is emphasis."""
ANGRY_MARKS = re.compile(r"\?!|!\?|\?\?+")
UNDERSTANDING = re.compile(
    r"\b(?:jag|vi) (?:förstår|beklagar|hör|ser) (?:att|din|ditt|er|dina)\b|\b(?:tråkigt|ledsamt|synd) att\b"
    r"|\bledsen\b|\btack för\b|\bursäkt\w*|\bförlåt\b"
    r"|\bbeklag\w*|\b(?:vi|jag) (?:borde|gjorde fel|missade|har inte)\b"
)
SHARP_ENOUGH = 3
FEWEST_SHARP = 2
MORNING = time(8, 0)


def check(anatomy: Anatomy) -> Iterator[Finding]:
    if not anatomy.is_swedish:
        return
    found = next((one for one in harsh().find(anatomy.sorted_words) if not _is_harmless(anatomy.lower, one)), None)
    if found:
        yield _found(anatomy, found)
        return
    shouted = _shouted(anatomy.own) or _sharp(anatomy)
    if shouted:
        yield _found(anatomy, shouted)
    elif _subject_shouts(anatomy.draft.subject):
        says = "Ämnesraden ropar. Skriv den som en vanlig mening."
        place = in_subject(anatomy.draft.subject)
        yield finding("tone", says, place, words=anatomy.draft.subject, fix=_hold(anatomy))


def _is_harmless(text: str, found: re.Match[str]) -> bool:
    """Whether the word stands in company that makes it one of plain speech."""
    near = NEVER_ANGRY.finditer(text, max(found.start() - HARMLESS_WITHIN, 0), found.end() + HARMLESS_WITHIN)
    return any(one.start() <= found.start() < one.end() for one in near)


def _sharp(anatomy: Anatomy) -> re.Match[str] | None:
    """Sharp words that add up, the sharpest of them. Sentences that show understanding do not count."""
    hits = [
        (weight, found)
        for weight, phrases in enumerate(sharp(), start=1)
        for found in phrases.find(anatomy.sorted_words, start=anatomy.after_greeting)
    ]
    if len(hits) < FEWEST_SHARP:
        return None
    sentences = [anatomy.sentence_at(found.start()) for _, found in hits]
    calm = {one.start for one in set(sentences) if one and UNDERSTANDING.search(one.folded)}
    hits = [hit for hit, one in zip(hits, sentences, strict=True) if one is None or one.start not in calm]
    points = sum(weight for weight, _ in hits) + len(ANGRY_MARKS.findall(anatomy.own))
    if points < SHARP_ENOUGH or len(hits) < FEWEST_SHARP:
        return None
    return max(hits, key=lambda hit: hit[0])[1]


def _shouted(text: str) -> re.Match[str] | None:
    """Words in capitals that are no abbreviations: two of them, one that is never calm, or one that is cried out."""
    words = [one for one in CAPITALS.finditer(text) if one[0] not in ACRONYMS and one[0] != "NU"]
    angry = next((one for one in words if one[0] in SHOUTED_ANGRILY), None)
    if angry:
        return angry
    is_loud = (
        _close_together(words) or ANGRY_MARKS.search(text) or any(text.startswith("!", one.end()) for one in words)
    )
    if words and is_loud:
        return words[0]
    return ANGRY_MARKS.search(text) if len(ANGRY_MARKS.findall(text)) > 1 else None


def _close_together(words: list[re.Match[str]]) -> bool:
    return any(later.start() - earlier.end() <= 1 for earlier, later in pairwise(words))


def _subject_shouts(subject: str) -> bool:
    letters = [one for one in subject if one.isalpha()]
    words = [one for one in CAPITALS.findall(subject) if one not in ACRONYMS]
    return len(words) > 1 and all(one.isupper() for one in letters) and not any(one.isdigit() for one in subject)


def _found(anatomy: Anatomy, found: re.Match[str]) -> Finding:
    start, end = found.span()
    words = anatomy.own[start:end].strip()
    says = f"”{words}” kan låta argt. Skriv sakligt vad som hänt, eller låt det ligga till i morgon."
    return finding("tone", says, in_body(start, end), words=words, fix=_hold(anatomy))


def _hold(anatomy: Anatomy) -> Fix:
    """Until the next working morning (clause ``sleep-on-it``)."""
    day = anatomy.context.calendar.add(anatomy.today, 1)
    moment = datetime.combine(day, MORNING, STOCKHOLM)
    return Fix(FixKind.HOLD, f"Vänta till {day.isoformat()} klockan 8", value=moment.isoformat())
