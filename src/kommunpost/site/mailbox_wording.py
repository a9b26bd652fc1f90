"""What can be wrong with a connected mailbox, in words."""

from collections.abc import Mapping

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

TROUBLES: Mapping[str, str | Promise] = {
    "busy": _("Servern ber oss vänta."),
    "gone": _("Brevlådan finns inte på servern, eller så får vi inte läsa den."),
    "internal": _("Ett fel hos oss. Det står i loggen."),
    "no_move": _("Servern kan inte flytta mejl (MOVE). Ta bort mappen att flytta till."),
    "no_tls": _("Krypteringen stämmer inte: fel port, eller ett certifikat som inte går att lita på."),
    "not_understood": _("Servern svarade på ett sätt som vi inte förstår."),
    "nothing_taken": _("Inga mejl gick att ta in. Det står i loggen varför."),
    "seal_broken": _("Lösenordet går inte att öppna, för den hemliga nyckeln är bytt. Skriv in lösenordet igen."),
    "sign_in_refused": _("Användarnamnet eller lösenordet stämmer inte. Vi provar igen om en halvtimme."),
    "unreachable": _("Servern svarar inte."),
}
REFUSALS: Mapping[str, str | Promise] = {
    "already_connected": _("Brevlådan är redan ansluten."),
    "host_missing": _("Skriv serverns namn."),
    "no_such_mailbox": _("Brevlådan finns inte i katalogen."),
    "no_such_step": _("Det går inte nu. Se brevlådans läge."),
    "secret_missing": _("Skriv lösenordet."),
    "tenant_missing": _("Skriv klientorganisationens id."),
    "unsafe_line": _("Välj TLS eller STARTTLS. Utan kryptering kan vem som helst på vägen läsa lösenordet."),
}


def trouble_words(code: str) -> str:
    """The sentence for a trouble; "" for none, the code itself for one of a later version."""
    return str(TROUBLES.get(code, code))


def refusal_words(code: str) -> str:
    """The sentence for a refusal."""
    return str(REFUSALS.get(code, code))
