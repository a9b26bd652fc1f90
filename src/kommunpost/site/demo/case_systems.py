"""Gives one committee of the example municipality a case system: a folder, and a pretended Lex that answers a little.

No real Lex is at hand. What is left is handed over by the worker itself, into the data folder.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Count

from kommunpost.apps.directory.models import Committee
from kommunpost.apps.register.actions.handing_over import queue_handover
from kommunpost.apps.register.actions.handing_over.carrying import hand_over_due
from kommunpost.apps.register.connectors.contract import Handing, Outcome, Receipt
from kommunpost.apps.register.kinds import SystemKind
from kommunpost.apps.register.models import CaseSystem, RegisterEntry

NEWEST = 8
ANSWERED = 6
NAME = "Lex (efterbildat)"


@dataclass
class _Pretended:
    """Numbers each entry, but refuses the third."""

    year: int
    latest: int = 0

    def hand_over(self, handing: Handing) -> Receipt:  # noqa: ARG002 - it reads nothing
        self.latest += 1
        if self.latest == 3:  # noqa: PLR2004
            return Receipt(Outcome.REFUSED, trouble="refused", code=422)
        return Receipt(Outcome.ACCEPTED, f"LEX {self.year}/{4100 + self.latest:05}")

    def receipts(self) -> Iterable[tuple[str, Receipt]]:
        return ()

    def put_away(self, key: str) -> None:
        """Nothing lies here."""


def fill_case_systems(*, now: datetime) -> None:
    """The committee with the most entries gets a case system; its newest entries are on their way."""
    counted = RegisterEntry.objects.values_list("committee_id").annotate(number=Count("pk"))
    busiest = counted.order_by("-number", "committee_id").first()
    if busiest is None:
        return
    committee = Committee.objects.get(pk=busiest[0])
    CaseSystem.objects.create(committee=committee, kind=SystemKind.FOLDER, name=NAME)
    newest = RegisterEntry.objects.filter(committee=committee, voided_at__isnull=True).order_by("-pk")[:NEWEST]
    with transaction.atomic():
        for entry in newest:
            queue_handover(entry=entry, now=now - timedelta(hours=1))
    pretended = _Pretended(now.year)
    hand_over_due(worker="demo", open_connector=lambda _system: pretended, clock=lambda: now, limit=ANSWERED)
