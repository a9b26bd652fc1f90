"""Has this mail come before? Within a stream of mails, in their order."""

import hashlib
import re
from collections import OrderedDict

from kommunpost.core.judgement.facts import MailFacts
from kommunpost.core.swedish.search_words import normalise

REMEMBERED = 100_000
"""Marks kept, newest first: duplicates come within days."""
FEWEST_LETTERS = 12
LONG = 80
"""From this length the same words are the same mail whoever sent them."""
LONG_SUBJECT = 15
_ONCE_MORE = re.compile(r"\b(?:samma|igen|även hit|säkerhets skull|en gång till)\b")
_BLANKS = re.compile(r"\s+")


class Repeats:
    """Remembers what it has been shown. Not for several processes: the order decides what is the copy."""

    def __init__(self) -> None:
        self._marks: OrderedDict[bytes, None] = OrderedDict()

    def seen(self, mail: MailFacts) -> bool:
        """Whether the mail is one that has come before; and remember it."""
        marks = _marks_of(mail)
        again = any(mark in self._marks for mark in marks) or self._is_said_copy(mail)
        for mark in (*marks, _mark("subject", normalise(mail.plain_subject))):
            self._marks[mark] = None
            self._marks.move_to_end(mark)
        while len(self._marks) > REMEMBERED:
            self._marks.popitem(last=False)
        return again

    def _is_said_copy(self, mail: MailFacts) -> bool:
        """A forward under the same subject whose few own words say that it is the same once more."""
        subject = normalise(mail.plain_subject)
        if not mail.is_forward or len(subject) < LONG_SUBJECT or not _ONCE_MORE.search(normalise(mail.own_text[:LONG])):
            return False
        return _mark("subject", subject) in self._marks


def _marks_of(mail: MailFacts) -> list[bytes]:
    text = _BLANKS.sub(" ", normalise(mail.own_text)).strip()
    if len(text) < FEWEST_LETTERS:
        return []
    marks = [_mark(mail.sender.address, normalise(mail.plain_subject), text)]
    return [*marks, _mark("text", text)] if len(text) >= LONG else marks


def _mark(*parts: str) -> bytes:
    return hashlib.blake2b("\0".join(parts).encode("utf-8", "replace"), digest_size=12).digest()
