"""The command line's frame: one clear line for bad input, exit codes, and what a command may import."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from tests.servers import ROOT

from kommunpost import __version__
from kommunpost.site.cli import COMMANDS, main


@pytest.fixture
def environment(tmp_path: Path) -> dict[str, str]:
    return {**os.environ, "KOMMUNPOST_DATA": str(tmp_path), "PYTHONPATH": str(ROOT / "src"), "DATABASE_URL": ""}


def kommunpost(environment: dict[str, str], *words: str) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        [sys.executable, "-m", "kommunpost", *words], env=environment, capture_output=True, text=True, check=False
    )


def test_help_names_every_command(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--help"]) == 0
    shown = capsys.readouterr().out
    assert all(f"  {name} " in shown for name in COMMANDS)


def test_version(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--version"]) == 0
    assert capsys.readouterr().out == f"kommunpost {__version__}\n"


@pytest.mark.parametrize(
    ("words", "setting", "says"),
    [
        (("sevre",), {}, "no command is called 'sevre'"),
        (("serve", "--only", "imap"), {}, "invalid choice: 'imap'"),
        (("serve",), {"KOMMUNPOST_WEB": "8025"}, "KOMMUNPOST_WEB is '8025'"),
        (("serve",), {"KOMMUNPOST_TRUSTED": "mx.example"}, "KOMMUNPOST_TRUSTED holds 'mx.example'"),
        (("serve",), {"KOMMUNPOST_SMTP_CERTIFICATE": "missing.pem"}, "KOMMUNPOST_SMTP_CERTIFICATE"),
        (("doctor",), {"DATABASE_URL": "mysql://x"}, "DATABASE_URL must begin with"),
        (("doctor",), {"KOMMUNPOST_DEBUG": "perhaps"}, "KOMMUNPOST_DEBUG is 'perhaps'"),
        (("restore", "missing", "--into", "there"), {}, "manifest.json: it is no backup"),
        (("bench", "sevre"), {}, "no benchmark is called sevre"),
    ],
)
def test_bad_input_is_one_line_and_exit_2(
    environment: dict[str, str], words: tuple[str, ...], setting: dict[str, str], says: str
) -> None:
    done = kommunpost({**environment, **setting}, *words)
    lines = [line for line in done.stderr.splitlines() if not line.startswith("Bringing the database")]
    assert done.returncode == 2
    assert len(lines) == 1
    assert says in lines[0]


def test_a_database_without_tables_is_told_with_the_remedy(environment: dict[str, str], tmp_path: Path) -> None:
    done = kommunpost(environment, "backup", str(tmp_path / "copy"))
    assert (done.returncode, "kommunpost migrate" in done.stderr, "Traceback" in done.stderr) == (1, True, False)


def test_migrate_says_what_waits_and_then_nothing(environment: dict[str, str]) -> None:
    assert kommunpost(environment, "migrate", "--check").returncode == 1
    assert kommunpost(environment, "migrate").returncode == 0
    assert kommunpost(environment, "migrate", "--check").returncode == 0


def test_doctor_finds_the_missing_tables(environment: dict[str, str]) -> None:
    done = kommunpost(environment, "doctor")
    assert (done.returncode, "Run kommunpost migrate." in done.stdout) == (1, True)


@pytest.mark.parametrize("words", [["--help"], ["--version"], ["parse", "--help"], ["sevre"]])
def test_what_needs_no_tables_does_not_load_django(environment: dict[str, str], words: list[str]) -> None:
    program = f"import sys\nfrom kommunpost.site.cli import main\nmain({words!r})\nsys.exit('django' in sys.modules)"
    assert (
        subprocess.run([sys.executable, "-c", program], env=environment, capture_output=True, check=False).returncode
        == 0
    )


def test_a_reader_that_goes_away_is_no_error(environment: dict[str, str]) -> None:
    command = f"{sys.executable} -m kommunpost --help | true; exit ${{PIPESTATUS[0]}}"
    done = subprocess.run(["bash", "-c", command], env=environment, capture_output=True, text=True, check=False)
    assert (done.returncode in {0, 141}, done.stderr) == (True, "")
