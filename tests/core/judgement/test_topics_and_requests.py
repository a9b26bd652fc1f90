"""Topics of everyday words, and requests for records in many wordings: those of people who know no law."""

import pytest

from kommunpost.core.judgement import World, example_world, from_record, judge
from kommunpost.core.judgement.model import Judgement
from kommunpost.core.judgement.signs import signs_in
from kommunpost.core.judgement.topics import topics_in, words_of
from kommunpost.core.judgement.world import UnitFacts

DOMAIN = "bjorkholm.example"
ELSEWHERE = World(
    domains=frozenset({DOMAIN}),
    units=(
        UnitFacts("medborgarservice", "Medborgarservice", "Reception, växel, vägledning", first_contact=True),
        UnitFacts("tekniska", "Tekniska kontoret", "Gator, snöröjning, gatubelysning, parker, lekplatser, parkering"),
        UnitFacts("bun", "Barn- och utbildningsförvaltningen", "Förskola, grundskola, fritidshem, skolskjuts"),
        UnitFacts("sbk", "Samhällsbyggnadskontoret", "Bygglov, detaljplaner, strandskydd, kartor"),
        UnitFacts("ifo", "Individ- och familjeomsorgen", "Ekonomiskt bistånd, orosanmälningar, missbruk, familjehem"),
        UnitFacts("renhallning", "Vatten och renhållning", "Sophämtning, dricksvatten, avlopp, återvinningscentral"),
    ),
)
"""A municipality that cuts its work into other units than the example does."""


def _judged(text: str, subject: str = "Fråga") -> Judgement:
    world = example_world()
    record = {"from": "A <a@mejl.example>", "to": ["info@botkyrka.example"], "subject": subject, "body": text}
    return judge(from_record(record, domains=world.domains), world)


@pytest.mark.parametrize(
    ("text", "topic"),
    [
        ("Sopbilen körde förbi", "waste"),
        ("HAR NI PLOGAT", "winter_roads"),
        ("hon har god man", "guardian"),
        ("det är god mat", None),
        ("a-kassan betalar inte", "unemployment"),
        ("väg 226 är en statlig väg", "road_state"),
        ("en vägg", None),
    ],
)
def test_words_name_topics(text: str, topic: str | None) -> None:
    found = topics_in(words_of(text))
    assert topic in found if topic else not {"guardian", "road_state"} & found.keys()


def test_a_topic_counts_its_different_words() -> None:
    assert topics_in(words_of("soporna, soporna och tunnan"))["waste"] == 2


@pytest.mark.parametrize(
    "text",
    [
        "Jag begär ut samtliga handlingar i ärendet.",
        "Vi skulle vilja läsa vad er inspektör skrev om köket.",
        "har ni kvar de gamla ritningarna i arkivet? skicka kopior om ni hittar dem",
        "Kan ni plocka fram beslutet om torget, jag vill se det.",
        "jag vill se alla mejl mellan planchefen och byggbolaget",
        "Could you please send me copies of the inspection reports?",
        "Jag har bett om avtalet två gånger. Ge mig ett skriftligt avslag så att jag kan överklaga.",
    ],
)
def test_a_request_is_seen_in_plain_words_and_is_registered(text: str) -> None:
    found = _judged(text)
    assert found.disclosure_request.value
    assert found.registration.value == "register"
    assert found.disclosure_request.reasons


@pytest.mark.parametrize(
    "text",
    [
        "Kan ni skicka blanketten för att säga upp platsen på fritids?",
        "Vilka öppettider har biblioteket i påsk?",
        "Var hittar jag protokollen på er webbplats?",
        "Hej, kan jag få hem en broschyr om hemtjänsten?",
    ],
)
def test_asking_for_a_form_or_a_page_is_no_request_for_records(text: str) -> None:
    assert not _judged(text).disclosure_request.value


@pytest.mark.parametrize(
    "text",
    [
        "Jag begär ut e-postloggen för kommundirektören vecka 12.",
        "vilka har mejlat kommunalrådet i april? bara namn, datum och rubrik",
        "Please send the log of all e-mails to the mayor, with sender, recipient and subject lines.",
    ],
)
def test_the_log_is_asked_for_in_plain_words(text: str) -> None:
    found = _judged(text)
    assert found.log_request.value
    assert found.disclosure_request.value


def test_a_form_speaks_against_a_request() -> None:
    world = example_world()
    record = {"from": "a@mejl.example", "to": ["info@botkyrka.example"], "subject": "x", "body": "Finns en blankett?"}
    signs = signs_in(from_record(record, domains=world.domains))
    assert "request:form" in {sign.rule.id for sign in signs}


@pytest.mark.parametrize(
    ("text", "unit"),
    [
        ("Gatlampan utanför oss är släckt", "tekniska"),
        ("Ni har inte plogat på hela veckan", "tekniska"),
        ("sopbilen hoppa över oss igen", "renhallning"),
        ("Får man bygga ut altanen utan att fråga?", "sbk"),
        ("När måste vi ställa oss i kö till dagis?", "bun"),
        ("jag har inga pengar till mat och hyran", "ifo"),
    ],
)
def test_units_of_another_municipality_are_found_by_what_they_handle(text: str, unit: str) -> None:
    record = {"from": "A <a@mejl.example>", "to": [f"info@{DOMAIN}"], "subject": "Fråga", "body": text}
    assert judge(from_record(record, domains=ELSEWHERE.domains), ELSEWHERE).unit.value == unit
