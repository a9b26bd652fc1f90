"""Send a conversation's mails on to another authority, when nothing in them is secret (clause ``right-authority``)."""

from datetime import datetime
from secrets import token_hex

from django.conf import settings
from django.db import transaction

from kommunpost.apps.audit.rules import JSON
from kommunpost.apps.composing.queries.signatures import profile
from kommunpost.apps.directory.rules import Actor, Permission, check_may
from kommunpost.apps.inbox.actions.history import write
from kommunpost.apps.inbox.actions.steps import open_to_work
from kommunpost.apps.inbox.models import Answer, AnswerKind, Conversation, Ending
from kommunpost.apps.inbox.queries.sending_on import Plan, plan_for
from kommunpost.apps.inbox.rules.refusals import InboxRefused
from kommunpost.apps.inbox.rules.states import Move, state_after
from kommunpost.apps.inbox.rules.threading import make_token
from kommunpost.apps.inbox.verbs import InboxVerb
from kommunpost.apps.mailflow.actions import outbox
from kommunpost.core.mail import Address, Draft, compose
from kommunpost.core.mail.draft import OutgoingAttachment


@transaction.atomic
def send_on(*, actor: Actor, conversation_id: int, authority_id: str, seen: int, now: datetime) -> Plan:
    """Send on what the plan says; the plan. The clock goes on: whoever wrote is still to be told.

    Raises ``NotAllowed``, ``NoSuchEntry``, ``stale`` (whatever has happened since: it would go along unseen), and the
    plan's own refusals, all worked out anew here.
    """
    check_may(actor, Permission.OUTBOX_WRITE)
    conversation = open_to_work(actor, conversation_id)
    if conversation.last_event != seen:
        raise InboxRefused("stale", news=conversation.last_event - seen)
    plan = plan_for(conversation, authority_id)
    if plan.why_not:
        raise InboxRefused(plan.why_not)
    changes: dict[str, object] = {"state": state_after(conversation.state, Move.TAKE)}
    changes |= {"ending": Ending.OTHER_AUTHORITY, "owner_id": conversation.owner_id or actor.person_id}
    answer = _answer(conversation, plan, actor=actor, now=now)
    details: dict[str, JSON] = {"authority": plan.authority.id, "outgoing": answer.outgoing_id}
    write(conversation, InboxVerb.SENT_ON, by=actor, now=now, changes=changes, details=details)
    answer.save()
    return plan


def _answer(conversation: Conversation, plan: Plan, *, actor: Actor, now: datetime) -> Answer:
    """The mail in the outbox, tied to the conversation; once for the same mails and authority."""
    return Answer(
        conversation=conversation, outgoing_id=_queue(conversation, plan, actor=actor, now=now),
        person_id=actor.person_id, kind=AnswerKind.SENT_ON, at=now, text_digest=plan.digest,
        waited_since=conversation.waits_since, was_due_at=conversation.due_at, was_promised=conversation.is_promised,
        was_state=conversation.state,
    )  # fmt: skip


def _queue(conversation: Conversation, plan: Plan, *, actor: Actor, now: datetime) -> int:
    mailbox = conversation.mailbox
    token = make_token(conversation.pk, nonce=token_hex(8), key=settings.SECRET_KEY)
    draft = Draft(
        sender=Address(mailbox.name, mailbox.address),
        to=(Address(plan.authority.name, plan.address),),
        reply_to=(Address("", plan.answers_to),) if plan.answers_to else (),
        subject=plan.subject,
        text=plan.text,
        date=now,
        message_id=f"{token}@{profile().municipality.domains[0]}",
        attachments=tuple(
            OutgoingAttachment(one.file_name, "application/octet-stream", one.raw) for one in plan.enclosed
        ),
    )
    return outbox.queue_mail(
        mailbox_id=mailbox.pk, raw=compose(draft), recipients=draft.recipients, not_before=now, by=actor.reference,
        now=now,
    )  # fmt: skip
