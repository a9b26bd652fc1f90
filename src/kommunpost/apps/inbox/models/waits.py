"""The clock's runs: from when somebody began to wait, to what ended it. Statistics are made of these."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from kommunpost.apps.inbox.models.conversations import Conversation


class EndedBy(models.TextChoices):
    """What ended a wait. Only answers and acknowledgements count in the statistics."""

    RUNNING = "", _("Väntar")
    ANSWER = "answer", _("Svar")
    ACKNOWLEDGEMENT = "acknowledgement", _("Bekräftelse med kontaktperson och datum")
    CALL = "call", _("Samtal eller besök")
    CLOSED = "closed", _("Avslutad utan svar")
    PASSED_ON = "passed_on", _("Lämnad vidare")
    UNDONE = "undone", _("Ångrad")


class Wait(models.Model):
    """One run of the clock. A conversation has at most one that runs."""

    conversation = models.ForeignKey(Conversation, on_delete=models.CASCADE, related_name="waits")
    mailbox = models.ForeignKey("directory.Mailbox", on_delete=models.PROTECT, related_name="+")
    began_at = models.DateTimeField()
    due_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)
    ended_by = models.CharField(max_length=16, choices=EndedBy.choices, blank=True, default=EndedBy.RUNNING)
    in_time = models.BooleanField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["conversation"], name="inbox_one_wait_runs", condition=models.Q(ended_at__isnull=True)
            ),
        ]
        indexes = [models.Index(fields=["mailbox", "ended_at"], name="inbox_wait_ended")]

    def __str__(self) -> str:
        return f"wait:{self.pk}"
