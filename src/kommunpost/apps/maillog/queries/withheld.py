"""Which rows have a subject that is not shown, and which rows the deliveries of a mail have."""

from collections.abc import Iterable

from kommunpost.apps.mailflow.models import Delivery
from kommunpost.apps.maillog.models import LogRow, Subject, Withheld
from kommunpost.apps.maillog.rules.ids import NEXT_MILLISECOND, row_id

_MOST_BUMPS = 64


def withheld_among(ids: Iterable[int]) -> frozenset[int]:
    """Those of the rows whose subject is withheld. One query."""
    asked = list(ids)
    return frozenset(Withheld.objects.filter(id__in=asked).values_list("id", flat=True)) if asked else frozenset()


def rows_of_message(message_id: int) -> list[int]:
    """The ids of the log's rows for the message, in order: one a delivery."""
    found: list[int] = []
    for delivery_id, at in Delivery.objects.filter(message_id=message_id).values_list("pk", "at"):
        first = row_id(at, delivery_id)
        # A row whose place was taken stands some milliseconds later.
        places = [first + bump * NEXT_MILLISECOND for bump in range(_MOST_BUMPS)]
        found += LogRow.objects.filter(id__in=places, delivery_id=delivery_id).values_list("id", flat=True)
    return sorted(found)


def withheld_subjects(message_id: int) -> list[str]:
    """The subjects as the log has them, for whoever tests whether they can be disclosed. The caller has asked who."""
    ids = LogRow.objects.filter(id__in=rows_of_message(message_id)).values_list("subject_id", flat=True)
    return sorted(set(Subject.objects.filter(id__in=set(ids)).values_list("text", flat=True)))
