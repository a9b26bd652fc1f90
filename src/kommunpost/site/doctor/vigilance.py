"""The doctor's look at what nobody would notice: a mailbox fallen silent, a trail that nobody has verified."""

from collections.abc import Iterator
from datetime import datetime, timedelta

from django.utils import timezone

from kommunpost.core.checkup import Finding, note, ok, wrong
from kommunpost.site.operations.queries.proof import latest_whole
from kommunpost.site.operations.queries.rhythm import silent_mailboxes

VERIFY_AT_LEAST_EVERY = timedelta(days=31)


def check_mailboxes(now: datetime) -> Iterator[Finding]:
    """Shared mailboxes that are silent against their own rhythm. Most often a forwarding rule that somebody removed."""
    silent = silent_mailboxes(now=now)
    if not silent:
        yield ok("mailboxes.heard", "No shared mailbox has fallen silent.")
    for one in silent:
        day = timezone.localdate(one.last_at) if one.last_at else None
        says = f"{one.address} has had no mail since {day}; about {one.expected:.0f} were to be expected."
        remedy = "Check its forwarding or journal rule in the mail system."
        facts: dict[str, str | int] = {"address": one.address, "day": str(day or ""), "expected": round(one.expected)}
        yield note("mailboxes.silent", says, remedy, **facts)


def check_verification(now: datetime) -> Iterator[Finding]:
    """Whether trail, mail and log have been verified as a whole of late, and what came of it."""
    latest = latest_whole()
    if latest is None or latest.finished_at is None:
        says = "Trail, mail and log have never been verified here."
        yield note("verification.never", says, "Run kommunpost verify --seal, or press Verify on the audit page.")
        return
    day = f"{timezone.localdate(latest.finished_at)}"
    if latest.break_count:
        says = f"The verification of {day} found {latest.break_count} breaks."
        remedy = "Read docs/how-to/verify.md before anything is changed."
        yield wrong("verification.broken", says, remedy, day=day, number=latest.break_count)
    elif latest.finished_at < now - VERIFY_AT_LEAST_EVERY:
        says = f"Trail, mail and log were last verified on {day}."
        yield note("verification.old", says, "Run kommunpost verify --seal.", day=day)
    else:
        yield ok("verification.whole", f"Trail, mail and log were whole on {day}.", day=day)
