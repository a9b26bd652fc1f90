"""Merge and split (ADR 0034): links with history, not moves without trace. Register entries hang on the mails and stay.

A merged conversation keeps its mails, its notes and its history; it is only shown in the other. A split moves one mail
to a conversation of its own, which remembers where the mail came from.
"""

from datetime import datetime

from kommunpost.apps.audit.rules import JSON
from kommunpost.apps.directory.rules import Actor
from kommunpost.apps.inbox.actions import clocks
from kommunpost.apps.inbox.actions.history import again_when_stale, write
from kommunpost.apps.inbox.actions.placing import root_of
from kommunpost.apps.inbox.actions.steps import open_to_work
from kommunpost.apps.inbox.models import (
    Conversation,
    EndedBy,
    Entry,
    Event,
    Participant,
    State,
    Suggestion,
    SuggestionKind,
)
from kommunpost.apps.inbox.queries.visibility import get_visible
from kommunpost.apps.inbox.rules.refusals import InboxRefused
from kommunpost.apps.inbox.rules.states import Move, state_after
from kommunpost.apps.inbox.verbs import InboxVerb
from kommunpost.apps.mailflow.models import Delivery


@again_when_stale
def merge(*, actor: Actor, conversation_id: int, into_id: int, now: datetime) -> None:
    """Show the conversation in another of the same mailbox, whose clock takes over the earlier of the two days.

    Raises ``same``, ``other_mailbox``, ``circle`` and what ``open_to_work`` raises.
    """
    conversation, into = open_to_work(actor, conversation_id), open_to_work(actor, into_id)
    if conversation.pk == into.pk:
        raise InboxRefused("same")
    if conversation.mailbox_id != into.mailbox_id:
        raise InboxRefused("other_mailbox")
    since, due, promised = conversation.waits_since, conversation.due_at, conversation.is_promised
    kept: dict[str, JSON] = {
        "into": into.pk,
        "state": conversation.state,
        "since": since.isoformat() if since else None,
        "due": due.isoformat() if due else None,
        "promised": promised,
    }
    changes: dict[str, object] = {"merged_into_id": into.pk} | clocks.stop(conversation, by=EndedBy.UNDONE, at=now)
    write(conversation, InboxVerb.MERGED, by=actor, now=now, changes=changes, details=kept)
    taken: dict[str, object] = {"last_at": max(conversation.last_at, into.last_at)}
    if since is not None and due is not None and (into.due_at is None or due < into.due_at):
        taken |= clocks.run(into, since=since, due=due, is_promised=promised)
        taken["state"] = state_after(into.state, Move.MAIL)
    Suggestion.objects.filter(conversation=conversation, other=into, settled="").update(settled="accepted")
    write(into, InboxVerb.MERGED_HERE, by=actor, now=now, changes=taken, details={"conversation": conversation.pk})


@again_when_stale
def unmerge(*, actor: Actor, conversation_id: int, now: datetime) -> None:
    """Take the conversation out again, with state and clock as they were before. Raises ``not_merged``."""
    conversation = get_visible(actor, conversation_id)
    into = root_of(conversation.pk)
    # What a split gave back is empty: there is nothing to take out.
    if conversation.merged_into_id is None or into is None or not conversation.entries.exists():
        raise InboxRefused("not_merged")
    open_to_work(actor, into.pk)
    told = Event.objects.filter(conversation=conversation, kind=InboxVerb.MERGED.kind).order_by("-number")[0].details
    changes: dict[str, object] = {"merged_into_id": None, "state": told["state"]}
    if told["due"] and told["since"]:
        since, due = datetime.fromisoformat(told["since"]), datetime.fromisoformat(told["due"])
        changes |= clocks.run(conversation, since=since, due=due, is_promised=told["promised"])
    write(conversation, InboxVerb.UNMERGED, by=actor, now=now, changes=changes)
    details = {"conversation": conversation.pk}
    write(into, InboxVerb.UNMERGED_HERE, by=actor, now=now, details=details)


@again_when_stale
def split(*, actor: Actor, conversation_id: int, entry_id: int, now: datetime) -> int:
    """A mail becomes a conversation of its own, awaiting an answer from when it came; the id of the new one.

    Raises ``no_such_entry``, ``only_entry``.
    """
    conversation = open_to_work(actor, conversation_id)
    entry = Entry.objects.select_related("message").filter(pk=entry_id, conversation=conversation).first()
    if entry is None:
        raise InboxRefused("no_such_entry")
    if conversation.message_count <= 1:
        raise InboxRefused("only_entry")
    new = _begin_from(entry, conversation)
    files = entry.message.attachment_count
    _move(entry, new)
    details = {"entry": entry.pk, "conversation": new.pk}
    changes: dict[str, object] = {
        "message_count": conversation.message_count - 1,
        "attachment_count": max(0, conversation.attachment_count - files),
    }
    write(conversation, InboxVerb.SPLIT, by=actor, now=now, changes=changes, details=details)
    started: dict[str, object] = {"message_count": 1, "attachment_count": files}
    if entry.direction == "in":
        started |= clocks.start(new, arrived=entry.at)
    Suggestion.objects.filter(entry=entry, kind=SuggestionKind.NEW_MATTER).update(settled="accepted")
    write(new, InboxVerb.SPLIT_OFF, by=actor, now=now, changes=started, details={"conversation": conversation.pk})
    return new.pk


@again_when_stale
def unsplit(*, actor: Actor, conversation_id: int, now: datetime) -> int:
    """Put the mail back where it was; the id of that conversation. Raises ``not_split``, ``grown``: more has come."""
    new = open_to_work(actor, conversation_id)
    if new.split_from_id is None:
        raise InboxRefused("not_split")
    if new.message_count > 1 or new.note_count or new.answers.exists():
        raise InboxRefused("grown")
    old = root_of(new.split_from_id)
    if old is None or old.mailbox_id != new.mailbox_id:
        raise InboxRefused("not_split")
    entry = new.entries.select_related("message").get()
    _move(entry, old)
    files = entry.message.attachment_count
    changes: dict[str, object] = {
        "message_count": old.message_count + 1,
        "attachment_count": old.attachment_count + files,
        "last_at": max(old.last_at, entry.at),
    }
    write(old, InboxVerb.UNSPLIT, by=actor, now=now, changes=changes, details={"entry": entry.pk})
    gone: dict[str, object] = {"merged_into_id": old.pk, "message_count": 0, "attachment_count": 0}
    gone |= clocks.stop(new, by=EndedBy.UNDONE, at=now)
    write(new, InboxVerb.MERGED, by=actor, now=now, changes=gone, details={"into": old.pk, "state": new.state})
    return old.pk


@again_when_stale
def dismiss_suggestion(*, actor: Actor, conversation_id: int, suggestion_id: int, now: datetime) -> None:
    """It does not belong together, or is no new matter. Raises ``no_such_suggestion``."""
    conversation = open_to_work(actor, conversation_id)
    mine = Suggestion.objects.filter(pk=suggestion_id, conversation=conversation, settled="")
    if not mine.update(settled="dismissed"):
        raise InboxRefused("no_such_suggestion")
    write(conversation, InboxVerb.SUGGESTION_DISMISSED, by=actor, now=now, details={"suggestion": suggestion_id})


def _begin_from(entry: Entry, conversation: Conversation) -> Conversation:
    message, is_in = entry.message, entry.direction == "in"
    return Conversation.objects.create(
        mailbox_id=conversation.mailbox_id,
        state=State.NEW if is_in else State.ANSWERED,
        subject=message.subject,
        party_name=message.sender_name if is_in else conversation.party_name,
        party_address=message.sender_address if is_in else conversation.party_address,
        preview=message.preview,
        owner_id=conversation.owner_id,
        began_at=entry.at,
        last_at=entry.at,
        split_from=conversation,
    )


def _move(entry: Entry, to: Conversation) -> None:
    Entry.objects.filter(pk=entry.pk).update(conversation=to, placed="person")
    sender = Delivery.objects.values_list("message__sender_address", flat=True).get(pk=entry.delivery_id)
    if sender:
        Participant.objects.bulk_create([Participant(conversation=to, address=sender)], ignore_conflicts=True)
