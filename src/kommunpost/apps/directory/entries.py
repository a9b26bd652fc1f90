"""One entry of the directory as its page shows it: facts, who answers, and what belongs to it."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.urls import reverse
from django.utils.translation import gettext as _

from kommunpost.apps.directory.models import AddressGroup, Committee, Mailbox, Person, Unit
from kommunpost.apps.directory.queries import NoSuchEntry
from kommunpost.apps.directory.rules import ROLE_TEXTS, Role


@dataclass(frozen=True, slots=True)
class Link:
    """A row that leads to another entry."""

    name: str
    meta: str
    url: str
    icon: str


@dataclass(frozen=True, slots=True)
class Section:
    """A panel of the page; ``name`` is its id there, ``empty`` the sentence for no rows."""

    name: str
    title: str
    empty: str
    rows: tuple[Link, ...]


@dataclass(frozen=True, slots=True)
class Entry:
    """The whole page. ``facts`` are pairs of label and value."""

    id: int
    title: str
    lead: str
    is_active: bool
    facts: tuple[tuple[str, str], ...]
    sections: tuple[Section, ...]


def get_entry(kind: str, entry_id: int) -> Entry:
    """The page of an entry: ``kind`` is a key of ``lists.KINDS``. Queries do not grow with the rows.

    Raises ``NoSuchEntry("no_such_<kind>")``.
    """
    makers = {"unit": _unit, "person": _person, "mailbox": _mailbox, "group": _group, "committee": _committee}
    entry = makers[kind](entry_id)
    if entry is None:
        raise NoSuchEntry(f"no_such_{kind}")
    return entry


def _unit(entry_id: int) -> Entry | None:
    unit = Unit.objects.select_related("committee", "manager", "parent").filter(pk=entry_id).first()
    if unit is None:
        return None
    facts = (
        (_("Nämnd"), unit.committee.name),
        (_("Del av"), unit.parent.name if unit.parent else ""),
        (_("Chef"), unit.manager.name if unit.manager else ""),
        (_("Telefon"), unit.phone),
        (_("Telefontid"), unit.phone_hours),
        (_("Sekretess som utgångsläge"), _("Ja") if unit.secrecy_by_default else _("Nej")),
    )
    part_links = tuple(_unit_link(one) for one in unit.parts.filter(is_active=True).select_related("manager"))
    sections = (
        Section("personer", _("Personer"), _("Ingen arbetar här än."), _people(unit.people.filter(is_active=True))),
        Section("brevlador", _("Brevlådor"), _("Enheten har ingen brevlåda."), _boxes(unit.mailboxes.all())),
        *((Section("delar", _("Underenheter"), "", part_links),) if part_links else ()),
    )
    return Entry(unit.pk, unit.name, unit.handles, unit.is_active, facts, sections)


def _person(entry_id: int) -> Entry | None:
    related = Person.objects.select_related("unit", "committee", "account")
    person = related.filter(pk=entry_id).first()
    if person is None:
        return None
    account = getattr(person, "account", None)
    held = account.roles.select_related("unit") if account else ()
    roles = [f"{ROLE_TEXTS[Role(one.role)].name}{f' ({one.unit.name})' if one.unit else ''}" for one in held]
    facts = (
        (_("E-postadress"), person.address),
        (_("Telefon"), person.phone),
        (_("Enhet"), person.unit.name if person.unit else ""),
        (_("Nämnd"), person.committee.name if person.committee else ""),
        (_("Konto"), _account_words(is_open=account.is_active if account else None)),
        (_("Roller"), ", ".join(roles)),
    )
    sections = (
        Section("svarar", _("Svarar för"), _("Svarar inte för någon brevlåda."), _boxes(person.owned_mailboxes.all())),
        Section("laser", _("Läser"), _("Är inte medlem i någon brevlåda."), _boxes(person.mailboxes.all())),
    )
    return Entry(person.pk, person.name, person.title, person.is_active, facts, sections)


def _mailbox(entry_id: int) -> Entry | None:
    box = Mailbox.objects.select_related("unit", "owner").filter(pk=entry_id).first()
    if box is None:
        return None
    facts = (
        (_("Slag"), str(box.get_kind_display())),
        (_("Svarar för den"), box.owner.name if box.owner else _("Ingen")),
        (_("Enhet"), box.unit.name if box.unit else ""),
        (_("Telefon"), box.unit.phone if box.unit else ""),
        (_("Telefontid"), box.unit.phone_hours if box.unit else ""),
        (_("Andra adresser"), ", ".join(box.aliases.order_by("address").values_list("address", flat=True))),
    )
    members = Section("medlemmar", _("Medlemmar"), _("Ingen är medlem."), _people(box.members.all()))
    return Entry(box.pk, box.name, box.address, box.is_active, facts, (members,))


def _group(entry_id: int) -> Entry | None:
    group = AddressGroup.objects.filter(pk=entry_id).first()
    if group is None:
        return None
    rows = _people(group.members.all())
    members = Section("medlemmar", _("Medlemmar"), _("Ingen är medlem."), rows)
    facts = ((_("Adress"), group.address), (_("Medlemmar"), str(len(rows))))
    return Entry(group.pk, group.name, group.address, group.is_active, facts, (members,))


def _committee(entry_id: int) -> Entry | None:
    committee = Committee.objects.filter(pk=entry_id).first()
    if committee is None:
        return None
    units = tuple(_unit_link(one) for one in committee.units.filter(is_active=True).select_related("manager"))
    elected = _people(committee.elected.filter(is_active=True))
    sections = (
        Section("enheter", _("Enheter"), _("Nämnden har ingen enhet."), units),
        Section("fortroendevalda", _("Förtroendevalda"), _("Ingen i katalogen är förtroendevald här."), elected),
    )
    facts = ((_("Kod"), committee.code), (_("Enheter"), str(len(units))), (_("Förtroendevalda"), str(len(elected))))
    return Entry(committee.pk, committee.name, "", committee.is_active, facts, sections)


def _unit_link(unit: Unit) -> Link:
    meta = " · ".join(filter(None, (unit.manager.name if unit.manager else "", unit.phone)))
    return Link(unit.name, meta, _url("enheter", unit.pk), "PersonGroup")


def _account_words(*, is_open: bool | None) -> str:
    if is_open is None:
        return _("Inget")
    return _("Öppet") if is_open else _("Stängt")


def _people(people: Iterable[Person]) -> tuple[Link, ...]:
    return tuple(
        Link(one.name, " · ".join(filter(None, (one.title, one.phone))), _url("personer", one.pk), "Person")
        for one in people
    )


def _boxes(boxes: Iterable[Mailbox]) -> tuple[Link, ...]:
    return tuple(Link(one.name, one.address, _url("brevlador", one.pk), "Inbox") for one in boxes)


def _url(slug: str, entry_id: int) -> str:
    return reverse("directory-entry", args=[slug, entry_id])
