"""Real mail of a public corpus: nothing raises, and where the standard library can read a mail we read the same."""

import email
import io
import tarfile
from collections.abc import Iterator
from email.utils import getaddresses
from pathlib import Path

import pytest
import zstandard

from kommunpost.core.mail.parse import read_mail

ARCHIVE = Path(__file__).parents[4] / "shared" / "data" / "mail" / "spamassassin.tar.zst"
pytestmark = [pytest.mark.shared, pytest.mark.skipif(not ARCHIVE.exists(), reason="the corpus is not here")]


def mails() -> Iterator[bytes]:
    with ARCHIVE.open("rb") as packed:
        unpacked = io.BytesIO(zstandard.ZstdDecompressor().stream_reader(packed).read())
    with tarfile.open(fileobj=unpacked) as archive:
        for member in archive:
            stream = archive.extractfile(member) if member.isfile() else None
            if stream is not None:
                yield stream.read()


def test_every_mail_is_read_and_plain_facts_agree() -> None:
    count, senders, texts = 0, 0, 0
    for raw in mails():
        mail = read_mail(raw)
        plain = email.message_from_bytes(raw)
        count += 1
        found = getaddresses([str(plain["from"] or "")])
        senders += mail.headers.sender.address == (found[0][1].lower() if found else "")
        texts += agrees(mail.text, plain)
    assert count > 6_000
    assert senders > count - 20
    assert texts > count * 0.99


def agrees(text: str, plain: email.message.Message) -> bool:
    """True also where the mail is no plain one-part ASCII text, which is all that can be compared without judging."""
    payload = plain.get_payload(decode=True)
    simple = plain.get_content_type() == "text/plain" and isinstance(payload, bytes) and payload.isascii()
    if not simple or b"begin " in payload or "flowed" in str(plain["content-type"]).lower():
        return True
    return text.split() == payload.decode("ascii").replace("\x00", "").split()
