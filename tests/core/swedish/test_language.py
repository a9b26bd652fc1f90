"""Languages of short mail, in invented lines."""

import pytest

from kommunpost.core.swedish.language import language


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("Hej, när töms soptunnan på vår gata?", "sv"),
        ("Hei, jeg vil gjerne vite hvor jeg kan søke", "sv"),
        ("Hej, jeg vil gerne vide hvordan man søger", "sv"),
        ("Hello, when is the library open?", "en"),
        ("Hei, milloin kirjasto on auki?", "fi"),
        ("Dzień dobry, kiedy jest czynna biblioteka?", "pl"),
        ("Merhaba, kütüphane ne zaman açık?", "tr"),
        ("Salaan, waxaan rabaa inaan ogaado goorma la furo maktabadda", "so"),
        ("مرحبا، متى تفتح المكتبة؟", "ar"),
        ("سلام، کتابخانه کی باز است؟", "fa"),
        ("Здравствуйте, когда открыта библиотека?", "ru"),
        ("Добрий день, коли відкрита бібліотека? Дякую, її", "uk"),
        ("Καλημέρα, πότε ανοίγει η βιβλιοθήκη;", "el"),
        ("ሰላም፡ እቲ ቤተ-ንባብ መዓስ ይኽፈት፧", "ti"),
        ("Guten Tag, wann ist die Bibliothek geöffnet?", "de"),
        ("Buenos días, ¿cuándo abre la biblioteca?", "es"),
        ("Silav, ez dixwazim bizanim pirtûkxane kengî vedibe", "ku"),
        ("123 456", "und"),
        ("", "und"),
    ],
)
def test_short_mail(text: str, code: str) -> None:
    assert language(text).code == code


def test_links_and_addresses_say_nothing() -> None:
    assert language("https://www.the.and/of/to/in/is anna@the.example Jag undrar var ni finns").code == "sv"


def test_confidence_is_a_share() -> None:
    assert 0 < language("Hej! Could you please help me, tack").confidence < language("Hej, hur mår du?").confidence <= 1
