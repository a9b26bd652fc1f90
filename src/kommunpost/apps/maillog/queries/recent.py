"""What mailboxes have had lately: each day's mail, and the latest."""

from collections import defaultdict
from collections.abc import Collection, Mapping
from datetime import date, datetime

from django.db.models import Max

from kommunpost.apps.maillog.models import LogRow
from kommunpost.apps.maillog.queries.counts import months_touched, tallies
from kommunpost.apps.maillog.queries.model import LogFilter
from kommunpost.apps.maillog.rules.ids import at_of, day_of, id_range
from kommunpost.apps.maillog.rules.periods import SLOTS, day_of_slot
from kommunpost.apps.maillog.search_index.varints import decode

_IN = 0


def incoming_by_day(*, mailbox_ids: Collection[int], since: date) -> dict[int, dict[date, int]]:
    """Mailbox id -> day in Sweden -> mails in, from ``since`` on. Only days and mailboxes that have some."""
    counts: dict[int, dict[date, int]] = defaultdict(lambda: defaultdict(int))
    wanted = LogFilter(mailbox_ids=frozenset(mailbox_ids), since=since)
    if wanted.is_empty:
        return counts
    months = months_touched(wanted)
    for key, mailbox_id, incoming, _outgoing, days in tallies(wanted, months, months):
        if days is None:
            if incoming:
                counts[mailbox_id][day_of(key)] += 1
            continue
        for slot, number in enumerate(decode(bytes(days))[: SLOTS // 2].tolist()):
            if number and day_of_slot(key, slot)[0] >= since:
                counts[mailbox_id][day_of_slot(key, slot)[0]] += number
    return counts


def latest_incoming(counts: Mapping[int, Mapping[date, int]], *, since: date) -> dict[int, datetime]:
    """When each mailbox last had mail, given ``incoming_by_day``; those that have had none from ``since`` on are left
    out. One query for each day that is some mailbox's last.
    """
    by_day: dict[date, list[int]] = defaultdict(list)
    for mailbox_id, days in counts.items():
        if max(days) >= since:
            by_day[max(days)].append(mailbox_id)
    latest: dict[int, datetime] = {}
    for day, mailbox_ids in by_day.items():
        rows = LogRow.objects.filter(id__range=id_range(day, day), mailbox_id__in=mailbox_ids, direction=_IN)
        for mailbox_id, newest in rows.values_list("mailbox_id").annotate(newest=Max("id")).order_by():
            latest[mailbox_id] = at_of(newest)
    return latest
