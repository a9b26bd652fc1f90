"""A fix does what it says, to the draft it was made for, and to no other."""

import pytest
from tests.core.advice.writing import ANNA, FILE, MONA, SIGNATURE, draft

from kommunpost.core.advice import (
    Fix,
    FixKind,
    FixRefused,
    LinkFile,
    Move,
    RecipientList,
    RemoveHeader,
    Replace,
    apply,
)


def _fix(*edits: object) -> Fix:
    return Fix(FixKind.REWRITE, "Gör så", edits)  # type: ignore[arg-type]


def test_replaces_several_places_of_one_text_and_leaves_the_old_draft() -> None:
    mail = draft("Svara på fredag och erhåll svar på måndag.", signature="")
    fix = _fix(Replace("body", 6, "på fredag", "senast 2026-09-11"), Replace("body", 20, "erhåll", "få"))
    assert apply(mail, fix).body == "Svara senast 2026-09-11 och få svar på måndag."
    assert mail.body.startswith("Svara på fredag")


def test_replaces_the_subject() -> None:
    mail = draft("Hej!", subject="Skiss")
    assert apply(mail, _fix(Replace("subject", 0, "Skiss", "För svar: Skiss"))).subject == "För svar: Skiss"


def test_moves_a_recipient_once() -> None:
    mail = draft("Hej!", to=(ANNA,), cc=(MONA, ANNA))
    moved = apply(
        mail,
        _fix(
            Move(MONA.address, RecipientList.CC, RecipientList.TO),
            Move(ANNA.address, RecipientList.CC, RecipientList.TO),
        ),
    )
    assert (moved.to, moved.cc) == ((ANNA, MONA), ())


def test_removes_a_header_in_any_case() -> None:
    mail = draft("Hej!", headers={"Disposition-Notification-To": "x", "Importance": "high"})
    assert dict(apply(mail, _fix(RemoveHeader("disposition-notification-to"))).headers) == {"Importance": "high"}


def test_puts_a_link_above_the_signature_in_place_of_the_file() -> None:
    mail = draft("Hej Mona!\n\nHär är skissen.", to=(MONA,), attachments=(FILE,))
    linked = apply(mail, _fix(LinkFile(FILE.name)), links={FILE.name: "https://rum.botkyrka.example/skiss.pdf"})
    assert linked.attachments == ()
    assert (
        linked.body
        == f"Hej Mona!\n\nHär är skissen.\n\nskiss.pdf: https://rum.botkyrka.example/skiss.pdf\n\n{SIGNATURE}"
    )


@pytest.mark.parametrize(
    ("edit", "code"),
    [
        (Replace("body", 0, "Något annat", "x"), "draft_changed"),
        (Move(MONA.address, RecipientList.CC, RecipientList.TO), "draft_changed"),
        (RemoveHeader("Importance"), "draft_changed"),
        (LinkFile(FILE.name), "link_missing"),
        (LinkFile("annan.pdf"), "draft_changed"),
    ],
)
def test_refuses_a_draft_that_is_no_longer_the_same(edit: object, code: str) -> None:
    mail = draft("Hej!", attachments=(FILE,))
    with pytest.raises(FixRefused) as refused:
        apply(mail, _fix(edit), links={"annan.pdf": "https://rum.botkyrka.example/annan.pdf"})
    assert refused.value.code == code
