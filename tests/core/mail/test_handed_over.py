"""A mail that passes others on: they are read back, and an answer to it quotes each of them once."""

from datetime import UTC, datetime

import pytest

from kommunpost.core.mail import Address, Draft, ParsedMail, compose, parse
from kommunpost.core.mail.draft import OutgoingAttachment
from kommunpost.core.mail.handed_over import file_name, mails_in, whole_history
from kommunpost.core.mail.reply import quote_history

WHEN = datetime(2026, 3, 12, 7, 41, tzinfo=UTC)


def written(number: int, text: str, *, name: str = "Berit Malmkvist", quoted: ParsedMail | None = None) -> bytes:
    return compose(
        Draft(
            sender=Address(name, f"skribent{number}@post.example"),
            to=(Address("", "gatapark@kommun.example"),),
            subject="Snövall",
            text=text,
            date=WHEN,
            message_id=f"{number}@post.example",
            quoted=quoted,
        )
    )


def passing(*raws: bytes) -> ParsedMail:
    files = tuple(
        OutgoingAttachment(file_name(number), "application/octet-stream", raw)
        for number, raw in enumerate(raws, start=1)
    )
    draft = Draft(
        sender=Address("Gata", "gatapark@kommun.example"), to=(Address("Skola", "skola@kommun.example"),),
        subject="VB: Snövall", text="Lämnas över.", date=WHEN, message_id="pass@kommun.example", attachments=files,
    )  # fmt: skip
    return parse(compose(draft))


def test_the_mails_come_back_in_their_order() -> None:
    found = mails_in(passing(*(written(number, f"Mejl {number}") for number in range(1, 13))))
    assert [one.headers.message_id for one in found] == [f"{number}@post.example" for number in range(1, 13)]


@pytest.mark.parametrize("name", ["mejl.eml", "mejl-x.eml", "min mejl-1.eml", "mejl-1.eml.exe", "brev.pdf"])
def test_other_files_are_no_mails_passed_on(name: str) -> None:
    draft = Draft(
        sender=Address("", "a@post.example"), to=(Address("", "b@post.example"),), subject="x", text="x", date=WHEN,
        message_id="x@post.example",
        attachments=(OutgoingAttachment(name, "application/octet-stream", written(1, "x")),),
    )  # fmt: skip
    assert mails_in(parse(compose(draft))) == []


def test_what_nobody_quoted_is_quoted_once_with_its_level() -> None:
    mails = [parse(written(1, "Den första frågan.")), parse(written(2, "Vårt svar.", name="Mona"))]
    mails.append(parse(written(3, "Den sista frågan.")))
    text = quote_history(whole_history(mails, language="sv"), language="sv")
    assert "\n> Den sista frågan." in text
    assert "\n>> Vårt svar." in text
    assert "\n>>> Den första frågan." in text
    assert text.count("skrev Berit Malmkvist:") == 2
    assert text.count("skrev Mona:") == 1


def test_what_somebody_has_quoted_already_is_not_quoted_again() -> None:
    first = parse(written(1, "Den första frågan, som är lång nog."))
    second = parse(written(2, "Vårt svar.", name="Mona", quoted=first))
    third = parse(written(3, "Den sista frågan."))
    whole = whole_history([first, second, third], language="sv")
    assert whole.headers.message_id == "3@post.example"
    assert whole.text.count("Den första frågan") == 1
    assert whole.text.count("Vårt svar.") == 1


def test_one_mail_is_its_own_history() -> None:
    mail = parse(written(1, "Ensam."))
    whole = whole_history([mail], language="sv")
    assert (whole.headers, whole.text) == (mail.headers, mail.text)


def test_a_mail_without_words_hides_nothing() -> None:
    mails = [parse(written(1, "Frågan.")), parse(written(2, "")), parse(written(3, "Sist."))]
    assert "Frågan." in whole_history(mails, language="sv").text
