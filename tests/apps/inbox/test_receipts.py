"""Automatic receipts: the gauntlet of loops, the ceilings, the fuse; nothing of it stops the clock."""

from datetime import timedelta
from typing import Any

import pytest

from kommunpost.apps.inbox.actions.automatic import reset_fuse
from kommunpost.apps.inbox.actions.settings import save_settings
from kommunpost.apps.inbox.models import Fuse, MailboxSettings, Receipt
from kommunpost.apps.inbox.rules.receipts import CEILINGS, GATES, Ceiling, Incoming, full_ceiling, shut_gates
from kommunpost.apps.inbox.rules.refusals import InboxRefused
from kommunpost.apps.mailflow.actions.outbox import claim_due
from kommunpost.apps.mailflow.blobs import store
from kommunpost.apps.mailflow.models import OutgoingMail, Route
from kommunpost.core.mail import parse

from .conftest import BERIT, DAY, NOW, Office, deliver, letter, send_from_outlook

OPEN = Incoming(
    envelope_sender=BERIT, sender=BERIT, reply_to="", message_id="1@post.example", automatic="", asks_silence=False,
    is_spam=False, is_imported=False, is_addressed=True, is_new=True, age=timedelta(seconds=2),
    ours=frozenset({"kommun.example"}),
)  # fmt: skip


def changed(**facts: Any) -> Incoming:
    return Incoming(**{name: facts.get(name, getattr(OPEN, name)) for name in Incoming.__slots__})


def test_an_ordinary_mail_goes_through_every_gate() -> None:
    assert shut_gates(OPEN) == ()


@pytest.mark.parametrize(
    ("gate", "facts"),
    [
        ("imported", {"is_imported": True}),
        ("old", {"age": DAY}),
        ("not_first", {"is_new": False}),
        ("null_return_path", {"envelope_sender": ""}),
        ("null_return_path", {"envelope_sender": "<>"}),
        ("no_sender", {"sender": ""}),
        ("automatic", {"automatic": "auto_reply"}),
        ("automatic", {"automatic": "list"}),
        ("automatic", {"automatic": "bulk"}),
        ("automatic", {"automatic": "bounce"}),
        ("automatic", {"automatic": "receipt"}),
        ("automatic", {"automatic": "generated"}),
        ("asks_silence", {"asks_silence": True}),
        ("nobody_there", {"sender": "no-reply@firma.example"}),
        ("nobody_there", {"envelope_sender": "MAILER-DAEMON@firma.example".lower()}),
        ("nobody_there", {"envelope_sender": "bounces+anna=post@lista.example"}),
        ("nobody_there", {"reply_to": "owner-lista@lista.example"}),
        ("own_address", {"sender": "info@kommun.example"}),
        ("own_address", {"envelope_sender": "info@kommun.example"}),
        ("own_address", {"reply_to": "gatapark@kommun.example"}),
        ("own_message_id", {"message_id": "x@kommun.example"}),
        ("not_addressed", {"is_addressed": False}),
        ("spam", {"is_spam": True}),
    ],
)
def test_each_gate_alone_stops_it(gate: str, facts: dict[str, Any]) -> None:
    assert gate in shut_gates(changed(**facts))


def test_every_gate_has_its_case() -> None:
    tried = {gate for mark in test_each_gate_alone_stops_it.pytestmark for gate, _facts in mark.args[1]}
    assert tried == set(GATES)


@pytest.mark.parametrize("ceiling", CEILINGS)
def test_each_ceiling_alone_stops_it(ceiling: Ceiling) -> None:
    assert full_ceiling({ceiling: ceiling.most}) == ceiling
    assert full_ceiling(dict.fromkeys(CEILINGS, ceiling.most - 1) | {ceiling: ceiling.most - 1}) in {None, *CEILINGS}
    assert full_ceiling({ceiling: ceiling.most - 1}) is None


@pytest.fixture
def receipts(office: Office) -> Office:
    for mailbox in (office.street, office.info):
        MailboxSettings.objects.create(mailbox=mailbox, receipt_on=True)
    return office


@pytest.mark.django_db
def test_a_receipt_is_marked_goes_with_a_null_return_path_and_does_not_stop_the_clock(receipts: Office) -> None:
    one = deliver(letter(1))
    outgoing = OutgoingMail.objects.get()
    mail = store().get(outgoing.blob_id).decode()
    assert "Auto-Submitted: auto-replied" in mail
    assert "X-Auto-Response-Suppress: All" in mail
    assert outgoing.recipients == [BERIT]
    assert [claim.sender for claim in claim_due(worker="w", limit=5, now=NOW)] == [""]
    assert one.due_at is not None
    assert [event.kind for event in one.events.order_by("number")] == ["mail_came", "send_receipt"]


@pytest.mark.django_db
def test_off_by_default(office: Office) -> None:
    deliver(letter(1))
    assert not OutgoingMail.objects.exists()


CASES: dict[str, dict[str, Any]] = {
    "out of office": {"Auto_Submitted": "auto-replied"},
    "out of office, old Exchange": {"X_Auto_Response_Suppress": "All"},
    "a list": {"List_Id": "<lista.annan.example>"},
    "bulk in capitals": {"Precedence": "BULK"},
    "a newsletter": {"List_Unsubscribe": "<mailto:av@annan.example>"},
    "a junk filter's mark": {"X_Spam_Flag": "YES"},
    "from nobody": {"sender": "noreply@annan.example"},
    "from ourselves": {"sender": "info@kommun.example"},
    "a hidden copy": {"to": "nagon.annan@post.example"},
}


@pytest.mark.django_db
@pytest.mark.parametrize("case", CASES)
def test_the_gauntlet(receipts: Office, case: str) -> None:
    deliver(letter(1, **CASES[case]))
    assert not OutgoingMail.objects.exists()


@pytest.mark.django_db
def test_a_bounce_and_an_import_get_none(receipts: Office) -> None:
    deliver(letter(1), sender="")
    deliver(letter(2, subject="Gammalt"), route=Route.IMPORT, at=NOW - 30 * DAY)
    assert not OutgoingMail.objects.exists()


@pytest.mark.django_db
def test_two_of_our_own_mailboxes_do_not_answer_each_other(receipts: Office) -> None:
    deliver(letter(1))
    raw = store().get(OutgoingMail.objects.get().blob_id)
    # The receipt comes back, as if the recipient had forwarded it to our other mailbox, and by a bounce to the first.
    for to in ("info@kommun.example", "gatapark@kommun.example"):
        deliver(raw.replace(BERIT.encode(), to.encode()), to=to, sender="gatapark@kommun.example")
    deliver(letter(9, sender="gatapark@kommun.example", to="info@kommun.example"), to="info@kommun.example",
            sender="gatapark@kommun.example")  # fmt: skip
    assert OutgoingMail.objects.count() == 1


@pytest.mark.django_db
def test_only_the_first_mail_and_no_more_than_the_ceiling(receipts: Office) -> None:
    deliver(letter(1))
    deliver(letter(2, answers="1@post.example"))
    assert Receipt.objects.count() == 1
    for number in range(3, 8):
        deliver(letter(number, subject=f"Fråga {number}"))
    assert Receipt.objects.count() == 2


@pytest.mark.django_db
def test_the_fuse_stops_all_until_a_person_has_looked(receipts: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("kommunpost.apps.inbox.actions.automatic.CEILINGS", (Ceiling("all", timedelta(minutes=10), 2),))
    monkeypatch.setattr("kommunpost.apps.inbox.rules.receipts.CEILINGS", (Ceiling("all", timedelta(minutes=10), 2),))
    for number in range(4):
        deliver(letter(number, subject=f"Fråga {number}", sender=f"nr{number}@post.example"),
                sender=f"nr{number}@post.example")  # fmt: skip
    assert (Receipt.objects.count(), Fuse.objects.count()) == (2, 1)
    reset_fuse(actor=receipts.henrik, now=NOW)
    deliver(letter(7, subject="Senare", sender="nr7@post.example"), sender="nr7@post.example", at=NOW + DAY)
    assert Receipt.objects.count() == 3


@pytest.mark.django_db
def test_a_receipt_that_went_is_no_answer(receipts: Office) -> None:
    one = deliver(letter(1))
    raw = store().get(OutgoingMail.objects.get().blob_id)
    assert parse(raw).headers.automatic == "auto_reply"
    deliver(raw, to=BERIT, sender="gatapark@kommun.example", trusted=True)
    one.refresh_from_db()
    assert one.due_at is not None
    send_from_outlook(5, answers="1@post.example", at=NOW + DAY)
    one.refresh_from_db()
    assert one.due_at is None


@pytest.mark.django_db
def test_only_owner_and_manager_choose(office: Office) -> None:
    facts = {"mailbox_id": office.street.pk, "receipt_on": True, "receipt_text": "", "watch_on": True, "now": NOW}
    for who, code in ((office.mona, "not_owner"), (office.jonas, "not_visible"), (office.tova, "not_visible")):
        with pytest.raises(InboxRefused, match=code):
            save_settings(actor=who, **facts)  # type: ignore[arg-type]
    assert not MailboxSettings.objects.exists()
    save_settings(actor=office.henrik, **facts)  # type: ignore[arg-type]
    assert MailboxSettings.objects.get().receipt_on
