"""Writing in a real browser, against the demo's own relay: suggestions, advice, a fix, undo, and then it is gone."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from tests.browser.test_first_rooms import CHROMIUM, axe, browser, sideways, sign_in, town_hall

__all__ = ["browser", "town_hall"]

pytestmark = [
    pytest.mark.browser,
    pytest.mark.slow,
    pytest.mark.skipif(not CHROMIUM, reason="Chromium is not installed (Debian: apt-get install chromium)"),
]
WRITER = "Mona Isaksson"
SENT = 60_000
"""Milliseconds: the undo window, the worker's next look, and the relay."""


@pytest.fixture
def page(town_hall: str, browser: Any) -> Iterator[Any]:
    context = browser.new_context(viewport={"width": 1280, "height": 900}, locale="sv-SE", reduced_motion="reduce")
    opened = context.new_page()
    opened.set_default_timeout(15_000)
    sign_in(opened, town_hall, WRITER)
    yield opened
    context.close()


def begin(page: Any, address: str) -> None:
    page.goto(f"{address}skriv/")
    page.locator("form[action='/skriv/nytt/'] button").click()
    page.wait_for_url("**/skriv/*/")


def test_write_get_advice_apply_a_fix_send_undo_and_send(town_hall: str, page: Any, tmp_path: Path) -> None:
    begin(page, town_hall)
    page.type("#skriv_to", "vallgr", delay=20)
    page.wait_for_selector(".kp-suggest li")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    assert page.input_value("#skriv_to").startswith("Henrik Vallgren <")
    page.fill("#skriv_subject", "För svar: plogkartan, senast 2026-12-11")
    page.fill("#skriv_body", "Hej Henrik.\n\nVilka gator plogas först?")
    page.locator("[data-said]", has_text="Sparat").wait_for()
    (tmp_path / "karta.txt").write_text("karta")
    page.set_input_files("#skriv-filer", tmp_path / "karta.txt")
    page.locator("[data-advice] button", has_text="Spara filen i rummet").click()
    page.wait_for_selector("a[href^='https://samarbete.botkyrka.example/']")
    assert page.locator("[data-advice] button", has_text="Spara filen i rummet").count() == 0
    press_send(page)
    assert "Kan ångras till" in page.inner_text("main")
    page.locator("main button", has_text="Ångra").click()
    page.wait_for_selector("#skriv_body")
    assert page.input_value("#skriv_body").startswith("Hej Henrik.")
    press_send(page)
    page.locator(".kp-st[data-is=done]").wait_for(timeout=SENT)


def press_send(page: Any) -> None:
    """Ctrl+Enter; once more when other advice is shown first."""
    for _ in range(2):
        page.focus("#skriv_body")
        with page.expect_navigation():
            page.keyboard.press("Control+Enter")
        if page.url.endswith("/skickat/"):
            return
    raise AssertionError(page.inner_text("main"))


def test_live_advice_comes_without_a_reload(town_hall: str, page: Any) -> None:
    begin(page, town_hall)
    page.evaluate("window.sameWindow = true")
    page.fill("#skriv_to", "berit.malmkvist@post.example")
    page.fill("#skriv_body", "Hej Berit.\n\nSkicka gärna läskvitto när du har läst.")
    page.locator("[data-advice] li", has_text="läskvitto").wait_for()
    page.fill("#skriv_body", "Hej Berit.\n\nVi plogar i dag.")
    page.locator("[data-advice] li", has_text="läskvitto").wait_for(state="detached")
    assert page.evaluate("window.sameWindow")


def test_advice_on_words_that_have_changed_meanwhile_is_never_shown(town_hall: str, page: Any) -> None:
    begin(page, town_hall)
    page.evaluate(
        """() => {
            window.shown = "";
            const advice = document.querySelector("[data-advice]");
            new MutationObserver(() => { window.shown += advice.textContent; }).observe(advice, {childList: true});
        }"""
    )
    held: list[Any] = []
    page.route("**/autospara/", lambda route: route.continue_() if held else held.append(route))
    page.fill("#skriv_to", "berit.malmkvist@post.example")
    with page.expect_request("**/autospara/"):
        page.fill("#skriv_body", "Hej Berit.\n\nSkicka gärna läskvitto när du har läst.")
    page.fill("#skriv_body", "Hej Berit.\n\nVi plogar ALDRIG.")
    with page.expect_request("**/autospara/"):
        held[0].continue_()
    page.locator("[data-advice] li", has_text="ALDRIG").wait_for()
    assert "läskvitto" not in page.evaluate("window.shown")


def test_advice_is_reached_and_put_aside_by_keyboard(town_hall: str, page: Any) -> None:
    begin(page, town_hall)
    page.fill("#skriv_to", "berit.malmkvist@post.example")
    page.fill("#skriv_subject", "Vi plogar i dag")
    page.fill("#skriv_body", "Hej Berit.\n\nSkicka gärna läskvitto när du har läst.")
    page.locator("[data-advice] li", has_text="läskvitto").wait_for()
    page.focus("#skriv_body")
    for _ in range(12):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.textContent.trim()") == "Avfärda":
            break
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    with page.expect_navigation():
        page.keyboard.press("Enter")
    assert page.locator("[data-advice] li", has_text="läskvitto").count() == 0
    assert page.input_value("#skriv_body").startswith("Hej Berit.")


@pytest.mark.parametrize(
    ("width", "scheme", "script"), [(1440, "light", True), (390, "dark", True), (320, "light", False)]
)
def test_the_composer_is_clean_and_narrow(town_hall: str, browser: Any, width: int, scheme: str, script: bool) -> None:
    context = browser.new_context(
        viewport={"width": width, "height": 800}, color_scheme=scheme, locale="sv-SE", java_script_enabled=script
    )
    page = context.new_page()
    sign_in(page, town_hall, WRITER)
    begin(page, town_hall)
    page.locator(".kp-more summary").click()
    if script:
        assert axe(page) == []
        assert not sideways(page)
        for place in ("", "utkorg/", "bevakningar/", "texter/", "signatur/", "kastat/"):
            page.goto(f"{town_hall}skriv/{place}")
            assert axe(page) == []
            assert not sideways(page)
    else:
        page.fill("#skriv_body", "Utan skript")
        page.locator("button", has_text="Spara utkast").last.click()
        assert page.input_value("#skriv_body") == "Utan skript"
        page.fill("#skriv_to", "berit.malmkvist@post.example")
        page.fill("#skriv_subject", "Vi plogar i dag")
        page.fill("#skriv_body", "Hej Berit.\n\nSkicka gärna läskvitto när du har läst.")
        page.locator("main button", has_text="Skicka").last.click()
        page.locator("[data-advice] li", has_text="läskvitto").wait_for()
        page.locator("main button", has_text="Skicka").last.click()
        assert page.url.endswith("/skickat/")
    context.close()
