"""The audit trail: append-only, hash-chained. No foreign keys, so that it never stands in the way of live data.

Nothing here can be changed or removed: database triggers refuse it (``guards.py``), and no code path tries.
"""

from django.db import models


class Event(models.Model):
    """One thing that somebody did or read.

    ``actor`` is ``account:7`` or ``system:intake``; ``verb`` is ``office:object:verb``; ``subject`` is ``message:12``.
    ``details`` holds ids and codes only, no personal data. Each chain is numbered without gaps; ``digest`` covers the
    row and the digest before it, so that ``kommunpost verify`` finds a changed, removed or inserted row (ADR 0004).
    """

    chain = models.CharField(max_length=40, default="main")
    number = models.BigIntegerField()
    at = models.DateTimeField()
    actor = models.CharField(max_length=80)
    verb = models.CharField(max_length=80)
    subject = models.CharField(max_length=80, blank=True)
    details = models.JSONField(default=dict)
    previous = models.CharField(max_length=64)
    digest = models.CharField(max_length=64)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["chain", "number"], name="audit_event_number_once")]
        indexes = [
            models.Index(fields=["subject", "at"], name="audit_event_subject"),
            models.Index(fields=["at"], name="audit_event_at"),
        ]

    def __str__(self) -> str:
        return f"{self.chain}/{self.number} {self.verb}"


class ChainHead(models.Model):
    """The newest event of a chain, sealed with the secret key, so that a tail cut off is found."""

    chain = models.CharField(max_length=40, primary_key=True)
    number = models.BigIntegerField()
    digest = models.CharField(max_length=64)
    seal = models.CharField(max_length=64)

    def __str__(self) -> str:
        return f"{self.chain}/{self.number}"
