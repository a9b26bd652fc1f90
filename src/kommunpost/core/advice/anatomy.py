"""A draft taken apart once, for all rules: own words, signature, history, greeting, sentences.

Places everywhere count in ``Draft.body``. What is not the writer's own words is blanked out in ``own``, character by
character, so that a place found there is a place in the body.
"""

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterable
from datetime import date
from functools import cached_property

from kommunpost.core.advice.dates import LooseDate, loose_dates
from kommunpost.core.advice.lettercase import lower
from kommunpost.core.advice.model import Context, Draft, DraftKind
from kommunpost.core.advice.paragraphs import Paragraph, paragraphs
from kommunpost.core.advice.requests import Request, requests
from kommunpost.core.advice.sensitive import Secret, Told, secrets
from kommunpost.core.advice.sentences import Sentence, split_sentences
from kommunpost.core.advice.signing import signature_start
from kommunpost.core.advice.words.phrases import Words, words_of
from kommunpost.core.mail.model import Block, BlockKind
from kommunpost.core.mail.quotes import find_blocks
from kommunpost.core.swedish.language import UNKNOWN, language
from kommunpost.core.swedish.working_days import local_day

REPLY = re.compile(r"^\s*(?:sv|re|aw|svar|vs|antw)\s*(?:\[\d+\])?\s*:", re.IGNORECASE)
FORWARD = re.compile(r"^\s*(?:(?:sv|re)\s*:\s*)*(?:vb|fwd?|wg|vidarebef(?:ordrat)?)\s*:", re.IGNORECASE)
NOT_A_LINE_END = re.compile(r"[^\n]")
QUOTED_LINE = re.compile(r"^[ \t]*(?:>|(?:Från|From|Avsändare)[ \t]?:)", re.MULTILINE)
WORD = re.compile(r"[^\W\d_]+(?:[-'’][^\W\d_]+)*")
GREETING = re.compile(
    r"\A\s*(?i:hej(?:san)?(?:\s+hej)?|hallå|tjena|tjenare|tja|tjo|god\s+(?:morgon|dag|middag|kväll|förmiddag"
    r"|eftermiddag)|goddag|"
    r"morrn|morgon|bästa|kära|käre|hi|hello|dear)(?!\w)[ \t,]*"
    r"(?P<names>(?:(?:[A-ZÅÄÖÉŁŞÇ][\w’'-]*|och|o|&|alla|ni|du|på|er|dig|där|igen|tre|båda|bägge|allihop|allihopa"
    r"|kära|snälla|glada|"
    r"kollegor|kolleger|kollega|hela|gänget|teamet|gruppen|vänner|and|all)[ \t]*,?[ \t]*)*)[!.,:]*"
)
BARE_NAME = re.compile(r"\A\s*(?P<names>[A-ZÅÄÖ][\w-]+(?: och [A-ZÅÄÖ][\w-]+)?)\s*[,!]\s*\n")
"""``Mona,`` on a line of its own."""
FEWEST_WORDS = 4
TAKEN_FOR_SWEDISH = frozenset({"sv", UNKNOWN})


class Anatomy:
    """See the module. Everything is worked out when first asked for."""

    def __init__(self, draft: Draft, context: Context) -> None:
        self.draft = draft
        self.context = context
        self.kind: DraftKind = context.kind(draft)

    @cached_property
    def text(self) -> str:
        """The whole mail as the recipient will read it."""
        return f"{self.draft.body}\n\n{self.draft.appended}" if self.draft.appended else self.draft.body

    @cached_property
    def blocks(self) -> tuple[Block, ...]:
        return find_blocks(self.text)

    @cached_property
    def history(self) -> str:
        """What is quoted or forwarded, as it stands."""
        return "\n".join(self.text[one.start : one.end] for one in self.blocks if _is_history(one))

    @cached_property
    def has_history(self) -> bool:
        return bool(self.history.strip()) or bool(QUOTED_LINE.search(self.text))

    @cached_property
    def _own_and_signature(self) -> tuple[str, str]:
        kept = "".join(
            NOT_A_LINE_END.sub(" ", part) if _is_history(block) else part
            for block in self.blocks
            for part in (self.text[block.start : block.end],)
        )
        start = min(signature_start(kept, self._sender_name), self._marked_signature)
        return kept[:start] + NOT_A_LINE_END.sub(" ", kept[start:]), kept[start:].strip()

    @property
    def _marked_signature(self) -> int:
        return next((one.start for one in self.blocks if one.kind == BlockKind.SIGNATURE), len(self.text))

    @property
    def _sender_name(self) -> str:
        person = self.context.people.get(self.draft.sender.address.lower())
        return self.draft.sender.name or (person.name if person else "")

    @cached_property
    def own(self) -> str:
        """The writer's own words; signature, quotes and what the program appends are blanks of the same length."""
        return self._own_and_signature[0][: len(self.draft.body)]

    @cached_property
    def lower(self) -> str:
        """``own`` in lower case, character for character, so that places are the same."""
        return lower(self.own)

    @cached_property
    def sorted_words(self) -> Words:
        """``lower``, as the lists of phrases want it."""
        return words_of(self.lower)

    @cached_property
    def signature(self) -> str:
        """The signature block with its closing phrase, empty when none was found."""
        return self._own_and_signature[1]

    @cached_property
    def word_places(self) -> tuple[int, ...]:
        """Where the own words begin, greeting included."""
        return tuple(found.start() for found in WORD.finditer(self.own))

    def count_words(self, start: int, end: int) -> int:
        """How many of the own words begin from ``start`` to, not including, ``end``."""
        return bisect_left(self.word_places, end) - bisect_left(self.word_places, start)

    @cached_property
    def is_reply(self) -> bool:
        return bool(REPLY.match(self.draft.subject)) and not self.is_forward

    @cached_property
    def is_forward(self) -> bool:
        return bool(FORWARD.match(self.draft.subject)) or any(one.kind == BlockKind.FORWARD for one in self.blocks)

    @cached_property
    def is_swedish(self) -> bool:
        """Whether rules about Swedish words have anything to say. Very short texts are taken to be Swedish."""
        return len(self.word_places) < FEWEST_WORDS or language(self.own).code in TAKEN_FOR_SWEDISH

    @cached_property
    def _greeting(self) -> re.Match[str] | None:
        return GREETING.match(self.own) or BARE_NAME.match(self.own)

    @property
    def after_greeting(self) -> int:
        """Where the text proper begins."""
        return self._greeting.end() if self._greeting else 0

    @cached_property
    def greeted(self) -> tuple[str, ...]:
        """The names in the greeting, ``Hej Anna och Bo!`` -> ``Anna``, ``Bo``; empty for ``Hej!`` and ``Hej alla!``."""
        found = self._greeting
        words = WORD.findall(found["names"]) if found else []
        return tuple(word for word in words if word[0].isupper())

    @cached_property
    def sentences(self) -> tuple[Sentence, ...]:
        """The own words after the greeting, sentence by sentence."""
        return tuple(split_sentences(self.own, self.after_greeting))

    def sentence_at(self, place: int) -> Sentence | None:
        """The sentence that a place lies in."""
        index = bisect_right(self.sentences, place, key=lambda one: one.start) - 1
        return self.sentences[index] if index >= 0 and place < self.sentences[index].end else None

    @cached_property
    def paragraphs(self) -> tuple[Paragraph, ...]:
        """The own words between blank lines."""
        return tuple(paragraphs(self.own, count=self.count_words))

    @cached_property
    def requests(self) -> tuple[Request, ...]:
        """What the reader is asked to do or answer; empty for a text that is not Swedish."""
        return tuple(requests(self.sentences, to_outsider=self.kind == DraftKind.OUTGOING)) if self.is_swedish else ()

    @property
    def today(self) -> date:
        """The writer's day."""
        return local_day(self.context.now)

    @cached_property
    def loose_dates(self) -> tuple[LooseDate, ...]:
        """Dates in the own words that are not written yyyy-mm-dd."""
        return tuple(loose_dates(self.sorted_words, today=self.today, calendar=self.context.calendar))

    @cached_property
    def known_names(self) -> frozenset[str]:
        """The words of the names that point out nobody: writer, readers, colleagues. In lower case."""
        names = [one.name for one in (self.draft.sender, *self.draft.recipients)]
        names += [part for one in self.draft.recipients for part in re.split(r"[._@-]", one.address.split("@")[0])]
        return self._staff_names | _name_words(names)

    @cached_property
    def body_secrets(self) -> tuple[Secret, ...]:
        """What the own words, the greeting left out, tell of somebody who can be recognised."""
        text = Told(self.own, self.sorted_words, start=self.after_greeting)
        return tuple(secrets(text, known=self.known_names, to_outsider=self.kind == DraftKind.OUTGOING))

    @cached_property
    def subject_secrets(self) -> tuple[Secret, ...]:
        """The same for the subject. There every reader counts: the log shows whom a mail went to as well."""
        text = Told(self.draft.subject, words_of(lower(self.draft.subject)))
        return tuple(secrets(text, known=self._staff_names, to_outsider=False))

    @cached_property
    def _staff_names(self) -> frozenset[str]:
        return _name_words(person.name for person in self.context.people.values())


def _name_words(names: Iterable[str]) -> frozenset[str]:
    return frozenset(map(str.casefold, WORD.findall("\n".join(names))))


def _is_history(block: Block) -> bool:
    return block.kind in {BlockKind.QUOTE, BlockKind.FORWARD}
