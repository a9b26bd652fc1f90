"""What stands over an extract: whose log, which mailbox, which period, who made it and when. In Swedish, as records
are.
"""

from dataclasses import dataclass
from datetime import date, datetime

from django.conf import settings
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import override

from kommunpost.apps.directory.models import Mailbox
from kommunpost.apps.directory.rules import Actor
from kommunpost.apps.maillog.queries import LogFilter
from kommunpost.apps.maillog.rules.ids import HOLDING_PEN, LOCAL
from kommunpost.core.guidelines import load_profile

_MOST_NAMED = 10


@dataclass(frozen=True, slots=True)
class Head:
    """``facts`` are (what, value), ready to show; ``columns`` the names of the seven columns."""

    municipality: str
    title: str
    facts: tuple[tuple[str, str], ...]
    made: str
    columns: tuple[str, ...]


def head_of(wanted: LogFilter, *, by: Actor | str, now: datetime) -> Head:
    """The head of an extract of ``wanted``, made by ``by`` at ``now``."""
    with override("sv"):
        maker = by.name if isinstance(by, Actor) else _("systemet")
        made_at = now.astimezone(LOCAL)
        made = _("Framställt %(day)s kl. %(time)s av %(maker)s") % {
            "day": date_format(made_at, "j F Y"), "time": f"{made_at:%H.%M}", "maker": maker,
        }  # fmt: skip
        return Head(
            municipality=load_profile(settings.PROFILE).municipality.name,
            title=_("Utdrag ur e-postloggen"),
            facts=tuple(_facts(wanted)),
            made=made,
            columns=tuple(map(str, column_names())),
        )


def column_names() -> tuple[str, ...]:
    """The columns of an extract: the guideline's fields, mailbox and direction."""
    with override("sv"):
        return (_("Datum"), _("Tid"), _("In/ut"), _("Brevlåda"), _("Avsändare"), _("Mottagare"), _("Ämne"))


def direction_word(direction: str) -> str:
    """``In`` or ``Ut``."""
    return {"in": _("In"), "out": _("Ut")}[direction]


def _facts(wanted: LogFilter) -> list[tuple[str, str]]:
    facts = [(_("Brevlåda"), _mailboxes(wanted.mailbox_ids)), (_("Period"), _period(wanted.since, wanted.until))]
    if wanted.direction:
        facts.append((_("Riktning"), direction_word(wanted.direction)))
    words = (
        (_("Ord i raden"), wanted.text),
        (_("Ord i avsändaren"), wanted.sender),
        (_("Ord i mottagarna"), wanted.recipient),
        (_("Ord i ämnet"), wanted.subject),
    )
    return [*facts, *(fact for fact in words if fact[1])]


def _mailboxes(ids: frozenset[int] | None) -> str:
    if ids is None:
        return _("alla")
    addresses = list(Mailbox.objects.filter(id__in=ids).order_by("address").values_list("address", flat=True))
    if HOLDING_PEN in ids:
        addresses.append(_("post som ingen brevlåda svarar för"))
    if len(addresses) <= _MOST_NAMED:
        return ", ".join(addresses) or _("ingen")
    return _("%(some)s och %(number)d till") % {
        "some": ", ".join(addresses[:_MOST_NAMED]), "number": len(addresses) - _MOST_NAMED,
    }  # fmt: skip


def _period(since: date | None, until: date | None) -> str:
    first = date_format(since, "j F Y") if since else ""
    last = date_format(until, "j F Y") if until else ""
    if first and last:
        return _("%(first)s till och med %(last)s") % {"first": first, "last": last}
    if first or last:
        return _("från och med %s") % first if first else _("till och med %s") % last
    return _("hela loggen")
