"""The load: some connections that hand over mail as fast as they are answered, in a process of their own.

``python -m bench.load --port 2525 --protocol smtp --mails 800`` prints one JSON object:
seconds, acknowledged, refused, p50_ms, p95_ms.
"""

import argparse
import json
import random
import socket
import statistics
import sys
import threading
import time
from dataclasses import dataclass, field

WORDS = [
    "ansökan",
    "bygglov",
    "altan",
    "granne",
    "tomtgräns",
    "handläggare",
    "besked",
    "komplettering",
    "ritning",
    "fastighet",
    "kommunen",
    "återkommer",
    "vecka",
    "sophämtning",
    "skolskjuts",
    "vattenmätare",
    "snöröjning",
    "gatlampa",
    "övergångsställe",
    "förskola",
    "kö",
    "plats",
    "barn",
    "avgift",
    "faktura",
    "betalning",
]


@dataclass(slots=True)
class Tally:
    """What one run of the load saw. ``waits`` are seconds from the first byte of a mail to its answer."""

    acknowledged: int = 0
    refused: int = 0
    waits: list[float] = field(default_factory=list)


def mail(*, number: int, size: int, recipient: str, seed: int) -> bytes:
    """A mail of about ``size`` bytes, with dots stuffed, ready to follow DATA."""
    dice = random.Random(seed * 1_000_003 + number)
    head = (
        f"From: Anna Ek <anna.ek@mejl.example>\r\nTo: <{recipient}>\r\nSubject: Prov {number} {dice.choice(WORDS)}\r\n"
        f"Date: Mon, 23 Nov 2026 10:00:00 +0100\r\nMessage-ID: <{seed}.{number}@prov.example>\r\n"
        "MIME-Version: 1.0\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: 8bit\r\n\r\n"
    )
    lines, left = [], size - len(head)
    while left > 0:
        line = " ".join(dice.choices(WORDS, k=9)) + f" {dice.random():.9f}"
        lines.append(line)
        left -= len(line.encode()) + 2
    return (head + "\r\n".join(lines) + "\r\n.\r\n").encode()


def _answer(stream: "socket.SocketIO", expected: bytes) -> bool:
    while True:
        line = stream.readline()
        if not line:
            raise ConnectionError("the server closed the connection")
        if line[3:4] != b"-":
            return bool(line.startswith(expected))


def _deliver(
    *, port: int, protocol: str, recipient: str, mails: list[bytes], tally: Tally, lock: threading.Lock
) -> None:
    with socket.create_connection(("127.0.0.1", port), timeout=60) as connection:
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        stream = connection.makefile("rb")
        _answer(stream, b"220")
        connection.sendall(b"LHLO bench.example\r\n" if protocol == "lmtp" else b"EHLO bench.example\r\n")
        _answer(stream, b"250")
        for content in mails:
            begun = time.perf_counter()
            for line, expected in (
                (b"MAIL FROM:<anna.ek@mejl.example>\r\n", b"250"),
                (b"RCPT TO:<" + recipient.encode() + b">\r\n", b"250"),
                (b"DATA\r\n", b"354"),
                (content, b"250"),
            ):
                connection.sendall(line)
                accepted = _answer(stream, expected)
            with lock:
                tally.waits.append(time.perf_counter() - begun)
                tally.acknowledged += accepted
                tally.refused += not accepted


def run(
    *, port: int, protocol: str, recipient: str, mails: int, connections: int, size: int, seed: int
) -> dict[str, float]:
    """Hand over ``mails`` mails and say how it went. Mails are made before the clock starts."""
    contents = [mail(number=n, size=size, recipient=recipient, seed=seed) for n in range(mails)]
    tally, lock = Tally(), threading.Lock()
    threads = [
        threading.Thread(
            target=_deliver,
            kwargs={
                "port": port,
                "protocol": protocol,
                "recipient": recipient,
                "mails": contents[start::connections],
                "tally": tally,
                "lock": lock,
            },
        )
        for start in range(connections)
    ]
    begun = time.perf_counter()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    seconds = time.perf_counter() - begun
    return {
        "seconds": seconds,
        "acknowledged": tally.acknowledged,
        "refused": tally.refused,
        "p50_ms": statistics.median(tally.waits) * 1000 if tally.waits else 0.0,
        "p95_ms": sorted(tally.waits)[int(len(tally.waits) * 0.95)] * 1000 if tally.waits else 0.0,
    }


def main() -> int:
    parser = argparse.ArgumentParser()
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--protocol", choices=("smtp", "lmtp"), default="smtp")
    parser.add_argument("--recipient", default="info@botkyrka.example")
    parser.add_argument("--mails", type=int, default=800)
    parser.add_argument("--connections", type=int, default=8)
    parser.add_argument("--size", type=int, default=21_000)
    parser.add_argument("--seed", type=int, default=1)
    json.dump(run(**vars(parser.parse_args())), sys.stdout)
    return 0


if __name__ == "__main__":
    sys.exit(main())
