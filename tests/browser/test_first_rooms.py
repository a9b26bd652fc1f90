"""The first rooms in a real browser: one-click sign-in, a mail read, the log searched; axe has no complaints.

Light on a desktop, dark on a phone. Needs Debian's Chromium and requirements/heavy.txt.
"""

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from tests.browser.town import demo

CHROMIUM = shutil.which("chromium") or ""
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]

pytestmark = [
    pytest.mark.browser,
    pytest.mark.slow,
    pytest.mark.skipif(not CHROMIUM, reason="Chromium is not installed (Debian: apt-get install chromium)"),
]


@pytest.fixture(scope="module")
def town_hall(filled_demo: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a running demo with a short log: a copy of the filled one, for modules change what is in it."""
    folder = tmp_path_factory.mktemp("demo")
    shutil.copytree(filled_demo, folder / "demo")
    with demo(folder) as address:
        yield address


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    playwright = pytest.importorskip("playwright.sync_api", reason="playwright is not installed (./run test --all)")
    with playwright.sync_playwright() as driver:
        started = driver.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield started
        started.close()


@pytest.fixture(params=["light-desktop", "dark-phone"])
def page(request: pytest.FixtureRequest, browser: Any) -> Iterator[Any]:
    scheme, size = request.param.split("-")
    width, height = {"desktop": (1440, 900), "phone": (390, 844)}[size]
    context = browser.new_context(viewport={"width": width, "height": height}, color_scheme=scheme, locale="sv-SE")
    opened = context.new_page()
    opened.set_default_timeout(10_000)
    opened.complaints = []
    opened.on("console", lambda message: message.type == "error" and opened.complaints.append(message.text))
    yield opened
    context.close()
    assert opened.complaints == []


def axe(page: Any) -> list[str]:
    """What axe finds, a line each."""
    axe_of = pytest.importorskip("axe_playwright_python.sync_playwright", reason="axe is not installed")
    found = axe_of.Axe().run(page, options={"runOnly": RULES}).response["violations"]
    return [f"{one['id']}: {node['html'][:160]}" for one in found for node in one["nodes"]]


def sideways(page: Any) -> bool:
    """Whether the page must be scrolled sideways (WCAG 1.4.10)."""
    return bool(page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth + 1"))


def sign_in(page: Any, address: str, name: str) -> None:
    page.goto(address)
    button = page.locator("button", has_text=name).first
    if not button.is_visible():
        page.locator("summary", has_text="konton till").click()
    button.click()
    page.wait_for_url("**/")


def test_sign_in_page(town_hall: str, page: Any) -> None:
    page.goto(town_hall)
    assert "Logga in" in page.content()
    assert axe(page) == []
    assert not sideways(page)


@pytest.mark.parametrize("place", ["", "inkorg/", "logg/"])
def test_room(town_hall: str, page: Any, place: str) -> None:
    sign_in(page, town_hall, "Sven Tallberg")
    page.goto(town_hall + place)
    assert page.locator("h1").count() == 1
    assert axe(page) == []
    assert not sideways(page)


def test_a_mail_is_read_from_its_list(town_hall: str, page: Any) -> None:
    sign_in(page, town_hall, "Amal Yusuf Farah")
    page.goto(town_hall + "inkorg/")
    box = page.locator("main a", has_text="Kontaktcenter").first.get_attribute("href").strip("/").rpartition("/")[2]
    page.goto(f"{town_hall}inkorg/{box}/")
    page.locator(".kp-mails a").nth(1).click()
    page.wait_for_load_state()
    assert page.locator("h1").count() == 1
    assert axe(page) == []
    assert not sideways(page)


def test_a_word_is_found_in_the_log_and_stays_out_of_the_address(town_hall: str, page: Any) -> None:
    sign_in(page, town_hall, "Sven Tallberg")
    page.goto(town_hall + "logg/")
    page.get_by_label("Från").fill("")
    page.get_by_role("main").get_by_label("Till").fill("")
    page.get_by_label("Avsändare, mottagare eller ämne innehåller").fill("altan")
    page.get_by_role("button", name="Visa", exact=True).click()
    page.wait_for_load_state()
    assert "altan" not in page.url
    rows = page.locator("table tbody tr")
    assert rows.count() > 0
    assert axe(page) == []
