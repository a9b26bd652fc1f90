"""What one answer has worked out and the next one needs, kept in memory between the two.

A formatted mail is shown by two requests: the page, which tells what was left out, and the frame, which shows the rest.
Cleaning is the dearest thing done to a mail, so the page hands its work over; the frame takes it, and it is gone. Who
may see it has been settled at the door before, both times. A process that has nothing does the work again.
"""

from collections import OrderedDict
from threading import Lock

from kommunpost.apps.mailflow.framing import Framed

MOST = 8
MOST_CHARACTERS = 32_000_000


class Handover:
    """A few framed bodies by the digest of the mail's bytes; the oldest give way."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._held: OrderedDict[str, Framed] = OrderedDict()

    def put(self, digest: str, framed: Framed) -> None:
        """Keep ``framed`` for whoever takes it next."""
        with self._lock:
            self._held.pop(digest, None)
            self._held[digest] = framed
            while len(self._held) > MOST or self._size() > MOST_CHARACTERS:
                self._held.popitem(last=False)

    def take(self, digest: str) -> Framed | None:
        """What was put, once."""
        with self._lock:
            return self._held.pop(digest, None)

    def _size(self) -> int:
        return sum(len(one.html) for one in self._held.values())


FRAMES = Handover()
