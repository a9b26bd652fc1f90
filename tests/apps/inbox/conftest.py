"""What the tests of the inbox share: a blob store of their own, a street office with two members, and mails."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.message import EmailMessage
from pathlib import Path

import pytest
from pytest_django import Settings
from tests import factories

from kommunpost.apps.directory.models import Mailbox
from kommunpost.apps.directory.queries import actor_for
from kommunpost.apps.directory.rules import Actor, Role
from kommunpost.apps.inbox.actions.taking_in import take_in_pending
from kommunpost.apps.inbox.models import Conversation, Entry
from kommunpost.apps.mailflow.actions import receive_group
from kommunpost.apps.mailflow.arrivals import Arrived
from kommunpost.apps.mailflow.models import Route
from kommunpost.apps.mailflow.tasks import read_new_messages
from kommunpost.site.subscriptions import DELIVERY_LISTENERS

# A Thursday, 08.41 in Sweden: two working days later is Monday.
NOW = datetime(2026, 3, 12, 7, 41, tzinfo=UTC)
HOUR = timedelta(hours=1)
DAY = timedelta(days=1)
BERIT = "berit.malmkvist@post.example"


@pytest.fixture(autouse=True)
def blob_folder(tmp_path: Path, settings: Settings) -> Path:
    settings.BLOB_STORE = str(tmp_path / "blobs")
    return tmp_path / "blobs"


@dataclass(frozen=True)
class Office:
    """``mona`` and ``henrik`` answer for ``street``; ``jonas`` for ``info`` alone; ``tova`` is the registrar."""

    street: Mailbox
    info: Mailbox
    mona: Actor
    henrik: Actor
    jonas: Actor
    tova: Actor


@pytest.fixture
def office(db: None) -> Office:
    people = {name: factories.person(name) for name in ("Mona Isaksson", "Henrik Vallgren", "Jonas Hedkvist")}
    for name, role in (
        ("Mona Isaksson", Role.CASEWORKER),
        ("Henrik Vallgren", Role.MANAGER),
        ("Jonas Hedkvist", Role.CONTACT_CENTRE),
    ):
        factories.account(people[name], role)
    street = factories.mailbox(
        "gatapark", members=(people["Mona Isaksson"],), owner=people["Henrik Vallgren"], at=factories.unit("gata")
    )
    info = factories.mailbox("info", members=(people["Jonas Hedkvist"],), at=factories.unit("kontaktcenter"))

    def who(name: str) -> Actor:
        return actor_for(people[name].account.pk)

    return Office(
        street, info, who("Mona Isaksson"), who("Henrik Vallgren"), who("Jonas Hedkvist"), factories.registrar()
    )


def letter(
    number: int | str,
    *,
    subject: str = "Snövall framför infarten",
    sender: str = BERIT,
    to: str = "gatapark@kommun.example",
    answers: str = "",
    body: str = "Hej! Vem plogar?",
    **headers: str,
) -> bytes:
    mail = EmailMessage()
    mail["From"] = f"Berit Malmkvist <{sender}>"
    mail["To"] = to
    mail["Subject"] = subject
    mail["Message-ID"] = f"<{number}@post.example>"
    if answers:
        mail["In-Reply-To"] = mail["References"] = f"<{answers}>"
    for name, value in headers.items():
        mail[name.replace("_", "-")] = value
    mail.set_content(body + "\n")
    return mail.as_bytes()


Deliver = Callable[..., Conversation]


def deliver(
    raw: bytes,
    *,
    to: str = "gatapark@kommun.example",
    at: datetime = NOW,
    route: Route = Route.SMTP,
    sender: str = BERIT,
    trusted: bool = False,
) -> Conversation:
    """Take the mail in by the ordinary way, let the worker read and place it; the conversation it ended up in."""
    arrived = Arrived(
        raw=raw, route=route, at=at, sender=sender, recipients=(to,), trusted=trusted,
        own_domains=frozenset({"kommun.example"}),
    )  # fmt: skip
    receipt = receive_group(arrivals=[arrived], listeners=DELIVERY_LISTENERS, now=at)[0]
    read_new_messages(now=at)
    take_in_pending(now=at)
    return Conversation.objects.get(entries__delivery_id=receipt.delivery_ids[0])


def deliver_all(raws: list[bytes], *, to: str = "gatapark@kommun.example", at: datetime = NOW) -> int:
    """Many mails at once; how many were given a conversation."""
    arrivals = [Arrived(raw=raw, route=Route.SMTP, at=at, sender=BERIT, recipients=(to,)) for raw in raws]
    receive_group(arrivals=arrivals, listeners=DELIVERY_LISTENERS, now=at)
    while read_new_messages(now=at):
        pass
    return sum(iter(lambda: take_in_pending(now=at), 0))


def send_from_outlook(number: int | str, *, answers: str, at: datetime, to: str = BERIT) -> Conversation:
    """A mail that somebody sent from the mailbox in Outlook, seen in its way out."""
    raw = letter(number, sender="gatapark@kommun.example", to=to, answers=answers, body="Hej Berit!")
    return deliver(raw, to=to, at=at, sender="gatapark@kommun.example", trusted=True)


def entries_of(conversation: Conversation) -> list[str]:
    found = Entry.objects.filter(conversation=conversation).order_by("at", "pk")
    return [name.partition("@")[0] for name in found.values_list("message__message_id", flat=True)]
