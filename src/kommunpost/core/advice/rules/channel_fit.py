"""``channel-fit``: news of a change that concerns people, or an explanation that one must be able to ask about."""

import re
from collections.abc import Iterator

from kommunpost.core.advice.anatomy import Anatomy
from kommunpost.core.advice.fixes import Fix, FixKind
from kommunpost.core.advice.model import DraftKind, Finding
from kommunpost.core.advice.rules.finding import finding, in_body
from kommunpost.core.advice.words.phrases import Phrases, split_alternatives, words_of

CHANGES = Phrases(
    split_alternatives(
        r"(?:enheten|avdelningen|gruppen|kontoret|teamet|skolan|förvaltningen|personalen"
        r"|vi) (?:ska )?flyttar? (?:till|från|ihop|in i)"
        r"|drar? (?:vi )?ner på|dra ner på|(?:behöver|måste|ska) (?:vi )?spara|slutar (?:vi )?(?:ta in|med)"
        r"|förlängs inte"
        r"|inte (?:att )?(?:förlängas?|förlängs)|(?:görs|göras|gjorts) om till|tillhöra? olika|går över till"
        r"|lägg(?:s|as) (?:samman|ihop)"
        r"|(?:lämna|lämnar) (?:mitt|sitt) (?:uppdrag|jobb)|ny(?:a|tt)? (?:grupp\w*|upplägg|turer|uppgifter"
        r"|placering\w*)|"
        r"omorganis\w*|sammanslagning\w*|(?:slå(?:s|r)?|slagits) (?:vi )?(?:ihop|samman)|delar (?:vi )?upp"
        r"|delas (?:enheten|gruppen|avdelningen)?\s?(?:upp)?|neddragning\w*|nedskärning\w*|sparkrav\w*|besparing\w*"
        r"|varsel|varsla\w*|"
        r"uppsägning\w*|sägs upp|säger upp|övertalig\w*|omplacer\w*|verksamhetsövergång\w*|(?:läggs|lägger|läggas"
        r"|lagts) (?:vi )?ner|(?:stängs|stänger) (?:för gott|permanent|till sommaren|vid årsskiftet|\w+ förskola)"
        r"|anställningsstopp|heltid som norm|"
        r"ny(?:a|tt)? (?:organisation|arbetsfördelning|roller|(?:enhets|område)?chef|schema(?:n|modell)?|arbetstid\w*"
        r"|beredskap\w*|enhetsindelning|arbetssätt|bemanning\w*|ansvarsfördelning|lönemodell|semesterregler|resurs\w*"
        r"|ledning\w*|"
        r"lokaler|arbetsplats|verksamhetssystem|journalsystem|avtal för|regler för (?:distans|hemarbete|semester|flex"
        r"|arbetstid))|(?:ändra(?:de|s|r)|förändra(?:de|s|r)|kortare|längre) (?:vi )?(?:arbetstid\w*|schema\w*"
        r"|öppettider för personal|semester\w*|lönesystem|organisation\w*)|"
        r"(?:tjänst(?:en|er|erna)?|roll(?:en|er|erna)?|uppdrag(?:et|en)?|arbetsplats(?:en|er)?|budget(?:en)?"
        r"|gruppe(?:n"
        r"|r|rna)|avdelning\w*|enhet(?:en|er|erna)?|team(?:et)?) (?:flyttas|ändras|försvinner|tas bort|dras in|delas"
        r"|upphör|slås|byter|omvandlas|läggs|stängs)|"
        r"byter (?:ni |vi )?(?:chef|enhet|arbetsplats|kontor|lokaler|system|organisation)"
        r"|(?:slutar|lämnar|avgår) (?:som|sitt|mitt) (?:chef|enhetschef|rektor|uppdrag|tjänst)?"
        r"|(?:kommer att )?(?:lämna|sluta) (?:som chef|min tjänst|mitt uppdrag)|"
        r"flytta(?:r|s)? (?:vi |hela )?(?:till (?:nya|andra) lokaler|hela enheten|verksamheten|enheten|ihop"
        r"|arbetsplats\w*)|kontorslandskap|aktivitetsbaserat|delade turer|fyradagarsschema|rotation\w*"
        r"|(?:friskvård\w*"
        r"|flex\w*|förmån\w*|distansarbet\w*|hemarbet\w*) (?:dras|tas|försvinner|upphör|begränsas|slopas)"
        r"|(?:enheter|förvaltningar|avdelningar|grupper|tjänster|kontor) blir (?:en|ett|två|tre|fyra|fem|sex)"
        r"|blir (?:vi )?(?:en|ett) (?:avdelning|enhet|grupp|förvaltning|arbetslag)|går (?:vi )?(?:ihop|upp i)"
        r"|(?:tjänster|tjänsterna|platser|platserna|timmar|timmarna|pengarna|tillägget|\w{3,12}tillägget)"
        r" (?:försvinner|dras in|faller|ryker|tas bort|stryks)"
        r"|drar (?:vi )?in (?:\w+ )?(?:tjänst\w*|plats\w*|tur\w*|stöd\w*)|(?:två|tre)skift|i (?:två|tre) skift"
        r"|(?:lönesystemet|systemet|chefen|lokalen|arbetssättet) byts|slutar (?:vi )?(?:att )?(?:ordna|erbjuda"
        r"|driva|köra)"
        r"|(?:tar|tas) över (?:verksamheten|driften|efter mig|era|dina|ditt|i januari|vid årsskiftet)"
        r"|(?:leder|sköter) (?:enheten|gruppen|avdelningen) (?:så länge|tills)|sjukskriv\w+ (?:mig )?till"
        r"|ut ur (?:huset|lokalerna|kontoret)|har vi ingen egen|räknas \w+ per"
    ),
    end=r"\b",
)
AFFECTS = Phrases(
    split_alternatives(
        r"vikarie\w*|visstid\w*|överraskning|väcker|skäl|(?:blir|är) kvar|tillsvidare|tills vidare|halvtid|heltid"
        r"|vilka (?:det|som)|inte (?:bestämd\w*|bestämt)|urvalet|påverka\w*|lön\w*|löne\w*|schema(?:n|t)?"
        r"|helger|vilodygn\w*|ersättning\w*|jour\w*|tjänst(?:er|en|erna)?"
        r"|anställning\w*|roll(?:en|er|erna)?|arbetsuppgift\w*|frågor|oro\w*|invändning\w*|tuff\w*|jobbig\w*|svår\w*"
        r"|besked|osäker\w*|"
        r"vet (?:vi|jag) (?:inte|ännu inte|tyvärr inte)|inte klart|förstår (?:att|om) (?:ni|det|många|du|en del)"
        r"|budget\w*|grupp(?:en|er)|chef\w*|byter|förlorar|lämnar över|slås|facket|mbl|samverkan|riskbedömning\w*"
        r"|uppsagd\w*|flyttas|övertalig\w*|synpunkter|"
        r"tung\w*|sorgligt|personalen|medarbetar\w*|erbjuds|livsverk|kolleger|kollegor|efter (?:sommaren|jul|nyår"
        r"|årsskiftet|semestern)|betyder att|innebär att|ni (?:som|får|ska|kommer)|var och en|en del av er"
        r"|någon av er"
        r"|oklart|vet (?:jag|vi) inte (?:än|ännu|heller)|medveten om|drabba\w*|(?:försvinner|stryks|ryker"
        r"|faller (?:då )?bort)"
        r"|jag (?:lovade|hade lovat|vet att)|(?:höra|veta) det (?:av mig|i korridoren|först|från)|håll det (?:inom"
        r"|för er|för dig)"
        r"|inget beslut|förstår om (?:ni|du)|inte nöjd\w*|hämtning och lämning|lottar?|konsult\w*|har haft dispens"
        r"|det här med (?:er|dig)|hoppas att det går|får vänta|var (?:vi|ni) hamnar|vem som (?:får|ska|blir|tar)"
        r"|för alla|en hel del pengar|saldon|(?:en )?gemensam chef|från (?:vecka|måndag|nyår)"
        r"|några av er|alla (?:ska|får|kommer|berörs)|från (?:och med|den|årsskiftet|\d|januari|februari|mars"
        r"|april|maj"
        r"|augusti|september|oktober|november|hösten|våren)"
    ),
    end=r"\b",
)
EXPLAINS = Phrases(
    split_alternatives(
        r"försöka? förklara|förklara (?:hur|varför|bakgrunden|hela)|hänger ihop|komplicerat|komplex\w*"
        r"|svårt att förklara|lång historia|bakgrunden är|å ena sidan|missförstånd\w*|"
        r"upprörd|ledsen|besviken|frustrerad|känner (?:dig|er)|känslig\w*|förtroende|konflikt\w*|det är flera saker"
        r"|många delar|resonera|diskutera"
    ),
    end=r"\b",
)
WORK = Phrases(
    split_alternatives(
        r"tjänst(?:en|er|erna)|personal\w*|enhet(?:en|er|erna)|grupp(?:en|er|erna)?|avdelning\w*|förvaltning\w*"
        r"|schema\w*|pass(?:et|en)?|turer(?:na)?|chef\w*|uppdrag\w*|budget\w*|lokaler\w*|kontor\w*|distans\w*"
        r"|hemarbet\w*"
        r"|friskvård\w*|semester\w*|arbetstid\w*|flex\w*|lön\w*|jour\w*|beredskap\w*|roll(?:en|er|erna)|ansvar\w*"
        r"|anställning\w*|arbetsuppgift\w*|bemanning\w*|vikari\w*|medarbetar\w*|kolle[gk]\w+|team\w*|arbetslag\w*"
        r"|verksamhet\w*|mottagning\w*|skift\w*|nämnden|ledningen|fack(?:et)?|entreprenad\w*|bolag\w*"
    ),
    end=r"\b",
)
TURNS = Phrases(
    split_alternatives(
        r"inte längre|(?:inte|ingen|inget) (?:\w+ )?kvar|upphör\w*|försvinn\w*|stäng(?:er|s|as)|läggs|(?:tar"
        r"|tas) (?:\w+ )?över"
        r"|tas bort|går över|slås|flytt(?:ar|as)|lämna[rs]|byt(?:er|s)|minska\w*|färre|dra[rs] (?:\w+ )?(?:in|ner)"
        r"|slopas?"
        r"|stryks|ändras?|förändr\w*|delas|blir (?:en|ett|två|tre|fyra|fem|sex) |beslut(?:at|ats|ade)|bestämt"
        r"|bestämts|ny(?:a|tt)?"
        r"|från (?:och med|den|årsskiftet|nyår|vecka|måndag|hösten|våren|sommaren|januari|februari|mars|april|maj"
        r"|juni"
        r"|augusti|september|oktober|november|december)|efter (?:jul|nyår|sommaren|årsskiftet|semestern)"
        r"|vid (?:årsskiftet|månadsskiftet|halvårsskiftet)|till (?:sommaren|hösten|våren|jul)"
    ),
    end=r"\b",
)
REACTIONS = Phrases(
    split_alternatives(
        r"(?:inte|ej) (?:klart|bestämt|beslutat|färdigt|spikat)|vet (?:jag|vi|ni|ingen) (?:inte|inget|ännu)|oklart"
        r"|återkomm\w*"
        r"|avgörs|besvik\w*|oro\w*|upprörd\w*|arga|diskussion\w*|frågor|frågat|(?:jag|vi) förstår|jobbig\w*"
        r"|tung\w*|svårt"
        r"|drabba\w*|tråkig\w*|ledsam\w*|räknar? med|medveten|hoppas|tyvärr|lova(?:t|de)|säg (?:inget|ingenting)"
        r"|inte alla"
        r"|alla (?:kommer|får) inte|få(?:r)? (?:höra|veta)|en del av er|någon av er|några av er|vem som"
        r"|vilka (?:som|det)|vem det"
        r"|ännu|än så länge|tills vidare|tillförordnad\w*|förhandla\w*|särskilt (?:för|ni)|för er som|inte nöjd\w*"
        r"|jag vet att"
    ),
    end=r"\b",
)
"""Together they tell of a change in how people work, and that it is not just to be taken note of."""
BETWEEN_US = Phrases(
    split_alternatives(
        r"samarbetet|mellan (?:oss|dig och mig)|inte nöjd med (?:hur|samarbetet|stämningen)|missförstå\w*|reda ut"
        r"|varje gång|(?:känner|kände|känt) mig (?:\w+ )?(?:förbigången|utanför|orättvist|ifrågasatt|åsidosatt|sårad)"
        r"|det som hände (?:mellan|på mötet|i går|i fredags)|besviken på (?:dig|er|hur)|tycker (?:jag )?inte att du"
        r"|därför att du|stämningen|förtroende\w*|konflikt\w*|(?:blir|blev) det (?:så här|fel)|du sa(?:de)? (?:att"
        r"|på)"
    ),
    end=r"\b",
)
"""What is at odds between two people: to be talked of, however short the mail."""
MEETING_CALLED = Phrases(
    split_alternatives(
        r"kallar (?:dig|er|till)|bjuder in|inbjudan|vi (?:ses|träffas|går igenom|pratar)|informationsmöte\w*"
        r"|arbetsplatsträff\w*|apt|frågestund|mötet? (?:den|om|där)|boka\w* (?:ett )?möte|ring (?:mig|gärna|oss)"
    ),
    end=r"\b",
)
FEWEST_EFFECTS = 2
FEWEST_EXPLAINING = 2
FEWEST_BETWEEN_US = 3
FEWEST_HINTS = 4
INFORMS = re.compile(r"för kännedom\b|kallelse\b|inbjudan\b|välkommen\b", re.IGNORECASE)
EXPLAINING_WORDS = 120
FEWEST_WORDS = 25


def check(anatomy: Anatomy) -> Iterator[Finding]:
    if not anatomy.is_swedish or len(anatomy.word_places) < FEWEST_WORDS:
        return
    if _tells_of_change(anatomy):
        says = "Du berättar om en förändring som väcker frågor. Ta den på ett möte, och låt mejlet bli en kallelse."
        yield _found(anatomy, says)
    elif _is_between_us(anatomy):
        says = "Det här gäller något mellan er. Ta det muntligt, så ser du hur det tas emot."
        yield _found(anatomy, says)
    elif _explains_at_length(anatomy):
        says = "Det här är långt att förklara i ett mejl. Ring eller boka ett möte, så kan mottagaren fråga."
        yield _found(anatomy, says)


def _tells_of_change(anatomy: Anatomy) -> bool:
    return _names_change(anatomy) or _hints_at_change(anatomy)


def _hints_at_change(anatomy: Anatomy) -> bool:
    """No single phrase of it, but work, a turn and how it will be taken, all in one mail to colleagues."""
    if anatomy.kind != DraftKind.INTERNAL or anatomy.is_reply or MEETING_CALLED.search(anatomy.sorted_words):
        return False
    if INFORMS.match(anatomy.draft.subject):
        return False
    counted = [len({found[0] for found in one.find(anatomy.sorted_words)}) for one in (WORK, TURNS, REACTIONS)]
    return all(counted) and sum(counted) >= FEWEST_HINTS


def _names_change(anatomy: Anatomy) -> bool:
    subject = words_of(anatomy.draft.subject.lower())
    changes = {found[0] for text in (subject, anatomy.sorted_words) for found in CHANGES.find(text)}
    if not changes or MEETING_CALLED.search(anatomy.sorted_words) or anatomy.is_reply:
        return False
    effects = {found[0] for found in AFFECTS.find(anatomy.sorted_words)}
    # To somebody outside a change must show more: they are told of works and opening hours every day.
    enough = FEWEST_EFFECTS if anatomy.kind == DraftKind.INTERNAL else FEWEST_EFFECTS + 1
    return len(effects) + len(changes) > enough


def _is_between_us(anatomy: Anatomy) -> bool:
    if anatomy.kind != DraftKind.INTERNAL:
        return False
    signs = {found[0] for found in BETWEEN_US.find(anatomy.sorted_words)}
    return len(signs) >= FEWEST_BETWEEN_US and not MEETING_CALLED.search(anatomy.sorted_words)


def _explains_at_length(anatomy: Anatomy) -> bool:
    signs = {found[0] for found in EXPLAINS.find(anatomy.sorted_words)}
    if len(signs) < FEWEST_EXPLAINING or MEETING_CALLED.search(anatomy.sorted_words):
        return False
    return max((one.words for one in anatomy.paragraphs), default=0) >= EXPLAINING_WORDS


def _found(anatomy: Anatomy, says: str) -> Finding:
    start = len(anatomy.own) - len(anatomy.own.lstrip())
    end = len(anatomy.own.rstrip())
    return finding("channel-fit", says, in_body(start, end), fix=Fix(FixKind.INVITE, "Gör en mötesinbjudan"))
