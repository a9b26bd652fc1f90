"""Write, review, retire articles; use one in an answer."""

from datetime import date, datetime

from django.db import transaction

from kommunpost.apps.audit.actions import record
from kommunpost.apps.directory.models import Person, Unit
from kommunpost.apps.directory.rules import Actor, Permission, check_may
from kommunpost.apps.inbox.actions.answering import begin_answer
from kommunpost.apps.inbox.actions.steps import open_to_work
from kommunpost.apps.inbox.models import Article, ArticleState, ArticleUse, ArticleVersion
from kommunpost.apps.inbox.rules.refusals import InboxRefused


@transaction.atomic
def save_article(
    *, actor: Actor, article_id: int | None, question: str, answer: str, keywords: str, unit_id: int | None,
    owner_id: int, review_on: date, state: str, seen_version: int, now: datetime,
) -> int:  # fmt: skip
    """A new article, or a new version of one; its id. An unchanged wording makes no version.

    ``seen_version``: the one that the writer saw. Raises ``NotAllowed``, ``no_such_article``, ``article_changed``,
    ``empty``, ``no_such_person``, ``no_such_unit``, ``unknown_state``, ``past``.
    """
    check_may(actor, Permission.KNOWLEDGE_WRITE)
    _check(question=question, answer=answer, unit_id=unit_id, owner_id=owner_id, state=state)
    if state == ArticleState.PUBLISHED and review_on <= now.date():
        raise InboxRefused("past")
    facts = {"question": question.strip(), "answer": answer.strip(), "keywords": keywords.strip()}
    rest: dict[str, object] = {"unit_id": unit_id, "owner_id": owner_id, "review_on": review_on}
    rest |= {"state": state, "changed_at": now}
    if article_id is None:
        article = Article.objects.create(**facts, **rest)
        _version(article, actor, now)
    else:
        article = _change(article_id, facts, rest, seen=seen_version, actor=actor, now=now)
    record(
        actor=actor.reference, verb="inbox:article:save", subject=f"article:{article.pk}",
        details={"version": article.version, "state": state}, at=now,
    )  # fmt: skip
    return article.pk


def _change(
    article_id: int, facts: dict[str, str], rest: dict[str, object], *, seen: int, actor: Actor, now: datetime
) -> Article:
    article = Article.objects.filter(pk=article_id).first()
    if article is None:
        raise InboxRefused("no_such_article")
    is_new = any(getattr(article, name) != value for name, value in facts.items())
    version = article.version + 1 if is_new else article.version
    unchanged = Article.objects.filter(pk=article_id, version=seen)
    if not unchanged.update(**facts, **rest, version=version):
        raise InboxRefused("article_changed")
    article.refresh_from_db()
    if is_new:
        _version(article, actor, now)
    return article


def _version(article: Article, actor: Actor, now: datetime) -> None:
    ArticleVersion.objects.create(
        article=article, number=article.version, question=article.question, answer=article.answer,
        keywords=article.keywords, author_id=actor.person_id, at=now,
    )  # fmt: skip


def _check(*, question: str, answer: str, unit_id: int | None, owner_id: int, state: str) -> None:
    if not question.strip() or not answer.strip():
        raise InboxRefused("empty")
    if state not in ArticleState.values:
        raise InboxRefused("unknown_state")
    if not Person.objects.filter(pk=owner_id, is_active=True).exists():
        raise InboxRefused("no_such_person")
    if unit_id is not None and not Unit.objects.filter(pk=unit_id).exists():
        raise InboxRefused("no_such_unit")


def use_article(*, actor: Actor, conversation_id: int, article_id: int, now: datetime) -> int:
    """Put an article's answer into the actor's draft of the conversation; its id. Raises ``no_such_article``."""
    conversation = open_to_work(actor, conversation_id)
    article = Article.objects.filter(pk=article_id, state=ArticleState.PUBLISHED).first()
    if article is None:
        raise InboxRefused("no_such_article")
    draft_id = begin_answer(actor=actor, conversation_id=conversation.pk, body=article.answer, now=now)
    with transaction.atomic():
        ArticleUse.objects.get_or_create(article=article, conversation=conversation, defaults={"at": now})
        record(
            actor=actor.reference, verb="inbox:article:use", subject=f"article:{article.pk}",
            details={"conversation": conversation.pk}, at=now,
        )  # fmt: skip
    return draft_id
