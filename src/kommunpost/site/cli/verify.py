"""``kommunpost verify``: is everything as it was written? The audit chains, the mail they seal, the bytes, the log.

JSON on stdout: ``{"ok": bool, "breaks": [{"check", "kind", "subject"}]}``; one line for people on stderr. Exit 0 or 1.
"""

import argparse
import json
import sys
from collections.abc import Callable, Iterator, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path

from django.conf import settings

from kommunpost.apps.audit.queries import Head, heads, sealed_groups, verify_chains
from kommunpost.apps.audit.rules import digest_rows
from kommunpost.apps.mailflow.actions.receive import sealed_fields
from kommunpost.apps.mailflow.blobs import BlobDamaged, BlobMissing, store
from kommunpost.apps.mailflow.models import Blob, Delivery
from kommunpost.apps.maillog.queries.verification import verify_rows
from kommunpost.site.cli.errors import CommandError

HEADS_FILE = "audit-heads.jsonl"
_CHUNK = 500


@dataclass(frozen=True, slots=True)
class Finding:
    """What a check found: which check, what is wrong, with what. Ids and digests only, no personal data."""

    check: str
    kind: str
    subject: str


@dataclass(frozen=True, slots=True)
class Scope:
    """What the checks are told: heads of the chains that were written down earlier."""

    kept: list[Head]


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--only", choices=sorted(CHECKS), action="append", help="this check alone (may be repeated)")
    parser.add_argument(
        "--heads", type=Path, metavar="FILE", help=f"heads kept earlier ({HEADS_FILE} in the data folder)"
    )
    parser.add_argument(
        "--seal",
        action="store_true",
        help="when all is well, add the chains' heads to that file; keep it elsewhere too",
    )


def run(arguments: argparse.Namespace) -> int:
    file = arguments.heads or Path(settings.DATA_FOLDER) / HEADS_FILE
    if arguments.heads and not file.exists() and not arguments.seal:
        raise CommandError(f"{file} does not exist. Write it first: kommunpost verify --seal --heads {file}")
    # Taken before the checks: what is written down must have been looked at.
    present = heads()
    scope = Scope(kept=read_heads(file))
    chosen = arguments.only or list(CHECKS)
    findings = [finding for name in chosen for finding in CHECKS[name](scope)]
    if arguments.seal and not findings:
        write_heads(file, present)
    print(json.dumps({"ok": not findings, "breaks": [asdict(finding) for finding in findings]}))
    print(_summary(findings, chosen), file=sys.stderr)
    return 1 if findings else 0


def read_heads(file: Path) -> list[Head]:
    """The heads that were written down, none when there is no file. Raises ``CommandError`` naming the line."""
    if not file.exists():
        return []
    found = []
    for number, line in enumerate(file.read_text(encoding="utf-8").splitlines(), 1):
        try:
            found.append(Head(**json.loads(line)))
        except (ValueError, TypeError) as error:
            raise CommandError(f"{file}, line {number}: not a head of a chain. Restore the file.") from error
    return found


def write_heads(file: Path, present: list[Head]) -> None:
    """Add the heads of now to the file. It only grows: each line is a promise that the chain can be held to."""
    with file.open("a", encoding="utf-8") as lines:
        lines.writelines(json.dumps(asdict(head)) + "\n" for head in present)


def check_audit(scope: Scope) -> Iterator[Finding]:
    """The audit chains themselves."""
    for one in verify_chains(kept=scope.kept):
        place = f"{one.chain}/{one.number}" if one.chain else one.name
        yield Finding("audit", one.kind, f"{place} ({one.name})" if one.chain and one.name else place)


def check_deliveries(_scope: Scope) -> Iterator[Finding]:
    """Deliveries against the digests that the audit trail sealed when they came in."""
    for group in sealed_groups(verb="mailflow:delivery:receive"):
        found = {delivery.pk: delivery for delivery in Delivery.objects.filter(pk__in=group.ids)}
        missing = [pk for pk in group.ids if pk not in found]
        yield from (Finding("deliveries", "delivery_missing", f"delivery:{pk}") for pk in missing)
        rows = {pk: sealed_fields(delivery) for pk, delivery in found.items()}
        if not missing and digest_rows(rows) != group.digest:
            yield Finding("deliveries", "delivery_changed", f"{group.chain}/{group.number}")


def check_blobs(_scope: Scope) -> Iterator[Finding]:
    """The bytes of every mail that is not erased: present, and with the digest that they are named by."""
    blobs = store()
    for digest in Blob.objects.filter(erased_at__isnull=True).values_list("digest", flat=True).iterator(_CHUNK):
        try:
            blobs.get(digest)
        except BlobMissing:
            yield Finding("blobs", "blob_missing", f"blob:{digest}")
        except BlobDamaged:
            yield Finding("blobs", "blob_damaged", f"blob:{digest}")


def check_log(_scope: Scope) -> Iterator[Finding]:
    """The e-mail log against the deliveries."""
    for defect in verify_rows():
        yield Finding("log", defect.code, defect.subject)


CHECKS: Mapping[str, Callable[[Scope], Iterator[Finding]]] = {
    "audit": check_audit,
    "deliveries": check_deliveries,
    "blobs": check_blobs,
    "log": check_log,
}
"""What ``verify`` looks at. A new office adds its check here."""


def _summary(findings: list[Finding], chosen: list[str]) -> str:
    looked_at = ", ".join(chosen)
    if not findings:
        return f"All is as it was written ({looked_at})."
    return f"{len(findings)} breaks found ({looked_at}). The first: {findings[0].kind}, {findings[0].subject}."
