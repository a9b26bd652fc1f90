"""Where a mail may lie: the one visible table. A removal goes through it from top to bottom (ADR 0053).

First what brings the mail back if it stays: mailboxes, then drafts that hang on it, and what waits for a case system.
Then its bytes, so that no worker writes words of it anew; then what was made from it; last what databases themselves
keep of rows that are gone.
"""

from collections.abc import Sequence
from datetime import datetime

from django.db import connection
from django.utils.translation import gettext_lazy as _

from kommunpost.apps.composing.removing import DRAFTS
from kommunpost.apps.inbox.removing import CONVERSATIONS
from kommunpost.apps.mailflow.models import Message
from kommunpost.apps.mailflow.places import Lying, Place, PlaceFailed, numbers
from kommunpost.apps.mailflow.removing import BYTES, ROW
from kommunpost.apps.mailflow.sync.removing import mailboxes
from kommunpost.apps.maillog.removing import SUBJECTS
from kommunpost.apps.register.connectors.places import HANDOVERS
from kommunpost.apps.register.packages.places import PACKAGES
from kommunpost.apps.register.places import TRACES
from kommunpost.site.serving.sources import open_source
from kommunpost.site.submission.models import SubmissionNote


def _find_notes(message_id: int) -> list[Lying]:
    subject = Message.objects.values_list("subject", flat=True).get(pk=message_id)
    notes = SubmissionNote.objects.filter(subject=subject).exclude(subject="").order_by("pk")
    return [Lying(f"submission_note:{pk}") for pk in notes.values_list("pk", flat=True)]


def _remove_notes(message_id: int, lying: Sequence[Lying], now: datetime) -> None:  # noqa: ARG001
    SubmissionNote.objects.filter(pk__in=numbers(lying, "submission_note")).delete()


def _prove_notes(message_id: int, lying: Sequence[Lying]) -> list[str]:  # noqa: ARG001
    left = SubmissionNote.objects.filter(pk__in=numbers(lying, "submission_note"))
    return [f"submission_note:{pk}" for pk in left.values_list("pk", flat=True)]


def _find_leftovers(message_id: int) -> list[Lying]:  # noqa: ARG001
    return [Lying(f"database:{connection.vendor}")]


def _clear_leftovers(message_id: int, lying: Sequence[Lying], now: datetime) -> None:  # noqa: ARG001
    """Rows that are gone leave their bytes: in SQLite's write-ahead log, in PostgreSQL's dead rows."""
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            for table in _TOUCHED:
                cursor.execute(f"VACUUM {table}")
            return
        cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        if cursor.fetchone()[0]:
            # Somebody reads just now.
            raise PlaceFailed("in_use")


def _prove_leftovers(message_id: int, lying: Sequence[Lying]) -> list[str]:  # noqa: ARG001
    return []


_TOUCHED = (
    "mailflow_message", "composing_draft", "composing_draftattachment", "composing_cannedtext", "inbox_conversation",
    "inbox_search", "inbox_word", "inbox_note", "inbox_article", "inbox_articleversion", "register_judgement",
    "register_question", "register_recorddecision", "register_entryfile", "register_entryrevision",
    "register_registerentry", "register_entryword", "register_handover", "register_guidance", "register_casenote",
    "submission_submissionnote",
)  # fmt: skip

NOTES = Place("submission", _("Råd som väntar på att berättas"), _find_notes, _remove_notes, _prove_notes)
LEFTOVERS = Place(
    "database", _("Databasens egna rester av borttagna rader"), _find_leftovers, _clear_leftovers, _prove_leftovers
)

MAILBOXES = mailboxes(open_source=open_source)

PLACES: tuple[Place, ...] = (
    MAILBOXES, DRAFTS, HANDOVERS, BYTES, ROW, SUBJECTS, PACKAGES, TRACES, CONVERSATIONS, NOTES, LEFTOVERS
)  # fmt: skip
