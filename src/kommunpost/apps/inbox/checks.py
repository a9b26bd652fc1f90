"""What ``kommunpost doctor`` asks of the inbox."""

from collections.abc import Iterator
from datetime import datetime, timedelta

from kommunpost.apps.inbox.actions.taking_in import GIVE_UP_AFTER
from kommunpost.apps.inbox.models import Fuse, Pending
from kommunpost.core.checkup import Finding, ok, wrong

WAITED_TOO_LONG = timedelta(minutes=30)


def check(*, now: datetime) -> Iterator[Finding]:
    """Mail that has no conversation, and the fuse of the receipts."""
    given_up = Pending.objects.filter(tries__gte=GIVE_UP_AFTER).count()
    late = Pending.objects.filter(delivery__at__lt=now - WAITED_TOO_LONG, tries__lt=GIVE_UP_AFTER).count()
    if given_up or late:
        remedy = "Look at the worker's log; the mail itself is safe and stands in its mailbox."
        yield wrong("inbox.mail_without_conversation", f"{given_up + late} mails wait for their conversation.", remedy)
    else:
        yield ok("inbox.mail_placed", "All mail to shared mailboxes has its conversation.")
    if Fuse.objects.exists():
        remedy = "Find out what writes to us again and again, then reset the fuse on the mailbox's page of choices."
        yield wrong("inbox.fuse_blown", "Automatic receipts are stopped: too many went in a short time.", remedy)
