import email
import re
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone
from email import policy
from email.header import decode_header, make_header
from email.message import EmailMessage
from email.utils import getaddresses
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kommunpost.core.mail.compose import compose
from kommunpost.core.mail.draft import ALLOWED_HEADERS, CalendarPart, Draft, DraftError, OutgoingAttachment
from kommunpost.core.mail.model import Address

NOW = datetime(2026, 3, 12, 7, 41, tzinfo=UTC)
DRAFT = Draft(
    sender=Address("Bygglovsenheten", "bygglov@botkyrka.example"),
    to=(Address("Anna Ek", "anna.ek@mejl.example"),),
    subject="Sv: Altan på Ängsvägen",
    text="Hej Anna!\n\nDu får bygga altanen.\n",
    date=NOW,
    message_id="abc@botkyrka.example",
)


def written(draft: Draft) -> EmailMessage:
    raw = compose(draft)
    message = email.message_from_bytes(raw, policy=policy.default)
    assert isinstance(message, EmailMessage)
    assert not message.defects
    return message


def body(message: EmailMessage, kind: str = "plain") -> str:
    part = message.get_body((kind,))
    assert part is not None
    return str(part.get_content()).replace("\r\n", "\n")


def assert_wire_form(raw: bytes) -> None:
    assert raw.isascii()
    assert b"\0" not in raw
    assert raw.replace(b"\r\n", b"").count(b"\n") == raw.replace(b"\r\n", b"").count(b"\r") == 0
    assert max(map(len, raw.split(b"\r\n"))) <= 998
    assert raw.endswith(b"\r\n")


def test_a_plain_answer() -> None:
    message = written(DRAFT)
    assert message["Subject"] == "Sv: Altan på Ängsvägen"
    assert message["From"] == "Bygglovsenheten <bygglov@botkyrka.example>"
    assert message["To"] == "Anna Ek <anna.ek@mejl.example>"
    assert message["Message-ID"] == "<abc@botkyrka.example>"
    assert message["Date"].datetime == NOW
    assert message.get_content_type() == "text/plain"
    assert body(message) == DRAFT.text
    assert_wire_form(compose(DRAFT))


def test_the_same_draft_gives_the_same_bytes() -> None:
    draft = replace(DRAFT, html="<p>Hej</p>", attachments=(OutgoingAttachment("a.pdf", "application/pdf", b"%PDF"),))
    assert compose(draft) == compose(draft)


def test_bcc_is_in_the_envelope_and_never_in_the_bytes() -> None:
    draft = replace(DRAFT, bcc=(Address("Hemlig Person", "hemlig@mejl.example"),))
    assert draft.recipients == ("anna.ek@mejl.example", "hemlig@mejl.example")
    assert b"hemlig" not in compose(draft).lower()
    assert b"bcc" not in compose(draft).lower()


def test_hidden_recipients_alone() -> None:
    draft = replace(DRAFT, to=(), bcc=DRAFT.to)
    assert written(draft)["To"] == "undisclosed-recipients:;"
    assert b"anna.ek" not in compose(draft)


@pytest.mark.parametrize(
    "name",
    [
        "översikt.pdf",
        "Ritning 3.pdf",
        'Anna "Ek" å.pdf',
        "日本語のとても長い名前のファイル.txt",
        "ö" * 180 + ".docx",
        "a" * 190 + ".pdf",
        "100 % klart; a=b.txt",
        "it's*.txt",
    ],
)
def test_file_names_come_back(name: str) -> None:
    content = bytes(range(256)) * 3
    draft = replace(DRAFT, attachments=(OutgoingAttachment(name, "application/octet-stream", content),))
    (attachment,) = written(draft).iter_attachments()
    assert attachment.get_filename() == name
    assert attachment.get_content() == content
    assert_wire_form(compose(draft))


def test_file_names_have_a_fallback_for_old_readers() -> None:
    draft = replace(DRAFT, attachments=(OutgoingAttachment("Översikt å.pdf", "application/pdf", b"x"),))
    assert b'filename="Oversikt a.pdf"' in compose(draft)


def test_a_file_name_is_only_a_name() -> None:
    draft = replace(DRAFT, attachments=(OutgoingAttachment("C:\\hem\\../x.pdf", "application/pdf", b"x"),))
    (attachment,) = written(draft).iter_attachments()
    assert attachment.get_filename() == "x.pdf"


def test_html_calendar_and_files_nest() -> None:
    draft = replace(
        DRAFT,
        html="<p>Åäö</p>",
        calendar=CalendarPart("REQUEST", "BEGIN:VCALENDAR\r\nEND:VCALENDAR\r\n"),
        attachments=(OutgoingAttachment("a.txt", "text/plain", "å\n".encode()),),
    )
    message = written(draft)
    types = [part.get_content_type() for part in message.walk()]
    assert types == [
        "multipart/mixed", "multipart/alternative", "text/plain", "text/html", "text/calendar", "text/plain",
    ]  # fmt: skip
    calendar = list(message.walk())[4]
    assert calendar.get_param("method") == "REQUEST"
    assert body(message, "html") == "<p>Åäö</p>\n"
    assert [part.get_content() for part in message.iter_attachments()] == ["å\n"]


def test_a_mail_inside_the_mail_is_not_encoded() -> None:
    inner = compose(replace(DRAFT, message_id="inner@botkyrka.example"))
    draft = replace(DRAFT, attachments=(OutgoingAttachment("brev.eml", "message/rfc822", inner),))
    (attachment,) = written(draft).iter_attachments()
    assert attachment.get_content()["Subject"] == DRAFT.subject
    assert inner in compose(draft)


@pytest.mark.parametrize("inner", ["Subject: å\r\n\r\n".encode(), b"Subject: a\n\n", b"a" * 2000, b"a\0"])
def test_a_mail_that_cannot_be_carried_bare_goes_as_a_file(inner: bytes) -> None:
    draft = replace(DRAFT, attachments=(OutgoingAttachment("brev.eml", "message/rfc822", inner),))
    (attachment,) = written(draft).iter_attachments()
    assert attachment.get_content_type() == "application/octet-stream"
    assert attachment.get_content() == inner


def test_a_boundary_never_stands_in_a_part() -> None:
    inner = compose(replace(DRAFT, html="<p>x</p>"))
    again = compose(replace(DRAFT, attachments=(OutgoingAttachment("x.eml", "message/rfc822", inner),)))
    nested = replace(DRAFT, attachments=(OutgoingAttachment("y.eml", "message/rfc822", again),))
    boundaries = re.findall(rb'boundary="([^"]+)"', compose(nested))
    assert len(boundaries) == len(set(boundaries)) == 3


def test_swedish_domains_go_as_idna() -> None:
    draft = replace(DRAFT, to=(Address("", "info@räksmörgås.example"),))
    assert written(draft)["To"] == "info@xn--rksmrgs-5wao1o.example"


def test_silence_headers_are_allowed_and_receipts_are_not() -> None:
    message = written(replace(DRAFT, headers={"Auto-Submitted": "auto-replied"}))
    assert message["Auto-Submitted"] == "auto-replied"
    assert not ALLOWED_HEADERS & {"disposition-notification-to", "return-receipt-to", "bcc", "from", "content-type"}


BREAKS = ["a\r\nBcc: x@mejl.example", "a\nb", "a\rb", "a\0b", "a\x0bb", "a\x85b", "a\u2028b"]
FIELDS: dict[str, Callable[[str], dict[str, Any]]] = {
    "subject": lambda bad: {"subject": bad},
    "sender.name": lambda bad: {"sender": Address(bad, "a@mejl.example")},
    "sender.address": lambda bad: {"sender": Address("", f"{bad}@mejl.example")},
    "to.name": lambda bad: {"to": (Address(bad, "a@mejl.example"),)},
    "to.domain": lambda bad: {"to": (Address("", f"a@{bad}"),)},
    "cc.name": lambda bad: {"cc": (Address(bad, "a@mejl.example"),)},
    "bcc.name": lambda bad: {"bcc": (Address(bad, "a@mejl.example"),)},
    "reply_to.name": lambda bad: {"reply_to": (Address(bad, "a@mejl.example"),)},
    "message_id": lambda bad: {"message_id": bad},
    "in_reply_to": lambda bad: {"in_reply_to": bad},
    "references": lambda bad: {"references": (bad,)},
    "header value": lambda bad: {"headers": {"Organization": bad}},
    "header name": lambda bad: {"headers": {bad: "x"}},
    "attachment name": lambda bad: {"attachments": (OutgoingAttachment(bad, "text/plain", b""),)},
    "attachment type": lambda bad: {"attachments": (OutgoingAttachment("a", bad, b""),)},
    "calendar method": lambda bad: {"calendar": CalendarPart(bad, "")},
}


@pytest.mark.parametrize("bad", BREAKS, ids=repr)
@pytest.mark.parametrize("field", FIELDS)
def test_no_field_of_one_line_takes_a_line_end(field: str, bad: str) -> None:
    with pytest.raises(DraftError) as refused:
        compose(replace(DRAFT, **FIELDS[field](bad)))
    assert refused.value.code == "control_character"
    assert "mejl" not in str(refused.value)


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"to": ()}, "no_recipient"),
        ({"to": tuple(Address("", f"a{n}@mejl.example") for n in range(1001))}, "too_many_recipients"),
        ({"to": (Address("", "utan-snabel-a"),)}, "address_invalid"),
        ({"to": (Address("", "a@b@mejl.example"),)}, "address_invalid"),
        ({"to": (Address("", "å@mejl.example"),)}, "address_invalid"),
        ({"to": (Address("", "a@" + "b" * 70 + ".example"),)}, "address_invalid"),
        ({"to": (Address("", "a@mejl..example"),)}, "address_invalid"),
        ({"subject": "a" * 2001}, "too_long"),
        ({"subject": "\ud800"}, "not_unicode"),
        ({"text": "\ud800"}, "not_unicode"),
        ({"text": "a\0"}, "nul"),
        ({"html": "a\0"}, "nul"),
        ({"date": NOW.replace(tzinfo=None)}, "date_naive"),
        ({"message_id": "<a@b>"}, "message_id_invalid"),
        ({"message_id": "a b@c"}, "message_id_invalid"),
        ({"headers": {"Disposition-Notification-To": "a@mejl.example"}}, "header_not_allowed"),
        ({"headers": {"Bcc": "a@mejl.example"}}, "header_not_allowed"),
        ({"attachments": (OutgoingAttachment("a", "pdf", b""),)}, "media_type_invalid"),
        ({"attachments": (OutgoingAttachment("a", "multipart/mixed", b""),)}, "media_type_invalid"),
        ({"calendar": CalendarPart("PUBLISH", "")}, "media_type_invalid"),
        ({"language": "de"}, "language_unknown"),
    ],
)
def test_refusals_have_a_code(change: dict[str, Any], code: str) -> None:
    with pytest.raises(DraftError) as refused:
        compose(replace(DRAFT, **change))
    assert refused.value.code == code


@pytest.mark.parametrize(
    "text", ["From mig\n.\n..x\n--\n-- \n", "rad\n" + "x" * 5000 + "\n", "  \n\t\n", "=_ =3D =\n", "", "å" * 2000]
)
def test_hard_bodies_come_back(text: str) -> None:
    draft = replace(DRAFT, text=text)
    assert body(written(draft)).rstrip("\n") == text.rstrip("\n")
    raw = compose(draft)
    assert_wire_form(raw)
    assert not re.search(rb"\r\n(?:From |\.)", raw.partition(b"\r\n\r\n")[2])


LINE = st.text(alphabet=st.characters(exclude_categories=("Cc", "Cs", "Zl", "Zp", "Cn", "Co")), max_size=120)
BODY = st.lists(LINE, max_size=8).map("\n".join)
NAMES = st.one_of(
    LINE.map(str.strip), st.sampled_from(['Ek, "Åsa" <x>', "a@b", "(hej)", "=?utf-8?q?x?=", "Å\\b", "Dr. X"])
)
ADDRESSES = st.builds(Address, NAMES, st.sampled_from(["a@mejl.example", "x.y+z@botkyrka.example", "o'x@mejl.example"]))


def names_in_to(raw: bytes) -> list[tuple[str, str]]:
    """Read by the older policy: the newer shows a blank between two encoded words of a name, against RFC 2047 6.2."""
    to = email.message_from_bytes(raw, policy=policy.compat32)["To"]
    unfolded = str(to).replace("\r\n", "")
    return [(str(make_header(decode_header(name))), address) for name, address in getaddresses([unfolded])]


def squeezed(text: str) -> str:
    """White space as a reader shows it: folding may turn any run of blanks into one."""
    return " ".join(text.split())


@settings(max_examples=60, deadline=None)
@given(
    subject=LINE,
    to=st.lists(ADDRESSES, min_size=1, max_size=6),
    text=BODY,
    html=st.none() | BODY,
    offset=st.integers(-11, 14),
)
def test_what_is_written_is_what_is_read(
    subject: str, to: list[Address], text: str, html: str | None, offset: int
) -> None:
    date = NOW.astimezone(timezone(timedelta(hours=offset)))
    draft = replace(DRAFT, subject=subject, to=tuple(to), text=text, html=html, date=date)
    raw = compose(draft)
    assert_wire_form(raw)
    message = written(draft)
    assert squeezed(message["Subject"]) == squeezed(subject)
    read = [(squeezed(name), address) for name, address in names_in_to(raw)]
    assert read == [(squeezed(address.name), address.address) for address in to]
    assert body(message).rstrip("\n") == text.rstrip("\n")
    assert html is None or body(message, "html").rstrip("\n") == html.rstrip("\n")
    assert message["Date"].datetime == NOW
