"""Ask a clamd what it thinks of some bytes: its INSTREAM command, over TCP or a Unix socket (ADR 0041)."""

import socket
from dataclasses import dataclass
from urllib.parse import unquote, urlsplit

PORT = 3310
TIMEOUT = 120.0
"""Seconds for each step: a large archive takes its time."""
CHUNK = 1 << 16
LONGEST_ANSWER = 4096


class ClamdUnset(Exception):  # noqa: N818 -- named by what it says.
    """No clamd is set (``KOMMUNPOST_CLAMD``), or it is not an address of one."""

    code = "clamd_unset"


class ClamdUnreachable(Exception):  # noqa: N818 -- named by what it says.
    """Nobody answers, or hung up in the midst. Safe to ask again."""

    code = "clamd_unreachable"


class TooLarge(Exception):  # noqa: N818 -- named by what it says.
    """The content is larger than what clamd takes (its ``StreamMaxLength``)."""

    code = "too_large"


class ClamdFailed(Exception):  # noqa: N818 -- named by what it says.
    """Clamd answered, and it was no verdict."""

    code = "clamd_failed"


@dataclass(frozen=True, slots=True)
class Clamd:
    """Where it listens: ``path`` of a socket, or else host and port."""

    path: str = ""
    host: str = ""
    port: int = PORT

    @classmethod
    def at(cls, url: str) -> "Clamd":
        """From ``unix:///run/clamav/clamd.ctl`` or ``tcp://127.0.0.1:3310``. Raises ``ClamdUnset``."""
        try:
            parts = urlsplit(url)
            port = parts.port
        except ValueError as error:
            raise ClamdUnset from error
        if parts.scheme == "unix" and parts.path.startswith("/") and not parts.netloc:
            return cls(path=unquote(parts.path))
        if parts.scheme == "tcp" and parts.hostname:
            return cls(host=parts.hostname, port=port or PORT)
        raise ClamdUnset


def version(clamd: Clamd, *, timeout: float = TIMEOUT) -> str:
    """What it is, and how old its signatures are, as it says it. Raises ``ClamdUnreachable``."""
    with _connect(clamd, timeout) as line:
        try:
            line.sendall(b"zVERSION\0")
            return _answer(line)
        except OSError as error:
            raise ClamdUnreachable from error


def scan(clamd: Clamd, content: bytes, *, timeout: float = TIMEOUT) -> str:
    """The name of the virus in ``content``; empty when clamd finds none.

    Raises ``ClamdUnreachable``, ``TooLarge``, ``ClamdFailed``.
    """
    with _connect(clamd, timeout) as line:
        try:
            _send(line, content)
            answer = _answer(line)
        except OSError as error:
            raise ClamdUnreachable from error
    if answer.endswith(" FOUND"):
        return answer.removesuffix(" FOUND").partition(": ")[2] or "unnamed"
    if answer.endswith(": OK"):
        return ""
    if "size limit exceeded" in answer:
        raise TooLarge
    raise ClamdFailed if answer else ClamdUnreachable


def _connect(clamd: Clamd, timeout: float) -> socket.socket:
    try:
        if not clamd.path:
            return socket.create_connection((clamd.host, clamd.port), timeout=timeout)
        line = socket.socket(socket.AF_UNIX)
        line.settimeout(timeout)
        try:
            line.connect(clamd.path)
        except OSError:
            line.close()
            raise
    except OSError as error:
        raise ClamdUnreachable from error
    return line


def _send(line: socket.socket, content: bytes) -> None:
    """The command, then pieces with their length before them, then a length of nought (clamd(8))."""
    try:
        line.sendall(b"zINSTREAM\0")
        view = memoryview(content)
        for start in range(0, len(content), CHUNK):
            piece = view[start : start + CHUNK]
            line.sendall(len(piece).to_bytes(4, "big"))
            line.sendall(piece)
        line.sendall(bytes(4))
    except (BrokenPipeError, ConnectionResetError):
        # It hangs up on what is too large for it, and has said so before: the answer is still to be read.
        return


def _answer(line: socket.socket) -> str:
    """Until the NUL that ends an answer, or the end."""
    told = b""
    while b"\0" not in told and len(told) < LONGEST_ANSWER and (more := line.recv(LONGEST_ANSWER)):
        told += more
    return told.partition(b"\0")[0].decode("utf-8", "replace").strip()
