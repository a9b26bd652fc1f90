"""The protocol of a removal: what was removed where, when it was looked at anew, and what backups still hold."""

from collections.abc import Iterator
from datetime import datetime

from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import override

from kommunpost.apps.directory.rules import Actor
from kommunpost.apps.register.papers.documents import Section, made_by, make_document
from kommunpost.apps.register.queries.removals import RemovalPage
from kommunpost.core.swedish.working_days import STOCKHOLM


def make_protocol(*, page: RemovalPage, actor: Actor, now: datetime) -> bytes:
    """The protocol as a document, without anything of what the mail said. Raises ``TooLarge``."""
    with override("sv"):
        return make_document(
            title=_("Protokoll över borttaget mejl"),
            lead=_("Mejlet kan innehålla uppgifter som omfattas av sekretess. Det har skrivits ut, registrerats och "
                   "tagits bort ur systemet. Raden i e-postloggen står kvar, men ämnet visas inte."),
            sections=list(_sections(page)),
            made=made_by(actor.name, now),
        )  # fmt: skip


def _sections(page: RemovalPage) -> Iterator[Section]:
    yield Section(_("Vad som togs bort"), facts=_what(page))
    yield Section(_("Hur det gick till"), facts=_how(page))
    yield Section(
        _("Plats för plats"),
        columns=[_("Plats"), _("Vad som fanns där"), _("Borttaget"), _("Kontrollerat")],
        rows=[
            [
                _("%(title)s (omgång %(turn)d)") % {"title": one.title, "turn": one.turn} if one.turn > 1
                else str(one.title),
                ", ".join(one.what) or _("inget"),
                ", ".join(part for part in (_moment(one.removed_at), one.settled_by) if part),
                _moment(one.proven_at) or one.state_words,
            ]
            for one in page.steps
        ],
    )  # fmt: skip
    yield Section(
        _("Filer och kontrollsummor"),
        columns=[_("Fil"), _("Typ"), _("Byte"), "SHA-256"],
        rows=[[one.name, one.media_type, str(one.size), one.digest] for one in page.files],
    )
    if left := [reference for one in page.steps for reference in one.left]:
        yield Section(_("Liknande texter som lämnades kvar"), lines=[", ".join(left)])
    yield Section(_("Säkerhetskopior"), lines=[_backups(page)])
    yield Section(_("E-postsystemet"), lines=list(mail_system(page)))
    yield Section(_("Mejlhuvudet som sparas med diarieposten"), lines=page.header.splitlines())


def mail_system(page: RemovalPage) -> Iterator[str]:
    """What the mail system itself may still hold, past what we can remove or see."""
    if page.in_exchange:
        yield _("Exchange Online lägger det som tas bort för gott i en dold mapp (Purges) som inget mejlprogram når. "
                "Där ligger det tills kommunens lagringstid för borttagna objekt är slut, och längre om brevlådan har "
                "ett bevarandekrav. Det gäller: %(addresses)s.") % {
            "addresses": ", ".join(page.in_exchange)
        }  # fmt: skip
    yield _("E-postsystemets egna säkerhetskopior och arkiv ingår inte i kontrollen. Fråga den som sköter e-posten.")


def _what(page: RemovalPage) -> list[tuple[str, str]]:
    return [
        (_("Diarienummer"), page.designation),
        (_("Nämnd"), page.committee),
        (_("Mejlets storlek"), _("%d byte") % page.raw_size),
        (_("SHA-256 för mejlet"), page.raw_digest),
        (_("SHA-256 för utskriften"), page.print_digest),
        (_("Beslut om gallring"), page.decision),
    ]


def _how(page: RemovalPage) -> list[tuple[str, str]]:
    steps = [
        (_("Påbörjat"), page.began_at, page.began_by),
        (_("Utskriften ligger i akten"), page.printed_at, page.printed_by),
        (_("Registrerat"), page.registered_at, ""),
        (_("Borttagning beställd"), page.ordered_at, page.ordered_by),
        (_("Allt borttaget och kontrollerat"), page.done_at, ""),
    ]
    return [(name, ", ".join(part for part in (_moment(at), who) if part)) for name, at, who in steps if at]


def _backups(page: RemovalPage) -> str:
    if page.backups_until is None:
        return _("Mejlet är inte helt borttaget än.")
    return _("Säkerhetskopior som gjordes dessförinnan kan innehålla mejlet till och med %(day)s. De används bara för "
             "att återställa efter ett fel, och den som återställer tar bort mejlet på nytt.") % {
        "day": date_format(page.backups_until, "j F Y")
    }  # fmt: skip


def _moment(at: datetime | None) -> str:
    return f"{at.astimezone(STOCKHOLM):%Y-%m-%d kl. %H.%M.%S}" if at else ""
