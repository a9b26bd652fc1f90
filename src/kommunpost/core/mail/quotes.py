"""Own words, quotes, forwards and signatures in the plain text of a mail.

Own small tables in place of a library: the phrases of Swedish and English mail programs are few, every line is looked
at a bounded number of times (no pattern runs over more than one line), and what is not recognised stays ``OWN``.
A wrong fold hides words from a reader, so doubt always falls on the side of showing them. Nothing is ever removed:
blocks only say where things stand.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from kommunpost.core.mail.model import Block, BlockKind
from kommunpost.core.mail.signatures import signature_lines

MAX_LINES = 20_000
"""Lines looked at. What comes after belongs to the block that is open there, if that is a quote, else it is ``OWN``."""
MAX_COLUMNS = 400
"""Characters of a line that are looked at."""
HEADER_WINDOW = 14
CONTINUATION_LINES = 3
FULL_HEAD = 3
LONGEST_DIVIDER = 40
SHORTEST_RULE = 5
LONGEST_ATTRIBUTION = 30
ATTRIBUTION_WINDOW = 4

FROM_LABELS = frozenset({"från", "from", "von", "fra"})
DATE_LABELS = frozenset({"skickat", "sent", "datum", "date", "gesendet", "sendt"})
SUBJECT_LABELS = frozenset({"ämne", "subject", "rubrik", "betreff", "emne"})
OTHER_LABELS = frozenset(
    {"till", "to", "kopia", "kopior", "cc", "svar till", "reply-to", "prioritet", "importance", "an", "til"}
)
LABELS = FROM_LABELS | DATE_LABELS | SUBJECT_LABELS | OTHER_LABELS

REPLY_DIVIDERS = frozenset(
    {"ursprungligt meddelande", "originalmeddelande", "original message", "ursprungsmeddelande", "reply message"}
)
FORWARD_DIVIDERS = frozenset(
    {
        f"{word} {thing}"
        for word in ("vidarebefordrat", "vidarebefordrad", "vidaresänt", "forwarded", "begin forwarded")
        for thing in ("meddelande", "brev", "mejl", "mail", "e-post", "e-postmeddelande", "message")
    }
)
WROTE = ("skrev", "wrote", "schrieb", "kirjoitti", "a écrit")
PRONOUNS = frozenset({"du", "ni", "jag", "vi", "han", "hon", "hen", "de", "you", "i", "we", "he", "she", "they"})
ATTRIBUTION_BEGINS = re.compile(
    r"(?:den|on|am|på|le|\d{1,4}[ /.-]|(?:mån|tis|ons|tors?|fre|lör|sön)(?:dag)?(?:en)?\b)", re.IGNORECASE
)
CLOCK = re.compile(r"\b\d{1,2}[:.]\d{2}\b")
YEAR = re.compile(r"\b(?:19|20)\d{2}\b")


@dataclass(frozen=True, slots=True)
class _Opening:
    """The lines that introduce somebody else's mail: ``end`` is the first line after them."""

    kind: BlockKind
    end: int
    attribution: bool = False
    certain: bool = True


def find_blocks(text: str) -> tuple[Block, ...]:
    """Tell own words, quotes, forwards and signatures apart.

    In: the plain text of a mail, line ends ``\\n`` or ``\\r\\n``. Out: blocks in order that cover ``text`` exactly,
    without gaps or overlaps, neighbours of different kinds; ``()`` for an empty text. The mail under an Outlook head
    is ``QUOTE`` when own words stand above it and ``FORWARD`` when nothing does: Outlook writes both alike.
    Time grows linearly.
    """
    starts = _line_starts(text)
    looked_at = min(len(starts), MAX_LINES)
    lines = [_line(text, starts, index) for index in range(looked_at)]
    kinds = _kinds(lines)
    _mark_signatures(lines, kinds)
    open_kind = kinds[-1] if kinds and kinds[-1] in {BlockKind.QUOTE, BlockKind.FORWARD} else BlockKind.OWN
    return _blocks(starts, kinds, rest=open_kind, length=len(text))


def _line_starts(text: str) -> list[int]:
    starts = [0] if text else []
    position = text.find("\n") + 1
    while 0 < position < len(text):
        starts.append(position)
        if len(starts) > MAX_LINES:
            break
        position = text.find("\n", position) + 1
    return starts


def _line(text: str, starts: Sequence[int], index: int) -> str:
    start = starts[index]
    end = starts[index + 1] if index + 1 < len(starts) else len(text)
    return text[start : min(end, start + MAX_COLUMNS)].replace("\u00a0", " ").strip()


def _kinds(lines: Sequence[str]) -> list[BlockKind]:
    """The kind of each line, signatures not yet told apart."""
    kinds: list[BlockKind] = []
    has_own = False
    while len(kinds) < len(lines):
        here = len(kinds)
        if not lines[here]:
            kinds.append(kinds[-1] if kinds else BlockKind.OWN)
            continue
        kind, end = _run(lines, here, has_own=has_own)
        kinds.extend([kind] * (end - here))
        has_own = has_own or kind == BlockKind.OWN
    return kinds


def _run(lines: Sequence[str], here: int, *, has_own: bool) -> tuple[BlockKind, int]:
    """The run that begins at line ``here``: its kind and the line after it."""
    opening = _opening(lines, here)
    if opening:
        return _opened(lines, opening, has_own=has_own)
    if lines[here].startswith(">"):
        end = _end_of_prefixed(lines, here)
        return _kind_of_prefixed(lines[here:end]), end
    return BlockKind.OWN, here + 1


def _opened(lines: Sequence[str], opening: _Opening, *, has_own: bool) -> tuple[BlockKind, int]:
    following = _skip_blank(lines, opening.end)
    if following < len(lines) and lines[following].startswith(">"):
        return opening.kind, _end_of_prefixed(lines, following)
    if not opening.certain:
        return BlockKind.OWN, opening.end
    if has_own or opening.kind == BlockKind.FORWARD:
        return opening.kind, len(lines)
    if opening.attribution:
        # "On … wrote:" at the very top with bare text below may well have the answer underneath: show all of it.
        return BlockKind.OWN, opening.end
    return BlockKind.FORWARD, len(lines)


def _end_of_prefixed(lines: Sequence[str], here: int) -> int:
    """The line after a run of ``>`` lines; blank lines inside the run belong to it."""
    end = here
    while end < len(lines) and (lines[end].startswith(">") or not lines[end]):
        end += 1
    return end


def _kind_of_prefixed(run: Sequence[str]) -> BlockKind:
    marked = [line for line in run if line]
    if len(marked) == 1 and marked[0].startswith((">From ", ">>")):
        # mbox writes ">From " for "From "; a lone ">> see here" is an arrow in somebody's own words.
        return BlockKind.OWN
    inner = [line.lstrip("> ") for line in marked[:ATTRIBUTION_WINDOW]]
    if any(_divider(line) == BlockKind.FORWARD for line in inner):
        return BlockKind.FORWARD
    return BlockKind.QUOTE


def _skip_blank(lines: Sequence[str], here: int) -> int:
    while here < len(lines) and not lines[here]:
        here += 1
    return here


def _opening(lines: Sequence[str], here: int) -> _Opening | None:
    """What introduces somebody else's mail at line ``here``, if anything does."""
    line = lines[here]
    if line.startswith(">"):
        return None
    if ":" not in line and not line.startswith(("-", "*", "—", "–", "_")):
        # Prose, as most lines are: only what "On … wrote" begins may go on below.
        return _attribution(lines, here) if ATTRIBUTION_BEGINS.match(line) else None
    divider = _divider(line)
    if divider:
        head = _end_of_head(lines, _skip_blank(lines, here + 1), after_divider=True)
        return _Opening(divider, head or here + 1)
    if _is_rule(line):
        end = _end_of_head(lines, _skip_blank(lines, here + 1), after_divider=True)
        return _Opening(BlockKind.QUOTE, end) if end else None
    end = _end_of_head(lines, here, after_divider=False)
    return _Opening(BlockKind.QUOTE, end) if end else _attribution(lines, here)


def _divider(line: str) -> BlockKind | None:
    """``-----Ursprungligt meddelande-----``, ``Begin forwarded message:``. Without dashes or a colon it is prose."""
    words = line.strip("*-–— \t:").casefold()
    if len(words) > LONGEST_DIVIDER or not (
        line.startswith(("--", "*--", "—", "––")) or line.rstrip("*").endswith(":")
    ):
        return None
    if words in FORWARD_DIVIDERS:
        return BlockKind.FORWARD
    return BlockKind.QUOTE if words in REPLY_DIVIDERS and line.startswith(("-", "*-", "—")) else None


def _is_rule(line: str) -> bool:
    return len(line) >= SHORTEST_RULE and (not line.strip("_") or not line.strip("-"))


def _label(line: str) -> str:
    """``*Från:* Anna`` -> ``från``; empty when the line does not begin with a label of a mail head."""
    head, colon, _ = line.partition(":")
    name = head.strip("* ").casefold()
    return name if colon and name in LABELS else ""


def _end_of_head(lines: Sequence[str], here: int, *, after_divider: bool) -> int:
    """The line after a mail head (Från/Skickat/Till/Ämne) that begins at ``here``; 0 when there is none.

    Without a divider above, a head needs sender, date and subject: somebody may list "Från: Tumba", "Till: Fittja".
    """
    if here >= len(lines) or not _label(lines[here]) or (_label(lines[here]) not in FROM_LABELS and not after_divider):
        return 0
    seen: dict[str, int] = {}
    for index in range(here, min(here + HEADER_WINDOW, len(lines))):
        label = _label(lines[index])
        last = max(seen.values(), default=here)
        # A long list of recipients goes on over a few lines; a label seen twice begins something else.
        if label in seen or (not lines[index] and len(seen) >= FULL_HEAD) or index - last > CONTINUATION_LINES:
            break
        if label:
            seen[label] = index
    return max(seen.values()) + 1 if _is_head(frozenset(seen), after_divider=after_divider) else 0


def _is_head(seen: frozenset[str], *, after_divider: bool) -> bool:
    has_sender, has_date, has_subject = bool(seen & FROM_LABELS), bool(seen & DATE_LABELS), bool(seen & SUBJECT_LABELS)
    if after_divider:
        return has_sender and len(seen) > 1
    return has_sender and has_date and has_subject


def _attribution(lines: Sequence[str], here: int) -> _Opening | None:
    """``Den 12 mars 2026 kl. 08:41 skrev Anna:``, which mail programs may break over a few lines."""
    begins = bool(ATTRIBUTION_BEGINS.match(lines[here]))
    joined = ""
    for index in range(here, min(here + (ATTRIBUTION_WINDOW if begins else 1), len(lines))):
        line = lines[index]
        if not line or line.startswith(">") or (index > here and ATTRIBUTION_BEGINS.match(line)):
            return None
        joined = f"{joined} {line}".strip()
        if line.endswith(":"):
            certain = begins and _is_certain(joined)
            found = _is_attribution(joined)
            return _Opening(BlockKind.QUOTE, index + 1, attribution=True, certain=certain) if found else None
    return None


def _is_attribution(line: str) -> bool:
    """One of the verbs stands in it, and a digit or an address: "Hon skrev så här:" alone is prose."""
    words = f" {' '.join(line.casefold().replace(',', ' ').split()).rstrip(':')} "
    dated = "@" in line or any(character.isdigit() for character in line)
    return dated and len(line) <= MAX_COLUMNS and any(f" {verb} " in words for verb in WROTE)


def _is_certain(line: str) -> bool:
    """Day and clock, or day and address, and nobody called you or me: good enough to hold without ``>`` below."""
    words = line.casefold().rstrip(":").replace(",", " ").split()
    dated = bool(YEAR.search(line)) and (bool(CLOCK.search(line)) or "@" in line)
    return dated and not PRONOUNS & frozenset(words) and len(words) <= LONGEST_ATTRIBUTION


def _mark_signatures(lines: Sequence[str], kinds: list[BlockKind]) -> None:
    start = 0
    while start < len(lines):
        end = start
        while end < len(lines) and kinds[end] == kinds[start]:
            end += 1
        if kinds[start] == BlockKind.OWN:
            for index in signature_lines(lines[start:end]):
                kinds[start + index] = BlockKind.SIGNATURE
        start = end


def _blocks(starts: Sequence[int], kinds: Sequence[BlockKind], *, rest: BlockKind, length: int) -> tuple[Block, ...]:
    blocks: list[Block] = []
    for index, start in enumerate(starts):
        kind = kinds[index] if index < len(kinds) else rest
        end = starts[index + 1] if index + 1 < len(starts) else length
        if blocks and blocks[-1].kind == kind:
            blocks[-1] = Block(kind, blocks[-1].start, end)
        else:
            blocks.append(Block(kind, start, end))
    return tuple(blocks)
