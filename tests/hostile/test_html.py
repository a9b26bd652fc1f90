"""Hostile HTML: the sanitised tree has no act, no address and no overlay; the text view shows it as text."""

import re

import pytest
from tests.hostile.mails import HTML, REMOTE

from kommunpost.apps.mailflow.framing import ATTRIBUTES, TAGS, make_frame
from kommunpost.core.mail import Attachment, parse

FILES = [
    Attachment("a.html", "image/png", 20, "", b"<script>1</script>", "html@x", inline=True),
    Attachment("a.png", "image/png", 20, "", b"<svg onload=alert(1)/>", "svg@x", inline=True),
]
_TAG = re.compile(r"<([a-zA-Z][^\s/>]*)((?:\s+[^\s=>]+(?:=\"[^\"]*\")?)*)\s*/?>")


def tags_of(html: str) -> list[tuple[str, dict[str, str]]]:
    found = _TAG.findall(html)
    assert len(found) == len(re.findall(r"<[a-zA-Z]", html)), "a tag that our own reader does not know"
    return [(name, dict(re.findall(r'([^\s=]+)="([^"]*)"', attributes))) for name, attributes in found]


@pytest.mark.parametrize("name", sorted(HTML))
def test_only_known_tags_and_attributes_come_out(name: str) -> None:
    body = make_frame(html=HTML[name], attachments=FILES).html
    for tag, attributes in tags_of(body):
        assert tag in TAGS
        assert set(attributes) <= ATTRIBUTES["*"] | ATTRIBUTES.get(tag, set()) - {"href", "srcset"}
        assert attributes.get("src", "data:image/png").startswith("data:image/")
        assert "svg" not in attributes.get("src", "")
        style = attributes.get("style", "").lower()
        assert not re.search(r"url|position|expression|binding|z-index|-\d", style)


@pytest.mark.parametrize("name", sorted(HTML))
def test_cleaning_twice_changes_nothing(name: str) -> None:
    """What a browser reads out of the clean text is what was cleaned: no second reading brings anything to life."""
    once = make_frame(html=HTML[name], attachments=FILES).html
    twice = make_frame(html=once, attachments=FILES).html
    assert len(tags_of(twice)) == len(tags_of(once))


@pytest.mark.parametrize("name", sorted(HTML))
def test_no_remote_address_is_left_in_an_attribute(name: str) -> None:
    body = make_frame(html=HTML[name], attachments=FILES).html
    assert not any(
        REMOTE in value for _tag, attributes in tags_of(body) for key, value in attributes.items() if key != "title"
    )


@pytest.mark.parametrize("name", sorted(HTML))
def test_parse_gives_text(name: str) -> None:
    raw = b"Subject: x\r\nContent-Type: text/html; charset=utf-8\r\n\r\n" + HTML[name].encode()
    mail = parse(raw)
    assert isinstance(mail.text, str)
    assert "not_parsed" not in {defect.code for defect in mail.defects}


@pytest.mark.parametrize(
    ("charset", "encoded"),
    [
        ("utf-7", b"+ADw-script+AD4-alert(1)+ADw-/script+AD4-"),
        ("utf-16", "<script>alert(1)</script>".encode("utf-16")),
        ("utf-8", b"\xc0\xbcscript\xc0\xbealert(1)\xc0\xbc/script\xc0\xbe"),
    ],
)
def test_encodings_are_undone_before_cleaning(charset: str, encoded: bytes) -> None:
    mail = parse(b"Content-Type: text/html; charset=" + charset.encode() + b"\r\n\r\n" + encoded)
    assert "<script" not in make_frame(html=mail.html or "", attachments=[]).html
