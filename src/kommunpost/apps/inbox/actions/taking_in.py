"""From a delivery to its conversation. Exactly once: the pending row goes in the transaction that writes the entry."""

import logging
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import connection
from django.db.models import F, QuerySet

from kommunpost.apps.directory.queries import own_domains
from kommunpost.apps.inbox.actions import clocks
from kommunpost.apps.inbox.actions.automatic import answer_with_receipt
from kommunpost.apps.inbox.actions.following import tell_followers
from kommunpost.apps.inbox.actions.history import again_when_stale, write
from kommunpost.apps.inbox.actions.placing import Found, find_place, note_likeness
from kommunpost.apps.inbox.models import (
    Answer,
    AnswerState,
    Conversation,
    EndedBy,
    Entry,
    NoticeKind,
    Participant,
    Pending,
    Placed,
    State,
)
from kommunpost.apps.inbox.rules import clock
from kommunpost.apps.inbox.rules.mailboxes import SHARED_KINDS
from kommunpost.apps.inbox.rules.states import Move, state_after
from kommunpost.apps.inbox.verbs import InboxVerb
from kommunpost.apps.mailflow.blobs import store
from kommunpost.apps.mailflow.blobs.contract import BlobError
from kommunpost.apps.mailflow.events import DeliveryRecorded
from kommunpost.apps.mailflow.models import Delivery, Direction, Route
from kommunpost.core.mail import HeaderSummary, read_headers
from kommunpost.core.mail.model import Address

log = logging.getLogger(__name__)

MOST_PARTICIPANTS = 200
GIVE_UP_AFTER = 8
HEADER_LIMIT = 64_000
_SPAM = re.compile(rb"(?im)^x-spam-(?:flag|status)[ \t]*:[ \t]*yes")


def note_arrivals(events: Sequence[DeliveryRecorded]) -> None:
    """Listens to the intake, in its transaction: a delivery to or from a shared mailbox waits for its conversation."""
    waiting = [event.delivery_id for event in events if event.mailbox_kind in SHARED_KINDS]
    if waiting:
        # By hand: the ORM takes ten times as long to put it together, for each group of mail.
        with connection.cursor() as cursor:
            cursor.execute(
                f"INSERT INTO inbox_pending (delivery_id, tries) VALUES {','.join(['(%s, 0)'] * len(waiting))}",  # noqa: S608 -- marks alone
                waiting,
            )


def take_in_pending(*, now: datetime, limit: int = 100) -> int:
    """Give up to ``limit`` deliveries their conversations, oldest first, once their mail has been read. How many."""
    ready = Pending.objects.filter(delivery__message__read_at__isnull=False, tries__lt=GIVE_UP_AFTER)
    ids = list(ready.order_by("tries", "delivery__at", "pk").values_list("delivery_id", flat=True)[:limit])
    return sum(_try(delivery_id, now=now) for delivery_id in ids)


def _try(delivery_id: int, *, now: datetime) -> bool:
    try:
        return take_in(delivery_id=delivery_id, now=now)
    except Exception as error:
        # One poison mail holds up nobody; doctor tells of those that were given up.
        log.error("delivery:%d has no conversation: %s", delivery_id, type(error).__name__)  # noqa: TRY400 -- may be personal.
        Pending.objects.filter(delivery_id=delivery_id).update(tries=F("tries") + 1)
        return False


@dataclass(frozen=True, slots=True)
class Came:
    """A delivery with what its header says."""

    delivery: Delivery
    headers: HeaderSummary
    is_spam: bool = False

    @property
    def is_out(self) -> bool:
        return self.delivery.direction == Direction.OUT

    @property
    def is_silent(self) -> bool:
        """Imported mail is old: no clock, no receipt."""
        return self.delivery.route == Route.IMPORT

    @property
    def party(self) -> Address:
        """Whom the conversation is with: the writer (or who is to get the answer), or the first recipient."""
        told = self.headers
        if self.is_out:
            return next(iter((*told.to, *told.cc, *told.bcc)), Address("", ""))
        return told.sender if told.sender.address or told.sender.name else Address("", self.delivery.envelope_sender)

    @property
    def addresses(self) -> Iterable[str]:
        """Everybody whom the mail names, us left out."""
        told = self.headers
        named = (told.sender, *told.reply_to, *told.to, *told.cc)
        seen = dict.fromkeys(one.address.lower() for one in named if "@" in one.address)
        return [address for address in seen if address != self.delivery.address][:MOST_PARTICIPANTS]


@again_when_stale
def take_in(*, delivery_id: int, now: datetime) -> bool:
    """Put one delivery in its conversation. False when another worker has, or had, done it."""
    deleted, _by_model = Pending.objects.filter(delivery_id=delivery_id).delete()
    if not deleted or Entry.objects.filter(delivery_id=delivery_id).exists():
        return False
    delivery = Delivery.objects.select_related("message").get(pk=delivery_id)
    mailbox_id = delivery.mailbox_id
    if mailbox_id is None:
        return False
    raw = _bytes(delivery)
    came = Came(delivery, _headers(delivery, raw), is_spam=_SPAM.search(raw[:HEADER_LIMIT]) is not None)
    found = find_place(came.headers, delivery)
    conversation = found.conversation or _begin(came, mailbox_id)
    is_new = found.conversation is None
    entry = _enter(conversation, came, found)
    _note_participants(conversation, came)
    _step(conversation, came, is_new=is_new, now=now)
    note_likeness(conversation, entry, came.headers, found)
    if not came.is_out:
        _answer_receipt(conversation, came, is_new=is_new, now=now)
    return True


def _answer_receipt(conversation: Conversation, came: Came, *, is_new: bool, now: datetime) -> None:
    answer_with_receipt(
        conversation, delivery=came.delivery, headers=came.headers, ours=own_domains(), is_new=is_new,
        is_spam=came.is_spam, now=now,
    )  # fmt: skip


def _bytes(delivery: Delivery) -> bytes:
    try:
        return store().get(delivery.blob_id)
    except BlobError:
        # The bytes are gone: what intake kept of them is enough for a conversation.
        return b""


def _headers(delivery: Delivery, raw: bytes) -> HeaderSummary:
    if raw:
        return read_headers(raw)
    message = delivery.message
    sender = Address(message.sender_name, message.sender_address)
    return HeaderSummary(message.subject, sender, (), (), (), None, message.message_id, (), (), None, ())


def _begin(came: Came, mailbox_id: int) -> Conversation:
    message, at = came.delivery.message, came.delivery.at
    party = came.party
    return Conversation.objects.create(
        mailbox_id=mailbox_id,
        state=State.ANSWERED if came.is_out else State.NEW,
        subject=message.subject,
        party_name=party.name[:320],
        party_address=party.address[:320],
        preview=message.preview,
        began_at=at,
        last_at=at,
        is_automatic=bool(message.automatic) and not clock.awaits_answer(message.automatic),
    )


def _enter(conversation: Conversation, came: Came, found: Found) -> Entry:
    return Entry.objects.create(
        conversation=conversation,
        first_conversation=conversation,
        delivery=came.delivery,
        message_id=came.delivery.message_id,
        direction=came.delivery.direction,
        at=came.delivery.at,
        placed=found.placed if found.conversation else Placed.FIRST,
        automatic=came.delivery.message.automatic,
    )


def _note_participants(conversation: Conversation, came: Came) -> None:
    Participant.objects.bulk_create(
        [Participant(conversation=conversation, address=address[:320]) for address in came.addresses],
        ignore_conflicts=True,
    )


def _step(conversation: Conversation, came: Came, *, is_new: bool, now: datetime) -> None:
    message = came.delivery.message
    changes: dict[str, object] = {
        "message_count": conversation.message_count + 1,
        "attachment_count": conversation.attachment_count + message.attachment_count,
        "last_at": max(conversation.last_at, came.delivery.at),
    }
    verb, more = _what_follows(conversation, came, is_new=is_new)
    if not came.is_out and not is_new and clock.awaits_answer(message.automatic):
        changes["preview"] = message.preview
    details = {"delivery": came.delivery.pk, "message": message.pk}
    number = write(conversation, verb, by=None, now=now, changes=changes | more, details=details)
    if verb == InboxVerb.MAIL_WENT and not _sent_from_here(came).exists():
        # Sent from a mail program: nobody knows by whom, so all who follow hear of it.
        mailbox_id = conversation.mailbox_id
        tell_followers(conversation, NoticeKind.ANSWERED, number=number, mailbox_id=mailbox_id, by=None, now=now)


def _sent_from_here(came: Came) -> QuerySet[Answer]:
    return Answer.objects.filter(outgoing__message_id=came.delivery.message.message_id)


def _what_follows(conversation: Conversation, came: Came, *, is_new: bool) -> tuple[InboxVerb, dict[str, object]]:
    """What the mail does to state and clock."""
    message = came.delivery.message
    if came.is_silent:
        closes = is_new and not came.is_out
        return InboxVerb.IMPORTED, {"state": State.CLOSED} if closes else {}
    if came.is_out:
        return InboxVerb.MAIL_WENT, _went(conversation, came)
    if not clock.awaits_answer(message.automatic):
        # It is shown, and waits for nobody.
        return InboxVerb.MACHINE_WROTE, {"state": State.CLOSED} if is_new else {}
    changes = {"state": state_after(conversation.state, Move.MAIL)}
    return InboxVerb.MAIL_CAME, changes | clocks.start(conversation, arrived=came.delivery.at)


def _went(conversation: Conversation, came: Came) -> dict[str, object]:
    """A mail of ours: sent from here, it has stopped the clock already; from Outlook it is an answer all the same."""
    answered = _sent_from_here(came)
    if answered.exists():
        answered.filter(state=AnswerState.SENDING).update(state=AnswerState.SENT)
        return {}
    if came.delivery.message.automatic or conversation.due_at is None:
        return {}
    if conversation.waits_since is not None and came.delivery.at < conversation.waits_since:
        return {}
    stopped = clocks.stop(conversation, by=EndedBy.ANSWER, at=came.delivery.at)
    return {"state": state_after(conversation.state, Move.ANSWER)} | stopped
