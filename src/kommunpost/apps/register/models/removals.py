"""Something secret was received: how far its removal has come, what was found where, and what is proven (ADR 0053)."""

from django.db import models

from kommunpost.apps.register.kinds import RemovalState, StepState


class Removal(models.Model):
    """The way of one mail out of the system, by way of paper and register. Nothing here is content.

    ``header`` holds the fields of the mail that tell where it came from, without its subject (the log has that);
    ``raw_digest`` and ``raw_size`` are the mail's own. ``print_digest``: the latest printout, which is not kept here.
    ``decision``: the municipality's own decision that lets the mail go once it is on paper (arkivlagen 10 §).
    """

    message = models.ForeignKey("mailflow.Message", on_delete=models.PROTECT, related_name="removals")
    record = models.ForeignKey("register.Record", on_delete=models.PROTECT, related_name="removals")
    entry = models.ForeignKey(
        "register.RegisterEntry", on_delete=models.PROTECT, null=True, blank=True, related_name="removals"
    )
    state = models.CharField(max_length=10, choices=RemovalState.choices, default=RemovalState.BEGUN)
    header = models.TextField(blank=True)
    raw_digest = models.CharField(max_length=64)
    raw_size = models.BigIntegerField()
    print_digest = models.CharField(max_length=64, blank=True)
    print_size = models.BigIntegerField(default=0)
    decision = models.CharField(max_length=200, blank=True)
    began_at = models.DateTimeField()
    began_by = models.ForeignKey("directory.Account", on_delete=models.PROTECT, related_name="+")
    printed_at = models.DateTimeField(null=True, blank=True)
    printed_by = models.ForeignKey("directory.Account", on_delete=models.PROTECT, null=True, related_name="+")
    registered_at = models.DateTimeField(null=True, blank=True)
    ordered_at = models.DateTimeField(null=True, blank=True)
    ordered_by = models.ForeignKey("directory.Account", on_delete=models.PROTECT, null=True, related_name="+")
    done_at = models.DateTimeField(null=True, blank=True)
    backups_until = models.DateField(null=True, blank=True)
    next_try_at = models.DateTimeField(null=True, blank=True)
    tries = models.PositiveIntegerField(default=0)
    trouble = models.CharField(max_length=60, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["message"], name="register_removal_once", condition=~models.Q(state=RemovalState.BROKEN_OFF)
            ),
            models.CheckConstraint(
                condition=models.Q(state__in=RemovalState.values), name="register_removal_state_known"
            ),
            # Never taken away before it stands in the register, is on paper, and somebody has ordered it.
            models.CheckConstraint(
                condition=~models.Q(state__in=[RemovalState.REMOVING, RemovalState.DONE])
                | (
                    models.Q(entry__isnull=False, printed_at__isnull=False, registered_at__isnull=False)
                    & models.Q(ordered_at__isnull=False)
                    & ~models.Q(header="")
                    & ~models.Q(decision="")
                ),
                name="register_removal_safe_first",
            ),
            models.CheckConstraint(
                condition=~models.Q(state=RemovalState.DONE)
                | models.Q(done_at__isnull=False, backups_until__isnull=False),
                name="register_removal_done_whole",
            ),
        ]
        indexes = [
            models.Index(
                fields=["next_try_at"], name="register_removal_due", condition=models.Q(state=RemovalState.REMOVING)
            ),
            models.Index(fields=["-began_at", "-id"], name="register_removal_list"),
        ]

    def __str__(self) -> str:
        return f"removal:{self.pk}"


class RemovalStep(models.Model):
    """One place, in the order of the table. ``found``: ``[{"reference", "digest", "how"}]``, before anything was taken.

    ``left``: references that a person looked at and chose to leave. ``turn`` counts up when the mail came again.
    """

    removal = models.ForeignKey(Removal, on_delete=models.PROTECT, related_name="steps")
    turn = models.PositiveSmallIntegerField(default=1)
    number = models.PositiveSmallIntegerField()
    place = models.CharField(max_length=40)
    state = models.CharField(max_length=8, choices=StepState.choices, default=StepState.PLANNED)
    found = models.JSONField(default=list)
    left = models.JSONField(default=list)
    removed_at = models.DateTimeField(null=True, blank=True)
    proven_at = models.DateTimeField(null=True, blank=True)
    settled_by = models.ForeignKey("directory.Account", on_delete=models.PROTECT, null=True, related_name="+")
    trouble = models.CharField(max_length=60, blank=True)

    class Meta:
        ordering = ["turn", "number"]
        constraints = [
            models.UniqueConstraint(fields=["removal", "turn", "number"], name="register_removalstep_once"),
            models.CheckConstraint(
                condition=~models.Q(state=StepState.PROVEN)
                | models.Q(removed_at__isnull=False, proven_at__isnull=False),
                name="register_removalstep_proven_whole",
            ),
        ]

    def __str__(self) -> str:
        return f"removal_step:{self.pk}"


class ErasurePass(models.Model):
    """While a row stands here, in the same transaction, what a correction kept may be emptied. Never committed so."""

    reason = models.CharField(max_length=80)

    def __str__(self) -> str:
        return self.reason
