"""What the worker does for composing: what nobody needs any longer is removed. May run at any time, twice, by many."""

from datetime import datetime, timedelta

from django.db import transaction

from kommunpost.apps.composing.actions.files import forget_bytes
from kommunpost.apps.composing.models import Draft, DraftAttachment, DraftState, SentText
from kommunpost.apps.composing.rules.sending import SAME_TEXT
from kommunpost.apps.mailflow.models import OutboxState

KEPT_DISCARDED = timedelta(days=7)
KEPT_SENT = timedelta(days=1)
AT_ONCE = 200
LEFT = (OutboxState.HANDED_OVER, OutboxState.DELIVERED)


def tidy_drafts(*, now: datetime) -> int:
    """Remove drafts thrown away a week ago, and the text and files of mail that left a day ago; how many.

    The mail itself lies in its mailbox then; what bounced or is unknown keeps its text, to be sent anew.
    """
    old = Draft.objects.filter(state=DraftState.DISCARDED, changed_at__lt=now - KEPT_DISCARDED)
    left = Draft.objects.filter(
        state=DraftState.QUEUED, outgoing__state__in=LEFT, outgoing__changed_at__lt=now - KEPT_SENT
    ).exclude(body="", attachments__isnull=True)  # fmt: skip
    gone = list(old.values_list("pk", flat=True)[:AT_ONCE])
    emptied = list(left.values_list("pk", flat=True).distinct()[:AT_ONCE])
    for pk in gone:
        _remove(pk, now=now)
    for pk in emptied:
        _empty(pk, now=now)
    SentText.objects.filter(at__lt=now - SAME_TEXT).delete()
    return len(gone) + len(emptied)


def _remove(pk: int, *, now: datetime) -> None:
    digests = _digests(pk)
    with transaction.atomic():
        Draft.objects.filter(pk=pk, state=DraftState.DISCARDED).delete()
    _forget(digests, now=now)


def _empty(pk: int, *, now: datetime) -> None:
    digests = _digests(pk)
    with transaction.atomic():
        Draft.objects.filter(pk=pk, state=DraftState.QUEUED).update(body="")
        DraftAttachment.objects.filter(draft_id=pk).delete()
    _forget(digests, now=now)


def _digests(pk: int) -> set[str]:
    return set(DraftAttachment.objects.filter(draft_id=pk).values_list("blob_id", flat=True))


def _forget(digests: set[str], *, now: datetime) -> None:
    for digest in digests:
        forget_bytes(digest, now=now)
