"""Every address and deed of the inbox and the knowledge base, and every role: who is let in, and who is not."""

from collections.abc import Mapping
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
from kommunpost.apps.inbox.models import Fuse, Shift, Suggestion
from kommunpost.apps.inbox.rules.receipts import FUSE
from kommunpost.apps.inbox.views.deeds import DEEDS
from kommunpost.apps.mailflow.models import Route

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


@pytest.fixture
def rows(office: Office, people: dict[Who, Account]) -> Mapping[str, Row]:
    """Each row under a title of its own: the address's name, and what is posted when there are several posts."""
    mona = office.mona
    street, caseworker = office.street.pk, actor_for(people[INSIDE[Role.CASEWORKER]].pk)
    one = deliver(with_everything())
    deliver(letter(2, answers="1@post.example", subject="Lekplatsen"), at=NOW + HOUR)
    second = one.entries.order_by("-at")[0].pk
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
    draft = answering.begin_answer(actor=caseworker, conversation_id=other.pk, now=NOW)
    settings.add_shift(
        actor=office.henrik, mailbox_id=street, person_id=mona.person_id, day=NOW.date(),
        start=NOW.time().replace(hour=8), end=NOW.time().replace(hour=12), now=NOW,
    )  # fmt: skip
    start = starts.ask_start(actor=office.henrik, mailbox_id=street, since=(NOW - DAY).date(), now=NOW)
    starts.carry_to_the_end(start_id=start, now=NOW)
    Fuse.objects.create(name=FUSE, blown_at=NOW)
    article = save_article(
        actor=mona, article_id=None, question="När plogas det?", answer="Vid fem centimeter.", keywords="snö",
        unit_id=None, owner_id=mona.person_id, review_on=NOW.date() + 90 * DAY, state="published", seen_version=0,
        now=NOW,
    )  # fmt: skip
    written = {
        "question": "Hur ofta?", "answer": "Var dag.", "keywords": "", "unit": "", "owner": str(mona.person_id),
        "review_on": "2026-09-01", "state": "draft", "seen_version": "1",
    }  # fmt: skip
    call = {"channel": "phone", "name": "", "reach": "", "subject": "Hål i gatan", "text": "Vid Storgatan 4."}
    promise = {"seen": str(one.events.count()), "contact": str(mona.person_id), "promised": "2026-03-20", "text": ""}
    mail = (one.pk, one.entries.order_by("at")[0].pk)
    posted = {"revision": "0", "to": "berit.malmkvist@post.example", "subject": "Sv: Fråga 3", "body": "I dag.",
              "mailbox": str(street)}  # fmt: skip
    deeds = {
        "ta": (one.pk, {}), "ge": (one.pk, {"person": str(mona.person_id)}), "anteckna": (one.pk, {"text": "Internt"}),
        "folj": (one.pk, {"follows": "1"}), "vanta": (answered.pk, {}), "samtal": (one.pk, {"text": "Ringde."}),
        "avsluta": (one.pk, {"ending": "no_answer_needed"}), "oppna": (closed.pk, {}),
        "sammanfor": (one.pk, {"into": str(other.pk)}), "ta-isar": (other.pk, {"conversation": str(merged.pk)}),
        "dela": (one.pk, {"entry": str(second)}), "for-tillbaka": (split, {}),
        "avfarda": (one.pk, {"suggestion": str(Suggestion.objects.filter(conversation=one)[0].pk)}),
    }  # fmt: skip
    table = [
        Row("inbox", get=ALL),
        Row("queue", (street,), get=READERS),
        Row("note-contact", (street,), get=MEMBERS, post=MEMBERS, data=call),
        Row("mailbox-settings", (street,), get=KEEPERS, post=KEEPERS, data={"receipt_text": "Tack."}),
        Row("receipts-reset", (street,), post=KEEPERS),
        Row("shift-add", (street,), post=KEEPERS,
            data={"person": str(mona.person_id), "day": "2026-03-16", "start": "08:00", "end": "12:00"}),
        Row("shift-remove", (street, Shift.objects.get().pk), post=KEEPERS),
        Row("clock-starts", (street,), get=KEEPERS, post=KEEPERS, data={"since": "2026-03-01", "start": "1"}),
        Row("clock-start-undo", (street, start), post=KEEPERS),
        Row("mailbox-statistics", (street,), get=MEMBERS),
        Row("inbox-ask", post=MAIL, data={"text": "snö"}, changes=False),
        Row("inbox-search", ("abcdef",), get=MAIL),
        Row("digests", get=ALL, post=ALL, data={"times": "09:00"}),
        Row("conversation", (one.pk,), get=READERS),
        Row("conversation-answer", (one.pk,), post=MEMBERS),
        Row("conversation-send", (other.pk, draft), post=OWN_DRAFT, data=posted, changes=False),
        Row("conversation-acknowledge", (one.pk,), get=MEMBERS, post=MEMBERS, data=promise),
        Row("conversation-pass-on", (one.pk,), get=MEMBERS, post=MEMBERS,
            data={"seen": promise["seen"], "to": str(office.info.pk), "word": "Er fråga."}),
        Row("conversation-article", (one.pk,), post=MEMBERS, data={"article": str(article)}),
        Row("conversation-authority", (one.pk,), post=MEMBERS, data={"authority": "skatteverket"}),
        Row("conversation-body", mail, get=READERS),
        Row("conversation-attachment", (*mail, 0), get=READERS),
        Row("conversation-source", mail, get=READERS),
        Row("knowledge", get=MAIL, post=MAIL, data={"text": "snö"}, changes=False),
        Row("knowledge-search", ("abcdef",), get=MAIL),
        Row("article", (article,), get=MAIL),
        Row("article-add", get=WRITERS, post=WRITERS, data={**written, "seen_version": "0"}),
        Row("article-change", (article,), get=WRITERS, post=WRITERS, data=written),
    ]  # fmt: skip
    found = {row.name: row for row in table}
    for deed, (pk, data) in deeds.items():
        found[f"conversation-deed {deed}"] = Row("conversation-deed", (pk, deed), post=MEMBERS, data=data)
    return found


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
