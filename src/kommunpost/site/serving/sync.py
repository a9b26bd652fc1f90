"""The reading of real mailboxes in this process: a thread for each, begun and ended by what the table says.

A mailbox is read by one process at a time (``take_hold``). A process that dies is followed by the next one of its name
at once, and by others when its hold has run out.
"""

import logging
import socket
import threading
from collections.abc import Callable
from dataclasses import dataclass, field

from django.conf import settings
from django.db import DatabaseError, InterfaceError, close_old_connections, connections
from django.utils import timezone

from kommunpost.apps.mailflow.actions import syncing
from kommunpost.apps.mailflow.queries.connections import readable, versions
from kommunpost.apps.mailflow.sync.attending import House, attend
from kommunpost.site import metrics
from kommunpost.site.serving.sources import open_source
from kommunpost.site.subscriptions import DELIVERY_LISTENERS
from kommunpost.site.worker.wake import wake

LOOK_EVERY = 2.0
MOST_AT_ONCE = 400
STOP_WITHIN = 15.0

log = logging.getLogger("kommunpost.sync")


@dataclass(slots=True)
class _Attended:
    version: int
    stop: threading.Event = field(default_factory=threading.Event)
    thread: threading.Thread | None = None

    @property
    def is_alive(self) -> bool:
        return self.thread is not None and self.thread.is_alive()


class SyncPart:
    """A piece of the process: looks at the table every other second, and sees that each mailbox is attended to."""

    def __init__(self) -> None:
        self.holder = f"{settings.PROCESS_NAME}@{socket.gethostname()}"[:120]
        self._stopping = threading.Event()
        self._attended: dict[int, _Attended] = {}
        self._thread = threading.Thread(target=self._watch, name="sync", daemon=True)

    def start(self) -> None:
        """Begin. What cannot be reached is tried again and told of; nothing here keeps the process from starting."""
        self._thread.start()

    def stop(self) -> None:
        """Let every mailbox end the page that it is in; what is left behind goes on from its cursor next time."""
        self._stopping.set()
        self._thread.join(STOP_WITHIN)
        for one in self._attended.values():
            one.stop.set()
        for one in self._attended.values():
            if one.thread is not None:
                one.thread.join(STOP_WITHIN)

    def _watch(self) -> None:
        try:
            while not self._stopping.is_set():
                self._guarded(self.look)
                self._stopping.wait(LOOK_EVERY)
        finally:
            connections.close_all()

    def look(self) -> None:
        """End what has changed or is paused, begin what nobody reads."""
        self._attended = {pk: one for pk, one in self._attended.items() if one.is_alive}
        current = versions(self._attended) if self._attended else {}
        for pk, one in self._attended.items():
            if current.get(pk) != one.version:
                one.stop.set()
        for pk, _version in readable(holder=self.holder, now=timezone.now(), but=self._attended):
            if len(self._attended) >= MOST_AT_ONCE:
                return
            self._begin(pk)

    def _begin(self, pk: int) -> None:
        hold = syncing.take_hold(connection_id=pk, holder=self.holder, now=timezone.now())
        if hold is None:
            return
        one = _Attended(hold.version)
        one.thread = threading.Thread(target=self._attend, args=(hold, one.stop), name=f"sync-{pk}", daemon=True)
        self._attended[pk] = one
        one.thread.start()

    def _attend(self, hold: syncing.Hold, stop: threading.Event) -> None:
        try:
            self._guarded(lambda: attend(hold=hold, house=house(stop.is_set, connection_id=hold.connection_id)))
        finally:
            connections.close_all()

    @staticmethod
    def _guarded(step: Callable[[], None]) -> None:
        close_old_connections()
        try:
            step()
        except (DatabaseError, InterfaceError) as error:
            log.warning("sync.database_away", extra={"error": type(error).__name__})
            connections.close_all()


def house(is_stopping: Callable[[], bool], *, connection_id: int) -> House:
    """What this process lends to the reading of one mailbox."""

    def taken(number: int) -> None:
        metrics.SYNCED.labels(connection=str(connection_id)).inc(number)
        wake()

    return House(
        listeners=DELIVERY_LISTENERS,
        chain=f"sync:{settings.PROCESS_NAME}"[:40],
        clock=timezone.now,
        open=open_source,
        is_stopping=is_stopping,
        taken=taken,
        # A mailbox waits most of its life: it needs no line to the database for that.
        rest=connections.close_all,
    )
