"""``host:port`` in settings and on screen."""

from dataclasses import dataclass
from urllib.parse import urlsplit

from kommunpost.site.cli.errors import CommandError

_HIGHEST_PORT = 65535


@dataclass(frozen=True, slots=True)
class Address:
    """Where a server listens. ``host`` without brackets, also for IPv6."""

    host: str
    port: int

    def __str__(self) -> str:
        return f"[{self.host}]:{self.port}" if ":" in self.host else f"{self.host}:{self.port}"


class AddressInUse(CommandError):  # noqa: N818 - named by what it says
    """Somebody else listens there, or the address is not of this machine."""

    def __init__(self, address: Address | None, setting: str, *, reason: str = "") -> None:
        said = reason or "another program listens there"
        super().__init__(f"cannot listen on {address}: {said}. Stop it, or give {setting} another address.")


def parse_address(text: str, *, setting: str) -> Address:
    """``127.0.0.1:8025`` or ``[::1]:8025``. Raises CommandError that names the setting."""
    try:
        parts = urlsplit(f"//{text}")
        port = parts.port
    except ValueError:
        port = None
        parts = urlsplit("")
    if not parts.hostname or port is None or not 0 <= port <= _HIGHEST_PORT or parts.path:
        raise CommandError(f"{setting} is {text!r}. Write host:port, as in 127.0.0.1:8025 or [::1]:8025.")
    return Address(parts.hostname, port)
