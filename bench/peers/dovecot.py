"""Dovecot's LMTP into Maildir: the peer for intake. Needs Debian's dovecot-lmtpd and root (it changes to user mail)."""

import os
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

CONFIGURATION = """
base_dir = {folder}/run
log_path = {folder}/dovecot.log
protocols = lmtp
listen = 127.0.0.1
ssl = no
default_internal_user = nobody
default_login_user = nobody
default_internal_group = nogroup
mail_location = maildir:{folder}/mail/%u
mail_fsync = always
first_valid_uid = 8
first_valid_gid = 8
passdb {{
  driver = static
  args = password=hemligt
}}
userdb {{
  driver = static
  args = uid=mail gid=mail home={folder}/mail/%u allow_all_users=yes
}}
service lmtp {{
  user = root
  inet_listener lmtp {{
    port = {port}
  }}
}}
service anvil {{
  chroot =
}}
service stats {{
  chroot =
}}
"""


def missing() -> str:
    """Why the peer cannot run here, or an empty text."""
    if shutil.which("dovecot") is None or not Path("/usr/lib/dovecot/lmtp").exists():
        return "dovecot-lmtpd is not installed (apt-get install dovecot-lmtpd)"
    return "" if os.geteuid() == 0 else "Dovecot's LMTP needs root to change user"


def free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])


def wait_for(port: int, *, seconds: float = 10) -> None:
    """Return when somebody listens on the port; raise TimeoutError when nobody comes."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.05)
    raise TimeoutError(f"nothing listens on port {port}")


@contextmanager
def running(*, beside: Path) -> Iterator[tuple[int, int]]:
    """Start Dovecot with its mail under ``beside`` (the disk that is measured); gives the LMTP port and the process."""
    folder, port = Path(tempfile.mkdtemp(prefix="dovecot-", dir=beside)), free_port()
    (folder / "mail").mkdir()
    # Every parent must let user mail pass.
    folder.chmod(0o755)
    shutil.chown(folder / "mail", "mail", "mail")
    configuration = folder / "dovecot.conf"
    configuration.write_text(CONFIGURATION.format(folder=folder, port=port))
    # Not captured: the daemon would keep the pipe open for ever.
    quiet = subprocess.DEVNULL
    subprocess.run(["dovecot", "-c", str(configuration)], check=True, stdin=quiet, stdout=quiet, stderr=quiet)
    try:
        wait_for(port)
        number = folder / "run" / "master.pid"
        # It is made first and written then.
        while not (number.exists() and number.read_text().strip()):
            time.sleep(0.01)
        yield port, int(number.read_text())
    finally:
        os.kill(int((folder / "run" / "master.pid").read_text()), signal.SIGTERM)
        time.sleep(0.3)
        shutil.rmtree(folder, ignore_errors=True)
