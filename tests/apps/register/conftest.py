"""A blob store and a folder for packages of its own for every test of the register."""

from pathlib import Path

import pytest
from pytest_django import Settings


@pytest.fixture(autouse=True)
def blob_folder(tmp_path: Path, settings: Settings) -> Path:
    settings.BLOB_STORE = str(tmp_path / "blobs")
    settings.PACKAGE_FOLDER = str(tmp_path / "packages")
    return tmp_path / "blobs"
