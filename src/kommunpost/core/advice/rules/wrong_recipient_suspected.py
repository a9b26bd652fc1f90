"""``wrong-recipient-suspected``: the greeting names somebody else, or the attachment that is spoken of is missing."""

import re
from collections.abc import Iterator

from kommunpost.core.advice.anatomy import Anatomy
from kommunpost.core.advice.model import Finding
from kommunpost.core.advice.rules.finding import WRONG_RECIPIENT, finding, in_body
from kommunpost.core.mail.model import Address

_PAPER = (
    r"(?:den |det |de )?(?:nya |ifyllda |underskrivna |färdiga |uppdaterade |justerade |senaste )?"
    r"(?:situationsplanen|ritningen|ritningarna|protokollet|avtalet|blanketten|blanketterna|kartan|presentationen"
    r"|rapporten|underlaget|underlagen|kontraktet|dokumentet|dokumenten|fakturan|offerten|intyget|skissen"
    r"|filen|filerna"
    r"|beslutet|tjänsteskrivelsen|kallelsen|dagordningen|minnesanteckningarna|mallen|excelfilen|bilderna|fotona)"
)
"""What is a file when somebody says "here it comes"."""
ATTACHED = re.compile(
    r"\b(?:(?:jag|vi) (?:har )?(?:bifogar|bifogat|bilägger|skickar med|har lagt med|lägger med)|bifogar"
    r"|bifogat(?: finns| är| finner)?|bifogas|bilägges|biläggs|bilagt"
    r"|(?:i|se|enligt) (?:den |de )?(?:bifogade?n? |bilagda )?(?:bilaga(?:n)?|bilagor(?:na)?|bifogat|fil(?:en)?)"
    r"|(?:bifogade|bifogad|bilagd|bilagda|medföljande) (?:fil\w*|dokument\w*|blankett\w*|avtal\w*|protokoll\w*"
    r"|karta\w*|bild\w*|underlag\w*|beslut\w*|lista\w*|skiss\w*)"
    r"|(?:avtal|beslut|protokoll|blankett|karta|lista|underlag)\w* (?:bifogas|är bifogad|är bifogat)|finns bifoga\w*"
    r"|ligger (?:som bilaga|bifoga\w*)|se bilaga|medföljer som bilaga|i bilaga \d"
    rf"|(?:här (?:kommer|är|får du)|(?:jag|vi) (?:skickar|sänder) (?:dig |er )?(?:över |här |nu |med )?) ?{_PAPER})\b",
)
NOT_OURS = re.compile(
    r"\b(?:du|ni|kunden|sökanden|han|hon|de) (?:har )?(?:redan )?bifoga\w*|\bsom (?:du|ni) (?:har )?bifoga\w*"
    r"|\b(?:inte|utan|saknar|saknas|aldrig)\b[^.!?\n]{0,30}\b(?:bifog|bilag)\w*"
    r"|\b(?:din|ditt|dina|er|ert|era) (?:bifogade|bilagor|bilaga|bilagan)\b|\b(?:bilagan|bilagorna|bilaga|filen"
    r"|bifog\w*)\b[^.!?\n]{0,30}\b(?:saknas|saknades|gick inte|kom inte|fattas)\b"
    r"|https?:|www\.|\b(?:posten|brev\w*|postade|rekommenderat|i går|igår|i morgon|imorgon|när|senare"
    r"|så snart|efter)\b"
    r"|\b(?:samarbetsrum\w*|mappen|gemensamma|teams|sharepoint|länk\w*|e-tjänst\w*|diariet|ärendet|protokollet)\b"
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
    for sentence in anatomy.sentences:
        found = ATTACHED.search(anatomy.lower, sentence.start, sentence.end)
        if found and not NOT_OURS.search(sentence.folded):
            return found
    return None
