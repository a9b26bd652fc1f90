"""The pure part of the trail: what an event may look like, its digest, the seal of a head. See ADR 0004."""

import hashlib
import hmac
import json
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from typing import TypeAlias

JSON: TypeAlias = "bool | int | str | Sequence[JSON] | Mapping[str, JSON] | None"

MAIN_CHAIN = "main"
READ_CHAIN = "reads"
GENESIS = "0" * 64
SERIALISATION = "kommunpost-audit-1"
MAX_REFERENCE = 80
MAX_CHAIN = 40

_VERB = re.compile(r"[a-z][a-z_]*(:[a-z][a-z_]*){2}")
_ACTOR = re.compile(r"account:[1-9][0-9]*|system:[a-z][a-z0-9_-]*")
_SUBJECT = re.compile(r"[a-z][a-z_]*:[A-Za-z0-9][A-Za-z0-9_.:-]*")
_CHAIN = re.compile(r"[a-z][a-z0-9_-]*(:[a-z0-9][a-z0-9_-]*)?")


class AuditVerb(StrEnum):
    """What the trail writes of itself."""

    CHAIN_OPENED = "audit:chain:open"
    CHAIN_BROKEN = "audit:chain:broken"


class AuditRefused(Exception):  # noqa: N818 - named as the refusal that it is
    """An event that the trail does not take. ``code`` says why; a programming error, never a user's."""

    def __init__(self, code: str, value: str = "") -> None:
        super().__init__(f"{code}: {value}" if value else code)
        self.code = code


@dataclass(frozen=True, slots=True)
class Entry:
    """The fields that a digest covers. ``at`` is aware; ``previous`` is the digest before, or ``GENESIS``."""

    chain: str
    number: int
    at: datetime
    actor: str
    verb: str
    subject: str
    details: Mapping[str, JSON]
    previous: str


def is_verb(text: str) -> bool:
    """Whether ``text`` follows the grammar ``office:object:verb``."""
    return len(text) <= MAX_REFERENCE and _VERB.fullmatch(text) is not None


_HALF_SURROGATE = re.compile("[\ud800-\udfff]")


def check_entry(entry: Entry) -> None:
    """Raise ``AuditRefused`` unless every field has its grammar and ``details`` survives both databases."""
    _check_grammar("actor", entry.actor, _ACTOR, MAX_REFERENCE)
    _check_grammar("verb", entry.verb, _VERB, MAX_REFERENCE)
    _check_grammar("chain", entry.chain, _CHAIN, MAX_CHAIN)
    if entry.subject:
        _check_grammar("subject", entry.subject, _SUBJECT, MAX_REFERENCE)
    if entry.at.tzinfo is None:
        raise AuditRefused("time_without_zone")
    _check_details(entry.details, path="details")


def _check_grammar(field: str, value: str, grammar: re.Pattern[str], limit: int) -> None:
    if len(value) > limit or not grammar.fullmatch(value):
        raise AuditRefused(f"{field}_malformed", repr(value[: limit + 1]))


def _check_details(value: object, *, path: str) -> None:
    if isinstance(value, str):
        _check_text(value, path=path)
    elif isinstance(value, Mapping):
        for key, inner in value.items():
            if not isinstance(key, str):
                raise AuditRefused("details_key_not_text", path)
            _check_text(key, path=path)
            _check_details(inner, path=f"{path}.{key}")
    elif isinstance(value, list | tuple):
        for place, inner in enumerate(value):
            _check_details(inner, path=f"{path}[{place}]")
    elif value is not None and not isinstance(value, int):
        # A float is refused: PostgreSQL's jsonb writes 1e2 back as 100, and the digest would no longer match.
        raise AuditRefused("details_not_json", path)


def _check_text(text: str, *, path: str) -> None:
    # The trail is never disposed of, so personal data must not come in; an address is the likeliest slip.
    if "@" in text or "＠" in text:
        raise AuditRefused("details_hold_an_address", path)
    # PostgreSQL's jsonb takes neither NUL nor half a surrogate pair.
    if "\x00" in text or _HALF_SURROGATE.search(text):
        raise AuditRefused("details_text_unstorable", path)


def canonical(entry: Entry) -> bytes:
    """The bytes that the digest is taken over: version, then the fields in fixed order, as compact JSON in UTF-8.

    Keys sorted, no blanks, no ASCII escapes, time as ``2026-03-12T07:41:00.000000Z``.
    """
    at = entry.at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")
    fields = [
        SERIALISATION,
        entry.chain,
        entry.number,
        at,
        entry.actor,
        entry.verb,
        entry.subject,
        entry.details,
        entry.previous,
    ]
    return _compact(fields)


def digest(entry: Entry) -> str:
    """SHA-256 in hex of ``canonical(entry)``."""
    return hashlib.sha256(canonical(entry)).hexdigest()


def digest_rows(rows: Mapping[int, Sequence[JSON]]) -> str:
    """SHA-256 in hex over rows (id -> its fields) in order of id: what ``record_group`` keeps of them."""
    total = hashlib.sha256(b"kommunpost-rows-1\n")
    for row_id in sorted(rows):
        total.update(_compact([row_id, *rows[row_id]]) + b"\n")
    return total.hexdigest()


def seal(*, chain: str, number: int, head_digest: str, key: str) -> str:
    """HMAC-SHA256 in hex of a chain's head, keyed by the secret key, which the database does not hold."""
    derived = hashlib.sha256(b"kommunpost.audit.seal:" + key.encode()).digest()
    return hmac.new(derived, _compact([SERIALISATION, chain, number, head_digest]), hashlib.sha256).hexdigest()


def seal_holds(*, chain: str, number: int, head_digest: str, given: str, keys: Iterable[str]) -> bool:
    """Whether ``given`` is the seal of this head under one of ``keys`` (the present one, and those before it)."""
    return any(
        hmac.compare_digest(
            seal(chain=chain, number=number, head_digest=head_digest, key=key).encode(), given.encode(errors="replace")
        )
        for key in keys
    )


def _compact(value: object) -> bytes:
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"), default=_plain).encode()


def _plain(value: object) -> object:
    if isinstance(value, Mapping):
        return dict(value)
    raise TypeError(f"{type(value).__name__} is not JSON")
