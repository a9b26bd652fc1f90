"""What a mail asks its reader to do. In doubt it asks nothing: offers, conditions and politeness are no requests."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from kommunpost.core.advice.sentences import Sentence
from kommunpost.core.advice.words import harsh
from kommunpost.core.advice.words.phrases import words_of

IMPERATIVES = frozenset(
    """
    acceptera aktivera ange anmäl ansök anteckna använd arkivera attestera avboka avsluta avvakta bekräfta
    beskriv beställ bestäm besvara betala bidra bifoga boka byt dela delta diarieför diskutera expediera
    fastställ fixa flytta fundera fyll följ förbered fördela föreslå förklara förtydliga ge genomför godkänn
    granska gå gör hitta hämta håll höj informera inkom installera inventera justera kalla kolla kom komplettera
    kontakta kontrollera koppla korrekturläs lista logga lyft lägg lämna läs låna lös maila meddela mejla
    motivera notera ordna planera plocka posta prioritera prova publicera påminn rapportera redovisa registrera
    remittera rensa ring räkna rätta samla sammanställ se signera skapa skicka skriv skynda slutför släng smsa
    specificera sprid starta stryk stäm stäng stöd svara säg säkerställ sänd sätt ta testa titta tyck tänk
    undersök underteckna uppdatera uppge utred utse verifiera verkställ vidarebefordra visa välj yttra ändra åk
    återkom återkoppla återsänd åtgärda öppna överlämna översänd
    """.split()
)
"""Imperatives that begin a request when they begin a sentence."""
NOT_IMPERATIVE = re.compile(
    r"^(?:håll (?:det|detta|dig|er) (?:inom|för|till)|säg (?:inget|ingenting)|"
    r"se (?:nedan|ovan|bilaga|bifoga\w*|även|också|mer)|tack|ta det lugnt|ta hand om dig|ha |tänk att|tänk om|"
    r"gå in på .{0,60}\bom du\b|läs mer|se www|kom ihåg att|ring (?:mig|oss|gärna|kontaktcenter|112|växeln|på)|"
    r"hör (?:gärna )?av|gör om,? gör rätt|säg (?:gärna )?till (?:om|ifall|när)|(?:mejla|maila|kontakta|skriv till"
    r"|svara på det här mejlet|vänd dig)\b.{0,40}\b(?:om|ifall|när|vid)\b|"
    r"kontakta (?:mig|oss|kontaktcenter|gärna)|gör som (?:du|ni) vill|"
    r"titta (?:också|gärna|även|då)|mejla (?:mig|oss)|skriv gärna"
    r"|använd gärna|se till att du mår)"
)
VOCATIVE = re.compile(
    r"^(?:(?:[-–*•]\s*)?(?:och |men |så |sen |sedan |då |därför |samt |du |ni |snälla |vänligen |var (?:snäll"
    r"|vänlig) och |"
    r"kan (?:du|ni) vara snäll\w* och |obs[!:]? |ps[.:]? |jag vill att (?:du|ni) |gärna )+)"
)
NAMED = re.compile(r"^(?P<names>[^\W\d_][\w-]+(?:(?:,| och| &) [^\W\d_][\w-]+){0,4})(?:,|:| –| -) (?=\w)")
ASKS_FIRST = re.compile(
    r"(?:kan|kunde|skulle|hinner|vill|orkar|får) (?:du|ni|någon|nån|en av er|jag (?:få|be)|vi (?:få|be))\b"
)
ASKS = re.compile(
    r"\b(?:"
    r"(?:skulle (?:du|ni) kunna|har (?:du|ni) möjlighet|går det att få|är det okej om|finns det möjlighet)\b"
    r"|jag (?:behöver|vill ha|måste ha|måste få|önskar|skulle behöva|skulle vilja ha|saknar|inväntar|väntar på"
    r"|ser fram emot) (?:veta|få|ett?|dit[t]?|dina|er[at]?|svar|besked|underlag\w*|synpunkter|uppgift\w*|din"
    r"|siffror\w*|hjälp|in |en |det |dem |(?:en )?återkoppling|alla|era|listan|kvitto\w*|namn)"
    r"|vi (?:behöver|vill ha|måste ha|måste få|önskar|saknar|inväntar) (?:veta|få|ett? |dit[t]?|dina|er[at]? |svar"
    r"|besked|underlag|synpunkter|uppgift|din|siffror|hjälp|in |en |det |dem |återkoppling|era |följande|två|tre"
    r"|fyra|fler|kompletter|den |det |dem |dessa |handlingen|originalet)"
    r"|jag (?:vill|önskar|ber|skulle vilja|förväntar mig|räknar med) (?:gärna )?(?:att )?(?:dig|er|du|ni)\b"
    r"|vi ber (?:dig|er|om)\b"
    r"|jag ber (?:dig|er|om)\b"
    r"|du får (?:gärna )?(?:skicka|svara|ta|fixa|göra|höra av|återkomma|dubbelkolla|ordna|kolla|se till|lämna)\b"
    r"|ni får (?:gärna )?(?:skicka|svara|ta|fixa|göra|höra av|återkomma|dubbelkolla|ordna|kolla|se till|lämna)\b"
    r"|tacksam (?:för|om)\b"
    r"|svar (?:önskas|emotses|behövs)\b"
    r"|osa\b"
    r"|vore (?:bra|toppen|tacksam|snällt|fint) om (?:du|ni)\b"
    r"|återkoppling (?:önskas|emotses)\b"
    r"|jag skulle (?:verkligen )?uppskatta\b"
    r"|vi skulle (?:verkligen )?uppskatta\b"
    r"|jag hoppas (?:på|få) (?:ditt|ert|svar|besked)"
    r"|vi hoppas (?:på|få) (?:ditt|ert|svar|besked)"
    r"|uppmanas (?:du|ni|härmed)?\b"
    r"|ombeds (?:du|ni|härmed)?\b"
    r"|anmodas (?:du|ni|härmed)?\b"
    r"|synpunkter (?:mottas|lämnas|önskas)\b"
    r"|är det okej att\b"
    r")"
)
LATER_IMPERATIVE = re.compile(
    r"(?:,|och(?<!\woch)|–|-|:|;|så(?<!\wså)|men(?<!\wmen)) (?:vänligen |snälla |var (?:snäll|vänlig) och )?"
    r"(?:skriv (?:under|på)"
    r"|skicka (?:in|tillbaka|till|över|mig|den|det|dem)|"
    r"svara|återkom|hör av (?:dig|er)|meddela|fyll i|returnera|godkänn|kolla|ring (?:upp|henne|honom|tillbaka)"
    r"|säg (?:till mig|vad|om)|ge mig|lämna in|bekräfta|ta ställning)\b"
)
SLOGAN = re.compile(r"^(?:ta|kom|njut|passa på|låna|prova|välkommen|glöm inte|missa inte|häng med)\b[^.?]{0,60}!$")
OPTIONAL = re.compile(
    r"\b(?:"
    r"har (?:du|ni) (?:några |fler |ytterligare |någon )?(?:frågor|fråga|funderingar|synpunkter på det här)\b"
    r"|om (?:du|ni|det|något|någon) (?:har|vill|undrar|behöver|önskar|är|finns|inte|får|skulle|blir|ändå|hellre)\b"
    r"|(?:är du|är ni|känner du|vill du|vill ni|skulle du|undrar du|undrar ni|behöver du|behöver ni|önskar du"
    r"|blir du|kan du inte|har du inte|saknar du|får du)\b[^?]*[^?]\Z"
    r"|i så fall\b"
    r"|välkommen"
    r"|välkomna\b"
    r"|tveka inte\b"
    r"|vid frågor\b"
    r"|inget (?:som )?(?:du|ni|någon) behöver\b"
    r"|ingenting (?:som )?(?:du|ni|någon) behöver\b"
    r"|inte något (?:som )?(?:du|ni|någon) behöver\b"
    r"|inte nåt (?:som )?(?:du|ni|någon) behöver\b"
    r"|när (?:du vill|ni vill|det passar|som helst)\b"
    r"|ifall (?:du|ni)\b"
    r"|behöver (?:du|ni)? ?inte\b"
    r"|behöver inte\b"
    r")"
)
OBLIGES = re.compile(
    r"\bmåste (?:du|ni) |(?<!att )\b(?:du|ni) (?:måste|ska|skall|behöver) (?!inte|bara veta|ha |vara )"
)
OBLIGES_TO_US = re.compile(
    r"\b(?:måste (?:du|ni)|(?:du|ni) (?:måste|ska|skall|behöver)) (?:också |även |därför |nu |snarast )?"
    r"(?:skicka|svara|lämna in|komplettera|höra av|meddela|bekräfta|återkomma|betala|skriva under|yttra)\b"
)
GUIDANCE = re.compile(
    r"\b(?:e-tjänst|e-tjänsten|webb\w*|hemsida\w*|mina sidor|appen|blankett\w*|bankid|e-legitimation|logga|knappen"
    r"|menyn|"
    r"fliken|länken|formulär\w*|på plats|receptionen|kassan|telefonkön|portalen|gärna|www\S*|1177)\b|\bdu kan\b"
)
"""Words of somebody who explains how a thing is done; nobody here waits for it."""
TO_US = re.compile(
    r"^(?:skicka|svara|återkom|återkoppla|komplettera|bekräfta|meddela|godkänn|granska|underteckna|skriv under"
    r"|returnera|lämna|sänd|"
    r"inkom|yttra|förklara|redovisa|bifoga|betala|föreslå|säg|ge|maila|mejla|återsänd|signera|hör av|rätta|åtgärda"
    r"|ta bort|fixa|ordna|laga|se till)\b"
)
"""Acts that somebody here waits for."""
QUESTION_IS_OFFER = re.compile(
    r"^(?:har (?:du|ni) (?:några |fler |ytterligare |någon )?(?:frågor|fråga|funderingar)|undrar (?:du|ni)"
    r"|är något oklart|"
    r"vill (?:du|ni) veta mer|vill du läsa mer|har du sett|visste du|känner du igen|vill du vara med"
    r"|behöver du hjälp|"
    r"är det din|eller(?: hur)?|inte sant|förstår du|hur (?:mår|är läget|går det)|allt (?:bra|väl)"
    r"|vad tror ni om det|"
    r"hur svårt|tänker (?:du|ni) (?:någonsin|ens)|"
    r"är det någon som|hur (?:kan|kunde) ni|vad håller ni|har du någonsin|saknar du|letar du|söker du"
    r"|är du intresserad|ska vi (?:ta en (?:kopp )?(?:kaffe|fika|lunch|öl)|fika|luncha|äta lunch|dricka kaffe)|"
    r"vill du (?:ha|bli|få|prata|boka|överklaga|lära)|har du problem|har du tappat|passar (?:inte|det inte)"
    r"|fungerar inte|går det inte|hittar du inte|kan du inte|får du inte|vill du inte|stämmer inte|blev något"
    r"|något som (?:är oklart|saknas))"
)
HOW_TO = re.compile(
    r"\b(?:så (?:här )?\w+ (?:du|ni)|gör (?:du )?så här|följ (?:de här )?stegen|steg för steg)\b[^.!?]{0,40}:"
)
"""What stands below it tells somebody outside how a thing is done."""
RHETORICAL_WORDS = 3


@dataclass(frozen=True, slots=True)
class Request:
    """A sentence that asks for something; ``named`` are the words before a comma or colon that may be names."""

    sentence: Sentence
    named: tuple[str, ...] = ()
    is_question: bool = False


def requests(sentences: tuple[Sentence, ...], *, to_outsider: bool) -> Iterator[Request]:
    """The sentences that ask the reader for an act or an answer.

    ``to_outsider``: the mail goes to somebody outside. "Logga in och fyll i blanketten" is then guidance.
    """
    explains = False
    for sentence in sentences:
        explains = explains or (to_outsider and ":" in sentence.folded and bool(HOW_TO.search(sentence.folded)))
        found = _request(sentence, to_outsider=to_outsider)
        if found and (found.is_question or not explains or "senast" in sentence.folded):
            yield found


def _request(sentence: Sentence, *, to_outsider: bool) -> Request | None:
    words = sentence.folded
    named, rest = _named(sentence)
    rest = VOCATIVE.sub("", rest)
    if rest.endswith("?"):
        return Request(sentence, named, is_question=True) if _is_real_question(rest) and not _is_scorn(words) else None
    if not _asks(rest, words, to_outsider=to_outsider) or SLOGAN.match(rest):
        return None
    # With a last date it is meant, whatever softens it.
    if "senast" in words:
        return Request(sentence, named)
    is_offer = OPTIONAL.search(words) or (to_outsider and GUIDANCE.search(words))
    return None if is_offer else Request(sentence, named)


def _asks(rest: str, words: str, *, to_outsider: bool) -> bool:
    if _is_imperative(rest) and (not to_outsider or "senast" in words or TO_US.search(rest)):
        return True
    return bool(
        ASKS_FIRST.match(rest)
        or ASKS.search(rest)
        or _obliges(words, to_outsider=to_outsider)
        or LATER_IMPERATIVE.search(rest)
    )


def _obliges(words: str, *, to_outsider: bool) -> bool:
    # Looking for the verbs alone is quicker, and most sentences have none of them.
    if not ("ska" in words or "måste" in words or "behöver" in words):
        return False
    return bool((OBLIGES_TO_US if to_outsider else OBLIGES).search(words))


def _named(sentence: Sentence) -> tuple[tuple[str, ...], str]:
    found = NAMED.match(" ".join(sentence.text.split()))
    if not found or not found["names"][0].isupper():
        return (), sentence.folded
    words = tuple(one for one in re.split(r",? och |, | & ", found["names"]) if one)
    return words, sentence.folded[found.end() :]


def _is_imperative(words: str) -> bool:
    first = re.match(r"[^\W\d_]+", words)
    return first is not None and first[0] in IMPERATIVES and not NOT_IMPERATIVE.match(words)


def _is_scorn(words: str) -> bool:
    """ "Hur svårt kan det vara?" wants no answer."""
    return harsh().search(words_of(words)) is not None


def _is_real_question(words: str) -> bool:
    return len(words.split()) >= RHETORICAL_WORDS and not QUESTION_IS_OFFER.match(words)
