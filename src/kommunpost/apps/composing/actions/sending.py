"""Send a draft exactly once, and take it back for as long as nobody has it."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import uuid4

from django.db import IntegrityError, transaction
from django.db.models import F

from kommunpost.apps.audit.actions import record
from kommunpost.apps.composing.actions.counting import count_sent
from kommunpost.apps.composing.actions.drafts import DraftFields, write_fields
from kommunpost.apps.composing.actions.files import check_size
from kommunpost.apps.composing.doors import own_draft, queued_mail, writable_mailbox
from kommunpost.apps.composing.models import Draft, DraftOrigin, DraftState, Reminder, SentText
from kommunpost.apps.composing.queries.signatures import profile
from kommunpost.apps.composing.refusals import ComposingRefused
from kommunpost.apps.composing.rules.sending import SAME_TEXT, Plan, plan_sending, text_digest
from kommunpost.apps.composing.verbs import ComposingVerb
from kommunpost.apps.composing.writing import build_mail, compose, reply_by_of
from kommunpost.apps.directory.rules import Actor, Permission, check_may
from kommunpost.apps.mailflow.actions import outbox
from kommunpost.apps.mailflow.rules.outbox import OutboxRefused
from kommunpost.core import mail
from kommunpost.core.mail.reply import new_message_id
from kommunpost.core.swedish.working_days import WorkCalendar


@dataclass(frozen=True, slots=True)
class Sent:
    """A mail that has been handed to the outbox. ``not_before`` (UTC): until then it can be taken back.

    ``is_new`` is False when the same press came a second time: nothing was done.
    """

    draft_id: int
    outgoing_id: int
    mailbox_id: int
    message_id: str
    hold: str
    not_before: datetime
    is_new: bool = True


def send(
    *,
    actor: Actor,
    draft_id: int,
    now: datetime,
    revision: int | None,
    fields: DraftFields | None = None,
    message_id: str = "",
    sleeps: bool = False,
    may_repeat: bool = False,
    calendar: WorkCalendar | None = None,
    check: Callable[[], None] | None = None,
    then: Callable[[Sent], None] | None = None,
) -> Sent:
    """Write ``fields``, make the mail and hand it to the outbox: one transaction, all of it or nothing.

    ``message_id`` (without angle brackets): the caller's, else one of ours. ``sleeps``: rest until the next working
    morning. ``check`` is called inside the transaction before anything is sent and refuses by raising; ``then`` is
    called when the mail is in the outbox. A second press of the same draft gives what the first gave.

    Raises ``NotAllowed``, ``NotVisible``, whatever ``check`` raises, and ``ComposingRefused``: ``not_writing``,
    ``draft_changed``, ``mailbox_closed``, ``address_unreadable``, ``no_recipient``, ``no_text``, ``no_subject``,
    ``not_sendable``, ``answers_gone``, ``blob_missing``, ``too_large``, ``send_at_past``, ``send_at_far``,
    ``reply_by_past``, ``same_text_again`` (unless ``may_repeat``).
    """
    check_may(actor, Permission.OUTBOX_WRITE)
    with transaction.atomic():
        draft = own_draft(actor, draft_id, lock=True)
        if draft.state == DraftState.QUEUED:
            return _sent_before(draft, fields or {})
        write_fields(draft, actor=actor, fields=fields or {}, revision=revision, now=now)
        draft = own_draft(actor, draft_id)
        _check_whole(draft, actor=actor, now=now)
        if check is not None:
            check()
        undo = timedelta(seconds=profile().sending.undo_seconds)
        plan = plan_sending(
            send_at=draft.send_at, sleeps=sleeps, undo=undo, calendar=calendar or WorkCalendar(), now=now
        )
        sent = _hand_over(draft, plan, message_id=message_id, may_repeat=may_repeat, actor=actor, now=now)
        if then is not None:
            then(sent)
    return sent


def take_back(*, actor: Actor, draft_id: int, now: datetime) -> None:
    """Stop a mail that has not left; it is its writer's draft again. Anybody who may send from the mailbox may.

    Raises ``NotVisible``, ``ComposingRefused("not_held")`` when it is too late.
    """
    with transaction.atomic():
        draft = queued_mail(actor, draft_id, to_change=True)
        if draft.outgoing_id is None:
            raise ComposingRefused("not_held")
        try:
            outbox.cancel(outgoing_id=draft.outgoing_id, by=actor.reference, now=now)
        except OutboxRefused as error:
            raise ComposingRefused("not_held") from error
        SentText.objects.filter(draft=draft).delete()
        Reminder.objects.filter(draft=draft).delete()
        Draft.objects.filter(pk=draft.pk).update(
            state=DraftState.WRITING, outgoing=None, queued_at=None, hold="", send_at=None,
            revision=F("revision") + 1, changed_at=now,
        )  # fmt: skip
        details = {"outgoing": draft.outgoing_id}
        record(
            actor=actor.reference, verb=ComposingVerb.DRAFT_TAKEN_BACK, subject=f"draft:{draft.pk}", details=details,
            at=now,
        )  # fmt: skip


def _check_whole(draft: Draft, *, actor: Actor, now: datetime) -> None:
    """What must be there before a mail can go; the adviser speaks of the rest."""
    writable_mailbox(actor, draft.mailbox_id)
    if not draft.subject.strip():
        raise ComposingRefused("no_subject", field="subject")
    if not draft.body.strip() and draft.origin != DraftOrigin.FORWARD and draft.meeting_start is None:
        raise ComposingRefused("no_text", field="body")
    asked = reply_by_of(draft)
    if asked is not None and asked.moment <= now:
        raise ComposingRefused("reply_by_past", field="reply_by")
    check_size(draft)


def _hand_over(draft: Draft, plan: Plan, *, message_id: str, may_repeat: bool, actor: Actor, now: datetime) -> Sent:
    built = build_mail(draft, message_id=message_id or own_message_id(), now=now)
    raw = compose(built)
    _refuse_repetition(draft, built, may_repeat=may_repeat, now=now)
    outgoing_id = outbox.queue_mail(
        mailbox_id=draft.mailbox_id, raw=raw, recipients=built.recipients, not_before=plan.not_before,
        by=actor.reference, now=now,
    )  # fmt: skip
    moved = Draft.objects.filter(pk=draft.pk, state=DraftState.WRITING).update(
        state=DraftState.QUEUED, outgoing_id=outgoing_id, hold=plan.hold, queued_at=now, revision=F("revision") + 1
    )
    if not moved:
        raise ComposingRefused("not_writing")
    _remind(draft)
    count_sent(draft, now=now)
    _audit_sent(draft, plan, outgoing_id=outgoing_id, actor=actor, now=now)
    return Sent(draft.pk, outgoing_id, draft.mailbox_id, built.message_id, plan.hold, plan.not_before)


def own_message_id() -> str:
    """A Message-ID that is never used twice, without angle brackets."""
    return new_message_id(profile().municipality.domains[0], token=uuid4().hex)


def _refuse_repetition(draft: Draft, built: mail.Draft, *, may_repeat: bool, now: datetime) -> None:
    """The digest's row is the lock: of two who send the same at once, the second waits here and is then refused."""
    digest = text_digest(
        mailbox_id=draft.mailbox_id,
        recipients=built.recipients,
        body=f"{draft.subject}\n{draft.body}",
        files=draft.attachments.values_list("blob_id", flat=True),
    )
    try:
        with transaction.atomic():
            SentText.objects.create(digest=digest, draft=draft, at=now)
    except IntegrityError as error:
        stood = SentText.objects.filter(pk=digest)
        if not may_repeat:
            stood = stood.filter(at__lte=now - SAME_TEXT)
        if not stood.update(draft=draft, at=now):
            raise ComposingRefused("same_text_again") from error


def _remind(draft: Draft) -> None:
    asked = reply_by_of(draft)
    if asked is not None:
        Reminder.objects.create(
            draft=draft, mailbox_id=draft.mailbox_id, due_at=asked.moment, has_time=asked.clock is not None
        )


def _audit_sent(draft: Draft, plan: Plan, *, outgoing_id: int, actor: Actor, now: datetime) -> None:
    record(
        actor=actor.reference,
        verb=ComposingVerb.DRAFT_SENT,
        subject=f"draft:{draft.pk}",
        details={"outgoing": outgoing_id, "hold": str(plan.hold), "mailbox": draft.mailbox_id},
        at=now,
    )


def _sent_before(draft: Draft, fields: DraftFields) -> Sent:
    """What the first press gave. Other words than those that were sent are no second press."""
    unchanged = all(getattr(draft, name) == value for name, value in fields.items())
    if draft.outgoing is None or not unchanged:
        raise ComposingRefused("not_writing")
    return Sent(
        draft.pk, draft.outgoing.pk, draft.mailbox_id, draft.outgoing.message_id, draft.hold,
        draft.outgoing.not_before, is_new=False,
    )  # fmt: skip
