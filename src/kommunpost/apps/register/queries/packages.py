"""Packages for the archive: the list, one of them, and which of them hold an entry."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, Min, QuerySet

from kommunpost.apps.mailflow.queries import NotVisible
from kommunpost.apps.register.kinds import PackageState
from kommunpost.apps.register.models import ArchivePackage, PackageEntry

PAGE = 50


@dataclass(frozen=True, slots=True)
class PackageRow:
    """A package. ``percent``: how much of it is made, while it is being made."""

    id: int
    committee: str
    asked_by: str
    asked_at: datetime
    standard: str
    state: str
    state_words: str
    first_case: str
    case_count: int
    entry_count: int
    percent: int
    name: str
    size: int
    digest: str

    @property
    def more(self) -> int:
        """Cases beside the first."""
        return max(0, self.case_count - 1)


@dataclass(frozen=True, slots=True)
class Holding:
    """A copy of an entry outside the register: which, what became of it. ``is_here``: we still have the file."""

    kind: str
    id: int
    at: datetime
    is_here: bool


def list_packages(*, before: str = "") -> tuple[list[PackageRow], str]:
    """A page, newest first, and the cursor of the next. The caller has asked who may. One query."""
    packages = _packages()
    if before.isdecimal() and len(before) < 19:  # noqa: PLR2004 - a 64-bit number
        packages = packages.filter(pk__lt=int(before))
    found = list(packages.order_by("-pk")[: PAGE + 1])
    return [_row(one) for one in found[:PAGE]], str(found[PAGE - 1].pk) if len(found) > PAGE else ""


def get_package(package_id: int) -> PackageRow:
    """Raises NotVisible. The caller has asked who may."""
    found = _packages().filter(pk=package_id).first()
    if found is None:
        raise NotVisible
    return _row(found)


def packages_holding(entry_id: int) -> list[Holding]:
    """Packages that the entry went into, also those whose file is gone here: somebody may have fetched it."""
    found = PackageEntry.objects.filter(entry_id=entry_id).select_related("package").order_by("package_id")
    return [
        Holding("package", one.package_id, one.package.made_at or one.package.asked_at,
                is_here=one.package.state == PackageState.READY)
        for one in found
    ]  # fmt: skip


def _packages() -> QuerySet[ArchivePackage]:
    return ArchivePackage.objects.select_related("committee", "asked_by__person").annotate(
        case_count=Count("cases"), first_case=Min("cases__case__designation")
    )


def _row(one: ArchivePackage) -> PackageRow:
    return PackageRow(
        id=one.pk, committee=one.committee.name, asked_by=one.asked_by.person.name, asked_at=one.asked_at,
        standard=one.get_standard_display(),
        state=one.state, state_words=one.get_state_display(), first_case=getattr(one, "first_case", "") or "",
        case_count=getattr(one, "case_count", 0), entry_count=one.entry_count,
        percent=min(100, 100 * one.done // max(1, one.entry_count)), name=one.name, size=one.size, digest=one.digest,
    )  # fmt: skip
