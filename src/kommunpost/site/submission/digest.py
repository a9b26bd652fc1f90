"""Soft advice, told once a day in one mail to whoever wrote. It is put in the outbox like all mail."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction

from kommunpost.apps.directory.models import Mailbox
from kommunpost.apps.mailflow.actions.outbox import queue_mail
from kommunpost.core.guidelines import load_profile
from kommunpost.core.mail import Address, Draft, compose
from kommunpost.core.mail.reply import new_message_id
from kommunpost.site.submission.models import SubmissionNote

KEPT = timedelta(days=7)
BY = "system:submission"
MOST_MAILS = 20
SUBJECT = "Råd om mejl som du har skickat"
INTRODUCTION = (
    "Hej!\n\nHär är råd om mejl som du har skickat sedan i går. De gick i väg som de var. Råden är bara till dig, och "
    "ingen räknar vem som får dem. Varför de finns står i handboken.\n"
)


def keep_note(*, writer: str, subject: str, says: Sequence[str], now: datetime) -> None:
    """Remember advice for the next digest; only for people of ours who have a mailbox here."""
    if Mailbox.objects.filter(address=writer.lower(), is_active=True).exists():
        SubmissionNote.objects.create(writer=writer.lower(), subject=subject, says=list(says), at=now)


def send_digests(*, now: datetime) -> int:
    """One mail to each writer with notes, and the notes are gone; old ones too. How many mails were queued."""
    SubmissionNote.objects.filter(at__lt=now - KEPT).delete()
    writers = sorted(set(SubmissionNote.objects.values_list("writer", flat=True)))
    return sum(_send(writer, now=now) for writer in writers)


def _send(writer: str, *, now: datetime) -> int:
    box = Mailbox.objects.filter(address=writer, is_active=True).first()
    with transaction.atomic():
        notes = list(SubmissionNote.objects.filter(writer=writer).order_by("at", "pk"))
        if not notes:
            return 0
        SubmissionNote.objects.filter(pk__in=[note.pk for note in notes]).delete()
        if box is None:
            return 0
        raw = compose(_mail(writer, notes, now=now))
        queue_mail(mailbox_id=box.pk, raw=raw, recipients=(writer,), not_before=now, by=BY, now=now)
    return 1


def _mail(writer: str, notes: Sequence[SubmissionNote], *, now: datetime) -> Draft:
    parts = [f"{note.subject or '(utan ämne)'}\n" + "\n".join(f"- {says}" for says in note.says) for note in notes]
    if len(parts) > MOST_MAILS:
        parts = [*parts[:MOST_MAILS], f"… och {len(parts) - MOST_MAILS} mejl till."]
    sender = load_profile(settings.PROFILE).addresses.official[0]
    return Draft(
        sender=Address("Kommunpost", sender),
        to=(Address("", writer),),
        subject=SUBJECT,
        text=INTRODUCTION + "\n" + "\n\n".join(parts) + "\n",
        date=now,
        message_id=new_message_id(sender.rpartition("@")[2], token=f"digest-{notes[0].pk}-{notes[-1].pk}"),
        headers={"Auto-Submitted": "auto-generated", "X-Auto-Response-Suppress": "All"},
    )
