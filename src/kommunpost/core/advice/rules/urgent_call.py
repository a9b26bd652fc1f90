"""``urgent-call``: an answer is needed at once. Then a mail is the wrong way."""

import re
from collections.abc import Iterator

from kommunpost.core.advice.anatomy import Anatomy
from kommunpost.core.advice.fixes import Fix, FixKind
from kommunpost.core.advice.model import Finding
from kommunpost.core.advice.requests import Request
from kommunpost.core.advice.rules.finding import finding, in_body

AT_ONCE = re.compile(
    r"\b(?:nu direkt|direkt|genast|omedelbart|omgående|per omgående|asap|akut|redan (?:i\s?dag|idag|i\s?kväll|nu"
    r"|i förmiddag|i eftermiddag)"
    r"|nu på en gång|på en gång|på momangen|illa kvickt|med en gång|på direkten"
    r"|(?:inom|om|på) (?:en halv ?timme|en timme|någon timme|ett par timmar|två timmar|en kvart|(?:\d+|tio|femton"
    r"|tjugo|trettio) min\w*)"
    r"|(?:innan|före|till) (?:lunch|kl\.? ?\d\S*|klockan \d\S*)(?: (?:i\s?dag|idag))?|i\s?kväll|ikväll|i eftermiddag"
    r"|i förmiddag|under (?:för|efter)middagen"
    r"|(?:under|före|innan) dagen(?:s slut)?|senast (?:i\s?dag|idag|nu)|(?:i dag|idag)|fort som attan|kvickt"
    r"|skynda dig|skyndsamt|så fort du (?:ser|läser|får) det här|det brinner|står (?:här )?(?:och väntar|utanför))\b",
)
SHOUTED_NOW = re.compile(r"\bNU\b")
URGENT_SUBJECT = re.compile(r"\b(?:br[åa]dskande|akut|asap|urgent|jättebråttom|bråttom|omedelbart)\b")
LATER_DAY = re.compile(
    r"\b(?:20\d\d-\d\d-\d\d|(?:mån|tis|ons|tors|fre|lör|sön)dag\w*|i\s?morgon|imorgon|nästa|den \d+|\d+/\d+|vecka)\b",
    re.IGNORECASE,
)
NOT_A_TIME = re.compile(
    r"\b(?:direkt (?:i|på|till|från|via|med|in|vid|mot|efter|under|av|hos|ur|kontakt|koppl|numm)|akut(?:mottag|tand)"
    r"|(?:det är|blir) (?:inte )?akut|inte (?:direkt|akut))\b|"
    r"\b(?:från och med|fram till|till och med|så här långt|läget|hittills|som (?:ni|du) vet|öppet"
    r"|stängt?) (?:i\s?dag|idag)\b",
)


def check(anatomy: Anatomy) -> Iterator[Finding]:
    asked = anatomy.requests
    for request in asked:
        found = _at_once(request)
        if found:
            yield _found(anatomy, request, found)
            return
    if asked and URGENT_SUBJECT.search(anatomy.draft.subject.lower()) and not any(_has_later_day(one) for one in asked):
        yield _found(anatomy, asked[0], asked[0].sentence.text)


def _at_once(request: Request) -> str:
    text = request.sentence.folded
    if _has_later_day(request):
        return ""
    cleaned = NOT_A_TIME.sub(lambda found: " " * len(found[0]), text)
    found = AT_ONCE.search(cleaned) or SHOUTED_NOW.search(request.sentence.text)
    return found[0] if found else ""


def _has_later_day(request: Request) -> bool:
    return bool(LATER_DAY.search(request.sentence.folded))


def _found(anatomy: Anatomy, request: Request, words: str) -> Finding:
    phone, name = _phone(anatomy)
    how = f"Ring {name} på {phone}" if phone else "Ring"
    says = f"Du behöver svar genast. {how} i stället: ingen är skyldig att läsa mejl i samma stund."
    fix = Fix(FixKind.CALL, f"Ring {name}", value=phone) if phone else None
    return finding("urgent-call", says, in_body(request.sentence.start, request.sentence.end), words=words, fix=fix)


def _phone(anatomy: Anatomy) -> tuple[str, str]:
    for one in anatomy.draft.to:
        person = anatomy.context.people.get(one.address.lower())
        if person and person.phone:
            return person.phone, person.name
    return "", ""
