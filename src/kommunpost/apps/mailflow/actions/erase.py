"""Erase raw bytes for good, for disposal. The row stays and says when."""

from collections.abc import Mapping
from datetime import datetime

from django.db import transaction
from django.db.models import ManyToOneRel, Q

from kommunpost.apps.audit.actions import record
from kommunpost.apps.mailflow.blobs import store
from kommunpost.apps.mailflow.models import Blob


class BlobInUse(Exception):  # noqa: N818 -- named by what it says.
    """A row still names the bytes."""

    code = "blob_in_use"


def erase_blob(*, digest: str, by: str, now: datetime, but_outgoing: int | None = None) -> bool:
    """Erase the bytes of ``digest``; False if there was nothing left to erase. ``by``: an actor's reference.

    The file goes inside the transaction and under the row's lock: a mail with the same bytes that comes in at this
    moment
    waits, then finds ``erased_at`` and puts them back. If the commit fails the erasure is simply done again.
    Raises ``BlobInUse`` while any row of any office names it: a message, a delivery, a draft's file. ``but_outgoing``:
    a mail in the outbox that never left may go on naming it.
    """
    spared = {} if but_outgoing is None else {"mailflow.OutgoingMail": Q(pk=but_outgoing)}
    return _erase(digest, by=by, now=now, spared=spared)


def erase_bytes_of(*, message_id: int, digest: str, by: str, now: datetime) -> bool:
    """As ``erase_blob``, for a message whose rows stay and say that it came. They alone may name the bytes."""
    spared = {
        "mailflow.Message": Q(pk=message_id),
        "mailflow.Delivery": Q(message_id=message_id),
        "mailflow.Arrival": Q(delivery__message_id=message_id),
        "mailflow.OutgoingMail": Q(sent_message_id=message_id),
    }
    return _erase(digest, by=by, now=now, spared=spared)


def _erase(digest: str, *, by: str, now: datetime, spared: Mapping[str, Q]) -> bool:
    with transaction.atomic():
        row = Blob.objects.select_for_update().filter(pk=digest).first()
        if row is None or row.erased_at is not None:
            return False
        if is_named(digest, spared=spared):
            raise BlobInUse
        row.erased_at = now
        row.save(update_fields=["erased_at"])
        record(actor=by, verb="mailflow:blob:erase", subject=f"blob:{digest}", at=now)
        store().erase(digest)
    return True


def is_named(digest: str, *, spared: Mapping[str, Q] | None = None) -> bool:
    """Whether a row of any office names the bytes. ``spared``: model -> its rows that do not count."""
    # Asked of the models themselves, so that an office above that points at blobs is never forgotten here.
    named_by = (
        (relation.related_model, relation.field.name)
        for relation in Blob._meta.get_fields(include_hidden=True)  # noqa: SLF001 - documented API of Django
        if isinstance(relation, ManyToOneRel)
    )
    for model, name in named_by:
        rows = model._default_manager.filter(**{name: digest})  # noqa: SLF001
        own = (spared or {}).get(model._meta.label)  # noqa: SLF001
        # Not by exclude(): a row that belongs to no message would be left out too.
        if rows.count() > (rows.filter(own).count() if own is not None else 0):
            return True
    return False
