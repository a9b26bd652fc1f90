"""The web server: Django behind cheroot's threads."""

import errno
import logging
import threading

from cheroot import wsgi
from django.core.handlers.wsgi import WSGIHandler

from kommunpost.site.serving.addresses import Address, AddressInUse

THREADS = 12
QUEUE = 100
MOST_REQUEST_HEADER = 64 * 1024
MOST_REQUEST_BODY = 60 * 1024 * 1024
STOP_WITHIN = 8

log = logging.getLogger("kommunpost.web")


class _Server(wsgi.Server):
    """Cheroot's, but its complaints go to our log; it would write whole tracebacks to stderr."""

    def error_log(self, msg: str = "", level: int = logging.INFO, traceback: bool = False) -> None:  # noqa: ARG002, FBT001, FBT002
        log.log(level, "web.server", exc_info=traceback)


class WebServer:
    """Binds when it is made (so that a taken port is known before anything starts), answers after ``start``."""

    def __init__(self, *, address: Address, application: WSGIHandler) -> None:
        self._server = _Server(
            (address.host, address.port),
            application,
            numthreads=THREADS,
            request_queue_size=QUEUE,
            shutdown_timeout=STOP_WITHIN,
        )
        self._server.max_request_header_size = MOST_REQUEST_HEADER
        self._server.max_request_body_size = MOST_REQUEST_BODY
        self._thread: threading.Thread | None = None
        try:
            self._server.prepare()
        except OSError as error:
            # Cheroot raises a new error in place of the system's and leaves the number in its text.
            taken = f"[Errno {errno.EADDRINUSE}]" in str(error)
            raise AddressInUse(address, "KOMMUNPOST_WEB", reason="" if taken else str(error)) from error

    @property
    def address(self) -> Address:
        """Where it really listens (the port may have been 0)."""
        host, port = self._server.bind_addr[:2]
        return Address(host, port)

    def start(self) -> None:
        """Answer requests in threads of its own."""
        self._thread = threading.Thread(target=self._server.serve, name="web", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """Take no more requests and let those that run be answered, at most STOP_WITHIN seconds."""
        self._server.stop()
        if self._thread is not None:
            self._thread.join(STOP_WITHIN)
