"""The places of this office where a mail lies: drafts that answer it or carry its files, and texts made from it."""

from collections.abc import Iterable, Sequence
from datetime import datetime

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from kommunpost.apps.audit.actions import record
from kommunpost.apps.composing.actions.files import forget_bytes
from kommunpost.apps.composing.models import CannedText, Draft, DraftAttachment, DraftState
from kommunpost.apps.composing.verbs import ComposingVerb
from kommunpost.apps.mailflow.actions import outbox
from kommunpost.apps.mailflow.actions.erase import BlobInUse, erase_blob
from kommunpost.apps.mailflow.models import Blob, OutboxState, OutgoingMail
from kommunpost.apps.mailflow.places import How, Lying, Place, PlaceFailed, numbers
from kommunpost.apps.mailflow.removing import BY, digests_of, read_whole
from kommunpost.apps.mailflow.rules.outbox import OutboxRefused
from kommunpost.core.mail.shared_words import Traces

_GONE: dict[str, object] = {"subject": "", "body": "", "advice": {}, "meeting_place": ""}
_NOT_SENT = (OutboxState.DRAFT, OutboxState.HELD, OutboxState.CANCELLED, OutboxState.BOUNCED)


def _find(message_id: int) -> list[Lying]:
    mail = read_whole(message_id)
    copied = digests_of(message_id) | {one.sha256 for one in mail.attachments} if mail else digests_of(message_id)
    tied = Draft.objects.filter(Q(answers__message_id=message_id) | Q(attachments__blob_id__in=copied)).distinct()
    own = list(tied.order_by("pk").values_list("pk", flat=True))
    links = DraftAttachment.objects.filter(draft_id__in=own, blob_id__in=copied).exclude(link="").order_by("pk")
    by_hand = [Lying(f"room_file:{one.pk}", how=How.BY_HAND, shows=one.link) for one in links]
    return [*(Lying(f"draft:{pk}") for pk in own), *by_hand, *(_alike(Traces(mail), own) if mail else ())]


def _alike(traces: Traces, own: Sequence[int]) -> Iterable[Lying]:
    written = Draft.objects.exclude(pk__in=own).exclude(body="", subject="").order_by("pk")
    for one in written.select_related("author__person").iterator():
        if traces.in_text(one.subject, one.body):
            shows = _("Utkast eller skickat mejl av %s") % one.author.person.name
            yield Lying(f"draft:{one.pk}", how=How.CHOSEN, shows=str(shows))
    for text in CannedText.objects.order_by("pk").select_related("mailbox").iterator():
        if traces.in_text(text.subject, text.body):
            shows = _("Färdig text ”%(name)s” i %(mailbox)s") % {"name": text.name, "mailbox": text.mailbox.address}
            yield Lying(f"canned_text:{text.pk}", how=How.CHOSEN, shows=str(shows))


def _remove(message_id: int, lying: Sequence[Lying], now: datetime) -> None:
    for pk in numbers(lying, "draft"):
        _remove_draft(pk, now)
    with transaction.atomic():
        texts = CannedText.objects.filter(pk__in=numbers(lying, "canned_text"))
        removed, _by_table = texts.delete()
        details = {"message": message_id, "texts": removed}
        record(actor=BY, verb=ComposingVerb.TRACES_REMOVED, subject=f"message:{message_id}", details=details, at=now)


def _remove_draft(pk: int, now: datetime) -> None:
    draft = Draft.objects.select_related("outgoing").filter(pk=pk).first()
    if draft is None:
        return
    if draft.outgoing is not None:
        _stop(draft.outgoing, now)
    digests = set(draft.attachments.values_list("blob_id", flat=True))
    with transaction.atomic():
        # The row stays where a sent mail, a reminder or a room's file hangs on it; nothing of what it said does.
        Draft.objects.filter(pk=pk).update(**_GONE)
        draft.attachments.all().delete()
        Draft.objects.filter(pk=pk).exclude(state=DraftState.QUEUED).delete()
        record(actor=BY, verb=ComposingVerb.DRAFT_REMOVED, subject=f"draft:{pk}", at=now)
    for digest in digests:
        forget_bytes(digest, now=now)


def _stop(mail: OutgoingMail, now: datetime) -> None:
    """A mail that has not left never will, and its bytes go. One that has left is a mail of its own."""
    if mail.state == OutboxState.HELD:
        try:
            outbox.cancel(outgoing_id=mail.pk, by=BY, now=now)
        except OutboxRefused:
            # It is leaving just now, or some have it already: looked at again when that is settled.
            raise PlaceFailed("being_sent") from None
    mail.refresh_from_db()
    if mail.state == OutboxState.CLAIMED:
        raise PlaceFailed("being_sent")
    if mail.state in _NOT_SENT and mail.sent_message_id is None:
        _erase_unsent(mail.blob_id, mail.pk, now)


def _erase_unsent(digest: str, outgoing_id: int, now: datetime) -> None:
    # The outbox's row stays and names the bytes; nobody else may.
    if OutgoingMail.objects.filter(blob_id=digest).exclude(pk=outgoing_id).exists():
        raise PlaceFailed("in_use")
    try:
        erase_blob(digest=digest, by=BY, now=now, but_outgoing=outgoing_id)
    except BlobInUse:
        raise PlaceFailed("in_use") from None


def _prove(message_id: int, lying: Sequence[Lying]) -> list[str]:  # noqa: ARG001 -- one shape for all places
    drafts = Draft.objects.filter(pk__in=numbers(lying, "draft"))
    written = drafts.exclude(subject="", body="", attachments__isnull=True).distinct()
    held = drafts.filter(outgoing__state__in=_NOT_SENT, outgoing__sent_message__isnull=True)
    unsent = Blob.objects.filter(pk__in=held.values("outgoing__blob_id"), erased_at__isnull=True)
    texts = CannedText.objects.filter(pk__in=numbers(lying, "canned_text"))
    return [
        *(f"draft:{pk}" for pk in written.order_by("pk").values_list("pk", flat=True)),
        *(f"blob:{digest}" for digest in unsent.values_list("pk", flat=True)),
        *(f"canned_text:{pk}" for pk in texts.order_by("pk").values_list("pk", flat=True)),
    ]


DRAFTS = Place("drafts", _("Utkast, utkorg och färdiga texter"), _find, _remove, _prove)
