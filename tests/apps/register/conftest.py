"""A blob store of its own for every test of the register."""

from pathlib import Path

import pytest
from pytest_django import Settings


@pytest.fixture(autouse=True)
def blob_folder(tmp_path: Path, settings: Settings) -> Path:
    settings.BLOB_STORE = str(tmp_path / "blobs")
    return tmp_path / "blobs"
