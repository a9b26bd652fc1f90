"""Keep the words of conversations up to date: every change of one raises ``last_event`` above ``indexed_event``."""

from collections.abc import Iterator

from django.db import transaction
from django.db.models import F

from kommunpost.apps.inbox.models import Conversation
from kommunpost.apps.inbox.search_index import storing
from kommunpost.apps.inbox.search_index.terms import box_word, words_of
from kommunpost.apps.mailflow import reading


def index_changed(*, limit: int = 50) -> int:
    """Write the words of up to ``limit`` conversations that have changed. How many."""
    changed = Conversation.objects.filter(last_event__gt=F("indexed_event")).order_by("pk")
    rows = list(changed[:limit])
    for conversation in rows:
        with transaction.atomic():
            storing.write(conversation.pk, {box_word(conversation.mailbox_id), *words_of(_texts(conversation))})
            # What has happened since we read it makes it changed again.
            Conversation.objects.filter(pk=conversation.pk).update(indexed_event=conversation.last_event)
    return len(rows)


def forget(conversation_id: int) -> None:
    """Disposal: nothing of the conversation can be found any more."""
    with transaction.atomic():
        storing.remove(conversation_id)


def _texts(conversation: Conversation) -> Iterator[str]:
    yield conversation.subject
    yield f"{conversation.party_name} {conversation.party_address}"
    yield " ".join(conversation.participants.values_list("address", flat=True))
    yield from conversation.notes.values_list("text", flat=True)
    for entry in conversation.entries.select_related("message").order_by("pk"):
        yield f"{entry.message.subject} {entry.message.sender_name}"
        mail = reading.open_delivery(entry.delivery_id).mail
        if mail is not None:
            yield mail.text
            yield " ".join(attachment.name for attachment in mail.attachments)
