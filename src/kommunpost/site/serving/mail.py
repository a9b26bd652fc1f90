"""The mail intake of this process.

Mailflow's servers, with the settings, the listeners, the counters and the wake-up.
"""

import errno
import ipaddress
from collections.abc import Sequence
from functools import partial

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from kommunpost.apps.directory.queries import own_domains
from kommunpost.apps.mailflow.actions import Receipt, write_group
from kommunpost.apps.mailflow.arrivals import Prepared
from kommunpost.apps.mailflow.intake.door import Limits, Network, Policy
from kommunpost.apps.mailflow.intake.server import Certificate, IntakeServer, Listen
from kommunpost.apps.mailflow.intake.tls import tls_context
from kommunpost.site import environment, metrics
from kommunpost.site.cli.errors import CommandError
from kommunpost.site.serving.addresses import Address, AddressInUse, parse_address
from kommunpost.site.subscriptions import DELIVERY_LISTENERS
from kommunpost.site.worker.wake import wake

STOP_WITHIN = 15.0


class MailServers:
    """SMTP, and LMTP when an address is set for it. Real ports are known after ``start``."""

    def __init__(self, *, smtp: Address | None, lmtp: Address | None, server: IntakeServer) -> None:
        self._smtp = smtp
        self._lmtp = lmtp
        self._server = server

    @classmethod
    def from_settings(cls) -> "MailServers":
        """Raises CommandError that names the setting which cannot be used."""
        smtp = _address(settings.SMTP_ADDRESS, "KOMMUNPOST_SMTP")
        lmtp = _address(settings.LMTP_ADDRESS, "KOMMUNPOST_LMTP")
        server = IntakeServer(
            listen=Listen(smtp=_pair(smtp), lmtp=_pair(lmtp)),
            write=partial(take_in, chain=f"intake:{settings.PROCESS_NAME}"),
            policy=_policy(),
            front="kommunpost.site.serving.front",
            limits=_limits(),
            tls=_tls(),
            stop_within=STOP_WITHIN,
            logs=settings.LOGGING,
        )
        return cls(smtp=smtp, lmtp=lmtp, server=server)

    @property
    def smtp_address(self) -> Address | None:
        return _real(self._smtp, self._server.smtp_port)

    @property
    def lmtp_address(self) -> Address | None:
        return _real(self._lmtp, self._server.lmtp_port)

    def start(self) -> None:
        """Listen. Raises AddressInUse."""
        try:
            self._server.start()
        except OSError as error:
            # SMTP is bound first: when it has a port, it was LMTP that was refused.
            refused = (
                (self._smtp, "KOMMUNPOST_SMTP") if self._server.smtp_port is None else (self._lmtp, "KOMMUNPOST_LMTP")
            )
            taken = error.errno == errno.EADDRINUSE
            raise AddressInUse(*refused, reason="" if taken else str(error.strerror)) from error

    def stop(self) -> None:
        """Answer what is being taken in, write it, end."""
        self._server.stop()


def take_in(prepared: Sequence[Prepared], *, chain: str) -> Sequence[Receipt]:
    """Write a group with all that belongs to it, count it, and wake the worker. Errors go on to the sender as 451."""
    try:
        receipts = write_group(prepared=prepared, listeners=DELIVERY_LISTENERS, now=timezone.now(), chain=chain)
    except Exception:
        metrics.INTAKE.labels(outcome="refused").inc(len(prepared))
        raise
    metrics.INTAKE.labels(outcome="accepted").inc(len(prepared))
    transaction.on_commit(wake)
    return receipts


def _address(text: str, setting: str) -> Address | None:
    return parse_address(text, setting=setting) if text else None


def _pair(address: Address | None) -> tuple[str, int] | None:
    return (address.host, address.port) if address else None


def _real(wanted: Address | None, port: int | None) -> Address | None:
    return Address(wanted.host, port) if wanted and port is not None else wanted


def _policy() -> Policy:
    domains = frozenset(domain.lower() for domain in settings.OWN_DOMAINS)
    return Policy(own_domains=domains or own_domains(), trusted=tuple(map(_network, settings.TRUSTED_NETWORKS)))


def _limits() -> Limits:
    return Limits(
        connections_per_minute=environment.number("KOMMUNPOST_SMTP_CONNECTIONS_PER_MINUTE", default=600),
        mails_per_minute=environment.number("KOMMUNPOST_SMTP_MAILS_PER_MINUTE", default=3000),
    )


def _network(text: str) -> Network:
    try:
        return ipaddress.ip_network(text)
    except ValueError as error:
        raise CommandError(f"KOMMUNPOST_TRUSTED holds {text!r}. Write networks, as in 192.0.2.0/24,::1/128.") from error


def _tls() -> Certificate | None:
    if not settings.SMTP_CERTIFICATE:
        return None
    try:
        # Tried here, for the SMTP process has nobody to tell.
        tls_context(settings.SMTP_CERTIFICATE, settings.SMTP_CERTIFICATE_KEY)
    except OSError as error:  # ssl.SSLError is one of them
        raise CommandError(f"KOMMUNPOST_SMTP_CERTIFICATE (or its key) cannot be used: {error}.") from error
    return Certificate(settings.SMTP_CERTIFICATE, settings.SMTP_CERTIFICATE_KEY)
