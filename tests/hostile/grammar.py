"""Hostile mail by grammar: hypothesis strategies that build trees of parts, fields, encodings, and then damage them."""

import base64
import quopri
from dataclasses import dataclass

from hypothesis import strategies as st

# Pieces that have meant something to some reader. Text is encoded as UTF-8 where it stands in bytes.
_MARKS = ["å", "💣", "\u202e", "\u2067", "\u200b", "\u0301" * 40, "\x00", "\x1b[2J", "\x85", "\u2028"]
_SIGNS = ['"', "\\", *"()<>,;:", "-- ", "> ", "From ", "a@b.example", "%0D%0A", "&#0;", "&lt;script&gt;", "<script>"]
_CODED = ["=?utf-8?Q?=0D=0ABcc:_x?=", "=?utf-8?B?w6U=?=", "=?utf-7?Q?+2AA-?=", "=?utf-16?B?2AA=?=", "=?x?y?z?=", "=?"]
_WORDS = st.sampled_from(["Hej", *_MARKS, *_SIGNS, *_CODED])
_TEXTS = st.lists(st.one_of(_WORDS, st.text(max_size=8)), max_size=6).map(" ".join)
_BREAKS = st.sampled_from(["\r\n", "\n", "\r\n ", "\n\t"])
_FIELD_NAMES = st.sampled_from(
    "From Sender Reply-To To Cc Subject Date Message-ID In-Reply-To References Authentication-Results Precedence "
    "Auto-Submitted List-Id X-Odd Received Content-Description Content-ID Disposition-Notification-To".split()
)
_CHARSETS = st.sampled_from(
    ["", *"utf-8 us-ascii iso-8859-1 utf-7 utf-16 utf-32 iso-2022-jp hz gb18030 punycode zip".split()]
)
_TYPES = st.sampled_from(
    "text/plain text/html text/enriched text/calendar text/vcard application/pdf application/octet-stream image/png "
    "application/ms-tnef application/pkcs7-mime message/delivery-status message/disposition-notification "
    "message/external-body message/partial text/ / x".split()
)
_MULTIPARTS = st.sampled_from("mixed alternative related digest report signed encrypted parallel x".split())
_ENCODINGS = st.sampled_from(
    ["7bit", "8bit", "base64", "quoted-printable", "x-uuencode", "gzip", "base64 (x)", "BASE64"]
)
_CONTENTS = st.one_of(
    _TEXTS.map(lambda text: text.encode("utf-8", "surrogatepass")),
    st.binary(max_size=60),
    st.sampled_from(
        [
            b"<p>Hej</p><img src=//ond.example/a><div style='display:none'>",
            b"BEGIN:VCALENDAR\r\nMETHOD:REQUEST\r\nBEGIN:VEVENT\r\nRRULE:FREQ=SECONDLY\r\nDTSTART:99999999T999999Z\r\nEND:VEVENT",
            b"begin 644 a\r\n#86%A\r\nend\r\n",
            b"Action: failed\r\n\r\nFinal-Recipient: rfc822; \x1b[2J@b.example\r\nAction: failed\r\nStatus: 5.1.1\r\n",
            b"\x78\x9f\x3e\x22\x01\x00\x02\x02\x90\x06\x00\xff\xff\xff\x7f",
            b"Den 1 jan 2026 kl. 10:00 skrev Eva:\n> hej\n-- \nEva",
        ]
    ),
)


@dataclass(frozen=True)
class Part:
    """An entity as bytes: its own fields, and a body."""

    head: bytes
    body: bytes

    def whole(self) -> bytes:
        return self.head + b"\r\n" + self.body


@st.composite
def fields(draw: st.DrawFn, *, most: int = 6) -> bytes:
    lines = []
    for name in draw(st.lists(_FIELD_NAMES, max_size=most)):
        pieces = draw(st.lists(_TEXTS, min_size=1, max_size=3))
        value = draw(_BREAKS).join(pieces) if draw(st.booleans()) else " ".join(pieces)
        colon = draw(st.sampled_from([":", ": ", " :", ":\t"]))
        lines.append(f"{name}{colon}{value}" + draw(st.sampled_from(["\r\n", "\n"])))
    return "".join(lines).encode("utf-8", "surrogatepass")


def _encoded(content: bytes, encoding: str) -> bytes:
    if encoding.lower().startswith("base64"):
        return base64.encodebytes(content)
    return quopri.encodestring(content) if encoding == "quoted-printable" else content


@st.composite
def leaves(draw: st.DrawFn) -> Part:
    content, encoding = draw(_CONTENTS), draw(_ENCODINGS)
    name = draw(_TEXTS)
    disposition = draw(
        st.sampled_from(
            [
                "",
                'Content-Disposition: attachment; filename="{}"\r\n',
                "Content-Disposition: inline; filename*=utf-8''{}\r\n",
            ]
        )
    ).replace("{}", name)
    head = f"Content-Type: {draw(_TYPES)}; charset={draw(_CHARSETS)}; name={name}\r\n{disposition}"
    honest = draw(st.booleans())
    body = _encoded(content, encoding) if honest else content
    return Part(f"{head}Content-Transfer-Encoding: {encoding}\r\n".encode("utf-8", "surrogatepass"), body)


def _mail_in(part: Part) -> Part:
    return Part(b"Content-Type: message/rfc822\r\n", b"Subject: inre\r\n" + part.whole())


@st.composite
def _joined(draw: st.DrawFn, parts: list[Part]) -> Part:
    boundary = draw(st.sampled_from(["x", "xx", "=_x", "x y", "x" * 80]))
    named = draw(st.sampled_from([boundary, boundary, boundary, "annan", ""]))
    end = draw(st.sampled_from(["--\r\n", "\r\n", "", "--\r\nefter\r\n"]))
    body = b"".join(f"--{boundary}\r\n".encode() + part.whole() + b"\r\n" for part in parts)
    kind = f'Content-Type: multipart/{draw(_MULTIPARTS)}; boundary="{named}"\r\n'
    return Part(kind.encode(), body + f"--{boundary}{end}".encode())


TREES = st.recursive(
    leaves(),
    lambda inner: st.one_of(inner.map(_mail_in), st.lists(inner, min_size=1, max_size=4).flatmap(_joined)),
    max_leaves=8,
)


@st.composite
def damaged(draw: st.DrawFn, raw: bytes) -> bytes:
    """``raw`` with up to four bytes runs cut out, doubled, or written over."""
    for _ in range(draw(st.integers(0, 4))):
        at, length = draw(st.integers(0, len(raw))), draw(st.integers(1, 40))
        piece = raw[at : at + length]
        put = draw(st.sampled_from([b"", piece * 3, b"\x00" * len(piece), b"\r", b"\n", b"\r\n\r\n", b"\xff", b"="]))
        raw = raw[:at] + put + raw[at + length :]
    return raw


@st.composite
def mails(draw: st.DrawFn) -> bytes:
    """A whole mail: fields, a tree of parts, and perhaps damage."""
    raw = draw(fields()) + draw(TREES).whole()
    return draw(damaged(raw)) if draw(st.booleans()) else raw
