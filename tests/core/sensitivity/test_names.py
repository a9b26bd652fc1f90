"""Names in the forms that mail has, and words that only look like names."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kommunpost.core.sensitivity import Context, Label, Setting, find_in_mail, find_spans
from kommunpost.core.sensitivity.mail import context_of
from kommunpost.core.sensitivity.plain import plain


def people(text: str, *, setting: Setting = Setting.BALANCED, context: Context | None = None) -> list[str]:
    spans = find_spans(text, setting=setting, context=context or Context())
    return [text[one.start : one.end] for one in spans if one.label == Label.PERSON]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Hej Annelie!\n\nTack för svaret.", ["Annelie"]),
        ("Mvh\nAgneta Ferm-Larsson", ["Agneta Ferm-Larsson"]),
        ("Med vänlig hälsning\n\nSten Björk", ["Sten Björk"]),
        ("Jag heter Xaawo Cabdi och bor i Tumba.", ["Xaawo Cabdi"]),
        ("Min son Hugo går i 3B.", ["Hugo"]),
        ("Listan från Malin Östergrens brevlåda", ["Malin Östergren"]),
        ("hej, jag heter anna karlsson", ["anna karlsson"]),
        ("Kopia till Per-Olof Andersson och Nguyen Thi Lan.", ["Per-Olof Andersson", "Nguyen Thi Lan"]),
        ("/Conny", ["Conny"]),
        ("Hej Kontaktcenter!\nNär töms soptunnan i maj?", []),
        ("Per dag kostar det 40 kr. Hans bil står på gatan.", []),
        ("Storm väntas över Tumba i natt.", []),
        ("Wennlunds Åkeri AB har skickat faktura.", []),
        ("Mejl mellan Henrik Vallgren och entreprenören Svevag AB", ["Henrik Vallgren"]),
        ("Botkyrka kommun\nBygglovsenheten\nTelefon: 08-465 004 00", []),
        ("Hans Stahles väg 11", []),
    ],
)
def test_balanced(text: str, expected: list[str]) -> None:
    assert people(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("مرحبا\nولدت ابنتي ليان قبل ثلاثة أسابيع", ["ليان"]),
        ("ابني مريض ويحتاج إلى مساعدة", []),
        ("اسمي سامر حداد وأسكن في تومبا", ["سامر حداد"]),
        ("شكرا جزيلا\nسامر حداد\n", ["سامر حداد"]),
        ("Добрий день, мене звати Оксана Кравченко.", ["Оксана Кравченко"]),
        ("Με λένε Γιώργος Νικολάου.", ["Γιώργος Νικολάου"]),
    ],
)
def test_other_scripts(text: str, expected: list[str]) -> None:
    assert people(text) == expected


def test_a_known_name_is_found_in_every_form() -> None:
    context = Context(names=("Xerxa Ek", "Åsa Wennlund"))
    text = "xerxa ringde. ÅSA vet. Prata med Åsas man. WENNLUND skrev, och wennlund svarade."
    assert people(text, context=context) == ["xerxa", "ÅSA", "Åsa", "WENNLUND", "wennlund"]


def test_headers_are_context_but_functions_are_not() -> None:
    context = context_of(
        ['"Ek, Xerxa" <xerxa.ek@mejl.example>', "Bygglov <bygglov@botkyrka.example>", "lo_mei.tan@mejl.example"]
    )
    assert context.names == ("Ek, Xerxa", "xerxa ek", "lo mei tan") or "Bygglov" not in context.names
    spans = find_in_mail(subject="Till xerxa", body="Hälsar Bygglov", addresses=["Xerxa Ek <x@mejl.example>"])
    assert [(one.start, one.end) for one in spans if one.label == Label.PERSON] == [(5, 10)]


def test_review_finds_what_balanced_finds() -> None:
    text = "Hej Annelie!\nJag och Storm undrar. Ring Lo.\nMvh Sol"
    wide = " ".join(people(text, setting=Setting.REVIEW))
    assert all(name in wide for name in people(text))


def test_no_name_inside_an_address() -> None:
    assert people("Skriv till anna.ek@mejl.example eller se www.anna-ek.example") == []


@settings(max_examples=60, deadline=None)
@given(st.text(alphabet="Aåö\u0301\u200b\u00ad\u00a0 .–1-\n@E", max_size=40))
def test_any_text_can_be_read_and_offsets_hold(text: str) -> None:
    looked_at = plain(text)
    for at in range(len(looked_at.text)):
        start, end = looked_at.origin(at, at + 1)
        assert 0 <= start < end <= len(text)
    for span in find_spans(text, setting=Setting.REVIEW):
        assert 0 <= span.start < span.end <= len(text)


@pytest.mark.parametrize(
    "piece",
    [
        "070-174 06 05, ",
        "a@b.se ",
        "Anna Ek, ",
        "1",
        "@",
        "(",
        "jag har diabetes ",
        "Tumba 7:241 ",
        "a\u0301",
        "\n",
        "://",
    ],
)
def test_long_texts_of_one_thing_can_be_read(piece: str) -> None:
    text = piece * 2_000
    assert all(span.end <= len(text) for span in find_spans(text, setting=Setting.REVIEW))
