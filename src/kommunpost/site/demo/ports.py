"""A port for each door of the demo: the usual one, or the next that is free."""

import socket
from contextlib import closing

HOST = "127.0.0.1"
_TRIES = 50


class NoFreePortError(Exception):
    """All ports that were tried are taken."""


def free_port(wanted: int, *, taken: frozenset[int] = frozenset()) -> int:
    """``wanted``, or the first free port after it, on this machine only. 0 lets the system choose.

    Between this look and the real binding another program may take the port; then the start fails with a clear line.
    """
    for port in range(wanted, wanted + _TRIES) if wanted else (0,):
        if port in taken:
            continue
        with closing(socket.socket()) as trial:
            trial.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                trial.bind((HOST, port))
            except OSError:
                continue
            return int(trial.getsockname()[1])
    raise NoFreePortError(
        f"Ports {wanted} to {wanted + _TRIES - 1} are all taken. Name another: --web-port, --smtp-port"
    )
