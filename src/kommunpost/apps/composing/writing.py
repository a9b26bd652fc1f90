"""From a draft to the bytes of a mail: signature, last day for an answer, history, files, invitation."""

from dataclasses import dataclass, replace
from datetime import datetime

from django.utils import timezone

from kommunpost.apps.composing.models import Draft, DraftOrigin, QuoteScope
from kommunpost.apps.composing.queries.signatures import signature_of
from kommunpost.apps.composing.refusals import ComposingRefused
from kommunpost.apps.composing.rules.forwarding import forwarded_text
from kommunpost.apps.composing.rules.recipients import read_typed
from kommunpost.apps.composing.rules.reply_by import ReplyBy, body_with, subject_with
from kommunpost.apps.composing.rules.signature import sign
from kommunpost.apps.mailflow.blobs import store
from kommunpost.apps.mailflow.blobs.contract import BlobError
from kommunpost.core import mail
from kommunpost.core.mail import Address, ParsedMail
from kommunpost.core.mail.calendar import Meeting, invitation
from kommunpost.core.mail.draft import Answered, CalendarPart, DraftError, OutgoingAttachment
from kommunpost.core.mail.handed_over import History, mails_in, whole_history
from kommunpost.core.mail.model import BlockKind, HeaderSummary
from kommunpost.core.mail.reply import answered_id, reference_chain

ANSWERING = frozenset({DraftOrigin.REPLY, DraftOrigin.REPLY_ALL})
AnsweredMail = ParsedMail | History


@dataclass(frozen=True, slots=True)
class Words:
    """A draft's text as it will be read: with the last day, the signature and the forwarded mail, without the quote.

    ``body`` is the text before the signature: the writer's own, with the last day and links.
    """

    subject: str
    body: str
    text: str
    signature: str


@dataclass(frozen=True, slots=True)
class OwnWords:
    """A mail answered without its own quotes (``QuoteScope.LATEST``)."""

    headers: HeaderSummary
    text: str


def mail_answered(draft: Draft) -> AnsweredMail | None:
    """The mail that ``draft`` answers or forwards; None when there is none, or its bytes are gone.

    Of one that passed others on, the newest of those with all of their history (clause ``reply-with-history``).
    """
    if draft.answers is None:
        return None
    try:
        found = mail.parse(store().get(draft.answers.blob_id))
    except BlobError:
        return None
    return answered_in(found) if draft.answers_what_it_passes_on else found


def answered_in(passing: ParsedMail) -> AnsweredMail:
    """What an answer to a mail that passes others on answers; itself when it has none with it."""
    passed_on = mails_in(passing)
    return whole_history(passed_on, language="sv") if passed_on else passing


def words_of(draft: Draft, answered: AnsweredMail | None) -> Words:
    """What the recipients will read. Two queries for the signature."""
    asked = reply_by_of(draft)
    answers = draft.origin in ANSWERING
    subject = subject_with(draft.subject, asked) if asked and not answers else draft.subject
    body = body_with(draft.body, asked) if asked and answers else draft.body
    signature = signature_of(person_id=draft.author.person_id, mailbox_id=draft.mailbox_id)
    body = _with_links(body, draft)
    text = sign(body, signature)
    if draft.origin == DraftOrigin.FORWARD and answered is not None:
        text += "\n\n" + forwarded_text(answered.headers, quoted_of(draft, answered).text)
    return Words(subject.strip(), body, text, signature)


def quoted_of(draft: Draft, answered: AnsweredMail) -> Answered:
    """The mail answered, with all of its own history or without."""
    if draft.quote_scope == QuoteScope.WHOLE:
        return answered
    own = "".join(answered.text[one.start : one.end] for one in answered.blocks if one.kind is not BlockKind.QUOTE)
    return OwnWords(answered.headers, own or answered.text)


def reply_by_of(draft: Draft) -> ReplyBy | None:
    """The last day for an answer, if one was asked for."""
    return ReplyBy(draft.reply_by, draft.reply_by_time) if draft.reply_by else None


def build_mail(draft: Draft, *, message_id: str, now: datetime) -> mail.Draft:
    """The mail to compose. Reads the mail answered and the files from the blob store.

    Raises ``ComposingRefused``: ``address_unreadable``, ``no_recipient``, ``answers_gone``, ``blob_missing``.
    """
    answered = mail_answered(draft)
    if answered is None and draft.origin != DraftOrigin.NEW:
        raise ComposingRefused("answers_gone")
    words = words_of(draft, answered)
    sender = sender_of(draft)
    built = mail.Draft(
        sender=sender,
        to=_read("to", draft.to),
        cc=_read("cc", draft.cc),
        bcc=_read("bcc", draft.bcc),
        subject=words.subject,
        text=words.text,
        date=timezone.localtime(now),
        message_id=message_id,
        attachments=_files(draft),
        headers={"Reply-By": asked.header} if (asked := reply_by_of(draft)) else {},
    )
    if answered is not None and draft.origin in ANSWERING:
        built = replace(
            built, in_reply_to=answered_id(answered), references=reference_chain(answered),
            quoted=quoted_of(draft, answered),
        )  # fmt: skip
    return replace(built, calendar=_invitation(draft, built, now=now))


def compose(built: mail.Draft) -> bytes:
    """The bytes. Raises ``ComposingRefused`` in place of the core's ``DraftError``."""
    try:
        return mail.compose(built)
    except DraftError as error:
        codes = {"no_recipient": "no_recipient", "too_many_recipients": "too_many_recipients"}
        field = error.where.partition(".")[0]
        raise ComposingRefused(codes.get(error.code, "not_sendable"), field=field) from error


def sender_of(draft: Draft) -> Address:
    """The mailbox, by its name in the directory."""
    return Address(draft.mailbox.name, draft.mailbox.address)


def _read(field: str, text: str) -> tuple[Address, ...]:
    typed = read_typed(text)
    if typed.unreadable:
        raise ComposingRefused("address_unreadable", field=field)
    return typed.addresses


def _with_links(body: str, draft: Draft) -> str:
    """Files that lie in the shared room are named with their links, if the writer has not put them in the text."""
    placed = [one for one in draft.attachments.all() if one.link and one.link not in body]
    lines = [f"{one.name}: {one.link}" for one in placed]
    return "\n".join([body.rstrip(), "", *lines]) if lines else body


def _files(draft: Draft) -> tuple[OutgoingAttachment, ...]:
    try:
        return tuple(
            OutgoingAttachment(one.name, one.media_type, store().get(one.blob_id))
            for one in draft.attachments.filter(link="").order_by("pk")
        )
    except BlobError as error:
        raise ComposingRefused("blob_missing", field="files") from error


def _invitation(draft: Draft, built: mail.Draft, *, now: datetime) -> CalendarPart | None:
    """The meeting that the mail invites to. Everybody on To must come; a copy is for information only."""
    if draft.meeting_start is None or draft.meeting_end is None:
        return None
    meeting = Meeting(
        uid=f"mote-{built.message_id}",
        organizer=built.sender,
        attendees=built.to,
        summary=built.subject,
        start=draft.meeting_start,
        end=draft.meeting_end,
        location=draft.meeting_place,
        description=draft.body,
    )
    try:
        return invitation(meeting, now=now)
    except DraftError as error:
        raise ComposingRefused("not_sendable", field="meeting") from error
