"""The doctor's findings in Swedish: for each code what it means and what to do. ``%(…)s`` are the finding's facts."""

from collections.abc import Mapping

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

FINDING_TEXTS: Mapping[str, tuple[str | Promise, str | Promise]] = {
    "blobs.answer": (_("Mejlförrådet svarar."), ""),
    "blobs.away": (_("Mejlförrådet svarar inte. Inga mejl kan tas emot."), _("Kontrollera KOMMUNPOST_BLOBS.")),
    "blobs.readable": (_("Alla på datorn kan öppna mappen med mejl."), _("Stäng mappen för andra: chmod o= på den.")),
    "certificate.expired": (_("Mejldörrens certifikat gick ut %(day)s."), _("Förnya det och starta om Kommunpost.")),
    "certificate.expires": (_("Mejldörrens certifikat går ut %(day)s."), _("Förnya det och starta om Kommunpost.")),
    "certificate.unreadable": (
        _("Mejldörrens certifikat går inte att läsa."), _("Kontrollera KOMMUNPOST_SMTP_CERTIFICATE."),
    ),
    "certificate.valid": (_("Mejldörrens certifikat gäller till %(day)s."), ""),
    "check.failed": (_("Kontrollen %(check)s gick inte att göra (%(error)s)."), _("Rätta de andra felen först.")),
    "clock.agrees": (_("Klockorna i datorn och databasen stämmer."), ""),
    "clock.drift": (_("Datorn och databasen går %(seconds)s sekunder olika."), _("Ställ båda efter NTP.")),
    "clock.past": (_("Klockan visar %(day)s."), _("Ställ klockan: timedatectl set-ntp true.")),
    "database.away": (_("Databasen svarar inte (%(error)s)."), _("Se att databasen är i gång.")),
    "database.migrations": (_("Databasen saknar %(number)s steg."), _("Kör kommunpost migrate.")),
    "database.version": (_("Databasen svarar: %(version)s."), ""),
    "disk.free": (_("%(megabytes)s MB är lediga där data ligger."), ""),
    "disk.full": (_("Bara %(megabytes)s MB är lediga."), _("Gör plats. Utan den stannar mottagningen.")),
    "inbox.fuse_blown": (
        _("Mottagningsbevisen är stoppade: för många gick på kort tid."),
        _("Ta reda på vem som skriver gång på gång, och återställ sedan säkringen på brevlådans sida med val."),
    ),
    "inbox.mail_placed": (_("Alla mejl till gemensamma brevlådor har sin konversation."), ""),
    "inbox.mail_without_conversation": (
        _("Mejl till gemensamma brevlådor väntar på sin konversation."),
        _("Läs bakgrundsarbetets logg. Mejlen är i säkerhet och syns i sina brevlådor."),
    ),
    "inbox.phone_hours_unread": (
        _("Enheters telefontid kan inte läsas: %(units)s."),
        _("Skriv den som mån–fre 09.00–12.00 på enhetens sida i katalogen. Tills dess gäller kommunens."),
    ),
    "mailboxes.heard": (_("Ingen gemensam brevlåda har tystnat."), ""),
    "mailboxes.silent": (
        _("%(address)s har inte fått mejl sedan %(day)s. Omkring %(expected)s var väntade."),
        _("Kontrollera reglerna för vidaresändning i e-postsystemet."),
    ),
    "register.behind": (
        _("%(number)s handlingar har inte undersökts än."), _("Se att bakgrundsarbetet är i gång."),
    ),
    "register.gaps": (
        _("Diariet %(series)s har luckor i nummerserien."), _("Återställ de nummer som saknas från en säkerhetskopia."),
    ),
    "register.in_time": (_("Allt är registrerat i tid."), ""),
    "register.late": (
        _("%(number)s handlingar skulle ha registrerats."), _("De syns på startsidan. Säg till registratorn."),
    ),
    "register.handovers_stuck": (
        _("%(number)s handlingar kom inte fram till sitt ärendesystem."),
        _("Öppna Överlämningar under Diarium. Sidan säger varför och vad som kan göras. Säg till registratorn."),
    ),
    "register.handovers_wait": (
        _("%(number)s handlingar väntar på svar från sitt ärendesystem."),
        _("Se att ärendesystemet fungerar. Numret kan också skrivas in för hand."),
    ),
    "register.removals_wait": (
        _("%(number)s hemliga mejl är inte färdigborttagna."),
        _("Öppna Hemligt mejl under Registrera. Sidan säger vad som väntar och vad som tas bort för hand."),
    ),
    "register.unguarded": (
        _("Databasens skydd för diariet är av."), _("Slå på skyddet igen. Kommunpost doctor visar hur."),
    ),
    "maillog.index_behind": (
        _("%(number)s rader väntar på att komma in i e-postloggens sökregister."),
        _("Sökningar hittar dem ändå men tar längre tid. Se att bakgrundsarbetet är i gång."),
    ),
    "maillog.index_current": (_("E-postloggens sökregister är i fas."), ""),
    "maillog.no_trigrams": (
        _("Databasen saknar pg_trgm. Att söka på delar av ord tar längre tid."),
        _("Lägg till pg_trgm och indexet maillog_word_part. Kommunpost doctor visar kommandot."),
    ),
    "maillog.trigrams": (_("Databasen kan söka på delar av ord."), ""),
    "mailflow.blobs_read_only": (
        _("Det går inte att skriva i mappen med mejl."), _("Ge Kommunposts användare rätt att skriva där."),
    ),
    "mailflow.blobs_writable": (_("Det går att skriva i mappen med mejl."), ""),
    "mailflow.clamd_answers": (_("Virusskyddet svarar."), ""),
    "mailflow.clamd_late": (
        _("%(number)s bilagor har väntat mer än en timme på virusskyddet."),
        _("Se i clamds egen logg vad som tar tid."),
    ),
    "mailflow.clamd_unreachable": (
        _("Virusskyddet svarar inte. %(number)s bilagor har väntat mer än en timme."),
        _("Kontrollera KOMMUNPOST_CLAMD, och att clamd är i gång. Bilagorna väntar så länge."),
    ),
    "mailflow.mailbox_found_late": (
        _("Den senaste räkningen av brevlåda %(connection)s hittade %(number)s mejl som hade missats."),
        _("De är intagna nu. Ta reda på hur de kunde missas: loggen har tiderna."),
    ),
    "mailflow.mailbox_refused": (
        _("%(number)s mejl i brevlåda %(connection)s gick inte att ta in."),
        _("Läs loggen efter sync.mail_refused. Vi försöker igen varje natt."),
    ),
    "mailflow.mailbox_unread": (
        _("Brevlåda %(connection)s läses inte (%(why)s)."), _("Prova anslutningen under Anslutna brevlådor."),
    ),
    "mailflow.mailboxes_read": (_("Alla anslutna brevlådor läses."), ""),
    "mailflow.loose_few": (_("Mejlen i lagret hör till databasen."), ""),
    "mailflow.loose_many": (
        _("%(number)s mejl i lagret står inte i databasen."),
        _("Se efter att databas och lager hör ihop. Inget raderas innan dess: kommunpost sweep --help."),
    ),
    "mailflow.outbox_clear": (_("Inget mejl har okänt öde."), ""),
    "mailflow.outbox_unknown": (
        _("%(number)s mejl har okänt öde."), _("Läs i e-postserverns logg om de gick fram, och svara här på sidan."),
    ),
    "mailflow.relay_reached": (_("E-postservern för utgående mejl svarar."), ""),
    "mailflow.relay_unreachable": (
        _("E-postservern för utgående mejl tar inte emot oss (%(why)s)."),
        _("Kontrollera KOMMUNPOST_RELAY, nätet och serverns egen logg."),
    ),
    "mailflow.relay_unset": (
        _("Ingen e-postserver är angiven, så inga mejl skickas."), _("Sätt KOMMUNPOST_RELAY till smtp://server:port."),
    ),
    "settings.debug": (_("Felsökningsläget är på. Felsidor visar mejl."), _("Ta bort KOMMUNPOST_DEBUG.")),
    "settings.https": (
        _("Webben är öppen utanför datorn utan kryptering."), _("Sätt TLS framför och KOMMUNPOST_HTTPS till 1."),
    ),
    "settings.read": (_("Inställningarna är lästa, profil %(profile)s."), ""),
    "settings.secret_key": (
        _("Den hemliga nyckeln går att gissa."),
        _("Sätt KOMMUNPOST_SECRET_KEY till 50 slumpade tecken och behåll den gamla som reserv."),
    ),
    "settings.secret_key_long": (_("Den hemliga nyckeln är tillräckligt lång."), ""),
    "settings.starttls": (
        _("Mejldörren är öppen utanför datorn utan STARTTLS."), _("Sätt KOMMUNPOST_SMTP_CERTIFICATE."),
    ),
    "verification.broken": (
        _("Kontrollen %(day)s hittade %(number)s brott."), _("Ändra ingenting. Läs på sidan Granskning vad du gör."),
    ),
    "verification.never": (
        _("Spåret, mejlen och loggen har aldrig kontrollerats."), _("Tryck på Kontrollera allt nu."),
    ),
    "verification.old": (
        _("Spåret, mejlen och loggen kontrollerades senast %(day)s."), _("Tryck på Kontrollera allt nu."),
    ),
    "verification.whole": (_("Spåret, mejlen och loggen var hela %(day)s."), ""),
    "worker.given_up": (
        _("%(number)s bakgrundsarbeten har misslyckats."), _("Kör om dem eller avskriv dem här på sidan."),
    ),
    "worker.living": (_("%(number)s arbetsprocesser är i gång."), ""),
    "worker.none": (_("Ingen arbetsprocess är i gång."), _("Starta kommunpost serve.")),
    "worker.silent": (
        _("%(number)s arbetsprocesser har tystnat. Inget indexeras eller skickas."),
        _("Se efter om de är i gång och starta kommunpost serve."),
    ),
}  # fmt: skip


def in_words(finding: Mapping[str, object]) -> tuple[str, str]:
    """What it means and what to do; English, as on the command line, for a code without words of its own."""
    facts = finding["facts"] if isinstance(finding["facts"], Mapping) else {}
    texts = FINDING_TEXTS.get(str(finding["code"]))
    if texts is None:
        return str(finding["says"]), str(finding["remedy"])
    return str(texts[0]) % facts, str(texts[1]) % facts
