# ruff: noqa: E501 -- a trick is read best on one line.
"""Mails that are too much: too deep, too many, too long. Each is a few MB at most, as a sender would send it."""

import base64
import io
import zipfile
from collections.abc import Callable

HEAD = b"From: Eva Ek <eva@ond.example>\r\nTo: gatapark@botkyrka.example\r\nSubject: Hej\r\nMessage-ID: <b@ond.example>\r\n"
MB = 1_000_000


def field(name: bytes, value: bytes) -> bytes:
    return name + b": " + value + b"\r\n" + HEAD + b"\r\nhej\r\n"


def attached(content: bytes, kind: bytes = b"application/zip", encoding: bytes = b"base64") -> bytes:
    return (
        HEAD + b"Content-Type: multipart/mixed; boundary=x\r\n\r\n--x\r\nContent-Type: " + kind + b"\r\n"
        b"Content-Transfer-Encoding: "
        + encoding
        + b"\r\nContent-Disposition: attachment\r\n\r\n"
        + content
        + b"\r\n--x--\r\n"
    )


def mails_in_mails(levels: int) -> bytes:
    return (HEAD + b"Content-Type: message/rfc822\r\n\r\n") * levels + HEAD + b"\r\nhej\r\n"


def multiparts(levels: int) -> bytes:
    opened = b"".join(b"Content-Type: multipart/mixed; boundary=b%d\r\n\r\n--b%d\r\n" % (n, n) for n in range(levels))
    return HEAD + opened + b"\r\nhej\r\n" + b"".join(b"--b%d--\r\n" % n for n in reversed(range(levels)))


def mixed_nesting(levels: int) -> bytes:
    """A multipart in a mail in a multipart, and so on."""
    opened = b"".join(
        b"Content-Type: multipart/mixed; boundary=b%d\r\n\r\n--b%d\r\nContent-Type: message/rfc822\r\n\r\n" % (n, n)
        for n in range(levels)
    )
    return HEAD + opened + HEAD + b"\r\nhej\r\n"


def packed(levels: int) -> bytes:
    """A zip in a zip in a zip, the innermost 10 MB of one letter."""
    content = b"a" * 10 * MB
    for _ in range(levels):
        held = io.BytesIO()
        with zipfile.ZipFile(held, "w", zipfile.ZIP_DEFLATED) as archive:
            archive.writestr("a.zip", content)
        content = held.getvalue()
    return attached(base64.encodebytes(content))


def encoded_mails(levels: int) -> bytes:
    """base64 in base64: forbidden for a mail inside a mail, and read by lenient programs."""
    raw = HEAD + b"\r\nhej\r\n"
    for _ in range(levels):
        raw = (
            HEAD
            + b"Content-Type: message/rfc822\r\nContent-Transfer-Encoding: base64\r\n\r\n"
            + base64.encodebytes(raw)
        )
    return raw


def html(body: bytes) -> bytes:
    return HEAD + b"Content-Type: text/html; charset=utf-8\r\n\r\n" + body


# (why, the mail)
BOMBS: dict[str, tuple[str, Callable[[], bytes]]] = {
    "mails in mails": ("a stack a level", lambda: mails_in_mails(200)),
    "multiparts": ("a stack a level", lambda: multiparts(200)),
    "multiparts and mails": ("each kind counts levels of its own", lambda: mixed_nesting(200)),
    "encoded mails": ("each level is decoded to a copy", lambda: encoded_mails(12)),
    "parts": ("an object a part", lambda: HEAD + b"Content-Type: multipart/mixed; boundary=x\r\n\r\n" + b"--x\r\n\r\na\r\n" * 10_000),
    "files": ("a row on screen for each", lambda: HEAD + b"Content-Type: multipart/mixed; boundary=x\r\n\r\n" + b"--x\r\nContent-Disposition: attachment; filename=a.txt\r\n\r\na\r\n" * 10_000),
    "digest": ("parts are mails by default", lambda: HEAD + b"Content-Type: multipart/digest; boundary=x\r\n\r\n" + b"--x\r\n\r\nSubject: a\r\n\r\na\r\n" * 10_000),
    "a line of 1 MB": ("no folding", lambda: field(b"X-Long", b"a" * MB)),
    "a subject of 1 MB": ("shown in lists and logs", lambda: field(b"Subject", b"a" * MB)),
    "a sender of 1 MB": ("the same", lambda: b"From: " + b"a" * MB + b" <a@ond.example>\r\nTo: gatapark@botkyrka.example\r\n\r\nhej"),
    "a message-id of 1 MB": ("a key in an index", lambda: b"Message-ID: <" + b"a" * MB + b"@ond.example>\r\nSubject: a\r\n\r\nhej"),
    "100,000 fields": ("a dictionary of them", lambda: HEAD + b"".join(b"X-%d: a\r\n" % n for n in range(100_000)) + b"\r\nhej"),
    "100,000 folds": ("joined one by one", lambda: HEAD + b"X-A: a\r\n" + b" a\r\n" * 100_000 + b"\r\nhej"),
    "100,000 times the same field": ("joined or dropped", lambda: b"Cc: a@ond.example\r\n" * 100_000 + HEAD + b"\r\nhej"),
    "zip in zip": ("never opened here", lambda: packed(5)),
    "base64 of nothing": ("padding alone", lambda: attached(b"=" * MB)),
    "base64 of blanks": ("white space alone", lambda: attached(b" \r\n" * 500_000)),
    "base64 of junk": ("nothing decodes", lambda: attached(b"\x80!" * 500_000)),
    "quoted-printable of nothing": ("soft breaks alone", lambda: attached(b"=\r\n" * 500_000, encoding=b"quoted-printable")),
    "uuencode of nothing": ("begin lines alone", lambda: attached(b"begin 644 a\r\n`\r\n" * 100_000, encoding=b"x-uuencode")),
    "utf-7 shifts": ("a state a letter", lambda: HEAD + b"Content-Type: text/plain; charset=utf-7\r\n\r\n" + b"+AGE-" * 300_000),
    "iso-2022 shifts": ("an escape a letter", lambda: HEAD + b"Content-Type: text/plain; charset=iso-2022-jp\r\n\r\n" + b"\x1b$B\x1b(B" * 300_000),
    "hz shifts": ("the same", lambda: HEAD + b"Content-Type: text/plain; charset=hz-gb-2312\r\n\r\n" + b"~{~}" * 400_000),
    "a codec that is none": ("punycode is quadratic, zip a bomb", lambda: HEAD + b"Content-Type: text/plain; charset=punycode\r\n\r\n" + b"a-" * 500_000),
    "idna": ("quadratic in Python", lambda: HEAD + b"Content-Type: text/plain; charset=idna\r\n\r\n" + b"xn--a." * 200_000),
    "unicode_escape": ("spells control characters", lambda: HEAD + b"Content-Type: text/plain; charset=unicode_escape\r\n\r\n" + b"\\x00" * 300_000),
    "charset names": ("each a look-up of a module", lambda: HEAD + b"Subject: " + b"".join(b"=?x-%d?q?a?= " % n for n in range(40_000)) + b"\r\n\r\nhej"),
    "accents on one letter": ("normalising sorts them", lambda: field(b"Subject", b"a" + "\u0301\u0316".encode() * 200_000)),
    "text of accents": ("the same in a body", lambda: HEAD + b"Content-Type: text/plain; charset=utf-8\r\n\r\na" + "\u0301\u0316".encode() * 300_000),
    "continuations": ("RFC 2231: 9,999 pieces", lambda: HEAD + b"Content-Type: application/pdf" + b"".join(b";\r\n name*%d*=%%C3%%A5" % n for n in range(9_999)) + b"\r\n\r\nhej"),
    "continuations backwards": ("sorted", lambda: HEAD + b"Content-Type: application/pdf" + b"".join(b";\r\n name*%d=a" % n for n in range(9_999, 0, -1)) + b"\r\n\r\nhej"),
    "huge numbers of pieces": ("int() of 4,000 digits", lambda: HEAD + b"Content-Type: application/pdf; name*" + b"9" * 4_000 + b"*=a\r\n\r\nhej"),
    "names of pieces": ("a dictionary each", lambda: HEAD + b"Content-Type: application/pdf" + b"".join(b"; a%d*0=a" % n for n in range(60_000)) + b"\r\n\r\nhej"),
    "encoded words": ("RFC 2047", lambda: field(b"To", b"=?utf-8?B?YQ==?= <a@ond.example>, " * 40_000)),
    "encoded words, one charset each way": ("runs are joined", lambda: field(b"Subject", b"=?utf-8?B?YQ==?= =?koi8-r?B?YQ==?= " * 20_000)),
    "half-open quotes": ("each looks for its end", lambda: field(b"To", b'"a <' * 200_000)),
    "groups": ("a: b, c;", lambda: field(b"To", b"a: b@ond.example;" * 60_000)),
    "nested comments": ("depth by recursion?", lambda: field(b"To", b"(" * 200_000 + b")" * 200_000 + b"a@ond.example")),
    "date": ("optional parts", lambda: field(b"Date", b"Mon, " + b"1 " * 200_000)),
    "references": ("one key each", lambda: field(b"References", b"<a@b.example>\r\n " * 100_000)),
    "quote marks": ("levels of >", lambda: HEAD + b"\r\n" + b">" * MB),
    "heads": ("each looks ahead", lambda: HEAD + b"\r\n" + "Från: a\r\nSkickat: b\r\n".encode() * 30_000),
    "attributions": ("Den … skrev", lambda: HEAD + b"\r\n" + b"Den 1 jan 2026 kl. 10:00 skrev\r\n" * 60_000),
    "rules": ("lines of dashes", lambda: HEAD + b"\r\n" + b"-- \r\n_____\r\n" * 100_000),
    "one line": ("no line end", lambda: HEAD + b"\r\n" + b"a@b.example " * 150_000),
    "html of entities": ("unescape", lambda: html(b"&#0;&#x110000;&amp" * 100_000)),
    "html of attributes": ("one tag", lambda: html(b"<a " + b"a=b " * 400_000 + b">")),
    "html of styles": ("parsed one by one", lambda: html(b"<p style='" + b"color:red;" * 150_000 + b"'>x")),
    "html of images": ("a blocked one each", lambda: html(b"<img src=//ond.example/a>" * 60_000)),
    "html of links": ("a list of them", lambda: html(b"".join(b"<a href=https://ond.example/%d>x</a>" % n for n in range(40_000)))),
    "html of tables": ("foster parents", lambda: html(b"<table><tr><td>" * 30_000)),
    "html of formatting": ("adoption agency", lambda: html(b"<a><b><i><u>" * 20_000 + b"</a>" * 20_000)),
    "calendar": ("lines and folds", lambda: attached(b"BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\n" + b"SUMMARY:a\r\n a\r\n" * 100_000, kind=b"text/calendar", encoding=b"7bit")),
    "report": ("groups of fields", lambda: HEAD + b"Content-Type: message/delivery-status\r\n\r\n" + b"Final-Recipient: rfc822; a\r\n\r\n" * 50_000),
}  # fmt: skip
