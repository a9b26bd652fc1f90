"""What the door itself remembers: tries to sign in, second factors, and who is signed in where."""

from django.db import models

from kommunpost.apps.directory.models import Account


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


class SecondFactor(models.Model):
    """The app that shows an account's one-time codes. Until ``confirmed_at`` is set it is a wish and asks for nothing.

    ``sealed_secret`` is the shared secret under a key made of SECRET_KEY. ``last_step`` is the time step of the
    newest code that was used: no code opens twice (RFC 6238, 5.2).
    """

    account = models.OneToOneField(Account, on_delete=models.CASCADE, related_name="second_factor")
    sealed_secret = models.TextField()
    created_at = models.DateTimeField()
    confirmed_at = models.DateTimeField(null=True)
    last_step = models.BigIntegerField(default=0)

    def __str__(self) -> str:
        return f"second-factor:{self.account_id}"


class RecoveryCode(models.Model):
    """A code on paper that opens once when the app is lost. ``digest`` is an HMAC: the code itself is nowhere."""

    account = models.ForeignKey(Account, on_delete=models.CASCADE, related_name="recovery_codes")
    digest = models.CharField(max_length=64)
    used_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["account", "digest"], name="site_recovery_code_once")]

    def __str__(self) -> str:
        return f"recovery-code:{self.pk}"


class OpenSession(models.Model):
    """A sign-in that may still be open, so that its owner can see it and end it. ``device``: browser and system."""

    account = models.ForeignKey(Account, on_delete=models.CASCADE, related_name="open_sessions")
    session_key = models.CharField(max_length=40, unique=True)
    device = models.CharField(max_length=60)
    since = models.DateTimeField()

    class Meta:
        ordering = ["-since", "-pk"]

    def __str__(self) -> str:
        return f"open-session:{self.pk}"
