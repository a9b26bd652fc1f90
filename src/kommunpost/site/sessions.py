"""Where somebody is signed in, to be seen and ended by themselves. A session is Django's; this is the list of them."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.contrib.sessions.models import Session
from django.db import transaction

from kommunpost.apps.audit import actions as audit
from kommunpost.site.models import OpenSession
from kommunpost.site.verbs import DoorVerb

BROWSERS = (("Edg/", "Edge"), ("OPR/", "Opera"), ("Firefox/", "Firefox"), ("Chrome/", "Chrome"), ("Safari/", "Safari"))
SYSTEMS = (
    *(("Android", "Android"), ("iPhone", "iPhone"), ("iPad", "iPad"), ("Windows", "Windows"), ("CrOS", "ChromeOS")),
    *(("Mac OS X", "macOS"), ("Linux", "Linux")),
)


@dataclass(frozen=True, slots=True)
class SessionRow:
    """A sign-in on the account's page."""

    device: str
    since: datetime
    is_this: bool


def note_session(*, account_id: int, session_key: str, agent: str, now: datetime) -> None:
    """Remember a sign-in. ``agent``: the browser's own words; only browser and system are kept of them."""
    OpenSession.objects.filter(since__lt=now - timedelta(seconds=settings.SESSION_COOKIE_AGE)).delete()
    OpenSession.objects.update_or_create(
        session_key=session_key, defaults={"account_id": account_id, "device": device_of(agent), "since": now}
    )


def move_session(*, old_key: str, new_key: str) -> None:
    """The same sign-in under the new key that it got when the password was changed."""
    OpenSession.objects.filter(session_key=old_key).update(session_key=new_key)


def forget_session(*, session_key: str) -> None:
    OpenSession.objects.filter(session_key=session_key).delete()


def list_sessions(*, account_id: int, session_key: str, now: datetime) -> list[SessionRow]:
    """The account's sign-ins that are still open, newest first. Two queries."""
    rows = list(OpenSession.objects.filter(account_id=account_id))
    alive = set(
        Session.objects.filter(session_key__in=[row.session_key for row in rows], expire_date__gt=now).values_list(
            "session_key", flat=True
        )
    )
    return [
        SessionRow(device=row.device, since=row.since, is_this=row.session_key == session_key)
        for row in rows
        if row.session_key in alive
    ]


def end_sessions(*, account_id: int, but: str | None, by: str, now: datetime) -> int:
    """End every sign-in of the account but the one with the key ``but``. Returns how many were on the list."""
    with transaction.atomic():
        rows = OpenSession.objects.filter(account_id=account_id).exclude(session_key=but)
        keys = list(rows.values_list("session_key", flat=True))
        Session.objects.filter(session_key__in=keys).delete()
        rows.delete()
        audit.record(
            actor=by, verb=DoorVerb.SIGNED_OUT_EVERYWHERE, subject=f"account:{account_id}",
            details={"count": len(keys)}, at=now,
        )  # fmt: skip
    return len(keys)


def device_of(agent: str) -> str:
    """``Firefox, Windows``, as well as can be told; nothing for what we do not know."""
    browser = next((name for sign, name in BROWSERS if sign in agent), "")
    system = next((name for sign, name in SYSTEMS if sign in agent), "")
    return ", ".join(filter(None, (browser, system)))
