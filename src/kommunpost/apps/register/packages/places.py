"""Packages for the archive as a place where a mail may lie: a removal removes their files, whole.

Only files that lie with us. ``queries.packages_holding`` tells of those that were fetched: they are the archive's.
"""

from collections.abc import Sequence
from datetime import datetime

from django.utils.translation import gettext_lazy as _

from kommunpost.apps.mailflow.places import Lying, Place, PlaceFailed, numbers
from kommunpost.apps.register.actions.packaging import path_of, remove_package
from kommunpost.apps.register.kinds import PackageState
from kommunpost.apps.register.models import ArchivePackage


def _find(message_id: int) -> list[Lying]:
    # By what was asked for, not by what went in: one that is being made just now counts.
    holding = ArchivePackage.objects.filter(cases__case__entries__files__message_id=message_id).distinct()
    standing = holding.exclude(state=PackageState.REMOVED).order_by("pk")
    return [Lying(f"archive_package:{pk}") for pk in standing.values_list("pk", flat=True)]


def _remove(message_id: int, lying: Sequence[Lying], now: datetime) -> None:  # noqa: ARG001 - a package goes whole
    asked = ArchivePackage.objects.filter(pk__in=numbers(lying, "archive_package"))
    for package in asked.exclude(state=PackageState.REMOVED):
        if package.state == PackageState.MAKING:
            raise PlaceFailed("in_use")
        remove_package(actor=None, package_id=package.pk, now=now)


def _prove(message_id: int, lying: Sequence[Lying]) -> list[str]:  # noqa: ARG001
    found = numbers(lying, "archive_package")
    standing = set(
        ArchivePackage.objects.filter(pk__in=found).exclude(state=PackageState.REMOVED).values_list("pk", flat=True)
    )
    return [f"archive_package:{pk}" for pk in found if pk in standing or path_of(pk).exists()]


PACKAGES = Place("packages", _("Paket till arkivet vars filer finns kvar"), _find, _remove, _prove)
