"""Look up where a mail belongs, by the rules of ``rules/threading.py``."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.conf import settings

from kommunpost.apps.inbox.models import Conversation, Entry, Participant, Placed, Suggestion, SuggestionKind
from kommunpost.apps.inbox.rules.threading import Candidate, case_numbers, place, plain_subject, read_token
from kommunpost.apps.mailflow import reading
from kommunpost.apps.mailflow.actions.returning import reported_ids
from kommunpost.apps.mailflow.models import Delivery, Direction
from kommunpost.apps.mailflow.rules.threads import ancestors_of
from kommunpost.core.mail import HeaderSummary
from kommunpost.core.mail.model import AutomaticKind

MOST_STEPS = 100
REPORTS = (AutomaticKind.BOUNCE, AutomaticKind.RECEIPT)


@dataclass(frozen=True, slots=True)
class Found:
    """``conversation`` None: the mail begins one. ``suggested``: ids of conversations for a person to look at."""

    conversation: Conversation | None
    placed: Placed
    suggested: tuple[int, ...]


def find_place(headers: HeaderSummary, delivery: Delivery) -> Found:
    """Where the delivery belongs. A mail of ours is trusted as its own sender; a stranger is held to who he is."""
    sender = headers.sender.address.lower()
    if (about := _reported(delivery)) is not None:
        return Found(about, Placed.REFERENCE, ())
    pairs = [*_by_token(headers, delivery), *_by_reference(headers, delivery)]
    is_ours = delivery.direction == Direction.OUT
    known = _known(pairs, sender)
    placement = place([Candidate(pk, by, is_ours or pk in known) for pk, by in pairs])
    chosen = None
    if placement.conversation_id is not None:
        chosen = Conversation.objects.get(pk=placement.conversation_id)
    return Found(chosen, placement.placed, placement.suggested)


def _reported(delivery: Delivery) -> Conversation | None:
    """The conversation of the mail that a delivery report is about. It answers nobody, so its writer is not asked for:
    a null return path, and recipients that we wrote to (ADR 0039).
    """
    is_report = delivery.message.automatic in REPORTS and not delivery.envelope_sender
    if not is_report or delivery.mailbox_id is None or delivery.direction != Direction.IN:
        return None
    mail = reading.open_delivery(delivery.pk).mail
    ids = reported_ids(mail=mail, mailbox_id=delivery.mailbox_id) if mail is not None else ()
    about = Entry.objects.filter(message__message_id__in=ids, direction=Direction.OUT).order_by("-at").first()
    return root_of(about.conversation_id) if about is not None else None


def note_likeness(conversation: Conversation, entry: Entry, headers: HeaderSummary, found: Found) -> None:
    """Write down what a person should look at: a conversation that it may belong to, or a subject that has changed."""
    suggestions = [_suggest(entry, other, "reference") for other in found.suggested]
    if found.conversation is None and entry.direction == Direction.IN:
        others = (pk for pk in _alike(conversation, headers) if pk not in found.suggested)
        suggestions += [_suggest(entry, pk, "likeness") for pk in others]
    elif entry.direction == Direction.IN and _has_new_subject(conversation, headers):
        suggestions.append(
            Suggestion(conversation=conversation, kind=SuggestionKind.NEW_MATTER, entry=entry, reason="subject")
        )
    if suggestions:
        Suggestion.objects.bulk_create(suggestions[:3], ignore_conflicts=True)


def _suggest(entry: Entry, other_id: int, reason: str) -> Suggestion:
    return Suggestion(
        conversation_id=entry.conversation_id,
        kind=SuggestionKind.SAME_MATTER,
        other_id=other_id,
        entry=entry,
        reason=reason,
    )


def root_of(conversation_id: int) -> Conversation | None:
    """The conversation that this one is shown in, through every merge."""
    for _step in range(MOST_STEPS):
        found = Conversation.objects.filter(pk=conversation_id).first()
        if found is None or found.merged_into_id is None:
            return found
        conversation_id = found.merged_into_id
    return None


def _by_token(headers: HeaderSummary, delivery: Delivery) -> Iterable[tuple[int, Placed]]:
    keys = (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS)
    told = [
        *([headers.message_id] if delivery.direction == Direction.OUT else []),
        *reversed(headers.references),
        *headers.in_reply_to,
        *(address.address for address in (*headers.to, *headers.cc)),
    ]
    ids = dict.fromkeys(pk for text in told if (pk := read_token(text, keys=keys)) is not None)
    for pk in ids:
        root = root_of(pk)
        if root is not None and delivery.mailbox_id is not None and _is_here(root, delivery.mailbox_id):
            yield root.pk, Placed.TOKEN


def _by_reference(headers: HeaderSummary, delivery: Delivery) -> Iterable[tuple[int, Placed]]:
    ancestors = ancestors_of(headers.references, headers.in_reply_to)
    if not ancestors or delivery.mailbox_id is None:
        return
    here = Entry.objects.filter(delivery__mailbox_id=delivery.mailbox_id, message__message_id__in=ancestors)
    for pk in dict.fromkeys(here.order_by("-at", "-pk").values_list("conversation_id", flat=True)[:MOST_STEPS]):
        root = root_of(pk)
        if root is not None:
            yield root.pk, Placed.REFERENCE


def _is_here(conversation: Conversation, mailbox_id: int) -> bool:
    """Whether the conversation is the mailbox's, or has been before it was passed on."""
    if conversation.mailbox_id == mailbox_id:
        return True
    return Entry.objects.filter(conversation=conversation, delivery__mailbox_id=mailbox_id).exists()


def _known(pairs: Iterable[tuple[int, Placed]], sender: str) -> frozenset[int]:
    ids = {pk for pk, _by in pairs}
    if not ids or not sender:
        return frozenset()
    # Of a merged conversation the participants of all its parts are known.
    family = {pk: pk for pk in ids} | dict(
        Conversation.objects.filter(merged_into_id__in=ids).values_list("pk", "merged_into_id")
    )
    knowing = Participant.objects.filter(conversation_id__in=family, address=sender)
    return frozenset(family[pk] for pk in knowing.values_list("conversation_id", flat=True))


def _alike(conversation: Conversation, headers: HeaderSummary) -> list[int]:
    """Earlier conversations of the same mailbox and writer with the same plain subject or a case number in common."""
    sender = headers.sender.address.lower()
    subject, numbers = plain_subject(headers.subject), set(case_numbers(headers.subject))
    if not sender or not (subject or numbers):
        return []
    before = Conversation.objects.filter(
        mailbox_id=conversation.mailbox_id, merged_into__isnull=True, participants__address=sender
    ).exclude(pk=conversation.pk)
    return [
        one.pk
        for one in before.order_by("-last_at")[:20]
        if plain_subject(one.subject) == subject or numbers & set(case_numbers(one.subject))
    ]


def _has_new_subject(conversation: Conversation, headers: HeaderSummary) -> bool:
    new = plain_subject(headers.subject)
    return bool(new) and new != plain_subject(conversation.subject)
