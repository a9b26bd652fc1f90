from dataclasses import dataclass, replace
from datetime import UTC, datetime

import pytest

from kommunpost.core.mail.compose import compose
from kommunpost.core.mail.draft import Draft, DraftError
from kommunpost.core.mail.model import Address, BlockKind, HeaderSummary
from kommunpost.core.mail.quotes import find_blocks
from kommunpost.core.mail.reply import (
    MAX_REFERENCES,
    answered_id,
    bare_subject,
    forward_subject,
    introduction,
    new_message_id,
    quote_history,
    reference_chain,
    reply_subject,
)

HEADERS = HeaderSummary(
    subject="Altan",
    sender=Address("Anna Ek", "anna.ek@mejl.example"),
    to=(),
    cc=(),
    bcc=(),
    date=datetime(2026, 3, 12, 7, 41, tzinfo=UTC),
    message_id="m2@mejl.example",
    in_reply_to=(),
    references=(),
    automatic=None,
    defects=(),
)


@dataclass(frozen=True)
class Original:
    headers: HeaderSummary = HEADERS
    text: str = "Hej!\r\n\r\nFår jag bygga?\r\n> Ja, i princip.\r\n"


@pytest.mark.parametrize(
    ("subject", "reply", "forward"),
    [
        ("Altan", "Sv: Altan", "VB: Altan"),
        ("Re: Altan", "Sv: Altan", "VB: Altan"),
        ("RE: SV: Sv: AW: VS: Altan", "Sv: Altan", "VB: Altan"),
        ("Re[2]: Altan", "Sv: Altan", "VB: Altan"),
        ("Re : Altan", "Sv: Altan", "VB: Altan"),
        ("Svar: altan", "Sv: altan", "VB: altan"),
        ("Fwd: Altan", "Sv: Fwd: Altan", "VB: Altan"),
        ("Sv: VB: Altan", "Sv: VB: Altan", "VB: Altan"),
        ("VB: FW: Re: Altan", "Sv: VB: FW: Re: Altan", "VB: Altan"),
        ("Resultat: Altan", "Sv: Resultat: Altan", "VB: Resultat: Altan"),
        ("Svarsblankett", "Sv: Svarsblankett", "VB: Svarsblankett"),
        ("", "Sv:", "VB:"),
        ("Re:", "Sv:", "VB:"),
    ],
)
def test_subject_marks_are_not_doubled(subject: str, reply: str, forward: str) -> None:
    assert reply_subject(subject) == reply
    assert forward_subject(subject) == forward
    assert reply_subject(reply_subject(subject)) == reply
    assert forward_subject(forward_subject(subject)) == forward


def test_bare_subject_stops_at_a_bound() -> None:
    assert bare_subject("Re: " * 10_000 + "x").startswith("Re: ")


@pytest.mark.parametrize(
    ("references", "in_reply_to", "message_id", "chain"),
    [
        ((), (), "m2@x", ("m2@x",)),
        (("m0@x", "m1@x"), ("m1@x",), "m2@x", ("m0@x", "m1@x", "m2@x")),
        ((), ("m1@x",), "m2@x", ("m1@x", "m2@x")),
        ((), ("m0@x", "m1@x"), "m2@x", ("m2@x",)),
        (("m0@x",), (), "", ("m0@x",)),
        (("m0@x", "not an id", "å@x", "m0@x"), (), "m2@x", ("m0@x", "m2@x")),
    ],
)
def test_references_follow_rfc_5322(
    references: tuple[str, ...], in_reply_to: tuple[str, ...], message_id: str, chain: tuple[str, ...]
) -> None:
    headers = replace(HEADERS, references=references, in_reply_to=in_reply_to, message_id=message_id)
    assert reference_chain(Original(headers)) == chain
    assert answered_id(Original(headers)) == message_id


def test_a_long_chain_keeps_the_first_and_the_latest() -> None:
    headers = replace(HEADERS, references=tuple(f"m{n}@x" for n in range(500)), message_id="last@x")
    chain = reference_chain(Original(headers))
    assert (len(chain), chain[0], chain[-2:]) == (MAX_REFERENCES, "m0@x", ("m499@x", "last@x"))


def test_new_message_id_is_pure_and_checked() -> None:
    assert new_message_id("botkyrka.example", token="0190") == "0190@botkyrka.example"
    with pytest.raises(DraftError, match="message_id_invalid"):
        new_message_id("botkyrka.example", token="a>\r\nBcc: x")


@pytest.mark.parametrize(
    ("month", "language", "line"),
    [
        (3, "sv", "Den 12 mars 2026 kl. 08.41 skrev Anna Ek:"),
        (7, "sv", "Den 12 juli 2026 kl. 09.41 skrev Anna Ek:"),
        (3, "en", "On 12 March 2026 at 08:41 Anna Ek wrote:"),
    ],
)
def test_introduction_in_swedish_time(month: int, language: str, line: str) -> None:
    headers = replace(HEADERS, date=datetime(2026, month, 12, 7, 41, tzinfo=UTC))
    assert introduction(Original(headers), language=language) == line


def test_introduction_without_date_or_name() -> None:
    headers = replace(HEADERS, date=None, sender=Address("", "anna.ek@mejl.example"))
    assert introduction(Original(headers), language="sv") == "anna.ek@mejl.example skrev:"


def test_the_whole_thread_is_quoted() -> None:
    assert quote_history(Original(), language="sv") == (
        "Den 12 mars 2026 kl. 08.41 skrev Anna Ek:\n> Hej!\n>\n> Får jag bygga?\n>> Ja, i princip.\n"
    )


@pytest.mark.parametrize("language", ["sv", "en"])
def test_our_own_quote_is_found_again(language: str) -> None:
    text = "Ja.\n\n" + quote_history(Original(), language=language)
    own, quote = find_blocks(text)
    assert (own.kind, quote.kind, text[: own.end]) == (BlockKind.OWN, BlockKind.QUOTE, "Ja.\n\n")


def test_reply_with_history() -> None:
    draft = Draft(
        sender=Address("", "bygglov@botkyrka.example"),
        to=(HEADERS.sender,),
        subject=reply_subject("Altan"),
        text="Ja.",
        html="<p>Ja.</p>",
        date=datetime(2026, 3, 13, 9, 0, tzinfo=UTC),
        message_id="m3@botkyrka.example",
        in_reply_to="m2@mejl.example",
        references=("m1@x", "m2@mejl.example"),
        quoted=Original(text="<script>alert(1)</script> & \ud800\0slut"),
    )
    raw = compose(draft)
    assert b"\r\n> <script>alert(1)</script> & ?slut\r\n" in raw
    assert b"&lt;script&gt;" in raw
    assert b"\r\nIn-Reply-To: <m2@mejl.example>\r\nReferences: <m1@x> <m2@mejl.example>\r\n" in raw
