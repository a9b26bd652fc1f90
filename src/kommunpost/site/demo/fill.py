"""Fills an empty database with the example municipality, by the same ways as real mail."""

import tomllib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from kommunpost.apps.directory.actions import load_directory
from kommunpost.apps.directory.models import MailboxKind
from kommunpost.apps.directory.queries import list_mailboxes
from kommunpost.apps.inbox.search_index import index_changed
from kommunpost.apps.mailflow.actions import receive_group
from kommunpost.apps.mailflow.arrivals import Arrived
from kommunpost.apps.mailflow.models import Route
from kommunpost.apps.maillog.actions import index_pending, load_rows
from kommunpost.site.demo.case_systems import fill_case_systems
from kommunpost.site.demo.conversations import begin_conversations, work_a_while, write_knowledge
from kommunpost.site.demo.corpus import DOMAIN, split_address, town_mails
from kommunpost.site.demo.dates import fresh_dates
from kommunpost.site.demo.diaries import fill_diaries
from kommunpost.site.demo.loglines import Box, log_lines
from kommunpost.site.demo.oddities import ODDITIES
from kommunpost.site.demo.writing import write_mail
from kommunpost.site.demo.writing_room import fill_desks
from kommunpost.site.subscriptions import DELIVERY_LISTENERS

DIRECTORY = Path(__file__).with_name("directory.toml")
BY = "system:demo"
_GROUP = 50
_INDEXED_AT_ONCE = 5_000
_WAY = timedelta(seconds=4)
"""How long a mail is on its way from the sender's Date to our door."""


@dataclass(frozen=True, slots=True)
class Filled:
    """How much was taken in."""

    mails: int
    deliveries: int
    log_rows: int


def fill(*, now: datetime, log_rows: int, say: Callable[[str], None]) -> Filled:
    """Load the directory, take in the mails, write ``log_rows`` rows of older traffic and index the log.

    For an empty, migrated database. ``say`` gets a word before each step. No mail and no row is dated after ``now``.
    """
    say("The directory: units, people, mailboxes …")
    load_directory(data=tomllib.loads(DIRECTORY.read_text(encoding="utf-8")), by=BY, now=now)
    say("Ten weeks of mail, in and out …")
    arrivals = [*_town(now), *_hard(now)]
    arrivals.sort(key=lambda arrived: arrived.at or now)
    deliveries = _take_in(arrivals, now=now)
    say("Conversations, clocks and answers …")
    begin_conversations(now=now)
    work_a_while(now=now)
    write_knowledge(now=now)
    say("Drafts and texts on the desks …")
    fill_desks(now=now)
    say("What the registrar has done: entries, cases, exceptions …")
    fill_diaries(now=now)
    fill_case_systems(now=now)
    say(f"A year of the e-mail log: {log_rows:,} rows …")
    written = load_rows(log_lines(boxes=_boxes(), count=log_rows, now=now)) if log_rows else 0
    say("The search index …")
    while index_pending(_INDEXED_AT_ONCE):
        pass
    while index_changed():
        pass
    return Filled(mails=len(arrivals), deliveries=deliveries, log_rows=deliveries + written)


def _town(now: datetime) -> Iterator[Arrived]:
    sent = fresh_dates(town_mails(), now=now)
    for mail in town_mails():
        raw = write_mail(mail, at=sent[mail.id], sent=sent)
        yield _imported(raw, at=sent[mail.id] + _WAY, sender=split_address(mail.sender)[1])


def _hard(now: datetime) -> Iterator[Arrived]:
    for oddity in ODDITIES:
        at = now - oddity.age
        yield _imported(oddity.build(at), at=at + _WAY, sender=oddity.sender, recipients=(oddity.recipient,))


def _imported(raw: bytes, *, at: datetime, sender: str, recipients: tuple[str, ...] = ()) -> Arrived:
    # Trusted, as the municipality's own archive is: so the journal report is unwrapped.
    return Arrived(
        raw=raw,
        route=Route.IMPORT,
        at=at,
        sender=sender,
        recipients=recipients,
        trusted=True,
        own_domains=frozenset({DOMAIN}),
    )


def _take_in(arrivals: Sequence[Arrived], *, now: datetime) -> int:
    count = 0
    for start in range(0, len(arrivals), _GROUP):
        group = arrivals[start : start + _GROUP]
        receipts = receive_group(arrivals=group, listeners=DELIVERY_LISTENERS, now=now)
        count += sum(len(receipt.new_delivery_ids) for receipt in receipts)
    return count


def _boxes() -> list[Box]:
    """Shared mailboxes first: they have the most traffic."""
    rows = sorted(list_mailboxes(), key=lambda row: (row.kind == MailboxKind.PERSONAL, row.id))
    return [Box(row.id, row.address) for row in rows]
