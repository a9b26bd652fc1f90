"""Every room in a real browser: axe has no complaints in light and dark, at a desk and on a phone; nothing scrolls
sideways at 320 px (WCAG 1.4.10); paper holds the content and nothing to press; all works without script.
"""

import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from tests.browser.test_first_rooms import CHROMIUM, axe, browser, sideways, sign_in, town_hall

__all__ = ["browser", "town_hall"]

pytestmark = [
    pytest.mark.browser,
    pytest.mark.slow,
    pytest.mark.skipif(not CHROMIUM, reason="Chromium is not installed (Debian: apt-get install chromium)"),
]

SIZES = {"desk": (1440, 900), "phone": (390, 844), "narrow": (320, 640)}
READER = "Amal Yusuf Farah"
KEEPER = "Henrik Vallgren"
REGISTRAR = "Sven Tallberg"
MAIL = "(a mail)"
EMPTY_SEARCH = "(a search that finds nothing)"
RECORD, CASE, ENTRY, ARTICLE = "(a record)", "(a case)", "(an entry)", "(an article)"
HANDOVER, CASE_SYSTEM = "(a handover)", "(a case system)"
QUEUE, CHOICES, CLOCKS, TIMES = "(a queue)", "(its choices)", "(its clocks)", "(its answer times)"
# Where a room with a number in its address is found: the list, and what its links begin with.
BEHIND = {
    RECORD: ("registrera/", "/registrera/"),
    CASE: ("diarium/arenden/", "/diarium/arende/"),
    ENTRY: ("diarium/", "/diarium/post/"),
    ARTICLE: ("kunskap/", "/kunskap/"),
    HANDOVER: ("arendesystem/", "/arendesystem/"),
    CASE_SYSTEM: ("drift/arendesystem/", "/drift/arendesystem/"),
    **dict.fromkeys((QUEUE, CHOICES, CLOCKS, TIMES), ("inkorg/", "/inkorg/ko/")),
}
BEYOND = {CHOICES: "val/", CLOCKS: "val/klockor/", TIMES: "statistik/"}

# Who, where, and how many complaints the browser itself makes: a page with status 403 or 404 is one.
ROOMS = [
    ("", "logga-in/", 0),
    (READER, "", 0),
    (REGISTRAR, "", 0),
    (READER, "inkorg/", 0),
    (READER, MAIL, 0),
    (REGISTRAR, "logg/", 0),
    (REGISTRAR, EMPTY_SEARCH, 0),
    (READER, "handbok/", 0),
    (READER, "handbok/no-mass-mail/", 0),
    (READER, "konto/", 0),
    (READER, "konto/kod/", 0),
    (READER, "konto/losenord/", 0),
    (READER, "tangenter/", 0),
    (READER, "granskning/", 1),
    (READER, "finns-inte/", 1),
    ("Granskare", "granskning/", 0),
    ("It-enheten", "drift/", 0),
    ("It-enheten", "drift/brevlador/", 0),
    ("It-enheten", "drift/brevlador/ny/imap/", 0),
    ("It-enheten", "drift/brevlador/ny/graph/", 0),
    ("It-enheten", "drift/program/", 0),
    (KEEPER, QUEUE, 0),
    (KEEPER, CHOICES, 0),
    (KEEPER, CLOCKS, 0),
    (KEEPER, TIMES, 0),
    (READER, "inkorg/sammandrag/", 0),
    (READER, "kunskap/", 0),
    (READER, ARTICLE, 0),
    (READER, "skriv/", 0),
    (READER, "skriv/utkorg/", 0),
    (READER, "skriv/texter/", 0),
    (REGISTRAR, "registrera/", 0),
    (REGISTRAR, RECORD, 0),
    (REGISTRAR, "registrera/undantagna/", 0),
    (REGISTRAR, "registrera/fragor/", 0),
    (REGISTRAR, "diarium/", 0),
    (REGISTRAR, ENTRY, 0),
    (REGISTRAR, "diarium/arenden/", 0),
    (REGISTRAR, CASE, 0),
    (REGISTRAR, "diarium/installningar/", 0),
    (REGISTRAR, "hemligt/", 0),
    (REGISTRAR, "diarium/paket/", 0),
    (REGISTRAR, "diarium/paket/nytt/", 0),
    (REGISTRAR, "arendesystem/", 0),
    (REGISTRAR, "arendesystem/?visa=klara", 0),
    (REGISTRAR, HANDOVER, 0),
    (READER, "arendesystem/var/", 0),
    ("It-enheten", "drift/arendesystem/", 0),
    ("It-enheten", CASE_SYSTEM, 0),
    ("Administratör", "katalog/personer/", 0),
]
NAMES = [f"{who.split()[0] if who else 'nobody'}-{place or 'start'}" for who, place, _complaints in ROOMS]

# The rooms of every day are looked at in all four ways, the others in two that hold both schemes and both sizes.
DAILY = {"logga-in/", "", MAIL, "logg/", "konto/", "finns-inte/"}
LOOKS = [("desk", "light"), ("phone", "dark"), ("desk", "dark"), ("phone", "light")]
SEEN = [
    pytest.param(*room, *look, id="-".join([name, *look]))
    for room, name in zip(ROOMS, NAMES, strict=True)
    for look in (LOOKS if room[1] in DAILY else LOOKS[:2])
]
LONG_AGO = (datetime.now(UTC) - timedelta(days=60)).date().isoformat()
PRESSED = (
    "a.ds-button:visible, button.ds-button:visible, textarea:visible, .kp-rail:visible, .kp-top:visible, "
    ".kp-filter:visible"
)


@pytest.fixture(scope="module")
def contexts(browser: Any) -> Iterator[dict[tuple[str, str, str], Any]]:
    """Pages that are signed in already, by who, size and scheme."""
    opened: dict[tuple[str, str, str], Any] = {}
    yield opened
    for page in opened.values():
        page.context.close()


def page_of(contexts: dict[tuple[str, str, str], Any], browser: Any, address: str, key: tuple[str, str, str]) -> Any:
    """A page for this reader, size and scheme; made and signed in the first time."""
    if key not in contexts:
        who, size, scheme = key
        width, height = SIZES[size]
        context = browser.new_context(
            viewport={"width": width, "height": height}, color_scheme=scheme, locale="sv-SE", reduced_motion="reduce"
        )
        page = context.new_page()
        page.set_default_timeout(10_000)
        page.complaints = []
        page.on("console", lambda message: message.type == "error" and page.complaints.append(message.text))
        if who:
            sign_in(page, address, who)
        contexts[key] = page
    contexts[key].complaints.clear()
    return contexts[key]


def go(page: Any, address: str, place: str) -> None:
    if place == MAIL:
        page.goto(address + "inkorg/")
        page.locator("main a", has_text="Botkyrka kommun").first.click()
        page.locator(".kp-mails a").first.click()
        page.wait_for_load_state()
    elif place in BEHIND:
        listing, begins = BEHIND[place]
        page.goto(address + listing)
        links = page.locator("main a").evaluate_all("all => all.map(one => one.getAttribute('href') || '')")
        found = next(one for one in links if re.fullmatch(begins + r"\d+/", one))
        page.goto(address + found[1:] + BEYOND.get(place, ""))
        if place == CLOCKS:
            page.get_by_label("Mejl som kom").fill(LONG_AGO)
            page.get_by_role("button", name="Visa hur många").click()
            page.wait_for_load_state()
    elif place == EMPTY_SEARCH:
        look_for(page, address, "finns ingenstans")
    else:
        page.goto(address + place)


def look_for(page: Any, address: str, words: str) -> None:
    page.goto(address + "logg/")
    page.get_by_label("Från").fill("")
    page.get_by_role("main").get_by_label("Till").fill("")
    page.get_by_label("Avsändare, mottagare eller ämne innehåller").fill(words)
    page.get_by_role("button", name="Visa", exact=True).click()
    page.wait_for_load_state()


@pytest.mark.parametrize(("who", "place", "complaints", "size", "scheme"), SEEN)
def test_axe_has_no_complaints(
    town_hall: str, browser: Any, contexts: Any, who: str, place: str, complaints: int, size: str, scheme: str
) -> None:
    page = page_of(contexts, browser, town_hall, (who, size, scheme))
    go(page, town_hall, place)
    assert page.locator("h1").count() == 1
    assert axe(page) == []
    assert not sideways(page)
    assert len(page.complaints) == complaints, page.complaints


@pytest.mark.parametrize(("who", "place", "complaints"), ROOMS, ids=NAMES)
def test_nothing_scrolls_sideways_at_320(
    town_hall: str, browser: Any, contexts: Any, who: str, place: str, complaints: int
) -> None:
    page = page_of(contexts, browser, town_hall, (who, "narrow", "light"))
    go(page, town_hall, place)
    assert not sideways(page)
    assert len(page.complaints) == complaints


@pytest.mark.parametrize(
    ("who", "place", "kept"),
    [
        (READER, "", ".kp-todo .kp-title"),
        (READER, MAIL, ".kp-mail .kp-text"),
        (REGISTRAR, "logg/", ".kp-log tbody tr"),
        (REGISTRAR, "logg/", ".kp-chart-table tbody tr"),
        (REGISTRAR, "registrera/", ".kp-mails a, .kp-items a"),
        (REGISTRAR, "diarium/", ".kp-table tbody tr"),
        (REGISTRAR, CASE, ".kp-facts dd"),
        ("Granskare", "granskning/", "section[aria-labelledby=handelser] tbody tr"),
    ],
)
def test_paper_holds_the_content_and_nothing_to_press(
    town_hall: str, browser: Any, contexts: Any, who: str, place: str, kept: str
) -> None:
    page = page_of(contexts, browser, town_hall, (who, "desk", "dark"))
    go(page, town_hall, place)
    page.emulate_media(media="print")
    try:
        assert page.locator(kept).first.is_visible()
        assert page.locator(PRESSED).count() == 0
        assert page.locator(".kp-print").first.inner_text().startswith("Kommunpost. Utskrivet av")
        assert page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(255, 255, 255)"
        assert page.evaluate("getComputedStyle(document.body).color") == "rgb(0, 0, 0)"
        assert page.pdf(format="A4")[:5] == b"%PDF-"
    finally:
        page.emulate_media(media="screen")


def test_all_works_without_script(town_hall: str, browser: Any) -> None:
    context = browser.new_context(java_script_enabled=False, locale="sv-SE", viewport={"width": 1440, "height": 900})
    page = context.new_page()
    page.set_default_timeout(10_000)
    sign_in(page, town_hall, REGISTRAR)
    page.get_by_role("navigation", name="Huvudmeny").get_by_role("link", name="Inkorg").click()
    page.locator("main a.kp-title").first.click()
    page.locator(".kp-mails a").first.click()
    assert page.locator(".kp-mail .kp-text").is_visible()
    assert page.locator("h1").inner_text()
    page.get_by_label("Sök avsändare, mottagare eller ämne i loggen").fill("altan")
    page.keyboard.press("Enter")
    page.wait_for_url("**/logg/sok/**")
    assert page.locator(".kp-log tbody tr").count() > 0
    with page.expect_download() as download:
        page.get_by_role("button", name="CSV").click()
    assert download.value.suggested_filename.endswith(".csv")
    page.get_by_role("link", name=REGISTRAR).click()
    page.get_by_role("button", name="Logga ut", exact=True).click()
    page.wait_for_url("**/logga-in/**")
    context.close()


def test_a_phones_menu_opens_without_script(town_hall: str, browser: Any) -> None:
    context = browser.new_context(java_script_enabled=False, locale="sv-SE", viewport={"width": 390, "height": 844})
    page = context.new_page()
    page.set_default_timeout(10_000)
    sign_in(page, town_hall, READER)
    rail = page.get_by_role("navigation", name="Huvudmeny")
    assert not rail.is_visible()
    page.get_by_role("button", name="Meny").click()
    rail.get_by_role("link", name="Handbok").click()
    page.wait_for_url("**/handbok/")
    context.close()
