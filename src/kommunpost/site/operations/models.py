"""What the house remembers of looking after itself: verifications, and the doctor's findings."""

from django.db import models


class WorkState(models.TextChoices):
    """A verification or examination: somebody asked, a worker does it, it is done, or it could not be."""

    ASKED = "asked", "asked"
    RUNNING = "running", "running"
    DONE = "done", "done"
    FAILED = "failed", "failed"


class Verification(models.Model):
    """One run of the proof: the audit chains, the mail they seal, the bytes, the log.

    ``scope`` is ``whole``, or ``trail`` (the chains and what they seal, without reading every mail). ``breaks`` are the
    first of them as ``{"check", "kind", "subject"}``, ids only; ``heads`` the chains as they stood when it began.
    ``touched_at`` moves while a worker lives that runs it.
    """

    scope = models.CharField(max_length=10)
    state = models.CharField(max_length=10, choices=WorkState.choices)
    asked_at = models.DateTimeField()
    asked_by = models.CharField(max_length=80)
    started_at = models.DateTimeField(null=True)
    touched_at = models.DateTimeField(null=True)
    finished_at = models.DateTimeField(null=True)
    done = models.BigIntegerField(default=0)
    total = models.BigIntegerField(default=0)
    break_count = models.PositiveIntegerField(default=0)
    breaks = models.JSONField(default=list)
    heads = models.JSONField(default=list)

    class Meta:
        constraints = [
            # Two at once would read everything twice and tell the same.
            models.UniqueConstraint(
                fields=["scope"], name="operations_one_verification", condition=models.Q(state__in=["asked", "running"])
            ),
            models.CheckConstraint(
                condition=models.Q(state__in=WorkState.values), name="operations_verification_state_known"
            ),
        ]
        indexes = [models.Index(fields=["scope", "state", "-id"], name="operations_latest_verification")]

    def __str__(self) -> str:
        return f"verification:{self.pk}"


class Examination(models.Model):
    """One round of the doctor. ``findings`` are ``{"code", "level", "says", "remedy", "facts"}``."""

    state = models.CharField(max_length=10, choices=WorkState.choices)
    asked_at = models.DateTimeField()
    asked_by = models.CharField(max_length=80)
    finished_at = models.DateTimeField(null=True)
    findings = models.JSONField(default=list)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["state"], name="operations_one_examination", condition=models.Q(state__in=["asked", "running"])
            ),
            models.CheckConstraint(
                condition=models.Q(state__in=WorkState.values), name="operations_examination_state_known"
            ),
        ]

    def __str__(self) -> str:
        return f"examination:{self.pk}"


class SetAside(models.Model):
    """A failed task that somebody has set aside, and why. The task itself is gone from the queue."""

    task_id = models.CharField(max_length=40, unique=True)
    name = models.CharField(max_length=200)
    failed_at = models.DateTimeField(null=True)
    error = models.CharField(max_length=200)
    reason = models.CharField(max_length=300)
    by = models.CharField(max_length=80)
    at = models.DateTimeField()

    class Meta:
        ordering = ["-at", "-pk"]

    def __str__(self) -> str:
        return f"set-aside:{self.pk}"
