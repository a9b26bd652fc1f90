"""The register in words: refusals, clocks, groups."""

from collections.abc import Mapping

from django.utils.dateformat import format as day_format
from django.utils.functional import Promise
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from kommunpost.apps.register.rules.deadlines import Clock, When

GROUP_TEXTS: Mapping[When, str | Promise] = {
    When.LATE: _("Försenat"),
    When.TODAY: _("Senast i dag"),
    When.TOMORROW: _("Senast nästa arbetsdag"),
    When.LATER: _("Senare"),
}

REFUSAL_TEXTS: Mapping[str, str | Promise] = {
    "not_from_this_state": _("Det har redan bestämts om den här handlingen. Ladda om sidan."),
    "changed_meanwhile": _("Någon annan hann före. Ladda om sidan och se vad som har ändrats."),
    "exemption_unknown": _("Ange varför handlingen inte registreras."),
    "reference_missing": _("Skriv var handlingen finns, till exempel diarienummer eller akt."),
    "no_such_collection": _("Välj en ordnad samling."),
    "order_holds_no_secret": _(
        "En ordnad samling får inte innehålla något som kan vara hemligt. Registrera i stället."
    ),
    "ground_unknown": _("Ange varför det inte är en allmän handling."),
    "is_a_record_by_law": _("Handlingen kom utifrån eller har skickats ut. Då är den allmän och inte arbetsmaterial."),
    "not_looked_at_yet": _("Mejlet har inte undersökts än. Försök igen om en minut."),
    "registered_goes_by_entry": _("Handlingen är registrerad. Makulera diarieposten i stället."),
    "no_entries": _("Välj minst en handling att registrera."),
    "no_such_committee": _("Välj en nämnd."),
    "no_such_case": _("Det finns inget sådant ärende hos nämnden."),
    "case_closed": _("Ärendet är avslutat. Öppna det igen först, eller välj ett annat."),
    "wrong_committee": _("Handlingen hör till en annan nämnd."),
    "designation_taken": _("Numret finns redan. Kontrollera nämndens nummerformat."),
    "direction_unknown": _("Ange om handlingen kom in, skickades eller upprättades."),
    "secrecy_unknown": _("Ange om sekretess kan gälla."),
    "title_missing": _("Skriv i korthet vad handlingen gäller."),
    "counterpart_missing": _("Skriv vem handlingen kom från eller skickades till."),
    "dated_in_future": _("Datumet ligger i framtiden."),
    "too_long": _("Texten är för lång."),
    "public_title_personal_number": _("Den offentliga texten innehåller ett personnummer. Ta bort det."),
    "public_title_phone": _("Den offentliga texten innehåller ett telefonnummer. Ta bort det."),
    "public_title_address": _("Den offentliga texten innehåller en e-postadress. Ta bort den."),
    "provision_missing": _("Ange lagrum för den starka sekretessen, till exempel OSL 26:1."),
    "provision_unknown": _("Lagrummet finns inte. Skriv det som OSL 26:1."),
    "provision_without_secrecy": _("Ett lagrum är angivet, men sekretessen är satt till ingen."),
    "reason_missing": _("Skriv varför du ändrar. Det syns i historiken."),
    "entry_voided": _("Diarieposten är makulerad och kan inte ändras."),
    "nothing_changed": _("Inget är ändrat."),
    "case_open": _("Bara avslutade ärenden kan tas ut. Avsluta ärendet först."),
    "several_committees": _("Ett paket gäller en nämnd. Välj ärenden hos samma nämnd."),
    "no_such_standard": _("Välj om paketet ska följa FGS Ärendehantering 2.0 eller 1.0."),
    "too_many_cases": _("Välj högst 500 ärenden till ett paket."),
    "package_unreadable": _("Filen är inte ett paket från Kommunpost."),
    "package_damaged": _("Paketet är skadat: en fil har inte den kontrollsumma som den ska ha."),
    "package_strange": _("Paketet innehåller något som inte hör dit."),
    "package_incomplete": _("Paketet är inte helt: en fil saknas."),
    "mail_registered": _("Ett mejl i paketet är redan registrerat här under ett annat nummer."),
    "note_writer_missing": _("Den som skrev en anteckning har inget konto här. Lägg upp kontot först."),
    "note_unsettled": _("Bestäm för varje anteckning och utkast om det ska rensas eller arkiveras."),
    "titles_unseen": _("Ärendet har stark sekretess. Kontrollera rubrikerna och kryssa för att de är neutrala."),
    "name_missing": _("Skriv ett namn."),
    "role_unknown": _("Välj en roll."),
    "text_missing": _("Skriv en text."),
    "kind_unknown": _("Välj vilket slag det är."),
    "asked_already": _("Du har redan frågat om det här mejlet. Vänta på svaret."),
    "guidance_names_somebody": _("Vägledningen visas för alla. Ta bort personnummer, telefonnummer och adresser."),
    "order_missing": _("Skriv hur samlingen är ordnad."),
    "name_taken": _("Nämnden har redan en samling med det namnet."),
    "mail_gone": _("Mejlets innehåll finns inte kvar. Det finns inget att skriva ut."),
    "not_printed": _("Skriv ut mejlet först. Hämta utskriften med knappen."),
    "not_registered": _("Mejlet är inte registrerat. Registrera det först."),
    "entry_unmarked": _("Diarieposten saknar sekretessmarkering. Rätta posten först."),
    "entry_shows_subject": _(
        "Diarieposten eller ärendet har en rubrik som röjer vad mejlet säger. Rätta rubriken till något neutralt först."
    ),
    "entry_not_safe": _("Diarieposten håller inte mejlet. Inget tas bort. Kontrollera posten."),
    "entry_stands_for_removed": _(
        "Mejlet är borttaget, och posten är det som finns kvar av det. Den kan inte makuleras."
    ),
    "other_authority_open": _("En annan nämnd har samma mejl och har inte registrerat det än. Vänta på den."),
    "decision_missing": _("Skriv vilket beslut om gallring borttagningen vilar på."),
    "removal_not_from_here": _("Det går inte i det här läget. Ladda om sidan."),
    "infected_not_handed_over": _("Virusskyddet hittade ett virus i en bilaga. Lämna över handlingen för hand."),
    "handover_not_from_here": _("Det går inte i det här läget. Ladda om sidan."),
    "no_system": _("Nämnden har inget ärendesystem. Skriv in numret för hand, eller välj att inte lämna över."),
    "number_missing": _("Skriv numret som ärendesystemet gav. Bokstäver, siffror och vanliga skiljetecken går bra."),
    "address_unsafe": _("Adressen ska börja med https:// och får inte innehålla något lösenord."),
    "secret_missing": _("Skriv nyckeln som ni delar med ärendesystemet."),
    "address_missing": _("Skriv ärendesystemets registreringsadress."),
    "no_such_mailbox": _("Välj vilken brevlåda mejlen skickas från."),
    "secret_by_mail": _("Handlingen kan vara hemlig och går inte med mejl. Lämna över den för hand."),
    "content_gone": _("Mejlets innehåll finns inte kvar. Lämna över utskriften för hand."),
    "too_large_to_hand_over": _("Handlingen är för stor. Lämna över den för hand."),
    "removal_begun": _("Mejlet tas om hand som hemligt. Lämna över utskriften för hand."),
    "system_changed": _("Nämnden har bytt ärendesystem. Välj om handlingen ska gå till det nya."),
    "format_empty": _("Skriv hur numren ska se ut."),
    "format_too_long": _("Formatet är för långt. Använd högst 60 tecken."),
    "format_unknown_part": _("Formatet får innehålla {nämnd}, {år}, {år2} och {nr} eller {nr:5}."),
    "format_odd_sign": _("Formatet innehåller ett tecken som inte får vara med."),
    "format_lacks_committee": _("Formatet måste innehålla {nämnd}."),
    "format_lacks_year": _("Formatet måste innehålla {år} eller {år2}."),
    "format_lacks_number": _("Formatet måste innehålla {nr}."),
    "format_repeats": _("Varje del får finnas en gång."),
    "format_runs_together": _("Skriv ett tecken mellan delarna, annars kan två nummer se likadana ut."),
}


def refusal_words(code: str) -> str:
    """What a refusal is on screen; the code itself would be a fault that a test finds."""
    return str(REFUSAL_TEXTS[code])


def clock_words(clock: Clock) -> str:
    """``1 arbetsdag sen``, ``Senast i dag``, ``2 arbetsdagar kvar``."""
    days = abs(clock.working_days)
    if clock.when is When.LATE and days:
        return ngettext("%(days)d arbetsdag sen", "%(days)d arbetsdagar sen", days) % {"days": days}
    if clock.when is When.LATE:
        return gettext("Försenad sedan %(day)s") % {"day": day_format(clock.last, "D j M").lower()}
    if clock.when is When.TODAY:
        return gettext("Senast i dag")
    return ngettext("%(days)d arbetsdag kvar", "%(days)d arbetsdagar kvar", days) % {"days": days}


CLOCK_MARKS: Mapping[When, str] = {When.LATE: "late", When.TODAY: "today", When.TOMORROW: "ok", When.LATER: "ok"}
SECRECY_MARKS: Mapping[str, str] = {"check": "check", "strong": "secret"}
SECRECY_WORDS: Mapping[str, str | Promise] = {"check": _("Kontrollera sekretess"), "strong": _("Sekretess")}

REFERENCE_TEXTS: Mapping[str, str | Promise] = {
    "draft": _("utkast"),
    "canned_text": _("färdig text"),
    "room_file": _("fil i samarbetsytan"),
    "blob": _("fil i lagret"),
    "message": _("rad i listor"),
    "log": _("rad i loggen"),
    "judgement": _("förslag"),
    "question": _("fråga till registratorn"),
    "decision": _("motivering"),
    "entry_file": _("filnamn"),
    "entry_revision": _("tidigare lydelse"),
    "entry": _("makulerad post"),
    "guidance": _("vägledning"),
    "case_note": _("anteckning i ärende"),
    "handover": _("väntande överlämning"),
    "handover_copy": _("paket i ärendesystemets mapp"),
    "handover_mail": _("mejl till ärendesystemet"),
    "case_system": _("handling i ärendesystemet"),
    "conversation": _("konversation"),
    "note": _("intern anteckning"),
    "article": _("artikel i kunskapsbanken"),
    "submission_note": _("råd"),
    "database": _("databas"),
    "remote_mailbox": _("brevlåda"),
}
"""What was found in a place, by the kind of its reference; how many stands beside."""

HAND_TEXTS: Mapping[str, str | Promise] = {
    "": _("Brevlådan gick inte att rensa härifrån."),
    "not_connected": _("Brevlådan är inte ansluten längre, eller så är läsningen pausad."),
    "no_expunge": _("Servern kan inte ta bort ett enda mejl i taget (UIDPLUS saknas)."),
    "looks_alike": _("Ett mejl med samma Message-ID men annat innehåll ligger kvar. Se efter om det är samma mejl."),
    "sign_in_refused": _("Vi släpptes inte in i brevlådan, eller så får vi inte ta bort mejl där."),
}
"""Why a person must remove what a machine was to remove."""
