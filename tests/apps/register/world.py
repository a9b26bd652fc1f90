"""Two committees with a mailbox each, a registrar, caseworkers, and mail taken in by the real intake."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.message import EmailMessage

from tests import factories

from kommunpost.apps.directory.models import Committee, Mailbox, Membership, Unit
from kommunpost.apps.directory.queries import actor_for
from kommunpost.apps.directory.rules import Actor, Role
from kommunpost.apps.mailflow.actions import receive_group
from kommunpost.apps.mailflow.arrivals import Arrived
from kommunpost.apps.mailflow.models import Route
from kommunpost.apps.mailflow.tasks import read_new_messages
from kommunpost.apps.register.actions import NewCase, NewEntry, Registered, look_at_new, register
from kommunpost.apps.register.models import Record
from kommunpost.apps.register.rules.entries import EntryFacts
from kommunpost.site.subscriptions import DELIVERY_LISTENERS

NOW = datetime(2026, 11, 18, 9, 2, tzinfo=UTC)
"""A Wednesday; the next working day is Thursday 19 November."""
DOMAIN = factories.DOMAIN


@dataclass(frozen=True)
class World:
    """``building`` (SBN) has Sara as its member; ``school`` (UN) has Karin."""

    building: Mailbox
    school: Mailbox
    registrar: Actor
    sara: Actor
    karin: Actor

    @property
    def sbn(self) -> Committee:
        return Committee.objects.get(code="SBN")

    @property
    def un(self) -> Committee:
        return Committee.objects.get(code="UN")


def make_world() -> World:
    units = {}
    for code, name, slug in (
        ("SBN", "Samhällsbyggnadsnämnden", "bygglov"), ("UN", "Utbildningsnämnden", "skola"),
    ):  # fmt: skip
        units[code] = Unit.objects.create(slug=slug, name=slug.title(), committee=factories.committee(code, name))
    building, school = factories.mailbox("bygglov", at=units["SBN"]), factories.mailbox("skola", at=units["UN"])
    for name, box in (("Sara Nyqvist", building), ("Karin Hult", school)):
        Membership.objects.create(mailbox=box, person=factories.person(name, at=box.unit))
    return World(
        building=building,
        school=school,
        registrar=factories.registrar(),
        sara=factories.actor("Sara Nyqvist", Role.CASEWORKER),
        karin=factories.actor("Karin Hult", Role.CASEWORKER),
    )


def again(actor: Actor) -> Actor:
    """The same person with roles and mailboxes as they are now."""
    return actor_for(actor.account_id)


def letter(
    subject: str = "Ansökan om bygglov, Kaprifolen 12",
    *,
    number: int = 1,
    sender: str = "Nybygge i Sörmland AB <projekt@nybygge.example>",
    to: str = f"bygglov@{DOMAIN}",
    text: str = "Hej!\n\nHär är ritningarna.\n",
    files: tuple[str, ...] = ("ritning.pdf",),
    answers: str = "",
) -> bytes:
    mail = EmailMessage()
    mail["From"], mail["To"], mail["Subject"] = sender, to, subject
    mail["Message-ID"] = f"<{number}@brev.example>"
    mail["Date"] = "Wed, 18 Nov 2026 10:02:00 +0100"
    if answers:
        mail["In-Reply-To"] = mail["References"] = f"<{answers}@brev.example>"
    mail.set_content(text)
    for name in files:
        mail.add_attachment(b"%PDF-1.4 " + name.encode(), maintype="application", subtype="pdf", filename=name)
    return mail.as_bytes()


def take_in(
    *raws: bytes, to: tuple[str, ...] = (f"bygglov@{DOMAIN}",), sender: str = "projekt@nybygge.example",
    at: datetime = NOW, trusted: bool = False, route: Route = Route.SMTP, look: bool = True,
) -> list[Record]:  # fmt: skip
    """Take in, read and look at the mails; their records in the order of the mails."""
    arrivals = [
        Arrived(
            raw=raw, route=route, at=at, sender=sender, recipients=to, trusted=trusted, own_domains=frozenset({DOMAIN})
        )
        for raw in raws
    ]
    receipts = receive_group(arrivals=arrivals, listeners=DELIVERY_LISTENERS, now=at)
    read_new_messages(now=at)
    if look:
        while look_at_new(now=at):
            pass
    places = {one.message_id: place for place, one in enumerate(receipts)}
    records = Record.objects.filter(message_id__in=places)
    return sorted(records, key=lambda record: (places[record.message_id], record.pk))


def entry_for(*records: Record, title: str = "Ansökan om bygglov", secrecy: str = "none", **more: object) -> NewEntry:
    provisions = more.pop("provisions", ())
    facts = {
        "direction": "in", "dated_at": records[0].at if records else NOW, "counterpart": "Nybygge i Sörmland AB",
        "title": title, "public_title": title, "public_counterpart": "Nybygge i Sörmland AB", "secrecy": secrecy,
    } | more  # fmt: skip
    return NewEntry(
        record_ids=tuple(record.pk for record in records),
        facts=EntryFacts(**facts),  # type: ignore[arg-type]
        provisions=provisions,  # type: ignore[arg-type]
    )


def registered(
    world: World, *records: Record, now: datetime = NOW + timedelta(minutes=5), case: bool = False, **more: object
) -> Registered:
    """One entry for ``records`` in the committee of the first."""
    committee_id = records[0].committee_id if records else world.sbn.pk
    new_case = NewCase(title="Bygglov Kaprifolen 12", public_title="Bygglov Kaprifolen 12") if case else None
    return register(
        actor=world.registrar, committee_id=committee_id or world.sbn.pk, entries=[entry_for(*records, **more)],
        new_case=new_case, now=now,
    )[0]  # fmt: skip
