"""What was sent from a conversation, tied to its mail in the outbox."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from kommunpost.apps.inbox.models.conversations import Conversation, State


class AnswerKind(models.TextChoices):
    """What a sent mail was for. A receipt does not stop the clock, nor does a mail that was sent on."""

    ANSWER = "answer", _("Svar")
    ACKNOWLEDGEMENT = "acknowledgement", _("Bekräftelse")
    RECEIPT = "receipt", _("Automatiskt mottagningsbevis")
    HANDOVER = "handover", _("Överlämning")
    SENT_ON = "sent_on", _("Skickat vidare till en annan myndighet")


class AnswerState(models.TextChoices):
    """What has become of it, as far as the conversation has heard."""

    SENDING = "sending", _("På väg")
    SENT = "sent", _("Skickat")
    UNDONE = "undone", _("Ångrat")
    FAILED = "failed", _("Kom inte fram")


class Answer(models.Model):
    """A mail on its way or gone. ``waited_since``, ``was_due_at``, ``was_promised`` and ``was_state`` are the clock as
    it stood before, for when the mail is taken back or comes back.
    """

    conversation = models.ForeignKey(Conversation, on_delete=models.PROTECT, related_name="answers")
    outgoing = models.OneToOneField("mailflow.OutgoingMail", on_delete=models.PROTECT, related_name="+")
    person = models.ForeignKey("directory.Person", on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    kind = models.CharField(max_length=16, choices=AnswerKind.choices)
    state = models.CharField(max_length=8, choices=AnswerState.choices, default=AnswerState.SENDING)
    at = models.DateTimeField()
    text_digest = models.CharField(max_length=64)
    waited_since = models.DateTimeField(null=True, blank=True)
    was_due_at = models.DateTimeField(null=True, blank=True)
    was_promised = models.BooleanField(default=False)
    was_state = models.CharField(max_length=10, choices=State.choices)

    class Meta:
        constraints = [
            # The same text twice in one conversation is a slip of the hand, or of two hands.
            models.UniqueConstraint(
                fields=["conversation", "text_digest"],
                name="inbox_same_text_once",
                condition=~models.Q(state__in=["undone", "failed"]),
            ),
        ]
        indexes = [models.Index(fields=["id"], name="inbox_answer_open", condition=models.Q(state="sending"))]

    def __str__(self) -> str:
        return f"answer:{self.pk}"
