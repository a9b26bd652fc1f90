"""Refusals of the directory in Swedish: what is in the way, and what to do about it."""

from collections.abc import Mapping

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from kommunpost.apps.directory.actions import EntryRefused

_TEXTS: Mapping[str, str | Promise] = {
    "changed_meanwhile": gettext_lazy(
        "Någon annan ändrade det här medan du skrev. Det du skrev står kvar. Öppna sidan i en ny flik och jämför; "
        "sparar du igen gäller det du skrev."
    ),
    "address_malformed": gettext_lazy("Skriv adressen som namn@kommunen.example."),
    "address_taken": gettext_lazy("Adressen leder redan till en brevlåda eller en grupp. Välj en annan."),
    "person_address_taken": gettext_lazy("Någon i katalogen har redan den adressen. Sök fram personen i stället."),
    "domain_unknown": gettext_lazy("Domänen är inte kommunens. Kommunens är: %(domains)s."),
    "slug_taken": gettext_lazy("En annan enhet har redan det kortnamnet. Välj ett annat."),
    "code_taken": gettext_lazy("En annan nämnd har redan den koden. Välj en annan."),
    "committee_has_units": gettext_lazy("Nämnden har %(number)d enheter. Stäng eller flytta dem först."),
    "committee_has_people": gettext_lazy(
        "%(number)d personer är förtroendevalda i nämnden. Flytta dem till en annan nämnd först."
    ),
    "parent_cycle": gettext_lazy("%(name)s är redan en del av den här enheten. Välj en annan enhet ovanför."),
    "parent_other_committee": gettext_lazy("%(name)s hör till en annan nämnd, och den är en egen myndighet."),
    "parts_elsewhere": gettext_lazy("Enheten har %(number)d underenheter i sin nämnd. Flytta dem först."),
    "person_inactive": gettext_lazy("Personen har slutat. Öppna personen igen först."),
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
    "own_account": gettext_lazy("Du kan inte ändra ditt eget konto. Be en annan administratör."),
    "account_absent": gettext_lazy("Personen har inget konto."),
    "account_closed": gettext_lazy("Kontot är stängt. Öppna det först."),
    "account_exists": gettext_lazy("Personen har redan ett konto."),
    "role_needs_everywhere": gettext_lazy("Rollen gäller alltid hela kommunen. Välj ingen enhet."),
    "role_unknown": gettext_lazy("Välj en roll i listan."),
    "last_admin": gettext_lazy("Det här är den sista administratören. Ge rollen till någon annan först."),
}


def refusal_text(refusal: EntryRefused) -> str:
    """The refusal as a sentence for the screen."""
    text = _TEXTS.get(refusal.code)
    return str(text) % refusal.values if text else _("Det gick inte. Ladda om sidan och försök igen.")
