"""What the inbox's screens say: refusals, groups of the queue, and how a clock stands."""

from collections.abc import Mapping
from datetime import date, datetime, timedelta

from django.utils import timezone
from django.utils.dateformat import format as django_format
from django.utils.functional import Promise
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from kommunpost.apps.directory.models import Person
from kommunpost.apps.inbox.rules.clock import Group, Standing
from kommunpost.apps.inbox.rules.refusals import InboxRefused

REFUSAL_TEXTS: Mapping[str, str | Promise] = {
    "stale": _("Något hände i konversationen just nu. Titta först, och gör sedan om det."),
    "no_such_step": _("Det går inte i det läge som konversationen är i."),
    "not_yours": _("Du läser i en brevlåda som du inte svarar för. Den som svarar för den kan göra det här."),
    "merged": _("Konversationen visas i en annan. Gör det där."),
    "not_member": _("Personen svarar inte för brevlådan. Välj någon som gör det."),
    "empty": _("Skriv något först."),
    "too_long": _("Texten är för lång."),
    "awaits_answer": _("Någon väntar på svar. Svara först, eller säg att inget svar behövs."),
    "unknown_ending": _("Välj hur konversationen slutade."),
    "unknown_channel": _("Välj samtal eller besök."),
    "same": _("Det är samma konversation."),
    "other_mailbox": _("Konversationerna ligger i olika brevlådor."),
    "circle": _("Konversationerna är redan sammanförda."),
    "not_merged": _("Konversationen är inte sammanförd med någon annan."),
    "no_such_entry": _("Mejlet ligger inte här längre."),
    "only_entry": _("Det är det enda mejlet i konversationen."),
    "not_split": _("Konversationen har inte delats av från någon annan."),
    "grown": _("Det har hänt mer här sedan mejlet delades av, så det kan inte föras tillbaka."),
    "no_such_suggestion": _("Förslaget finns inte längre."),
    "same_text": _("Samma text är redan skickad i den här konversationen."),
    "not_owner": _("Bara den som äger brevlådan, eller en chef, ändrar det här."),
    "shift_backwards": _("Passet måste sluta efter att det börjar."),
    "shift_taken": _("Passet finns redan."),
    "bad_time": _("Skriv klockslag som 08:00, högst sex."),
    "no_such_mailbox": _("Den brevlådan tar inte emot konversationer. Välj en annan."),
    "nothing_to_send": _("Det finns inget mejl att lämna över."),
    "infected": _("Virusskyddet hittade ett virus i en bilaga. Mejlet får inte skickas vidare."),
    "not_judged": _("Mejlet är inte genomläst än. Vänta en stund och försök igen."),
    "authority_sensitive": _("Det här är ofta känsliga uppgifter. Skicka dem inte vidare. Svara med rätt kontaktväg."),
    "authority_takes_no_mail": _("Kommunen har ingen adress dit myndigheten tar emot mejl. Svara med rätt kontaktväg."),
    "may_be_secret": _("Mejlet kan vara sekretessbelagt och får inte skickas vidare. Svara med rätt kontaktväg."),
    "sent_on_already": _("Mejlet är redan skickat vidare till den myndigheten."),
    "secret": _("Innehållet kan vara sekretessbelagt och får inte gå med mejl. Lämna över det på ett säkert sätt."),
    "no_such_article": _("Artikeln finns inte, eller är tagen ur bruk."),
    "article_changed": _("Någon har ändrat artikeln medan du skrev. Läs den nya lydelsen och gör om din ändring."),
    "no_such_person": _("Välj någon som finns i katalogen."),
    "no_such_unit": _("Välj en enhet som finns i katalogen."),
    "unknown_state": _("Välj ett läge."),
    "past": _("Dagen har redan varit. Välj en senare."),
    "no_clock": _("Ingen väntar på svar här, så det finns inget att bekräfta."),
    "draft_open": _("Du har ett påbörjat svar. Skicka eller kasta det först."),
    "day_to_come": _("Dagen har inte varit än. Välj i dag eller en tidigare dag."),
    "too_long_ago": _("Dagen ligger mer än ett år bakåt. Välj en senare."),
    "start_at_work": _("En start pågår redan för brevlådan. Vänta tills den är klar."),
    "no_such_start": _("Den starten finns inte, eller går inte att ångra i det läge den är."),
    "not_visible": _("Konversationen finns inte, eller så får du inte se den."),
}


def refusal_text(refusal: InboxRefused) -> str:
    """The refusal in words; a stale send says how much has happened."""
    if refusal.code == "stale" and refusal.news:
        return ngettext(
            "%(number)d ny händelse, titta först. Ditt utkast är kvar.",
            "%(number)d nya händelser, titta först. Ditt utkast är kvar.",
            refusal.news,
        ) % {"number": refusal.news}
    return str(REFUSAL_TEXTS[refusal.code])


def group_label(group: Group, *, now: datetime, last: date) -> str:
    """The heading of a group. Before a weekend the next working day is not tomorrow."""
    if group is Group.NEXT:
        is_tomorrow = last == timezone.localdate(now) + timedelta(days=1)
        return gettext("I morgon") if is_tomorrow else gettext("Nästa arbetsdag")
    return {Group.LATE: gettext("Försenat"), Group.TODAY: gettext("I dag"), Group.LATER: gettext("Senare")}[group]


def status_of(standing: Standing) -> tuple[str, str]:
    """The state of the clock for ``{% status %}``: its key and its words."""
    if standing.group is Group.LATE:
        late = abs(standing.days)
        return "late", ngettext("%(days)d arbetsdag sen", "%(days)d arbetsdagar sen", late) % {"days": late}
    if standing.group is Group.TODAY:
        return "today", gettext("Senast i dag")
    words = ngettext("%(days)d arbetsdag kvar", "%(days)d arbetsdagar kvar", standing.days)
    return "ok", words % {"days": standing.days}


def day_words(day: date) -> str:
    """``fredag 20 november``."""
    midnight = datetime(day.year, day.month, day.day)  # noqa: DTZ001 - only its date is written
    return django_format(midnight, "l j F").lower()


def acknowledgement_text(contact: Person, *, promised: date, added: str) -> str:
    """The words of a confirmation, in Swedish whatever the writer's screen speaks: it goes to whoever wrote."""
    reach = ", ".join(one for one in (contact.phone, contact.address) if one)
    lines = [
        "Hej!",
        "Tack för ditt mejl. Frågan tar längre tid att besvara än två arbetsdagar.",
        f"{contact.name} är din kontaktperson ({reach}). Du får svar senast {promised.isoformat()}.",
        added.strip(),
    ]
    return "\n\n".join(line for line in lines if line)
