"""Names in scripts without capitals or outside our gazetteer, where somebody introduces themselves or signs.

Arabic, Persian, Ukrainian, Russian, Greek and Tigrinya mail reaches a Swedish municipality every week. The classifier
knows Latin letters; these few patterns find what stands after "my name is", "my daughter", and under a closing.
"""

import re
from collections.abc import Iterator

from kommunpost.core.sensitivity.model import Label, Span

_BEYOND_LATIN = re.compile("[\u0370-\u06ff\u1200-\u137f]")
_ARABIC = "[\u0621-\u064a\u067e\u0686\u0698\u06a9\u06af\u06cc\u06c0-\u06d3]{2,}"
_CYRILLIC = "[А-ЯЁІЇЄҐ][а-яёіїєґ'’]+"
_GREEK = "[Α-ΩΆΈΉΊΌΎΏ][α-ωάέήίόύώς]+"
_NAME_IS = re.compile(
    rf"(?:اسمي|إسمي|أنا اسمي|اسمها|اسمه|اسم من|نام من|نامم) (?:هو |هي )?({_ARABIC}(?: {_ARABIC})?)"
    r"|(?:[Мм]еня зовут|[Мм]ене звати|[Мм]оё имя|[Мм]оє ім['’]я|[Зз]овут|[Зз]вати)"
    rf" ({_CYRILLIC}(?: {_CYRILLIC}){{0,2}})"
    rf"|(?:[Мм]ой сын|[Мм]оя дочь|[Мм]ій син|[Мм]оя донька|[Мм]оя мама|[Мм]ой муж|[Мм]ій чоловік) ({_CYRILLIC})"
    rf"|(?:[Μμ]ε λένε|[Οο]νομάζομαι|[Οο] γιος μου|[Ηη] κόρη μου) (?:ο |η )?({_GREEK}(?: {_GREEK})?)"
    r"|(?:ስመይ|ሽመይ|ስሜ) ([\u1200-\u135a]{2,}(?: [\u1200-\u135a]{2,})?)"
)
_RELATIVE = re.compile(rf"(?:ابنتي|إبنتي|ابني|إبني|زوجتي|زوجي|طفلي|طفلتي|پسرم|دخترم|همسرم) ({_ARABIC})")
_NO_NAME = frozenset(
    "عمره عمرها مريض مريضة يعاني تعاني لديه لديها في من لا هو هي التي الذي كان كانت يحتاج تحتاج را به است".split()
)
_UNDER = r"[^\n]{0,30}\n+\s*"
_LAST = r"[ .]*(?:\n|$)"
_SIGNED = re.compile(
    r"(?:شكرا|شكراً|شكرًا|مع التحية|مع تحياتي|تحياتي|والسلام|با تشکر|با احترام|ممنون|سپاس)"
    rf"{_UNDER}({_ARABIC}(?: {_ARABIC}){{0,2}}){_LAST}"
    rf"|(?:[Сс] уважением|[Сс]пасибо|[Дд]якую|[Зз] повагою){_UNDER}({_CYRILLIC}(?: {_CYRILLIC}){{0,2}}){_LAST}"
    rf"|(?:[Εε]υχαριστώ|[Μμ]ε εκτίμηση){_UNDER}({_GREEK}(?: {_GREEK}){{0,2}}){_LAST}"
)
_LIKELY, _PROBABLE = 0.9, 0.7


def find_in_other_scripts(text: str) -> Iterator[Span]:
    """Names of people in a text that ``plain`` has made, of the languages above."""
    if not _BEYOND_LATIN.search(text):
        return
    for form, confidence in ((_NAME_IS, _LIKELY), (_RELATIVE, _PROBABLE), (_SIGNED, _LIKELY)):
        for match in form.finditer(text):
            group = match.lastindex or 0
            if match[group].split()[0] not in _NO_NAME:
                yield Span(match.start(group), match.end(group), Label.PERSON, confidence, "name_in_other_script")
