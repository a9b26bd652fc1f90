"""``wrong-recipient-suspected``: the greeting names somebody else, or the attachment that is spoken of is missing."""

import re
from collections.abc import Iterator

from kommunpost.core.advice.anatomy import Anatomy
from kommunpost.core.advice.model import Finding
from kommunpost.core.advice.rules.finding import WRONG_RECIPIENT, finding, in_body
from kommunpost.core.advice.words.phrases import Phrases, split_alternatives
from kommunpost.core.mail.model import Address

_PAPER = (
    r"(?:den |det |de )?(?:nya |ifyllda |underskrivna |färdiga |uppdaterade |justerade |senaste |efterfrågade )?\w*"
    r"(?:affischen|analysen|anteckningarna|arket|avtalet|beskedet|beslutet|bilden|bilderna|blanketten|blanketterna"
    r"|budgeten|dagordningen|dokumentet|dokumenten|domen|fakturan|filen|filerna|fotona|fotot|föreläggandet|guiden"
    r"|handlingarna|intyget|inbjudan|kalkylen|kallelsen|kartan|kontraktet|kopian|kopiorna|listan|mallen|manualen"
    r"|offerten"
    r"|ordern|planen|presentationen|prognosen|programmet|protokollet|rapporten|remissen|ritningen|ritningarna"
    r"|sammanställningen|schemat|skissen|skrivelsen|tabellen|underlaget|underlagen|utkastet|yttrandet)"
)
"""What is a file when somebody says "here it comes"."""
PAPER = re.compile(_PAPER)
_FILE = r"(?:excel\w*|pdf\w*|word\w*|fil|bilaga|dokument)"
ATTACHED = Phrases(
    split_alternatives(
        r"(?:jag|vi) (?:har )?(?:bifogar|bifogat|bilägger|skickar med|har lagt med|lägger med)|bifogar"
        r"|bifogat(?: finns| är| finner)?|bifogas|bilägges|biläggs|bilagt"
        r"|(?:i|se|enligt) (?:den |de )?(?:bifogade?n? |bilagda )?(?:bilaga(?:n)?|bilagor(?:na)?|bifogat|fil(?:en)?)"
        r"|(?:bifogade|bifogad|bilagd|bilagda|medföljande) (?:fil\w*|dokument\w*|blankett\w*|avtal\w*|protokoll\w*"
        r"|karta\w*|bild\w*|underlag\w*|beslut\w*|lista\w*|skiss\w*)"
        r"|(?:avtal|beslut|protokoll|blankett|karta|lista|underlag)\w* (?:bifogas|är bifogad|är bifogat)"
        r"|finns bifoga\w*"
        r"|ligger (?:som bilaga|bifoga\w*)|se bilaga|medföljer som bilaga|i bilaga \d"
        r"|(?:med|bi)sände\w*|(?:jag|vi) (?:bifogade|medsände|lade med|la med)|(?:i|på|se) bilagan|se (?:fil|filen"
        r"|filerna)"
        r"|(?:följer|ligger|finns|är|kommer|hör) (?:med |till |som \w+ )?(?:i |till )?(?:det här "
        r"|detta )?(?:mejlet|mailet)"
        rf"|(?:ligger|följer|finns|skickas|kommer) (?:med )?som (?:en )?{_FILE}"
        rf"|får {_PAPER} (?:av mig )?här|(?:lagt|lägger|skickar|sänder|skickat) (?:jag |vi )?med {_PAPER}"
        rf"|(?:här (?:kommer|är|får du|har (?:du|ni))"
        rf"|(?:jag|vi) (?:skickar|sänder) (?:dig |er )?(?:över |här |nu |med )?) ?{_PAPER}(?!:)"
    ),
    end=r"\b",
)
"""What says by itself that a file is with the mail."""
GOES_WITH = Phrases(
    split_alternatives(
        r"(?:är|finns|ligger|följer|skickas|kommer) med(?: här)?(?=[.,!]|\Z)"
        rf"|som (?:ett |en )?{_FILE}|i form av (?:ett |en )?{_FILE}"
    ),
    end=r"\b",
)
"""What says so where it is said of a paper: colleagues, too, are "med"."""
GOES_WITHIN = 45
NOT_OURS = re.compile(
    r"\b(?:du|ni|kunden|sökanden|han|hon|de) (?:har )?(?:redan )?bifoga\w*|\bsom (?:du|ni) (?:har )?bifoga\w*"
    r"|\b(?:inte|utan|saknar|saknas|aldrig)\b[^.!?\n]{0,30}\b(?:bifog|bilag)\w*"
    r"|\b(?:din|ditt|dina|er|ert|era) (?:bifogade|bilagor|bilaga|bilagan)\b|\b(?:bilagan|bilagorna|bilaga|filen"
    r"|bifog\w*)\b[^.!?\n]{0,30}\b(?:saknas|saknades|gick inte|kom inte|fattas)\b"
    r"|https?:|www\.|\b(?:posten|brev\w*|postade|rekommenderat|i går|igår|i morgon|imorgon|när|senare"
    r"|så snart|efter)\b"
    r"|\b(?:samarbetsrum\w*|mappen|gemensamma|teams|sharepoint|länk\w*|e-tjänst\w*|diariet"
    r"|(?:i|till|på) ärendet|(?:i|ur|av|enligt) protokollet)\b"
    r"|\b(?:ska|kan|får|måste|bör|vill|behöver) (?:du |ni )?(?:också )?bifoga"
    r"|\b(?:beslutet|brevet|fakturan|kallelsen|handlingarna)\b[^.!?\n]{0,40}\bbilaga",
)
PERSONAL_LOCAL = re.compile(r"[a-zåäöéüø-]+[._][a-zåäöéüø._-]+\d*|[a-z]\.?[a-zåäöéüø-]{3,}\d*")
COLLECTIVE = frozenset(
    """
    alla allihop allihopa boende botkyrka bägge bästa båda chefer dag dig du där er förening föreningen
    föräldrar god grannar gruppen gänget hallå hej hyresgäst igen killar kolleger kollegor kommun kommunen kund
    kunden kunder kundtjänst kära ledamot ledamöter medarbetare medborgare morgon mottagare ni ordförande
    redaktionen rektor styrelsen sökande team tjejer vänner vårdnadshavare
    """.split()
)
ACRONYM = re.compile(r"\b[A-ZÅÄÖ]{2,}\b")
ORGANISATION = re.compile(
    r"\b(?:ab|hb|kb|brf|kommun\w*|förening\w*|klubb\w*|skola\w*|skolan|region\w*|myndighet\w*|styrelse\w*"
    r"|församling\w*|förbund\w*|bolag\w*|byrå\w*|enhet\w*|förvaltning\w*|redaktion\w*|"
    r"kansli\w*|kundtjänst|support|team|stiftelse\w*|nämnd\w*|botkyrka|sverige|samfällighet\w*|advokat|café"
    r"|restaurang\w*|butik\w*|jour\w*)\b",
)
FULL_NAME = 2
TELLING = 3
"""Letters from which on a word, or a beginning in common, says something: ”av” and ”ab” are in many words."""
FOLD = str.maketrans("åäöéèüøæ", "aaoeeuoa")


def check(anatomy: Anatomy) -> Iterator[Finding]:
    greeted = _stranger(anatomy)
    if greeted:
        start = anatomy.own.find(greeted)
        says = f"Du hälsar på {greeted}, men ingen mottagare heter så. Kontrollera att adressen är rätt."
        yield finding(WRONG_RECIPIENT, says, in_body(start, start + len(greeted)), words=greeted)
    missing = _missing_attachment(anatomy)
    if missing:
        says = f"Du skriver ”{missing[0]}”, men ingen fil är bifogad."
        yield finding(WRONG_RECIPIENT, says, in_body(missing.start(), missing.end()), words=missing[0])


def _stranger(anatomy: Anatomy) -> str:
    """The greeted name, when every recipient is surely a person and none of them is called so."""
    names = [one for one in anatomy.greeted if one.casefold() not in COLLECTIVE]
    recipients = anatomy.draft.recipients
    if len(names) != 1 or not recipients or not all(_is_person(anatomy, one) for one in anatomy.draft.to):
        return ""
    known = {part for one in recipients for part in _parts(anatomy, one)}
    return "" if _is_known(names[0], known) else names[0]


def _is_person(anatomy: Anatomy, one: Address) -> bool:
    """In the directory as a person, or ``lotta.ryd@`` with the same words in the display name."""
    address = one.address.lower()
    if address in anatomy.context.people:
        return True
    if address in anatomy.context.mailboxes or address in anatomy.context.groups:
        return False
    local, _, domain = address.partition("@")
    words = [word for word in re.split(r"[^\w]+", _fold(one.name)) if word]
    if (
        ACRONYM.search(one.name)
        or ORGANISATION.search(one.name.lower())
        or len(words) < FULL_NAME
        or not PERSONAL_LOCAL.fullmatch(local)
    ):
        return False
    company = domain.split(".")[0]
    if any(word in company for word in words if len(word) >= TELLING):
        return False
    folded = _fold(local)
    return "." in local and any(word in folded for word in words)


def _parts(anatomy: Anatomy, one: Address) -> Iterator[str]:
    person = anatomy.context.people.get(one.address.lower())
    text = f"{one.name} {person.name if person else ''} {one.address.partition('@')[0]}"
    yield from (part for part in re.split(r"[\W\d_]+", _fold(text)) if part)


def _fold(text: str) -> str:
    return text.casefold().translate(FOLD)


def _is_known(name: str, known: set[str]) -> bool:
    """Short forms count: Kicki for Kerstin cannot be known, but Ann for Ann-Marie and Fia for Sofia can."""
    folded = _fold(name)
    parts = [part for part in re.split(r"\W+", folded) if part]
    if set(parts) & known:
        return True
    return any(
        part in one or one in part or _alike(part, one) for part in parts for one in known if len(one) >= TELLING
    )


def _alike(one: str, other: str) -> bool:
    """Gunilla and Gunnel begin alike: a nickname or a spelling, not a stranger."""
    same = 0
    for left, right in zip(one, other, strict=False):
        if left != right:
            break
        same += 1
    return same >= TELLING


def _missing_attachment(anatomy: Anatomy) -> re.Match[str] | None:
    if anatomy.draft.attachments or not anatomy.is_swedish:
        return None
    words = anatomy.sorted_words
    said = [*ATTACHED.find(words), *(one for one in GOES_WITH.find(words) if _is_of_paper(anatomy, one))]
    for found in sorted(said, key=re.Match.start):
        sentence = anatomy.sentence_at(found.start())
        if sentence and found.end() <= sentence.end and not NOT_OURS.search(sentence.folded):
            return found
    return None


def _is_of_paper(anatomy: Anatomy, found: re.Match[str]) -> bool:
    sentence = anatomy.sentence_at(found.start())
    start = max(found.start() - GOES_WITHIN, sentence.start if sentence else 0)
    return PAPER.search(anatomy.lower, start, found.start()) is not None
