"""What ``kommunpost doctor`` asks of the inbox."""

from collections.abc import Iterator
from datetime import datetime, timedelta

from kommunpost.apps.directory.models import Mailbox
from kommunpost.apps.inbox.actions.taking_in import GIVE_UP_AFTER
from kommunpost.apps.inbox.calendar import phone_times
from kommunpost.apps.inbox.models import Fuse, MailboxSettings, Pending
from kommunpost.core.checkup import Finding, ok, wrong

WAITED_TOO_LONG = timedelta(minutes=30)


def check(*, now: datetime) -> Iterator[Finding]:
    """Mail that has no conversation, the fuse of the receipts, and phone hours that nobody can read."""
    yield from _mail(now)
    if unread := _unread_hours():
        remedy = (
            "Write them as mån–fre 09.00–12.00 on the unit's page in the directory; until then the municipality's hold."
        )
        says = f"Watched units have phone hours that cannot be read: {unread}."
        yield wrong("inbox.phone_hours_unread", says, remedy, units=unread)


def _unread_hours() -> str:
    """The short names of units whose mailboxes are watched, and whose phone hours are no days and times."""
    watched = MailboxSettings.objects.filter(watch_on=True).values("pk")
    boxes = Mailbox.objects.filter(pk__in=watched, is_active=True).select_related("unit")
    times = {box.unit.slug: phone_times(box) for box in boxes if box.unit}
    return ", ".join(sorted(slug for slug, one in times.items() if one.text and not one.is_own))


def _mail(now: datetime) -> Iterator[Finding]:
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
