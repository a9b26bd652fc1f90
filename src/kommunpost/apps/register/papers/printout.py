"""The printout of a mail for the file of paper: everything that can be set as text, and a list of what cannot."""

from collections.abc import Sequence
from datetime import datetime
from hashlib import sha256

from django.utils.translation import gettext as _
from django.utils.translation import override

from kommunpost.apps.directory.rules import Actor
from kommunpost.apps.mailflow.models import Delivery
from kommunpost.apps.mailflow.reading import header_text
from kommunpost.apps.register.files import files_of_message
from kommunpost.apps.register.models import Removal
from kommunpost.apps.register.papers.documents import Section, made_by, make_document
from kommunpost.core.mail import Address, ParsedMail, parse
from kommunpost.core.mail.display import upright
from kommunpost.core.swedish.working_days import STOCKHOLM


def make_printout(*, removal: Removal, raw: bytes, actor: Actor, now: datetime) -> bytes:
    """The mail as a document of its own. It is handed over and not kept. Raises ``TooLarge``, and what parsing does."""
    mail = parse(raw)
    with override("sv"):
        sections = [_head(removal, mail, raw), _text(mail), _files(removal), _header(raw)]
        return make_document(
            title=_("Utskrift av mejl"),
            lead=_("Innehåller uppgifter som kan vara hemliga. Förvara utskriften i akten, inte i e-posten."),
            sections=[one for one in sections if one is not None],
            made=made_by(actor.name, now),
        )


def _head(removal: Removal, mail: ParsedMail, raw: bytes) -> Section:
    header = mail.headers
    facts = [
        (_("Från"), _people([header.sender])),
        (_("Till"), _people(header.to)),
        (_("Kopia"), _people(header.cc)),
        (_("Ämne"), upright(header.subject)),
        (_("Avsändarens datum"), _moment(header.date)),
        *((_("Kom till"), one) for one in _ways(removal.message_id)),
        (_("Message-ID"), header.message_id),
        (_("Mejlets storlek"), _("%d byte") % len(raw)),
        (_("SHA-256 för mejlet"), sha256(raw).hexdigest()),
    ]
    return Section(_("Mejlet"), facts=[(name, value) for name, value in facts if value])


def _text(mail: ParsedMail) -> Section:
    lines = upright(mail.text).splitlines()
    return Section(_("Text"), lines=lines or [_("Mejlet har ingen text.")])


def _files(removal: Removal) -> Section | None:
    files = [one for one in files_of_message(removal.message) if one.place]
    if not files:
        return None
    rows = [[str(one.place), one.name, one.media_type, str(one.size), one.digest] for one in files]
    columns = [_("Nr"), _("Namn"), _("Typ"), _("Byte"), "SHA-256"]
    return Section(_("Bilagor, som skrivs ut var för sig"), columns=columns, rows=rows)


def _header(raw: bytes) -> Section:
    return Section(_("Mejlhuvudet som det kom"), lines=header_text(raw).splitlines())


def _ways(message_id: int) -> list[str]:
    rows = Delivery.objects.filter(message_id=message_id).order_by("at", "pk")
    return [f"{address}, {_moment(at)}" for address, at in rows.values_list("address", "at")]


def _people(addresses: Sequence[Address]) -> str:
    shown = [one for one in addresses if one.name or one.address]
    return ", ".join(f"{one.name} <{one.address}>" if one.name else one.address for one in shown)


def _moment(at: datetime | None) -> str:
    return f"{at.astimezone(STOCKHOLM):%Y-%m-%d kl. %H.%M.%S}" if at else ""
