"""What a reader should know of who a mail says that it is from. Only warnings: nothing here says that mail is true.

A forged sign of trust can therefore at most be silent. What we have not checked ourselves we say that we have not.
"""

from collections.abc import Iterable

from django.conf import settings
from django.utils.translation import gettext

from kommunpost.apps.directory.queries import own_domains
from kommunpost.apps.mailflow.models import Delivery, Direction, Route
from kommunpost.core.mail import (
    Address,
    AutomaticKind,
    ParsedMail,
    alike,
    bare_address,
    mixes_alphabets,
    names_another,
    read_results,
)

_PASSED_ON = frozenset({AutomaticKind.LIST, AutomaticKind.BULK, AutomaticKind.BOUNCE})
"""Here another answers or sends than the one who is named, and that is as it should be."""


def sender_remarks(mail: ParsedMail, raw: bytes, delivery: Delivery) -> list[str]:
    """What speaks against the sender of ``mail``, the gravest first; empty for ordinary mail. At most four queries."""
    headers = mail.headers
    ours = {domain.lower() for domain in settings.OWN_DOMAINS} or own_domains()
    remarks = [_forged(raw), _from_us(headers.sender, delivery, ours), _likeness(headers.sender, ours)]
    remarks += [_other_name(headers.sender), _likeness_in_answers(headers.reply_to, headers.sender, ours)]
    if headers.automatic not in _PASSED_ON:
        remarks += [_answers_elsewhere(headers.reply_to, headers.sender), _sent_by(headers.sent_by, headers.sender)]
    return [remark for remark in remarks if remark]


def _domain(address: str) -> str:
    return address.rpartition("@")[2] if "@" in address else ""


def _forged(raw: bytes) -> str:
    if read_results(raw, ours=settings.AUTHENTICATION_SERVERS).get("dmarc") != "fail":
        return ""
    return gettext("Avsändaren kan vara förfalskad. E-postservern kontrollerade domänen (DMARC) och det stämde inte.")


def _from_us(sender: Address, delivery: Delivery, ours: Iterable[str]) -> str:
    """Our address as sender, and no mailbox of ours that sent it. Imports and journals come from our own servers."""
    came_in = delivery.direction == Direction.IN and delivery.route in {Route.SMTP, Route.LMTP}
    if not came_in or _domain(sender.address) not in ours:
        return ""
    if Delivery.objects.filter(message_id=delivery.message_id, direction=Direction.OUT).exists():
        return ""
    return gettext("Avsändaren anger en adress hos oss, men mejlet har inte gått ut från någon av våra brevlådor.")


def _likeness(sender: Address, ours: Iterable[str]) -> str:
    domain = _domain(sender.address)
    like = alike(domain, ours)
    if like:
        return gettext("Avsändarens domän %(domain)s liknar vår egen %(ours)s men är en annan.") % {
            "domain": bare_address(domain), "ours": like,
        }  # fmt: skip
    if mixes_alphabets(domain):
        return gettext("Avsändarens domän %(domain)s blandar bokstäver ur olika alfabet och kan likna en annan.") % {
            "domain": bare_address(domain)
        }
    return ""


def _other_name(sender: Address) -> str:
    if not names_another(sender.name, sender.address):
        return ""
    real = bare_address(sender.address) or gettext("okänd adress")
    return gettext("Namnet innehåller en annan adress än den som mejlet kommer från: %(address)s.") % {"address": real}


def _likeness_in_answers(answers: Iterable[Address], sender: Address, ours: Iterable[str]) -> str:
    for one in answers:
        like = alike(_domain(one.address), ours)
        if like and one.address != sender.address:
            return gettext("Svar går till %(address)s, vars domän liknar vår egen %(ours)s men är en annan.") % {
                "address": bare_address(one.address), "ours": like,
            }  # fmt: skip
    return ""


def _answers_elsewhere(answers: Iterable[Address], sender: Address) -> str:
    elsewhere = [one.address for one in answers if "@" in one.address]
    if not elsewhere or _domain(sender.address) in {_domain(address) for address in elsewhere}:
        return ""
    return gettext("Svar går inte till avsändaren utan till %(address)s.") % {"address": bare_address(elsewhere[0])}


def _sent_by(other: Address | None, sender: Address) -> str:
    if other is None or "@" not in other.address or _domain(other.address) == _domain(sender.address):
        return ""
    return gettext("Mejlet är skickat av %(address)s i avsändarens namn.") % {"address": bare_address(other.address)}
