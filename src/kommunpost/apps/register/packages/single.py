"""One entry as a package for a case system: its case with this entry alone, whole or still open."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime

from django.conf import settings

from kommunpost import __version__
from kommunpost.apps.register.actions.packaging import open_mail
from kommunpost.apps.register.models import RegisterEntry
from kommunpost.apps.register.packages.gathering import gather_entry
from kommunpost.core.guidelines import load_profile
from kommunpost.core.packages import Case, Container, Event, Sender, Sources, write_sip


def write_entry_package(container: Container, entry_id: int, *, name: str, made_at: datetime) -> None:
    """An E-ARK SIP with the one entry. The trail's events do not go along: they are for the archive."""
    committee = RegisterEntry.objects.select_related("committee").get(pk=entry_id).committee
    sender = Sender(
        municipality=load_profile(settings.PROFILE).municipality.name, committee=committee.name,
        committee_code=committee.code, version=__version__,
    )  # fmt: skip
    sources = Sources(open_mail=open_mail, events=_none, done=lambda: None)
    write_sip(container, name=name, cases=[_case_of(entry_id)], sender=sender, sources=sources, made_at=made_at)


def _case_of(entry_id: int) -> Case:
    case = gather_entry(entry_id)
    # What stood there before is for whoever asks here; a case system registers what stands now.
    return replace(case, entries=tuple(replace(one, revisions=()) for one in case.entries))


def _none(_case: Case) -> Iterator[Event]:
    return iter(())
