"""What the tests in a browser share."""

from pathlib import Path

import pytest
from tests.browser.town import demo


@pytest.fixture(scope="session")
def filled_demo(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a demo that was filled and stopped. Filling takes half a minute, so each module gets a copy."""
    folder = tmp_path_factory.mktemp("filled")
    with demo(folder):
        pass
    return folder / "demo"
