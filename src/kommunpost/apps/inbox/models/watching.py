"""How a shared mailbox is watched: receipts and their fuse, the rota, and what people are told of, and when."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from kommunpost.apps.inbox.models.conversations import Conversation


class MailboxSettings(models.Model):
    """What an owner has chosen for a shared mailbox. Without a row: no receipts, nobody watches the telephone hours."""

    mailbox = models.OneToOneField("directory.Mailbox", on_delete=models.CASCADE, primary_key=True, related_name="+")
    receipt_on = models.BooleanField(default=False)
    receipt_text = models.TextField(blank=True)
    watch_on = models.BooleanField(default=False)

    def __str__(self) -> str:
        return f"mailbox_settings:{self.pk}"


class Receipt(models.Model):
    """An automatic receipt that was sent. ``recipient``: an HMAC of the address, good for counting alone."""

    mailbox = models.ForeignKey("directory.Mailbox", on_delete=models.CASCADE, related_name="+")
    conversation = models.OneToOneField(Conversation, on_delete=models.CASCADE, related_name="receipt")
    recipient = models.CharField(max_length=64)
    at = models.DateTimeField()

    class Meta:
        indexes = [
            models.Index(fields=["recipient", "at"], name="inbox_receipt_recipient"),
            models.Index(fields=["at"], name="inbox_receipt_at"),
        ]

    def __str__(self) -> str:
        return f"receipt:{self.pk}"


class Fuse(models.Model):
    """Blown when far too many automatic mails would have gone: then none goes until a person has looked."""

    name = models.CharField(max_length=20, primary_key=True)
    blown_at = models.DateTimeField()

    def __str__(self) -> str:
        return self.name


class Shift(models.Model):
    """Somebody reads and answers a mailbox from ``start`` to ``end`` (local clock) on a day."""

    mailbox = models.ForeignKey("directory.Mailbox", on_delete=models.CASCADE, related_name="+")
    person = models.ForeignKey("directory.Person", on_delete=models.CASCADE, related_name="+")
    day = models.DateField()
    start = models.TimeField()
    end = models.TimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=models.Q(end__gt=models.F("start")), name="inbox_shift_in_order"),
            models.UniqueConstraint(fields=["mailbox", "person", "day", "start"], name="inbox_shift_once"),
        ]
        indexes = [models.Index(fields=["mailbox", "day"], name="inbox_shift_day")]

    def __str__(self) -> str:
        return f"shift:{self.pk}"


class NoticeKind(models.TextChoices):
    """What somebody is told of. Only a passed deadline comes at once; all else waits for the digest."""

    OVERDUE = "overdue", _("Tiden har gått ut")
    DUE_SOON = "due_soon", _("Tiden går ut snart")
    UNREAD = "unread", _("Oläst under telefontid")
    UNCOVERED = "uncovered", _("Obemannad telefontid")
    NEW_MAIL = "new_mail", _("Nytt mejl i en konversation som du följer")
    ANSWERED = "answered", _("Svar i en konversation som du följer")
    PASSED_ON = "passed_on", _("Lämnad vidare: en konversation som du följer")


class Notice(models.Model):
    """Something to tell a person, once (``once`` names it). ``sent_at`` null: it waits for the next digest."""

    person = models.ForeignKey("directory.Person", on_delete=models.CASCADE, related_name="+")
    kind = models.CharField(max_length=12, choices=NoticeKind.choices)
    mailbox = models.ForeignKey("directory.Mailbox", on_delete=models.CASCADE, related_name="+")
    conversation = models.ForeignKey(Conversation, on_delete=models.CASCADE, null=True, blank=True, related_name="+")
    once = models.CharField(max_length=80)
    at = models.DateTimeField()
    sent_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["person", "once"], name="inbox_notice_once")]
        indexes = [models.Index(fields=["person", "at"], name="inbox_notice_unsent",
                                condition=models.Q(sent_at__isnull=True))]  # fmt: skip

    def __str__(self) -> str:
        return f"notice:{self.pk}"


class DigestChoice(models.Model):
    """When somebody wants digests: ``times`` as ``["08:00", "13:00"]``, local clock, working days. Empty: never."""

    person = models.OneToOneField("directory.Person", on_delete=models.CASCADE, primary_key=True, related_name="+")
    times = models.JSONField(default=list)

    def __str__(self) -> str:
        return f"digest_choice:{self.pk}"
