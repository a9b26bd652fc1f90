"""Mail that nobody presses a button for. Marked as automatic, with a null return path (RFC 3834)."""

import hashlib
import hmac
from datetime import datetime
from secrets import token_hex

from django.conf import settings
from django.db import transaction

from kommunpost.apps.audit.actions import record
from kommunpost.apps.composing.queries.signatures import profile
from kommunpost.apps.directory.models import Mailbox
from kommunpost.apps.directory.rules import Actor, Permission, check_may
from kommunpost.apps.inbox.actions.history import WORKER, WORKER_CHAIN, write
from kommunpost.apps.inbox.models import Conversation, Fuse, MailboxSettings, Receipt
from kommunpost.apps.inbox.rules.receipts import CEILINGS, FUSE, Ceiling, Incoming, full_ceiling, shut_gates
from kommunpost.apps.inbox.rules.threading import make_token
from kommunpost.apps.inbox.verbs import InboxVerb
from kommunpost.apps.mailflow.actions import outbox
from kommunpost.apps.mailflow.models import Delivery, Route
from kommunpost.core.mail import Address, Draft, HeaderSummary, compose
from kommunpost.core.mail.draft import DraftError
from kommunpost.core.mail.reply import reply_subject

MARKS = {"Auto-Submitted": "auto-replied", "X-Auto-Response-Suppress": "All"}
STANDARD_TEXT = (
    "Hej!\n\nVi har tagit emot ditt mejl. Du får svar av en person inom två arbetsdagar.\n\n"
    "Det här är ett automatiskt meddelande."
)


def answer_with_receipt(
    conversation: Conversation, *, delivery: Delivery, headers: HeaderSummary, ours: frozenset[str], is_new: bool,
    is_spam: bool, now: datetime,
) -> bool:  # fmt: skip
    """Send a receipt for a conversation's first mail, if the mailbox wants it and every gate is open. Whether it went.

    Runs in the transaction that takes the mail in. It does not stop the clock.
    """
    wishing = MailboxSettings.objects.filter(pk=conversation.mailbox_id, receipt_on=True)
    chosen = wishing.select_related("mailbox").first()
    if chosen is None or Fuse.objects.filter(pk=FUSE).exists():
        return False
    incoming = _incoming(delivery, headers, chosen.mailbox, ours=ours, is_new=is_new, is_spam=is_spam, now=now)
    recipient = _seal(incoming.envelope_sender)
    if shut_gates(incoming) or _is_full(chosen.mailbox_id, recipient, now=now):
        return False
    try:
        _send(conversation, chosen, headers, to=incoming.envelope_sender, now=now)
    except DraftError:
        return False
    Receipt.objects.create(mailbox_id=chosen.mailbox_id, conversation=conversation, recipient=recipient, at=now)
    write(conversation, InboxVerb.RECEIPT_SENT, by=None, now=now)
    return True


def reset_fuse(*, actor: Actor, now: datetime) -> None:
    """A person has looked at why the fuse blew: automatic mail may go again."""
    check_may(actor, Permission.MAILBOX_SETTINGS)
    with transaction.atomic():
        if Fuse.objects.filter(pk=FUSE).delete()[0]:
            record(actor=actor.reference, verb="inbox:fuse:reset", at=now)


def send_automatic(*, mailbox: Mailbox, draft: Draft, by: str, now: datetime) -> int:
    """Put a mail that nobody wrote in the outbox, with a null return path; its id."""
    return outbox.queue_mail(
        mailbox_id=mailbox.pk, raw=compose(draft), recipients=draft.recipients, not_before=now, by=by, now=now,
        is_automatic=True,
    )  # fmt: skip


def _incoming(
    delivery: Delivery, headers: HeaderSummary, mailbox: Mailbox, *, ours: frozenset[str], is_new: bool, is_spam: bool,
    now: datetime,
) -> Incoming:  # fmt: skip
    own = {mailbox.address, *mailbox.aliases.values_list("address", flat=True)}
    addressed = {_bare(one.address) for one in (*headers.to, *headers.cc)}
    return Incoming(
        envelope_sender=delivery.envelope_sender.lower(),
        sender=headers.sender.address.lower(),
        reply_to=next((one.address.lower() for one in headers.reply_to), ""),
        message_id=headers.message_id.lower(),
        automatic=headers.automatic or "",
        asks_silence=headers.asks_silence,
        is_spam=is_spam,
        is_imported=delivery.route == Route.IMPORT,
        is_addressed=bool(own & addressed),
        is_new=is_new,
        age=now - delivery.at,
        ours=ours,
    )


def _bare(address: str) -> str:
    local, _, domain = address.lower().partition("@")
    return f"{local.partition('+')[0]}@{domain}"


def _is_full(mailbox_id: int, recipient: str, *, now: datetime) -> bool:
    counts: dict[Ceiling, int] = {}
    for ceiling in CEILINGS:
        sent = Receipt.objects.filter(at__gt=now - ceiling.within)
        if ceiling.to == "recipient":
            sent = sent.filter(recipient=recipient)
        elif ceiling.to == "mailbox":
            sent = sent.filter(mailbox_id=mailbox_id)
        counts[ceiling] = sent.count()
    full = full_ceiling(counts)
    if full is not None and full.to == "all":
        Fuse.objects.get_or_create(name=FUSE, defaults={"blown_at": now})
        record(actor=WORKER, verb="inbox:fuse:blow", at=now, chain=WORKER_CHAIN)
    return full is not None


def _send(
    conversation: Conversation, chosen: MailboxSettings, headers: HeaderSummary, *, to: str, now: datetime
) -> None:
    mailbox = chosen.mailbox
    token = make_token(conversation.pk, nonce=token_hex(8), key=settings.SECRET_KEY)
    draft = Draft(
        sender=Address(mailbox.name, mailbox.address),
        to=(Address("", to),),
        subject=reply_subject(headers.subject),
        text=chosen.receipt_text.strip() or STANDARD_TEXT,
        date=now,
        message_id=f"{token}@{profile().municipality.domains[0]}",
        in_reply_to=headers.message_id,
        references=(headers.message_id,) if headers.message_id else (),
        headers=MARKS,
    )
    send_automatic(mailbox=mailbox, draft=draft, by=WORKER, now=now)


def _seal(address: str) -> str:
    return hmac.new(settings.SECRET_KEY.encode(), f"receipt:{address}".encode(), hashlib.sha256).hexdigest()
