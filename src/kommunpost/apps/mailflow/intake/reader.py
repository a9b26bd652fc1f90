"""Reads SMTP lines and mail data off the wire, and lets nothing through that two servers could read differently.

aiosmtpd reads data line by line; here it is searched in large pieces, which is what makes one process fast enough.
"""

import asyncio
from dataclasses import dataclass
from enum import Enum

END = b"\r\n.\r\n"
PIECE = 256 * 1024
COMMAND_LIMIT = 4096


class Problem(Enum):
    """Why the data cannot be taken: the answer to the sender."""

    TOO_LARGE = "552 5.3.4 Message size exceeds fixed limit"
    LINE_TOO_LONG = "500 5.6.0 Line too long"
    BARE_LINE_END = "550 5.6.11 Bare CR or LF is not allowed (RFC 5321 section 2.3.8)"
    BUSY = "451 4.3.1 Too much mail at once, come again"


class BareLineEnd(Exception):  # noqa: N818 -- named by what it says.
    """A command that ends in LF alone, or holds a CR: the mark of smuggling, never of an honest client."""


@dataclass(slots=True)
class Memory:
    """Bytes of mail data that all connections together hold, and how many they may."""

    limit: int
    held: int = 0


class MailReader(asyncio.StreamReader):
    """The stream of one connection."""

    async def readuntil(self, separator: bytes = b"\n") -> bytes:  # type: ignore[override, unused-ignore]
        """One command line. Raises ``BareLineEnd``."""
        line = await super().readuntil(separator)
        if not line.endswith(b"\r\n") or line.find(b"\r") != len(line) - 2:
            raise BareLineEnd
        return line

    async def read_mail(self, *, size_limit: int, line_limit: int, memory: Memory) -> bytes | Problem:
        """The data up to the lone dot, dots unstuffed; or why it is refused. In either case all of it has been read,
        so that nothing of it can pass for a command. Raises ``ConnectionResetError`` when the sender is gone.
        """
        self._limit = PIECE
        try:
            data = await self._read_to_end(size_limit, memory)
        finally:
            self._limit = COMMAND_LIMIT
        if isinstance(data, Problem):
            return data
        return check_lines(data, line_limit=line_limit)

    async def _read_to_end(self, size_limit: int, memory: Memory) -> bytes | Problem:
        # The leading line end lets a dot on the very first line end the mail like any other.
        held, problem, mine = bytearray(b"\r\n"), None, 0
        try:
            while True:
                start = max(0, len(held) - len(END) + 1)
                piece = await self.read(PIECE)
                if not piece:
                    raise ConnectionResetError
                held += piece
                end = held.find(END, start)
                if end >= 0:
                    break
                memory.held, mine = memory.held + len(piece), mine + len(piece)
                problem = problem or _over(len(held) - 2, size_limit, memory)
                if problem:
                    del held[: -(len(END) - 1)]
        finally:
            memory.held -= mine
        self._put_back(held[end + len(END) :])
        if problem is None and end > size_limit:
            problem = Problem.TOO_LARGE
        return problem or bytes(held[: end + 2])

    def _put_back(self, rest: bytearray) -> None:
        """Commands that were pipelined behind the data."""
        if rest:
            buffer: bytearray = self._buffer  # type: ignore[attr-defined]
            buffer[:0] = rest


def _over(size: int, limit: int, memory: Memory) -> Problem | None:
    if size > limit:
        return Problem.TOO_LARGE
    return Problem.BUSY if memory.held > memory.limit else None


def check_lines(data: bytes, *, line_limit: int) -> bytes | Problem:
    """``data`` (with a line end before its first line) unstuffed; or ``BARE_LINE_END`` or ``LINE_TOO_LONG``."""
    ends = data.count(b"\r\n")
    if data.count(b"\n") != ends or data.count(b"\r") != ends:
        return Problem.BARE_LINE_END
    if len(data) > line_limit and max(map(len, data.split(b"\r\n"))) > line_limit:
        return Problem.LINE_TOO_LONG
    return data.replace(b"\r\n.", b"\r\n")[2:]
