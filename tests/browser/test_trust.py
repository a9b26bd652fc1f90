"""Audit, handbook and operations in a real browser: axe has no complaints, nothing scrolls sideways."""

from typing import Any

import pytest
from tests.browser.test_first_rooms import CHROMIUM, axe, browser, page, sideways, sign_in, town_hall

__all__ = ["browser", "page", "town_hall"]

pytestmark = [
    pytest.mark.browser,
    pytest.mark.slow,
    pytest.mark.skipif(not CHROMIUM, reason="Chromium is not installed (Debian: apt-get install chromium)"),
]

PLACES = [
    ("auditor", "granskning/"),
    ("it", "drift/"),
    ("it", "handbok/"),
    ("it", "handbok/no-mass-mail/"),
    ("it", "handbok/kommunens-val/"),
]
PEOPLE = {"auditor": "Granskare", "it": "It-enheten"}


@pytest.mark.parametrize(("who", "place"), PLACES)
def test_room(town_hall: str, page: Any, who: str, place: str) -> None:
    sign_in(page, town_hall, PEOPLE[who])
    page.goto(town_hall + place)
    assert page.locator("h1").count() == 1
    assert axe(page) == []
    assert not sideways(page)
