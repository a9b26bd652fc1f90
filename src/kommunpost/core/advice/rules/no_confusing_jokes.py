"""``no-confusing-jokes``: a joke or irony that can be read as plain words. A smile after thanks is none."""

import re
from collections.abc import Iterator

from kommunpost.core.advice.anatomy import Anatomy
from kommunpost.core.advice.model import Finding
from kommunpost.core.advice.rules.finding import finding, in_body
from kommunpost.core.advice.words.phrases import Phrases, split_alternatives

MARKED = Phrases(
    split_alternatives(
        r"skojar?(?! (?:du|ni))|skojade|skämt(?:ar|ade)?(?: å?sido| åsido)|(?:bara|bara ett|på) skämt"
        r"|skämtar? (?:bara|lite)|just kidding|jk|not!|ironi\w*|haha\w*|hahaha\w*|hehe\w*|hihi\w*|hoho\w*|lol|rofl"
        r"|asg"
        r"|höhö|ho ho|"
        r"nej(?:,)? (?:men )?(?:allvarligt|seriöst) talat|skämt åsido|ha ha|fniss\w*|host host"
        r"|blinkblink|blink blink"
    ),
)
PICTURE = re.compile("[\u2600-\U0001ffff]")
"""One range is quicker to look for than a set of pictures."""
TONGUE_OR_WINK = (
    re.compile("[😁😂🤣😜😝😛🤪😉😏🙃🤡😈🥳😹😆😅🤭🤫💩🎅👻🤷]"),
    re.compile(r"[;:]-?[pd](?![\w)])"),
    re.compile(r";(?<!\w;)-?\)"),
    re.compile(r"xd(?<!\wxd)(?!\w)"),
)
"""Pictures, then what is written with signs; each begins with a sign, which ``re`` looks for quickly."""
SMILE = (re.compile("[😊🙂😀😃😄☺😌🤗]"), re.compile(r"[:=](?<![\w(][:=])-?\)(?!\w)"))
ABSURD = Phrases(
    split_alternatives(
        r"varg(?:en|ar|arna)?|björn(?:en|ar|arna)?|krokodil\w*|haj(?:en|ar)?|lejon|dinosauri\w*|pirat(?:er"
        r"|en)?|ninja\w*"
        r"|konjak|champis|räddningshund\w*|beväpna\w*|begravd under|levande begravd\w*|äter papper"
        r"|till frukost|skrämma bort"
        r"|apokalyps\w*|domedag\w*|hjälm och|skyddsväst|fallskärm|blodoffer|offerlamm|förbannelse\w*|rabies"
        r"|biter den|hypnotiser\w*"
        r"|ambassad\w*|fängelsehåla\w*|katapult\w*|kanon(?:kula|er)\w*|rökbomb\w*|tidsmaskin\w*|teleport\w*|"
        r"tomte(?:n|nissar)?|nissar|jultomten|påskharen|tandfén|champagne|trolla|trollspö\w*|trollstav|trollkarl"
        r"|hokus pokus|simsalabim|abrakadabra|enhörning\w*|spågumma|spåkula|kristallkula\w*|"
        r"singla slant|häxa|drakar?|vampyr\w*|zombie\w*|spök(?:en|e|et)|ufo\w*|marsmän\w*|utomjording\w*"
        r"|superhjält\w*"
        r"|batman|james bond|sherlock|nobelpris\w*|oscar|medalj|guldstjärna|världsrekord|"
        r"dubai|bahamas|mallorca|hawaii|månen|rymden|himlen faller|gått i pension|gå i pension|kastas? (?:ut"
        r"|till lejonen|i sjön)|låsa in|asfaltera|bränna? ner|duell|gryningen|skottkärra|piska(?:n)?|giljotin\w*|"
        r"utan att andas|nerver av stål|resten av livet|minnestavla\w*|i marmor|(?:kommunalt|svenskt) rekord"
        r"|egen (?:kung|armé|valuta|nation)|dynamit|fanfar\w*|röda mattan|kamel\w*|pingvin\w*|flodhäst\w*|sengångare"
        r"|hemlig agent|landsflykt|galgen|riddare|jordens undergång|bermudatriangeln|svart hål|(?:biter|bits) inte"
        r"|sov(?:er|it)? som en stock|på toaletten|under på alltihop"
        r"|hänga?s? (?:upp )?i (?:flaggstången|trädet)|gratis (?:öl|te|kaffe|spa)|öl till alla|tequila|whisky"
        r"|vinlotteri"
        r"|duscha hos|sova på kontoret|hämnas|världens undergång|undergången|katastroffilm|evakuer\w*|"
        r"(?:anlita|hyra?|köpa?|skaffa) (?:en |ett )?(?:get|åsna|häst|kamel|elefant|lama|båt|kanot|ubåt"
        r"|helikopter|drake"
        r"|trollkarl|spågumma|pensionat)|med (?:hink och spade|kofot|tändstickor|såg)"
    ),
    end=r"\b",
)
IRONY = Phrases(
    split_alternatives(
        r"(?:vilken|vilket|så) (?:otrolig|total|härlig|enorm|trevlig)? ?(?:överraskning|chock|sensation)"
        r"|vilken tur att (?:vi|ni|du) (?:har|är)|surprise|(?:jo|ja) (?:eller hur|visst),? (?:nu|då|för)|"
        r"(?:ni|du|de|vi|man) (?:får|kan) (?:väl|nog|ju)(?: alltid)? (?:ta|dricka|gå i|simma|flytta|cykla|sova|be"
        r"|hoppas på|köpa|lära|duscha|bo|äta|tälta|hyra|skylla|bygga|gräva|söka jobb|emigrera|skaffa)|"
        r"kan (?:du|ni) ju (?:alltid|väl)|såvida (?:du|ni) inte (?:vill|planerar|tänker|råkar)|eller så (?:kan vi"
        r"|flyttar|lägger|sätter|hyr|köper|gräver) (?:vi )?(?:väl|bara|ju)|om inte (?:världen|jorden) går under|"
        r"(?:till|före|innan) nästa istid|när grisar(?:na)? (?:kan )?flyger?|nästa sekel|år 20[5-9]\d|innan (?:jag"
        r"|vi alla) (?:går i pension|är pensionärer)|som bekant älskar|alla älskar ju|"
        r"(?:vi|alla) vet ju hur (?:snabb|effektiv|pålitlig|roligt|lätt)\w*|med (?:vår|kommunens|er) (?:vanliga|kända"
        r"|sedvanliga|berömda|blixtrande) (?:snabbhet|effektivitet|tur|fart|tempo)|"
        r"(?:köper|hyr|anställer|skaffar|tar|byter|kallar|sätter) (?:vi|jag) (?:väl "
        r"|nog )?in (?:\w+ )?(?:i stället)?(?:getter|får|brevduvor"
        r"|robotar|apor|åsnor|trollkarlar)|brevduv\w*|stentavl\w*|skrivmaskin\w* i stället|röksignal\w*"
        r"|flaskpost\w*|trumma fram"
        r"|(?:som|med) (?:enda )?sällskap|när (?:den|de|han|hon|systemet|bussen) har lust"
        r"|i teorin\b[^\n]{0,60}\bi praktiken"
        r"|(?:jag|vi) (?:misstänker|förutsätter|antar|gissar) att[^.!?\n]{0,60}(?:gratis|hackat|trasig\w*"
        r"|full|dopad\w*|tårta|fika|mutor|sover)"
        r"|(?:stå|sitta|stanna|stannar) (?:i skamvrån|kvar efter (?:skolan|jobbet|lektionen))|skamvrå\w*|kvarsittning"
        r"|(?:klagar|gnäller|äter|sover) (?:mindre|mer) (?:på|än)|(?:den|de) som (?:vågar|överlever"
        r"|lever) (?:får|vinner)"
        r"|(?:om|när|innan) (?:chefen|hon|han|de|ekonomi\w*) (?:vaknar|somnar|hittar oss|får veta)"
        r"|betalar? med (?:bullar|choklad|kakor)"
        r"|(?:mitt|vårt|kommunens) (?:nobelpris|hjältedåd|livsverk)|(?:kaffe|choklad|bullar) (?:räknas"
        r"|är) som|officiellt (?:död|galen|pensionär)\w*|"
        r"i (?:sedvanlig|vanlig|bästa) (?:kommunal|byråkratisk)\w* (?:ordning|anda|takt|fart)|(?:gratulerar"
        r"|grattis),? (?:du|ni) (?:är|har) (?:nummer|den (?:hundrade|tusende)|vunnit)|(?:första )?pris(?:et)? (?:till"
        r"|går till)|"
        r"det (?:var|är) ju (?:verkligen )?(?:oväntat|en nyhet|helt oväntat)|ingen kunde (?:ju )?ana|bäst före"
        r"|ta med (?:kudde|tält|matsäck|sovsäck|flytväst|tålamod)|vi lovar inget|"
        r"(?:en|två) (?:veckor|dagar|timmar|år) i (?:kommunal|kommun)tid|kommunår|skylla på (?:vädret|månen"
        r"|stjärnorna"
        r"|grannen)"
    ),
    end=r"\b",
)
AUDIBLE = re.compile(
    r"\b(?:eller )?(?:nej då|nä(?:\b)(?=[,.!])|nej nej|nej(?=,? (?:allvarligt|så)))|\blugn(?:,| bara)|\beller\?\s*\Z"
    r"|\beller\?(?=\s)|\bhm+\.{2,}|;\)|\.{3}\s*(?:eller|typ|kanske)\b"
)
STORY = re.compile(
    r"halloween|spök|teater|\bsag[oa]|film|\bbok|bibliotek|utställning|läger|maskerad|pjäs|\btema|firar"
    r"|vandring|affisch"
    r"|föreställning|jul|parad|djurpark|jakt|jägar|räddningstjänst|polis"
)
"""Where strange things are the matter itself."""
ABSURD_ALONE = 2
"""So many strange things are a joke without any mark of one."""
SAYS = "”{words}” kan läsas som ett skämt och missförstås. Skriv det du menar rakt ut."


def check(anatomy: Anatomy) -> Iterator[Finding]:
    own = anatomy.lower
    found = MARKED.search(anatomy.sorted_words) or _first(TONGUE_OR_WINK, own)
    if found:
        yield _found(anatomy, found)
        return
    absurd = list(ABSURD.find(anatomy.sorted_words))
    found = absurd[0] if absurd else None
    irony = IRONY.search(anatomy.sorted_words)
    alone = len({one[0] for one in absurd}) >= ABSURD_ALONE and not STORY.search(
        f"{anatomy.draft.subject.lower()}\n{own}"
    )
    if found and (alone or irony or _first(SMILE, own) or AUDIBLE.search(own)):
        yield _found(anatomy, found)
        return
    marked = irony or (AUDIBLE.search(own) if _first(SMILE, own) else None)
    if marked:
        yield _found(anatomy, marked)


def _first(signs: tuple[re.Pattern[str], ...], text: str) -> re.Match[str] | None:
    pictures, *written = signs
    matches = [found for pattern in written if (found := pattern.search(text))]
    if PICTURE.search(text) and (found := pictures.search(text)):
        matches.append(found)
    return min(matches, key=re.Match.start, default=None)


def _found(anatomy: Anatomy, found: re.Match[str]) -> Finding:
    """The whole sentence is shown: the joke is seldom in the mark itself."""
    start, end = found.start(), found.end()
    sentence = next((one for one in anatomy.sentences if one.start <= start < one.end), None)
    words = sentence.text if sentence else found[0]
    if sentence:
        start, end = sentence.start, sentence.end
    return finding("no-confusing-jokes", SAYS.format(words=found[0]), in_body(start, end), words=words)
