"""What the doctor is told."""

import socket

import pytest
from pytest_django import Settings

from kommunpost.apps.mailflow import checks
from kommunpost.apps.mailflow.checks import check
from kommunpost.apps.mailflow.models import LooseBlob

from .conftest import NOW

pytestmark = pytest.mark.django_db


def codes() -> dict[str, str]:
    findings = list(check(now=NOW))
    assert all(bool(finding.remedy) == (finding.level != "ok") for finding in findings)
    return {finding.code.removeprefix("mailflow."): finding.level for finding in findings}


def test_a_new_installation(settings: Settings) -> None:
    settings.RELAY_URL = ""
    assert codes() == {"blobs_writable": "ok", "relay_unset": "note", "outbox_clear": "ok", "loose_few": "ok"}


def test_more_loose_bytes_than_a_crash_leaves(monkeypatch: pytest.MonkeyPatch) -> None:
    LooseBlob.objects.create(digest="0" * 64, seen_at=NOW)
    assert codes()["loose_few"] == "ok"
    monkeypatch.setattr(checks, "MOST", 1)
    assert codes()["loose_many"] == "wrong"


def test_a_relay_that_is_not_there(settings: Settings) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        settings.RELAY_URL = f"smtp://127.0.0.1:{free.getsockname()[1]}"
        assert codes()["relay_unreachable"] == "wrong"
