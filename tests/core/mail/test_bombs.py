"""No input costs more than 2 seconds or ten times its size: each bomb is read in a process of its own, with limits."""

import subprocess
import sys
import textwrap
from collections.abc import Callable

import pytest

from kommunpost.core.mail.headers import MAX_FIELDS
from kommunpost.core.mail.parse import read_mail
from kommunpost.core.mail.tree import MAX_DEPTH, MAX_PARTS

HEAD = b"From: a@mejl.example\r\nTo: b@mejl.example\r\nSubject: Hej\r\n"
MB = 1_000_000


def many_parts() -> bytes:
    return HEAD + b"Content-Type: multipart/mixed; boundary=x\r\n\r\n" + b"--x\r\n\r\nhej\r\n" * 20_000 + b"--x--\r\n"


def parts_without_fields() -> bytes:
    return HEAD + b"Content-Type: multipart/mixed; boundary=x\r\n\r\n" + b"--x\r\n" * 300_000


def deep(levels: int = 500) -> bytes:
    opened = b"".join(b"Content-Type: multipart/mixed; boundary=b%d\r\n\r\n--b%d\r\n" % (n, n) for n in range(levels))
    return HEAD + opened + b"\r\nhej\r\n" + b"".join(b"--b%d--\r\n" % n for n in reversed(range(levels)))


def deep_mails(levels: int = 500) -> bytes:
    return (HEAD + b"Content-Type: message/rfc822\r\n\r\n") * levels + HEAD + b"\r\n" + b"x" * MB


def html(body: bytes) -> bytes:
    return HEAD + b"Content-Type: text/html\r\n\r\n" + body


def field(name: bytes, value: bytes) -> bytes:
    return name + b": " + value + b"\r\n" + HEAD + b"\r\nhej\r\n"


BOMBS: dict[str, Callable[[], bytes]] = {
    "many parts": many_parts,
    "parts without fields": parts_without_fields,
    "deep multiparts": deep,
    "deep mails": deep_mails,
    "long subject of words": lambda: field(b"Subject", b"=?utf-8?Q?=C3=A5?= " * 100_000),
    "words that never close": lambda: field(b"Subject", b"=?utf-8?Q?" * 200_000),
    "question marks": lambda: field(b"Subject", b"=?" * 500_000),
    "recipients": lambda: field(b"To", b"a@b.example, " * 200_000),
    "quotes": lambda: field(b"To", b'"' * 400_000 + b"<"),
    "escapes": lambda: field(b"To", b'"\\' * 300_000),
    "comments": lambda: field(b"To", b"(" * 400_000),
    "brackets": lambda: field(b"To", b"<" * 400_000),
    "spaces in an address": lambda: field(b"To", b"a" + b" " * 400_000 + b"b"),
    "colons": lambda: field(b"To", b"a:b," * 150_000),
    "many fields": lambda: b"a: b\r\n" * 300_000 + HEAD + b"\r\nhej",
    "many to fields": lambda: b"To: a@b.example\r\n" * 100_000 + b"\r\nhej",
    "different fields": lambda: b"".join(b"x%d: b\r\n" % n for n in range(200_000)) + b"\r\nhej",
    "junk lines": lambda: HEAD + b"skrap\r\n" * 300_000,
    "references": lambda: field(b"References", b"<a@b> " * 150_000),
    "open references": lambda: field(b"References", b"<" * 500_000),
    "parameters": lambda: HEAD + b"Content-Type: text/plain" + b"; a*1*=%41" * 100_000 + b"\r\n\r\nhej",
    "spaces in a parameter": lambda: HEAD + b"Content-Type: text/plain;" + b" " * 300_000 + b"x\r\n\r\nhej",
    "date": lambda: field(b"Date", b"1 " * 200_000),
    "angle brackets": lambda: html(b"<" * 3 * MB),
    "short tags": lambda: html(b"<aa" * MB),
    "cells": lambda: html(b"<td>" * 600_000 + b"x"),
    "breaks": lambda: html(b"<br> " * 500_000 + b"x"),
    "deep divs": lambda: html(b"<div>" * 400_000 + b"x"),
    "open comments": lambda: html(b"<!-- " * 400_000),
    "hidden and open": lambda: html(b"<div style='display:none'>" * 80_000 + b"x"),
    "attributes": lambda: html(b'<a "' * 400_000),
    "entities": lambda: html(b"&amp;&#x41;" * 200_000),
    "protected spaces": lambda: html(b"&nbsp;" * 350_000 + b"x"),
    "begin lines": lambda: HEAD + b"\r\n" + b"begin 644 a\r\n" * 150_000,
    "flowed": lambda: HEAD + b"Content-Type: text/plain; format=flowed\r\n\r\n" + b"> a \r\n" * 300_000,
    "soft breaks": lambda: (
        HEAD + b"Content-Transfer-Encoding: quoted-printable\r\n\r\n" + b"=" + b" " * MB + b"x" + b"= " * MB
    ),
    "padding": lambda: HEAD + b"Content-Transfer-Encoding: base64\r\n\r\n" + b"QQ==" * 500_000,
    "long text": lambda: HEAD + b"Content-Type: text/plain; charset=utf-8\r\n\r\n" + "å😀".encode() * 2 * MB,
    "long html": lambda: html("å😀<p>".encode() * MB),
    "boundaries in one line": lambda: HEAD + b"Content-Type: multipart/mixed; boundary=x\r\n\r\n" + b" --x" * MB,
    "journal": lambda: (
        b"X-MS-Journal-Report:\r\n"
        + HEAD
        + b"Content-Type: multipart/mixed; boundary=x\r\n\r\n--x\r\n\r\nSender: "
        + b"a" * MB
        + b"\r\nTo: "
        + b"b,@" * 300_000
        + b"\r\n--x\r\nContent-Type: message/rfc822\r\n\r\nSubject: a\r\n\r\n\r\n--x--"
    ),
    "winmail": lambda: (
        HEAD
        + b"Content-Type: application/ms-tnef\r\n\r\n\x78\x9f\x3e\x22\x01\x00"
        + (b"\x02\x02\x90\x06\x00\x00\x00\x00\x00\x00\x00" * 100_000)
    ),
}

_READ = textwrap.dedent(
    """
    import resource, sys
    from kommunpost.core.mail import content_digest, parse
    raw = sys.stdin.buffer.read()
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
    resource.setrlimit(resource.RLIMIT_CPU, (20, 20))
    cpu = resource.getrusage(resource.RUSAGE_SELF).ru_utime
    mail = parse(raw)
    mail.text, mail.html_text, content_digest(raw)
    used = resource.getrusage(resource.RUSAGE_SELF)
    print(len(raw), used.ru_maxrss * 1024 - before, used.ru_utime - cpu, [d.code for d in mail.defects][:5])
    assert "not_parsed" not in [defect.code for defect in mail.defects]
    """
)
_ROOM = 16 * MB
"""What an interpreter's allocator may take for a mail of any size."""


@pytest.mark.parametrize("name", sorted(BOMBS))
def test_a_bomb_is_read_within_bounds(name: str) -> None:
    raw = BOMBS[name]()
    done = subprocess.run([sys.executable, "-c", _READ], input=raw, capture_output=True, timeout=60, check=False)
    assert done.returncode == 0, done.stderr.decode()[-2_000:]
    size, memory, *_ = done.stdout.split()
    assert int(memory) <= 10 * int(size) + _ROOM, done.stdout


def test_parts_beyond_the_budget_are_one_attachment() -> None:
    mail = read_mail(many_parts())
    assert [defect.code for defect in mail.defects] == ["too_many_parts"]
    assert mail.text.count("hej") == MAX_PARTS
    assert mail.attachments[-1].content.count(b"hej") == 20_000 - MAX_PARTS


def test_depth_beyond_the_budget_is_kept() -> None:
    mail = read_mail(deep())
    assert "too_deep" in {defect.code for defect in mail.defects}
    assert b"--b%d\r\n" % (MAX_DEPTH + 1) in mail.attachments[0].content


def test_fields_beyond_the_budget_are_told_of() -> None:
    mail = read_mail(b"Subject: Hej\r\n" + b"a: b\r\n" * (MAX_FIELDS + 1) + b"\r\nText")
    assert (mail.headers.subject, mail.text) == ("Hej", "Text")
    assert "too_many_headers" in {defect.code for defect in mail.defects}


def test_mails_in_mails_beyond_the_budget_are_kept() -> None:
    mail = read_mail(deep_mails(30))
    while mail.nested:
        mail = mail.nested[0]
    assert "nested_not_read" in {defect.code for defect in mail.defects}
    assert mail.attachments[0].size > MB
