"""Who may call the API."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class ApiScope(models.TextChoices):
    """What a client may ask for."""

    ADVICE = "advice", _("Få råd om mejl som skrivs")
    JUDGEMENT = "judgement", _("Få en bedömning av mejl")
    SUBMISSION = "submission", _("Lämna mejl för att skickas, från vilken adress som helst hos oss")


class ApiClient(models.Model):
    """A program with a token of its own. ``digest``: SHA-256 of the token's secret, which itself is nowhere.

    The secret is 256 random bits, so that a plain digest cannot be guessed back. ``made_by`` is an audit reference.
    """

    name = models.CharField(max_length=100, unique=True)
    digest = models.CharField(max_length=64)
    scopes = models.JSONField(default=list)
    made_at = models.DateTimeField()
    made_by = models.CharField(max_length=80)
    revoked_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["name"]

    def __str__(self) -> str:
        return f"api_client:{self.pk}"
