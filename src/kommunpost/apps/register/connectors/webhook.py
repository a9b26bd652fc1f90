"""A case system by a signed call: JSON with the documents in base64, answered at once or by a call back (ADR 0052)."""

import base64
import http.client
import json
import socket
import ssl
import threading
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import datetime
from http import HTTPStatus
from urllib.parse import urlsplit

from kommunpost.apps.mailflow.actions.connections import is_this_machine
from kommunpost.apps.register.connectors.contract import ConnectorFailed, Document, Handing, Outcome, Receipt
from kommunpost.apps.register.rules.handing_over import clean_number
from kommunpost.apps.register.rules.signing import sign

SECONDS = 20.0
"""For each step on the line; ``WHOLE`` for all of it, however slowly the bytes drip."""
WHOLE = 120.0
MOST_READ = 100_000
_IN_VAIN: Mapping[int, str] = {
    401: "not_let_in", 403: "not_let_in", 404: "no_such_address", 405: "no_such_address", 410: "no_such_address",
    408: "slow", 425: "busy", 429: "busy", 409: "busy", 503: "busy",
}  # fmt: skip
"""Answers that tell of the way, not of the entry: it is tried again. Every other 4xx is a no."""


class UnsafeAddress(ValueError):  # noqa: N818 -- named by what it says.
    """Not https, nor http to this very machine; or with a password in it."""


def check_url(url: str) -> None:
    """Raises ``UnsafeAddress``."""
    try:
        parts = urlsplit(url)
        parts.port  # noqa: B018 -- raises for nonsense
    except ValueError as error:
        raise UnsafeAddress from error
    if not parts.hostname or "@" in parts.netloc or not url.isascii() or any(one <= " " for one in url):
        raise UnsafeAddress
    if parts.scheme != "https" and not (parts.scheme == "http" and is_this_machine(parts.hostname)):
        raise UnsafeAddress


@dataclass(frozen=True, slots=True)
class Webhook:
    """``url`` is set by the IT unit alone; ``key`` is shared with the receiver."""

    url: str
    key: str = field(repr=False)
    clock: Callable[[], datetime]
    seconds: float = SECONDS
    whole: float = WHOLE

    def hand_over(self, handing: Handing) -> Receipt:
        body = body_of(handing)
        headers = {
            "Content-Type": "application/json", "Accept": "application/json", "Idempotency-Key": handing.key,
            "User-Agent": "Kommunpost", **sign(body, key=self.key, at=self.clock()),
        }  # fmt: skip
        status, answer = self._ask(body, headers)
        return receipt_of(status, answer)

    def receipts(self) -> Iterable[tuple[str, Receipt]]:
        """They come by themselves: the receiver calls back."""
        return ()

    def put_away(self, key: str) -> None:
        """Nothing lies here."""

    def _ask(self, body: bytes, headers: Mapping[str, str]) -> tuple[int, bytes]:
        try:
            check_url(self.url)
        except UnsafeAddress as error:
            raise ConnectorFailed("unsafe_address") from error
        parts = urlsplit(self.url)
        target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
        with _line(parts.scheme, parts.netloc, self.seconds) as line, _at_most(line, self.whole) as ran_out:
            try:
                line.request("POST", target, body=body, headers=dict(headers))
                answer = line.getresponse()
                told = answer.read(MOST_READ)
            except (OSError, http.client.HTTPException) as error:
                slow = isinstance(error, TimeoutError) or ran_out.is_set()
                raise ConnectorFailed("slow" if slow else "line_lost", may_have_arrived=True) from error
            if ran_out.is_set():
                # Half an answer reads like a whole one.
                raise ConnectorFailed("slow", may_have_arrived=True)
            return answer.status, told


@contextmanager
def _line(scheme: str, netloc: str, seconds: float) -> Iterator[http.client.HTTPConnection]:
    line: http.client.HTTPConnection
    if scheme == "https":
        line = http.client.HTTPSConnection(netloc, timeout=seconds, context=ssl.create_default_context())
    else:
        line = http.client.HTTPConnection(netloc, timeout=seconds)
    try:
        line.connect()
    except ssl.SSLError as error:
        raise ConnectorFailed("no_tls") from error
    except (OSError, http.client.HTTPException) as error:
        raise ConnectorFailed("unreachable") from error
    try:
        yield line
    finally:
        line.close()


@contextmanager
def _at_most(line: http.client.HTTPConnection, seconds: float) -> Iterator[threading.Event]:
    """Breaks the line when the time is out: a byte now and then would else keep us for ever."""
    ran_out = threading.Event()
    sock = line.sock

    def stop() -> None:
        ran_out.set()
        with suppress(OSError):
            sock.shutdown(socket.SHUT_RDWR)

    timer = threading.Timer(seconds, stop)
    timer.daemon = True
    timer.start()
    try:
        yield ran_out
    finally:
        timer.cancel()


def body_of(handing: Handing) -> bytes:
    """One JSON object: what is signed is what is read. Multipart would need rules for what exactly is signed."""
    documents = [_document(one) for one in handing.documents]
    whole = {**handing.data, "key": handing.key, "documents": documents}
    return json.dumps(whole, ensure_ascii=False, separators=(",", ":")).encode()


def receipt_of(status: int, body: bytes) -> Receipt:
    """What an answer means. Nothing is believed that is not exactly as agreed; no redirect is followed."""
    if status in {200, 201}:
        number = number_in(body)
        if not number:
            raise ConnectorFailed("answer_unreadable", may_have_arrived=True, status=status)
        return Receipt(Outcome.ACCEPTED, number, code=status)
    if status == HTTPStatus.ACCEPTED:
        return Receipt(Outcome.ACCEPTED, number_in(body), code=status)
    if status in _IN_VAIN:
        raise ConnectorFailed(_IN_VAIN[status], status=status)
    if 400 <= status < 500:  # noqa: PLR2004 -- RFC 9110 section 15.5
        return Receipt(Outcome.REFUSED, trouble="refused", code=status)
    if 300 <= status < 400:  # noqa: PLR2004 -- RFC 9110 section 15.4
        raise ConnectorFailed("redirected", status=status)
    raise ConnectorFailed("receiver_failed", may_have_arrived=True, status=status)


def number_in(body: bytes) -> str:
    """The ``number`` of an answer; empty when there is none that can be read."""
    try:
        answer = json.loads(body)
    except (ValueError, RecursionError):
        return ""
    return clean_number(answer.get("number")) if isinstance(answer, dict) else ""


def _document(one: Document) -> dict[str, object]:
    return {
        "mail": one.mail, "place": one.place, "name": one.name, "media_type": one.media_type, "size": one.size,
        "sha256": one.digest, "content": base64.b64encode(one.content).decode("ascii"),
    }  # fmt: skip
