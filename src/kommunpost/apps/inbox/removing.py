"""The places of this office where a mail lies: its conversation, what is found by its words, and texts made from it."""

from collections.abc import Iterable, Sequence
from datetime import datetime

from django.db import connection, transaction
from django.utils.translation import gettext_lazy as _

from kommunpost.apps.audit.actions import record
from kommunpost.apps.inbox.actions.history import again_when_stale, write
from kommunpost.apps.inbox.models import Article, ArticleState, ArticleVersion, Conversation, Entry, Note, Suggestion
from kommunpost.apps.inbox.search_index import forget
from kommunpost.apps.inbox.verbs import InboxVerb
from kommunpost.apps.mailflow.places import How, Lying, Place, numbers
from kommunpost.apps.mailflow.removing import BY, read_whole
from kommunpost.core.mail.shared_words import Traces

REMOVED_TEXT = "[borttaget]"
"""In place of a text that may not be empty. Records are in Swedish."""


def _find(message_id: int) -> list[Lying]:
    ids = _conversations(message_id)
    mail = read_whole(message_id)
    alike = _alike(Traces(mail)) if mail else ()
    return [*(Lying(f"conversation:{pk}") for pk in ids), *alike]


def _alike(traces: Traces) -> Iterable[Lying]:
    for note in Note.objects.exclude(text=REMOVED_TEXT).order_by("pk").iterator():
        if traces.in_text(note.text):
            shows = _("Anteckning i konversation %d") % note.conversation_id
            yield Lying(f"note:{note.pk}", how=How.CHOSEN, shows=str(shows))
    for article in Article.objects.exclude(answer=REMOVED_TEXT).order_by("pk").iterator():
        versions = article.versions.values_list("question", "answer")
        if traces.in_text(article.question, article.answer, *(text for pair in versions for text in pair)):
            yield Lying(f"article:{article.pk}", how=How.CHOSEN, shows=str(_("Kunskapsbanken: %s") % article.question))


def _remove(message_id: int, lying: Sequence[Lying], now: datetime) -> None:
    for pk in numbers(lying, "conversation"):
        _empty_conversation(conversation_id=pk, message_id=message_id, now=now)
    with transaction.atomic():
        Note.objects.filter(pk__in=numbers(lying, "note")).update(text=REMOVED_TEXT)
        articles = numbers(lying, "article")
        gone = {"question": REMOVED_TEXT, "answer": REMOVED_TEXT, "keywords": ""}
        Article.objects.filter(pk__in=articles).update(**gone, state=ArticleState.RETIRED, changed_at=now)
        ArticleVersion.objects.filter(article_id__in=articles).update(**gone)
        record(actor=BY, verb="inbox:mail:remove_traces", subject=f"message:{message_id}", at=now)
    _tidy_index()


@again_when_stale
def _empty_conversation(*, conversation_id: int, message_id: int, now: datetime) -> None:
    """What the queue shows of the mail goes. The event makes the worker write the words anew, without the mail's."""
    conversation = Conversation.objects.get(pk=conversation_id)
    changes = {"subject": "", "preview": "", "indexed_event": 0}
    write(conversation, InboxVerb.MAIL_REMOVED, by=None, now=now, changes=changes, details={"message": message_id})
    Suggestion.objects.filter(entry__message_id=message_id).delete()
    forget(conversation_id)


def _tidy_index() -> None:
    """SQLite's word index keeps what was removed in older pieces until they are put together."""
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            cursor.execute("INSERT INTO inbox_search (inbox_search) VALUES ('optimize')")


def _prove(message_id: int, lying: Sequence[Lying]) -> list[str]:  # noqa: ARG001 -- one shape for all places
    ids = numbers(lying, "conversation")
    shown = Conversation.objects.filter(pk__in=ids).exclude(subject="", preview="")
    notes = Note.objects.filter(pk__in=numbers(lying, "note")).exclude(text=REMOVED_TEXT)
    articles = Article.objects.filter(pk__in=numbers(lying, "article")).exclude(answer=REMOVED_TEXT)
    return [
        *(f"conversation:{pk}" for pk in shown.values_list("pk", flat=True)),
        *(f"note:{pk}" for pk in notes.values_list("pk", flat=True)),
        *(f"article:{pk}" for pk in articles.values_list("pk", flat=True)),
    ]


def _conversations(message_id: int) -> list[int]:
    found = Entry.objects.filter(message_id=message_id).values_list("conversation_id", flat=True)
    return sorted(set(found))


CONVERSATIONS = Place(
    "conversations", _("Konversationer, sökord, anteckningar och kunskapsbank"), _find, _remove, _prove
)
