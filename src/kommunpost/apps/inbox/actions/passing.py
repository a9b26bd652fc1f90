"""Pass a conversation on. Within a committee it moves with all its history; to another committee it is dispatched.

A committee is an authority of its own (TF 2:11): what goes from one to another leaves the house, as a mail that the log
and both registers see. Internal notes stay where they were written.
"""

from datetime import datetime
from secrets import token_hex

from django.conf import settings
from django.db import transaction

from kommunpost.apps.composing.queries.signatures import profile
from kommunpost.apps.directory.models import Mailbox
from kommunpost.apps.directory.rules import Actor, Permission, check_may
from kommunpost.apps.inbox.actions import clocks
from kommunpost.apps.inbox.actions.history import write
from kommunpost.apps.inbox.actions.steps import open_to_work
from kommunpost.apps.inbox.models import Answer, AnswerKind, Conversation, EndedBy, Ending, Note, State, Wait
from kommunpost.apps.inbox.queries.letters import open_entry
from kommunpost.apps.inbox.queries.signs import is_secret
from kommunpost.apps.inbox.rules.mailboxes import SHARED_KINDS
from kommunpost.apps.inbox.rules.refusals import InboxRefused
from kommunpost.apps.inbox.rules.threading import make_token
from kommunpost.apps.inbox.verbs import InboxVerb
from kommunpost.apps.mailflow.actions import outbox
from kommunpost.apps.mailflow.queries.scans import have_virus
from kommunpost.core.mail import Address, Draft, compose
from kommunpost.core.mail.draft import OutgoingAttachment, check_address
from kommunpost.core.mail.handed_over import MOST, file_name
from kommunpost.core.mail.reply import forward_subject


@transaction.atomic
def pass_on(*, actor: Actor, conversation_id: int, to_id: int, seen: int, word: str, now: datetime) -> bool:
    """Pass on to another shared mailbox, with ``word`` for those who take over. True: it was dispatched.

    Raises ``no_such_mailbox``, ``same``, ``stale`` (somebody was first), ``nothing_to_send``.
    """
    check_may(actor, Permission.OUTBOX_WRITE)
    conversation = open_to_work(actor, conversation_id)
    if conversation.last_event != seen:
        raise InboxRefused("stale", news=conversation.last_event - seen)
    to = Mailbox.objects.select_related("unit").filter(pk=to_id, is_active=True, kind__in=SHARED_KINDS).first()
    if to is None:
        raise InboxRefused("no_such_mailbox")
    if to.pk == conversation.mailbox_id:
        raise InboxRefused("same")
    if _committee(to) == _committee(conversation.mailbox):
        _move(conversation, to, actor=actor, word=word, now=now)
        return False
    # Nothing secret goes by mail (clause no-secrecy-in-mail), not even within the house: a dispatch is a mail.
    if is_secret(conversation):
        raise InboxRefused("secret")
    if have_virus(conversation.entries.values_list("message_id", flat=True)):
        raise InboxRefused("infected")
    _dispatch(conversation, to, actor=actor, word=word, now=now)
    return True


def _committee(mailbox: Mailbox) -> int | None:
    return mailbox.unit.committee_id if mailbox.unit else None


def _move(conversation: Conversation, to: Mailbox, *, actor: Actor, word: str, now: datetime) -> None:
    changes: dict[str, object] = {"mailbox_id": to.pk, "owner_id": None, "ending": Ending.PASSED_ON}
    if word.strip():
        Note.objects.create(conversation=conversation, author_id=actor.person_id, at=now, text=word.strip())
        changes["note_count"] = conversation.note_count + 1
    # Whoever waits has waited since the mail came; the clock is not set back by our moving it about.
    Wait.objects.filter(conversation=conversation, ended_at=None).update(mailbox_id=to.pk)
    details = {"from": conversation.mailbox_id, "to": to.pk}
    write(conversation, InboxVerb.PASSED_ON, by=actor, now=now, changes=changes, details=details)


def _dispatch(conversation: Conversation, to: Mailbox, *, actor: Actor, word: str, now: datetime) -> None:
    mailbox = conversation.mailbox
    entries = list(conversation.entries.order_by("-at", "-pk")[:MOST])[::-1]
    originals = [(entry.pk, open_entry(conversation, entry.pk).raw) for entry in entries]
    files = tuple(
        OutgoingAttachment(file_name(number), "application/octet-stream", raw)
        for number, (_pk, raw) in enumerate(originals, start=1)
        if raw is not None
    )
    notes = [note.text for note in conversation.notes.order_by("at")] if not entries else []
    if not files and not notes:
        raise InboxRefused("nothing_to_send")
    token = make_token(conversation.pk, nonce=token_hex(8), key=settings.SECRET_KEY)
    draft = Draft(
        sender=Address(mailbox.name, mailbox.address),
        to=(Address(to.name, to.address),),
        reply_to=_party(conversation),
        subject=forward_subject(conversation.subject),
        text=_words(conversation, word, notes),
        date=now,
        message_id=f"{token}@{profile().municipality.domains[0]}",
        attachments=files,
    )
    outgoing_id = outbox.queue_mail(
        mailbox_id=mailbox.pk, raw=compose(draft), recipients=draft.recipients, not_before=now, by=actor.reference,
        now=now,
    )  # fmt: skip
    Answer.objects.create(
        conversation=conversation, outgoing_id=outgoing_id, person_id=actor.person_id, kind=AnswerKind.HANDOVER, at=now,
        text_digest=token, waited_since=conversation.waits_since, was_due_at=conversation.due_at,
        was_promised=conversation.is_promised, was_state=conversation.state,
    )  # fmt: skip
    changes: dict[str, object] = {"state": State.CLOSED, "ending": Ending.PASSED_ON}
    changes |= clocks.stop(conversation, by=EndedBy.PASSED_ON, at=now)
    details = {"to": to.pk, "outgoing": outgoing_id}
    write(conversation, InboxVerb.DISPATCHED, by=actor, now=now, changes=changes, details=details)


def _party(conversation: Conversation) -> tuple[Address, ...]:
    """Answers go to whoever wrote, not back to us."""
    address = conversation.party_address
    try:
        check_address("reply_to", address)
    except ValueError:
        return ()
    return (Address("", address),)


def _words(conversation: Conversation, word: str, notes: list[str]) -> str:
    since = conversation.waits_since or conversation.began_at
    lines = [
        word.strip(),
        f"Lämnas över från {conversation.mailbox.name}. Kom in {since.date().isoformat()}.",
        "Mejlen följer med som filer. Svar går till den som skrev.",
        *notes,
    ]
    return "\n\n".join(line for line in lines if line)
