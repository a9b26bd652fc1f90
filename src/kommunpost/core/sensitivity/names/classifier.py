"""How likely a word is part of somebody's name: two linear looks, the second knowing what the first made of its
neighbours.

``model.bin``: weights as signed bytes, one table a look, and their scale (the first eight bytes). No library is needed
to read it, so that a command starts at once.
"""

import struct
from array import array
from functools import lru_cache
from importlib.resources import files
from math import exp

from kommunpost.core.sensitivity.names.features import CLOSINGS, GREETINGS, RELATIVES, SIZE, beside, facts, lines
from kommunpost.core.sensitivity.names.gazetteer import Word
from kommunpost.core.sensitivity.names.tokens import LINE_END, Tokens

_HEAD = "<ff"
_STEEP = 30.0


@lru_cache(maxsize=1)
def _weights() -> tuple[float, float, "array[int]", "array[int]"]:
    packed = files(__package__).joinpath("model.bin").read_bytes()
    first, second = struct.unpack_from(_HEAD, packed)
    head = struct.calcsize(_HEAD)
    return first, second, array("b", packed[head : head + SIZE]), array("b", packed[head + SIZE :])


def chances(tokens: Tokens) -> dict[int, float]:
    """For each word that may be a name at all: its place among the tokens, and the chance that it is part of one."""
    first_scale, second_scale, first, second = _weights()
    in_line = lines(tokens.words)
    known = {index: facts(tokens, index, in_line[index]) for index in candidates(tokens)}
    looked = {index: _chance(first_scale * sum(map(first.__getitem__, found))) for index, found in known.items()}
    result: dict[int, float] = {}
    for index, found in known.items():
        more = beside(looked.get(index - 1, 0.0), looked.get(index + 1, 0.0), tokens.words[index].kind)
        score = sum(map(second.__getitem__, found)) + sum(map(second.__getitem__, more))
        result[index] = _chance(second_scale * score)
    return result


def _chance(score: float) -> float:
    return 1 / (1 + exp(-max(-_STEEP, min(_STEEP, score))))


def candidates(tokens: Tokens) -> list[int]:
    """Capitalised words, and lower-case ones that are more of a name than a word or stand where names do."""
    words = tokens.words
    found: list[int] = []
    for index, word in enumerate(words):
        shape = word.shape
        if shape == "a":
            if (word.first or word.surname == 1) and _may_be_name(words, index, word):
                found.append(index)
        elif shape not in ".9\nN":
            found.append(index)
    return found


def _may_be_name(words: list[Word], index: int, word: Word) -> bool:
    if word.first >= 2 and not word.ordinary:  # noqa: PLR2004 - borne by twenty or more
        return True
    before = words[index - 1] if index else LINE_END
    if before.shape == "a" and (before.first >= 3 and not before.ordinary):  # noqa: PLR2004 - "anna ek"
        return True
    if before.lower in GREETINGS or before.lower in CLOSINGS or before.lower in RELATIVES:
        return word.first >= 2 or not word.ordinary  # noqa: PLR2004 - as above
    after = words[index + 1] if index + 1 < len(words) else LINE_END
    alone = before.shape in "\n./" and after.shape == "\n"
    return alone and (word.first >= 2 or not word.ordinary)  # noqa: PLR2004 - as above
