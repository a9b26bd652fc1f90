"""Refusals of the directory in Swedish: what is in the way, and what to do about it."""

from collections.abc import Mapping

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from kommunpost.apps.directory.actions import EntryRefused

_TEXTS: Mapping[str, str | Promise] = {
    "unit_has_parts": gettext_lazy("Enheten har %(number)d underenheter. Stäng eller flytta dem först."),
    "unit_has_people": gettext_lazy("%(number)d personer arbetar i enheten. Flytta dem till en annan enhet först."),
    "unit_has_mailboxes": gettext_lazy("Enheten har %(number)d brevlådor. Flytta eller stäng dem först."),
    "person_owns_mailboxes": gettext_lazy(
        "Personen svarar för %(names)s. Ge brevlådorna en ny ägare, eller stäng dem."
    ),
    "person_manages_units": gettext_lazy("Personen är chef för %(names)s. Ge enheten en ny chef först."),
    "mailbox_has_members": gettext_lazy("%(number)d medlemmar läser brevlådan. Ta bort dem ur den först."),
    "owner_inactive": gettext_lazy("Den som äger brevlådan har slutat. Ge den en ny ägare först."),
    "unit_inactive": gettext_lazy("Enheten %(name)s är stängd. Öppna den först."),
    "parent_inactive": gettext_lazy("Enheten ovanför, %(name)s, är stängd. Öppna den först."),
    "committee_inactive": gettext_lazy("Nämnden är stängd. Öppna den först."),
    "own_account": gettext_lazy("Du kan inte stänga dig själv. Be en annan administratör."),
    "last_admin": gettext_lazy("Det här är den sista administratören. Ge rollen till någon annan först."),
}


def refusal_text(refusal: EntryRefused) -> str:
    """The refusal as a sentence for the screen."""
    text = _TEXTS.get(refusal.code)
    return str(text) % refusal.values if text else _("Det gick inte. Ladda om sidan och försök igen.")
