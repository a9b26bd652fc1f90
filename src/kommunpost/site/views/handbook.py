"""The handbook: every clause of the guidelines, what the software does about it today, what the municipality chose."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.functional import Promise
from django.utils.timezone import localdate
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_safe

from kommunpost.apps.composing.queries import following
from kommunpost.apps.directory.requests import AuthenticatedRequest
from kommunpost.apps.register.queries.lists import timeliness
from kommunpost.core.advice import RULES
from kommunpost.core.guidelines import CLAUSES, SECTIONS, Clause, Profile, load_profile
from kommunpost.core.guidelines.profile import AngryPolicy

BASE, HEIGHT, LEFT, STEP = 76, 60, 36, 103

PART_NAMES: dict[str, str | Promise] = {
    "core.mail": _("Läsning och skrivning av mejl"),
    "core.swedish": _("Svenska arbetsdagar och klarspråk"),
    "core.sensitivity": _("Sökning efter känsliga uppgifter"),
    "core.judgement": _("Förslag på handlingstyp och mottagare"),
    "core.advice": _("Skrivråd"),
    "core.redaction": _("Maskning"),
    "apps.directory": _("Katalogen"),
    "apps.mailflow": _("Mejlflödet"),
    "apps.maillog": _("E-postloggen"),
    "apps.register": _("Registrering"),
    "apps.inbox": _("Gemensam inkorg"),
    "apps.composing": _("Skriva mejl"),
    "apps.disclosure": _("Utlämnande"),
    "apps.disposal": _("Gallring"),
    "apps.absence": _("Frånvaro"),
    "apps.audit": _("Granskningsspåret"),
}
"""The parts of the program that ``enforced_in`` and ``planned_in`` name, as a reader knows them."""


@dataclass(frozen=True, slots=True)
class ClauseRow:
    """A clause in a list. ``is_done``: some part of the program acts on it today."""

    slug: str
    title: str
    text: str
    is_done: bool


@dataclass(frozen=True, slots=True)
class Chapter:
    """A section of the guidelines with the clauses that are shown of it."""

    number: int
    title: str
    clauses: tuple[ClauseRow, ...]


@require_http_methods(["GET", "HEAD", "POST"])
def handbook(request: AuthenticatedRequest) -> HttpResponse:
    """All clauses, or those that hold the words asked for. A search is posted: it stays out of addresses (ADR 0008)."""
    words = " ".join(request.POST.get("words", "").split())[:100]
    chosen = [clause for clause in CLAUSES.values() if holds(clause, words)]
    context = {
        "chapters": chapters_of(chosen, english=_reads_english(request)),
        "words": words,
        "found": len(chosen),
        "total": len(CLAUSES),
        "done": sum(1 for clause in CLAUSES.values() if clause.enforced_in),
    }
    return render(request, "handbook/handbook.html", context)


@require_safe
def handbook_clause(request: AuthenticatedRequest, slug: str) -> HttpResponse:
    """One clause, at an address that stays the same."""
    clause = CLAUSES.get(slug)
    if clause is None:
        raise Http404
    english = _reads_english(request)
    profile = load_profile(settings.PROFILE)
    context = {
        "clause": clause,
        "english": english,
        "chapter": SECTIONS[clause.section],
        "siblings": chapters_of([one for one in CLAUSES.values() if one.section == clause.section], english=english)[0],
        "enforced": [PART_NAMES[part] for part in clause.enforced_in],
        "planned": [PART_NAMES[part] for part in clause.planned_in],
        "choices": choices_of(profile).get(slug, ()),
        "followed": _followed(slug, now=request.now),
        "handbook_link": profile.municipality.handbook_link,
        **_how_it_goes(slug, request),
        "address": request.build_absolute_uri(reverse("handbook-clause", args=[slug])),
    }
    return render(request, "handbook/clause.html", context)


def _how_it_goes(slug: str, request: AuthenticatedRequest) -> dict[str, object]:
    """The figures of the clause for its chart and tables; nothing for clauses that no advice is given on."""
    if slug not in {rule.clause for rule in RULES}:
        return {"months": None}
    today = timezone.localdate(request.now)
    months = following.by_month(slug, today=today)
    return {
        "months": months,
        "this_month": months[-1] if months else None,
        "bars": [_bar(number, one) for number, one in enumerate(months) if one.followed is not None],
        "month_names": [(str(LEFT + number * STEP), date_format(one.month, "M")) for number, one in enumerate(months)],
        "units": [one for one in following.by_unit(slug, today=today) if one.followed is not None],
        "fewest": following.FEWEST_MAILS,
    }


def _bar(number: int, figure: following.MonthFigure) -> dict[str, str]:
    """A month as a bar of the picture; coordinates as text, for a template would write a decimal comma."""
    height = HEIGHT * (figure.followed or 0) / 100
    return {"x": str(LEFT + number * STEP), "y": f"{BASE - height:.1f}", "height": f"{height:.1f}"}


@require_safe
def handbook_choices(request: AuthenticatedRequest) -> HttpResponse:
    """The municipality's own days, hours and limits, each under the clause that it belongs to."""
    profile = load_profile(settings.PROFILE)
    rows = [(CLAUSES[slug], facts) for slug, facts in choices_of(profile).items()]
    return render(request, "handbook/choices.html", {"rows": rows, "municipality": profile.municipality})


def _followed(slug: str, *, now: datetime) -> str:
    """How well a clause is followed this month, in a sentence; empty where nothing is measured."""
    if slug != "register-always":
        return ""
    today = localdate(now)
    found = timeliness(first=today.replace(day=1), last=today)
    if found.percent is None:
        return str(_("Inget mejl har registrerats den här månaden."))
    words = {"percent": found.percent, "number": found.registered}
    return str(_("Den här månaden är %(percent)s procent av %(number)s mejl registrerade i tid.")) % words


def holds(clause: Clause, words: str) -> bool:
    """Whether each of ``words`` stands somewhere in the clause, in Swedish or English; no words are in all."""
    text = " ".join(
        (clause.slug, clause.title, clause.text, clause.english, clause.why, clause.good, clause.bad)
    ).casefold()
    return all(word in text for word in words.casefold().split())


def chapters_of(clauses: Iterable[Clause], *, english: bool) -> list[Chapter]:
    """``clauses`` in their sections, in the order of the guidelines; sections without any are left out."""
    rows: dict[int, list[ClauseRow]] = {}
    for clause in clauses:
        text = clause.english if english else clause.text
        rows.setdefault(clause.section, []).append(
            ClauseRow(slug=clause.slug, title=clause.title, text=text, is_done=bool(clause.enforced_in))
        )
    return [Chapter(number, SECTIONS[number], tuple(rows[number])) for number in SECTIONS if number in rows]


_ANGRY = {
    AngryPolicy.OFFER: _("kan vila till nästa arbetsmorgon"),
    AngryPolicy.REQUIRE: _("vilar alltid till nästa arbetsmorgon"),
}


def choices_of(profile: Profile) -> dict[str, tuple[tuple[str | Promise, str], ...]]:
    """Slug -> what the municipality has chosen for that clause, as pairs of label and value."""
    times, advice = profile.answer_times, profile.advice
    days = _("arbetsdagar")
    return {
        "short-structured": (
            (_("Lång text från"), _counted(advice.long_text_words, _("ord"))),
            (_("Långt stycke från"), _counted(advice.long_paragraph_words, _("ord"))),
        ),
        "only-concerned": ((_("Många mottagare från"), str(advice.many_recipients)),),
        "no-mass-mail": ((_("Massutskick från"), _counted(advice.mass_mail_recipients, _("mottagare"))),),
        "no-long-forward": ((_("Lång tråd från"), _counted(advice.quoted_messages, _("citerade mejl"))),),
        "plain-language": (
            (_("Lång mening från"), _counted(advice.long_sentence_words, _("ord"))),
            (_("Svårläst från LIX"), str(advice.lix)),
        ),
        "answer-in-two-working-days": (
            (_("Svar inom"), f"{times.answer} {days}"),
            (_("Påminnelse före"), f"{times.warn_before} {days}"),
        ),
        "contact-centre": ((_("Officiella adresser"), ", ".join(profile.addresses.official)),),
        "phone-hours-watch": tuple(_phone_hours(profile)),
        "register-always": (
            (_("Registrera inom"), f"{times.registration} {days}"),
            (_("Ärendesystem"), profile.municipality.case_system),
        ),
        "ask-registrar": ((_("Registratorns adress"), profile.addresses.registrar),),
        "disclosure-at-once": ((_("Lämna ut inom"), f"{times.disclosure} {days}"),),
        "sleep-on-it": (
            (_("Ett argt mejl"), str(_ANGRY[profile.sending.angry])),
            (_("Ångra inom"), _counted(profile.sending.undo_seconds, _("sekunder"))),
        ),
        "no-secrecy-in-mail": ((_("Säkra kanaler"), ", ".join(profile.secrecy.safe_channels)),),
    }


def _counted(number: int, word: object) -> str:
    """``25 ord``. Not in the table itself: gettext's own tool does not look into an f-string."""
    return f"{number} {word}"


def _phone_hours(profile: Profile) -> Iterable[tuple[str | Promise, str]]:
    hours = profile.phone_hours
    week = (
        (_("Måndag"), hours.monday),
        (_("Tisdag"), hours.tuesday),
        (_("Onsdag"), hours.wednesday),
        (_("Torsdag"), hours.thursday),
        (_("Fredag"), hours.friday),
    )
    for day, spans in week:
        yield day, ", ".join(f"{start:%H.%M}–{end:%H.%M}" for start, end in spans) or str(_("stängt"))


def _reads_english(request: AuthenticatedRequest) -> bool:
    return request.user.language.startswith("en")
