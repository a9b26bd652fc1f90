import re
from importlib.resources import files

import pytest

from kommunpost.core.guidelines import CLAUSES, SECTIONS, Clause, Surface

SLUGS = [
    "channel-fit",
    "urgent-call",
    "short-structured",
    "subject-states-action",
    "reply-by-date",
    "only-concerned",
    "cc-information-only",
    "no-mass-mail",
    "no-long-forward",
    "reply-with-history",
    "plain-language",
    "tone",
    "no-confusing-jokes",
    "sleep-on-it",
    "quiet-notifications",
    "no-read-receipt",
    "no-internal-attachment",
    "common-signature",
    "answer-in-two-working-days",
    "acknowledge-complex",
    "contact-centre",
    "function-mailbox",
    "phone-hours-watch",
    "service-duty",
    "right-authority",
    "mail-is-public-record",
    "not-record-private",
    "not-record-union-political",
    "not-record-working-material",
    "register-always",
    "exempt-small-importance",
    "ask-registrar",
    "mailbox-is-no-archive",
    "disclosure-at-once",
    "delay-only-for-secrecy",
    "holder-tests-first",
    "refer-if-unsure",
    "right-to-authority-decision",
    "notify-secrecy-grounds",
    "written-appealable-decision",
    "mask-partly-secret",
    "withhold-wholly-secret",
    "mosaic-risk",
    "no-secrecy-in-mail",
    "secret-received",
    "log-is-public-record",
    "log-fields",
    "no-sensitive-subject",
    "log-disclosure",
    "log-at-once",
    "absence-manager-routine",
    "absence-autoreply",
    "dispose-small-importance",
]
PARTS = {
    *(f"core.{name}" for name in ["mail", "swedish", "guidelines", "sensitivity", "judgement", "advice", "redaction"]),
    *(f"apps.{name}" for name in ["directory", "mailflow", "maillog", "register", "inbox", "composing"]),
    *(f"apps.{name}" for name in ["disclosure", "disposal", "absence", "audit"]),
}
STIFF_WORDS = ("skall", "ej", "erhålla", "härmed", "vederbörande", "föreligger", "avseende", "ombesörja", "medelst")
each_clause = pytest.mark.parametrize("clause", CLAUSES.values(), ids=lambda clause: clause.slug)


def test_every_clause_is_there_in_the_order_of_the_guidelines() -> None:
    assert list(CLAUSES) == SLUGS
    assert {clause.section for clause in CLAUSES.values()} == set(SECTIONS) == set(range(1, 9))


def test_every_surface_has_a_clause() -> None:
    assert {surface for clause in CLAUSES.values() for surface in clause.surfaces} == set(Surface)


@each_clause
def test_no_text_is_empty_or_said_twice(clause: Clause) -> None:
    texts = [clause.title, clause.text, clause.english, clause.why, clause.good, clause.bad]
    assert all(texts)
    assert len(set(texts)) == len(texts)
    assert clause.surfaces


@each_clause
def test_swedish_texts_are_plain_swedish(clause: Clause) -> None:
    assert len(clause.title) <= 45
    assert re.search("[åäöÅÄÖ]", clause.text + clause.why)
    assert re.search(r"[.!?]$", clause.text)
    assert not re.search(r"[.!?]$", clause.title)
    words = set(re.findall(r"\w+", f"{clause.title} {clause.text} {clause.why} {clause.good}".lower()))
    assert not words & set(STIFF_WORDS)
    longest = max(len(sentence.split()) for sentence in re.split(r"[.!?]\s", clause.text))
    assert longest <= 50


@each_clause
def test_letters_are_composed(clause: Clause) -> None:
    """Å as one character: a ring on its own would break search and sorting."""
    assert "\u030a" not in clause.text + clause.title
    assert "\u0308" not in clause.text + clause.title


@each_clause
def test_what_enforces_a_clause_exists(clause: Clause) -> None:
    package = files("kommunpost")
    assert {*clause.enforced_in, *clause.planned_in} <= PARTS
    assert clause.enforced_in or clause.planned_in
    assert not set(clause.enforced_in) & set(clause.planned_in)
    for part in clause.enforced_in:
        assert package.joinpath(*part.split("."), "__init__.py").is_file(), part


@each_clause
def test_examples_use_invented_addresses_and_numbers(clause: Clause) -> None:
    examples = f"{clause.good} {clause.bad} {clause.text}"
    assert all(domain.endswith(".example") for domain in re.findall(r"@([\w.-]+\w)", examples))
    assert all(
        number.startswith(("08-465 004 ", "070-174 06 ")) for number in re.findall(r"\b0\d{1,2}-\d{3} [\d ]+", examples)
    )
