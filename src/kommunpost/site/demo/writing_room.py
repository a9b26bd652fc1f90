"""Something on the desks: canned texts for the shared mailboxes, and a few drafts that somebody has begun."""

from datetime import datetime

from kommunpost.apps.composing.actions.canned import save_canned
from kommunpost.apps.composing.actions.drafts import DraftFields, start_new, start_reply
from kommunpost.apps.directory.models import Account, MailboxKind
from kommunpost.apps.directory.queries import actor_for, list_mailboxes
from kommunpost.apps.directory.rules import Actor, Permission
from kommunpost.apps.mailflow.models import Delivery, Direction

CANNED = (
    (
        "Tack, vi har fått ditt mejl",
        "",
        "Hej {mottagare}\n\nTack för ditt mejl. {avsändare} på {enhet} är din kontaktperson.",
    ),
    (
        "Ring oss gärna",
        "",
        "Hej {mottagare}\n\nDet här går fortare att reda ut i telefon. Ring {enhet} på {telefon}, {telefontid}.",
    ),
)
DRAFTS: tuple[DraftFields, ...] = (
    {
        "subject": "Möte om vinterväghållningen",
        "to": "Henrik Vallgren <henrik.vallgren@botkyrka.example>",
        "body": "Hej Henrik\n\nKan vi ses om plogkartan? Jag behöver besked så snart som möjligt.",
    },
    {
        "subject": "Nya rutiner för nycklar",
        "to": "alla@botkyrka.example",
        "body": "Hej alla\n\nFrån och med måndag lämnar vi nycklarna i receptionen.",
    },
)


def fill_desks(*, now: datetime) -> None:
    """Canned texts in every shared mailbox that somebody with an account answers for; drafts on the first such desk."""
    writers = [actor for actor in map(actor_for, _account_ids()) if actor.may(Permission.OUTBOX_WRITE)]
    for box in list_mailboxes():
        writer = next((one for one in writers if box.id in one.mailbox_ids), None)
        if writer is None or box.kind == MailboxKind.PERSONAL:
            continue
        for name, subject, body in CANNED:
            save_canned(actor=writer, mailbox_id=box.id, name=name, subject=subject, body=body, now=now)
    for writer in writers:
        _fill_desk(writer, now=now)


def _fill_desk(writer: Actor, *, now: datetime) -> None:
    own = sorted(writer.mailbox_ids)
    if not own:
        return
    newest = Delivery.objects.filter(mailbox_id__in=own, direction=Direction.IN).order_by("-at", "-pk").first()
    if newest is not None and newest.mailbox_id is not None and not newest.message.automatic:
        body = "Hej\n\nTack för ditt mejl. Vi tittar på det."
        start_reply(actor=writer, delivery_id=newest.pk, mailbox_id=newest.mailbox_id, body=body, now=now)
    for fields in DRAFTS:
        start_new(actor=writer, mailbox_id=own[0], fields=fields, now=now)


def _account_ids() -> list[int]:
    return list(
        Account.objects.filter(is_active=True, person__is_active=True).order_by("pk").values_list("pk", flat=True)
    )
