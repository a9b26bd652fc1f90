"""What each verb of the audit trail is in a sentence. A test holds the table to every verb that the code records."""

from collections.abc import Mapping

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from kommunpost.apps.inbox.verbs import EVENT_TEXTS

SENTENCES: Mapping[str, str | Promise] = {
    "audit:chain:open": _("Öppnade en ny kedja i granskningsspåret"),
    "audit:chain:broken": _("Märkte att kedjan hade brutits, och fortsatte efter brottet"),
    "audit:trail:export": _("Tog ut en del av granskningsspåret som fil"),
    "audit:trail:read": _("Läste granskningsspåret"),
    "api:client:make": _("Gav ett program tillgång till API:et"),
    "api:client:revoke": _("Tog ifrån ett program dess tillgång till API:et"),
    "composing:attachment:add": _("La en fil till ett utkast"),
    "composing:attachment:place": _("La en fil i ett rum och länken i mejlet"),
    "composing:attachment:remove": _("Tog bort en fil ur ett utkast"),
    "composing:canned_text:remove": _("Tog bort en färdig text"),
    "composing:canned_text:save": _("Sparade en färdig text"),
    "composing:draft:discard": _("Kastade ett utkast"),
    "composing:draft:send": _("Skickade ett mejl"),
    "composing:draft:start": _("Började skriva ett mejl"),
    "composing:draft:take_back": _("Ångrade ett mejl innan det gick"),
    "composing:draft:take_up": _("Tog upp ett utkast igen"),
    "composing:reminder:close": _("Stängde en påminnelse om svar"),
    "composing:draft:remove": _("Tog bort ett utkast med hemliga uppgifter"),
    "composing:mail:remove_traces": _("Tog bort spår av ett mejl ur utkast och texter"),
    "directory:account:add": _("La upp ett konto"),
    "directory:account:change": _("Ändrade ett konto"),
    "directory:account:set_password": _("Satte ett lösenord"),
    "directory:account:sign_in": _("Loggade in"),
    "directory:account:sign_out": _("Loggade ut"),
    "directory:addressgroup:add": _("La upp en sändlista"),
    "directory:addressgroup:change": _("Ändrade en sändlista"),
    "directory:addressgroup:set_members": _("Ändrade vilka som står på en sändlista"),
    "directory:alias:add": _("Gav en brevlåda en adress till"),
    "directory:alias:remove": _("Tog bort en extra adress från en brevlåda"),
    "directory:committee:add": _("La upp en nämnd"),
    "directory:committee:change": _("Ändrade en nämnd"),
    "directory:file:load": _("Läste in katalogen från en fil"),
    "directory:mailbox:add": _("La upp en brevlåda"),
    "directory:mailbox:change": _("Ändrade en brevlåda"),
    "directory:member:add": _("Lät någon läsa en brevlåda"),
    "directory:member:remove": _("Tog bort någon från en brevlåda"),
    "directory:person:add": _("La upp en person"),
    "directory:person:change": _("Ändrade en person"),
    "directory:preferences:save": _("Ändrade språk eller färger för sitt konto"),
    "directory:role:grant": _("Gav ett konto en roll"),
    "directory:role:revoke": _("Tog en roll från ett konto"),
    "directory:account:change_password": _("Bytte sitt lösenord"),
    "directory:account:sign_out_everywhere": _("Loggade ut från alla sina enheter"),
    "directory:second_factor:enrol": _("Slog på inloggning med engångskod"),
    "directory:second_factor:remove": _("Slog av inloggning med engångskod"),
    "directory:second_factor:reset": _("Nollställde någons engångskoder"),
    "directory:second_factor:use_recovery_code": _("Loggade in med en reservkod"),
    "directory:second_factor:make_recovery_codes": _("Tog fram nya reservkoder"),
    "directory:account:make_link": _("Gjorde en länk för att välja lösenord"),
    "directory:account:set_password_by_link": _("Valde lösenord genom en länk"),
    "directory:account:sign_in_refused": _("Nekades att logga in"),
    "directory:addressgroup:add_member": _("La till någon på en sändlista"),
    "directory:addressgroup:remove_member": _("Tog bort någon från en sändlista"),
    "directory:file:fetch": _("Hämtade katalogen som fil"),
    "directory:list:export": _("Hämtade en lista ur katalogen som fil"),
    "directory:unit:export": _("Hämtade en enhets uppgifter som fil"),
    "directory:unit:add": _("La upp en enhet"),
    "directory:unit:change": _("Ändrade en enhet"),
    "inbox:digest:send": _("Skickade ett sammandrag"),
    "inbox:fuse:blow": _("Stoppade alla mottagningsbevis: de var för många"),
    "inbox:fuse:reset": _("Lät mottagningsbevis gå igen"),
    "inbox:mailbox:set": _("Ändrade en brevlådas mottagningsbevis eller bevakning"),
    "inbox:shift:add": _("La till ett pass"),
    "inbox:shift:remove": _("Tog bort ett pass"),
    "inbox:article:save": _("Sparade en artikel i kunskapsbanken"),
    "inbox:article:use": _("Använde en artikel i ett svar"),
    "inbox:conversation:read": _("Läste en konversation i en annans brevlåda"),
    "inbox:mail:remove_traces": _("Tog bort spår av ett mejl ur konversationer och kunskap"),
    **{str(verb): text for verb, text in EVENT_TEXTS.items()},
    "log:extract:exported": _("Tog ut ett utdrag ur e-postloggen"),
    "log:subject:withhold": _("Dolde ett ämne i e-postloggen"),
    "mail:message:read": _("Läste ett mejl"),
    "mailflow:blob:erase": _("Raderade ett mejls innehåll"),
    "mailflow:delivery:receive": _("Tog emot mejl"),
    "mailflow:connection:add": _("Anslöt en brevlåda"),
    "mailflow:connection:change": _("Ändrade en brevlådas anslutning"),
    "mailflow:connection:pause": _("Pausade läsningen av en brevlåda"),
    "mailflow:connection:resume": _("Lät en brevlåda läsas igen"),
    "mailflow:connection:read_now": _("Bad om att en brevlåda läses och räknas nu"),
    "mailflow:connection:remove": _("Tog bort en brevlådas anslutning"),
    "mailflow:folder:restart": _("Läste om en mapp, för servern hade numrerat om den"),
    "mailflow:folder:find_late": _("Hittade mejl som hade missats, vid räkningen av en mapp"),
    "mailflow:blob:sweep": _("Raderade innehåll som inget mejl hör till"),
    "mailflow:message:empty": _("Tömde ett mejls ämne och början"),
    "operations:doctor:ask": _("Bad om en hälsokontroll av systemet"),
    "operations:task:rerun": _("Körde om ett arbete som hade misslyckats"),
    "operations:task:set_aside": _("Avskrev ett arbete som hade misslyckats"),
    "operations:verification:ask": _("Bad om en kontroll av granskningsspåret"),
    "operations:verification:finish": _("Kontrollerade granskningsspåret"),
    "register:record:register": _("Registrerade ett mejl"),
    "register:record:order": _("La ett mejl i en ordnad samling"),
    "register:record:exempt": _("Undantog ett mejl från registrering"),
    "register:record:decide_not": _("Bestämde att ett mejl inte är allmän handling"),
    "register:record:reopen": _("La tillbaka ett mejl i registreringskön"),
    "register:record:become_public": _("Gjorde arbetsmaterial till allmän handling"),
    "register:record:settle_older": _("Undantog äldre mejl som redan är registrerade på annat håll"),
    "register:entry:correct": _("Rättade en diariepost"),
    "register:entry:void": _("Makulerade en diariepost"),
    "register:entry:mark": _("Sekretessmarkerade en diariepost"),
    "register:entry:unmark": _("Tog bort en sekretessmarkering"),
    "register:entry:read": _("Läste en sekretessmarkerad diariepost"),
    "register:diary:export": _("Hämtade en del av diariet som fil"),
    "register:case:open": _("La upp ett ärende"),
    "register:case:change": _("Ändrade ett ärende"),
    "register:case:close": _("Avslutade ett ärende"),
    "register:case:reopen": _("Öppnade ett avslutat ärende igen"),
    "register:case:read": _("Läste ett sekretessmarkerat ärende"),
    "register:party:add": _("La till en part i ett ärende"),
    "register:party:remove": _("Tog bort en part ur ett ärende"),
    "register:note:add": _("Skrev en anteckning i ett ärende"),
    "register:note:clear": _("Rensade en anteckning ur ett ärende"),
    "register:note:archive": _("Arkiverade en anteckning i ett ärende"),
    "register:question:ask": _("Frågade registratorn om ett mejl"),
    "register:question:answer": _("Svarade på en fråga om registrering"),
    "register:question:withdraw": _("Tog tillbaka en fråga om registrering"),
    "register:guidance:make": _("Gjorde ett svar till vägledning"),
    "register:guidance:retire": _("Tog bort en vägledning"),
    "register:settings:change": _("Ändrade hur ett diarium förs"),
    "register:collection:add": _("La upp en ordnad samling"),
    "register:collection:close": _("Stängde en ordnad samling"),
    "register:package:ask": _("Begärde ett paket av ärenden till arkivet"),
    "register:package:make": _("Gjorde ett paket av ärenden till arkivet"),
    "register:package:fail": _("Kunde inte göra ett paket till arkivet"),
    "register:package:fetch": _("Hämtade ett paket till arkivet"),
    "register:package:remove": _("Tog bort en paketfil som låg kvar"),
    "register:package:import": _("Läste in ärenden ur ett paket"),
    "register:removal:begin": _("Började ta hand om ett mejl med hemliga uppgifter"),
    "register:removal:make_print": _("Gjorde en utskrift av ett mejl med hemliga uppgifter"),
    "register:removal:confirm_print": _("Intygade att utskriften är i säkert förvar"),
    "register:removal:link_entry": _("Knöt en borttagning till mejlets diariepost"),
    "register:removal:order": _("Beslutade att ett mejl med hemliga uppgifter tas bort"),
    "register:removal:settle_by_hand": _("Bockade av en plats som hade rensats för hand"),
    "register:removal:break_off": _("Avbröt en borttagning"),
    "register:removal:prove_place": _("Visade att mejlet är borta från en plats"),
    "register:removal:finish": _("Avslutade en borttagning"),
    "register:removal:come_again": _("Märkte att ett borttaget mejl hade kommit igen"),
    "register:removal:read": _("Läste protokollet för en borttagning"),
    "register:removal:remove_traces": _("Tog bort spår av ett mejl ur diariet"),
    "outbox:mail:answer": _("Fick svar från e-postservern om ett mejl"),
    "outbox:mail:cancel": _("Ångrade ett mejl innan det skickades"),
    "outbox:mail:claim": _("Började skicka ett mejl"),
    "outbox:mail:hold": _("Lät ett mejl vänta"),
    "outbox:mail:lose": _("Fick inget svar om ett mejl gick fram"),
    "outbox:mail:queue": _("La ett mejl i utkorgen"),
    "outbox:mail:reclaim": _("La tillbaka ett mejl i utkorgen efter ett avbrott"),
    "outbox:mail:release": _("Lät ett mejl gå i väg genast"),
    "outbox:mail:report": _("Fick besked från mottagarens server om ett mejl kom fram"),
    "outbox:mail:resolve": _("Avgjorde om ett mejl hade skickats"),
    "outbox:mail:retry": _("Nådde inte e-postservern och ska försöka igen"),
}

GROUPS: Mapping[str, str | Promise] = {
    "mail": _("Läst mejl"),
    "log": _("E-postloggen"),
    "mailflow": _("Mottaget och raderat"),
    "outbox": _("Utkorgen"),
    "directory": _("Katalog och konton"),
    "operations": _("Drift"),
    "audit": _("Granskningsspåret"),
    "inbox": _("Inkorgen"),
    "composing": _("Skriva mejl"),
    "register": _("Diariet"),
    "api": _("API:et"),
}
"""The first word of the verbs, as the filter shows them."""

ACTORS: Mapping[str, str | Promise] = {
    "system:audit": _("Granskningsspåret självt"),
    "system:cli": _("Kommandoraden"),
    "system:demo": _("Exempelkommunen"),
    "system:door": _("Inloggningen"),
    "system:intake": _("Mejlintaget"),
    "system:mailflow": _("Mejlflödet"),
    "system:removal": _("Borttagningen"),
    "system:outbox": _("Utkorgen"),
    "system:sync": _("Läsningen av brevlådor"),
    "system:worker": _("Bakgrundsarbetet"),
}
"""Who did it when no person did."""

THINGS: Mapping[str, str | Promise] = {
    "account": _("konto"),
    "addressgroup": _("sändlista"),
    "blob": _("innehåll"),
    "chain": _("kedja"),
    "committee": _("nämnd"),
    "connection": _("anslutning"),
    "delivery": _("leverans"),
    "examination": _("hälsokontroll"),
    "folder": _("mapp"),
    "mailbox": _("brevlåda"),
    "message": _("mejl"),
    "outgoing": _("utgående mejl"),
    "person": _("person"),
    "removal": _("borttagning"),
    "package": _("paket"),
    "task": _("arbete"),
    "unit": _("enhet"),
    "verification": _("kontroll"),
}
"""The kinds of things that an event is about: ``message:12`` is ``mejl 12``."""

BREAKS: Mapping[str, str | Promise] = {
    "changed": _("En händelse har ändrats"),
    "removed": _("Händelser saknas"),
    "doubled": _("En händelse finns två gånger"),
    "unlinked": _("En händelse är inskjuten eller flyttad"),
    "tail_removed": _("De nyaste händelserna är borta"),
    "tail_added": _("Händelser har lagts till efter kedjans slut"),
    "head_changed": _("Kedjans sigill stämmer inte"),
    "head_missing": _("Kedjan saknar slutpunkt"),
    "earlier_break": _("Kedjan har brutits tidigare"),
    "seal_unmatched": _("Kedjan stämmer inte med det sigill som sparats utanför databasen"),
    "guard_missing": _("Databasens skydd mot ändringar är avstängt"),
    "delivery_missing": _("Ett mottaget mejl saknas"),
    "delivery_changed": _("Uppgifter om mottagna mejl har ändrats"),
    "blob_missing": _("Ett mejls innehåll saknas"),
    "blob_damaged": _("Ett mejls innehåll är skadat"),
    "delivery_without_row": _("Ett mejl saknar rad i loggen"),
    "delivery_with_two_rows": _("Ett mejl har två rader i loggen"),
    "row_without_text": _("En rad i loggen saknar text"),
    "tally_wrong": _("Loggens dagssummor stämmer inte"),
}
"""What each kind of break means."""


def sentence(verb: str) -> str:
    """The verb in words; a verb of a later version stands as it is."""
    return str(SENTENCES.get(verb, verb))


def actor_words(reference: str) -> str:
    """``system:intake`` -> ``Mejlintaget``; what is not in the table stands as it is."""
    return str(ACTORS.get(reference, reference))


def thing_words(reference: str) -> str:
    """``message:12`` -> ``mejl 12``; what is not in the table stands as it is."""
    kind, colon, number = reference.partition(":")
    return f"{THINGS[kind]} {number}" if colon and kind in THINGS else reference


def thing_reference(words: str) -> str:
    """``mejl 12`` -> ``message:12``, in the language of the page; what is no such thing comes back as it was."""
    name, _space, number = words.strip().rpartition(" ")
    kinds = {str(text).casefold(): kind for kind, text in THINGS.items()}
    kind = kinds.get(name.strip().casefold())
    return f"{kind}:{number}" if kind else words.strip()
