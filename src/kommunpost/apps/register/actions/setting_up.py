"""How the diaries are kept: formats of numbers, whether the public may look in, and what is kept in order."""

from collections.abc import Mapping
from datetime import datetime

from django.db import transaction

from kommunpost.apps.audit.actions import record as audit
from kommunpost.apps.directory.models import Committee, Person
from kommunpost.apps.directory.rules import Actor, Permission, check_may
from kommunpost.apps.mailflow.queries import NotVisible
from kommunpost.apps.register.kinds import RecordState
from kommunpost.apps.register.models import Collection, DiarySettings, Record
from kommunpost.apps.register.rules.numbering import parse_format
from kommunpost.apps.register.rules.states import RegisterRefused
from kommunpost.apps.register.verbs import RegisterVerb


def set_diary(*, actor: Actor, committee_id: int, number_format: str, is_public: bool, now: datetime) -> None:
    """Choose how a committee numbers from now on; numbers that are taken stay as they are written.

    Raises NotAllowed, NotVisible, and those of ``parse_format``.
    """
    check_may(actor, Permission.REGISTER_SET_UP)
    text = parse_format(number_format).text
    with transaction.atomic():
        if not Committee.objects.filter(pk=committee_id).exists():
            raise NotVisible
        DiarySettings.objects.update_or_create(
            committee_id=committee_id, defaults={"number_format": text, "is_public": is_public}
        )
        details = {"is_public": is_public}
        _audit(RegisterVerb.SETTINGS_CHANGED, f"committee:{committee_id}", actor, now, details)


def add_collection(
    *, actor: Actor, committee_id: int, name: str, sorted_by: str, responsible_id: int, now: datetime
) -> int:
    """A collection that is kept in order: with somebody who answers for it, and a way to see what has come in.

    Returns its id. Raises NotAllowed, NotVisible, and ``RegisterRefused``: ``name_missing``, ``order_missing``,
    ``name_taken``.
    """
    check_may(actor, Permission.REGISTER_SET_UP)
    if not name.strip():
        raise RegisterRefused("name_missing")
    if not sorted_by.strip():
        raise RegisterRefused("order_missing")
    with transaction.atomic():
        if not Committee.objects.filter(pk=committee_id).exists() or not _is_person(responsible_id):
            raise NotVisible
        if Collection.objects.filter(committee_id=committee_id, name=name.strip()).exists():
            raise RegisterRefused("name_taken")
        made = Collection.objects.create(
            committee_id=committee_id, name=name.strip()[:120], sorted_by=sorted_by.strip()[:200],
            responsible_id=responsible_id,
        )  # fmt: skip
        _audit(RegisterVerb.COLLECTION_ADDED, f"collection:{made.pk}", actor, now, {"committee": committee_id})
    return int(made.pk)


def close_collection(*, actor: Actor, collection_id: int, now: datetime) -> None:
    """Nothing more goes in; what lies there stays in order. Raises NotAllowed, NotVisible."""
    check_may(actor, Permission.REGISTER_SET_UP)
    with transaction.atomic():
        if not Collection.objects.filter(pk=collection_id, is_active=True).update(is_active=False):
            raise NotVisible
        held = Record.objects.filter(collection_id=collection_id, state=RecordState.ORDERED).count()
        _audit(RegisterVerb.COLLECTION_CLOSED, f"collection:{collection_id}", actor, now, {"records": held})


def _is_person(person_id: int) -> bool:
    return Person.objects.filter(pk=person_id, is_active=True).exists()


def _audit(verb: RegisterVerb, subject: str, actor: Actor, now: datetime, details: Mapping[str, int]) -> None:
    audit(actor=actor.reference, verb=verb, subject=subject, details=details, at=now)
