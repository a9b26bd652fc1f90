"""Which mailboxes have conversations."""

from kommunpost.apps.directory.models import MailboxKind

SHARED_KINDS = (MailboxKind.FUNCTION, MailboxKind.CONTACT_CENTRE, MailboxKind.OFFICIAL)
"""Several people answer there. A personal mailbox is its holder's own."""
