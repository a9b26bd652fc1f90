"""The doctor: each finding is brought about for real, and the healthy house beside it has none."""

import json
import os
import shutil
import socket
import subprocess
import sys
from collections import namedtuple
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from django.db import connection
from django.utils import timezone
from django_tasks_db.models import DBTaskResult
from pytest_django import Settings
from tests.servers import ROOT
from tests.site.worker import tasks

from kommunpost.core.checkup import Finding
from kommunpost.site.doctor import examination, house, machinery
from kommunpost.site.doctor.certificate import NotACertificateError, valid_until
from kommunpost.site.operations.models import Verification, WorkState
from kommunpost.site.worker import queue
from kommunpost.site.worker.models import Heartbeat

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)


@pytest.fixture(autouse=True)
def sound_house(settings: Settings, tmp_path: Path) -> None:
    """Settings of a sound installation on this machine; each test breaks one thing."""
    (tmp_path / "blobs").mkdir(mode=0o750)
    settings.DATA_FOLDER, settings.BLOB_STORE = tmp_path, str(tmp_path / "blobs")
    settings.WEB_ADDRESS = settings.SMTP_ADDRESS = "127.0.0.1:0"
    settings.RELAY_URL = settings.SMTP_CERTIFICATE = ""
    settings.SECRET_KEY = "k9Xw2-mQ7tR4vB8nZ1cF6hJ3pL5sD0gA"
    settings.DEBUG = False


def beat(seen_at: datetime, worker_id: str = "a") -> None:
    Heartbeat.objects.create(worker_id=worker_id, host="h", started_at=seen_at, seen_at=seen_at)


def found(now: datetime | None = None) -> dict[str, Finding]:
    findings = examination.examine(now=now or timezone.now())
    assert all(bool(one.remedy) == (one.level != "ok") for one in findings)
    return {one.code: one for one in findings}


def levels(now: datetime | None = None) -> dict[str, str]:
    return {code: one.level for code, one in found(now).items() if one.level != "ok"}


def test_a_sound_house_with_a_worker_has_only_what_is_not_set_yet() -> None:
    beat(timezone.now())
    assert levels() == {"mailflow.relay_unset": "note", "verification.never": "note"}


def test_each_thing_is_told_once() -> None:
    codes = [one.code for one in examination.examine(now=timezone.now())]
    assert len(codes) == len(set(codes))
    assert sum("relay" in code for code in codes) == 1


def test_debug_is_wrong(settings: Settings) -> None:
    settings.DEBUG = True
    assert levels()["settings.debug"] == "wrong"


def test_a_web_open_to_all_wants_https_and_mail_open_to_all_wants_starttls(settings: Settings) -> None:
    settings.WEB_ADDRESS, settings.SMTP_ADDRESS = "0.0.0.0:8025", "0.0.0.0:25"
    settings.SESSION_COOKIE_SECURE = False
    assert {code: level for code, level in levels().items() if code.startswith("settings.")} == {
        "settings.https": "wrong",
        "settings.starttls": "note",
    }


@pytest.mark.parametrize("key", ["hemlig", "a" * 60, "abababababababababababababababababababab"])
def test_a_key_that_can_be_guessed_is_wrong(settings: Settings, key: str) -> None:
    settings.SECRET_KEY = key
    assert levels()["settings.secret_key"] == "wrong"


def certificate(folder: Path, *, days: int) -> str:
    """A real one, made by openssl, that runs out in ``days``."""
    openssl = shutil.which("openssl")
    if openssl is None:
        pytest.skip("openssl is not installed")
    file = folder / "cert.pem"
    words = ["req", "-x509", "-newkey", "ed25519", "-nodes", "-subj", "/CN=kommun.example", "-days", str(days)]
    subprocess.run(
        [openssl, *words, "-keyout", str(folder / "key.pem"), "-out", str(file)], check=True, capture_output=True
    )
    return str(file)


@pytest.mark.parametrize(
    ("days_from_now", "code"),
    [(0, "certificate.valid"), (85, "certificate.expires"), (100, "certificate.expired")],
)
def test_a_certificate_is_followed_to_its_end(
    settings: Settings, tmp_path: Path, days_from_now: int, code: str
) -> None:
    settings.SMTP_CERTIFICATE = certificate(tmp_path, days=100)
    ends = valid_until(Path(settings.SMTP_CERTIFICATE).read_text(encoding="ascii"))
    assert abs(ends - (datetime.now(UTC) + timedelta(days=100))) < timedelta(minutes=10)
    now = datetime.now(UTC) + timedelta(days=days_from_now, minutes=20)
    assert [one.code for one in house.check_certificate(now)] == [code]


@pytest.mark.parametrize("text", ["", "-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----", "åäö"])
def test_what_is_no_certificate_is_wrong(settings: Settings, tmp_path: Path, text: str) -> None:
    file = tmp_path / "cert.pem"
    file.write_text(text, encoding="utf-8")
    settings.SMTP_CERTIFICATE = str(file)
    assert levels()["certificate.unreadable"] == "wrong"
    with pytest.raises(NotACertificateError):
        valid_until(text)


def test_a_certificate_that_is_not_there_is_wrong(settings: Settings, tmp_path: Path) -> None:
    settings.SMTP_CERTIFICATE = str(tmp_path / "none.pem")
    assert levels()["certificate.unreadable"] == "wrong"


def test_a_clock_before_this_program_was_written_is_wrong() -> None:
    assert levels(datetime(2019, 1, 1, tzinfo=UTC))["clock.past"] == "wrong"


@pytest.mark.only_on("postgresql")
def test_a_clock_that_is_not_the_databases_is_wrong() -> None:
    if connection.vendor != "postgresql":
        pytest.skip("SQLite has the clock of this machine")
    assert levels(datetime.now(UTC) + timedelta(seconds=90))["clock.drift"] == "wrong"
    assert found(datetime.now(UTC))["clock.agrees"].level == "ok"


def test_a_full_disk_is_wrong(monkeypatch: pytest.MonkeyPatch) -> None:
    usage = namedtuple("usage", "total used free")
    monkeypatch.setattr(machinery.shutil, "disk_usage", lambda _folder: usage(9, 9, machinery.LEAST_FREE - 1))
    assert levels()["disk.full"] == "wrong"


def test_a_mail_store_that_cannot_be_written_is_wrong(settings: Settings, tmp_path: Path) -> None:
    in_the_way = tmp_path / "file"
    in_the_way.touch()
    settings.BLOB_STORE = str(in_the_way)
    assert levels()["mailflow.blobs_read_only"] == "wrong"


def test_a_mail_store_that_all_may_enter_is_noted(settings: Settings) -> None:
    Path(settings.BLOB_STORE).chmod(0o755)
    assert levels()["blobs.readable"] == "note"


@pytest.mark.parametrize(
    ("seconds_ago", "code", "level"),
    [(None, "worker.none", "note"), (5, "worker.living", "ok"), (300, "worker.silent", "wrong")],
)
def test_a_worker_is_alive_or_silent_or_not_started(seconds_ago: int | None, code: str, level: str) -> None:
    now = timezone.now()
    if seconds_ago is not None:
        beat(now - timedelta(seconds=seconds_ago))
    assert found(now)[code].level == level


def test_a_task_given_up_is_noted_with_their_number() -> None:
    tasks.fail.enqueue(1)
    later = datetime(2100, 1, 1, tzinfo=UTC)
    for minutes in (0, 1):
        queue.run_next(worker_id="a", now=later + timedelta(minutes=minutes))
    assert DBTaskResult.objects.get().status == "FAILED"
    assert found()["worker.given_up"].facts == {"number": 1}


def test_a_relay_that_does_not_answer_is_wrong(settings: Settings) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        settings.RELAY_URL = f"smtp://127.0.0.1:{free.getsockname()[1]}"
        assert levels()["mailflow.relay_unreachable"] == "wrong"


@pytest.mark.parametrize(
    ("days_ago", "breaks", "code"),
    [(1, 0, "verification.whole"), (40, 0, "verification.old"), (1, 3, "verification.broken")],
)
def test_the_last_verification_speaks(days_ago: int, breaks: int, code: str) -> None:
    at = NOW - timedelta(days=days_ago)
    Verification.objects.create(
        scope="whole", state=WorkState.DONE, asked_at=at, asked_by="system:worker", finished_at=at, break_count=breaks
    )
    assert code in found(NOW)


def test_a_check_that_falls_over_is_a_finding_and_the_others_go_on(monkeypatch: pytest.MonkeyPatch) -> None:
    def check_broken(_now: datetime) -> list[Finding]:
        raise ZeroDivisionError("hemligt@post.example")

    monkeypatch.setattr(examination, "CHECKS", (check_broken, *examination.CHECKS))
    findings = found()
    assert findings["check.failed"].facts == {"check": "broken", "error": "ZeroDivisionError"}
    assert "hemligt" not in str(findings)
    assert "database.version" in findings


@pytest.mark.slow
def test_a_database_that_is_away_is_told_once_and_the_rest_goes_on(tmp_path: Path) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        url = f"postgresql://nobody@127.0.0.1:{free.getsockname()[1]}/none"
        own = {"KOMMUNPOST_DATA": str(tmp_path), "PYTHONPATH": str(ROOT / "src"), "DATABASE_URL": url}
        words = [sys.executable, "-m", "kommunpost", "doctor", "--json"]
        done = subprocess.run(words, env={**os.environ, **own}, capture_output=True, text=True, check=False)
    lines = [json.loads(line) for line in done.stdout.splitlines()]
    assert done.returncode == 1, done.stderr
    assert [line["level"] for line in lines if line["code"] == "database.away"] == ["wrong"]
    assert set(lines[0]) == {"code", "level", "says", "remedy"}
    assert {"settings.read", "mailflow.blobs_writable"} <= {line["code"] for line in lines}
