"""Nothing that anybody can send makes the reader raise, and what comes out can be stored."""

from hypothesis import given, settings
from hypothesis import strategies as st

from kommunpost.core.mail import ParsedMail, read_headers
from kommunpost.core.mail.addresses import MAX_LENGTH
from kommunpost.core.mail.parse import read_mail

_NAMES = st.sampled_from(
    b"From To Cc Subject Date Message-ID References In-Reply-To Content-Type Content-Transfer-Encoding "
    b"Content-Disposition Auto-Submitted Precedence Return-Path X-MS-Journal-Report X-Auto-Response-Suppress".split()
)
_VALUES = st.one_of(
    st.binary(max_size=60),
    st.sampled_from(
        [
            b"multipart/mixed; boundary=x",
            b"multipart/alternative; boundary=x",
            b"message/rfc822",
            b"text/html; charset=utf-16",
            b"text/plain; charset=utf-7; format=flowed; delsp=yes",
            b"application/ms-tnef; name=winmail.dat",
            b"base64",
            b"quoted-printable",
            b"x-uuencode",
            b"attachment; filename*0*=utf-8''%C3; filename*1*=%A5",
            b'=?utf-8?B?w6U=?= <a@b.example>, "c',
            b"=?utf-7?Q?+2AA-?=",
        ]
    ),
)
_FIELDS = st.lists(st.tuples(_NAMES, _VALUES), max_size=8)
_CHUNKS = st.one_of(
    st.binary(max_size=80),
    st.sampled_from(
        [
            b"--x\r\n",
            b"--x--\r\n",
            b"\r\n",
            b"Content-Type: text/html\r\n\r\n",
            b"<div style=display:none>",
            b"begin 644 a\r\n",
        ]
    ),
    st.sampled_from([b"end\r\n", b"> a \r\n", b"<!--", b"&#xd800;", b"\x78\x9f\x3e\x22\x01\x00", b"=\r\n", b"-- \r\n"]),
)


def build(fields: list[tuple[bytes, bytes]], chunks: list[bytes]) -> bytes:
    head = b"".join(name + b": " + value + b"\r\n" for name, value in fields)
    return head + b"\r\n" + b"".join(chunks)


def assert_storable(mail: ParsedMail) -> None:
    headers = mail.headers
    texts = [headers.subject, headers.message_id, mail.text, mail.html_text or "", mail.calendar_method]
    texts += [text for one in (headers.sender, *headers.to, *headers.cc) for text in (one.name, one.address)]
    texts += [one.name for one in mail.attachments]
    for text in texts:
        assert "\x00" not in text
        text.encode("utf-8")
    assert all(len(one.address) <= MAX_LENGTH for one in headers.to)
    for nested in mail.nested:
        assert_storable(nested)


@given(_FIELDS, st.lists(_CHUNKS, max_size=12))
@settings(max_examples=400, deadline=None)
def test_mails_of_pieces(fields: list[tuple[bytes, bytes]], chunks: list[bytes]) -> None:
    raw = build(fields, chunks)
    mail = read_mail(raw)
    assert_storable(mail)
    assert read_headers(raw).subject == mail.headers.subject
    assert all(0 <= block.start <= block.end <= len(mail.text) for block in mail.blocks)


@given(st.binary(max_size=400))
@settings(max_examples=200, deadline=None)
def test_any_bytes(raw: bytes) -> None:
    assert_storable(read_mail(raw))
