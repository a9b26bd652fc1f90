"""Erase raw bytes for good, for disposal. The row stays and says when."""

from datetime import datetime

from django.db import transaction
from django.db.models import ManyToOneRel

from kommunpost.apps.audit.actions import record
from kommunpost.apps.mailflow.blobs import store
from kommunpost.apps.mailflow.models import Blob


class BlobInUse(Exception):  # noqa: N818 -- named by what it says.
    """A row still names the bytes."""

    code = "blob_in_use"


def erase_blob(*, digest: str, by: str, now: datetime) -> bool:
    """Erase the bytes of ``digest``; False if there was nothing left to erase. ``by``: an actor's reference.

    The file goes inside the transaction and under the row's lock: a mail with the same bytes that comes in at this
    moment
    waits, then finds ``erased_at`` and puts them back. If the commit fails the erasure is simply done again.
    Raises ``BlobInUse`` while any row of any office names it: a message, a delivery, a draft's file.
    """
    with transaction.atomic():
        row = Blob.objects.select_for_update().filter(pk=digest).first()
        if row is None or row.erased_at is not None:
            return False
        if _is_named(digest):
            raise BlobInUse
        row.erased_at = now
        row.save(update_fields=["erased_at"])
        record(actor=by, verb="mailflow:blob:erase", subject=f"blob:{digest}", at=now)
        store().erase(digest)
    return True


def _is_named(digest: str) -> bool:
    # Asked of the models themselves, so that an office above that points at blobs is never forgotten here.
    named_by = (
        (relation.related_model, relation.field.name)
        for relation in Blob._meta.get_fields(include_hidden=True)  # noqa: SLF001 - documented API of Django
        if isinstance(relation, ManyToOneRel)
    )
    return any(model._default_manager.filter(**{name: digest}).exists() for model, name in named_by)  # noqa: SLF001
