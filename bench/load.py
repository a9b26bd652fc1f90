"""The load: some connections that hand over mail as fast as they are answered, in a process of their own.

``python -m bench.load --port 2525 --protocol smtp --mails 800`` prints one JSON object:
seconds, acknowledged, refused, p50_ms, p95_ms. One thread and raw sockets, every byte made before the clock starts: the
load shares the processors with whoever is measured, so it must cost little, and the same for all.
"""

import argparse
import json
import random
import select
import socket
import statistics
import sys
import time
from collections.abc import Generator
from dataclasses import dataclass, field

WORDS = (
    "ansökan bygglov altan granne tomtgräns handläggare besked komplettering ritning fastighet kommunen återkommer "
    "vecka sophämtning skolskjuts vattenmätare snöröjning gatlampa övergångsställe förskola kö plats barn avgift "
    "faktura betalning"
).split()
LARGEST_ANSWER = 65_536


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


class Connection:
    """One client: sends, waits for the answers, sends again. Its dialogue yields how many answers it waits for."""

    def __init__(self, *, port: int, protocol: str, recipient: str, mails: list[bytes], tally: Tally) -> None:
        self.socket = socket.create_connection(("127.0.0.1", port), timeout=60)
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._tally, self._held = tally, b""
        self._steps = self._dialogue(
            b"LHLO bench.example\r\n" if protocol == "lmtp" else b"EHLO bench.example\r\n",
            b"RCPT TO:<" + recipient.encode() + b">\r\n",
            mails,
        )
        self._awaited = next(self._steps)

    def answered(self) -> bool:
        """Read what has come and go on; False when all mails have their answer."""
        self._held += self.socket.recv(LARGEST_ANSWER) or b"421 gone\r\n"
        if not self._is_whole():
            return True
        answer, self._held = self._held, b""
        try:
            self._awaited = self._steps.send(answer)
        except StopIteration:
            self.socket.close()
            return False
        return True

    def _is_whole(self) -> bool:
        """Whether as many answers have come as were asked for; ``250-`` goes on in the next line."""
        lines = self._held.split(b"\n")[:-1]
        return sum(line[3:4] != b"-" for line in lines) >= self._awaited

    def _dialogue(self, greeting: bytes, recipient: bytes, mails: list[bytes]) -> Generator[int, bytes, None]:
        say, tally = self.socket.sendall, self._tally
        # All in one, as mail servers do with one that offers PIPELINING (RFC 2920); both sides here do.
        envelope = b"MAIL FROM:<anna.ek@mejl.example>\r\n" + recipient + b"DATA\r\n"
        yield 1
        say(greeting)
        yield 1
        for content in mails:
            begun = time.perf_counter()
            say(envelope)
            if not (yield 3).splitlines()[-1].startswith(b"354"):
                raise ConnectionError("the server refused DATA")
            say(content)
            answer = yield 1
            tally.waits.append(time.perf_counter() - begun)
            accepted = answer.startswith(b"250")
            tally.acknowledged += accepted
            tally.refused += not accepted


def run(
    *, port: int, protocol: str, recipient: str, mails: int, connections: int, size: int, seed: int
) -> dict[str, float]:
    """Hand over ``mails`` mails and say how it went. Mails are made before the clock starts."""
    contents = [mail(number=n, size=size, recipient=recipient, seed=seed) for n in range(mails)]
    tally, poll, clients = Tally(), select.epoll(), dict[int, Connection]()
    begun = time.perf_counter()
    for start in range(connections):
        client = Connection(
            port=port, protocol=protocol, recipient=recipient, mails=contents[start::connections], tally=tally
        )
        clients[client.socket.fileno()] = client
        poll.register(client.socket, select.EPOLLIN)
    while clients:
        for number, _event in poll.poll():
            if not clients[number].answered():
                del clients[number]
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
