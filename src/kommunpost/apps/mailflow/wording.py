"""Facts of a mail in words: what kind of file, what a bounce or a receipt means, when a meeting is."""

from collections.abc import Mapping
from datetime import date, datetime

from django.utils import timezone
from django.utils.dateformat import format as day_format
from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from kommunpost.core.mail import Address, Invitation, Report, bare_address, shown_sender, upright
from kommunpost.core.mail.kinds import ending

LONGEST_ANSWER = 300
_BY_ENDING: Mapping[str, str | Promise] = {
    "pdf": "PDF",
    **dict.fromkeys(("doc", "docx", "odt", "rtf"), _("Textdokument")),
    **dict.fromkeys(("xls", "xlsx", "ods", "csv"), _("Kalkylblad")),
    **dict.fromkeys(("ppt", "pptx", "odp"), _("Bildspel")),
    **dict.fromkeys(("png", "jpg", "jpeg", "gif", "webp", "heic", "tif", "tiff", "bmp"), _("Bild")),
    **dict.fromkeys(("zip", "7z", "rar", "gz", "tar"), _("Arkiv")),
    **dict.fromkeys(("eml", "msg"), _("Mejl")),
    **dict.fromkeys(("mp3", "wav", "m4a", "ogg"), _("Ljud")),
    **dict.fromkeys(("mp4", "mov", "avi", "webm"), _("Film")),
    "ics": _("Kalenderfil"),
    "vcf": _("Kontaktkort"),
    "txt": _("Text"),
    **dict.fromkeys(("htm", "html", "svg", "xml"), _("Webbfil")),
    **dict.fromkeys(("exe", "com", "bat", "cmd", "scr", "js", "vbs", "ps1", "jar", "msi", "lnk"), _("Program")),
}
_BY_TYPE: Mapping[str, str | Promise] = {
    "message/rfc822": _("Mejl"),
    "text/calendar": _("Kalenderfil"),
    "text/plain": _("Text"),
    "application/pdf": "PDF",
}
_BY_STATUS: tuple[tuple[str, str | Promise], ...] = (
    ("5.1.1", _("Adressen finns inte.")),
    ("5.1.", _("Adressen stämmer inte.")),
    ("5.2.2", _("Mottagarens brevlåda är full.")),
    ("5.3.4", _("Mejlet är för stort för mottagaren.")),
    ("5.4.", _("Mottagarens server går inte att nå.")),
    ("5.7.", _("Mottagarens server tar inte emot mejlet.")),
)


def kind_words(name: str, media_type: str) -> str | Promise:
    """``Bild``, ``PDF``, ``Textdokument`` …; ``Fil`` for what we have no word for. By the name's ending first."""
    found = _BY_ENDING.get(ending(name)) or _BY_TYPE.get(media_type)
    return found or (_("Bild") if media_type.startswith("image/") else _("Fil"))


def report_words(report: Report | None) -> str:
    """What a bounce or a receipt says, in a sentence or two; "" without one."""
    if report is None:
        return ""
    to = {"recipient": bare_address(report.recipient)[:320] or gettext("mottagaren")}
    if report.kind == "disposition-notification":
        return gettext("%(recipient)s har öppnat mejlet.") % to if report.action == "displayed" else ""
    if report.action == "delayed":
        return gettext("Mejlet till %(recipient)s är försenat. Servern försöker igen.") % to
    if report.action != "failed":
        return gettext("Mejlet till %(recipient)s har kommit fram.") % to
    reason = next((str(words) for status, words in _BY_STATUS if report.status.startswith(status)), "")
    return " ".join(filter(None, [gettext("Mejlet till %(recipient)s kom inte fram.") % to, reason]))


def report_answer(report: Report | None) -> str:
    """What the other server answered, as it wrote it, on one line."""
    return upright(" ".join(report.diagnostic.split()))[:LONGEST_ANSWER] if report else ""


def invitation_facts(invitation: Invitation | None, *, sender: str = "") -> list[tuple[str, str]]:
    """When, where and who, ready to show; text only. ``sender``: the address that the mail itself came from."""
    if invitation is None:
        return []
    facts = [
        (gettext("Vad"), upright(invitation.summary)),
        (gettext("När"), _when(invitation)),
        (gettext("Var"), upright(invitation.location)),
        (gettext("Vem bjuder in"), _organizer(invitation.organizer, sender)),
        (gettext("Upprepas"), gettext("Ja, flera gånger") if invitation.repeats else ""),
    ]
    return [fact for fact in facts if fact[1]]


def _organizer(organizer: Address, sender: str) -> str:
    """Who invites, by the invitation's own word, as a sender is shown; and who sent it, when that is another."""
    name, address = shown_sender(organizer.name, organizer.address), bare_address(organizer.address)
    who = name if not address or name == address else f"{name} {address}"
    if not who or not sender or organizer.address.lower() == sender.lower():
        return who
    words = gettext("%(who)s enligt inbjudan. Mejlet kom från %(sender)s.")
    return words % {"who": who, "sender": bare_address(sender)}


def _when(invitation: Invitation) -> str:
    if invitation.first_day:
        first, last = _day(invitation.first_day), _day(invitation.last_day or invitation.first_day)
        return first if first == last else gettext("%(first)s till %(last)s") % {"first": first, "last": last}
    if invitation.start is None:
        return ""
    start, end = timezone.localtime(invitation.start), _local(invitation.end)
    words = f"{_day(start.date())} {start:%H.%M}"
    if end is not None:
        words += f"–{end:%H.%M}" if end.date() == start.date() else f" – {_day(end.date())} {end:%H.%M}"
    return words if invitation.zone_known else words + " " + gettext("(okänd tidszon)")


def _local(moment: datetime | None) -> datetime | None:
    return timezone.localtime(moment) if moment else None


def _day(day: date) -> str:
    return day_format(day, "D j M Y").lower()
