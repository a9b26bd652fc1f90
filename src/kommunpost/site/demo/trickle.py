"""New mail while the demo runs: now and then one of the corpus' mails comes once more, by SMTP, through our door."""

import logging
import random
import smtplib
import threading
from datetime import UTC, datetime

from kommunpost.site.demo.corpus import DOMAIN, TownMail, split_address, town_mails
from kommunpost.site.demo.writing import write_mail

log = logging.getLogger(__name__)

_TIMEOUT = 10


class Trickle(threading.Thread):
    """Sends a mail each ``every`` seconds to the SMTP port of the demo, until ``stop``."""

    def __init__(self, *, host: str, port: int, every: float, seed: int = 7) -> None:
        super().__init__(name="demo-trickle", daemon=True)
        self._door = (host, port)
        self._every = every
        self._dice = random.Random(seed)  # noqa: S311 - which mail comes next is no secret
        self._stopped = threading.Event()
        self._outsiders = [mail for mail in town_mails() if DOMAIN not in mail.sender]

    def run(self) -> None:
        while not self._stopped.wait(self._every):
            try:
                send_once_more(self._dice.choice(self._outsiders), door=self._door, now=datetime.now(UTC))
            except (OSError, smtplib.SMTPException) as error:
                # Visible, and no more: the demo goes on without new mail. No address is told.
                log.warning("demo mail was not taken in: %s", type(error).__name__)

    def stop(self) -> None:
        self._stopped.set()


def send_once_more(mail: TownMail, *, door: tuple[str, int], now: datetime) -> None:
    """Send ``mail``, dated ``now``, with a Message-ID of its own, to those of its recipients who are ours."""
    raw = write_mail(mail, at=now, sent={}, as_id=f"{mail.id}.{now:%Y%m%d%H%M%S%f}@trickle.demo.example")
    recipients = [address for _name, address in map(split_address, (*mail.to, *mail.cc)) if address.endswith(DOMAIN)]
    with smtplib.SMTP(*door, timeout=_TIMEOUT) as connection:
        connection.sendmail(split_address(mail.sender)[1], recipients, raw)
