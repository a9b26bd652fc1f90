"""The kinds of entry, one row each: which list, which words, what closes and opens. It drives the screens."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from kommunpost.apps.directory import actions


@dataclass(frozen=True, slots=True)
class Kind:
    """``key`` is the kind in ``lists.KINDS``, ``url_name`` its list's page.

    ``headings`` stand over the cells after the name, ``more`` over those that only the file has. ``close`` and
    ``reopen`` are the deeds, ``consequences`` what closing leads to.
    """

    key: str
    url_name: str
    label: str | Promise
    headings: tuple[str | Promise, ...]
    close: Callable[..., None]
    reopen: Callable[..., None]
    consequences: tuple[str | Promise, ...]
    more: tuple[str | Promise, ...] = ()


_ADDRESS, _PHONE, _UNIT, _COMMITTEE = _("Adress"), _("Telefon"), _("Enhet"), _("Nämnd")

KINDS: Mapping[str, Kind] = {
    "enheter": Kind(
        "unit", "directory", _("Enheter"), (_("Chef"), _COMMITTEE, _PHONE),
        actions.deactivate_unit, actions.reactivate_unit,
        (_("Enheten kan inte längre väljas. Det som hänt i den står kvar."),),
        (_("Telefontid"), _("Del av")),
    ),
    "personer": Kind(
        "person", "directory-people", _("Personer"), (_ADDRESS, _("Titel"), _UNIT, _PHONE),
        actions.deactivate_person, actions.reactivate_person,
        (
            _("Personens konto stängs, och alla inloggningar upphör genast."),
            _("Det som personen har gjort står kvar."),
        ),
    ),
    "brevlador": Kind(
        "mailbox", "directory-mailboxes", _("Brevlådor"), (_ADDRESS, _("Slag"), _("Ägare"), _UNIT),
        actions.deactivate_mailbox, actions.reactivate_mailbox,
        (
            _("Nya mejl till adressen hamnar bland dem som saknar mottagare."),
            _("Mejlen i brevlådan och raderna i loggen står kvar."),
        ),
        (_("Andra adresser"),),
    ),
    "grupper": Kind(
        "group", "directory-groups", _("Grupper"), (_ADDRESS, _("Medlemmar")),
        actions.deactivate_group, actions.reactivate_group,
        (_("Adressen räknas inte längre som en sändlista. Medlemmarna står kvar."),),
    ),
    "namnder": Kind(
        "committee", "directory-committees", _("Nämnder"), (_("Kod"), _("Öppna enheter")),
        actions.deactivate_committee, actions.reactivate_committee,
        (_("Nämnden kan inte längre väljas. Det som hänt i den står kvar."),),
    ),
}  # fmt: skip
