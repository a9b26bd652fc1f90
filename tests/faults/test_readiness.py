"""What cannot be read is told as not ready, and never as an error page."""

from datetime import UTC, datetime
from pathlib import Path

import pytest
from pytest_django import Settings

from kommunpost.site.health import readiness


@pytest.mark.django_db
def test_damaged_volume_is_not_ready(tmp_path: Path, settings: Settings) -> None:
    settings.BLOB_STORE = str(tmp_path / "blobs")
    assert readiness(now=datetime(2026, 11, 24, tzinfo=UTC))["blobs"] is True
    (tmp_path / "blobs/mail-0001.sqlite3").write_bytes(b"no database" * 1000)
    assert readiness(now=datetime(2026, 11, 24, tzinfo=UTC))["blobs"] is False
