"""The gateway's listener: an event loop in a thread of its own."""

import asyncio
import socket
import ssl
import threading
import warnings
from collections.abc import Callable
from datetime import datetime

from aiosmtpd.smtp import SMTP

from kommunpost.site.submission.session import Gateway

WORKERS = 8
MAX_BYTES = 50 * 1024 * 1024
STOP_WITHIN = 15.0
SETTLES_WITHIN = 0.5


class SubmissionServer:
    """``start()`` listens; ``stop()`` lets what is being handed on come to its answer.

    Without ``tls`` passwords are only taken from this machine: ``host`` must then be a loopback address.
    """

    def __init__(
        self,
        *,
        host: str,
        port: int,
        relay_url: str,
        clock: Callable[[], datetime],
        tls: ssl.SSLContext | None = None,
        max_bytes: int = MAX_BYTES,
    ) -> None:
        self._host, self._wanted, self._tls, self._max_bytes = host, port, tls, max_bytes
        hostname = socket.gethostname() or "localhost"
        self._gateway = Gateway(relay_url=relay_url, hostname=hostname, clock=clock, workers=WORKERS)
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._run, name="submission", daemon=True)
        self._server: asyncio.Server | None = None
        self.port: int | None = None

    def start(self) -> None:
        """Raises ``OSError`` when the address is taken."""
        self._thread.start()
        try:
            asyncio.run_coroutine_threadsafe(self._open(), self._loop).result()
        except OSError:
            self._end()
            raise

    def stop(self) -> None:
        """No new connections; what is being handed on gets its answer. Twice is once."""
        if self._loop.is_closed():
            return
        if self._server is not None:
            self._loop.call_soon_threadsafe(self._server.close)
        self._gateway.close()
        asyncio.run_coroutine_threadsafe(self._settle(), self._loop).result()
        self._end()

    async def _open(self) -> None:
        self._server = await self._loop.create_server(self._session, self._host, self._wanted)
        self.port = self._server.sockets[0].getsockname()[1]

    def _session(self) -> SMTP:
        with warnings.catch_warnings():
            # aiosmtpd warns of sign-in without TLS at every connection; that is for this machine alone, see the class.
            warnings.simplefilter("ignore", UserWarning)
            return SMTP(
                self._gateway,
                data_size_limit=self._max_bytes,
                enable_SMTPUTF8=True,
                decode_data=False,
                tls_context=self._tls,
                require_starttls=self._tls is not None,
                auth_required=True,
                auth_require_tls=self._tls is not None,
                authenticator=self._gateway.authenticate,
                loop=self._loop,
                ident="Kommunpost",
            )

    async def _settle(self) -> None:
        """Let answers that are ready be written, then cut the lines that are left."""
        others = [task for task in asyncio.all_tasks() if task is not asyncio.current_task()]
        if others:
            await asyncio.wait(others, timeout=SETTLES_WITHIN)
        for task in others:
            task.cancel()

    def _run(self) -> None:
        asyncio.set_event_loop(self._loop)
        self._loop.run_forever()
        self._loop.close()

    def _end(self) -> None:
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(STOP_WITHIN)
