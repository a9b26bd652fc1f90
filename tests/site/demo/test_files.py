"""The placeholders are what they say they are."""

import io
import wave
import zipfile
import zlib

import pypdfium2
import pytest

from kommunpost.site.demo.corpus import town_mails
from kommunpost.site.demo.files import NOTE, picture, placeholder

STATED = sorted({(file.name, file.type) for mail in town_mails() for file in mail.files})


@pytest.mark.parametrize("name", ["plan.pdf", "å (1) \\.pdf"])
def test_a_pdf_opens_and_says_that_it_is_a_placeholder(name: str) -> None:
    document = pypdfium2.PdfDocument(placeholder(name, "application/pdf"))

    text = document[0].get_textpage().get_text_range()
    assert name in text
    assert NOTE in text
    document.close()


@pytest.mark.parametrize(
    ("name", "part"), [("mall.xlsx", "xl/worksheets/sheet1.xml"), ("annons.docx", "word/document.xml")]
)
def test_office_files_are_sound_archives_with_the_note(name: str, part: str) -> None:
    type_ = next(type_ for stated, type_ in STATED if stated.endswith(name[-5:]) and "openxml" in type_)
    with zipfile.ZipFile(io.BytesIO(placeholder(name, type_))) as archive:
        assert archive.testzip() is None
        assert NOTE in archive.read(part).decode()


def test_a_sound_and_a_picture_open() -> None:
    with wave.open(io.BytesIO(placeholder("meddelande.wav", "audio/wav"))) as sound:
        assert sound.getnframes() == 4000
    raw = picture(3, 2, (1, 2, 3))
    assert raw.startswith(b"\x89PNG")
    length = int.from_bytes(raw[33:37])
    assert zlib.decompress(raw[41 : 41 + length]) == (b"\0" + b"\1\2\3" * 3) * 2
    assert placeholder("a.jpg", "image/jpeg").startswith(b"\xff\xd8\xff")


@pytest.mark.parametrize(("name", "type_"), STATED)
def test_every_stated_file_is_small_and_the_same_each_time(name: str, type_: str) -> None:
    assert 100 < len(placeholder(name, type_)) < 10_000
    assert placeholder(name, type_) == placeholder(name, type_)
