"""Spelling by hunspell, where the machine has it and a Swedish dictionary. Nothing of either is shipped or required.

The program (LGPL/GPL/MPL) runs beside as one process and is asked a word at a time over a pipe (``hunspell -a``, the
protocol of ispell(1)). Of words from municipal mail it knows .986 (Debian's hunspell-sv): so what it does not know is
no fault yet. Only a word that stands one slip of the hand from a word that it does know is taken for a slip.
"""

import os
import select
import shutil
import subprocess
import threading
import time
from collections.abc import Sequence
from contextlib import suppress
from functools import cache, lru_cache
from typing import Protocol

from kommunpost.core.swedish.compounds import compound_parts

DICTIONARY = "sv_SE"
SHORTEST = 5
"""In shorter words one letter more or less is another word too often."""
ANSWER_SECONDS = 1.0
KNOWN_MOST = 50_000


class Speller(Protocol):
    """Whatever knows how Swedish words are spelled."""

    def meant(self, word: str) -> str:
        """The word that was meant, when ``word`` is misspelt by one slip; "" when it is right, or nothing is sure."""
        ...


@cache
def swedish_speller() -> Speller | None:
    """The one speller of this process, or None where hunspell or its Swedish dictionary is missing."""
    program = shutil.which("hunspell")
    if program is None:
        return None
    speller = Hunspell(program)
    # A word that any Swedish dictionary has: the answer tells whether the dictionary is there.
    return speller if speller.is_there() else None


class Hunspell:
    """See the module. Safe to ask from several threads. A program that dies or is slow is not asked again."""

    def __init__(self, program: str) -> None:
        self._program = program
        self._lock = threading.Lock()
        self._process: subprocess.Popen[bytes] | None = None
        self._is_lost = False
        self._rest = b""
        self._ask = lru_cache(maxsize=KNOWN_MOST)(self._asked)

    def is_there(self) -> bool:
        """Whether it starts and has the dictionary."""
        return self._suggestions("kommunen") == ()

    def meant(self, word: str) -> str:
        """See ``Speller``. Only words of small letters are judged: names, places and short forms have others."""
        if len(word) < SHORTEST or not (word.isalpha() and word.islower()):
            return ""
        return self._ask(word)

    def close(self) -> None:
        """End the program; it is started again when next asked."""
        with self._lock:
            if self._process is not None:
                self._end(self._process)
            self._process = None

    def _asked(self, word: str) -> str:
        suggestions = self._suggestions(word)
        if not suggestions or self._is_compound(word):
            return ""
        close = [one for one in suggestions if one.isalpha() and one.islower() and is_one_slip(word, one)]
        # Two words as near as each other: nobody knows which was meant.
        return close[0] if len(close) == 1 else ""

    def _is_compound(self, word: str) -> bool:
        """Whether it is put together of words that are known, which dictionaries never have all of."""
        parts = compound_parts(word)
        return bool(parts) and all(len(part) < SHORTEST or self._suggestions(part) == () for part in parts)

    def _suggestions(self, word: str) -> tuple[str, ...] | None:
        """``()`` for a word that is known, None when nothing can be said."""
        with self._lock:
            if self._is_lost:
                return None
            try:
                return self._answer(self._running(), word)
            except (OSError, TimeoutError, UnicodeError):
                self._is_lost = True
                if self._process is not None:
                    self._end(self._process)
                    self._process = None
                return None

    def _running(self) -> subprocess.Popen[bytes]:
        if self._process is None:
            self._rest = b""
            self._process = subprocess.Popen(  # noqa: S603 -- our own words, no shell
                [self._program, "-a", "-i", "utf-8", "-d", DICTIONARY],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
            )
            if not self._line(self._process, seconds=10 * ANSWER_SECONDS).startswith(b"@"):
                raise OSError("no greeting")
        return self._process

    def _answer(self, process: subprocess.Popen[bytes], word: str) -> tuple[str, ...] | None:
        assert process.stdin is not None  # noqa: S101 -- opened as a pipe above
        # The sign keeps a word from being taken for an order of the protocol.
        process.stdin.write(f"^{word}\n".encode())
        process.stdin.flush()
        found: tuple[str, ...] | None = ()
        while line := self._line(process, seconds=ANSWER_SECONDS).decode().strip():
            if line.startswith("&"):
                found = tuple(one.strip() for one in line.partition(":")[2].split(","))
            elif line.startswith("#"):
                found = None
        return found

    def _line(self, process: subprocess.Popen[bytes], *, seconds: float) -> bytes:
        assert process.stdout is not None  # noqa: S101 -- opened as a pipe above
        until = time.monotonic() + seconds
        while b"\n" not in self._rest:
            ready, _, _ = select.select([process.stdout], [], [], max(until - time.monotonic(), 0))
            read = os.read(process.stdout.fileno(), 65_536) if ready else b""
            if not read:
                raise TimeoutError
            self._rest += read
        line, _, self._rest = self._rest.partition(b"\n")
        return line

    @staticmethod
    def _end(process: subprocess.Popen[bytes]) -> None:
        process.kill()
        process.wait()
        for pipe in (process.stdin, process.stdout):
            if pipe is not None:
                with suppress(OSError):  # what was never read is lost with its reader
                    pipe.close()


def is_one_slip(written: str, meant: str) -> bool:
    """Whether one letter was left out, put in, doubled, changed for another, or two neighbours changed places."""
    if written == meant or abs(len(written) - len(meant)) > 1:
        return False
    start = _common(written, meant)
    end = _common(written[start:][::-1], meant[start:][::-1])
    left, right = written[start : len(written) - end], meant[start : len(meant) - end]
    return max(len(left), len(right)) == 1 or (len(left) == len(right) == 2 and left == right[::-1])  # noqa: PLR2004


def _common(one: str, other: str) -> int:
    """How many letters both begin with."""
    return next(
        (place for place, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), min(len(one), len(other))
    )


def slips(words: Sequence[tuple[int, str]], speller: Speller) -> list[tuple[int, str, str]]:
    """Of ``(place, word)`` those that are misspelt: ``(place, word, meant)``, each word once."""
    seen: set[str] = set()
    found = []
    for place, word in words:
        if word not in seen:
            seen.add(word)
            if meant := speller.meant(word):
                found.append((place, word, meant))
    return found
