"""One conversation as its page shows it: mails, notes and answers in one line of time, facts, history, who reads."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Q
from django.utils.functional import Promise
from django.utils.translation import gettext

from kommunpost.apps.directory.models import Person
from kommunpost.apps.directory.rules import Actor
from kommunpost.apps.inbox.calendar import work_calendar
from kommunpost.apps.inbox.models import (
    Answer,
    AnswerKind,
    AnswerState,
    Conversation,
    Entry,
    Event,
    Follower,
    Note,
    Presence,
    Suggestion,
)
from kommunpost.apps.inbox.rules.clock import Standing, standing
from kommunpost.apps.inbox.verbs import InboxVerb, event_text
from kommunpost.apps.mailflow.rules.outbox import lost_recipients
from kommunpost.core.mail import shown_sender, upright

PRESENT_FOR = timedelta(seconds=60)
MOST_EVENTS = 200


@dataclass(frozen=True, slots=True)
class Item:
    """A mail, a note, or a mail on its way. ``kind``: ``mail``, ``note``, ``answer``."""

    kind: str
    id: int
    at: datetime
    who: str
    text: str = ""
    subject: str = ""
    delivery_id: int = 0
    message_id: int = 0
    mailbox_id: int | None = None
    is_out: bool = False
    automatic: str = ""
    placed: str | Promise = ""
    state: str = ""
    state_text: str | Promise = ""
    conversation_id: int = 0
    outgoing_id: int = 0


@dataclass(frozen=True, slots=True)
class HistoryLine:
    """An event in words."""

    number: int
    at: datetime
    says: str | Promise
    who: str


@dataclass(frozen=True, slots=True)
class Related:
    """A guess, or a link that can be undone. ``kind``: a kind of suggestion, ``merged``, ``split_from``."""

    id: int
    kind: str
    conversation_id: int | None
    subject: str
    entry_id: int = 0


@dataclass(frozen=True, slots=True)
class Member:
    """Somebody who may own the conversation."""

    id: int
    name: str


@dataclass(frozen=True, slots=True)
class Shown:
    """All of a conversation that its page needs. ``last_event`` goes with every send."""

    id: int
    mailbox_id: int
    mailbox: str
    subject: str
    person: str
    address: str
    state: str
    state_text: str | Promise
    channel: str
    owner_id: int | None
    owner: str
    contact: str
    waits_since: datetime | None
    standing: Standing | None
    is_promised: bool
    last_event: int
    is_merged: bool
    items: tuple[Item, ...]
    history: tuple[HistoryLine, ...]
    others_reading: tuple[str, ...]
    followers: tuple[str, ...]
    follows: bool
    related: tuple[Related, ...]
    members: tuple[Member, ...]


def show(conversation: Conversation, *, actor: Actor, now: datetime) -> Shown:
    """The page of a conversation that has come through the door. A constant number of queries."""
    family = [conversation.pk, *_merged_ids(conversation)]
    followers = list(Follower.objects.filter(conversation=conversation).select_related("person"))
    due, calendar = conversation.due_at, work_calendar()
    return Shown(
        id=conversation.pk,
        mailbox_id=conversation.mailbox_id,
        mailbox=conversation.mailbox.address,
        subject=upright(conversation.subject),
        person=shown_sender(conversation.party_name, conversation.party_address),
        address=conversation.party_address,
        state=conversation.state,
        state_text=conversation.get_state_display(),
        channel=conversation.channel,
        owner_id=conversation.owner_id,
        owner=conversation.owner.name if conversation.owner else "",
        contact=conversation.contact.name if conversation.contact else "",
        waits_since=conversation.waits_since,
        standing=standing(due, now=now, calendar=calendar) if due else None,
        is_promised=conversation.is_promised,
        last_event=conversation.last_event,
        is_merged=conversation.merged_into_id is not None,
        items=_items(family),
        history=_history(conversation),
        others_reading=_others(conversation, actor, now),
        followers=tuple(one.person.name for one in followers),
        follows=any(one.person_id == actor.person_id for one in followers),
        related=_related(conversation),
        members=members_of(conversation.mailbox_id),
    )


def members_of(mailbox_id: int) -> tuple[Member, ...]:
    """Those who answer for a mailbox, by name. One query."""
    whose = Q(memberships__mailbox_id=mailbox_id) | Q(owned_mailboxes=mailbox_id)
    found = Person.objects.filter(whose, is_active=True).distinct().order_by("name", "pk")
    return tuple(Member(pk, name) for pk, name in found.values_list("pk", "name"))


def news_since(conversation: Conversation, *, seen: int, person_id: int) -> int:
    """How many things others have done, or mails that have come, after event ``seen``.

    That a mail of one's own has left by now is no news: one has sent it.
    """
    later = Event.objects.filter(conversation=conversation, number__gt=seen).exclude(person_id=person_id)
    events = list(later.values_list("kind", "details"))
    left = [details.get("message") for kind, details in events if kind == InboxVerb.MAIL_WENT.kind]
    mine = Answer.objects.filter(conversation=conversation, person_id=person_id, outgoing__sent_message__in=left)
    return len(events) - (mine.count() if left else 0)


def _merged_ids(conversation: Conversation) -> list[int]:
    ids, layer = [], [conversation.pk]
    while layer := list(Conversation.objects.filter(merged_into_id__in=layer).values_list("pk", flat=True)):
        ids += layer
    return ids


def _items(family: Sequence[int]) -> tuple[Item, ...]:
    entries = Entry.objects.filter(conversation_id__in=family).select_related("message", "delivery")
    notes = Note.objects.filter(conversation_id__in=family).select_related("author")
    underway = Answer.objects.filter(conversation_id__in=family).select_related("person", "outgoing")
    items = [_mail_item(entry) for entry in entries]
    items += [
        Item(
            kind="note", id=note.pk, at=note.at, who=note.author.name, text=note.text,
            conversation_id=note.conversation_id,
        )
        for note in notes
    ]  # fmt: skip
    items += [_answer_item(answer) for answer in underway if _is_told(answer)]
    return tuple(sorted(items, key=lambda item: (item.at, item.kind, item.id)))


def _mail_item(entry: Entry) -> Item:
    message = entry.message
    return Item(
        kind="mail",
        id=entry.pk,
        at=entry.at,
        who=shown_sender(message.sender_name, message.sender_address),
        text=upright(message.preview),
        subject=upright(message.subject),
        delivery_id=entry.delivery_id,
        message_id=entry.message_id,
        mailbox_id=entry.delivery.mailbox_id,
        is_out=entry.direction == "out",
        automatic=entry.automatic,
        placed=entry.get_placed_display(),
        conversation_id=entry.conversation_id,
    )


def _answer_item(answer: Answer) -> Item:
    outgoing, lost = answer.outgoing, lost_recipients(answer.outgoing.outcomes)
    is_partly_lost = bool(lost) and outgoing.state == "handed_over"
    words = gettext("Kom inte fram till %(who)s") % {"who": ", ".join(lost)}
    return Item(
        kind="answer",
        id=answer.pk,
        at=answer.at,
        who=answer.person.name if answer.person else "",
        subject=str(AnswerKind(answer.kind).label),
        state="bounced" if is_partly_lost else outgoing.state,
        state_text=words if is_partly_lost else outgoing.get_state_display(),
        conversation_id=answer.conversation_id,
        outgoing_id=outgoing.pk,
    )


def _is_told(answer: Answer) -> bool:
    """A mail that has gone well stands as a mail; what is under way, undone, lost or come back is told of besides."""
    outgoing = answer.outgoing
    return answer.state != AnswerState.SENT or outgoing.state in _TROUBLED or bool(lost_recipients(outgoing.outcomes))


_TROUBLED: Mapping[str, bool] = dict.fromkeys(("bounced", "unknown"), True)


def _history(conversation: Conversation) -> tuple[HistoryLine, ...]:
    found = Event.objects.filter(conversation=conversation).select_related("person").order_by("-number")
    return tuple(
        HistoryLine(event.number, event.at, event_text(event.kind), event.person.name if event.person else "")
        for event in found[:MOST_EVENTS]
    )


def _others(conversation: Conversation, actor: Actor, now: datetime) -> tuple[str, ...]:
    here = Presence.objects.filter(conversation=conversation, seen_at__gt=now - PRESENT_FOR)
    others = here.exclude(person_id=actor.person_id).order_by("person__name")
    return tuple(others.values_list("person__name", flat=True))


def _related(conversation: Conversation) -> tuple[Related, ...]:
    guesses = Suggestion.objects.filter(conversation=conversation, settled="").select_related("other")
    found = [
        Related(one.pk, one.kind, one.other_id, upright(one.other.subject) if one.other else "", one.entry_id)
        for one in guesses.order_by("pk")
        if one.other is None or one.other.mailbox_id == conversation.mailbox_id
    ]
    merged = Conversation.objects.filter(merged_into=conversation, message_count__gt=0).order_by("pk")
    found += [Related(one.pk, "merged", one.pk, upright(one.subject)) for one in merged]
    origin = conversation.split_from
    if origin is not None:
        found.append(Related(origin.pk, "split_from", origin.pk, upright(origin.subject)))
    return tuple(found)
