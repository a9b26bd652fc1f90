"""The screens of a removal, from the queue to the protocol; papers as PDF/A."""

import io
from datetime import timedelta

import pikepdf
import pypdfium2
import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from tests import factories
from tests.apps.register.test_removal import BODY, NAME, SECRET, SUBJECT, Clock, again, secret_mail
from tests.apps.register.world import World, make_world, take_in

from kommunpost.apps.directory.models import Account, Membership
from kommunpost.apps.register.actions import removing
from kommunpost.apps.register.kinds import RemovalState
from kommunpost.apps.register.models import RegisterEntry, Removal
from kommunpost.site.places import PLACES

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def world() -> World:
    return make_world()


@pytest.fixture
def browser(world: World, client: Client) -> Client:
    client.force_login(Account.objects.get(pk=world.registrar.account_id))
    return client


def text_of(pdf: bytes) -> str:
    document = pypdfium2.PdfDocument(pdf)
    return "\n".join(page.get_textpage().get_text_range() for page in document)


def body(response: object) -> bytes:
    content = getattr(response, "content", None)
    return bytes(content) if content is not None else b"".join(getattr(response, "streaming_content", ()))


def register_neutrally(browser: Client, here: str) -> None:
    """Step 2: refused while it tells, or lacks its provision."""
    filled = browser.get(here).content.decode()
    assert 'value="Skrivelse"' in filled
    entry = {"title": "Skrivelse", "counterpart": "Anna Ek", "secrecy": "strong", "provisions": ""}
    assert browser.post(here, entry).status_code == 422
    tells = {**entry, "provisions": "OSL 26:1", "title": f"Angående {SUBJECT} och adressen"}
    assert browser.post(here, tells).status_code == 422
    found = RegisterEntry.objects.get()
    correct = {
        **entry, "provisions": "OSL 26:1", "direction": "in", "dated_at": "2026-11-18 10.02", "seen": "1",
        "reason": "Neutral rubrik.",
    }  # fmt: skip
    assert browser.post(reverse("diary-correct", args=[found.pk]), correct).status_code == 302
    assert browser.post(here, {}).status_code == 302


def test_from_the_queue_to_the_protocol(world: World, browser: Client) -> None:
    [record] = take_in(secret_mail())
    Membership.objects.create(mailbox=world.building, person_id=world.registrar.person_id)
    page = browser.get(reverse("register-record", args=[record.pk]))
    assert reverse("removal-begin", args=[record.pk]) in page.content.decode()
    assert browser.get(reverse("removal-begin", args=[record.pk])).status_code == 200
    here = browser.post(reverse("removal-begin", args=[record.pk]))["Location"]
    removal = Removal.objects.get()

    # 1. Printed: not before there is a printout, nor without each attachment.
    assert browser.post(here, {"readable": "on", "file_1": "on"}).status_code == 422
    paper = body(browser.get(reverse("removal-print", args=[removal.pk])))
    assert SECRET in " ".join(text_of(paper).split())
    assert NAME in text_of(paper)
    assert SUBJECT in text_of(paper)
    with pikepdf.open(io.BytesIO(paper)) as document:
        assert b"pdfaid" in document.Root.Metadata.read_bytes()
    assert BODY.encode() in body(browser.get(reverse("removal-file", args=[removal.pk, 0])))
    assert browser.post(here, {"readable": "on"}).status_code == 422
    assert browser.post(here, {"readable": "on", "file_1": "on"}).status_code == 302

    register_neutrally(browser, here)

    # 3. Ordered, on a decision.
    page = browser.get(here)
    assert f"bygglov@{factories.DOMAIN}" in page.content.decode()
    assert browser.post(here, {"decision": "KS 2026/12 § 45"}).status_code == 422
    assert browser.post(here, {"decision": "KS 2026/12 § 45", "understood": "on"}).status_code == 302
    removing.carry_on(removal_id=removal.pk, places=PLACES, clock=Clock())
    step = removal.steps.get(state="by_hand")
    assert "Jag har tagit bort det" in browser.get(here).content.decode()
    assert browser.post(reverse("removal-by-hand", args=[removal.pk, step.pk])).status_code == 302
    removing.carry_on_due(places=PLACES, clock=Clock(timezone.now() + timedelta(hours=1)))
    assert Removal.objects.get().state == RemovalState.DONE

    shown = browser.get(here).content.decode()
    assert BODY not in shown
    assert "Kan innehålla mejlet till och med" in shown
    protocol = text_of(body(browser.get(reverse("removal-protocol", args=[removal.pk]))))
    assert RegisterEntry.objects.get().designation in protocol
    assert removal.raw_digest[:20] in protocol.replace("\r\n", "")
    assert not any(word in protocol for word in (BODY, NAME, SUBJECT))
    assert browser.get(reverse("removal-print", args=[removal.pk])).status_code == 404
    assert browser.get(reverse("removals")).status_code == 200
    draft = browser.post(reverse("removal-answer", args=[removal.pk]))["Location"]
    written = browser.get(draft).content.decode()
    assert "e-legitimation" in written
    assert not any(word in written for word in (BODY, SUBJECT, "mormor"))


def test_only_those_who_may_come_in(world: World, client: Client) -> None:
    [record] = take_in(secret_mail())
    removal = removing.begin(actor=again(world.registrar), record_id=record.pk, now=record.at)
    client.force_login(Account.objects.get(pk=world.sara.account_id))
    for name, args in (
        ("removals", []), ("removal", [removal]), ("removal-print", [removal]), ("removal-file", [removal, 0]),
        ("removal-protocol", [removal]), ("removal-begin", [record.pk]), ("removal-break-off", [removal]),
    ):  # fmt: skip
        assert client.get(reverse(name, args=args)).status_code == 403
    for name, args in (("removal-answer", [removal]), ("removal-by-hand", [removal, 1])):
        assert client.post(reverse(name, args=args)).status_code == 403


def test_broken_off_after_a_question(world: World, browser: Client) -> None:
    [record] = take_in(secret_mail())
    removal = removing.begin(actor=again(world.registrar), record_id=record.pk, now=record.at)
    here = reverse("removal-break-off", args=[removal])
    assert browser.get(here).status_code == 200
    assert browser.post(here).status_code == 302
    assert Removal.objects.get().state == RemovalState.BROKEN_OFF
    assert browser.get(reverse("removal", args=[removal])).status_code == 200
    assert browser.get(reverse("removal-protocol", args=[removal])).status_code == 404
