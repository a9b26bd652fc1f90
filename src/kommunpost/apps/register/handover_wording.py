"""What stands in the way of a handover, in words: what it is, and what to do."""

from collections.abc import Mapping

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from kommunpost.apps.register.queries.handovers import HandoverRow

TROUBLE_TEXTS: Mapping[str, str | Promise] = {
    "unreachable": _("Ärendesystemet svarar inte."),
    "no_tls": _("Ärendesystemets certifikat godtas inte. Be it-enheten kontrollera det."),
    "slow": _("Ärendesystemet svarade inte i tid."),
    "line_lost": _("Förbindelsen bröts."),
    "busy": _("Ärendesystemet har för mycket att göra."),
    "not_let_in": _("Ärendesystemet släpper inte in oss. Be it-enheten kontrollera nyckeln."),
    "no_such_address": _("Adressen finns inte hos ärendesystemet. Be it-enheten kontrollera den."),
    "redirected": _("Ärendesystemet hänvisar till en annan adress. Vi följer inte hänvisningar."),
    "receiver_failed": _("Något gick fel hos ärendesystemet."),
    "answer_unreadable": _("Ärendesystemets svar gick inte att läsa."),
    "refused": _("Ärendesystemet tar inte emot handlingen. Fråga den som sköter systemet varför."),
    "unsafe_address": _("Adressen är inte säker. Be it-enheten ändra den."),
    "seal_broken": _("Nyckeln går inte att öppna. Be it-enheten skriva in den igen."),
    "broken_off": _("Arbetet avbröts innan svaret hann skrivas ner."),
    "fault": _("Något gick fel här. Be it-enheten titta i loggen."),
    "folder_unwritable": _("Mappen går inte att skriva i. Be it-enheten kontrollera den."),
    "system_changed": _("Nämnden har bytt ärendesystem. Välj om handlingen ska gå till det nya."),
    "entry_voided": _("Diarieposten är makulerad och lämnas inte över."),
    "secret_by_mail": _("Handlingen kan vara hemlig och går inte med mejl. Lämna över den för hand."),
    "removal_begun": _("Mejlet tas om hand som hemligt. Lämna över utskriften för hand."),
    "content_gone": _("Mejlets innehåll finns inte kvar. Lämna över utskriften för hand."),
    "too_large_to_hand_over": _("Handlingen är för stor. Lämna över den för hand."),
    "infected_not_handed_over": _("Virusskyddet hittade ett virus i en bilaga. Lämna över handlingen för hand."),
    "bounced": _("Mejlet kom i retur. Be it-enheten kontrollera registreringsadressen."),
    "cancelled": _("Mejlet ångrades i utkorgen."),
    "mail_unknown": _("Okänt om mejlet gick fram. Fråga mottagaren. Mejlet skickas inte om av sig självt."),
    "mail_failed": _("Mejlet gick inte att skriva. Be it-enheten kontrollera adresserna."),
}


def trouble_words(row: HandoverRow) -> str:
    """What stands in the way; empty when nothing does. A code without words would be a fault that a test finds."""
    if not row.trouble:
        return ""
    words = str(TROUBLE_TEXTS[row.trouble])
    return f"{words} (HTTP {row.answer_code})" if row.answer_code else words
