"""Questions to the registrar, and the answers that became guidance."""

from django.db import models

from kommunpost.apps.register.kinds import QuestionState


class Question(models.Model):
    """A question about a record. ``seen_at``: when the asker saw the answer."""

    record = models.ForeignKey("register.Record", on_delete=models.PROTECT, related_name="questions")
    text = models.TextField()
    asked_at = models.DateTimeField()
    asked_by = models.ForeignKey("directory.Account", on_delete=models.PROTECT, related_name="+")
    state = models.CharField(max_length=9, choices=QuestionState.choices, default=QuestionState.OPEN)
    answer = models.TextField(blank=True)
    answered_at = models.DateTimeField(null=True, blank=True)
    answered_by = models.ForeignKey(
        "directory.Account", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    seen_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=(models.Q(state=QuestionState.ANSWERED, answered_at__isnull=False) & ~models.Q(answer=""))
                | (~models.Q(state=QuestionState.ANSWERED) & models.Q(answered_at__isnull=True, answer="")),
                name="register_question_whole",
            ),
        ]
        indexes = [
            models.Index(fields=["asked_at"], name="register_question_queue", condition=models.Q(state="open")),
            models.Index(fields=["asked_by", "-asked_at"], name="register_question_asker"),
        ]

    def __str__(self) -> str:
        return f"question:{self.pk}"


class Guidance(models.Model):
    """An answer worth showing again, written without anybody's name. ``words``: what a mail alike holds, as stems."""

    title = models.CharField(max_length=200)
    text = models.TextField()
    words = models.JSONField(default=list)
    from_question = models.OneToOneField(
        Question, on_delete=models.PROTECT, null=True, blank=True, related_name="guidance"
    )
    made_at = models.DateTimeField()
    made_by = models.ForeignKey("directory.Account", on_delete=models.PROTECT, related_name="+")
    is_active = models.BooleanField(default=True)

    def __str__(self) -> str:
        return f"guidance:{self.pk}"
