"""What the door says when it says no: a code in, Swedish out."""

from collections.abc import Mapping

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

TEXTS: Mapping[str, Promise | str] = {
    "wrong": _("Adressen och lösenordet hör inte ihop. Kontrollera båda och försök igen."),
    "wrong_present": _("Det är inte ditt lösenord. Kontrollera det och försök igen."),
    "throttled": _("Det har varit för många försök. Vänta en kvart och försök igen."),
    "wrong_code": _("Koden stämmer inte. Kontrollera att klockan i telefonen går rätt och försök med nästa kod."),
    "used_code": _("Koden är redan använd. Vänta på nästa kod, den kommer inom en halv minut."),
    "not_enrolled": _("Kontot har ingen app för inloggning."),
    "name_missing": _("Skriv ett namn på programmet."),
    "name_taken": _("Det finns redan ett program med det namnet, kanske återkallat. Välj ett annat."),
    "scope_unknown": _("Välj vad programmet får göra."),
    "already_enrolled": _("Kontot har redan en app för inloggning."),
    "own_account": _("Din egen app tar du bort på sidan för ditt konto, med en kod eller en reservkod."),
}


def refusal_text(code: str) -> str:
    """The sentence for a refusal's code."""
    return str(TEXTS[code])
