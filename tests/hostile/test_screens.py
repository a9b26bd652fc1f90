# ruff: noqa: E501 -- a trick is read best on one line.
"""Hostile mail on the screens: what a page and a download hold, over the real views."""

import re
from email.message import EmailMessage

import pytest
from django.test import Client
from django.utils import timezone
from tests.hostile.bombs import BOMBS
from tests.hostile.mails import HTML, NAMES
from tests.site.people import TownHall, build_town_hall
from tests.site.post import deliver

from kommunpost.apps.directory.rules import Role
from kommunpost.apps.mailflow import reading
from kommunpost.apps.mailflow.handover import MOST, Handover
from kommunpost.apps.mailflow.models import Delivery
from kommunpost.apps.mailflow.tasks import read_new_messages
from kommunpost.core.mail import parse

pytestmark = pytest.mark.django_db
STREET = "gatapark@botkyrka.example"
LARGEST_PAGE = 2_500_000
"""Bytes of a page of the worst bomb: a thousand files, 64 kB of header block, the text that is shown."""


@pytest.fixture
def hall(settings, tmp_path) -> TownHall:
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    settings.BLOB_STORE = str(tmp_path / "blobs")
    return build_town_hall()


@pytest.fixture
def reader(hall: TownHall) -> Client:
    client = Client()
    client.force_login(hall.accounts[Role.CASEWORKER])
    return client


def arrived(raw: bytes) -> Delivery:
    (delivery,) = deliver(raw, to=STREET, at=timezone.now())
    return delivery


def address(delivery: Delivery, more: str = "") -> str:
    return f"/inkorg/{delivery.mailbox_id}/{delivery.pk}/{more}"


@pytest.mark.parametrize("name", sorted(NAMES))
def test_a_download_is_inert_and_its_name_stays_a_name(name: str, reader: Client) -> None:
    mail = EmailMessage()
    mail["Subject"] = "x"
    mail.set_content("x")
    raw = mail.as_bytes().replace(
        b'Content-Type: text/plain; charset="utf-8"', b"Content-Type: multipart/mixed; boundary=x"
    )
    claimed = "".join(f"%{byte:02X}" for byte in NAMES[name].encode())
    raw += b"\n--x\nContent-Type: text/html\nContent-Disposition: attachment; filename*=utf-8''" + claimed.encode()
    answer = reader.get(address(arrived(raw + b"\n\n<script>1</script>\n--x--\n"), "bilaga/0/"))
    assert answer.status_code == 200
    assert answer["Content-Type"] == "application/octet-stream"
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["Content-Security-Policy"] == "default-src 'none'; sandbox"
    disposition = answer["Content-Disposition"]
    found = re.fullmatch(r'attachment; filename="([^"\\]*)"; filename\*=UTF-8\'\'([A-Za-z0-9._~%-]+)', disposition)
    assert found
    assert disposition.isascii()
    assert disposition.isprintable()
    assert not set(found[1]) & set("/\\:;\r\n\x00")
    assert not {"%2F", "%5C", "%00", "%0A", "%0D"} & set(re.findall("%..", found[2]))


def test_the_source_is_saved_and_never_shown(reader: Client) -> None:
    raw = b"Subject: x\r\nContent-Type: text/html\r\n\r\n<script>1</script>"
    answer = reader.get(address(arrived(raw), "mejl.eml"))
    assert answer.content == raw
    assert answer["Content-Type"] == "application/octet-stream"
    assert answer["Content-Disposition"].startswith('attachment; filename="mejl-')
    assert (answer["X-Content-Type-Options"], answer["Content-Security-Policy"]) == (
        "nosniff", "default-src 'none'; sandbox",
    )  # fmt: skip


@pytest.mark.parametrize("name", sorted(BOMBS))
def test_a_bomb_has_a_page_of_bounded_size(name: str, reader: Client) -> None:
    raw = BOMBS[name][1]()
    delivery = arrived(raw)
    for more in ("", "?form=html"):
        answer = reader.get(address(delivery, more))
        assert answer.status_code == 200
        assert len(answer.content) < LARGEST_PAGE + 2 * len(raw) * ("html" in name)
    assert reader.get(address(delivery, "mejl.eml")).content == raw
    assert reader.get(f"/inkorg/{delivery.mailbox_id}/").status_code == 200


@pytest.mark.parametrize("name", sorted(HTML))
def test_what_a_text_says_is_only_text_on_the_page(name: str, reader: Client) -> None:
    """Subject, name, file name and text hold markup; the page has none but our own."""
    trick = " ".join(HTML[name].replace("\x00", "").split())[:300]
    mail = EmailMessage()
    mail["Subject"] = trick
    mail["Message-ID"] = "<a@b.example>"
    mail.set_content(trick)
    mail.add_attachment(b"x", maintype="text", subtype="plain", filename=trick[:80])
    raw = (
        b"From: =?utf-8?Q?" + "".join(f"={byte:02X}" for byte in trick[:60].encode()).encode() + b"?= <x@ond.example>\n"
    )
    page = reader.get(address(arrived(raw + mail.as_bytes()))).content.decode()
    ours = reader.get(address(arrived(b"From: Eva <x@ond.example>\nSubject: x\n\nx"))).content.decode()
    tags = {tag.lower() for tag in re.findall(r"<([a-zA-Z!/?][^\s>]*)", page)}
    assert tags - {tag.lower() for tag in re.findall(r"<([a-zA-Z!/?][^\s>]*)", ours)} <= {
        "section", "/section", "ul", "/ul", "li", "/li", "bdi", "/bdi", "a", "/a", "blockquote", "/blockquote", "br",
        "p", "/p", "svg", "/svg", "use", "path", "/path", "details", "/details", "summary", "/summary", "/use", "b", "/b",
    }  # fmt: skip
    assert not re.search(r"<[^>]*\son[a-z]+\s*=", page)


def test_lists_and_log_hold_words_and_no_markup_of_a_mail(hall: TownHall, reader: Client) -> None:
    """All tricks at once, as subject, sender and first words: the start page, the mailbox, the log, a search in it, and
    the registrar's holding pen have the tags that they have without them, and no other.
    """
    registrar = Client()
    registrar.force_login(hall.accounts[Role.REGISTRAR])
    now = timezone.now()

    def fill(number: int, trick: str) -> None:
        mail = EmailMessage()
        mail["Subject"] = trick
        mail["Message-ID"] = f"<{number}@b.example>"
        mail.set_content(trick)
        name = "".join(f"={byte:02X}" for byte in trick[:60].encode())
        for to in (STREET, "ingen@botkyrka.example"):
            deliver(f"From: =?utf-8?Q?{name}?= <x@ond.example>\nTo: {to}\n".encode() + mail.as_bytes(), to=to, at=now)

    def seen() -> dict[str, set[str]]:
        read_new_messages(now=now, limit=1_000)
        places = {
            "/": reader,
            f"/inkorg/{hall.street.pk}/": reader,
            "/inkorg/utan-mottagare/": registrar,
            "/logg/": registrar,
        }
        found = {place: client.get(place).content.decode() for place, client in places.items()}
        found["search"] = registrar.post("/logg/", {"text": "script"}, follow=True).content.decode()
        for place, page in found.items():
            assert not re.search(r"<[^>]*\son[a-z]+\s*=", page), place
        return {place: set(re.findall(r"<([a-zA-Z!/?][^\s>]*)", page)) for place, page in found.items()}

    fill(0, "script ett")
    fill(1, "script två")
    plain = seen()
    for number, name in enumerate(sorted(HTML), start=2):
        fill(number, " ".join(HTML[name].replace("\x00", "").split())[:300])
    for place, tags in seen().items():
        assert tags - plain[place] <= {"nav", "/nav", "wbr", "details", "/details", "summary", "/summary"}, place


def test_very_many_recipients_are_counted_and_not_all_named() -> None:
    mail = parse(b"To: " + b"a@b.example, " * 5_000 + b"\r\n\r\n")
    people = reading.people_of(mail.headers.to)
    assert [one.address for one in people.shown] == ["a@b.example"] * reading.MOST_NAMED
    assert people.more == len(mail.headers.to) - reading.MOST_NAMED


def test_a_formatted_mail_is_cleaned_once_for_its_page_and_frame(
    reader: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    counts = {"make_frame": 0, "parse": 0}

    def counted(name: str):
        work = getattr(reading, name)

        def count(*values, **named):
            counts[name] += 1
            return work(*values, **named)

        return count

    for name in counts:
        monkeypatch.setattr(reading, name, counted(name))
    delivery = arrived(b"Content-Type: text/html\r\n\r\n<p>Hej <b>du</b></p>")
    page = reader.get(address(delivery, "?form=html"))
    frame = reader.get(address(delivery, "formaterad/"))
    assert (page.status_code, b"<b>du</b>" in frame.content) == (200, True)
    assert counts == {"make_frame": 1, "parse": 1}
    reader.get(address(delivery, "mejl.eml"))
    assert counts["parse"] == 1, "the bytes are not read to be fetched"
    assert b"<b>du</b>" in reader.get(address(delivery, "formaterad/")).content, "taken once, made again"
    assert counts == {"make_frame": 2, "parse": 2}


def test_what_is_handed_over_is_bounded_and_taken_once(monkeypatch: pytest.MonkeyPatch) -> None:
    held, framed = Handover(), reading.make_frame(html="x" * 1_000, attachments=[])
    for number in range(MOST + 3):
        held.put(str(number), framed)
    assert [held.take("2"), held.take("3"), held.take("3")] == [None, framed, None]
    monkeypatch.setattr("kommunpost.apps.mailflow.handover.MOST_CHARACTERS", 1_500)
    held.put("a", framed)
    assert [held.take("10"), held.take("a")] == [None, framed]


def test_a_frame_handed_over_does_not_outlive_the_bytes(reader: Client, settings, tmp_path) -> None:
    delivery = arrived(b"Content-Type: text/html\r\n\r\n<p>Hej</p>")
    reader.get(address(delivery, "?form=html"))
    settings.BLOB_STORE = str(tmp_path / "emptied")
    assert reader.get(address(delivery, "formaterad/")).status_code == 404
