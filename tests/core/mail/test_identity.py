"""The same mail by two ways has the same digest; another mail has another."""

import pytest

from kommunpost.core.mail import content_digest, is_trace

MAIL = (
    b"From: a@mejl.example\r\nTo: b@botkyrka.example\r\nSubject: Bygglov\r\n for altan\r\n"
    b"Message-ID: <1@mejl.example>\r\n\r\nHej\r\nFrom oss\r\n"
)
SAME = {
    "line ends": MAIL.replace(b"\r\n", b"\n"),
    "old Mac line ends": MAIL.replace(b"\r\n", b"\r"),
    "received": b"Received: from x by y\r\n\tfor z\r\nReturn-Path: <a@mejl.example>\r\n" + MAIL,
    "filters": MAIL.replace(b"Subject", b"X-Spam-Status: No\r\nX-MS-Exchange-Organization-SCL: -1\r\nSubject"),
    "proofs": b"DKIM-Signature: v=1;\r\n b=abc\r\nARC-Seal: i=1\r\nAuthentication-Results: x; dkim=pass\r\n" + MAIL,
    "stores": b"Status: RO\r\nX-Mozilla-Status: 0001\r\nX-GM-THRID: 1\r\nContent-Length: 5\r\n" + MAIL,
    "bcc in the sent copy": b"Bcc: c@mejl.example\r\n" + MAIL,
    "mbox": b"From a@mejl.example Thu Mar 12 08:41:00 2026\n"
    + MAIL.replace(b"\r\n", b"\n").replace(b"\nFrom oss", b"\n>From oss"),
    "empty lines at the end": MAIL + b"\r\n\r\n",
    "folded otherwise": MAIL.replace(b"\r\n for altan", b" for\r\n\taltan"),
    "names in capitals": MAIL.replace(b"Subject", b"SUBJECT"),
}
OTHER = {
    "body": MAIL.replace(b"Hej", b"Hej!"),
    "subject": MAIL.replace(b"Bygglov", b"Avslag"),
    "recipient": MAIL.replace(b"b@", b"c@"),
    "inner empty line": MAIL.replace(b"Hej\r\n", b"Hej\r\n\r\n"),
    "date added": b"Date: Thu, 12 Mar 2026 08:41:00 +0100\r\n" + MAIL,
}


@pytest.mark.parametrize("raw", SAME.values(), ids=SAME)
def test_transport_does_not_change_identity(raw: bytes) -> None:
    assert content_digest(raw) == content_digest(MAIL)


@pytest.mark.parametrize("raw", OTHER.values(), ids=OTHER)
def test_what_a_reader_sees_changes_identity(raw: bytes) -> None:
    assert content_digest(raw) != content_digest(MAIL)


@pytest.mark.parametrize(
    ("name", "trace"), [("Received", True), ("x-anything", True), ("ARC-Seal", True), ("Subject", False)]
)
def test_trace_fields(name: str, trace: bool) -> None:
    assert is_trace(name) is trace
