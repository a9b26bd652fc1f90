"""What the gateway remembers: soft advice, until its writer has been told."""

from django.db import models


class SubmissionNote(models.Model):
    """Advice on one mail that was let through. Removed when the digest has been written, or after a week."""

    writer = models.CharField(max_length=254)
    subject = models.TextField(blank=True)
    says = models.JSONField(default=list)
    at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["writer", "at"], name="submission_note_writer")]

    def __str__(self) -> str:
        return f"submission_note:{self.pk}"
