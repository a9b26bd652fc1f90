"""Packages of cases for the archive: what was asked for, how far it has come, and what went into them."""

from django.db import models

from kommunpost.apps.register.kinds import PackageStandard, PackageState


class ArchivePackage(models.Model):
    """Closed cases of one committee, on their way to a file. ``beat_at``: when its maker last showed life.

    ``name`` and ``digest`` (SHA-256) are of the file; they stay when it is removed.
    """

    committee = models.ForeignKey("directory.Committee", on_delete=models.PROTECT, related_name="+")
    asked_by = models.ForeignKey("directory.Account", on_delete=models.PROTECT, related_name="+")
    asked_at = models.DateTimeField()
    state = models.CharField(max_length=8, choices=PackageState.choices, default=PackageState.WAITING)
    standard = models.CharField(max_length=4, choices=PackageStandard.choices, default=PackageStandard.FGS2)
    entry_count = models.PositiveIntegerField()
    done = models.PositiveIntegerField(default=0)
    beat_at = models.DateTimeField(null=True, blank=True)
    name = models.CharField(max_length=120, blank=True)
    size = models.BigIntegerField(default=0)
    digest = models.CharField(max_length=64, blank=True)
    made_at = models.DateTimeField(null=True, blank=True)
    removed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(state__in=PackageState.values), name="register_package_state_known"
            ),
            models.CheckConstraint(
                condition=models.Q(standard__in=PackageStandard.values), name="register_package_standard_known"
            ),
            models.CheckConstraint(
                condition=~models.Q(state=PackageState.READY) | ~models.Q(name="") & ~models.Q(digest=""),
                name="register_package_ready_whole",
            ),
        ]
        indexes = [models.Index(fields=["-asked_at", "-id"], name="register_package_list")]

    def __str__(self) -> str:
        return f"package:{self.pk}"


class PackageCase(models.Model):
    """A case that was asked for in a package."""

    package = models.ForeignKey(ArchivePackage, on_delete=models.PROTECT, related_name="cases")
    case = models.ForeignKey("register.CaseFile", on_delete=models.PROTECT, related_name="packages")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["package", "case"], name="register_package_case_once")]

    def __str__(self) -> str:
        return f"{self.package_id}: {self.case_id}"


class PackageEntry(models.Model):
    """An entry that stands in a package: whoever removes something secret asks where it is."""

    package = models.ForeignKey(ArchivePackage, on_delete=models.PROTECT, related_name="entries")
    entry = models.ForeignKey("register.RegisterEntry", on_delete=models.PROTECT, related_name="packages")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["package", "entry"], name="register_package_entry_once")]

    def __str__(self) -> str:
        return f"{self.package_id}: {self.entry_id}"
