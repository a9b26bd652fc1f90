"""A Dovecot of our own in a temporary folder: IMAP with IDLE and MOVE, LMTP in. Any user, one password."""

import os
import shutil
import signal
import smtplib
import subprocess
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from imapclient import IMAPClient
from tests.postgres import free_port
from tests.servers import can_connect, eventually

PASSWORD = "hemligt"
CONFIGURATION = """
base_dir = {folder}/run
log_path = {folder}/dovecot.log
protocols = imap lmtp
listen = 127.0.0.1
ssl = no
disable_plaintext_auth = no
default_internal_user = nobody
default_login_user = nobody
default_internal_group = nogroup
mail_location = maildir:{folder}/mail/%u/Maildir
first_valid_uid = 8
first_valid_gid = 8
passdb {{
  driver = static
  args = password={password}
}}
userdb {{
  driver = static
  args = uid=mail gid=mail home={folder}/mail/%u allow_all_users=yes
}}
namespace inbox {{
  inbox = yes
  separator = /
  mailbox Skickat {{
    auto = subscribe
    special_use = \\Sent
  }}
  mailbox Utkast {{
    auto = subscribe
    special_use = \\Drafts
  }}
}}
service imap-login {{
  chroot =
  inet_listener imap {{
    port = {imap}
  }}
  inet_listener imaps {{
    port = 0
  }}
}}
service lmtp {{
  user = root
  inet_listener lmtp {{
    port = {lmtp}
  }}
}}
service anvil {{
  chroot =
}}
service stats {{
  chroot =
}}
"""


class Dovecot:
    """A running server. ``deliver`` is what Postfix would do; ``client`` what Outlook would."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.imap, self.lmtp = folder, free_port(), free_port()
        words = {"folder": folder, "imap": self.imap, "lmtp": self.lmtp, "password": PASSWORD}
        (folder / "dovecot.conf").write_text(CONFIGURATION.format(**words))

    def start(self) -> None:
        quiet = subprocess.DEVNULL
        tool = ["/usr/sbin/dovecot", "-c", str(self.folder / "dovecot.conf")]
        # Right after a kill the old one may still hold what it had.
        for _try in range(50):
            if subprocess.run(tool, check=False, stdin=quiet, stdout=quiet, stderr=quiet).returncode == 0:
                break
            time.sleep(0.1)
        assert eventually(lambda: can_connect(self.imap) and can_connect(self.lmtp)), self.log()

    def stop(self, number: int = signal.SIGTERM) -> None:
        """End the master and, by that, all that serve somebody."""
        pid = int((self.folder / "run/master.pid").read_text())
        children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
        os.kill(pid, number)
        if number == signal.SIGKILL:
            for child in children:
                self._kill(int(child))
            (self.folder / "run/master.pid").unlink(missing_ok=True)
        assert eventually(lambda: not can_connect(self.imap))

    @staticmethod
    def _kill(pid: int) -> None:
        try:
            os.kill(pid, signal.SIGKILL)
        except ProcessLookupError:
            return

    def log(self) -> str:
        return (self.folder / "dovecot.log").read_text() if (self.folder / "dovecot.log").exists() else ""

    def deliver(self, raw: bytes, *to: str, sender: str = "anna@avsandare.example") -> None:
        with smtplib.LMTP("127.0.0.1", self.lmtp) as line:
            line.sendmail(sender, list(to), raw)

    def client(self, user: str) -> IMAPClient:
        client = IMAPClient("127.0.0.1", port=self.imap, ssl=False)
        client.login(user, PASSWORD)
        return client

    def put(self, user: str, raw: bytes, *, folder: str = "INBOX", when: object = None) -> None:
        """What a mail program puts there by itself: a sent copy, an old mail from an archive."""
        with self.client(user) as client:
            if not client.folder_exists(folder):
                client.create_folder(folder)
            client.append(folder, raw, msg_time=when)

    def flags(self, user: str, folder: str = "INBOX") -> list[tuple[bytes, ...]]:
        with self.client(user) as client:
            client.select_folder(folder, readonly=True)
            return [tuple(flags) for flags in client.get_flags(client.search()).values()]

    def forget_uids(self, user: str, folder: str = "INBOX") -> None:
        """A new UIDVALIDITY, as after a restored backup or a moved mailbox."""
        maildir = self.folder / "mail" / user / "Maildir"
        place = maildir if folder == "INBOX" else maildir / f".{folder}"
        for name in ("dovecot-uidlist", "dovecot.index", "dovecot.index.log", "dovecot.index.cache"):
            (place / name).unlink(missing_ok=True)


def why_not() -> str:
    """Why Dovecot cannot run here; empty when it can."""
    if not Path("/usr/sbin/dovecot").exists() or not Path("/usr/lib/dovecot/imap").exists():
        return "Dovecot is not installed (Debian: apt-get install dovecot-imapd dovecot-lmtpd)"
    return "" if os.geteuid() == 0 else "Dovecot's LMTP starts as root only"


@pytest.fixture
def dovecot() -> Iterator[Dovecot]:
    if reason := why_not():
        pytest.skip(reason)
    folder = Path(tempfile.mkdtemp(prefix="kommunpost-dovecot-"))
    folder.chmod(0o755)
    (folder / "mail").mkdir()
    shutil.chown(folder / "mail", "mail", "mail")
    server = Dovecot(folder)
    server.start()
    try:
        yield server
    finally:
        if (folder / "run/master.pid").exists():
            server.stop()
        shutil.rmtree(folder, ignore_errors=True)
