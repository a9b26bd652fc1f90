"""What composing says when it says no: a code, and the screen's Swedish for it."""

from collections.abc import Mapping

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


class ComposingRefused(Exception):  # noqa: N818 -- named by what it says.
    """It cannot be done now. ``code`` is a key of ``TEXTS``; ``field`` the form's field that it is about, or empty."""

    def __init__(self, code: str, *, field: str = "") -> None:
        super().__init__(code)
        self.code = code
        self.field = field


TEXTS: Mapping[str, str | Promise] = {
    "address_unreadable": _("Vi förstår inte alla adresser. Skriv dem med komma emellan, som anna@post.example."),
    "no_recipient": _("Skriv minst en mottagare."),
    "too_many_recipients": _("Mejlet har för många mottagare."),
    "no_text": _("Skriv något innan du skickar."),
    "no_subject": _("Skriv vad mejlet gäller i ämnesraden."),
    "not_sendable": _("Något i mejlet går inte att skicka. Ta bort tecken som inte syns och försök igen."),
    "draft_changed": _("Utkastet har ändrats i ett annat fönster. Läs igenom det här och skicka igen om det stämmer."),
    "not_writing": _("Utkastet är redan skickat eller kastat."),
    "not_held": _("Mejlet har redan gått. Det går inte att ångra."),
    "same_text_again": _("Samma text har nyss skickats till samma mottagare. Är det meningen, skicka en gång till."),
    "mailbox_closed": _("Brevlådan är stängd. Välj en annan avsändare."),
    "answers_gone": _("Mejlet du svarar på finns inte kvar."),
    "infected": _("Virusskyddet hittade ett virus i en bilaga. Mejlet går inte att vidarebefordra."),
    "reply_by_past": _("Dagen för svar har redan varit."),
    "send_at_past": _("Tiden du vill skicka har redan varit."),
    "send_at_far": _("Välj en tid inom ett år."),
    "too_large": _("Filerna är tillsammans för stora för att skickas med mejl."),
    "file_empty": _("Filen är tom."),
    "too_many_files": _("Det är för många filer i mejlet."),
    "blob_missing": _("En bilaga finns inte kvar. Ta bort den och bifoga den igen."),
    "room_missing": _("Kommunen har inget gemensamt rum för filer här. Fråga it-enheten."),
    "room_failed": _("Filen gick inte att lägga i det gemensamma rummet. Försök igen om en stund."),
    "advice_stands": _("Läs råden innan du skickar."),
    "stopped": _("Mejlet kan inte skickas så här. Ta bort det som inte får stå i ett mejl."),
    "form_invalid": _("Något i formuläret behöver rättas innan mejlet kan skickas."),
    "fix_outdated": _("Texten har ändrats sedan rådet gavs. Se om det fortfarande gäller."),
    "name_taken": _("Brevlådan har redan en text med det namnet."),
    "sent_elsewhere": _("Utkastet hör till en konversation. Skicka det därifrån."),
}  # fmt: skip


def refusal_text(code: str) -> str:
    """The sentence for a refusal's code."""
    return str(TEXTS[code])
