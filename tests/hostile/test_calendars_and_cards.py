"""Calendars and cards that lie or attack: the page, the list, the start page, the command line and the download."""

import json
import re
from pathlib import Path

import pytest
from django.test import Client
from django.utils import timezone
from tests.site.people import build_town_hall
from tests.site.post import deliver

from kommunpost.apps.directory.rules import Role
from kommunpost.apps.mailflow.tasks import read_new_messages
from kommunpost.core.mail import parse
from kommunpost.site.cli import main

STREET = "gatapark@botkyrka.example"
REMOTE = "ond.example/hemligt"

# name: (lines of the event, what the page must say, what it must not say)
CALENDARS: dict[str, tuple[str, str, str]] = {
    "markup": (
        "SUMMARY:<script>alert(1)</script>\r\nLOCATION:<img src=x onerror=alert(1)>",
        "&lt;script&gt;",
        "<script>alert",
    ),
    "html beside": (f"SUMMARY:Möte\r\nX-ALT-DESC;FMTTYPE=text/html:<img src=https://{REMOTE}>", "Möte", REMOTE),
    "a link as place": (f"SUMMARY:Möte\r\nLOCATION:https://{REMOTE}", REMOTE, f'href="https://{REMOTE}'),
    "a picture": (f"SUMMARY:Möte\r\nATTACH:https://{REMOTE}\r\nIMAGE;VALUE=URI:https://{REMOTE}", "Möte", REMOTE),
    "a file of ours": ("SUMMARY:Möte\r\nATTACH:file:///etc/passwd", "Möte", "file:///"),
    "our chief invites": (
        "SUMMARY:Möte\r\nORGANIZER;CN=Chefen:mailto:chef@botkyrka.example",
        "Mejlet kom från x@ond.example",
        "",
    ),
    "our chief as a name": (
        'SUMMARY:Möte\r\nORGANIZER;CN="Chefen chef@botkyrka.example":mailto:x@ond.example',
        "x@ond.example",
        "Chefen chef@",
    ),
    "a badge": ("SUMMARY:Möte\r\nORGANIZER;CN=Kommunen ✔️:mailto:x@ond.example", "Kommunen x@ond.example", "✔"),
    "script as organiser": ("SUMMARY:Möte\r\nORGANIZER:javascript:alert(1)", "Möte", "javascript:"),
    "turned": ("SUMMARY:Möte \u202egnp.exe\u2066", "Möte", "\u202e"),
    "a zone that is a path": (
        "SUMMARY:Möte\r\nDTSTART;TZID=../../etc/passwd:20261205T130000",
        "okänd tidszon",
        "passwd",
    ),
    "a year that is none": ("SUMMARY:Möte\r\nDTSTART;TZID=Asia/Tokyo:00010101T000000", "Möte", "Traceback"),
    "the last moment": ("SUMMARY:Möte\r\nDTSTART;TZID=America/New_York:99991231T235959", "Möte", "Traceback"),
    "a length without end": (
        "SUMMARY:Möte\r\nDTSTART:20261205T130000Z\r\nDURATION:P999999999999D",
        "Möte",
        "Traceback",
    ),
    "every second": ("SUMMARY:Möte\r\nRRULE:FREQ=SECONDLY;COUNT=999999999", "flera gånger", "FREQ"),
    "alarm that mails": (
        f"SUMMARY:Möte\r\nBEGIN:VALARM\r\nACTION:EMAIL\r\nATTENDEE:mailto:a@{REMOTE}\r\nEND:VALARM",
        "Möte",
        REMOTE,
    ),
}
CARDS = {
    "markup": "FN:<script>alert(1)</script>\r\nNOTE:<img src=x onerror=alert(1)>",
    "picture": f"FN:A\r\nPHOTO;VALUE=URI:https://{REMOTE}\r\nLOGO:https://{REMOTE}",
    "script": "FN:A\r\nURL:javascript:alert(1)",
    "key": f"FN:A\r\nKEY:https://{REMOTE}\r\nSOURCE:https://{REMOTE}",
    "formula": "FN:=HYPERLINK(1)\r\nTEL:+1",
    "line ends": "FN:A\\nBcc: x@ond.example\r\nEMAIL:a@b.example",
    "nested": "BEGIN:VCARD\r\n" * 2_000,
    "long": "FN:" + "x" * 200_000,
}


def letter(kind: str, content: str, disposition: str = "") -> bytes:
    extra = f"Content-Disposition: {disposition}\r\n" if disposition else ""
    return (
        f"From: X <x@ond.example>\r\nTo: {STREET}\r\nSubject: Hej\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n"
        f"--b\r\n\r\nHej\r\n--b\r\nContent-Type: {kind}; charset=utf-8\r\n{extra}\r\n{content}\r\n--b--\r\n"
    ).encode()


def invitation(lines: str) -> bytes:
    event = f"BEGIN:VCALENDAR\r\nMETHOD:REQUEST\r\nBEGIN:VEVENT\r\n{lines}\r\nEND:VEVENT\r\nEND:VCALENDAR"
    return letter("text/calendar; method=REQUEST", event)


@pytest.fixture
def reader(settings, tmp_path: Path) -> Client:
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    settings.BLOB_STORE = str(tmp_path / "blobs")
    client = Client()
    client.force_login(build_town_hall().accounts[Role.CASEWORKER])
    return client


def pages(reader: Client, raw: bytes) -> tuple[str, str]:
    """The mail's own page without its header block, and the list and the start page together."""
    now = timezone.now()
    (delivery,) = deliver(raw, to=STREET, at=now)
    read_new_messages(now=now)
    lists = "".join(reader.get(one).content.decode() for one in (f"/inkorg/{delivery.mailbox_id}/", "/"))
    answer = reader.get(f"/inkorg/{delivery.mailbox_id}/{delivery.pk}/")
    assert answer.status_code == 200
    saved = reader.get(f"/inkorg/{delivery.mailbox_id}/{delivery.pk}/bilaga/0/")
    assert (saved["Content-Type"], saved["X-Content-Type-Options"]) == ("application/octet-stream", "nosniff")
    return answer.content.decode().partition('<pre class="kp-headers">')[0], lists


@pytest.mark.django_db
@pytest.mark.parametrize("name", sorted(CALENDARS))
def test_an_invitation_says_what_it_says_and_does_nothing(name: str, reader: Client) -> None:
    lines, said, unsaid = CALENDARS[name]
    page, lists = pages(reader, invitation(lines))
    assert said in page
    assert not unsaid or unsaid not in page
    assert not unsaid or unsaid not in lists
    assert not re.search(r"<[^>]*\son[a-z]+\s*=", page + lists)


@pytest.mark.django_db
@pytest.mark.parametrize("name", sorted(CARDS))
@pytest.mark.parametrize("disposition", ["inline", "attachment; filename=kort.vcf"])
def test_a_card_is_a_file_and_nothing_of_it_is_on_a_page(name: str, disposition: str, reader: Client) -> None:
    card = f"BEGIN:VCARD\r\nVERSION:3.0\r\n{CARDS[name]}\r\nEND:VCARD"
    page, lists = pages(reader, letter("text/vcard", card, disposition))
    assert "Kontaktkort" in page or "Fil," in page
    for word in ("VCARD", REMOTE, "alert(1)", "HYPERLINK", "Bcc"):
        assert word not in page + lists


@pytest.mark.parametrize("name", [*CALENDARS, *CARDS])
def test_the_command_line_gives_one_line_and_the_bytes(
    name: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    raw = invitation(CALENDARS[name][0]) if name in CALENDARS else letter("text/vcard", CARDS[name])
    file, folder = tmp_path / "a.eml", tmp_path / "ut"
    file.write_bytes(raw)
    assert main(["parse", str(file), "--extract", str(folder)]) == 0
    (line,) = capsys.readouterr().out.splitlines()
    told = json.loads(line)
    assert told["text"].strip() == "Hej"
    (row,) = told["attachments"]
    assert Path(row["path"]).parent == folder
    assert Path(row["path"]).read_bytes() == parse(raw).attachments[0].content
