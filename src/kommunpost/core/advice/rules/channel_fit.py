"""``channel-fit``: news of a change that concerns people, or an explanation that one must be able to ask about."""

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
MEETING_CALLED = Phrases(
    split_alternatives(
        r"kallar (?:dig|er|till)|bjuder in|inbjudan|vi (?:ses|träffas|går igenom|pratar)|informationsmöte\w*"
        r"|arbetsplatsträff\w*|apt|frågestund|mötet? (?:den|om|där)|boka\w* (?:ett )?möte|ring (?:mig|gärna|oss)"
    ),
    end=r"\b",
)
FEWEST_EFFECTS = 2
FEWEST_EXPLAINING = 2
EXPLAINING_WORDS = 120
FEWEST_WORDS = 25


def check(anatomy: Anatomy) -> Iterator[Finding]:
    if not anatomy.is_swedish or len(anatomy.word_places) < FEWEST_WORDS:
        return
    if _tells_of_change(anatomy):
        says = "Du berättar om en förändring som väcker frågor. Ta den på ett möte, och låt mejlet bli en kallelse."
        yield _found(anatomy, says)
    elif _explains_at_length(anatomy):
        says = "Det här är långt att förklara i ett mejl. Ring eller boka ett möte, så kan mottagaren fråga."
        yield _found(anatomy, says)


def _tells_of_change(anatomy: Anatomy) -> bool:
    subject = words_of(anatomy.draft.subject.lower())
    changes = {found[0] for text in (subject, anatomy.sorted_words) for found in CHANGES.find(text)}
    if not changes or MEETING_CALLED.search(anatomy.sorted_words) or anatomy.is_reply:
        return False
    effects = {found[0] for found in AFFECTS.find(anatomy.sorted_words)}
    # To somebody outside a change must show more: they are told of works and opening hours every day.
    enough = FEWEST_EFFECTS if anatomy.kind == DraftKind.INTERNAL else FEWEST_EFFECTS + 1
    return len(effects) + len(changes) > enough


def _explains_at_length(anatomy: Anatomy) -> bool:
    signs = {found[0] for found in EXPLAINS.find(anatomy.sorted_words)}
    if len(signs) < FEWEST_EXPLAINING or MEETING_CALLED.search(anatomy.sorted_words):
        return False
    return max((one.words for one in anatomy.paragraphs), default=0) >= EXPLAINING_WORDS


def _found(anatomy: Anatomy, says: str) -> Finding:
    start = len(anatomy.own) - len(anatomy.own.lstrip())
    end = len(anatomy.own.rstrip())
    return finding("channel-fit", says, in_body(start, end), fix=Fix(FixKind.INVITE, "Gör en mötesinbjudan"))
