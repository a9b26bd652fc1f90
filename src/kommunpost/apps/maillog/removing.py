"""The log's part in a removal: its rows stay, for the log is public (RÅ 1998 ref. 44), and the subject is not shown."""

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from kommunpost.apps.audit.actions import record
from kommunpost.apps.mailflow.places import Lying, Place, numbers
from kommunpost.apps.mailflow.removing import BY
from kommunpost.apps.maillog.models import Withheld
from kommunpost.apps.maillog.queries.withheld import rows_of_message, withheld_among


def _find(message_id: int) -> list[Lying]:
    return [Lying(f"log:{pk}") for pk in rows_of_message(message_id)]


def _withhold(message_id: int, lying: Sequence[Lying], now: datetime) -> None:
    ids = numbers(lying, "log")
    with transaction.atomic():
        Withheld.objects.bulk_create([Withheld(id=pk, since=now) for pk in ids], ignore_conflicts=True)
        details = {"rows": len(ids)}
        record(actor=BY, verb="log:subject:withhold", subject=f"message:{message_id}", details=details, at=now)


def _prove(message_id: int, lying: Sequence[Lying]) -> list[str]:  # noqa: ARG001 -- one shape for all places
    ids = numbers(lying, "log")
    withheld = withheld_among(ids)
    return [f"log:{pk}" for pk in ids if pk not in withheld]


SUBJECTS = Place("log", _("Ämnet i e-postloggen (raden står kvar, ämnet visas inte)"), _find, _withhold, _prove)
