"""Reads of the knowledge base, suggestions for a question, and answers that might become articles."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import lru_cache

from django.db.models import Count, Max, Q, Sum

from kommunpost.apps.composing.models import Draft
from kommunpost.apps.composing.queries.signatures import profile
from kommunpost.apps.inbox.models import Answer, AnswerKind, AnswerState, Article, ArticleState, ArticleVersion
from kommunpost.apps.inbox.rules.matching import Document, Hit, Index, groups_of_alike
from kommunpost.core.law import OtherAuthority, authorities

MOST_ANSWERS = 400
LEAST_TIMES = 3
RECENT = timedelta(days=90)
AUTHORITY_SCORE = 8.0
"""Two of its words: one alone ("pass", "hot") stands in many letters."""


@dataclass(frozen=True, slots=True)
class ArticleRow:
    """An article in a list. ``is_due``: the day for looking it through has come."""

    id: int
    question: str
    unit: str
    owner: str
    review_on: date
    state: str
    state_text: str
    uses: int
    is_due: bool
    passage: str = ""


@dataclass(frozen=True, slots=True)
class Suggested:
    """An article for the question at hand, and why."""

    id: int
    question: str
    answer: str
    passage: str
    words: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Proposal:
    """An answer that has been given so often that it should be an article."""

    text: str
    times: int
    subject: str


@dataclass(frozen=True, slots=True)
class Redirect:
    """Another authority that the matter may be for, and a ready answer that names it with its ways of contact."""

    id: str
    name: str
    words: tuple[str, ...]
    may_forward: bool
    takes_mail: bool
    text: str


def list_articles(*, today: date, text: str = "") -> list[ArticleRow]:
    """Articles, those due for review first; with ``text`` those that match, best first. Two queries."""
    articles = Article.objects.select_related("unit", "owner").annotate(used=Count("uses"))
    if not text.strip():
        return [_row(one, today) for one in articles.order_by("review_on", "pk")]
    hits = {hit.id: hit for hit in _all_index().find(text, limit=50, least=0.01)}
    found = {one.pk: one for one in articles.filter(pk__in=hits)}
    return [_row(found[pk], today, hit) for pk, hit in hits.items() if pk in found]


def suggest(question: str) -> list[Suggested]:
    """Published articles for a question, best first, at most three. At most two queries."""
    hits = _index().find(question)
    found = {one.pk: one for one in Article.objects.filter(pk__in=[hit.id for hit in hits])} if hits else {}
    return [
        Suggested(hit.id, found[hit.id].question, found[hit.id].answer, hit.passage, hit.words)
        for hit in hits
        if hit.id in found
    ]


def suggest_authority(question: str) -> Redirect | None:
    """The other authority whose matters the question names most clearly (clause ``right-authority``), if any."""
    hits = _authority_index().find(question, limit=1, least=AUTHORITY_SCORE)
    if not hits:
        return None
    found = authorities()[hits[0].id]
    taking = dict(profile().addresses.other_authorities)
    return Redirect(
        found.id, found.name, hits[0].words, not found.sensitive_forward, found.id in taking, redirect_text(found)
    )


def redirect_text(found: OtherAuthority) -> str:
    """A ready answer, in Swedish: it goes to whoever wrote."""
    lines = [
        "Hej!",
        f"Din fråga är något som {found.name} svarar för, inte kommunen. {found.not_ours_because}",
        f"Så når du dem: {found.how_to_reach}",
        found.municipality_may_still,
    ]
    return "\n\n".join(line for line in lines if line)


def versions_of(article_id: int) -> Sequence[ArticleVersion]:
    """All wordings, newest first, with their authors."""
    return list(ArticleVersion.objects.filter(article_id=article_id).select_related("author").order_by("-number"))


def proposals(*, mailbox_ids: frozenset[int], now: datetime) -> list[Proposal]:
    """Answers of the actor's own mailboxes that came back at least LEAST_TIMES lately, and that no article covers."""
    answers = Answer.objects.filter(
        kind=AnswerKind.ANSWER, state=AnswerState.SENT, at__gte=now - RECENT, conversation__mailbox_id__in=mailbox_ids
    ).select_related("conversation")
    recent = list(answers.order_by("-at", "-pk")[:MOST_ANSWERS])
    bodies = dict(
        Draft.objects.filter(outgoing_id__in=[one.outgoing_id for one in recent]).values_list("outgoing_id", "body")
    )
    told = [one for one in recent if bodies.get(one.outgoing_id, "").strip()]
    texts = [bodies[one.outgoing_id] for one in told]
    index = _index()
    return [
        Proposal(texts[group[0]], len(group), told[group[0]].conversation.subject)
        for group in groups_of_alike(texts)
        if len(group) >= LEAST_TIMES and not index.find(texts[group[0]], limit=1, least=12.0)
    ]


def _row(one: Article, today: date, hit: Hit | None = None) -> ArticleRow:
    is_live = one.state == ArticleState.PUBLISHED
    return ArticleRow(
        id=one.pk,
        question=one.question,
        unit=one.unit.name if one.unit else "",
        owner=one.owner.name,
        review_on=one.review_on,
        state=one.state,
        state_text=str(ArticleState(one.state).label),
        uses=int(getattr(one, "used", 0)),
        is_due=is_live and one.review_on <= today,
        passage=hit.passage if hit else "",
    )


def _index() -> Index:
    return _built(_stamp(), published=True)


def _all_index() -> Index:
    return _built(_stamp(), published=False)


Stamp = tuple[object, ...]


def _stamp() -> Stamp:
    """Another value when anything has changed, so that every process builds its index anew. One query."""
    is_live = Q(state=ArticleState.PUBLISHED)
    told = Article.objects.aggregate(
        live=Count("pk", filter=is_live), number=Count("pk"), last=Max("pk"), versions=Sum("version"),
        newest=Max("changed_at"),
    )  # fmt: skip
    return tuple(told[name] for name in sorted(told))


@lru_cache(maxsize=4)
def _built(_stamp: Stamp, *, published: bool) -> Index:
    articles = Article.objects.filter(state=ArticleState.PUBLISHED) if published else Article.objects.all()
    return Index(Document(one.pk, one.question, one.answer, one.keywords) for one in articles.order_by("pk"))


@lru_cache(maxsize=1)
def _authority_index() -> Index:
    return Index(Document(place, one.name, "", ", ".join(one.handles)) for place, one in enumerate(authorities()))
