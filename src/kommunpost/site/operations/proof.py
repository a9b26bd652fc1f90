"""The proof that everything is as it was written: the audit chains, the mail they seal, the bytes, the log.

``kommunpost verify`` and the worker run the same checks. Findings hold ids and digests only, no personal data.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field

from kommunpost.apps.audit.models import Event
from kommunpost.apps.audit.queries import Head, sealed_groups, verify_chains
from kommunpost.apps.audit.rules import digest_rows
from kommunpost.apps.mailflow.actions.receive import sealed_fields
from kommunpost.apps.mailflow.blobs import BlobDamaged, BlobMissing, store
from kommunpost.apps.mailflow.models import Blob, Delivery
from kommunpost.apps.maillog.models import LogRow
from kommunpost.apps.maillog.queries.verification import verify_rows

SEALED_VERB = "mailflow:delivery:receive"
_CHUNK = 500

Progress = Callable[[int], None]
"""Called with the number of things looked at since the last call."""


@dataclass(frozen=True, slots=True)
class Break:
    """What a check found: which check, what is wrong, with what."""

    check: str
    kind: str
    subject: str


def _nothing(_number: int) -> None:
    return


@dataclass(frozen=True, slots=True)
class Scope:
    """What the checks are told: heads of the chains that were written down earlier, and whom to tell of progress."""

    kept: list[Head] = field(default_factory=list)
    progress: Progress = _nothing


@dataclass(frozen=True, slots=True)
class Check:
    """A check, and how many things it will look at (for a progress bar: about)."""

    run: Callable[[Scope], Iterator[Break]]
    size: Callable[[], int]


def check_audit(scope: Scope) -> Iterator[Break]:
    """The audit chains themselves."""
    for one in verify_chains(kept=scope.kept, progress=scope.progress):
        place = f"{one.chain}/{one.number}" if one.chain else one.name
        yield Break("audit", one.kind, f"{place} ({one.name})" if one.chain and one.name else place)


def check_deliveries(scope: Scope) -> Iterator[Break]:
    """Deliveries against the digests that the audit trail sealed when they came in."""
    for group in sealed_groups(verb=SEALED_VERB):
        found = {delivery.pk: delivery for delivery in Delivery.objects.filter(pk__in=group.ids)}
        missing = [pk for pk in group.ids if pk not in found]
        yield from (Break("deliveries", "delivery_missing", f"delivery:{pk}") for pk in missing)
        rows = {pk: sealed_fields(delivery) for pk, delivery in found.items()}
        if not missing and digest_rows(rows) != group.digest:
            yield Break("deliveries", "delivery_changed", f"{group.chain}/{group.number}")
        scope.progress(1)


def check_blobs(scope: Scope) -> Iterator[Break]:
    """The bytes of every mail that is not erased: present, and with the digest that they are named by."""
    blobs = store()
    for digest in Blob.objects.filter(erased_at__isnull=True).values_list("digest", flat=True).iterator(_CHUNK):
        try:
            blobs.get(digest)
        except BlobMissing:
            yield Break("blobs", "blob_missing", f"blob:{digest}")
        except BlobDamaged:
            yield Break("blobs", "blob_damaged", f"blob:{digest}")
        scope.progress(1)


def check_log(scope: Scope) -> Iterator[Break]:
    """The e-mail log against the deliveries."""
    size = LogRow.objects.count()
    for defect in verify_rows():
        yield Break("log", defect.code, defect.subject)
    scope.progress(size)


CHECKS: Mapping[str, Check] = {
    "audit": Check(check_audit, Event.objects.count),
    "deliveries": Check(check_deliveries, lambda: Event.objects.filter(verb=SEALED_VERB).count()),
    "blobs": Check(check_blobs, lambda: Blob.objects.filter(erased_at__isnull=True).count()),
    "log": Check(check_log, LogRow.objects.count),
}
"""What is looked at. A new office adds its check here."""

SCOPES: Mapping[str, tuple[str, ...]] = {"whole": tuple(CHECKS), "trail": ("audit", "deliveries")}
"""``trail`` is quick enough for every night; ``whole`` reads every mail and every row of the log."""
