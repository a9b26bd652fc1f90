"""What composing does about the guidelines, clause by clause: each test has the clause's slug in its name."""

from datetime import timedelta
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default

import pytest
from tests.apps.composing.conftest import NOW, World

from kommunpost.apps.composing import actions
from kommunpost.apps.composing.actions.files import attach
from kommunpost.apps.composing.advising import advise
from kommunpost.apps.composing.doors import own_draft
from kommunpost.apps.composing.presses import press
from kommunpost.apps.composing.queries.drafts import list_reminders
from kommunpost.apps.directory.models import AddressGroup, Person
from kommunpost.apps.mailflow.blobs import store
from kommunpost.apps.mailflow.models import OutgoingMail

pytestmark = pytest.mark.django_db


def begun(world: World, **fields: object) -> int:
    whole = {"to": "berit.malmkvist@post.example", "subject": "Snö", "body": "Vi plogar i dag."} | fields
    return actions.start_new(actor=world.mona, mailbox_id=world.street_id, now=NOW, fields=whole)  # type: ignore[arg-type]


def sent(world: World, draft_id: int, **more: object) -> EmailMessage:
    done = actions.send(**{"actor": world.mona, "draft_id": draft_id, "revision": None, "now": NOW, **more})  # type: ignore[arg-type]
    return message_from_bytes(store().get(OutgoingMail.objects.get(pk=done.outgoing_id).blob_id), policy=default)


def text_of(mail: EmailMessage) -> str:
    part = mail.get_body(("plain",))
    assert part is not None
    return str(part.get_content()).replace("\r\n", "\n")


def test_common_signature(world: World) -> None:
    """Every mail ends in the signature of the directory, whatever the writer types."""
    text = text_of(sent(world, begun(world, body="Hej\n\nMed vänlig hälsning")))
    assert text.count("Med vänlig hälsning") == 1
    assert "\nGatu- och parkenheten\nBotkyrka kommun\n" in text


def test_reply_with_history(world: World) -> None:
    """An answer always has the mail answered below it; there is no way to leave it out."""
    for scope in ("whole", "latest"):
        draft = actions.start_reply(
            actor=world.mona, delivery_id=world.came.pk, mailbox_id=world.street_id, body=scope, now=NOW
        )
        assert "\n> Hej!" in text_of(sent(world, draft, fields={"quote_scope": scope}))


def test_reply_by_date(world: World) -> None:
    """The day stands in the subject, and comes back when it has passed without an answer."""
    day = (NOW + timedelta(days=3)).date()
    assert f"senast {day}" in sent(world, begun(world), fields={"reply_by": day})["Subject"]
    assert list_reminders(world.henrik, now=NOW + timedelta(days=2), due_only=True) == []
    assert len(list_reminders(world.henrik, now=NOW + timedelta(days=4), due_only=True)) == 1
    assert list_reminders(world.jonas, now=NOW + timedelta(days=4), due_only=True) == []


def test_sleep_on_it(world: World) -> None:
    """A mail that sleeps waits for the next working morning, and can be taken back all the while."""
    draft = begun(world)
    sent(world, draft, sleeps=True)
    actions.take_back(actor=world.mona, draft_id=draft, now=NOW + timedelta(hours=20))
    assert own_draft(world.mona, draft).state == "writing"


def test_no_read_receipt(world: World) -> None:
    """No mail of ours asks for a receipt, and a text that does is told."""
    draft = begun(world, body="Skicka läskvitto.")
    assert "no-read-receipt" in [one.clause for one in advise(own_draft(world.mona, draft), now=NOW).first]
    mail = sent(world, draft)
    assert not {"disposition-notification-to", "return-receipt-to"} & {name.lower() for name in mail}


def test_no_mass_mail(world: World) -> None:
    """A list is counted by its members, whatever it is called."""
    many = [Person(name=f"P{one}", address=f"p{one}@botkyrka.example") for one in range(60)]
    AddressGroup.objects.create(address="hus3@botkyrka.example", name="Hus 3").members.set(
        Person.objects.bulk_create(many)
    )
    first = advise(own_draft(world.mona, begun(world, to="hus3@botkyrka.example")), now=NOW).first
    assert first[0].clause == "no-mass-mail"
    assert "60 personer" in first[0].lead + first[0].rest


def test_no_internal_attachment(world: World, settings, tmp_path) -> None:
    """To colleagues a file becomes a link; somebody outside gets the file."""
    settings.FILE_ROOM, settings.FILE_ROOM_LINK = f"file://{tmp_path}/rum", "https://rum.example/"
    inside = begun(world, to="henrik.vallgren@botkyrka.example")
    outside = begun(world)
    for draft in (inside, outside):
        attach(actor=world.mona, draft_id=draft, name="a.pdf", content=b"%PDF", now=NOW)
    assert advise(own_draft(world.mona, outside), now=NOW).first == ()
    found = advise(own_draft(world.mona, inside), now=NOW).first
    assert [one.clause for one in found] == ["no-internal-attachment"]
    press(actor=world.mona, draft_id=inside, value=f"fix:{found[0].key}", now=NOW)
    assert "https://rum.example/" in text_of(sent(world, inside))


def test_channel_fit(world: World) -> None:
    """A draft becomes an invitation that every calendar reads."""
    draft = begun(world)
    start = NOW + timedelta(days=1)
    mail = sent(world, draft, fields={"meeting_start": start, "meeting_end": start + timedelta(minutes=30)})
    part = next(one for one in mail.walk() if one.get_content_type() == "text/calendar")
    assert part.get_param("method") == "REQUEST"
    assert "ATTENDEE" in part.get_content()


def test_only_concerned(world: World) -> None:
    """An answer to all has the others on copy alone, until the writer says who must act."""
    draft = actions.start_reply(
        actor=world.mona, delivery_id=world.came.pk, mailbox_id=world.street_id, to_all=True, now=NOW
    )
    actions.save(actor=world.mona, draft_id=draft, fields={"cc": "bo@post.example"}, revision=None, now=NOW)
    press(actor=world.mona, draft_id=draft, value="act:bo@post.example", now=NOW)
    assert own_draft(world.mona, draft).to.endswith(", bo@post.example")
