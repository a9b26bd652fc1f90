"""A draft taken apart once, for all rules: own words, signature, history, greeting, sentences.

Places everywhere count in ``Draft.body``. What is not the writer's own words is blanked out in ``own``, character by
character, so that a place found there is a place in the body.
"""

import re
from functools import cached_property

from kommunpost.core.advice.model import Context, Draft, DraftKind
from kommunpost.core.advice.sentences import Sentence, split_sentences
from kommunpost.core.advice.signing import signature_start
from kommunpost.core.mail.model import Block, BlockKind
from kommunpost.core.mail.quotes import find_blocks

REPLY = re.compile(r"^\s*(?:sv|re|aw|svar|vs|antw)\s*(?:\[\d+\])?\s*:", re.IGNORECASE)
FORWARD = re.compile(r"^\s*(?:(?:sv|re)\s*:\s*)*(?:vb|fwd?|wg|vidarebef(?:ordrat)?)\s*:", re.IGNORECASE)
NOT_A_LINE_END = re.compile(r"[^\n]")
QUOTED_LINE = re.compile(r"^[ \t]*(?:>|(?:Från|From|Avsändare)[ \t]?:)", re.MULTILINE)
WORD = re.compile(r"[^\W\d_]+(?:[-'’][^\W\d_]+)*")
GREETING = re.compile(
    r"\A\s*(?:(?:hej(?:san)?(?:\s+hej)?|hejsan|hallå|tjena|tjenare|tja|tjo|god\s+(?:morgon|dag|middag|kväll|förmiddag|eftermiddag)|"
    r"goddag|morrn|morgon|bästa|kära|käre|hi|hello|dear)\b[ \t,]*(?P<names>[^\n!.,:;?]{0,80}))[!.,:]*",
    re.IGNORECASE,
)
SWEDISH_WORDS = frozenset(
    """och att det som en på är av för med till den har de inte om ett han var jag vi du kan så från men ni när eller
    hej ska skulle vill nu din ditt dina er ert era vår vårt våra oss dig mig här där detta dessa hur vad vem vilken
    blir får måste bara efter innan senast före mot under över vid hos sedan också mycket tack inom utan än""".split()
)
FEWEST_WORDS = 5
SWEDISH_SHARE = 0.12


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
    def signature(self) -> str:
        """The signature block with its closing phrase, empty when none was found."""
        return self._own_and_signature[1]

    @cached_property
    def words(self) -> tuple[str, ...]:
        """The own words, greeting included."""
        return tuple(WORD.findall(self.own))

    @cached_property
    def is_reply(self) -> bool:
        return bool(REPLY.match(self.draft.subject)) and not self.is_forward

    @cached_property
    def is_forward(self) -> bool:
        return bool(FORWARD.match(self.draft.subject)) or any(one.kind == BlockKind.FORWARD for one in self.blocks)

    @cached_property
    def is_swedish(self) -> bool:
        """Whether rules about Swedish words have anything to say. Very short texts are taken to be Swedish."""
        words = [word.casefold() for word in self.words]
        if len(words) < FEWEST_WORDS:
            return True
        return sum(word in SWEDISH_WORDS for word in words) >= SWEDISH_SHARE * len(words)

    @cached_property
    def greeted(self) -> tuple[str, ...]:
        """The names in the greeting, ``Hej Anna och Bo!`` -> ``Anna``, ``Bo``; empty for ``Hej!`` and ``Hej alla!``."""
        found = GREETING.match(self.own)
        words = WORD.findall(found["names"]) if found else []
        return tuple(word for word in words if word[0].isupper())

    @cached_property
    def sentences(self) -> tuple[Sentence, ...]:
        """The own words after the greeting, sentence by sentence."""
        found = GREETING.match(self.own)
        return tuple(split_sentences(self.own, found.end() if found else 0))


def _is_history(block: Block) -> bool:
    return block.kind in {BlockKind.QUOTE, BlockKind.FORWARD}
