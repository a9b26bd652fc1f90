"""Phones, addresses, property, vehicles, accounts: written forms, and what looks like them."""

import pytest

from kommunpost.core.sensitivity import Context, Label, find_spans

BOTKYRKA = Context(
    own_domains=frozenset({"botkyrka.example"}), public=frozenset({"08-465 004 00", "Kontakt@mejl.example"})
)


def found(label: Label, text: str) -> list[str]:
    return [text[one.start : one.end] for one in find_spans(text, context=BOTKYRKA) if one.label == label]


@pytest.mark.parametrize(
    "written",
    [
        "070-174 06 05",
        "0701740605",
        "070 174 06 05",
        "070-1740605",
        "+46701740605",
        "+46 70 174 06 05",
        "+46 (0)70-174 06 05",
        "0046 70 174 06 05",
        "(070) 174 06 05",
        "08-465 004 61",
        "08/465 004 61",
        "031-390 06 01",
        "+358 40 1234567",
        "070\u2011174\u00a006\u00a005",
    ],
)
@pytest.mark.parametrize("frame", ["Ring mig på {}.", "Anna Ek\n{}\n", "tel: {}", "Mobil {}, tack"])
def test_phones(written: str, frame: str) -> None:
    assert found(Label.PHONE, frame.format(written)) == [written]


@pytest.mark.parametrize(
    "text",
    [
        "Växel: 08-465 004 00",
        "Ring vår växel på 08-465 004 61",
        "Ring Skatteverket på 08-465 004 80",
        "Kundtjänst 0771-524 524 eller 020-12 34 56",
        "Dnr 2024-123456, mål 01-448812-26",
        "OCR 20263009184471, fakturanr 2026300918",
        "den 2026-03-12 08:41",
        "0,5-1,5 meter och 1:100",
        "Bankgiro 5051-8128",
        "Kontonummer 0701-740 605 12",
    ],
)
def test_no_phones_of_people(text: str) -> None:
    assert found(Label.PHONE, text) == []


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Skriv till anna.ek@mejl.example.", ["anna.ek@mejl.example"]),
        ("<kattmamma63@mejl.example>", ["kattmamma63@mejl.example"]),
        ("ola.brannstrom@botkyrka.example", ["ola.brannstrom@botkyrka.example"]),
        ("bygglov@botkyrka.example, socialtjansten@botkyrka.example", []),
        ("enheten-for-mark@botkyrka.example", []),
        ("hemtjanst.norra@botkyrka.example, forskola.tumba@botkyrka.example", []),
        ("info@foretaget.example eller no-reply@system.example", []),
        ("kontakt@mejl.example", []),
        ("a@b", []),
    ],
)
def test_emails(text: str, expected: list[str]) -> None:
    assert found(Label.EMAIL, text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Vi bor på Tallvägen 3.", ["Tallvägen 3"]),
        ("Slingerbacken 22 lgh 1101 i Tumba", ["Slingerbacken 22 lgh 1101"]),
        ("Kopparslagarslingan 4, 2 tr, rakt ovanför", ["Kopparslagarslingan 4, 2 tr"]),
        ("Fagerlidsvägen 3, 147 40 Tumba", ["Fagerlidsvägen 3, 147 40 Tumba"]),
        ("Hans Stahles väg 11 och Alfred Nobels allé 3", ["Hans Stahles väg 11", "Alfred Nobels allé 3"]),
        ("jag bor på storgatan 12b", ["storgatan 12b"]),
        ("vår uteplats på Ängsstigen 17, nära skogen", ["Ängsstigen 17"]),
        ("Adress Norra Kungsgatan 7 A", ["Norra Kungsgatan 7 A"]),
        ("Lampan på Tallvägen är trasig", []),
        ("fakturan är förfallen 2026-09-30", []),
        ("Besöksadress: Munkhättevägen 45, Tumba", []),
        ("på omgång 3 i planen 2", []),
    ],
)
def test_addresses(text: str, expected: list[str]) -> None:
    assert found(Label.ADDRESS, text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Fastigheten Tumba 7:241 ligger", ["Tumba 7:241"]),
        ("Fittja s:1 och Eriksberg 2:18-20", ["Fittja s:1", "Eriksberg 2:18-20"]),
        ("LÖVHAGEN 4:17", ["LÖVHAGEN 4:17"]),
        ("Bygglov för kv. Kaprifolen 12", ["Kaprifolen 12"]),
        ("Samråd om detaljplan Kaprifolen 12", ["Kaprifolen 12"]),
        ("Vi ses kl 7:24, skala 1:100", []),
        ("Matteus 2:18 och PBL 9:31", []),
        ("Klass 3 har prov vecka 12 och Sal 4", []),
    ],
)
def test_properties(text: str, expected: list[str]) -> None:
    assert found(Label.PROPERTY, text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Bilen ABC 123 står fel", ["ABC 123"]),
        ("Lastbil KLU 48R med släp RTB512", ["KLU 48R", "RTB512"]),
        ("min bil abc123 blev bortforslad", ["abc123"]),
        ("Enligt PBL 900 och SFS 2010:900", []),
        ("KS 2026 och VON/2026:00391", []),
        ("ABC 1234 eller ABQ 123", []),
    ],
)
def test_vehicles(text: str, expected: list[str]) -> None:
    assert found(Label.VEHICLE, text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Bg är 5555-1238.", ["5555-1238"]),
        ("bankgiro 5051-8128, plusgiro 12 34 56-7", ["5051-8128", "12 34 56-7"]),
        ("konto 6112-914 003 118 för köp", ["6112-914 003 118"]),
        ("clearing 8327-9, konto 123 456 789-0", ["8327-9, konto 123 456 789-0"]),
        ("IBAN SE45 5000 0000 0583 9825 7466", ["SE45 5000 0000 0583 9825 7466"]),
        ("IBAN SE46 5000 0000 0583 9825 7466", []),
        ("Konto 4010 för material", []),
        ("org.nr 559114-2206", []),
    ],
)
def test_accounts(text: str, expected: list[str]) -> None:
    assert found(Label.BANK_ACCOUNT, text) == expected
