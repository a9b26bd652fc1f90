"""Bytes in the store that no row names: of mail that was being taken in when the process died, and never acknowledged.

They are found, noted with the day, and erased a week later: whoever has set the wrong database, or restored an old one
beside newer bytes, has that week to see it, and the doctor says so from the first day.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import islice

from django.db import transaction

from kommunpost.apps.audit.actions import record
from kommunpost.apps.mailflow.actions.erase import is_named
from kommunpost.apps.mailflow.actions.rows import claim_blob
from kommunpost.apps.mailflow.blobs import BlobMissing, store
from kommunpost.apps.mailflow.blobs.contract import raw_size
from kommunpost.apps.mailflow.models import Blob, LooseBlob

KEPT_FOR = timedelta(days=7)
MOST = 10_000
"""From so many on that are due none is erased without a person's word: that is no crash, that is the wrong database."""
_AT_ONCE = 1000


@dataclass(frozen=True, slots=True)
class Swept:
    """``loose``: in the store with no row; ``due``: of these, since a week; ``erased``: now."""

    loose: int
    due: int
    erased: int


def sweep(*, now: datetime, erase: bool = True, however_many: bool = False) -> Swept:
    """Look through the whole store, and ``erase`` what is due: but nothing when that is ``MOST`` or more, unless
    ``however_many``. Harmless beside any number of writers, and twice.
    """
    _note(now=now)
    due = list(LooseBlob.objects.filter(seen_at__lte=now - KEPT_FOR).order_by("digest").values_list("pk", flat=True))
    may = erase and (however_many or len(due) < MOST)
    erased = sum(erase_loose(digest, now=now) for digest in due) if may else 0
    return Swept(loose=LooseBlob.objects.count(), due=len(due), erased=erased)


def erase_loose(digest: str, *, now: datetime) -> bool:
    """Erase bytes that no row names, or that a row says are erased. False when they are somebody's, or gone.

    A mail with the same bytes may be on its way: its bytes are in the store, its row is not yet committed. So a row
    that says "erased" is put first and held until commit. Whoever writes the mail meets that row after we are done,
    and puts the bytes back (as after any erasure); or has the row already, and then it is not loose.
    """
    with transaction.atomic():
        LooseBlob.objects.filter(pk=digest).delete()
        if not _claim(digest, now=now) or is_named(digest):
            return False
        if not store().erase(digest):
            return False
        record(actor="system:mailflow", verb="mailflow:blob:sweep", subject=f"blob:{digest}", at=now)
    return True


def _claim(digest: str, *, now: datetime) -> bool:
    try:
        packed = store().get_packed(digest)
    except BlobMissing:
        return False
    claim_blob(digest, size=raw_size(packed), stored_size=len(packed), now=now)
    # Ours, or one that an erasure left behind when it was broken off; locked in either case.
    return Blob.objects.select_for_update().filter(pk=digest, erased_at__isnull=False).exists()


def _note(*, now: datetime) -> None:
    seen: set[str] = set()
    for digests in _pieces(store().digests()):
        loose = set(digests) - set(
            Blob.objects.filter(pk__in=digests, erased_at__isnull=True).values_list("pk", flat=True)
        )
        seen |= loose
        LooseBlob.objects.bulk_create([LooseBlob(digest=one, seen_at=now) for one in loose], ignore_conflicts=True)
    # Named since then, or gone.
    for known in _pieces(LooseBlob.objects.values_list("pk", flat=True)):
        LooseBlob.objects.filter(pk__in=set(known) - seen).delete()


def _pieces(digests: Iterable[str]) -> Iterator[list[str]]:
    rest = iter(digests)
    while piece := list(islice(rest, _AT_ONCE)):
        yield piece
