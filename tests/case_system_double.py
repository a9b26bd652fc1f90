"""A case system that takes webhooks: a double that answers as one wishes. No real Lex has been at hand.

It does what docs/reference/webhook.md asks of a receiver: checks the signature, knows a key that it has seen, and gives
each entry one number.
"""

import json
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from kommunpost.apps.register.rules.signing import SIGNATURE, TIMESTAMP, is_genuine

KEY = "en-nyckel-som-bara-vi-två-har"
Answer = tuple[int, bytes]


@dataclass
class Double:
    """``answers``: what the next calls get in turn, in place of the ordinary answer. ``delay``: seconds before it."""

    port: int = 0
    answers: list[Answer | Callable[["Double"], Answer]] = field(default_factory=list)
    delay: float = 0.0
    drip: bool = False
    calls: list[dict[str, Any]] = field(default_factory=list)
    genuine: list[bool] = field(default_factory=list)
    numbers: dict[str, str] = field(default_factory=dict)
    lock: threading.Lock = field(default_factory=threading.Lock)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}/ta-emot"

    def number(self, key: str) -> str:
        """Each key has one number, however often it comes."""
        with self.lock:
            return self.numbers.setdefault(key, f"LEX 2026/{len(self.numbers) + 1:05}")


class _Handler(BaseHTTPRequestHandler):
    double: Double

    def do_POST(self) -> None:
        double = self.double
        body = self.rfile.read(int(self.headers["Content-Length"]))
        double.genuine.append(
            is_genuine(
                body, key=KEY, timestamp=self.headers.get(TIMESTAMP, ""), signature=self.headers.get(SIGNATURE, ""),
                now=datetime.now(UTC),
            )
        )  # fmt: skip
        told = json.loads(body)
        assert told["key"] == self.headers["Idempotency-Key"]
        double.calls.append(told)
        time.sleep(double.delay)
        status, answer = self._answer(told["key"])
        self.send_response(status)
        if status in {301, 302, 307, 308}:
            self.send_header("Location", double.url + "/annat")
        self.send_header("Content-Length", str(len(answer)))
        self.end_headers()
        # Whoever asked may have hung up.
        with suppress(OSError):
            self._write(answer)

    def _write(self, answer: bytes) -> None:
        for byte in answer if self.double.drip else ():
            self.wfile.write(bytes([byte]))
            time.sleep(0.2)
        if not self.double.drip:
            self.wfile.write(answer)

    def _answer(self, key: str) -> Answer:
        with self.double.lock:
            planned = self.double.answers.pop(0) if self.double.answers else None
        if planned is None:
            return 201, json.dumps({"number": self.double.number(key)}).encode()
        return planned(self.double) if callable(planned) else planned

    def log_message(self, *_words: object) -> None:
        """Quiet."""


@contextmanager
def case_system() -> Iterator[Double]:
    """A running double on a port of its own."""
    double = Double()
    handler = type("Handler", (_Handler,), {"double": double})
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    server.daemon_threads = True
    double.port = server.server_address[1]
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield double
    finally:
        server.shutdown()
        server.server_close()
        thread.join(5)
