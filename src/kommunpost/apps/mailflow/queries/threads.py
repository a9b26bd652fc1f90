"""The other mails of a thread, in one mailbox."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import Q

from kommunpost.apps.mailflow.models import Delivery, Message
from kommunpost.apps.mailflow.queries.lists import Row, rows_of

MOST = 50
MOST_MEMBERS = 5_000
"""A newsletter may call all its issues one thread."""


@dataclass(frozen=True, slots=True)
class Neighbours:
    """Mails of the same thread before and after one, oldest first."""

    earlier: Sequence[Row] = ()
    later: Sequence[Row] = ()

    @property
    def previous(self) -> Row | None:
        return self.earlier[-1] if self.earlier else None

    @property
    def next(self) -> Row | None:
        return self.later[0] if self.later else None


def list_neighbours(*, mailbox_id: int | None, delivery_id: int, thread: str) -> Neighbours:
    """The thread around a delivery in its own mailbox, at most 50 mails. The caller has gone through the door to it."""
    if not thread:
        return Neighbours()
    where = Q(mailbox__isnull=True) if mailbox_id is None else Q(mailbox_id=mailbox_id)
    # By the thread first: a database that begins with the mailbox reads all of its mail (0.6 s at a million). The index
    # is of mails that have a thread, so that has to be said.
    members = Message.objects.filter(thread=thread).exclude(thread="").values_list("id", flat=True)
    found = Delivery.objects.filter(where, message_id__in=list(members[:MOST_MEMBERS])).select_related("message")
    rows = rows_of(found.order_by("at", "id")[:MOST])
    place = next((number for number, row in enumerate(rows) if row.id == delivery_id), len(rows))
    return Neighbours(earlier=rows[:place], later=rows[place + 1 :])
