"""The keyboard map of the help page, pressed in a real browser: each key does what the page says, and focus is seen."""

from collections.abc import Iterator
from typing import Any

import pytest
from tests.browser.test_first_rooms import CHROMIUM, browser, sign_in, town_hall

__all__ = ["browser", "town_hall"]

pytestmark = [
    pytest.mark.browser,
    pytest.mark.slow,
    pytest.mark.skipif(not CHROMIUM, reason="Chromium is not installed (Debian: apt-get install chromium)"),
]
HREFS = "links => links.map(link => link.getAttribute('href'))"
FOCUSED = "document.activeElement.getAttribute('href') || document.activeElement.name || document.activeElement.tagName"


@pytest.fixture(scope="module")
def desk(browser: Any, town_hall: str) -> Iterator[Any]:
    context = browser.new_context(viewport={"width": 1440, "height": 900}, locale="sv-SE")
    page = context.new_page()
    page.set_default_timeout(10_000)
    sign_in(page, town_hall, "Sven Tallberg")
    yield page
    context.close()


@pytest.fixture
def page(desk: Any, town_hall: str) -> Any:
    desk.goto(town_hall)
    return desk


def ring_width(page: Any) -> str:
    return str(page.evaluate("getComputedStyle(document.activeElement).outlineStyle"))


@pytest.mark.parametrize(
    ("letter", "place"), [("s", ""), ("i", "inkorg/"), ("l", "logg/"), ("k", "katalog/"), ("h", "handbok/")]
)
def test_g_and_a_letter_go_to_a_room(town_hall: str, page: Any, letter: str, place: str) -> None:
    page.goto(town_hall + "tangenter/")
    page.keyboard.press("g")
    page.keyboard.press(letter)
    page.wait_for_url(town_hall + place)


def test_every_room_with_a_letter_stands_on_the_page_of_keys(town_hall: str, page: Any) -> None:
    letters = page.locator("[data-go]").evaluate_all("links => links.map(link => link.dataset.go.toUpperCase())")
    page.goto(town_hall + "tangenter/")
    shown = page.locator("section[aria-labelledby=rum] dt").all_inner_texts()
    assert [one.replace(" ", "").replace("\n", "") for one in shown] == [f"G{letter}" for letter in letters]


def test_slash_finds_the_search_and_escape_leaves_it(page: Any) -> None:
    page.keyboard.press("/")
    assert page.evaluate(FOCUSED) == "text"
    assert ring_width(page) == "solid"
    page.keyboard.type("gjk/?")
    assert page.locator("[data-search]").input_value() == "gjk/?"
    page.keyboard.press("Escape")
    assert page.evaluate(FOCUSED) == "BODY"


def test_j_and_k_walk_and_enter_opens(page: Any) -> None:
    links = page.locator("[data-steps] a.kp-title").evaluate_all(
        "links => links.map(link => link.getAttribute('href'))"
    )
    page.keyboard.press("j")
    assert page.evaluate(FOCUSED) == links[0]
    assert ring_width(page) == "solid"
    page.keyboard.press("j")
    page.keyboard.press("j")
    page.keyboard.press("k")
    assert page.evaluate(FOCUSED) == links[1]
    page.keyboard.press("k")
    page.keyboard.press("k")
    assert page.evaluate(FOCUSED) == links[0]
    page.keyboard.press("j")
    page.keyboard.press("Enter")
    page.wait_for_url("**" + links[1])


def test_j_walks_from_the_opened_mail_and_through_the_log(town_hall: str, page: Any) -> None:
    page.goto(town_hall + "inkorg/")
    box = page.locator("main a.kp-title").first.get_attribute("href").strip("/").rpartition("/")[2]
    page.goto(f"{town_hall}inkorg/{box}/")
    links = page.locator(".kp-mails a").evaluate_all(HREFS)
    page.locator(".kp-mails a").nth(0).click()
    page.wait_for_url("**" + links[0])
    page.keyboard.press("j")
    assert page.evaluate(FOCUSED) == links[min(1, len(links) - 1)]
    page.goto(town_hall + "logg/")
    page.keyboard.press("j")
    assert page.evaluate(FOCUSED) == page.locator("a[data-step]").first.get_attribute("href")


def test_question_mark_shows_the_keys_over_the_page(town_hall: str, page: Any) -> None:
    page.keyboard.press("?")
    dialog = page.locator("dialog[open]")
    dialog.wait_for()
    assert "Till sökrutan" in dialog.inner_text()
    page.keyboard.press("j")
    assert dialog.evaluate("dialog => dialog.contains(document.activeElement)")
    page.keyboard.press("Escape")
    dialog.wait_for(state="detached")
    assert page.url == town_hall


def test_escape_goes_back_a_step(town_hall: str, page: Any) -> None:
    page.goto(town_hall + "handbok/no-mass-mail/")
    page.keyboard.press("Escape")
    page.wait_for_url("**/handbok/")


def test_control_enter_sends_the_form(town_hall: str, page: Any) -> None:
    page.goto(town_hall + "logg/")
    page.get_by_label("Avsändare, mottagare eller ämne innehåller").fill("altan")
    page.keyboard.press("Control+Enter")
    page.wait_for_url("**/logg/sok/**")


def test_the_first_tab_skips_to_the_content(page: Any) -> None:
    page.keyboard.press("Tab")
    assert page.evaluate(FOCUSED) == "#innehall"
    assert page.locator(".kp-skip").bounding_box()["y"] >= 0
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "innehall"


def test_single_letters_can_be_turned_off(town_hall: str, page: Any) -> None:
    page.goto(town_hall + "konto/")
    page.get_by_label("Kortkommandon med en bokstav").uncheck()
    page.get_by_role("button", name="Spara").click()
    try:
        page.goto(town_hall)
        for key in ["j", "/", "?", "g", "l"]:
            page.keyboard.press(key)
        assert page.evaluate(FOCUSED) == "BODY"
        assert page.locator("dialog").count() == 0
        assert page.locator(".kp-top kbd").count() == 0
        assert page.url == town_hall
    finally:
        page.goto(town_hall + "konto/")
        page.get_by_label("Kortkommandon med en bokstav").check()
        page.get_by_role("button", name="Spara").click()


# The log narrows from what it shows.


def test_a_day_in_the_chart_narrows_the_log(town_hall: str, page: Any) -> None:
    page.goto(town_hall + "logg/")
    page.get_by_role("button", name="Förra månaden").click()
    page.wait_for_url("**/logg/sok/**")
    day = page.locator(".kp-chart-days button").nth(4)
    first = day.get_attribute("value").partition("/")[0]
    day.click()
    page.wait_for_load_state()
    assert page.get_by_label("Från").input_value() == first
    assert page.get_by_role("textbox", name="Till").input_value() == first


def test_a_day_in_the_table_narrows_the_log_too(town_hall: str, page: Any) -> None:
    page.goto(town_hall + "logg/")
    page.get_by_text("Visa antal per dag som tabell").click()
    day = page.locator(".kp-chart-table tbody button").first
    first = day.get_attribute("value").partition("/")[0]
    day.press("Enter")
    page.wait_for_url("**/logg/sok/**")
    assert page.get_by_role("textbox", name="Till").input_value() == first


def test_a_sender_and_a_mailbox_narrow_the_log(town_hall: str, page: Any) -> None:
    page.goto(town_hall + "logg/")
    first = page.get_by_label("Från").input_value()
    sender = page.locator(".kp-log tbody td:nth-child(3) button").first
    address = sender.get_attribute("value")
    sender.click()
    page.wait_for_url("**/logg/sok/**")
    assert address not in page.url
    assert page.get_by_label("Avsändare, mottagare eller ämne innehåller").input_value() == address
    assert page.get_by_label("Från").input_value() == first
    assert page.locator(".kp-log tbody tr").count() > 0
    page.goto(town_hall + "logg/")
    box = page.locator('.kp-log tbody button[name="mailbox"]').first
    number = box.get_attribute("value")
    box.click()
    page.wait_for_url("**/logg/sok/**")
    assert page.get_by_label("Brevlåda", exact=True).input_value() == number
    assert page.locator(".kp-log tbody tr").count() > 0


def test_a_file_that_is_made_is_waited_for_in_words(town_hall: str, page: Any) -> None:
    page.goto(town_hall + "logg/")
    with page.expect_download():
        page.get_by_role("button", name="CSV").click()
        assert page.locator("form[data-waits] [role=status]").inner_text() in {
            "Filen tas fram. Du kan göra annat under tiden.",
            "Filen laddas ner.",
        }
    page.get_by_text("Filen laddas ner.").wait_for()


# In a conversation.


@pytest.fixture
def matter(browser: Any, town_hall: str) -> Iterator[Any]:
    """The newest conversation of a queue, before somebody who answers for its mailbox."""
    context = browser.new_context(viewport={"width": 1440, "height": 900}, locale="sv-SE")
    page = context.new_page()
    page.set_default_timeout(10_000)
    sign_in(page, town_hall, "Amal Yusuf Farah")
    page.goto(f"{town_hall}inkorg/")
    queue = page.locator('a.kp-title[href*="/inkorg/ko/"]').first.get_attribute("href")
    page.goto(f"{town_hall}{queue.removeprefix('/')}?visa=alla")
    page.keyboard.press("j")
    page.keyboard.press("Enter")
    page.wait_for_url("**/inkorg/konversation/**")
    yield page
    context.close()


def test_s_answers_and_then_finds_the_answer(matter: Any) -> None:
    assert matter.locator('button[data-key="s"] kbd').inner_text() == "S"
    matter.keyboard.press("s")
    matter.wait_for_selector("#skriv textarea")
    matter.goto(matter.url.partition("#")[0])
    matter.evaluate("document.activeElement.blur()")
    matter.keyboard.press("s")
    assert matter.evaluate("document.activeElement.name") == "body"
    assert ring_width(matter) == "solid"
    matter.keyboard.type("sar")
    assert matter.locator("#skriv textarea[name=body]").input_value().endswith("sar")


def test_a_takes(matter: Any) -> None:
    if matter.locator('[data-key="a"]').count() == 0:
        matter.get_by_label("Ny ansvarig").select_option("")
        matter.get_by_role("button", name="Byt").click()
        matter.wait_for_selector('[data-key="a"]')
    matter.keyboard.press("a")
    matter.wait_for_selector("text=Konversationen är din.")


def test_r_registers_the_mail(matter: Any) -> None:
    link = matter.locator('a[data-key="r"]').first
    place = link.get_attribute("href")
    matter.keyboard.press("r")
    matter.wait_for_url(f"**{place}")


def test_the_keys_of_a_conversation_stand_on_the_page_of_keys(town_hall: str, page: Any) -> None:
    page.goto(town_hall + "tangenter/")
    shown = page.locator("section[aria-labelledby=mejl] dt").all_inner_texts()
    assert [one.replace(" ", "") for one in shown] == ["A", "S", "R", "1–3"]
