"""The register's own place: what it wrote of a mail beside the entry itself. The entry stays; it holds no content."""

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from kommunpost.apps.audit.actions import record as audit
from kommunpost.apps.mailflow.places import How, Lying, Place, numbers
from kommunpost.apps.mailflow.removing import BY, read_whole
from kommunpost.apps.register.actions.words import index_entry
from kommunpost.apps.register.kinds import NoteState, QuestionState
from kommunpost.apps.register.models import (
    CaseNote,
    EntryFile,
    EntryRevision,
    ErasurePass,
    Guidance,
    Judgement,
    Question,
    RecordDecision,
    RegisterEntry,
)
from kommunpost.apps.register.rules.removing import REMOVED_TEXT
from kommunpost.apps.register.verbs import RegisterVerb
from kommunpost.core.mail.shared_words import Traces

_OLD_TEXTS = ("title", "public_title")


def _find(message_id: int) -> list[Lying]:
    entries = _entries(message_id)
    found = [
        *(Lying(f"judgement:{pk}") for pk in _ids(Judgement.objects.filter(message_id=message_id))),
        *(Lying(f"question:{pk}") for pk in _ids(Question.objects.filter(record__message_id=message_id))),
        *(Lying(f"decision:{pk}") for pk in _ids(_decisions(message_id))),
        *(Lying(f"entry_file:{pk}") for pk in _ids(EntryFile.objects.filter(message_id=message_id))),
        *(Lying(f"entry_revision:{pk}") for pk in _ids(EntryRevision.objects.filter(entry__in=entries))),
        *(Lying(f"entry:{pk}") for pk in _ids(entries.filter(voided_at__isnull=False))),
    ]
    return [*found, *_alike(message_id)]


def _alike(message_id: int) -> list[Lying]:
    """What somebody may have written from the mail: a person says which of it goes."""
    mail = read_whole(message_id)
    if mail is None:
        return []
    traces = Traces(mail)
    guidance = Guidance.objects.exclude(text=REMOVED_TEXT).order_by("pk")
    notes = CaseNote.objects.exclude(text__in=["", REMOVED_TEXT]).order_by("pk").select_related("case")
    return [
        *(
            Lying(f"guidance:{one.pk}", how=How.CHOSEN, shows=str(_("Vägledning: %s") % one.title))
            for one in guidance.iterator()
            if traces.in_text(one.title, one.text)
        ),
        *(
            Lying(f"case_note:{one.pk}", how=How.CHOSEN, shows=str(_("Anteckning i %s") % one.case.designation))
            for one in notes.iterator()
            if traces.in_text(one.text)
        ),
    ]


def _remove(message_id: int, lying: Sequence[Lying], now: datetime) -> None:
    with transaction.atomic():
        Judgement.objects.filter(pk__in=numbers(lying, "judgement")).delete()
        questions = Question.objects.filter(pk__in=numbers(lying, "question"))
        questions.update(text=REMOVED_TEXT)
        questions.filter(state=QuestionState.ANSWERED).update(answer=REMOVED_TEXT)
        RecordDecision.objects.filter(pk__in=numbers(lying, "decision")).update(reason="")
        _rename_files(numbers(lying, "entry_file"))
        _empty_revisions(numbers(lying, "entry_revision"))
        _empty_voided(numbers(lying, "entry"))
        Guidance.objects.filter(pk__in=numbers(lying, "guidance")).update(
            title=REMOVED_TEXT, text=REMOVED_TEXT, words=[], is_active=False
        )
        CaseNote.objects.filter(pk__in=numbers(lying, "case_note")).exclude(state=NoteState.CLEARED).update(
            text=REMOVED_TEXT
        )
        audit(
            actor=BY, verb=RegisterVerb.TRACES_REMOVED, subject=f"message:{message_id}",
            details={"number": len(lying)}, at=now,
        )  # fmt: skip


def _rename_files(ids: Sequence[int]) -> None:
    """A file's name may say what it holds. Its digest, size and kind stay, and prove which file it was."""
    for one in EntryFile.objects.filter(pk__in=ids):
        name = f"mejl-{one.message_id}.eml" if one.place == 0 else f"bilaga-{one.place}"
        EntryFile.objects.filter(pk=one.pk).update(name=name)


def _empty_revisions(ids: Sequence[int]) -> None:
    if not ids:
        return
    opened = ErasurePass.objects.create(reason="secret-received")
    for one in EntryRevision.objects.filter(pk__in=ids):
        gone = {name: REMOVED_TEXT for name in _OLD_TEXTS if one.before.get(name)}
        EntryRevision.objects.filter(pk=one.pk).update(before={**one.before, **gone})
    opened.delete()


def _empty_voided(ids: Sequence[int]) -> None:
    """An entry that was struck out keeps its number, day and counterpart; what it said of the mail goes."""
    entries = RegisterEntry.objects.filter(pk__in=ids, voided_at__isnull=False)
    entries.update(title=REMOVED_TEXT, public_title="")
    for entry in entries:
        index_entry(entry)


def _prove(message_id: int, lying: Sequence[Lying]) -> list[str]:  # noqa: ARG001 -- one shape for all places
    revisions = EntryRevision.objects.filter(pk__in=numbers(lying, "entry_revision"))
    kept = [one.pk for one in revisions if any(one.before.get(n) not in (None, "", REMOVED_TEXT) for n in _OLD_TEXTS)]
    left = {
        "judgement": _ids(Judgement.objects.filter(pk__in=numbers(lying, "judgement"))),
        "question": _ids(Question.objects.filter(pk__in=numbers(lying, "question")).exclude(text=REMOVED_TEXT)),
        "decision": _ids(RecordDecision.objects.filter(pk__in=numbers(lying, "decision")).exclude(reason="")),
        "entry_revision": kept,
        "entry": _ids(RegisterEntry.objects.filter(pk__in=numbers(lying, "entry")).exclude(title=REMOVED_TEXT)),
        "guidance": _ids(Guidance.objects.filter(pk__in=numbers(lying, "guidance")).exclude(text=REMOVED_TEXT)),
        "case_note": _ids(
            CaseNote.objects.filter(pk__in=numbers(lying, "case_note")).exclude(text__in=["", REMOVED_TEXT])
        ),
    }
    return [f"{kind}:{pk}" for kind, ids in left.items() for pk in ids]


def _entries(message_id: int) -> QuerySet[RegisterEntry]:
    return RegisterEntry.objects.filter(mails__record__message_id=message_id).distinct()


def _decisions(message_id: int) -> QuerySet[RecordDecision]:
    return RecordDecision.objects.filter(record__message_id=message_id).exclude(reason="")


def _ids(rows: object) -> list[int]:
    return list(rows.order_by("pk").values_list("pk", flat=True))  # type: ignore[attr-defined]


TRACES = Place("register", _("Förslag, frågor, filnamn och tidigare lydelser i registret"), _find, _remove, _prove)
