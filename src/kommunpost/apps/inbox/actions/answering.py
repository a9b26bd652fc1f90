"""Answer a conversation through composing: exactly once, and only by somebody who has seen all that has happened.

``Sending`` checks and writes inside the transaction that puts the mail in the outbox: the mail, the stopped clock and
the line in the history come together, or not at all.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from hashlib import sha256
from secrets import token_hex

from django.conf import settings
from django.urls import reverse

from kommunpost.apps.composing import actions as composing
from kommunpost.apps.composing.models import Draft, DraftState
from kommunpost.apps.composing.queries.signatures import profile
from kommunpost.apps.directory.models import Person
from kommunpost.apps.directory.rules import Actor
from kommunpost.apps.inbox.actions import clocks
from kommunpost.apps.inbox.actions.history import again_when_stale, write
from kommunpost.apps.inbox.actions.steps import answers_for, open_to_work
from kommunpost.apps.inbox.calendar import work_calendar
from kommunpost.apps.inbox.models import Answer, AnswerKind, AnswerState, Conversation, EndedBy, Ending, Entry
from kommunpost.apps.inbox.queries.page import news_since
from kommunpost.apps.inbox.rules import clock
from kommunpost.apps.inbox.rules.refusals import InboxRefused
from kommunpost.apps.inbox.rules.states import Move, may_move, state_after
from kommunpost.apps.inbox.rules.threading import make_token
from kommunpost.apps.inbox.verbs import InboxVerb
from kommunpost.apps.mailflow.models import Direction, OutboxState
from kommunpost.apps.mailflow.reading import open_delivery
from kommunpost.core.mail.reply import reply_subject


def own_draft_of(actor: Actor, conversation_id: int) -> int | None:
    """The actor's own draft that is being written for the conversation, the newest."""
    mine = Draft.objects.filter(
        author_id=actor.account_id, state=DraftState.WRITING, belongs_to=f"conversation:{conversation_id}"
    )
    return mine.order_by("-changed_at", "-pk").values_list("pk", flat=True).first()


def begin_answer(*, actor: Actor, conversation_id: int, now: datetime, to_all: bool = False, body: str = "") -> int:
    """A draft that answers the newest mail from outside; its id. ``body`` is put at the end of one already begun."""
    conversation = open_to_work(actor, conversation_id)
    begun = own_draft_of(actor, conversation.pk)
    if begun is not None:
        return _add_text(begun, actor=actor, body=body, now=now)
    newest = _newest_from_outside(conversation)
    place, belongs_to = reverse("conversation", args=[conversation.pk]), f"conversation:{conversation.pk}"
    opened = open_delivery(newest.delivery_id) if newest is not None else None
    if newest is not None and opened is not None and opened.raw is not None:
        # By the conversation's door: what was passed on to us lies in a mailbox that may not be ours.
        return composing.start_reply_to(
            opened, actor=actor, from_mailbox_id=conversation.mailbox_id, to_all=to_all, body=body,
            belongs_to=belongs_to, place=place, passes_on=_passes_on(newest), now=now,
        )  # fmt: skip
    to = conversation.party_address if "@" in conversation.party_address else ""
    fields: composing.DraftFields = {"to": to, "subject": reply_subject(conversation.subject), "body": body}
    return composing.start_new(
        actor=actor, mailbox_id=conversation.mailbox_id, fields=fields, belongs_to=belongs_to, place=place, now=now
    )


def _newest_from_outside(conversation: Conversation) -> Entry | None:
    incoming = Entry.objects.filter(conversation=conversation, direction=Direction.IN).select_related(
        "delivery", "message"
    )
    people = incoming.filter(automatic__in=[kind for kind, waits in clock.AWAITS_ANSWER.items() if waits])
    return (people or incoming).order_by("-at", "-pk").first()


def _passes_on(entry: Entry) -> bool:
    """Whether the mail is one in which another committee of ours passed a conversation on: we know what we sent."""
    return Answer.objects.filter(kind=AnswerKind.HANDOVER, outgoing__message_id=entry.message.message_id).exists()


def _add_text(draft_id: int, *, actor: Actor, body: str, now: datetime) -> int:
    if body:
        before = Draft.objects.values_list("body", flat=True).get(pk=draft_id)
        whole = f"{before.rstrip()}\n\n{body}".lstrip()
        composing.save(actor=actor, draft_id=draft_id, fields={"body": whole}, revision=None, now=now)
    return draft_id


@dataclass(slots=True)
class Sending:
    """One try to send from a conversation: what it checks and writes around composing's own transaction.

    ``seen``: the number of the last event that the writer's page showed. ``promised``: only for an acknowledgement.
    """

    actor: Actor
    conversation_id: int
    seen: int
    now: datetime
    kind: AnswerKind = AnswerKind.ANSWER
    contact_id: int | None = None
    promised: date | None = None
    may_repeat: bool = False
    _conversation: Conversation | None = None

    def message_id(self) -> str:
        """With our sealed token, so that the answer to it finds the way back (ADR 0034)."""
        token = make_token(self.conversation_id, nonce=token_hex(8), key=settings.SECRET_KEY)
        return f"{token}@{profile().municipality.domains[0]}"

    def check(self) -> None:
        """Refuse with ``stale`` and the number of events that others have added since the writer looked."""
        conversation = open_to_work(self.actor, self.conversation_id)
        news = news_since(conversation, seen=self.seen, person_id=self.actor.person_id)
        if news:
            raise InboxRefused("stale", news=news)
        self._conversation = conversation

    def then(self, sent: composing.Sent) -> None:
        """Stop the clock and write the history, guarded by the row that ``check`` saw."""
        conversation = self._conversation
        if conversation is None:
            raise InboxRefused("stale", news=1)
        digest = self._digest(sent)
        standing = Answer.objects.filter(conversation=conversation, text_digest=digest)
        if standing.exclude(state__in=[AnswerState.UNDONE, AnswerState.FAILED]).exists():
            raise InboxRefused("same_text")
        answer = Answer(
            conversation=conversation, outgoing_id=sent.outgoing_id, person_id=self.actor.person_id, kind=self.kind,
            at=self.now, text_digest=digest, waited_since=conversation.waits_since, was_due_at=conversation.due_at,
            was_promised=conversation.is_promised, was_state=conversation.state,
        )  # fmt: skip
        changes = self._changes(conversation)
        acknowledges = self.kind == AnswerKind.ACKNOWLEDGEMENT
        verb = InboxVerb.ACKNOWLEDGED if acknowledges else InboxVerb.ANSWERED
        write(conversation, verb, by=self.actor, now=self.now, changes=changes, details={"outgoing": sent.outgoing_id})
        answer.save()

    def _digest(self, sent: composing.Sent) -> str:
        body = Draft.objects.values_list("body", flat=True).get(pk=sent.draft_id)
        salt = f"\x1f{sent.outgoing_id}" if self.may_repeat else ""
        return sha256((" ".join(body.split()).casefold() + salt).encode("utf-8", "replace")).hexdigest()

    def _changes(self, conversation: Conversation) -> dict[str, object]:
        owner: dict[str, object] = {} if conversation.owner_id else {"owner_id": self.actor.person_id}
        if not conversation.ending:
            owner["ending"] = Ending.SOLVED_HERE
        if self.kind == AnswerKind.ACKNOWLEDGEMENT and self.promised is not None:
            stopped = clocks.stop(conversation, by=EndedBy.ACKNOWLEDGEMENT, at=self.now)
            due = clock.end_of(self.promised, calendar=work_calendar())
            running = clocks.run(conversation, since=self.now, due=due, is_promised=True)
            state = state_after(conversation.state, Move.ACKNOWLEDGE)
            return owner | stopped | running | {"state": state, "contact_id": self.contact_id}
        stopped = clocks.stop(conversation, by=EndedBy.ANSWER, at=self.now)
        return owner | stopped | {"state": state_after(conversation.state, Move.ANSWER)}


def acknowledge(
    *, actor: Actor, conversation_id: int, seen: int, contact_id: int, promised: date, text: Callable[[Person], str],
    now: datetime,
) -> composing.Sent:  # fmt: skip
    """Confirm a complex matter (clause ``acknowledge-complex``): one mail that names the contact person and the day.

    ``text`` writes it for the contact person. Raises ``not_member``, ``past``, ``no_clock``, ``stale``, and composing's
    refusals.
    """
    conversation = open_to_work(actor, conversation_id)
    contact = Person.objects.filter(pk=contact_id, is_active=True).first()
    if contact is None or not answers_for(conversation.mailbox_id, contact.pk):
        raise InboxRefused("not_member")
    if clock.end_of(promised, calendar=work_calendar()) <= now:
        raise InboxRefused("past")
    if conversation.due_at is None:
        raise InboxRefused("no_clock")
    sending = Sending(
        actor=actor, conversation_id=conversation.pk, seen=seen, now=now, kind=AnswerKind.ACKNOWLEDGEMENT,
        contact_id=contact.pk, promised=promised,
    )  # fmt: skip
    sending.check()
    written = own_draft_of(actor, conversation.pk)
    if written is not None:
        raise InboxRefused("draft_open")
    draft_id = begin_answer(actor=actor, conversation_id=conversation.pk, body=text(contact), now=now)
    try:
        return composing.send(
            actor=actor, draft_id=draft_id, now=now, revision=None, message_id=sending.message_id(),
            check=sending.check, then=sending.then,
        )  # fmt: skip
    except Exception:
        composing.discard(actor=actor, draft_id=draft_id, now=now)
        raise


FAILED = {OutboxState.BOUNCED}
ARRIVED = {OutboxState.HANDED_OVER, OutboxState.DELIVERED}


def settle_answers(*, now: datetime, limit: int = 200) -> int:
    """Hear from the outbox: taken back, come back, or gone. A mail that nobody got starts its clock again. How many."""
    open_ones = Answer.objects.filter(state=AnswerState.SENDING).exclude(
        outgoing__state__in=[OutboxState.DRAFT, OutboxState.HELD, OutboxState.CLAIMED, OutboxState.UNKNOWN]
    )
    came_back = Answer.objects.filter(state=AnswerState.SENT, outgoing__state__in=FAILED)
    ids = [*open_ones.values_list("pk", flat=True)[:limit], *came_back.values_list("pk", flat=True)[:limit]]
    return sum(_settle(answer_id=pk, now=now) for pk in ids)


@again_when_stale
def _settle(*, answer_id: int, now: datetime) -> bool:
    answer = Answer.objects.select_related("outgoing", "conversation").get(pk=answer_id)
    outgoing = answer.outgoing.state
    if outgoing in ARRIVED:
        return bool(Answer.objects.filter(pk=answer.pk, state=AnswerState.SENDING).update(state=AnswerState.SENT))
    is_undone = outgoing == OutboxState.CANCELLED
    state = AnswerState.UNDONE if is_undone else AnswerState.FAILED
    if answer.state == state or not (is_undone or outgoing in FAILED):
        return False
    Answer.objects.filter(pk=answer.pk).update(state=state)
    conversation = answer.conversation
    changes: dict[str, object] = {}
    if answer.kind == AnswerKind.SENT_ON:
        changes = _not_sent_on(conversation, now=now)
    elif answer.kind != AnswerKind.RECEIPT and answer.waited_since and answer.was_due_at and _may_resume(answer):
        changes = {"state": answer.was_state} | clocks.resume(
            conversation, since=answer.waited_since, due=answer.was_due_at, is_promised=answer.was_promised
        )
    verb = InboxVerb.ANSWER_UNDONE if is_undone else InboxVerb.ANSWER_FAILED
    write(conversation, verb, by=None, now=now, changes=changes, details={"answer": answer.pk})
    return True


def _not_sent_on(conversation: Conversation, *, now: datetime) -> dict[str, object]:
    """The authority did not get it: somebody must look, also if whoever wrote has been told that it went."""
    if conversation.due_at is not None or not may_move(conversation.state, Move.REOPEN):
        return {}
    return {"state": state_after(conversation.state, Move.REOPEN), **clocks.start(conversation, arrived=now)}


def _may_resume(answer: Answer) -> bool:
    """The clock goes back to what it was, unless something later has set it: another answer, or a new mail."""
    conversation = answer.conversation
    later = Answer.objects.filter(conversation=conversation, pk__gt=answer.pk).exclude(
        state__in=[AnswerState.UNDONE, AnswerState.FAILED]
    )
    if later.exclude(kind=AnswerKind.RECEIPT).exists():
        return False
    return answer.kind == AnswerKind.ACKNOWLEDGEMENT or conversation.due_at is None
