"""Group commit: one thread takes all mail that waits, and writes it in one go (design section 3, ADR 0006)."""

import logging
import threading
from collections import deque
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from dataclasses import dataclass, field

from django.db import DatabaseError, InterfaceError, close_old_connections, connections

from kommunpost.apps.mailflow.actions.receive import Receipt
from kommunpost.apps.mailflow.arrivals import Arrived

log = logging.getLogger(__name__)

Receive = Callable[[Sequence[Arrived]], Sequence[Receipt]]


class IntakeFull(Exception):  # noqa: N818 -- named by what it says.
    """More waits than the writer should hold in memory; the sender is to come again."""

    code = "intake_full"


class IntakeStopped(Exception):  # noqa: N818 -- named by what it says.
    """The writer takes no more: the process is on its way down."""

    code = "intake_stopped"


@dataclass(frozen=True, slots=True)
class GroupLimits:
    """``mails`` and ``octets`` of one group; ``waiting_…`` of all that may wait."""

    mails: int = 200
    octets: int = 64 * 1024 * 1024
    waiting_mails: int = 2000
    waiting_octets: int = 512 * 1024 * 1024


@dataclass(slots=True)
class _Waiting:
    arrived: Arrived
    future: "Future[Receipt]" = field(default_factory=Future)


class GroupWriter:
    """Writes mails in groups with ``receive``. A future is resolved only when its mail is durable, or refused."""

    def __init__(self, receive: Receive, *, limits: GroupLimits | None = None) -> None:
        self._receive = receive
        self._limits = limits or GroupLimits()
        self._queue: deque[_Waiting] = deque()
        self._octets = 0
        self._stopped = False
        self._wake = threading.Condition()
        self._thread = threading.Thread(target=self._run, name="intake-writer", daemon=True)

    def start(self) -> None:
        """Begin to write."""
        self._thread.start()

    def stop(self, *, timeout: float) -> None:
        """Take no more, write what waits, end.

        What is not written after ``timeout`` seconds is refused by the sender's own.
        """
        with self._wake:
            self._stopped = True
            self._wake.notify()
        self._thread.join(timeout)

    def submit(self, arrived: Arrived) -> "Future[Receipt]":
        """Hand in a mail.

        Raises ``IntakeFull`` or ``IntakeStopped`` at once; the future may hold any error of the writing.
        """
        waiting = _Waiting(arrived)
        size = len(arrived.raw)
        with self._wake:
            if self._stopped:
                raise IntakeStopped
            if len(self._queue) >= self._limits.waiting_mails or self._octets + size > self._limits.waiting_octets:
                raise IntakeFull
            self._queue.append(waiting)
            self._octets += size
            self._wake.notify()
        return waiting.future

    def _run(self) -> None:
        try:
            while group := self._next_group():
                close_old_connections()
                self._write(group)
        finally:
            connections.close_all()

    def _next_group(self) -> list[_Waiting]:
        with self._wake:
            while not self._queue and not self._stopped:
                self._wake.wait()
            group: list[_Waiting] = []
            octets = 0
            while self._queue and len(group) < self._limits.mails:
                octets += len(self._queue[0].arrived.raw)
                if group and octets > self._limits.octets:
                    break
                group.append(self._queue.popleft())
            self._octets -= sum(len(waiting.arrived.raw) for waiting in group)
            return group

    def _write(self, group: Sequence[_Waiting]) -> None:
        try:
            receipts = self._receive([waiting.arrived for waiting in group])
        except Exception as error:
            if len(group) == 1:
                _refuse(group, error)
            else:
                self._write_singly(group)
            return
        for waiting, receipt in zip(group, receipts, strict=True):
            waiting.future.set_result(receipt)

    def _write_singly(self, group: Sequence[_Waiting]) -> None:
        # One mail that cannot be written must not refuse its neighbours. A database that is down refuses them all.
        for number, waiting in enumerate(group):
            self._write([waiting])
            if isinstance(waiting.future.exception(), DatabaseError | InterfaceError) and _is_down():
                _refuse(group[number + 1 :], waiting.future.exception() or IntakeStopped())
                return


def _is_down() -> bool:
    try:
        with connections["default"].cursor() as cursor:
            cursor.execute("SELECT 1")
    except (DatabaseError, InterfaceError):
        connections["default"].close()
        return True
    return False


def _refuse(group: Sequence[_Waiting], error: BaseException) -> None:
    # The class alone: a database's message quotes values, and those are personal data.
    log.error("intake.refused", extra={"count": len(group), "error": type(error).__name__})
    for waiting in group:
        waiting.future.set_exception(error)
