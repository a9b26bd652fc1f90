"""Which case system a committee's entries go to. The IT unit's alone: an address here is where records are sent."""

from dataclasses import dataclass, field
from datetime import datetime

from django.db import transaction

from kommunpost.apps.audit.actions import record as audit
from kommunpost.apps.directory.models import Committee, Mailbox
from kommunpost.apps.directory.rules import Actor, Permission, check_may
from kommunpost.apps.mailflow.queries import NotVisible
from kommunpost.apps.register.connectors.webhook import UnsafeAddress, check_url
from kommunpost.apps.register.kinds import SystemKind
from kommunpost.apps.register.models import CaseSystem
from kommunpost.apps.register.rules.states import RegisterRefused
from kommunpost.apps.register.verbs import RegisterVerb
from kommunpost.core.mail.draft import DraftError, check_address

LONGEST_NAME = 60


@dataclass(frozen=True, slots=True, kw_only=True)
class Way:
    """How a case system is reached. ``sealed`` is the sealed key of webhooks; empty keeps the one that stands."""

    kind: SystemKind
    name: str = ""
    url: str = ""
    sealed: str = field(default="", repr=False)
    address: str = ""
    mailbox_id: int | None = None
    is_protected: bool = False


def choose_system(*, actor: Actor, committee_id: int, way: Way, now: datetime) -> None:
    """Let what is registered from now on go this way. What has been tried by another way waits for a person.

    Raises NotAllowed, NotVisible, and ``RegisterRefused``: ``name_missing``, ``address_unsafe``, ``secret_missing``,
    ``address_missing``, ``no_such_mailbox``.
    """
    check_may(actor, Permission.CASE_SYSTEM_EDIT)
    with transaction.atomic():
        if not Committee.objects.filter(pk=committee_id).exists():
            raise NotVisible
        row = CaseSystem.objects.filter(committee_id=committee_id).first() or CaseSystem(committee_id=committee_id)
        _check(way, row)
        row.kind, row.name, row.url, row.address = way.kind, way.name.strip(), way.url.strip(), way.address.strip()
        row.secret = (way.sealed or row.secret) if way.kind == SystemKind.WEBHOOK else ""
        row.mailbox_id, row.is_protected = way.mailbox_id, way.is_protected and way.kind == SystemKind.MAIL
        row.failures, row.resting_until = 0, None
        row.save()
        audit(
            actor=actor.reference, verb=RegisterVerb.SYSTEM_CHOSEN, subject=f"committee:{committee_id}",
            details={"kind": str(way.kind), "is_protected": row.is_protected}, at=now,
        )  # fmt: skip


def _check(way: Way, row: CaseSystem) -> None:
    if way.kind == SystemKind.DIARY:
        return
    if not way.name.strip():
        raise RegisterRefused("name_missing")
    if len(way.name.strip()) > LONGEST_NAME:
        raise RegisterRefused("too_long")
    if way.kind == SystemKind.WEBHOOK:
        try:
            check_url(way.url.strip())
        except UnsafeAddress:
            raise RegisterRefused("address_unsafe") from None
        if not (way.sealed or row.secret):
            raise RegisterRefused("secret_missing")
    if way.kind == SystemKind.MAIL:
        _check_mail(way)


def _check_mail(way: Way) -> None:
    try:
        check_address("address", way.address.strip())
    except DraftError:
        raise RegisterRefused("address_missing") from None
    if not Mailbox.objects.filter(pk=way.mailbox_id or 0, is_active=True).exists():
        raise RegisterRefused("no_such_mailbox")
