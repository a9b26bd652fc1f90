"""What every edit of an entry has in common: who may, the row under lock, is it still what was shown."""

import hashlib
import json
from collections.abc import Mapping
from datetime import datetime
from typing import TypeVar

from django.conf import settings
from django.db import models

from kommunpost.apps.audit.actions import record
from kommunpost.apps.audit.rules import JSON
from kommunpost.apps.directory.addresses import domain_of, is_address, normalise
from kommunpost.apps.directory.models import AddressGroup, Mailbox, MailboxAlias
from kommunpost.apps.directory.queries import own_domains
from kommunpost.apps.directory.rules import Actor, Permission, check_may, reference_of
from kommunpost.apps.directory.verbs import add_verb, change_verb, subject_of

_M = TypeVar("_M", bound=models.Model)


class EntryRefused(Exception):  # noqa: N818 - a refusal, not a fault
    """The entry cannot be as asked. ``code`` (``address_taken``, ``no_such_person`` …) becomes Swedish on screen.

    ``values`` are what the sentence needs to say what to do: names, numbers, addresses. Never logged.
    """

    def __init__(self, code: str, **values: object) -> None:
        super().__init__(code)
        self.code = code
        self.values: Mapping[str, object] = values


def check_editor(by: Actor | str, permission: Permission = Permission.DIRECTORY_EDIT) -> None:
    """Raise ``NotAllowed`` unless ``by`` may; the system itself (a command at the server's own prompt) may."""
    if isinstance(by, Actor):
        check_may(by, permission)


def find(model: type[_M], row_id: int) -> _M:
    """The row, locked until the transaction ends. Raises ``EntryRefused("no_such_…")``."""
    row = model._default_manager.select_for_update().filter(pk=row_id).first()  # noqa: SLF001 - documented API
    if row is None:
        raise EntryRefused(f"no_such_{model.__name__.lower()}")
    return row


def stamp_of(row: models.Model) -> str:
    """A digest of all that the row says: the form carries it, so that nobody writes over what they have not seen."""
    values = [getattr(row, one.attname) for one in row._meta.concrete_fields]  # noqa: SLF001 - documented API
    return hashlib.sha256(json.dumps(values, default=str).encode()).hexdigest()[:32]


def check_unchanged(row: models.Model, seen: str | None) -> None:
    """Raise ``EntryRefused("changed_meanwhile")`` unless the row is as it was when ``seen`` was its stamp."""
    if seen is not None and stamp_of(row) != seen:
        raise EntryRefused("changed_meanwhile")


def tell(verb: str, row: models.Model, details: Mapping[str, JSON], *, by: Actor | str, now: datetime) -> None:
    """The audit event of a write."""
    record(actor=reference_of(by), verb=verb, subject=subject_of(row), details=details, at=now)


def write(row: models.Model, facts: object, *, by: Actor | str, now: datetime) -> int:
    """Give the row what ``facts`` (a dataclass) says and save what differs. Returns its id."""
    wanted = {name: getattr(facts, name) for name in type(facts).__dataclass_fields__}  # type: ignore[attr-defined]
    is_new = row.pk is None
    differing = [name for name, value in wanted.items() if getattr(row, name) != value]
    if differing or is_new:
        for name in differing:
            setattr(row, name, wanted[name])
        row.save()
        tell(add_verb(row) if is_new else change_verb(row), row, {"fields": differing}, by=by, now=now)
    return int(row.pk)


def checked_address(address: str) -> str:
    """``address`` as the directory writes it. Raises ``EntryRefused("address_malformed")``."""
    wanted = normalise(address)
    if not is_address(wanted):
        raise EntryRefused("address_malformed")
    return wanted


def free_address(address: str) -> str:
    """An address that mail may come to, in a domain of ours, and that leads nowhere yet.

    Raises ``EntryRefused`` (``address_malformed``, ``domain_unknown``, ``address_taken``). The first address of an
    empty directory may be in any domain: there is nothing yet to tell a slip of the pen by.
    """
    wanted = checked_address(address)
    taken: tuple[models.QuerySet[models.Model], ...] = (
        Mailbox.objects.filter(address=wanted),
        MailboxAlias.objects.filter(address=wanted),
        AddressGroup.objects.filter(address=wanted),
    )
    if any(rows.exists() for rows in taken):
        raise EntryRefused("address_taken")
    ours = own_domains() | {domain.lower() for domain in settings.OWN_DOMAINS}
    if ours and domain_of(wanted) not in ours:
        raise EntryRefused("domain_unknown", domains=", ".join(sorted(ours)))
    return wanted
