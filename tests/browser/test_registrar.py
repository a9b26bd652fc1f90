"""A registrar's morning: queue, register, ask, a secrecy mark, a case closed with its notes, something secret."""

from typing import Any

import pytest
from tests.browser.test_first_rooms import CHROMIUM, axe, browser, sideways, sign_in, town_hall

__all__ = ["browser", "town_hall"]

pytestmark = [
    pytest.mark.browser,
    pytest.mark.slow,
    pytest.mark.skipif(not CHROMIUM, reason="Chromium is not installed (Debian: apt-get install chromium)"),
]
REGISTRAR = "Sven Tallberg"


def looks_right(page: Any, name: str) -> None:
    """Nothing for axe to say, and nothing beside the page."""
    assert axe(page) == [], name
    assert not sideways(page), name


@pytest.mark.parametrize(("width", "scheme"), [(1440, "light"), (390, "dark")])
def test_a_morning_of_the_registrar(browser: Any, town_hall: str, width: int, scheme: str) -> None:
    context = browser.new_context(
        viewport={"width": width, "height": 900}, color_scheme=scheme, locale="sv-SE", reduced_motion="reduce",
        accept_downloads=True,
    )  # fmt: skip
    page = context.new_page()
    page.set_default_timeout(15_000)
    sign_in(page, town_hall, REGISTRAR)
    register_one(page, town_hall)
    ask_and_mark(page, town_hall)
    close_a_case(page, town_hall)
    remove_something_secret(page, town_hall)
    context.close()


def register_one(page: Any, town_hall: str) -> None:
    """One key registers, and the next one stands there."""
    page.goto(f"{town_hall}registrera/")
    looks_right(page, "queue")
    page.locator("ul.kp-mails a").first.click()
    page.wait_for_url("**/registrera/*/")
    looks_right(page, "record")
    first = page.url
    page.check("input[name=case][value=none]")
    page.locator("h1").click()
    page.keyboard.press("r")
    page.wait_for_selector("text=Mejlet är registrerat. Diarienummer")
    assert page.url != first


def ask_and_mark(page: Any, town_hall: str) -> None:
    """A question to a colleague; a mail that is secret gets its provision, and the public text is left out."""
    page.locator("a", has_text="Fråga registrator").first.click()
    looks_right(page, "ask")
    page.fill("#id_text", "Hör det här till bygglovet?")
    page.keyboard.press("Control+Enter")
    page.wait_for_selector("text=Frågan är skickad")
    page.check("input[name=secrecy][value=strong]")
    page.fill("#id_provisions", "OSL 26:1")
    page.fill("#id_public_title", "")
    page.fill("#id_title", "Skrivelse")
    page.check("input[name=case][value=new]")
    page.fill("#id_case_title", "Skrivelse om ett barn")
    page.keyboard.press("Control+Enter")
    page.wait_for_selector("text=Mejlet är registrerat. Diarienummer")


def close_a_case(page: Any, town_hall: str) -> None:
    """Closing asks of each note whether it is cleared away or archived, and of the title what everybody may see."""
    page.goto(f"{town_hall}diarium/arenden/")
    looks_right(page, "cases")
    page.locator("tr", has_text="Skrivelse om ett barn").locator("a").first.click()
    looks_right(page, "case")
    page.locator("textarea[name=text]").first.fill("Ring pappan i morgon.")
    page.locator("select[name=kind]").first.select_option("memo")
    page.locator("form:has(textarea[name=text]) button").first.click()
    page.wait_for_selector("text=Anteckningen är sparad.")
    page.locator("a", has_text="Avsluta").first.click()
    looks_right(page, "close")
    page.locator("main form button[type=submit]").last.click()
    page.wait_for_selector("text=Bestäm för varje anteckning")
    page.locator("input[value=cleared]").first.check()
    page.check("#titles")
    page.locator("main form button[type=submit]").last.click()
    page.wait_for_selector("text=Ärendet är avslutat.")


def remove_something_secret(page: Any, town_hall: str) -> None:
    """Printed, registered, ordered away; the page says how far it has come, and what is left for a person to do."""
    page.goto(f"{town_hall}registrera/")
    page.locator("ul.kp-mails a").first.click()
    page.locator("a", has_text="Hemligt: skriv ut och ta bort").first.click()
    looks_right(page, "begin")
    page.locator("main form button[type=submit]").first.click()
    page.wait_for_url("**/hemligt/*/")
    looks_right(page, "print")
    with page.expect_download() as paper:
        page.locator("a", has_text="Hämta utskriften").click()
    assert paper.value.suggested_filename.endswith(".pdf")
    for box in page.locator("main input[type=checkbox]").all():
        box.check()
    page.locator("button", has_text="Utskriften är klar").click()
    page.wait_for_selector("text=Steg 2 av 3")
    looks_right(page, "register")
    page.fill("#id_provisions", "OSL 26:1")
    page.locator("main form button[type=submit]", has_text="Registrera").click()
    page.wait_for_selector("text=Steg 3 av 3")
    looks_right(page, "order")
    page.fill("#id_decision", "KS 2026/12 § 45")
    page.check("#id_understood")
    page.locator("button", has_text="Ta bort mejlet").click()
    page.wait_for_selector("text=Plats för plats")
    page.locator("button", has_text="Jag har tagit bort det").first.click()
    page.wait_for_selector("text=Det står i protokollet")
    looks_right(page, "protocol")
    for _try in range(40):
        if page.locator("text=Mejlet är borttaget och kontrollerat på alla platser.").count():
            break
        page.wait_for_timeout(1_000)
        page.reload()
    page.wait_for_selector("text=Mejlet är borttaget och kontrollerat på alla platser.")
    looks_right(page, "done")
    page.goto(f"{town_hall}hemligt/")
    looks_right(page, "list")
