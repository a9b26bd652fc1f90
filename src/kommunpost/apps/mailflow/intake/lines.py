"""The bytes of SMTP: the end of the data, and line ends that two servers could not read differently."""

import re
from dataclasses import dataclass
from enum import Enum

END = b"\r\n.\r\n"
COMMAND_LIMIT = 4096
_STUFFED = re.compile(rb"\r\n\.")


class Problem(Enum):
    """Why the data cannot be taken: the answer to the sender."""

    TOO_LARGE = "552 5.3.4 Message size exceeds fixed limit"
    LINE_TOO_LONG = "500 5.6.0 Line too long"
    BARE_LINE_END = "550 5.6.11 Bare CR or LF is not allowed (RFC 5321 section 2.3.8)"
    BUSY = "451 4.3.1 Too much mail at once, come again"


@dataclass(slots=True)
class Memory:
    """Bytes of mail data that all connections together hold, and how many they may."""

    limit: int
    held: int = 0


class MailData:
    """The data of one mail as it comes in: up to the lone dot, and never further.

    When it is refused all of it is read nevertheless, so that nothing of it can pass for a command.
    """

    def __init__(self, *, size_limit: int, line_limit: int, memory: Memory) -> None:
        self._size_limit, self._line_limit, self._memory = size_limit, line_limit, memory
        # The leading line end lets a dot on the very first line end the mail like any other.
        self._held = bytearray(b"\r\n")
        self._counted = 0
        self._problem: Problem | None = None

    def add(self, piece: bytes | bytearray) -> bytes | None:
        """None while the end has not come; then what stood behind it in ``piece``."""
        start = max(0, len(self._held) - len(END) + 1)
        self._held += piece
        end = self._held.find(END, start)
        if end >= 0:
            rest = bytes(self._held[end + len(END) :])
            del self._held[end + len(b"\r\n") :]
            if len(self._held) - len(b"\r\n") > self._size_limit:
                self._problem = self._problem or Problem.TOO_LARGE
            return rest
        self._count(len(piece))
        self._problem = self._problem or self._over()
        if self._problem:
            del self._held[: -(len(END) - 1)]
        return None

    def take(self) -> bytes | Problem:
        """The mail, dots unstuffed, or why it is refused. To be called once, after the end."""
        self.drop()
        return self._problem or check_lines(bytes(self._held), line_limit=self._line_limit)

    def drop(self) -> None:
        """The memory is free again. Twice is once."""
        self._count(-self._counted)

    def _count(self, octets: int) -> None:
        self._counted += octets
        self._memory.held += octets

    def _over(self) -> Problem | None:
        if len(self._held) - len(b"\r\n") > self._size_limit:
            return Problem.TOO_LARGE
        return Problem.BUSY if self._memory.held > self._memory.limit else None


def check_lines(data: bytes, *, line_limit: int) -> bytes | Problem:
    """``data`` (with a line end before its first line) unstuffed; or ``BARE_LINE_END`` or ``LINE_TOO_LONG``."""
    # Without its CRs, and one put before each LF, it is the same again: so neither stands alone. By far the quickest
    # way that Python has to see it.
    if data.replace(b"\r", b"").replace(b"\n", b"\r\n") != data:
        return Problem.BARE_LINE_END
    if len(data) > line_limit and max(map(len, data.split(b"\r\n"))) > line_limit:
        return Problem.LINE_TOO_LONG
    return (data.replace(b"\r\n.", b"\r\n") if _STUFFED.search(data) else data)[2:]
