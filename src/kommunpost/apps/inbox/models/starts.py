"""The day on which a mailbox's clocks were started: imported mail from that day on awaits an answer (ADR 0044)."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class StartState(models.TextChoices):
    """How far a start has come. The worker does it, a few conversations at a time."""

    STARTING = "starting", _("Klockorna startas")
    STARTED = "started", _("Klockorna är startade")
    UNDOING = "undoing", _("Starten ångras")
    UNDONE = "undone", _("Starten är ångrad")


class ClockStart(models.Model):
    """Somebody said: the clock runs for mail that came on ``since`` or later, and that we imported silently.

    ``reached`` is the last conversation that the worker has looked at; ``started`` and ``put_back`` count them.
    """

    mailbox = models.ForeignKey("directory.Mailbox", on_delete=models.CASCADE, related_name="+")
    since = models.DateField()
    state = models.CharField(max_length=8, choices=StartState.choices, default=StartState.STARTING)
    asked_by = models.ForeignKey("directory.Person", on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    asked_at = models.DateTimeField()
    reached = models.BigIntegerField(default=0)
    started = models.PositiveIntegerField(default=0)
    put_back = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["mailbox"],
                name="inbox_one_start_at_work",
                condition=models.Q(state__in=["starting", "undoing"]),
            ),
        ]
        indexes = [models.Index(fields=["mailbox", "-id"], name="inbox_start_mailbox")]

    def __str__(self) -> str:
        return f"clock_start:{self.pk}"
