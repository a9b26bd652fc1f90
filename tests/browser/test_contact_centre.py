"""A day in the contact centre, by keys: queue, take, answer, note a call, search; axe is content everywhere."""

from typing import Any

import pytest
from tests.browser.test_first_rooms import CHROMIUM, axe, browser, sideways, sign_in, town_hall

__all__ = ["browser", "town_hall"]

pytestmark = [
    pytest.mark.browser,
    pytest.mark.slow,
    pytest.mark.skipif(not CHROMIUM, reason="Chromium is not installed (Debian: apt-get install chromium)"),
]
READER = "Amal Yusuf Farah"
PHONE = 390
LETTER = 150
"""Pixels of the letter that stay in view while it is answered."""


@pytest.mark.parametrize(("width", "scheme"), [(1440, "light"), (PHONE, "dark")])
def test_a_day_in_the_contact_centre(browser: Any, town_hall: str, width: int, scheme: str) -> None:
    context = browser.new_context(
        viewport={"width": width, "height": 900}, color_scheme=scheme, locale="sv-SE", reduced_motion="reduce"
    )
    page = context.new_page()
    page.set_default_timeout(15_000)
    sign_in(page, town_hall, READER)
    page.goto(f"{town_hall}inkorg/")
    assert axe(page) == []
    page.locator('a.kp-title[href*="/inkorg/ko/"]').first.click()
    queue = page.url
    assert axe(page) == []
    page.goto(f"{queue}?visa=alla")
    page.keyboard.press("j")
    page.keyboard.press("Enter")
    page.wait_for_url("**/inkorg/konversation/**")
    assert axe(page) == []
    assert not sideways(page)
    if page.locator('[data-key="a"]').count():
        page.keyboard.press("a")
        page.wait_for_selector("text=Konversationen är din.")
    page.keyboard.press("s")
    page.wait_for_selector("#skriv textarea")
    page.keyboard.type("Hej jag")
    assert page.input_value("#skriv_body") == "Hej jag"
    if width > PHONE:
        assert page.evaluate("document.documentElement.scrollHeight <= innerHeight")
        assert page.locator(".kp-region[aria-label=Meddelanden]").bounding_box()["height"] > LETTER
    assert axe(page) == []
    page.goto(queue.rstrip("/") + "/samtal/")
    page.fill("#id_subject", "Hål i gatan")
    page.fill("#id_text", "Vid Storgatan 4, anmält till entreprenören.")
    page.check("#id_is_settled")
    page.keyboard.press("Control+Enter")
    page.wait_for_selector("text=Tjänsteanteckningen är sparad.")
    page.goto(f"{town_hall}kunskap/")
    assert axe(page) == []
    page.fill("#sok", "snövall vid infarten")
    page.keyboard.press("Enter")
    page.wait_for_selector("text=Hur plogar och sandar kommunen?")
    context.close()


@pytest.mark.parametrize(("width", "scheme"), [(1440, "light"), (390, "dark")])
def test_sending_on_shows_all_or_says_why_not(browser: Any, town_hall: str, width: int, scheme: str) -> None:
    context = browser.new_context(viewport={"width": width, "height": 900}, color_scheme=scheme, locale="sv-SE")
    page = context.new_page()
    page.set_default_timeout(15_000)
    sign_in(page, town_hall, READER)
    page.goto(f"{town_hall}inkorg/")
    queue = page.locator('a.kp-title[href*="/inkorg/ko/"]').first.get_attribute("href").lstrip("/")
    page.goto(f"{town_hall}{queue}?visa=alla")
    found = page.locator('main a[href*="/inkorg/konversation/"]').evaluate_all("all => all.map(one => one.href)")
    seen = set()
    for address in found[:12]:
        page.goto(f"{address.partition('?')[0]}skicka-vidare/skatteverket/")
        is_refused = page.locator(".ds-alert").count() == 1
        assert page.get_by_role("button", name="Skicka vidare").count() == (0 if is_refused else 1)
        if is_refused not in seen:
            assert axe(page) == []
            assert not sideways(page)
        seen.add(is_refused)
        if len(seen) == 2:
            break
    assert False in seen, "no mail of the demo may be sent on"
    page.goto(f"{found[0].partition('?')[0]}skicka-vidare/forsakringskassan/")
    assert "ofta känsliga uppgifter" in page.content()
    assert axe(page) == []
    context.close()


def test_all_of_it_works_without_script(browser: Any, town_hall: str) -> None:
    context = browser.new_context(java_script_enabled=False, locale="sv-SE")
    page = context.new_page()
    page.set_default_timeout(15_000)
    sign_in(page, town_hall, READER)
    page.goto(f"{town_hall}inkorg/")
    page.locator('a.kp-title[href*="/inkorg/ko/"]').first.click()
    page.locator("nav.kp-tabs a", has_text="Alla").click()
    page.locator("ul.kp-mails a").first.click()
    page.locator('form[action$="/svara/"] button').first.click()
    page.wait_for_selector("#skriv textarea")
    context.close()
