"""Every address and deed of the inbox and the knowledge base, and every role: who is let in, and who is not."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import time
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default

import pytest
from django.urls import reverse
from tests.permissions import ALL, INSIDE, MAIL, MEMBERS, READERS, Audience, Row, Who, accounts, faults, having

from kommunpost.apps.directory.models import Account
from kommunpost.apps.directory.queries import actor_for
from kommunpost.apps.directory.rules import Role
from kommunpost.apps.inbox import knowledge_urls, urls
from kommunpost.apps.inbox.actions import answering, linking, settings, starts, steps
from kommunpost.apps.inbox.actions.knowledge import save_article
from kommunpost.apps.inbox.models import Conversation, Fuse, Shift, Suggestion
from kommunpost.apps.inbox.rules.receipts import FUSE
from kommunpost.apps.inbox.views.deeds import DEEDS
from kommunpost.apps.mailflow.models import Route
from kommunpost.apps.register.models import Judgement

from .conftest import DAY, HOUR, NOW, Office, deliver, letter

pytestmark = pytest.mark.django_db

# A mailbox is managed by its owner and by a manager among its members; the owner has a row of tests of their own.
KEEPERS: Audience = frozenset({INSIDE[Role.MANAGER]})
WRITERS = having(Role.CASEWORKER, Role.CONTACT_CENTRE, Role.MANAGER)
OWN_DRAFT: Audience = frozenset({INSIDE[Role.CASEWORKER]})


def with_everything() -> bytes:
    """A letter that is formatted and has a file."""
    mail = message_from_bytes(letter(1), policy=default)
    assert isinstance(mail, EmailMessage)
    mail.add_alternative("<p>Vem plogar?</p>", subtype="html")
    mail.add_attachment(b"%PDF-1.4", maintype="application", subtype="pdf", filename="karta.pdf")
    return mail.as_bytes()


@pytest.fixture
def people(office: Office, monkeypatch: pytest.MonkeyPatch) -> dict[Who, Account]:
    monkeypatch.setattr("kommunpost.site.middleware.timezone.now", lambda: NOW + 2 * HOUR)
    return accounts(office.street)


@dataclass(frozen=True)
class Scene:
    """Conversations in every state, and all that the addresses name: ids alone."""

    one: int
    entries: tuple[int, int]
    other: int
    merged: int
    split: int
    answered: int
    closed: int
    draft: int
    start: int
    article: int


@pytest.fixture
def scene(office: Office, people: dict[Who, Account]) -> Scene:
    mona = office.mona
    one = deliver(with_everything())
    deliver(letter(2, answers="1@post.example", subject="Lekplatsen"), at=NOW + HOUR)
    for pk in one.entries.values_list("message_id", flat=True):
        Judgement.objects.create(message_id=pk, judged_at=NOW, model="prov", values={"secrecy": "none"})
    other, merged, parted, answered = (deliver(letter(number, subject=f"Fråga {number}")) for number in range(3, 7))
    linking.merge(actor=mona, conversation_id=merged.pk, into_id=other.pk, now=NOW)
    deliver(letter(7, answers="5@post.example"), at=NOW + HOUR)
    split = linking.split(
        actor=mona, conversation_id=parted.pk, entry_id=parted.entries.order_by("-at")[0].pk, now=NOW + HOUR
    )
    steps.answered_by_call(actor=mona, conversation_id=answered.pk, text="Ringde.", now=NOW)
    closed = deliver(letter(8, subject="Tack"))
    steps.close(actor=mona, conversation_id=closed.pk, ending="no_answer_needed", now=NOW)
    deliver(letter(9, subject="Gammalt"), at=NOW - 2 * DAY, route=Route.IMPORT)
    start = starts.ask_start(actor=office.henrik, mailbox_id=office.street.pk, since=(NOW - DAY).date(), now=NOW)
    starts.carry_to_the_end(start_id=start, now=NOW)
    Fuse.objects.create(name=FUSE, blown_at=NOW)
    settings.add_shift(
        actor=office.henrik, mailbox_id=office.street.pk, person_id=mona.person_id, day=NOW.date(), start=time(8),
        end=time(12), now=NOW,
    )  # fmt: skip
    article = save_article(
        actor=mona, article_id=None, question="När plogas det?", answer="Vid fem centimeter.", keywords="snö",
        unit_id=None, owner_id=mona.person_id, review_on=NOW.date() + 90 * DAY, state="published", seen_version=0,
        now=NOW,
    )  # fmt: skip
    caseworker = actor_for(people[INSIDE[Role.CASEWORKER]].pk)
    return Scene(
        one=one.pk, entries=tuple(one.entries.order_by("at").values_list("pk", flat=True)), other=other.pk,
        merged=merged.pk, split=split, answered=answered.pk, closed=closed.pk, start=start, article=article,
        draft=answering.begin_answer(actor=caseworker, conversation_id=other.pk, now=NOW),
    )  # fmt: skip


@pytest.fixture
def rows(office: Office, scene: Scene) -> Mapping[str, Row]:
    """Each row under a title of its own: the address's name, and for a deed its name too."""
    table = [*of_the_mailbox(office, scene), *of_conversations(office, scene), *of_knowledge(office, scene)]
    return {row.name: row for row in table} | of_deeds(office, scene)


def of_the_mailbox(office: Office, scene: Scene) -> list[Row]:
    street = office.street.pk
    call = {"channel": "phone", "name": "", "reach": "", "subject": "Hål i gatan", "text": "Vid Storgatan 4."}
    shift = {"person": str(office.mona.person_id), "day": "2026-03-16", "start": "08:00", "end": "12:00"}
    return [
        Row("inbox", get=ALL),
        Row("queue", (street,), get=READERS),
        Row("note-contact", (street,), get=MEMBERS, post=MEMBERS, data=call),
        Row("mailbox-settings", (street,), get=KEEPERS, post=KEEPERS, data={"receipt_text": "Tack."}),
        Row("receipts-reset", (street,), post=KEEPERS),
        Row("shift-add", (street,), post=KEEPERS, data=shift),
        Row("shift-remove", (street, Shift.objects.get().pk), post=KEEPERS),
        Row("clock-starts", (street,), get=KEEPERS, post=KEEPERS, data={"since": "2026-03-01", "start": "1"}),
        Row("clock-start-undo", (street, scene.start), post=KEEPERS),
        Row("mailbox-statistics", (street,), get=MEMBERS),
        Row("inbox-ask", post=MAIL, data={"text": "snö"}, changes=False),
        Row("inbox-search", ("abcdef",), get=MAIL),
        Row("digests", get=ALL, post=ALL, data={"times": "09:00"}),
    ]


def of_conversations(office: Office, scene: Scene) -> list[Row]:
    one, mail = (scene.one,), (scene.one, scene.entries[0])
    seen = str(Conversation.objects.get(pk=scene.one).last_event)
    promise = {"seen": seen, "contact": str(office.mona.person_id), "promised": "2026-03-20", "text": ""}
    posted = {"revision": "0", "to": "berit.malmkvist@post.example", "subject": "Sv: Fråga 3", "body": "I dag.",
              "mailbox": str(office.street.pk)}  # fmt: skip
    passed = {"seen": seen, "to": str(office.info.pk), "word": "Er fråga."}
    return [
        Row("conversation", one, get=READERS),
        Row("conversation-answer", one, post=MEMBERS),
        Row("conversation-send", (scene.other, scene.draft), post=OWN_DRAFT, data=posted, changes=False),
        Row("conversation-acknowledge", one, get=MEMBERS, post=MEMBERS, data=promise),
        Row("conversation-pass-on", one, get=MEMBERS, post=MEMBERS, data=passed),
        Row("conversation-send-on", (scene.one, "skatteverket"), get=MEMBERS, post=MEMBERS, data={"seen": seen}),
        Row("conversation-article", one, post=MEMBERS, data={"article": str(scene.article)}),
        Row("conversation-authority", one, post=MEMBERS, data={"authority": "skatteverket"}),
        Row("conversation-body", mail, get=READERS),
        Row("conversation-attachment", (*mail, 0), get=READERS, post=READERS, changes=False),
        Row("conversation-source", mail, get=READERS, post=READERS, changes=False),
    ]


def of_knowledge(office: Office, scene: Scene) -> list[Row]:
    written = {
        "question": "Hur ofta?", "answer": "Var dag.", "keywords": "", "unit": "", "state": "draft",
        "owner": str(office.mona.person_id), "review_on": "2026-09-01",
    }  # fmt: skip
    return [
        Row("knowledge", get=MAIL, post=MAIL, data={"text": "snö"}, changes=False),
        Row("knowledge-search", ("abcdef",), get=MAIL),
        Row("article", (scene.article,), get=MAIL),
        Row("article-add", get=WRITERS, post=WRITERS, data={**written, "seen_version": "0"}),
        Row("article-change", (scene.article,), get=WRITERS, post=WRITERS, data={**written, "seen_version": "1"}),
    ]


def of_deeds(office: Office, scene: Scene) -> dict[str, Row]:
    suggestion = Suggestion.objects.filter(conversation_id=scene.one)[0].pk
    deeds = {
        "ta": (scene.one, {}), "ge": (scene.one, {"person": str(office.mona.person_id)}),
        "anteckna": (scene.one, {"text": "Internt"}), "folj": (scene.one, {"follows": "1"}),
        "vanta": (scene.answered, {}), "samtal": (scene.one, {"text": "Ringde."}),
        "avsluta": (scene.one, {"ending": "no_answer_needed"}), "oppna": (scene.closed, {}),
        "sammanfor": (scene.one, {"into": str(scene.other)}),
        "ta-isar": (scene.other, {"conversation": str(scene.merged)}),
        "dela": (scene.one, {"entry": str(scene.entries[1])}), "for-tillbaka": (scene.split, {}),
        "avfarda": (scene.one, {"suggestion": str(suggestion)}),
    }  # fmt: skip
    return {
        f"conversation-deed {deed}": Row("conversation-deed", (pk, deed), post=MEMBERS, data=data)
        for deed, (pk, data) in deeds.items()
    }


@pytest.fixture
def addresses(rows: Mapping[str, Row]) -> dict[str, str]:
    return {title: reverse(row.name, args=row.args) for title, row in rows.items()}


NAMES = {pattern.name for pattern in [*urls.urlpatterns, *knowledge_urls.urlpatterns]}


def test_every_address_and_every_deed_stands_in_the_table(rows: Mapping[str, Row]) -> None:
    assert {row.name for row in rows.values()} == NAMES
    assert {title.partition(" ")[2] for title in rows if " " in title} == set(DEEDS)


@pytest.mark.parametrize("who", sorted(ALL), ids=lambda who: f"{who[0]}-{'member' if who[1] else 'stranger'}")
def test_who_is_let_in(
    rows: Mapping[str, Row], addresses: dict[str, str], people: dict[Who, Account], who: Who
) -> None:
    assert faults(rows, addresses, who, people[who]) == {}
