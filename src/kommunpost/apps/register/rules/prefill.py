"""What the form of registration is filled in with: a title in brief, the counterpart, what the public sees. Pure.

What is in brief must hold nothing sensitive: it stands in the diary, and perhaps on the web (OSL 5:2). So numbers that
name a person are taken out, a subject that tells of somebody's health, faith or the like gives way to the kind of
writing, and where secrecy may hold the public title is a neutral heading.
"""

import re
from collections.abc import Mapping
from typing import Final

from kommunpost.apps.register.kinds import Secrecy
from kommunpost.core.sensitivity import SENSITIVE, Setting, find_spans

LONGEST_TITLE = 300
NEUTRAL: Final = "Skrivelse"

_PREFIX = re.compile(r"^(?:\s*(?:re|sv|svar|vb|vs|fw|fwd|aw|tr)\s*(?:\[\d+\])?\s*:)+\s*", re.IGNORECASE)
_ACTION = re.compile(r"^\s*för (?:beslut|åtgärd|svar|kännedom)\s*[:–-]\s*", re.IGNORECASE)
_PERSONAL_NUMBER = re.compile(r"(?<!\d)(?:(?:19|20)\d{2}|\d{2})(?:0[1-9]|1[0-2])\d{2}[-+ ]?\d{4}(?!\d)")
_PHONE = re.compile(r"(?<!\d)(?:\+46|0)[ -]?\d{1,3}(?:[ -]?\d{2,3}){2,4}(?!\d)")
_ADDRESS = re.compile(r"[^\s<>@]+@[^\s<>@]+")
_LEFT_OVER = re.compile(r"\s*[(\[]\s*[)\]]|\s*[,;:–-]\s*$")

_HEADINGS: Mapping[str, str] = {
    "ansök": "Ansökan",
    "anmäl": "Anmälan",
    "överklag": "Överklagande",
    "klagomål": "Klagomål",
    "begär": "Begäran",
    "utlämn": "Begäran om handling",
    "komplett": "Komplettering",
    "yttrand": "Yttrande",
    "remiss": "Remiss",
    "faktur": "Faktura",
    "anbud": "Anbud",
    "offert": "Offert",
    "inbjud": "Inbjudan",
    "protokoll": "Protokoll",
    "avtal": "Avtal",
    "synpunkt": "Synpunkt",
    "medborgarförslag": "Medborgarförslag",
    "beslut": "Beslut",
    "svar": "Svar",
    "fråg": "Fråga",
    "?": "Fråga",
}
"""Word or stem -> a heading that says what kind of writing it is and nothing else. The first that is found."""

DOCUMENT_TYPES: Final = tuple(sorted({*_HEADINGS.values(), NEUTRAL, "Föreläggande", "Tjänsteanteckning"}))

_COMPANY = re.compile(
    r"\b(?:AB|HB|KB|BRF|kommun|kommunen|region|regionen|länsstyrelsen|myndigheten|verket|nämnden|inspektionen|"
    r"förening|föreningen|förbund|förbundet|stiftelsen|domstol|rätten|universitet|högskola|GmbH|Ltd|Inc|A/S|AS|Oy)\b",
    re.IGNORECASE,
)


def brief(subject: str) -> str:
    """The subject as a title: no ``Re:``, no personal numbers, telephone numbers or addresses, one line."""
    text = " ".join(subject.split())
    text = _ACTION.sub("", _PREFIX.sub("", text))
    for pattern in (_PERSONAL_NUMBER, _PHONE, _ADDRESS):
        text = pattern.sub("", text)
    while (shorter := _LEFT_OVER.sub("", text)) != text:
        text = shorter
    return " ".join(text.split())[:LONGEST_TITLE].strip()


def neutral_brief(subject: str, *, kind: str) -> str:
    """The subject as a title, unless it says something sensitive of somebody: then only what kind of writing it is.

    A name together with something sensitive is what must not stand in a register that others read (GDPR art. 9).
    """
    title = brief(subject)
    return (kind or NEUTRAL) if title and tells_something_sensitive(title) else title


def tells_something_sensitive(text: str) -> bool:
    """Whether a text may tell of health, faith, origin, union, crime or social need. Rather once too often: then the
    title only says less than it could, and a person may write it anew.
    """
    return any(span.label in SENSITIVE for span in find_spans(text, setting=Setting.REVIEW))


def document_type(text: str) -> str:
    """``Ansökan``, ``Komplettering`` …: what kind of writing a subject or a letter seems to be."""
    lowered = text.lower()
    places = [(lowered.find(word), heading) for word, heading in _HEADINGS.items() if word in lowered]
    return min(places)[1] if places else NEUTRAL


def public_title(*, title: str, kind: str, secrecy: str) -> str:
    """What everybody may see in place of ``title``: itself where nothing is secret, else only the kind of writing."""
    return title if secrecy == Secrecy.NONE else (kind or NEUTRAL)


def public_counterpart(*, name: str, secrecy: str) -> str:
    """The counterpart for everybody: authorities and companies by name, private people never by themselves.

    A registrar may write a name there; the machine does not put a citizen's name on the web.
    """
    return name if secrecy == Secrecy.NONE and _COMPANY.search(name) else ""


def title_problems(text: str) -> tuple[str, ...]:
    """What a public title must not hold, as codes: ``personal_number``, ``phone``, ``address``."""
    tests = (("personal_number", _PERSONAL_NUMBER), ("phone", _PHONE), ("address", _ADDRESS))
    return tuple(code for code, pattern in tests if pattern.search(text))
