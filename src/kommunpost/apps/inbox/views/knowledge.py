"""The knowledge base on screen."""

from datetime import timedelta

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.timezone import localdate
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from kommunpost.apps.directory import searches
from kommunpost.apps.directory.models import Person, Unit
from kommunpost.apps.directory.requests import AuthenticatedRequest
from kommunpost.apps.directory.rules import Permission
from kommunpost.apps.inbox.actions.knowledge import save_article
from kommunpost.apps.inbox.forms import ArticleForm
from kommunpost.apps.inbox.models import Article, ArticleState
from kommunpost.apps.inbox.queries.knowledge import Proposal, list_articles, proposals, versions_of
from kommunpost.apps.inbox.views.doors import MOST, attempt

HALF_A_YEAR = timedelta(days=182)
LONGEST_SEARCH = 200


@require_http_methods(["GET", "HEAD", "POST"])
def articles(request: AuthenticatedRequest) -> HttpResponse:
    """All articles, those to look through first. A search is posted, kept, and shown under a key (ADR 0008)."""
    _check(request, Permission.KNOWLEDGE_READ)
    if request.method == "POST":
        text = str(request.POST.get("text", ""))[:LONGEST_SEARCH].strip()
        if not text:
            return redirect("knowledge")
        return redirect("knowledge-search", key=searches.keep(request.session, {"text": text}, room="knowledge"))
    return _list(request, text="")


@require_safe
def search(request: AuthenticatedRequest, key: str) -> HttpResponse:
    """A search that was kept."""
    _check(request, Permission.KNOWLEDGE_READ)
    terms = searches.recall(request.session, key, room="knowledge")
    return redirect("knowledge") if terms is None else _list(request, text=terms["text"])


def _list(request: AuthenticatedRequest, *, text: str) -> HttpResponse:
    may_write = request.actor.may(Permission.KNOWLEDGE_WRITE)
    context = {
        "rows": list_articles(today=localdate(request.now), text=text),
        "text": text,
        "may_write": may_write,
        "proposals": proposals(mailbox_ids=request.actor.mailbox_ids, now=request.now)
        if may_write and not text
        else (),
    }
    return render(request, "inbox/knowledge.html", context)


def _proposals(request: AuthenticatedRequest) -> list[Proposal]:
    return proposals(mailbox_ids=request.actor.mailbox_ids, now=request.now)


@require_safe
def article(request: AuthenticatedRequest, article_id: int) -> HttpResponse:
    """One article with its earlier wordings."""
    _check(request, Permission.KNOWLEDGE_READ)
    found = _found(article_id)
    context = {
        "article": found,
        "versions": versions_of(found.pk),
        "is_due": found.state == ArticleState.PUBLISHED and found.review_on <= localdate(request.now),
        "may_write": request.actor.may(Permission.KNOWLEDGE_WRITE),
    }
    return render(request, "inbox/article.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def edit(request: AuthenticatedRequest, article_id: int | None = None) -> HttpResponse:
    """Write a new article, or a new version of one. ``fraga`` and ``svar`` come from a proposal, by POST alone."""
    _check(request, Permission.KNOWLEDGE_WRITE)
    found = _found(article_id) if article_id is not None else None
    is_proposal = request.method == "POST" and "proposed" in request.POST
    data = request.POST if request.method == "POST" and not is_proposal else None
    form = ArticleForm(data, initial=_initial(request, found))
    form.fill(people=_people(), units=list(Unit.objects.filter(is_active=True).values_list("pk", "name")))
    saved: list[int] = []
    if form.is_valid() and attempt(
        request,
        lambda: saved.append(
            save_article(actor=request.actor, article_id=found.pk if found else None, now=request.now, **form.facts())
        ),
        done=_("Artikeln är sparad."),
    ):
        return redirect("article", saved[0])
    context = {"form": form, "article": found}
    return render(request, "inbox/article_form.html", context, status=422 if form.is_bound else 200)


def _initial(request: AuthenticatedRequest, found: Article | None) -> dict[str, object]:
    if found is not None:
        return {
            "question": found.question, "answer": found.answer, "keywords": found.keywords, "unit": found.unit_id or "",
            "owner": found.owner_id, "review_on": found.review_on, "state": found.state, "seen_version": found.version,
        }  # fmt: skip
    return {
        "question": str(request.POST.get("question", ""))[:300],
        "answer": str(request.POST.get("answer", "")),
        "owner": request.actor.person_id,
        "review_on": localdate(request.now) + HALF_A_YEAR,
        "state": ArticleState.DRAFT,
        "seen_version": 0,
    }


def _people() -> list[tuple[int, str]]:
    return list(Person.objects.filter(is_active=True, account__isnull=False).order_by("name").values_list("pk", "name"))


def _found(article_id: int) -> Article:
    if article_id >= MOST:
        raise Http404
    return get_object_or_404(Article.objects.select_related("unit", "owner"), pk=article_id)


def _check(request: AuthenticatedRequest, permission: Permission) -> None:
    if not request.actor.may(permission):
        raise PermissionDenied
