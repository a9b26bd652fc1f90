"""The directory's lists: one view for every kind, as it stands or as searched, on the screen or as a file."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from django.contrib import messages
from django.http import Http404, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from kommunpost.apps.directory import lists, searches
from kommunpost.apps.directory.actions import note_list_export
from kommunpost.apps.directory.doors import MOST, check
from kommunpost.apps.directory.editing import EDITORS
from kommunpost.apps.directory.kinds import KINDS
from kommunpost.apps.directory.requests import AuthenticatedRequest
from kommunpost.apps.directory.rules import Permission
from kommunpost.core.spreadsheet import csv_lines


@dataclass(frozen=True, slots=True)
class Tab:
    """A tab over the list; ``count`` only where something was searched for."""

    label: str | Promise
    url: str
    is_current: bool
    count: int | None = None


@require_safe
def list_page(request: AuthenticatedRequest, kind: str) -> HttpResponse:
    """A list of the directory: units, people, mailboxes, address groups or committees."""
    check(request, Permission.DIRECTORY_READ)
    return _show(request, kind, key="", text="")


@require_POST
def search(request: AuthenticatedRequest) -> HttpResponse:
    """Keep the words on the server and show the first list that holds them (ADR 0008)."""
    check(request, Permission.DIRECTORY_READ)
    text = request.POST.get("text", "").strip()[:200]
    if not text:
        return redirect("directory")
    numbers = lists.counts(text)
    slug = max(KINDS, key=lambda one: (numbers[KINDS[one].key] > 0, one == "personer"))
    return redirect("directory-found", key=searches.keep(request.session, {"text": text}, room="directory"), kind=slug)


@require_safe
def found(request: AuthenticatedRequest, key: str, kind: str) -> HttpResponse:
    """A search that was kept. Whoever else opens the address, or opens it too late, starts anew."""
    check(request, Permission.DIRECTORY_READ)
    terms = searches.recall(request.session, key, room="directory")
    if terms is None or kind not in KINDS:
        messages.info(request, _("Sökningen finns inte kvar. Sök igen."))
        return redirect("directory")
    return _show(request, kind, key=key, text=terms["text"])


@require_POST
def list_file(request: AuthenticatedRequest, kind: str) -> HttpResponseBase:
    """The whole list, as searched, for a spreadsheet. The audit trail gets its event first."""
    check(request, Permission.DIRECTORY_READ)
    if kind not in KINDS:
        raise Http404
    key = request.POST.get("key", "")
    terms = searches.recall(request.session, key, room="directory") if key else {"text": ""}
    if terms is None:
        messages.info(request, _("Sökningen finns inte kvar. Sök igen."))
        return redirect("directory")
    note_list_export(by=request.actor, kind=KINDS[kind].key, is_searched=bool(key), now=request.now)
    headers = {
        "Content-Disposition": f'attachment; filename="katalog-{kind}-{request.now:%Y%m%d-%H%M}.csv"',
        "Content-Security-Policy": "default-src 'none'; sandbox",
    }
    lines = csv_lines(list(_cells(kind, terms["text"])))
    return StreamingHttpResponse(lines, content_type="text/csv; charset=utf-8", headers=headers)


def tabs(current: str, *, key: str = "", text: str = "") -> list[Tab]:
    """The tabs over the lists; ``current`` is a key of ``KINDS``, or ``roller``. With a search: how many each found."""
    numbers: Mapping[str, int] = lists.counts(text) if key else {}
    shown = [
        Tab(kind.label, list_url(slug, key), slug == current, numbers.get(kind.key)) for slug, kind in KINDS.items()
    ]
    return shown if key else [*shown, Tab(_("Roller"), reverse("directory-roles"), current == "roller")]


def list_url(slug: str, key: str = "") -> str:
    """The address of a list, or of what a kept search found in it."""
    return reverse("directory-found", args=[key, slug]) if key else reverse(KINDS[slug].url_name)


def _show(request: AuthenticatedRequest, slug: str, *, key: str, text: str) -> HttpResponse:
    kind, asked = KINDS[slug], request.GET.get("efter", "")
    after = int(asked) if asked.isdecimal() and len(asked) < len(str(MOST)) else None
    page = lists.page_of(kind.key, text=text, after=after)
    here = list_url(slug, key)
    context = {
        "slug": slug,
        "key": key,
        "label": kind.label,
        "rows": [(row, list(zip(kind.headings, row.cells, strict=True))) for row in page.rows],
        "headings": kind.headings,
        "page": page,
        "text": text,
        "tabs": tabs(slug, key=key, text=text),
        "new_label": EDITORS[slug].new,
        "new_url": reverse("directory-add", args=[slug]) if request.actor.may(Permission.DIRECTORY_EDIT) else "",
        "first_url": here if after else "",
        "next_url": f"{here}?efter={page.after}" if page.after else "",
    }
    return render(request, "directory/list.html", context)


def _cells(slug: str, text: str) -> Iterator[tuple[str, ...]]:
    kind = KINDS[slug]
    yield tuple(map(str, (_("Namn"), *kind.headings, *kind.more, _("Läge"))))
    for row in lists.all_of(kind.key, text=text):
        yield (row.name, *row.cells, *row.more, _("Öppen") if row.is_active else _("Stängd"))
