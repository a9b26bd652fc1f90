"""What the door itself remembers: tries to sign in."""

from django.db import models


class SignInTry(models.Model):
    """A try that has not succeeded. ``key`` is an HMAC of an address or a network address: no personal data."""

    key = models.CharField(max_length=64)
    at = models.DateTimeField()

    class Meta:
        indexes = [
            models.Index(fields=["key", "at"], name="site_try_key"),
            models.Index(fields=["at"], name="site_try_at"),
        ]

    def __str__(self) -> str:
        return f"try:{self.pk}"
