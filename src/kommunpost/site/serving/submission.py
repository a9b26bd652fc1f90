"""The submission gateway of this process, with the settings."""

import ipaddress
import ssl

from django.conf import settings
from django.utils import timezone

from kommunpost.apps.mailflow.intake.tls import tls_context
from kommunpost.core.guidelines import load_profile
from kommunpost.site.cli.errors import CommandError
from kommunpost.site.serving.addresses import Address, AddressInUse, parse_address
from kommunpost.site.submission.server import SubmissionServer


class SubmissionPart:
    """A piece of the process. The real port is known after ``start``."""

    def __init__(self, *, wanted: Address, server: SubmissionServer) -> None:
        self._wanted, self._server = wanted, server

    @property
    def address(self) -> Address:
        return Address(self._wanted.host, self._server.port or self._wanted.port)

    def start(self) -> None:
        """Listen. Raises AddressInUse."""
        try:
            self._server.start()
        except OSError as error:
            raise AddressInUse(self._wanted, "KOMMUNPOST_SUBMISSION") from error

    def stop(self) -> None:
        self._server.stop()


def submission_from_settings(*, asked_for: bool) -> SubmissionPart | None:
    """None where no address is set, unless nothing else was ``asked_for``. Raises CommandError for bad settings."""
    if not settings.SUBMISSION_ADDRESS:
        if asked_for:
            raise CommandError("KOMMUNPOST_SUBMISSION is not set. Write where to listen, as in 0.0.0.0:587.")
        return None
    if not settings.RELAY_URL:
        raise CommandError("KOMMUNPOST_SUBMISSION needs KOMMUNPOST_RELAY: there is nobody to hand mail on to.")
    wanted = parse_address(settings.SUBMISSION_ADDRESS, setting="KOMMUNPOST_SUBMISSION")
    tls = _tls()
    if tls is None and not _is_this_machine(wanted.host):
        raise CommandError("KOMMUNPOST_SUBMISSION needs KOMMUNPOST_SMTP_CERTIFICATE: passwords never go in clear text.")
    server = SubmissionServer(
        host=wanted.host,
        port=wanted.port,
        relay_url=settings.RELAY_URL,
        clock=timezone.now,
        tls=tls,
        max_bytes=load_profile(settings.PROFILE).intake.max_message_bytes,
    )
    return SubmissionPart(wanted=wanted, server=server)


def _is_this_machine(host: str) -> bool:
    try:
        return ipaddress.ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return host == "localhost"


def _tls() -> ssl.SSLContext | None:
    if not settings.SMTP_CERTIFICATE:
        return None
    try:
        return tls_context(settings.SMTP_CERTIFICATE, settings.SMTP_CERTIFICATE_KEY)
    except OSError as error:  # ssl.SSLError is one of them
        raise CommandError(f"KOMMUNPOST_SMTP_CERTIFICATE (or its key) cannot be used: {error}.") from error
