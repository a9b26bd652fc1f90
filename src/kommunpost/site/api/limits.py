"""How often a client may call: a bucket each, in the memory of this process.

Several web processes give a client as many times the limit; it is there against runaway loops, not as a quota.
"""

import threading
import time
from dataclasses import dataclass, field

CALLS_A_MINUTE = 600
BURST = 60
MAX_BODY_BYTES = 1_000_000
"""A text of a draft with everything quoted under it; attachments are told by name and size, never sent."""
_MINUTE = 60.0


@dataclass(slots=True)
class _Bucket:
    left: float
    filled_at: float


@dataclass(slots=True)
class Limiter:
    """``take`` is true while calls are left. Thread-safe."""

    a_minute: int = CALLS_A_MINUTE
    burst: int = BURST
    _buckets: dict[int, _Bucket] = field(default_factory=dict)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def take(self, client_id: int, *, at: float | None = None) -> bool:
        """Take one call of the client's; ``at`` is a monotonic moment in seconds."""
        now = time.monotonic() if at is None else at
        with self._lock:
            bucket = self._buckets.setdefault(client_id, _Bucket(self.burst, now))
            bucket.left = min(self.burst, bucket.left + (now - bucket.filled_at) * self.a_minute / _MINUTE)
            bucket.filled_at = now
            if bucket.left < 1:
                return False
            bucket.left -= 1
            return True
