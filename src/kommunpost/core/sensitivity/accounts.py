"""Bank accounts, bankgiro, plusgiro, IBAN."""

import re
from collections.abc import Iterator

from kommunpost.core.sensitivity.model import Context, Label, Span

_IBAN = re.compile(r"[A-Z]{2}(?<!\w[A-Z]{2})\d{2}(?: ?[\dA-Z]{4}){3,7}(?: ?[\dA-Z]{1,3})?(?!\w)")
_BANKGIRO = re.compile(
    r"(?:bankgiro\w*|\bbg)[ .:]{0,3}(?:nr|nummer|är|no)?[ .:]{0,3}(\d{3,4}[- ]?\d{4})(?![\w-])", re.IGNORECASE
)
_PLUSGIRO = re.compile(
    r"(?:plusgiro\w*|postgiro\w*|\bpg)[ .:]{0,3}(?:nr|nummer|är|no)?[ .:]{0,3}(\d[\d ]{0,9}-\d)(?![\w-])", re.IGNORECASE
)
_ACCOUNT = re.compile(
    r"""
    (?:konto(?:t|nr|numret|nummer)?|account(?:\ number|\ no\.?)?|\bkto|clearing\w*)\b
    [ .:(]{0,3}(?:nr|nummer|är|no|i|hos|på)?[ .:]{0,2}
    (?:(?:swedbank|nordea|seb|handelsbanken|sbab|ica\ banken|länsförsäkringar|skandia|danske\ bank)[ ,:]{0,2})?
    (\d{4}(?:-\d)?[ ,.-]{0,2}(?:(?:konto|kontonr|kontonummer|och\ konto)[ :]{0,2})?\d[\d ,.-]{4,16}\d)(?!\w|-\d)
    """,
    re.VERBOSE | re.IGNORECASE,
)
_BY_WORD = (
    ("bankgiro", _BANKGIRO, "bankgiro"),
    ("bg", _BANKGIRO, "bankgiro"),
    ("plusgiro", _PLUSGIRO, "plusgiro"),
    ("postgiro", _PLUSGIRO, "plusgiro"),
    ("pg", _PLUSGIRO, "plusgiro"),
    ("konto", _ACCOUNT, "account_number"),
    ("kto", _ACCOUNT, "account_number"),
    ("account", _ACCOUNT, "account_number"),
    ("clearing", _ACCOUNT, "account_number"),
)
"""The word that a number follows, and how it goes on: the dearer pattern is tried where the word stands."""
_CERTAIN = 0.97
_IBAN_LENGTHS = range(15, 35)


def find_accounts(text: str, *, context: Context) -> Iterator[Span]:
    """Account numbers in a text that ``plain`` has made; those that ``context`` calls public are left out."""
    lower = text.lower()
    for cue, form, rule in _BY_WORD:
        place = lower.find(cue)
        while place >= 0:
            match = form.match(text, place)
            if match and match[1].rstrip(" -,.") not in context.public:
                end = match.start(1) + len(match[1].rstrip(" -,."))
                yield Span(match.start(1), end, Label.BANK_ACCOUNT, _CERTAIN, rule)
            place = lower.find(cue, place + 1)
    for match in _IBAN.finditer(text):
        if is_iban(match[0]):
            yield Span(match.start(), match.end(), Label.BANK_ACCOUNT, _CERTAIN, "iban")


def is_iban(written: str) -> bool:
    """Whether length and check digits are those of an IBAN (ISO 13616)."""
    bare = written.replace(" ", "")
    if len(bare) not in _IBAN_LENGTHS:
        return False
    return int("".join(str(int(letter, 36)) for letter in bare[4:] + bare[:4])) % 97 == 1
