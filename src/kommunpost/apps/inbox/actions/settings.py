"""What the owner of a shared mailbox chooses: receipts, watch over phone hours, who has which shift."""

from datetime import date, datetime, time

from django.db import IntegrityError, transaction

from kommunpost.apps.audit.actions import record
from kommunpost.apps.directory.models import Mailbox
from kommunpost.apps.directory.rules import Actor, Permission, Role, check_may
from kommunpost.apps.inbox.actions.steps import answers_for
from kommunpost.apps.inbox.models import DigestChoice, MailboxSettings, Shift
from kommunpost.apps.inbox.rules.mailboxes import SHARED_KINDS
from kommunpost.apps.inbox.rules.refusals import InboxRefused

LONGEST_TEXT = 2_000
MOST_TIMES = 6


def managed_mailbox(actor: Actor, mailbox_id: int) -> Mailbox:
    """A shared mailbox that the actor owns, or answers for as a manager. Raises ``not_visible``, ``not_owner``."""
    check_may(actor, Permission.MAILBOX_SETTINGS)
    mailbox = Mailbox.objects.select_related("unit").filter(pk=mailbox_id, kind__in=SHARED_KINDS).first()
    if mailbox is None or mailbox.pk not in actor.mailbox_ids:
        raise InboxRefused("not_visible")
    leads = Role.MANAGER in actor.roles or any(role == Role.MANAGER for role, _unit in actor.unit_roles)
    if mailbox.owner_id != actor.person_id and not leads:
        raise InboxRefused("not_owner")
    return mailbox


@transaction.atomic
def save_settings(
    *, actor: Actor, mailbox_id: int, receipt_on: bool, receipt_text: str, watch_on: bool, now: datetime
) -> None:
    """Receipts and watch. Raises ``too_long`` and what ``managed_mailbox`` raises."""
    mailbox = managed_mailbox(actor, mailbox_id)
    if len(receipt_text) > LONGEST_TEXT:
        raise InboxRefused("too_long")
    MailboxSettings.objects.update_or_create(
        mailbox=mailbox, defaults={"receipt_on": receipt_on, "receipt_text": receipt_text.strip(), "watch_on": watch_on}
    )
    record(
        actor=actor.reference, verb="inbox:mailbox:set", subject=f"mailbox:{mailbox.pk}",
        details={"receipt": receipt_on, "watch": watch_on}, at=now,
    )  # fmt: skip


@transaction.atomic
def add_shift(
    *, actor: Actor, mailbox_id: int, person_id: int, day: date, start: time, end: time, now: datetime
) -> None:
    """Somebody watches the mailbox. Raises ``not_member``, ``shift_backwards``, ``shift_taken``."""
    mailbox = managed_mailbox(actor, mailbox_id)
    if not answers_for(mailbox.pk, person_id):
        raise InboxRefused("not_member")
    if start >= end:
        raise InboxRefused("shift_backwards")
    try:
        with transaction.atomic():
            shift = Shift.objects.create(mailbox=mailbox, person_id=person_id, day=day, start=start, end=end)
    except IntegrityError:
        raise InboxRefused("shift_taken") from None
    details = {"shift": shift.pk}
    record(actor=actor.reference, verb="inbox:shift:add", subject=f"mailbox:{mailbox.pk}", details=details, at=now)


@transaction.atomic
def remove_shift(*, actor: Actor, mailbox_id: int, shift_id: int, now: datetime) -> None:
    """Nobody has the shift any more."""
    mailbox = managed_mailbox(actor, mailbox_id)
    if Shift.objects.filter(pk=shift_id, mailbox=mailbox).delete()[0]:
        record(
            actor=actor.reference, verb="inbox:shift:remove", subject=f"mailbox:{mailbox.pk}",
            details={"shift": shift_id}, at=now,
        )  # fmt: skip


def save_digest_times(*, person_id: int, times: list[str]) -> None:
    """When somebody wants digests (``"08:00"``). Raises ``bad_time``."""
    try:
        clean = sorted({time.fromisoformat(one).strftime("%H:%M") for one in times})
    except ValueError:
        raise InboxRefused("bad_time") from None
    if len(clean) > MOST_TIMES:
        raise InboxRefused("bad_time")
    DigestChoice.objects.update_or_create(person_id=person_id, defaults={"times": clean})
