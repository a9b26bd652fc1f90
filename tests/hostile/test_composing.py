# ruff: noqa: E501 -- a trick is read best on one line.
"""Header injection: whatever a hostile mail holds, an answer to it has only our own fields, or is refused by name.

Whoever answers, forwards or acknowledges takes name, address, subject and thread from the mail answered. The bytes are
read back by the standard library, which is not the writer's own reader.
"""

import email
import email.policy
from datetime import UTC, datetime

import pytest
from tests.hostile.answering import KINDS, answer_to

from kommunpost.core.mail import Address, parse
from kommunpost.core.mail.draft import DraftError, check_address

OURS = {"date", "from", "to", "subject", "message-id", "in-reply-to", "references", "mime-version", "auto-submitted"}
OURS |= {"content-type", "content-transfer-encoding"}
NOW = datetime(2026, 11, 24, 8, tzinfo=UTC)
B64 = "=?utf-8?B?SGVqDQpCY2M6IG9mZmVyQG9uZC5leGFtcGxl?="  # "Hej\r\nBcc: offer@ond.example"

# (why, header block of the hostile mail)
CASES = {
    "encoded line end in subject": (
        "an encoded word may hold CRLF",
        "From: a@ond.example\r\nSubject: =?utf-8?Q?Hej=0D=0ABcc:_offer@ond.example?=",
    ),
    "base64 line end in subject": ("the same in base64", f"From: a@ond.example\r\nSubject: {B64}"),
    "encoded line end in name": (
        "the name goes into To of the answer",
        "From: =?utf-8?Q?Eva=0D=0ABcc:_offer@ond.example?= <a@ond.example>\r\nSubject: x",
    ),
    "bare line feed": ("LF alone ends a line for some", "From: a@ond.example\r\nSubject: =?utf-8?Q?a=0ABcc:_b@c.example?="),
    "bare return": ("CR alone ends a line for some", "From: a@ond.example\r\nSubject: =?utf-8?Q?a=0DBcc:_b@c.example?="),
    "next line": ("U+0085 is a line end to str.splitlines", "From: a@ond.example\r\nSubject: =?utf-8?Q?a=C2=85Bcc:_b?="),
    "line separator": ("U+2028 likewise", "From: a@ond.example\r\nSubject: =?utf-8?Q?a=E2=80=A8Bcc:_b@c.example?="),
    "vertical tab and form feed": ("they too", "From: a@ond.example\r\nSubject: =?utf-8?Q?a=0B=0CBcc:_b@c.example?="),
    "file separators": ("U+001C to U+001E too", "From: a@ond.example\r\nSubject: =?utf-8?Q?a=1C=1D=1EBcc:_b?="),
    "nul": ("C readers stop there", "From: a@ond.example\r\nSubject: =?utf-8?Q?a=00b?="),
    "utf-7": ("line ends behind another charset", "From: a@ond.example\r\nSubject: =?utf-7?Q?a+AA0ACg-Bcc:_b?="),
    "utf-16": ("and another", "From: a@ond.example\r\nSubject: =?utf-16-be?B?AGEADQAKAEIAYwBj?="),
    "half a letter": ("a lone surrogate cannot be written", "From: a@ond.example\r\nSubject: =?utf-7?Q?+2AA-?="),
    "words inside words": ("decoded once, never twice", "From: a@ond.example\r\nSubject: =?utf-8?Q?=3D=3Futf-8=3FQ=3F=0AB=3F=3D?="),
    "folded lines": ("a fold must not become a line", "From: a@ond.example\r\nSubject: a\r\n\tBcc: b@c.example\r\n c"),
    "fold of white space": ("a line of blanks ends a header for some", "From: a@ond.example\r\nSubject: a\r\n \r\n b"),
    "quoted name": ("quotes and backslashes", 'From: "a\\" <b@c.example>, \\"d" <a@ond.example>\r\nSubject: x'),
    "two addresses in one": ("an answer goes to one", "From: <a@ond.example>, <offer@ond.example>\r\nSubject: x"),
    "comma in address": ("becomes two recipients", 'From: "a,offer"@ond.example\r\nSubject: x'),
    "space in address": ("RCPT TO:<a b@c>", 'From: "a b"@ond.example\r\nSubject: x'),
    "angle in address": ("ends the path early", 'From: <"a>, <offer@c.example"@ond.example>\r\nSubject: x'),
    "line end in address": ("SMTP injection", "From: =?utf-8?Q?a@ond.example=0D=0ADATA?=\r\nSubject: x"),
    "percent and route": ("old routing", "From: <@relay.example:a%ond.example@b.example>\r\nSubject: x"),
    "no address": ("nobody to answer", "From: =?utf-8?Q?Eva=0AEk?=\r\nSubject: x"),
    "reply-to": ("many recipients by one hand", "From: a@ond.example\r\nReply-To: " + "b@c.example, " * 3 + "\r\nSubject: x"),
    "hostile message-id": ("goes into In-Reply-To", "From: a@ond.example\r\nMessage-ID: <a\r\n Bcc:b@c.example>\r\nSubject: x"),
    "encoded message-id": ("not decoded there", "From: a@ond.example\r\nMessage-ID: <=?utf-8?Q?=0D=0ABcc:?=@x>\r\nSubject: x"),
    "bytes in message-id": ("no ASCII", "From: a@ond.example\r\nMessage-ID: <\u2028å@x.example>\r\nSubject: x"),
    "hostile references": ("go into References", "From: a@ond.example\r\nReferences: <a@b>\r\n <c\r\n\tBcc: d@e>\r\nSubject: x"),
    "references without end": ("bounded", "From: a@ond.example\r\nReferences: " + "<a@b.example> <c%d@d> " * 900 + "\r\nSubject: x"),
    "long reference": ("no line beyond 998", f"From: a@ond.example\r\nReferences: <{'a' * 1500}@b.example>\r\nSubject: x"),
    "long subject": ("9,000 characters are too long for a field", "From: a@ond.example\r\nSubject: " + "lång " * 1_800),
    "long word": ("cannot be folded", "From: a@ond.example\r\nSubject: " + "a" * 9_000),
    "marks without end": ("Sv: Sv: Sv: …", "From: a@ond.example\r\nSubject: " + "Sv: " * 2_000 + "slut"),
    "long name": ("folded within limits", f"From: {'å' * 300} <a@ond.example>\r\nSubject: x"),
    "long address": ("no server takes it", f"From: {'a' * 250}@ond.example\r\nSubject: x"),
    "bidi": ("turns the line it is shown on", "From: =?utf-8?Q?=E2=80=AEtxt?= <a@ond.example>\r\nSubject: =?utf-8?Q?=E2=80=AEx?="),
    "second subject": ("the first counts", "From: a@ond.example\r\nSubject: ett\r\nSubject: två\r\nBcc: b@c.example"),
    "receipt asked for": ("no receipts (guideline)", "From: a@ond.example\r\nDisposition-Notification-To: a@ond.example\r\nSubject: x"),
    "empty": ("nothing at all", ""),
}  # fmt: skip
HOSTILE_TEXT = "\r\nFrom b@c.example\r\n.\r\n\r\nBcc: offer@ond.example\r\n--=_x\r\n\x00\x1b[2J\r\nslut"


def raw_of(name: str) -> bytes:
    return (CASES[name][1] + "\r\n\r\n" + HOSTILE_TEXT).encode()


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("name", sorted(CASES))
def test_an_answer_has_only_our_fields(name: str, kind: str) -> None:
    hostile = parse(raw_of(name))
    recipient = Address("Registrator", "registrator@botkyrka.example") if kind == "forward" else hostile.headers.sender
    try:
        check_address("to", recipient.address)
    except DraftError:
        # Only a recipient that cannot be written may stand in the way; nothing else in a mail may make it unanswerable.
        with pytest.raises(DraftError, match="address_invalid"):
            answer_to(hostile, raw_of(name), kind=kind, to=recipient, now=NOW)
        return
    written = answer_to(hostile, raw_of(name), kind=kind, to=recipient, now=NOW)
    head = written.partition(b"\r\n\r\n")[0]
    names = [line.partition(b":")[0].decode().lower() for line in head.split(b"\r\n") if line[:1] not in b" \t"]
    assert set(names) <= OURS
    assert len(names) == len(set(names))
    assert all(len(line) <= 998 for line in written.split(b"\r\n"))
    assert all(line.strip() for line in head.split(b"\r\n"))
    assert not set(written.replace(b"\r\n", b"")) & set(b"\r\n\x00\x1b")
    assert written.isascii()
    assert b"\r\n.\r\n" not in written, "smuggling: the end of DATA inside a mail"
    read = email.message_from_bytes(written, policy=email.policy.default)
    assert [one.addr_spec for one in read["to"].addresses] == [recipient.address]
    assert len(parse(written).headers.to) == 1


@pytest.mark.parametrize("name", sorted(CASES))
def test_a_forward_carries_the_mail_byte_for_byte(name: str) -> None:
    raw = raw_of(name)
    written = answer_to(parse(raw), raw, kind="forward", to=Address("", "r@botkyrka.example"), now=NOW)
    assert parse(written).attachments[0].content == raw


def test_a_subject_that_is_cut_says_so() -> None:
    written = answer_to(parse(raw_of("long subject")), b"", kind="reply", to=Address("", "a@b.example"), now=NOW)
    assert parse(written).headers.subject.endswith("…")
