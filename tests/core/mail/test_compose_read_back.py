"""What ``compose`` writes, our own reader reads."""

import unicodedata
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kommunpost.core.mail import Address, BlockKind, Draft, compose, content_digest, parse
from kommunpost.core.mail.calendar import Meeting, invitation
from kommunpost.core.mail.draft import OutgoingAttachment
from kommunpost.core.mail.reply import answered_id, reference_chain, reply_subject

NOW = datetime(2026, 3, 12, 7, 41, tzinfo=UTC)
DRAFT = Draft(
    sender=Address("Åsa Öberg", "asa.oberg@botkyrka.example"),
    to=(Address("Ek, Anna", "anna.ek@mejl.example"), Address("", "bo@mejl.example")),
    cc=(Address("日本語の名前です、とても長い名前ですから折り返します", "c@mejl.example"),),
    bcc=(Address("", "hemlig@mejl.example"),),
    reply_to=(Address("Bygglov", "bygglov@botkyrka.example"),),
    subject="Altan på Ängsvägen " * 12,
    text="Hej!\n\n" + "En lång rad med åäö. " * 60 + "\nFrom början\n.\n-- \nÅsa\n",
    html="<p>Hej åäö</p>",
    date=NOW,
    message_id="m1@botkyrka.example",
    in_reply_to="m0@mejl.example",
    references=("a@mejl.example", "m0@mejl.example"),
    attachments=(
        OutgoingAttachment("Översikt över kvarteret.pdf", "application/pdf", b"%PDF\r\n\0"),
        OutgoingAttachment("ö" * 150 + ".txt", "text/plain", b"x"),
    ),
)


def test_a_full_mail_comes_back() -> None:
    read = parse(compose(DRAFT))
    assert read.headers.subject == DRAFT.subject.strip()
    assert read.headers.sender == DRAFT.sender
    assert (read.headers.to, read.headers.cc, read.headers.bcc) == (DRAFT.to, DRAFT.cc, ())
    assert read.headers.reply_to == DRAFT.reply_to
    assert read.headers.date == NOW
    assert read.headers.message_id == DRAFT.message_id
    assert read.headers.in_reply_to == (DRAFT.in_reply_to,)
    assert read.headers.references == DRAFT.references
    assert read.text.rstrip() == DRAFT.text.rstrip()
    assert [(a.name, a.type, a.content) for a in read.attachments] == [
        (a.name, a.type, a.content) for a in DRAFT.attachments
    ]
    assert (read.defects, read.headers.defects) == ((), ())


def test_an_answer_carries_what_it_answers() -> None:
    original = parse(compose(DRAFT))
    answer = replace(
        DRAFT,
        to=(original.headers.sender,),
        subject=reply_subject(original.headers.subject),
        text="Ja.\n",
        message_id="m2@botkyrka.example",
        in_reply_to=answered_id(original),
        references=reference_chain(original),
        quoted=original,
        attachments=(),
    )
    read = parse(compose(answer))
    assert read.headers.references == ("a@mejl.example", "m0@mejl.example", "m1@botkyrka.example")
    assert [block.kind for block in read.blocks] == [BlockKind.OWN, BlockKind.QUOTE]
    assert "> Hej!" in read.text.splitlines()


def test_an_invitation_is_seen_as_one() -> None:
    meeting = Meeting(
        uid="m@botkyrka.example",
        organizer=DRAFT.sender,
        attendees=DRAFT.to,
        summary="Möte",
        start=NOW,
        end=NOW.replace(hour=9),
    )
    read = parse(compose(replace(DRAFT, calendar=invitation(meeting, now=NOW))))
    assert read.calendar_method == "REQUEST"


def test_one_draft_has_one_digest() -> None:
    raw = compose(DRAFT)
    assert content_digest(raw) == content_digest(b"Received: from x\r\n" + raw)


TEXT = st.text(alphabet=st.characters(exclude_categories=("Cc", "Cs", "Zl", "Zp", "Cn", "Co", "Cf")), max_size=80).map(
    lambda text: unicodedata.normalize("NFC", text)
)


@settings(max_examples=60, deadline=None)
@given(subject=TEXT, names=st.lists(TEXT, min_size=1, max_size=4), name=TEXT)
def test_subject_names_and_file_names_come_back(subject: str, names: list[str], name: str) -> None:
    to = tuple(Address(" ".join(text.split()), f"a{index}@mejl.example") for index, text in enumerate(names))
    file = f"a{''.join(c for c in name if c not in '/:')}b.pdf".replace("\\", "")
    attachments = (OutgoingAttachment(file, "application/pdf", b"x"),)
    read = parse(compose(replace(DRAFT, subject=subject, to=to, attachments=attachments)))
    assert " ".join(read.headers.subject.split()) == " ".join(subject.split())
    assert [(" ".join(a.name.split()), a.address) for a in read.headers.to] == [(a.name, a.address) for a in to]
    assert len(read.attachments) == 1


@pytest.mark.parametrize("text", ["", "a", "\n\n", "å\r\nb\rc", "x" * 3000])
def test_hard_texts_come_back(text: str) -> None:
    read = parse(compose(replace(DRAFT, text=text, html=None, attachments=())))
    assert read.text.rstrip("\n") == text.replace("\r\n", "\n").replace("\r", "\n").rstrip("\n")
