"""E-mail addresses of people. ``bygglov@botkyrka.example`` and ``info@`` anybody are functions, not people."""

import re
from collections.abc import Iterator

from kommunpost.core.sensitivity.model import Context, Label, Span
from kommunpost.core.sensitivity.names.gazetteer import table

_FORM = re.compile(r"@(?:[\w-]{1,63}\.){1,6}[^\W\d_]{2,24}")
_LOCAL = re.compile(r"[\w.!#$%&'*+/=?^`{|}~-]{1,64}$")
FUNCTIONS = frozenset(
    """
    info kontakt kontakta kontaktcenter kundtjanst kundservice kundcenter medborgarservice support helpdesk it
    itsupport servicedesk noreply no-reply donotreply do-not-reply inget-svar svara-inte postmaster mailer-daemon
    abuse webmaster hostmaster root admin administrator registrator diarium registratur kansli kansliet arkiv
    arkivet bygglov plan planering stadsbyggnad samhallsbyggnad byggnadsnamnden miljo miljokontoret miljoochhalsa
    halsoskydd livsmedel socialtjansten socialtjanst socialjour individ familj familjeratt ekonomiskt-bistand
    forsorjningsstod vard vardomsorg omsorg aldreomsorg hemtjanst bistand lss forskola skola grundskola gymnasiet
    skolan forskolan barnomsorg utbildning vuxenutbildning sfi komvux arbetsmarknad gata gatapark gatuochpark park
    trafik parkering va vatten avfall renhallning atervinning kultur fritid kulturfritid bibliotek biblioteket
    bokning bokningen simhallen idrott turism naringsliv overformyndare overformyndaren valnamnden val kommun
    kommunen kommunstyrelsen kommunfullmaktige ks kf namnd namnden ledning kommunledning personal hr lon loner
    loneservice rekrytering jobb ekonomi faktura fakturor fakturering leverantor inkop upphandling anbud press
    media kommunikation redaktion redaktionen nyhetsbrev newsletter news marknad marketing sales salj order orders
    bestallning reception receptionen vaxel vaxeln boka booking event events alla chefer styrelse styrelsen
    forening klubben valberedning kassor ordforande sekreterare dataskydd dataskyddsombud dpo gdpr sakerhet
    security felanmalan jour vaktmastare fastighet uthyrning bostad hyra kundreskontra inkasso office hello hej
    mail post mejl epost e-post contact kontor kontoret service team notification notifications system
    rostbrevlada voicemail scanner skrivare print brevlada funktion enhet enheten forvaltningen malmo stockholm
    """.split()
)
_FUNCTION_ENDINGS = (
    "namnden",
    "namnd",
    "forvaltningen",
    "forvaltning",
    "enheten",
    "enhet",
    "avdelningen",
    "kontoret",
    "kontor",
    "kansliet",
    "kansli",
    "skolan",
    "skola",
    "forskolan",
    "center",
    "centrum",
    "tjanst",
    "tjansten",
    "service",
    "biblioteket",
    "support",
    "gruppen",
    "reply",
    "daemon",
    "registrator",
    "kommun",
    "kommunen",
    "omsorg",
    "omsorgen",
    "lista",
    "listan",
    "info",
    "museet",
    "hallen",
    "verket",
    "jouren",
    "redaktionen",
    "klubben",
    "foreningen",
    "teamet",
)
_FOLDED = str.maketrans("åäöéü", "aaoeu")
_NAME_SHAPE = re.compile(r"[^\W\d_]{2,}(?:[.-][^\W\d_]+)*\.[^\W\d_]{2,}(?:-[^\W\d_]+)?\d{0,3}$")
_COMMON = 2
"""A first name that twenty people or more bear."""
_CERTAIN, _LIKELY, _POSSIBLE = 0.99, 0.95, 0.3


def find_addresses(text: str) -> Iterator[tuple[int, int]]:
    """Where addresses of any kind stand; a name inside one is no name of its own."""
    for match in _FORM.finditer(text):
        local = _LOCAL.search(text, max(0, match.start() - 64), match.start())
        if local:
            stripped = local[0].lstrip(".'`*{|}/=&!#$%^?~")
            if stripped:
                yield match.start() - len(stripped), match.end()


def find_emails(text: str, *, context: Context) -> Iterator[Span]:
    """The addresses of people in a text that ``plain`` has made."""
    public = {address.lower() for address in context.public}
    for start, end in find_addresses(text):
        address = text[start:end].lower()
        local, _, domain = address.partition("@")
        if address not in public and not is_function(local, own=domain in context.own_domains):
            confidence = _CERTAIN if _NAME_SHAPE.match(local) else _LIKELY
            yield Span(start, end, Label.EMAIL, confidence, "email_address")


def is_function(local: str, *, own: bool) -> bool:
    """Whether the part before ``@`` names a function. In the municipality's own domain only names are people."""
    folded = local.lower().translate(_FOLDED).rstrip("0123456789")
    if folded in FUNCTIONS or folded.endswith(_FUNCTION_ENDINGS):
        return True
    first = re.split(r"[._+-]", folded)[0]
    if first in FUNCTIONS and (not _NAME_SHAPE.match(folded) or table("first").get(first, 0) < _COMMON):
        # "hemtjanst.norra" is a function, "val.andersson" is somebody.
        return True
    return own and not _NAME_SHAPE.match(local)
