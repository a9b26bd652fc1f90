"""Hostile mail in the offices that answer and register: conversation, queue, search, record, entry, case, open diary.

Whatever a mail says of itself, each page has the tags that it has with a plain mail, no handler, nothing to fetch.
"""

import re
from datetime import timedelta
from email.message import EmailMessage
from html.parser import HTMLParser
from pathlib import Path

import pytest
from django.core.cache import cache
from django.test import Client
from django.urls import reverse
from pytest_django import Settings
from tests.apps.inbox.conftest import NOW as THURSDAY
from tests.apps.inbox.conftest import Office, deliver, office
from tests.apps.register.world import DOMAIN, NOW, World, make_world, registered, take_in
from tests.hostile.mails import HTML, NAMES, REMOTE

from kommunpost.apps.directory.models import Account
from kommunpost.apps.directory.rules import Actor
from kommunpost.apps.register.actions import set_diary

__all__ = ["office"]
pytestmark = pytest.mark.django_db
CALM = "Snövall framför infarten"
# What the length and the lines of a text may bring: they are ours, and hold nothing of the mail.
LAYOUT = {"br", "p", "details", "summary", "blockquote", "wbr"}
FETCHES = {"src", "href", "action", "formaction", "poster", "data", "srcset", "background", "ping"}


@pytest.fixture(autouse=True)
def blob_folder(tmp_path: Path, settings: Settings) -> None:
    settings.BLOB_STORE = str(tmp_path / "blobs")
    cache.clear()


def signed_in(actor: Actor) -> Client:
    client = Client()
    client.force_login(Account.objects.get(pk=actor.account_id), backend="django.contrib.auth.backends.ModelBackend")
    return client


def one_line(trick: str) -> str:
    return " ".join(trick.replace("\x00", "").split())[:300]


def hostile(trick: str, number: int, *, to: str) -> bytes:
    """A mail that says ``trick`` as its sender's name, subject, text, formatted text and file name."""
    mail = EmailMessage()
    mail["To"], mail["Subject"], mail["Message-ID"] = to, trick, f"<{number}@ond.example>"
    mail.set_content(trick)
    mail.add_alternative(trick, subtype="html")
    mail.add_attachment(b"x", maintype="text", subtype="html", filename=trick[:80])
    name = "".join(f"={byte:02X}" for byte in trick[:60].encode())
    return f"From: =?utf-8?Q?{name}?= <x@{REMOTE}>\n".encode() + mail.as_bytes()


class Tags(HTMLParser):
    """The tags of a page; a handler, or an address that is not ours, is a fault."""

    def __init__(self) -> None:
        super().__init__()
        self.found: set[str] = set()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.add(tag)
        for name, value in attrs:
            assert not name.startswith("on"), (tag, name)
            if name in FETCHES:
                assert (value or "").startswith(("/", "#", "?", "mailto:", "tel:")) or not value, (tag, name, value)


def tags(page: str) -> set[str]:
    reader = Tags()
    reader.feed(page)
    reader.close()
    return reader.found


def seen(client: Client, *addresses: str) -> list[set[str]]:
    answers = [client.get(address) for address in addresses]
    assert {answer.status_code for answer in answers} == {200}
    return [tags(answer.content.decode()) for answer in answers]


def pages_of_conversation(client: Client, office: Office, trick: str, number: int) -> list[set[str]]:
    one = deliver(hostile(trick, number, to="gatapark@kommun.example"), sender=f"x@{REMOTE}", at=THURSDAY)
    own, queue = reverse("conversation", args=[one.pk]), reverse("queue", args=[office.street.pk])
    found = client.post(reverse("inbox-ask"), {"text": REMOTE}, follow=True)
    writing = client.post(reverse("conversation-answer", args=[one.pk]), follow=True)
    pages = [tags(answer.content.decode()) for answer in (found, writing)]
    return pages + seen(client, own, own + "?form=html", queue)


def test_a_conversation_has_no_markup_of_the_mail(office: Office) -> None:
    client = signed_in(office.mona)
    plain = pages_of_conversation(client, office, CALM, 0)
    for number, name in enumerate(sorted(HTML), start=1):
        tricked = pages_of_conversation(client, office, one_line(HTML[name]), number)
        for before, after in zip(plain, tricked, strict=True):
            assert after - before <= LAYOUT, name


@pytest.mark.parametrize("name", sorted(NAMES))
def test_a_file_of_a_conversation_is_inert_and_keeps_to_its_name(name: str, office: Office) -> None:
    claimed = "".join(f"%{byte:02X}" for byte in NAMES[name].encode())
    raw = (
        f"From: x@{REMOTE}\r\nSubject: x\r\nContent-Type: multipart/mixed; boundary=x\r\n\r\n--x\r\n\r\nHej\r\n--x\r\n"
        f"Content-Type: text/html\r\nContent-Disposition: attachment; filename*=utf-8''{claimed}\r\n\r\n"
        "<script>1</script>\r\n--x--\r\n"
    ).encode()
    one = deliver(raw, sender=f"x@{REMOTE}", at=THURSDAY)
    entry = one.entries.get()
    client = signed_in(office.mona)
    page = client.get(reverse("conversation", args=[one.pk])).content.decode()
    tags(page)
    (address,) = set(re.findall(r'href="(/inkorg/konversation/[^"]*/bilaga/0/)"', page))
    answer = client.get(address)
    assert answer.status_code == 200, entry.pk
    assert answer["Content-Type"] == "application/octet-stream"
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["Content-Security-Policy"] == "default-src 'none'; sandbox"
    assert re.fullmatch(
        r'attachment; filename="[^"\\/:;\r\n\x00]*"; filename\*=UTF-8\'\'[A-Za-z0-9._~%-]+',
        answer["Content-Disposition"],
    )


def pages_of_record(world: World, trick: str, number: int) -> list[set[str]]:
    to = f"bygglov@{DOMAIN}"
    (record,) = take_in(hostile(trick, number, to=to), to=(to,), sender=f"x@{REMOTE}")
    client, title = signed_in(world.registrar), trick[:200]
    waiting = seen(client, reverse("register-record", args=[record.pk]), reverse("register"))
    # An address is refused in a public text, and these tricks are about markup.
    public = title.replace("@", " ")
    done = registered(
        world, record, case=True, title=title, counterpart=title, public_title=public, public_counterpart=public,
        now=NOW + timedelta(minutes=5 + number),
    )  # fmt: skip
    entry, case = reverse("diary-entry", args=[done.entry_id]), reverse("case", args=[done.case_id])
    known = seen(client, entry, case, reverse("diary"))
    cache.clear()  # the open diary counts its readers
    return waiting + known + seen(Client(), reverse("public-diary"), reverse("public-postlist"))


def test_the_register_has_no_markup_of_the_mail() -> None:
    world = make_world()
    set_diary(
        actor=world.registrar, committee_id=world.sbn.pk, number_format="{nämnd}/{år}:{nr:5}", is_public=True, now=NOW
    )
    plain = pages_of_record(world, CALM, 0)
    for number, name in enumerate(sorted(HTML), start=1):
        for before, after in zip(plain, pages_of_record(world, one_line(HTML[name]), number), strict=True):
            assert after - before <= LAYOUT, name
