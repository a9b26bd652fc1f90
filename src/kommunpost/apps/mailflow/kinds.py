"""The directions and ways of mail. Apart from the tables, so that the SMTP process needs no database."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class Direction(TextChoices):
    """In to the municipality, or out from it."""

    IN = "in", _("In")
    OUT = "out", _("Ut")


class Route(TextChoices):
    """The way by which a mail was seen."""

    SMTP = "smtp", "SMTP"
    LMTP = "lmtp", "LMTP"
    JOURNAL = "journal", _("Journal")
    IMPORT = "import", _("Import")
    OUTBOX = "outbox", _("Utkorg")
    IMAP = "imap", "IMAP"
    GRAPH = "graph", "Microsoft Graph"
