"""What speaks for and against a word being part of a name: each fact as a number below ``SIZE`` (a hash)."""

from collections.abc import Sequence
from functools import lru_cache
from zlib import crc32

from kommunpost.core.sensitivity.names.gazetteer import Word
from kommunpost.core.sensitivity.names.tokens import LINE_END, Tokens

SIZE = 1 << 17
_MASK = SIZE - 1
_LONGEST_CLOSING = 8
CLOSINGS = frozenset(
    """
    hälsning hälsningar hälsn mvh vh vänligen högaktningsfullt regards sincerely greetings tack kram kramar hilsen
    terveisin pozdrawiam saludos gracias merci cordialement saygılarımla mahadsanid hälsar undertecknat
    undertecknad vänner ystävällisin wishes bästa thanks pozdrav
    """.split()
)
GREETINGS = frozenset(
    "hej hejsan tjena tjänare hallå kära käre bästa bäste dear hello hi hei godmorgon morgon goddag hola".split()
)
RELATIVES = frozenset(
    """
    fru frun herr man maken make maka hustru son sonen dotter dottern mamma pappa mor far farmor farfar mormor
    morfar bror syster brodern systern barn barnet sambo sambon granne grannen kollega kollegan kompis kompisen
    vän vännen familjen fröken handläggare handläggaren handläggarna rektor läraren lärare mentor kurator chef
    chefen doktor dr läkare sköterska advokat ombud kontaktperson kontaktpersonen heter hette namn namnet barnbarn
    sonson dotterdotter moster faster farbror morbror svärmor svärfar svärson exman exet ex-fru elev eleven
    brukaren kund kunden sökande klagande vårdnadshavare undertecknad god gode mr mrs ms son: dotter: ordförande
    kassör sekreterare fråga ring prata pratade talade träffade möte hälsa hälsar skrev skriver från till cc kopia
    attn
    """.split()
)


def numbers(facts: Sequence[str]) -> list[int]:
    """The places of facts among the weights, made in one go: a tab is in no token."""
    return [crc32(fact) & _MASK for fact in "\t".join(facts).encode().split(b"\t")]


@lru_cache(maxsize=60_000)
def own_facts(word: Word) -> tuple[int, ...]:
    """Facts of the word by itself."""
    lower, kind = word.lower, word.kind
    facts = [
        "bias",
        f"w={lower}",
        f"k={kind}",
        f"s2={lower[-2:]}",
        f"s3={lower[-3:]}",
        f"s4={lower[-4:]}",
        f"p3={lower[:3]}",
        f"p4={lower[:4]}",
        f"s3k={lower[-3:]}{word.shape}",
        f"l={min(len(lower), 12)}{word.shape}",
        f"f={word.first}{word.shape}",
        f"o={word.ordinary}{word.shape}",
        f"h={'-' in lower}{word.shape}",
    ]
    return tuple(numbers(facts))


def facts(tokens: Tokens, index: int, line: "Line") -> list[int]:
    """All facts of the word at ``index``, its neighbours and its line."""
    words = tokens.words
    count = len(words)
    word = words[index]
    p1 = words[index - 1] if index else LINE_END
    p2 = words[index - 2] if index > 1 else LINE_END
    n1 = words[index + 1] if index + 1 < count else LINE_END
    n2 = words[index + 2] if index + 2 < count else LINE_END
    k = word.kind
    found = list(own_facts(word))
    found += numbers(
        (
            f"p1={p1.lower}",
            f"n1={n1.lower}",
            f"p2={p2.lower}|{p1.kind[0]}",
            f"n2={n2.lower}|{n1.kind[0]}",
            f"p1k={p1.kind}|{k}",
            f"n1k={n1.kind}|{k}",
            f"pn={p1.kind}|{k}|{n1.kind}",
            f"p1w={p1.lower}|{k}",
            f"n1w={n1.lower}|{k}",
            f"p2k={p2.kind}|{p1.kind}|{k}",
            f"n2k={n2.kind}|{n1.kind}|{k}",
            f"p1s={p1.lower}|{word.shape}",
            f"n1s={n1.lower}|{word.shape}",
            f"p1n1={p1.lower}|{n1.lower}",
            f"n1s3={n1.lower[-4:]}|{word.shape}",
            f"ln={line.kind}|{word.shape}",
            f"lnk={line.kind}|{k}",
            f"la={line.above}|{k}",
            f"lp={index == line.first}{index == line.last}|{line.kind[0]}|{k}",
            f"lf={line.opens}|{k}",
            f"lfi={line.opens}|{index - line.first if index - line.first < 4 else 9}|{word.shape}",  # noqa: PLR2004
            f"rel={_relation(p1, p2)}|{k}",
        )
    )
    return found


def _relation(p1: Word, p2: Word) -> str:
    if p1.lower in RELATIVES:
        return p1.lower[:6]
    if p2.lower in RELATIVES and p1.shape in {".", "A"}:
        return f"2{p1.shape}"
    return "-"


def beside(before: float, after: float, kind: str) -> list[int]:
    """Facts of the second look: how likely the neighbours were names at the first."""
    b, a = int(before * 5), int(after * 5)
    return numbers((f"b={b}|{kind}", f"a={a}|{kind}", f"ba={b}{a}", f"bas={b}{a}|{kind[0]}"))


class Line:
    """The line that a word stands in. ``kind``: how long and how capitalised; ``above``: what the line above is."""

    __slots__ = ("above", "first", "kind", "last", "opens")

    def __init__(self, words: list[Word], first: int, last: int, above: str) -> None:
        self.first, self.last, self.above = first, last, above
        length = last - first + 1
        letters = [word for word in words[first : min(last + 1, first + 12)] if word.shape not in ".9"]
        capital = sum(word.shape != "a" for word in letters)
        share = "c" if capital == len(letters) else "h" if capital * 2 >= len(letters) else "l"
        self.kind = f"{min(length, 6) if length < 10 else 9}{share}"  # noqa: PLR2004 - ten is a long line
        opening = letters[0].lower if letters else ""
        self.opens = (
            "g"
            if opening in GREETINGS
            else "c"
            if any(w.lower in CLOSINGS for w in letters[:4])
            else words[first].lower[:4]
            if words[first].shape == "."
            else "-"
        )


def lines(words: list[Word]) -> "list[Line]":
    """The line of each word, one object a line."""
    found: list[Line] = []
    first = 0
    above = "top"
    count = len(words)
    while first < count:
        last = first
        while last < count and words[last].shape != "\n":
            last += 1
        if last == first:
            found.append(found[-1] if found else Line(words, first, first, above))
            first += 1
            continue
        line = Line(words, first, last - 1, above)
        found.extend([line] * min(last - first + 1, count - first))
        above = _above(line, last - first)
        first = last + 1
    return found


def _above(line: Line, length: int) -> str:
    """What a line is to the one under it. A closing is short: longer ones are sentences that thank."""
    if line.opens == "c" and length < _LONGEST_CLOSING:
        return "closing"
    if line.opens == "g":
        return "greeting"
    return "name" if line.kind in {"1c", "2c", "3c"} else "-"
