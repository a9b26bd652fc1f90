"""Run inside an installation after the kills: is everything that was acknowledged there, once, whole and found?

``python -m bench.faults.proof`` reads a list of claims (``Claim``) as JSON on stdin, prints a ``Verdict`` as JSON.
"""

import json
import random
import re
import sys
from collections import Counter, defaultdict
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from bench.faults.mails import Mail

SEARCHED = 400
KEPT = re.compile(r"(kommunpost|blobs/mail-\d{4})\.sqlite3(-wal|-shm)?|secret\.key|static/[0-9a-f]+/.+")
"""Files of a whole installation. What the web server packs of its own files under ``static/`` is made anew at will."""
"""All files that a data folder may hold when everything has come to rest."""


@dataclass(frozen=True, slots=True)
class Claim:
    """What the sender of one mail knows. ``must``: deliveries of the ways that were acknowledged; ``may``: of all."""

    name: str
    word: str
    round: int
    must: tuple[tuple[str, str], ...]
    may: tuple[tuple[str, str], ...]
    digests: tuple[str, ...]
    ways: int


@dataclass(slots=True)
class Verdict:
    """Lines that each say what is wrong with which mail. All lists empty: what was promised holds."""

    lost: list[str] = field(default_factory=list)
    doubled: list[str] = field(default_factory=list)
    unclaimed: list[str] = field(default_factory=list)
    unlogged: list[str] = field(default_factory=list)
    unfound: list[str] = field(default_factory=list)
    left_over: list[str] = field(default_factory=list)
    messages: int = 0
    deliveries: int = 0
    searched: int = 0
    unnamed_blobs: int = 0

    @property
    def wrong(self) -> list[str]:
        """Every line of every list, with the name of the list."""
        kinds = ("lost", "doubled", "unclaimed", "unlogged", "unfound", "left_over")
        return [f"{kind}: {line}" for kind in kinds for line in getattr(self, kind)]


def claims_of(mails: list[Mail]) -> list[Claim]:
    """From the senders' ledger."""
    return [
        Claim(
            name=mail.name,
            word=mail.word,
            round=max(way.round for way in mail.ways),
            must=tuple(sorted(set[Any]().union(*(way.expected() for way in mail.ways if way.acknowledged)))),
            may=tuple(sorted(set[Any]().union(*(way.expected() for way in mail.ways)))),
            digests=tuple(way.digest for way in mail.ways if way.acknowledged),
            ways=len(mail.ways),
        )
        for mail in mails
    ]


def examine(claims: list[Claim]) -> Verdict:
    """Needs Django set up on the installation's settings."""
    verdict = Verdict()
    _examine_mails(claims, verdict)
    _examine_log(claims, verdict)
    _examine_leftovers(verdict)
    return verdict


def _examine_mails(claims: list[Claim], verdict: Verdict) -> None:
    # Django is set up only when this file runs as a program, inside the installation.
    from kommunpost.apps.mailflow.models import Arrival, Delivery, Message  # noqa: PLC0415

    messages: dict[str, list[int]] = defaultdict(list)
    for pk, name in Message.objects.values_list("pk", "message_id"):
        messages[name.strip("<>")].append(pk)
    deliveries: dict[int, list[tuple[str, str]]] = defaultdict(list)
    digests: dict[int, set[str]] = defaultdict(set)
    for message_id, home, address, direction, blob in Delivery.objects.values_list(
        "message_id", "mailbox__address", "address", "direction", "blob_id"
    ):
        deliveries[message_id].append((home or address, direction))
        digests[message_id].add(blob)
    for message_id, blob in Arrival.objects.values_list("delivery__message_id", "blob_id"):
        digests[message_id].add(blob)
    verdict.messages, verdict.deliveries = sum(map(len, messages.values())), sum(map(len, deliveries.values()))
    for claim in claims:
        own = messages.pop(claim.name, [])
        _examine_mail(claim, own, [one for pk in own for one in deliveries[pk]], verdict)
        _examine_blobs(claim, set[str]().union(*(digests[pk] for pk in own)), verdict)
    verdict.unclaimed += [f"{name}: nobody sent it" for name in messages]


def _examine_mail(claim: Claim, own: list[int], there: list[tuple[str, str]], verdict: Verdict) -> None:
    where = f"{claim.name} (round {claim.round})"
    missing = set(claim.must) - set(there)
    if missing or (claim.must and not own):
        verdict.lost.append(f"{where}: no delivery {sorted(missing)}")
    if len(own) > 1:
        verdict.doubled.append(f"{where}: {len(own)} messages")
    verdict.doubled += [f"{where}: {number} deliveries {one}" for one, number in Counter(there).items() if number > 1]
    if set(there) - set(claim.may):
        verdict.unclaimed.append(f"{where}: {sorted(set(there) - set(claim.may))}")
    if claim.ways == 1 and there and set(there) != set(claim.may):
        verdict.lost.append(f"{where}: half of it is there")
    if own and not there:
        verdict.unclaimed.append(f"{where}: a message without a delivery")


def _examine_blobs(claim: Claim, named: set[str], verdict: Verdict) -> None:
    from kommunpost.apps.mailflow.blobs import store  # noqa: PLC0415
    from kommunpost.apps.mailflow.blobs.contract import BlobError  # noqa: PLC0415

    for digest in claim.digests:
        try:
            # get() holds the bytes against the digest, and the digest is of what the sender sent.
            store().get(digest)
        except BlobError as error:
            verdict.lost.append(f"{claim.name} (round {claim.round}): {error.code}")
        if digest not in named:
            verdict.lost.append(f"{claim.name} (round {claim.round}): no row names its bytes")


def _examine_log(claims: list[Claim], verdict: Verdict) -> None:
    from kommunpost.apps.mailflow.models import Delivery  # noqa: PLC0415
    from kommunpost.apps.maillog.models import LogRow, Pending  # noqa: PLC0415
    from kommunpost.apps.maillog.queries import LogFilter, counts_by_day, search  # noqa: PLC0415

    rows = Counter(LogRow.objects.values_list("delivery_id", flat=True))
    ids = set(Delivery.objects.values_list("pk", flat=True))
    verdict.unlogged += [f"delivery:{pk} has {rows[pk]} rows" for pk in ids if rows[pk] != 1]
    verdict.unlogged += [f"a row of delivery:{pk}, which is not there" for pk in set(rows) - ids]
    if waiting := Pending.objects.count():
        verdict.unfound.append(f"{waiting} rows were never indexed")
    counted = sum(day.incoming + day.outgoing for day in counts_by_day(filter=LogFilter()))
    if counted != len(ids):
        verdict.unfound.append(f"the tallies count {counted} of {len(ids)} rows")
    asked = [claim for claim in claims if claim.must]
    for claim in random.Random(1).sample(asked, min(SEARCHED, len(asked))):
        found = len(search(filter=LogFilter(text=claim.word), before=None, limit=50).rows)
        verdict.searched += 1
        if not len(claim.must) <= found <= len(claim.may):
            verdict.unfound.append(f"{claim.name} (round {claim.round}): search finds {found} of {len(claim.must)}")


def _examine_leftovers(verdict: Verdict) -> None:
    from django.conf import settings  # noqa: PLC0415

    from kommunpost.apps.mailflow.blobs import store  # noqa: PLC0415
    from kommunpost.apps.mailflow.models import Blob  # noqa: PLC0415

    named = set(Blob.objects.values_list("digest", flat=True))
    verdict.unnamed_blobs = len(set(store().digests()) - named)
    data = Path(settings.DATA_FOLDER)
    files = (str(path.relative_to(data)) for path in data.rglob("*") if path.is_file())
    verdict.left_over += [file for file in files if not KEPT.fullmatch(file)]


def _claim(one: dict[str, Any]) -> Claim:
    # JSON knows no tuples.
    pairs = {name: tuple((home, direction) for home, direction in one[name]) for name in ("must", "may")}
    return Claim(**{**one, **pairs, "digests": tuple(one["digests"])})


def main() -> int:
    import django  # noqa: PLC0415

    django.setup()
    claims = [_claim(one) for one in json.load(sys.stdin)]
    json.dump(asdict(examine(claims)), sys.stdout)
    return 0


if __name__ == "__main__":
    sys.exit(main())
