"""Write to the trail. There is no action that changes or removes an event."""

import json
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime

from django.conf import settings
from django.db import connection, transaction
from django.db.backends.utils import CursorWrapper

from kommunpost.apps.audit.models import ChainHead, Event
from kommunpost.apps.audit.rules import (
    GENESIS,
    JSON,
    MAIN_CHAIN,
    READ_CHAIN,
    AuditRefused,
    AuditVerb,
    Entry,
    check_entry,
    digest,
    digest_rows,
    seal,
    seal_holds,
)


def record(
    *,
    actor: str,
    verb: str,
    subject: str = "",
    details: Mapping[str, JSON] | None = None,
    at: datetime,
    chain: str = MAIN_CHAIN,
) -> Event:
    """Append one event to ``chain``, in the transaction of the write that it speaks of.

    ``actor`` is ``account:7`` or ``system:name``, ``verb`` ``office:object:verb``, ``subject`` ``mailbox:12`` or "";
    ``details`` holds ids and codes. ``at`` is aware. Raises ``AuditRefused`` (``outside_transaction``,
    ``verb_malformed``, ``details_hold_an_address``). Writers of one chain wait for each other until commit:
    give a busy process its own chain.
    """
    if not connection.in_atomic_block:
        raise AuditRefused("outside_transaction", verb)
    asked = Entry(
        chain=chain, number=1, at=at, actor=actor, verb=verb, subject=subject, details=details or {}, previous=GENESIS
    )
    check_entry(asked)
    head = _take_head(chain, at=at)
    return _append(asked, head=head)


def record_group(
    *, actor: str, verb: str, kind: str, rows: Mapping[int, Sequence[JSON]], at: datetime, chain: str = MAIN_CHAIN
) -> Event:
    """Append one event for many rows of ``kind``: their ids, their number, and ``digest_rows`` of their fields.

    One event a commit keeps intake fast, and still seals each row; ``queries.sealed_groups`` hands them back.
    """
    details: dict[str, JSON] = {"kind": kind, "ids": sorted(rows), "count": len(rows), "digest": digest_rows(rows)}
    return record(actor=actor, verb=verb, details=details, at=at, chain=chain)


def record_read(
    *, actor: str, verb: str, subject: str, details: Mapping[str, JSON] | None = None, at: datetime
) -> Event:
    """Append that ``actor`` read ``subject``, on the chain of reads; opens a transaction where none is open."""
    with transaction.atomic():
        return record(actor=actor, verb=verb, subject=subject, details=details, at=at, chain=READ_CHAIN)


def seal_keys() -> list[str]:
    """The keys that a head may be sealed with: the present one first, then those that were rotated out."""
    return [settings.SECRET_KEY, *map(str, settings.SECRET_KEY_FALLBACKS)]


def _take_head(chain: str, *, at: datetime) -> ChainHead:
    _wait_for_turn(chain)
    head = _find_head(chain)
    if head is None:
        return _open_chain(chain, at=at)
    if seal_holds(chain=chain, number=head.number, head_digest=head.digest, given=head.seal, keys=seal_keys()):
        return head
    return _go_on_after_break(chain, stored=head.number, at=at)


def _wait_for_turn(chain: str) -> None:
    # SQLite needs nothing: its transactions are IMMEDIATE, so this one already is the only writer.
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [f"kommunpost.audit:{chain}"])


def _open_chain(chain: str, *, at: datetime) -> ChainHead:
    if Event.objects.filter(chain=chain).exists():
        return _go_on_after_break(chain, stored=0, at=at)
    if chain != MAIN_CHAIN:
        # The main chain knows every other, so that a chain removed whole, head and all, is missed.
        record(actor="system:audit", verb=AuditVerb.CHAIN_OPENED, subject=f"chain:{chain}", at=at)
    return ChainHead(chain=chain, number=0, digest=GENESIS)


def _go_on_after_break(chain: str, *, stored: int, at: datetime) -> ChainHead:
    # Somebody changed the head behind our back, or the key was lost. To stop would lose mail; to seal anew without
    # a word would be to launder the change. So the trail goes on, and says for ever that it was broken here.
    last = Event.objects.filter(chain=chain).order_by("-number").first()
    number, previous = (last.number, last.digest) if last else (stored, GENESIS)
    head = ChainHead.objects.filter(chain=chain).first() or ChainHead(chain=chain)
    head.number, head.digest = max(number, stored), previous
    entry = Entry(
        chain=chain, number=1, at=at, actor="system:audit", verb=AuditVerb.CHAIN_BROKEN, subject=f"chain:{chain}",
        details={"stored": stored, "found": number}, previous=GENESIS,
    )  # fmt: skip
    _append(entry, head=head)
    return head


def _append(asked: Entry, *, head: ChainHead) -> Event:
    entry = Entry(
        chain=asked.chain, number=head.number + 1, at=asked.at.astimezone(UTC), actor=asked.actor, verb=str(asked.verb),
        subject=asked.subject, details=asked.details, previous=head.digest,
    )  # fmt: skip
    event = Event(
        chain=entry.chain, number=entry.number, at=entry.at, actor=entry.actor, verb=entry.verb, subject=entry.subject,
        details=entry.details, previous=entry.previous, digest=digest(entry),
    )  # fmt: skip
    head.number, head.digest = entry.number, event.digest
    head.seal = seal(chain=entry.chain, number=entry.number, head_digest=event.digest, key=settings.SECRET_KEY)
    with connection.cursor() as cursor:
        event.pk = _insert_event(cursor, event)
        _write_head(cursor, head)
    return event


# By hand, for every group of mail appends: through the ORM these three statements took a fifth of intake's time.
def _find_head(chain: str) -> ChainHead | None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT chain, number, digest, seal FROM audit_chainhead WHERE chain = %s", [chain])
        found = cursor.fetchone()
    return ChainHead(*found) if found else None


def _insert_event(cursor: CursorWrapper, event: Event) -> int:
    cursor.execute(
        "INSERT INTO audit_event (chain, number, at, actor, verb, subject, details, previous, digest) "
        "VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s) RETURNING id",
        [
            event.chain, event.number, connection.ops.adapt_datetimefield_value(event.at), event.actor, event.verb,
            event.subject, json.dumps(event.details), event.previous, event.digest,
        ],
    )  # fmt: skip
    return int(cursor.fetchone()[0])


def _write_head(cursor: CursorWrapper, head: ChainHead) -> None:
    values: list[int | str] = [head.number, head.digest, head.seal, head.chain]
    cursor.execute("UPDATE audit_chainhead SET number = %s, digest = %s, seal = %s WHERE chain = %s", values)
    if cursor.rowcount == 0:
        cursor.execute("INSERT INTO audit_chainhead (number, digest, seal, chain) VALUES (%s, %s, %s, %s)", values)
