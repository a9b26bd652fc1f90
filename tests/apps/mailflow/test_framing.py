"""A mail's HTML in the frame: nothing acts, nothing is fetched, whatever the mail holds."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kommunpost.apps.mailflow import framing
from kommunpost.apps.mailflow.framing import make_frame
from kommunpost.core.mail.model import Attachment

PNG = b"\x89PNG\r\n\x1a\n" + b"x" * 20
PICTURE = Attachment(
    name="v.png", type="image/png", size=len(PNG), sha256="", content=PNG, content_id="v@x", inline=True
)
SVG = Attachment(
    name="v.svg", type="image/svg+xml", size=6, sha256="", content=b"<svg/>", content_id="s@x", inline=True
)
REMOTE = "ond.example"

MUST_NOT_HOLD = [
    ("<p>hej</p><script>alert(1)</script>", "alert"),
    ("<script src='https://ond.example/a.js'></script>", "script"),
    ("<svg onload=alert(1)><script>alert(2)</script></svg>", "alert"),
    ("<svg><style><img src=x onerror=alert(1)></style></svg>", "onerror"),
    ("<math><mtext></form><form><mglyph><style></math><img src onerror=alert(1)>", "onerror"),
    ("<style>@import 'https://ond.example/a.css'; p {color: red}</style>", "@import"),
    ("<link rel=stylesheet href='https://ond.example/a.css'>", "link"),
    ("<p onclick=alert(1) ONMOUSEOVER=alert(2)>hej</p>", "alert"),
    ("<a href='javascript:alert(1)'>hej</a>", "javascript"),
    ("<a href='jAvA\tscript:alert(1)'>hej</a>", "alert"),
    ("<a href='&#106;avascript:alert(1)'>hej</a>", "alert"),
    ("<img src='javascript:alert(1)'>", "javascript"),
    ("<meta http-equiv=refresh content='0;url=https://ond.example/'>", "meta"),
    ("<form action='https://ond.example/'><input name=a><button formaction=x>b</button></form>", "form"),
    ("<base href='https://ond.example/'>", "base"),
    ("<iframe src='https://ond.example/' srcdoc='<script>alert(1)</script>'></iframe>", "iframe"),
    ("<object data='https://ond.example/a'></object><embed src='https://ond.example/b'>", "ond"),
    ("<video src='https://ond.example/a' poster='https://ond.example/b'></video>", "video"),
    ("<audio src='https://ond.example/a' autoplay></audio>", "audio"),
    ("<img src='https://ond.example/a' srcset='https://ond.example/b 2x'>", "srcset"),
    ("<picture><source srcset='https://ond.example/a'><img></picture>", "source"),
    (
        "<table background='https://ond.example/a'><tr><td background='https://ond.example/b'>x</td></tr></table>",
        "background",
    ),
    ("<p style='background: url(https://ond.example/a)'>x</p>", "url"),
    ("<p style='color: red; background-color: url(https://ond.example/a)'>x</p>", "url"),
    ("<p style='color: u\\72l(https://ond.example/a)'>x</p>", "color"),
    ("<p style='font-family: \"x\"; list-style-image: url(//ond.example/a)'>x</p>", "list-style"),
    ("<p style='width: expression(alert(1))'>x</p>", "alert"),
    ("<p style='position: fixed; top: 0'>x</p>", "position"),
    ("<img src='data:image/svg+xml;base64,PHN2Zy8+'>", "svg"),
    ("<img src='data:text/html,<script>alert(1)</script>'>", "data:"),
    ("<img src='cid:s@x'>", "data:"),
    ("<a href='data:text/html,x' ping='https://ond.example/'>x</a>", "data:"),
    ("<div id=innehall class=kp-skip name=x>x</div>", "innehall"),
    ("<!-- <img src=https://ond.example/a> --><p>x</p>", "<!--"),
    ("<noscript><p title='</noscript><img src=x onerror=alert(1)>'></noscript>", "onerror"),
    ("<template><img src=https://ond.example/a></template>", "template"),
    ("<textarea></textarea><select><option>x</select>", "textarea"),
]


@pytest.mark.parametrize(("html", "gone"), MUST_NOT_HOLD)
def test_what_acts_or_fetches_is_gone(html: str, gone: str) -> None:
    body = make_frame(html=html, attachments=[PICTURE, SVG]).html.lower()
    assert gone not in body
    assert REMOTE not in body


@pytest.mark.parametrize(
    ("html", "kept"),
    [
        ("<h2 style='color: #126487'>Snövall</h2>", 'style="color:#126487"'),
        ("<table border=1><tr><td colspan=2>x</td></tr></table>", 'colspan="2"'),
        ("<p dir=rtl lang=ar>مرحبا</p>", 'dir="rtl"'),
        ("<font color=red>x</font>", '<font color="red">'),
        ("<img src='cid:v@x' alt=vall>", "data:image/png;base64,"),
        ("<img src='CID:%76@x'>", "data:image/png;base64,"),
        ("<img src='data:image/png;base64,iVBORw0KGgo='>", "data:image/png;base64,iVBORw0KGgo="),
        ("<img src='data:text/html;base64,iVBORw0KGgo='>", "data:image/png;base64,iVBORw0KGgo="),
        ("<blockquote>citat</blockquote>", "<blockquote>citat</blockquote>"),
    ],
)
def test_what_a_letter_needs_stays(html: str, kept: str) -> None:
    assert kept in make_frame(html=html, attachments=[PICTURE]).html


def test_remote_images_are_counted_and_their_words_kept() -> None:
    html = "<img src=https://ond.example/a alt=logga><img src='//ond.example/b'><img src=c.png><img src='cid:v@x'>"
    framed = make_frame(html=html, attachments=[PICTURE])
    assert framed.blocked == 3
    assert 'alt="logga"' in framed.html


def test_links_are_listed_as_they_are_once_each() -> None:
    link = "<a href=https://a.example/x>"
    html = f"{link}https://bank.example</a>{link}b</a><a href=javascript:x>c</a>"
    framed = make_frame(html=html, attachments=[])
    assert framed.links == ("https://a.example/x",)
    assert "href" not in framed.html


def test_links_are_bounded() -> None:
    html = "".join(f"<a href=https://a.example/{number}>x</a>" for number in range(200))
    assert len(make_frame(html=html, attachments=[]).links) == framing.MOST_LINKS


def test_one_picture_used_again_and_again_cannot_swell_the_page(monkeypatch) -> None:
    monkeypatch.setattr(framing, "LARGEST_IMAGES", 100)
    watch = framing._Watch(images={"v@x": PICTURE}, room=100)
    used = [watch.pass_attribute("img", "src", "cid:v@x") for _ in range(50)]
    assert len([source for source in used if source]) == 100 // len(PNG)


def test_a_huge_picture_is_left_out(monkeypatch) -> None:
    monkeypatch.setattr(framing, "LARGEST_IMAGE", 5)
    assert "data:" not in make_frame(html="<img src=cid:v@x>", attachments=[PICTURE]).html


@pytest.mark.parametrize("html", ["<div>" * 30_000, "<table><tr><td>" * 10_000, "x" * 2_000_001])
def test_a_body_beyond_all_measure_is_cut_and_says_so(html: str) -> None:
    framed = make_frame(html=html, attachments=[])
    assert framed.cut
    assert framed.html.count("<") <= 4 * framing.MOST_TAGS


def test_an_ordinary_body_is_not_cut() -> None:
    assert not make_frame(html="<p>x</p>" * 5000, attachments=[]).cut


@given(st.text(alphabet="<>/=\"' :;()abcdefghijklmnoprstuvw&#x0123\\-!", max_size=300))
def test_no_text_at_all_gets_an_event_or_an_address_through(text: str) -> None:
    html = f"<img {text}><p style='{text}'>{text}<a {text}>x</a>"
    body = make_frame(html=html, attachments=[PICTURE]).html
    tags = re.findall(r"<[a-z][^>]*>", body)
    assert not any(
        re.search(r"\s(on\w+|href|srcset|background|action)=", re.sub(r'"[^"]*"', '""', tag)) for tag in tags
    )
    assert not any(re.search(r'\ssrc="(?!data:image/)', tag) for tag in tags)


def test_the_policy_allows_no_fetch_and_no_script() -> None:
    assert "default-src 'none'" in framing.FRAME_POLICY
    assert "script-src" not in framing.FRAME_POLICY
    assert framing.FRAME_POLICY.endswith("sandbox")
