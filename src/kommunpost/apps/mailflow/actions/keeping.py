"""Keep bytes that are no mail yet, such as a draft's files. An office above points at the row, and later lets go."""

from datetime import datetime

from django.db import transaction

from kommunpost.apps.mailflow.actions.rows import add_blobs, time_value
from kommunpost.apps.mailflow.blobs import store
from kommunpost.apps.mailflow.models import Blob


def keep_bytes(*, raw: bytes, now: datetime) -> str:
    """Put ``raw`` in the blob store with its row; the digest. Call it in the transaction that points at the row.

    The row is locked until commit, so that an erasure of the same bytes waits, and then finds them in use.
    """
    stored = store().put(raw)
    with transaction.atomic():
        erased = add_blobs([(stored.digest, stored.size, stored.stored_size, time_value()(now))])
        if erased:
            store().put(raw)
            Blob.objects.filter(digest=stored.digest).update(erased_at=None, stored_at=now)
    return stored.digest
