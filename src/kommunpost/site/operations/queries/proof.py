"""The verifications: the newest, the one under way, and what each found."""

from dataclasses import dataclass
from datetime import datetime

from kommunpost.site.operations.models import Verification, WorkState


@dataclass(frozen=True, slots=True)
class BreakRow:
    """A break as a verification kept it; ``check`` is a key of ``proof.CHECKS``."""

    check: str
    kind: str
    subject: str


@dataclass(frozen=True, slots=True)
class HeadRow:
    """How long a chain was when a verification began, and its newest digest."""

    chain: str
    number: int
    digest: str


@dataclass(frozen=True, slots=True)
class VerificationRow:
    """A verification as the screen shows it. ``state``: a ``WorkState``; ``breaks``: the first of ``break_count``."""

    id: int
    scope: str
    state: str
    asked_at: datetime
    asked_by: str
    started_at: datetime | None
    finished_at: datetime | None
    done: int
    total: int
    break_count: int
    breaks: tuple[BreakRow, ...]
    heads: tuple[HeadRow, ...]

    @property
    def is_under_way(self) -> bool:
        return self.state in {WorkState.ASKED, WorkState.RUNNING}


def latest_whole() -> VerificationRow | None:
    """The newest verification of everything that came to its end."""
    return _first(Verification.objects.filter(scope="whole", state=WorkState.DONE).order_by("-pk").first())


def latest_verification() -> VerificationRow | None:
    """The newest that came to its end, of whatever scope."""
    return _first(Verification.objects.filter(state=WorkState.DONE).order_by("-pk").first())


def newest_verification() -> VerificationRow | None:
    """The newest of all: it may wait, run, be done or have failed."""
    return _first(Verification.objects.order_by("-pk").first())


def verification_under_way() -> VerificationRow | None:
    """The one that waits or runs, if any: the whole one before that of the night."""
    waiting = Verification.objects.filter(state__in=[WorkState.ASKED, WorkState.RUNNING])
    return _first(waiting.order_by("-scope", "pk").first())


def _first(row: Verification | None) -> VerificationRow | None:
    if row is None:
        return None
    return VerificationRow(
        id=row.pk,
        scope=row.scope,
        state=row.state,
        asked_at=row.asked_at,
        asked_by=row.asked_by,
        started_at=row.started_at,
        finished_at=row.finished_at,
        done=row.done,
        total=row.total,
        break_count=row.break_count,
        breaks=tuple(BreakRow(**one) for one in row.breaks),
        heads=tuple(HeadRow(**one) for one in row.heads),
    )
