"""The doctor's look at what the installation was told: settings, the secret key, the certificate."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

from django.conf import settings

from kommunpost.core.checkup import Finding, note, ok, wrong
from kommunpost.site.doctor.certificate import NotACertificateError, valid_until

THIS_MACHINE = ("127.", "localhost", "[::1]")
LEAST_KEY_LENGTH = 32
LEAST_KEY_LETTERS = 8
WARN_OF_CERTIFICATE = timedelta(days=21)


def check_settings(_now: datetime) -> Iterator[Finding]:
    """What is dangerous to have set, or not to have set."""
    yield ok("settings.read", f"Data in {settings.DATA_FOLDER}, profile {settings.PROFILE}.", profile=settings.PROFILE)
    if settings.DEBUG:
        yield wrong("settings.debug", "KOMMUNPOST_DEBUG is on: error pages show mail.", "Remove KOMMUNPOST_DEBUG.")
    open_to_all = not settings.WEB_ADDRESS.startswith(THIS_MACHINE)
    if open_to_all and not settings.SESSION_COOKIE_SECURE:
        says = "The web listens beyond this machine and KOMMUNPOST_HTTPS is off."
        yield wrong("settings.https", says, "Put TLS in front and set it to 1.")
    if not settings.SMTP_ADDRESS.startswith(THIS_MACHINE) and not settings.SMTP_CERTIFICATE:
        says = "SMTP listens beyond this machine without STARTTLS."
        yield note("settings.starttls", says, "Set KOMMUNPOST_SMTP_CERTIFICATE.")


def check_secret_key(_now: datetime) -> Iterator[Finding]:
    """Whether the key that signs sessions and seals the audit trail can be guessed (NIST SP 800-107, 5.3.4)."""
    key = settings.SECRET_KEY
    if len(key) < LEAST_KEY_LENGTH or len(set(key)) < LEAST_KEY_LETTERS:
        says = "The secret key is short enough to be guessed."
        remedy = "Set KOMMUNPOST_SECRET_KEY to 50 random characters, and name the old one as the fallback."
        yield wrong("settings.secret_key", says, remedy)
    else:
        yield ok("settings.secret_key_long", "The secret key is long enough.")


def check_certificate(now: datetime) -> Iterator[Finding]:
    """How long the certificate of the mail door still holds; nothing when there is none."""
    if not settings.SMTP_CERTIFICATE:
        return
    try:
        until = valid_until(Path(settings.SMTP_CERTIFICATE).read_text(encoding="ascii", errors="replace"))
    except (OSError, NotACertificateError):
        says = "The certificate of the mail door cannot be read."
        yield wrong("certificate.unreadable", says, "Check KOMMUNPOST_SMTP_CERTIFICATE.")
        return
    day = f"{until:%Y-%m-%d}"
    remedy = "Renew it, and start Kommunpost anew."
    if until <= now:
        yield wrong("certificate.expired", f"The certificate of the mail door ran out on {day}.", remedy, day=day)
    elif until <= now + WARN_OF_CERTIFICATE:
        yield note("certificate.expires", f"The certificate of the mail door runs out on {day}.", remedy, day=day)
    else:
        yield ok("certificate.valid", f"The certificate of the mail door holds until {day}.", day=day)
