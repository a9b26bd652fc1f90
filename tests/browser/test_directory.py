"""The directory in a real browser, signed in as an administrator: axe has no complaints, nothing scrolls sideways."""

from typing import Any

import pytest
from tests.browser.test_first_rooms import axe, browser, page, pytestmark, sideways, sign_in, town_hall

__all__ = ["browser", "page", "pytestmark", "town_hall"]

PLACES = [
    "", "personer/", "brevlador/", "grupper/", "namnder/", "roller/", "enheter/1/", "personer/1/", "brevlador/1/",
    "grupper/1/", "namnder/1/", "brevlador/1/andra/", "enheter/ny/", "namnder/1/andra/", "brevlador/1/stang/",
]  # fmt: skip


def test_the_directory(town_hall: str, page: Any) -> None:
    sign_in(page, town_hall, "Simon Palo")
    for place in PLACES:
        page.goto(f"{town_hall}katalog/{place}")
        assert page.locator("h1").count() == 1
        assert axe(page) == [], place
        assert not sideways(page), place


@pytest.mark.parametrize("name", ["Tova Lindell", "tova.lindell"])
def test_somebody_is_found_and_stays_out_of_the_address(town_hall: str, page: Any, name: str) -> None:
    sign_in(page, town_hall, "Sven Tallberg")
    page.goto(f"{town_hall}katalog/")
    page.get_by_label("Namn, adress eller titel").fill(name)
    page.get_by_role("main").get_by_role("button", name="Sök", exact=True).click()
    page.get_by_role("link", name="Tova Lindell").click()
    assert "ova" not in page.url
    assert page.locator("h1").inner_text() == "Tova Lindell"
