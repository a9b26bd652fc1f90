"""What people do with a conversation: take, give, follow, note, close, reopen, wait, write down a call or a visit."""

from datetime import datetime

from django.db import transaction
from django.db.models import Q

from kommunpost.apps.directory.models import Mailbox, Person
from kommunpost.apps.directory.rules import Actor, Permission, check_may
from kommunpost.apps.inbox.actions import clocks
from kommunpost.apps.inbox.actions.history import again_when_stale, write
from kommunpost.apps.inbox.models import Channel, Conversation, EndedBy, Ending, Follower, Note, Presence, State
from kommunpost.apps.inbox.queries.visibility import get_visible
from kommunpost.apps.inbox.rules.refusals import InboxRefused
from kommunpost.apps.inbox.rules.states import Move, state_after
from kommunpost.apps.inbox.verbs import InboxVerb

LONGEST_NOTE = 20_000


def open_to_work(actor: Actor, conversation_id: int) -> Conversation:
    """The conversation, if ``actor`` answers for its mailbox. Raises ``not_visible``, ``not_yours``, ``merged``."""
    conversation = get_visible(actor, conversation_id)
    check_may(actor, Permission.CONVERSATION_WORK)
    if conversation.mailbox_id not in actor.mailbox_ids:
        raise InboxRefused("not_yours")
    if conversation.merged_into_id is not None:
        raise InboxRefused("merged")
    return conversation


@again_when_stale
def take(*, actor: Actor, conversation_id: int, now: datetime) -> None:
    """The conversation is the actor's. Whoever had it before is in the history."""
    conversation = open_to_work(actor, conversation_id)
    if conversation.owner_id == actor.person_id:
        return
    changes = {"owner_id": actor.person_id, "state": state_after(conversation.state, Move.TAKE)}
    write(conversation, InboxVerb.TAKEN, by=actor, now=now, changes=changes, details={"before": conversation.owner_id})


@again_when_stale
def give(*, actor: Actor, conversation_id: int, person_id: int | None, now: datetime) -> None:
    """Somebody else of the mailbox has it now; None: nobody, it lies in the queue again. Raises ``not_member``."""
    conversation = open_to_work(actor, conversation_id)
    if person_id is None:
        write(conversation, InboxVerb.RELEASED, by=actor, now=now, changes={"owner_id": None})
        return
    if not answers_for(conversation.mailbox_id, person_id):
        raise InboxRefused("not_member")
    changes = {"owner_id": person_id, "state": state_after(conversation.state, Move.TAKE)}
    details = {"before": conversation.owner_id, "person": person_id}
    write(conversation, InboxVerb.GIVEN, by=actor, now=now, changes=changes, details=details)


def answers_for(mailbox_id: int, person_id: int) -> bool:
    """Whether somebody active is owner or member of the mailbox."""
    whose = Q(owner_id=person_id) | Q(memberships__person_id=person_id)
    is_active = Person.objects.filter(pk=person_id, is_active=True).exists()
    return is_active and Mailbox.objects.filter(whose, pk=mailbox_id).exists()


@again_when_stale
def write_note(*, actor: Actor, conversation_id: int, text: str, now: datetime) -> int:
    """An internal note; its id. Raises ``empty``, ``too_long``."""
    conversation = open_to_work(actor, conversation_id)
    if not text.strip():
        raise InboxRefused("empty")
    if len(text) > LONGEST_NOTE:
        raise InboxRefused("too_long")
    note = Note.objects.create(conversation=conversation, author_id=actor.person_id, at=now, text=text.strip())
    changes = {"note_count": conversation.note_count + 1, "last_at": max(now, conversation.last_at)}
    write(conversation, InboxVerb.NOTE_WRITTEN, by=actor, now=now, changes=changes, details={"note": note.pk})
    return note.pk


@again_when_stale
def follow(*, actor: Actor, conversation_id: int, follows: bool, now: datetime) -> None:
    """Hear of what happens in the conversation, or no longer."""
    conversation = open_to_work(actor, conversation_id)
    mine = Follower.objects.filter(conversation=conversation, person_id=actor.person_id)
    if mine.exists() == follows:
        return
    if follows:
        Follower.objects.create(conversation=conversation, person_id=actor.person_id)
    else:
        mine.delete()
    write(conversation, InboxVerb.FOLLOWED if follows else InboxVerb.UNFOLLOWED, by=actor, now=now)


@again_when_stale
def wait_for_them(*, actor: Actor, conversation_id: int, now: datetime) -> None:
    """It is the other's turn. Only what has been answered: a running clock is not stopped by a click."""
    conversation = open_to_work(actor, conversation_id)
    changes = {"state": state_after(conversation.state, Move.WAIT)}
    write(conversation, InboxVerb.WAITS, by=actor, now=now, changes=changes)


@again_when_stale
def close(*, actor: Actor, conversation_id: int, ending: str, now: datetime) -> None:
    """Done. With ``no_answer_needed`` for thanks, advertising and the like. Raises ``unknown_ending``."""
    conversation = open_to_work(actor, conversation_id)
    if ending not in Ending.values:
        raise InboxRefused("unknown_ending")
    if conversation.due_at is not None and ending != Ending.NO_ANSWER_NEEDED:
        # Whoever waits is answered, or it is said that no answer is needed.
        raise InboxRefused("awaits_answer")
    changes: dict[str, object] = {"state": state_after(conversation.state, Move.CLOSE)}
    changes |= {"ending": ending or conversation.ending}
    changes |= clocks.stop(conversation, by=EndedBy.CLOSED, at=now)
    write(conversation, InboxVerb.CLOSED, by=actor, now=now, changes=changes, details={"ending": ending})


@again_when_stale
def reopen(*, actor: Actor, conversation_id: int, now: datetime) -> None:
    """Open again, with a clock from now: whoever opens it owes something."""
    conversation = open_to_work(actor, conversation_id)
    changes = {"state": state_after(conversation.state, Move.REOPEN), **clocks.start(conversation, arrived=now)}
    write(conversation, InboxVerb.REOPENED, by=actor, now=now, changes=changes)


@again_when_stale
def answered_by_call(*, actor: Actor, conversation_id: int, text: str, now: datetime) -> None:
    """The question was answered by telephone or at a visit; ``text`` is the official note of it (FL 27 §)."""
    conversation = open_to_work(actor, conversation_id)
    if not text.strip():
        raise InboxRefused("empty")
    note = Note.objects.create(conversation=conversation, author_id=actor.person_id, at=now, text=text.strip())
    changes: dict[str, object] = {
        "note_count": conversation.note_count + 1,
        "last_at": max(now, conversation.last_at),
        "state": state_after(conversation.state, Move.ANSWER),
    }
    changes |= clocks.stop(conversation, by=EndedBy.CALL, at=now)
    write(conversation, InboxVerb.CALLED, by=actor, now=now, changes=changes, details={"note": note.pk})


@transaction.atomic
def note_contact(
    *,
    actor: Actor,
    mailbox_id: int,
    channel: str,
    name: str,
    reach: str,
    subject: str,
    text: str,
    is_settled: bool,
    now: datetime,
) -> int:
    """A call or a visit as a conversation: the official note (tjänsteanteckning, FL 27 §) is its first note. Its id.

    ``is_settled``: answered on the spot; otherwise the clock runs as for a mail. ``reach``: an address or a number to
    answer to. Raises ``not_visible``, ``unknown_channel``, ``empty``.
    """
    check_may(actor, Permission.CONVERSATION_WORK)
    if mailbox_id not in actor.mailbox_ids:
        raise InboxRefused("not_visible")
    if channel not in {Channel.PHONE, Channel.VISIT}:
        raise InboxRefused("unknown_channel")
    if not subject.strip() or not text.strip():
        raise InboxRefused("empty")
    conversation = Conversation.objects.create(
        mailbox_id=mailbox_id,
        channel=channel,
        state=State.NEW,
        subject=subject.strip()[:500],
        party_name=name.strip()[:320],
        party_address=reach.strip()[:320],
        preview=" ".join(text.split())[:200],
        owner_id=actor.person_id,
        began_at=now,
        last_at=now,
    )
    note = Note.objects.create(conversation=conversation, author_id=actor.person_id, at=now, text=text.strip())
    changes: dict[str, object] = {"note_count": 1}
    if is_settled:
        changes |= {"state": State.ANSWERED, "ending": Ending.SOLVED_HERE}
    else:
        changes |= {"state": State.OPEN} | clocks.start(conversation, arrived=now)
    write(conversation, InboxVerb.NOTED, by=actor, now=now, changes=changes, details={"note": note.pk})
    return conversation.pk


def note_presence(*, actor: Actor, conversation_id: int, now: datetime) -> None:
    """The actor has it open. No history, no audit: a courtesy that is forgotten in a minute.

    Whoever may read but does not work in the mailbox is traced by the chain of reads instead.
    """
    mine = Presence.objects.filter(conversation_id=conversation_id, person_id=actor.person_id)
    if not mine.update(seen_at=now):
        Presence.objects.bulk_create(
            [Presence(conversation_id=conversation_id, person_id=actor.person_id, seen_at=now)], ignore_conflicts=True
        )


def forget_presence(*, before: datetime) -> int:
    """Remove marks of presence that have run out. How many."""
    removed, _by_model = Presence.objects.filter(seen_at__lt=before).delete()
    return removed
