"""``./run test``: everything on SQLite, then what touches tables on PostgreSQL.

--fast leaves out the slow tests and PostgreSQL; --all brings the heavy tools (browser, S3). The rest goes to pytest.
Under CI=true missing Debian packages are installed, and whatever cannot run is a failure.
"""

import os
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from tests.postgres import MissingServer, postgres
from tests.suite import ONLY_DATABASE, under_ci

ROOT = Path(__file__).resolve().parent.parent
PACKAGES = ROOT / ".ci" / "debian-packages.txt"
OWN_WORDS = {"--fast", "--all"}
NOTHING_COLLECTED = 5


def main(words: list[str]) -> int:
    if under_ci():
        _install_packages()
    chosen = [word for word in words if word not in OWN_WORDS]
    if "--fast" in words:
        return _pytest([*chosen, "-m", "not slow"], name="SQLite", environment={})
    first = _pytest(chosen, name="SQLite", environment={"DATABASE_URL": ""})
    second = _on_postgres(chosen)
    return first or second


def _on_postgres(chosen: list[str]) -> int:
    try:
        with postgres() as url:
            return _pytest(chosen, name="PostgreSQL", environment={"DATABASE_URL": url, ONLY_DATABASE: "1"})
    except MissingServer as missing:
        sys.stdout.write(f"PostgreSQL: skipped, {missing}\n")
        return 1 if under_ci() else 0


def _pytest(words: list[str], *, name: str, environment: dict[str, str]) -> int:
    folder = Path(tempfile.mkdtemp(prefix="kommunpost-test-"))
    folder.chmod(0o755)
    began = time.monotonic()
    try:
        done = subprocess.run(
            [sys.executable, "-m", "pytest", "-q", "-n", "2", *words],
            cwd=ROOT,
            env={**os.environ, "KOMMUNPOST_DATA": str(folder), **environment},
            check=False,
        )
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    sys.stdout.write(f"{name}: {'passed' if done.returncode in {0, NOTHING_COLLECTED} else 'failed'}")
    sys.stdout.write(f" in {time.monotonic() - began:.0f} s\n")
    # A choice of tests none of which touches tables is no failure of the second run.
    return 0 if done.returncode == NOTHING_COLLECTED and ONLY_DATABASE in environment else done.returncode


def _install_packages() -> None:
    lines = (line.split("#")[0].strip() for line in PACKAGES.read_text(encoding="utf-8").splitlines())
    missing = [package for package in lines if package and not _is_installed(package)]
    if not missing:
        return
    sys.stdout.write(f"Installing {' '.join(missing)} …\n")
    sys.stdout.flush()
    before = [] if os.geteuid() == 0 else ["sudo", "-n"]
    apt = [*before, "env", "DEBIAN_FRONTEND=noninteractive", "apt-get", "-q", "-o", "DPkg::Lock::Timeout=600"]
    subprocess.run([*apt, "update"], check=True, stdout=subprocess.DEVNULL)
    subprocess.run([*apt, "install", "-y", "--no-install-recommends", *missing], check=True, stdout=subprocess.DEVNULL)


def _is_installed(package: str) -> bool:
    if shutil.which("dpkg-query") is None:
        raise SystemExit(f"CI needs Debian's packages ({PACKAGES.name}), and this is no Debian.")
    done = subprocess.run(["dpkg-query", "-W", "-f", "${Status}", package], capture_output=True, text=True, check=False)
    return "install ok installed" in done.stdout


sys.exit(main(sys.argv[1:]))
