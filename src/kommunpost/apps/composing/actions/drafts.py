"""Begin, save, throw away and take up again. A draft belongs to one person; ``revision`` keeps two windows apart."""

from datetime import date, datetime, time
from typing import TypedDict

from django.db import transaction
from django.db.models import F

from kommunpost.apps.audit.actions import record
from kommunpost.apps.composing.actions.files import put_file
from kommunpost.apps.composing.doors import own_draft, writable_mailbox
from kommunpost.apps.composing.models import Draft, DraftOrigin, DraftState
from kommunpost.apps.composing.refusals import ComposingRefused
from kommunpost.apps.composing.rules.recipients import Recipients, work_out, write_typed
from kommunpost.apps.composing.verbs import ComposingVerb
from kommunpost.apps.composing.writing import answered_in
from kommunpost.apps.directory.models import Mailbox, Person
from kommunpost.apps.directory.rules import Actor, Permission, check_may
from kommunpost.apps.mailflow import reading
from kommunpost.apps.mailflow.queries.scans import infection_of
from kommunpost.core.mail import ParsedMail
from kommunpost.core.mail.reply import forward_subject, reply_subject


class DraftFields(TypedDict, total=False):
    """What a person changes in a draft; what is absent stays. Recipients as typed."""

    mailbox_id: int
    to: str
    cc: str
    bcc: str
    subject: str
    body: str
    quote_scope: str
    reply_by: date | None
    reply_by_time: time | None
    send_at: datetime | None
    meeting_start: datetime | None
    meeting_end: datetime | None
    meeting_place: str


def start_new(
    *, actor: Actor, mailbox_id: int, now: datetime, fields: DraftFields | None = None, belongs_to: str = "",
    place: str = "",
) -> int:  # fmt: skip
    """A new, empty draft (or one with ``fields``); its id. Raises ``NotAllowed``, ``NotVisible``.

    ``belongs_to`` (``conversation:12``) and ``place`` (the path of the page where it is written) are the caller's own.
    """
    check_may(actor, Permission.OUTBOX_WRITE)
    mailbox = writable_mailbox(actor, mailbox_id)
    draft = Draft(origin=DraftOrigin.NEW, mailbox=mailbox, belongs_to=belongs_to, place=place, **(fields or {}))
    return _begin(draft, actor=actor, now=now)


def start_reply(
    *, actor: Actor, delivery_id: int, mailbox_id: int, now: datetime, to_all: bool = False, body: str = "",
    belongs_to: str = "", place: str = "",
) -> int:  # fmt: skip
    """A draft that answers a delivery in ``mailbox_id``, from there; its id.

    Pressed again while such a draft is being written, it gives that one. Raises ``NotAllowed``, ``NotVisible``,
    ``ComposingRefused("answers_gone")`` when the mail's bytes have been erased.
    """
    check_may(actor, Permission.OUTBOX_WRITE)
    opened = reading.open_message(actor, mailbox_id=mailbox_id, delivery_id=delivery_id, now=now)
    return start_reply_to(
        opened, actor=actor, from_mailbox_id=mailbox_id, to_all=to_all, body=body, belongs_to=belongs_to, place=place,
        now=now,
    )  # fmt: skip


def start_reply_to(
    opened: reading.Opened, *, actor: Actor, from_mailbox_id: int, now: datetime, to_all: bool = False, body: str = "",
    belongs_to: str = "", place: str = "", passes_on: bool = False,
) -> int:  # fmt: skip
    """As ``start_reply``, to a mail that the caller has opened by a door of its own.

    ``passes_on``: it passes others on, and they are what is answered.
    """
    origin = DraftOrigin.REPLY_ALL if to_all else DraftOrigin.REPLY
    return _start_on(
        origin, opened, actor=actor, body=body, belongs_to=belongs_to, place=place, from_mailbox_id=from_mailbox_id,
        passes_on=passes_on, now=now,
    )  # fmt: skip


def start_forward(
    *, actor: Actor, delivery_id: int, mailbox_id: int, now: datetime, body: str = "", belongs_to: str = "",
    place: str = "",
) -> int:  # fmt: skip
    """A draft that passes a delivery on, its files with it; its id. Else as ``start_reply``."""
    check_may(actor, Permission.OUTBOX_WRITE)
    opened = reading.open_message(actor, mailbox_id=mailbox_id, delivery_id=delivery_id, now=now)
    return _start_on(
        DraftOrigin.FORWARD, opened, actor=actor, body=body, belongs_to=belongs_to, place=place,
        from_mailbox_id=mailbox_id, now=now,
    )  # fmt: skip


def save(*, actor: Actor, draft_id: int, fields: DraftFields, revision: int | None, now: datetime) -> int:
    """Write ``fields``; the new revision. ``revision``: the one that the writer saw; None writes over all.

    Leaves no audit event: it runs by itself while somebody writes. Raises ``NotVisible``, ``ComposingRefused``:
    ``not_writing``, ``draft_changed``, ``mailbox_closed``.
    """
    with transaction.atomic():
        draft = own_draft(actor, draft_id, lock=True)
        return write_fields(draft, actor=actor, fields=fields, revision=revision, now=now)


def write_fields(draft: Draft, *, actor: Actor, fields: DraftFields, revision: int | None, now: datetime) -> int:
    """As ``save``, for an action that has the draft already and is inside its transaction."""
    if "mailbox_id" in fields and fields["mailbox_id"] != draft.mailbox_id:
        writable_mailbox(actor, fields["mailbox_id"])
    for name, value in fields.items():
        if isinstance(value, str) and "\0" in value:  # PostgreSQL stores none, and no mail carries it.
            raise ComposingRefused("not_sendable", field=name)
    same = Draft.objects.filter(pk=draft.pk, state=DraftState.WRITING)
    if revision is not None:
        same = same.filter(revision=revision)
    if not same.update(**fields, revision=F("revision") + 1, changed_at=now):
        raise ComposingRefused("draft_changed" if draft.state == DraftState.WRITING else "not_writing")
    return Draft.objects.values_list("revision", flat=True).get(pk=draft.pk)


def discard(*, actor: Actor, draft_id: int, now: datetime) -> None:
    """Throw the draft away; ``take_up`` brings it back for some days. Raises ``NotVisible``, ``not_writing``."""
    _step(actor, draft_id, DraftState.WRITING, DraftState.DISCARDED, ComposingVerb.DRAFT_DISCARDED, now=now)


def take_up(*, actor: Actor, draft_id: int, now: datetime) -> None:
    """Take a draft out of the bin again. Raises ``NotVisible``, ``not_writing``."""
    _step(actor, draft_id, DraftState.DISCARDED, DraftState.WRITING, ComposingVerb.DRAFT_TAKEN_UP, now=now)


def _step(actor: Actor, draft_id: int, old: DraftState, new: DraftState, verb: ComposingVerb, *, now: datetime) -> None:
    with transaction.atomic():
        draft = own_draft(actor, draft_id)
        step = Draft.objects.filter(pk=draft.pk, state=old)
        if not step.update(state=new, revision=F("revision") + 1, changed_at=now):
            raise ComposingRefused("not_writing")
        record(actor=actor.reference, verb=verb, subject=f"draft:{draft.pk}", at=now)


def _start_on(
    origin: DraftOrigin, opened: reading.Opened, *, actor: Actor, from_mailbox_id: int, body: str, belongs_to: str,
    place: str, now: datetime, passes_on: bool = False,
) -> int:  # fmt: skip
    check_may(actor, Permission.OUTBOX_WRITE)
    mailbox = writable_mailbox(actor, from_mailbox_id)
    if opened.raw is None or opened.mail is None:
        raise ComposingRefused("answers_gone")
    if origin is DraftOrigin.FORWARD and infection_of(opened.message_id):
        raise ComposingRefused("infected")
    begun = Draft.objects.filter(
        author_id=actor.account_id, state=DraftState.WRITING, answers_id=opened.id, origin=origin,
        mailbox=mailbox, belongs_to=belongs_to,
    ).order_by("-pk").first()  # fmt: skip
    if begun is not None:
        return begun.pk
    found = recipients_for(
        origin, opened.mail, mailbox=mailbox, person_id=actor.person_id, lies_in=opened.delivery.address
    )
    subject = (answered_in(opened.mail) if passes_on else opened.mail).headers.subject
    draft = Draft(
        origin=origin,
        mailbox=mailbox,
        answers_id=opened.id,
        answers_what_it_passes_on=passes_on,
        to=write_typed(found.to),
        cc=write_typed(found.cc),
        subject=forward_subject(subject) if origin is DraftOrigin.FORWARD else reply_subject(subject),
        body=body,
        belongs_to=belongs_to,
        place=place,
    )
    return _begin(draft, actor=actor, now=now, files_of=opened.mail if origin is DraftOrigin.FORWARD else None)


def recipients_for(
    origin: DraftOrigin, mail: ParsedMail, *, mailbox: Mailbox, person_id: int, lies_in: str = ""
) -> Recipients:
    """Whom an answer from ``mailbox`` goes to; the mailbox's own addresses and the writer's are left out.

    ``lies_in``: the address that it came to, which is another when it was passed on.
    """
    own = [mailbox.address, *mailbox.aliases.values_list("address", flat=True), lies_in]
    own += Person.objects.filter(pk=person_id).values_list("address", flat=True)
    return work_out(origin=origin, original=mail.headers, own=own)


def _begin(draft: Draft, *, actor: Actor, now: datetime, files_of: ParsedMail | None = None) -> int:
    draft.author_id, draft.created_at, draft.changed_at = actor.account_id, now, now
    with transaction.atomic():
        draft.save()
        for attachment in files_of.attachments if files_of else ():
            put_file(draft, name=attachment.name, media_type=attachment.type, content=attachment.content, now=now)
        record(
            actor=actor.reference,
            verb=ComposingVerb.DRAFT_STARTED,
            subject=f"draft:{draft.pk}",
            details={"origin": str(draft.origin), "mailbox": draft.mailbox_id, "answers": draft.answers_id},
            at=now,
        )
    return draft.pk
