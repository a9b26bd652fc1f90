"""The add-in's files: what the manifest must hold, what may frame and load its pages, and nothing else of the site."""

import json
import re
from xml.etree import ElementTree

import pytest
from django.test import Client

from kommunpost.site.outlook.views import FILES, TYPES

ORIGIN = "https://testserver"
NAMESPACES = {
    "o": "http://schemas.microsoft.com/office/appforoffice/1.1",
    "v1": "http://schemas.microsoft.com/office/mailappversionoverrides/1.1",
    "bt": "http://schemas.microsoft.com/office/officeappbasictypes/1.0",
}
ORDER = [
    *("Id", "Version", "ProviderName", "DefaultLocale", "DisplayName", "Description", "IconUrl"),
    *("HighResolutionIconUrl", "SupportUrl", "AppDomains", "Hosts", "Requirements", "FormSettings", "Permissions"),
    *("Rule", "DisableEntityHighlighting", "VersionOverrides"),
]
"""The schema's sequence; Exchange refuses a manifest in any other."""
LONGEST = {"ShortStrings": 125, "LongStrings": 250}
MAX_RESID = 32


@pytest.fixture
def manifest() -> ElementTree.Element:
    answer = Client().get("/outlook/manifest.xml")
    assert answer.status_code == 200
    return ElementTree.fromstring(answer.content)


def test_the_manifest_keeps_the_order_of_the_schema(manifest: ElementTree.Element) -> None:
    assert [one.tag.rpartition("}")[2] for one in manifest] == ORDER


def test_every_address_in_the_manifest_is_this_sites_and_opens(manifest: ElementTree.Element) -> None:
    text = ElementTree.tostring(manifest, encoding="unicode")
    addresses = set(re.findall(r'"(https://[^"]+)"', text)) | {one.text for one in manifest.iter() if _is_address(one)}
    assert len(addresses) > 8
    for address in addresses:
        assert str(address).startswith(ORIGIN)
        if address != ORIGIN:
            assert Client().get(str(address).removeprefix(ORIGIN)).status_code == 200


def _is_address(element: ElementTree.Element) -> bool:
    return bool(element.text and element.text.strip().startswith("https://"))


def test_every_resource_that_is_named_is_there_and_short_enough(manifest: ElementTree.Element) -> None:
    named = {one.attrib["resid"] for one in manifest.iter() if "resid" in one.attrib}
    resources = manifest.find(".//v1:Resources", NAMESPACES)
    assert resources is not None
    there = {one.attrib["id"] for one in resources.iter() if "id" in one.attrib}
    assert named == there
    assert all(len(one) <= MAX_RESID for one in named)
    for kind, longest in LONGEST.items():
        strings = resources.find(f"bt:{kind}", NAMESPACES)
        assert strings is not None
        assert all(len(text) <= longest for one in strings.iter() for text in one.attrib.values())


def test_sending_is_asked_about_and_never_stopped_by_the_manifest(manifest: ElementTree.Element) -> None:
    events = manifest.findall(".//v1:LaunchEvent", NAMESPACES)
    assert [one.attrib for one in events] == [
        {"Type": "OnMessageSend", "FunctionName": "onMessageSendHandler", "SendMode": "PromptUser"}
    ]
    sets = manifest.find(".//v1:Requirements/bt:Sets", NAMESPACES)
    assert sets is not None
    assert sets.attrib["DefaultMinVersion"] == "1.12"
    assert "onMessageSendHandler" in (FILES / "handler.js").read_text("utf-8")


@pytest.mark.parametrize("name", [*TYPES, "pane.html"])
def test_outlook_may_frame_the_add_in_and_it_loads_from_nowhere_else(name: str) -> None:
    answer = Client().get(f"/outlook/{name}")
    assert answer.status_code == 200
    policy = answer.headers["Content-Security-Policy"]
    assert "script-src 'self' https://appsforoffice.microsoft.com;" in policy
    assert "unsafe" not in policy
    assert "frame-ancestors https://outlook.office.com" in policy
    assert "X-Frame-Options" not in answer.headers
    if not name.endswith(".png"):
        assert "kommunpost.example" not in answer.content.decode()


def test_no_other_page_may_be_framed_or_load_microsofts_script() -> None:
    answer = Client().get("/logga-in/")
    assert "frame-ancestors 'none'" in answer.headers["Content-Security-Policy"]
    assert "microsoft" not in answer.headers["Content-Security-Policy"]
    assert answer.headers["X-Frame-Options"] == "DENY"


@pytest.mark.parametrize("name", ["views.py", "../views.py", "..%2Fviews.py", "", "manifest.xml.bak"])
def test_nothing_but_its_files_is_given_out(name: str) -> None:
    assert Client().get(f"/outlook/{name}").status_code == 404


def test_classic_outlook_is_told_which_script_may_ask() -> None:
    answer = Client().get("/.well-known/microsoft-officeaddins-allowed.json")
    assert json.loads(answer.content) == {"allowed": [f"{ORIGIN}/outlook/handler.js"]}


def test_the_pane_is_swedish_and_whole_in_english() -> None:
    assert "Råd i Outlook" in Client().get("/outlook/pane.html").content.decode()
    english = Client().get("/outlook/pane.html", headers={"Accept-Language": "en"}).content.decode()
    assert "Advice in Outlook" in english
    assert not re.search(r"[åäöÅÄÖ]", english)
