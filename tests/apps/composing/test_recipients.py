# ruff: noqa: E501 -- a table reads best with a row a line.
"""Whom an answer goes to: one table. Each row has met somebody who answered the wrong people."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kommunpost.apps.composing.models import DraftOrigin
from kommunpost.apps.composing.rules.recipients import Recipients, Remark, read_typed, work_out, write_typed
from kommunpost.core.mail import Address, AutomaticKind, HeaderSummary

OWN = ("gatapark@kommun.example", "gata@kommun.example")
REPLY, ALL, FORWARD, NEW = DraftOrigin.REPLY, DraftOrigin.REPLY_ALL, DraftOrigin.FORWARD, DraftOrigin.NEW


def people(text: str) -> tuple[Address, ...]:
    return tuple(Address("", one) for one in text.split())


def head(
    sender: str, to: str = "gatapark@kommun.example", cc: str = "", reply_to: str = "",
    automatic: AutomaticKind | None = None,
) -> HeaderSummary:  # fmt: skip
    return HeaderSummary(
        subject="Snö", sender=Address("", sender), to=people(to), cc=people(cc), bcc=(), date=None, message_id="1@x",
        in_reply_to=(), references=(), automatic=automatic, defects=(), reply_to=people(reply_to),
    )  # fmt: skip


LIST = AutomaticKind.LIST
TABLE = [
    # what, kind, mail, to, cc
    ("to the sender", REPLY, head("berit@post.example"), "berit@post.example", ""),
    ("Reply-To before From", REPLY, head("b@post.example", reply_to="c@post.example"), "c@post.example", ""),
    ("several in Reply-To", REPLY, head("b@x.example", reply_to="c@x.example d@x.example"), "c@x.example d@x.example", ""),
    ("Reply-To is ourselves: the sender", REPLY, head("b@x.example", reply_to="gata@kommun.example"), "b@x.example", ""),
    ("web form", REPLY, head("no-reply@form.example", reply_to="b@x.example"), "b@x.example", ""),
    ("an answer leaves the others", REPLY, head("b@x.example", cc="c@x.example"), "b@x.example", ""),
    ("all: the others on copy", ALL, head("b@x.example", to="gatapark@kommun.example c@x.example", cc="d@x.example"),
     "b@x.example", "c@x.example d@x.example"),
    ("all: own alias left out", ALL, head("b@x.example", to="gata@kommun.example c@x.example"), "b@x.example", "c@x.example"),
    ("all: own plus tag left out", ALL, head("b@x.example", cc="gatapark+vinter@kommun.example c@x.example"),
     "b@x.example", "c@x.example"),
    ("all: case of own address", ALL, head("b@x.example", cc="GataPark@Kommun.Example c@x.example"), "b@x.example", "c@x.example"),
    ("all: the sender once", ALL, head("b@x.example", to="b@x.example gatapark@kommun.example", cc="B@x.example"), "b@x.example", ""),
    ("all: twice in To and Cc", ALL, head("b@x.example", to="c@x.example", cc="c@x.example"), "b@x.example", "c@x.example"),
    ("all: Reply-To takes From's place", ALL, head("b@x.example", cc="e@x.example", reply_to="c@x.example"), "c@x.example", "e@x.example"),
    ("staff writes to the mailbox", REPLY, head("henrik@kommun.example"), "henrik@kommun.example", ""),
    ("staff writes, all", ALL, head("henrik@kommun.example", cc="b@x.example"), "henrik@kommun.example", "b@x.example"),
    ("our own mail, answered again", REPLY, head("gatapark@kommun.example", to="b@x.example", cc="c@x.example"), "b@x.example", ""),
    ("our own mail, all", ALL, head("gatapark@kommun.example", to="b@x.example", cc="c@x.example"), "b@x.example", "c@x.example"),
    ("our own mail with copies alone", REPLY, head("gata@kommun.example", to="", cc="c@x.example"), "c@x.example", ""),
    ("our own mail with Reply-To outside", REPLY, head("gata@kommun.example", to="b@x.example", reply_to="f@x.example"), "f@x.example", ""),
    ("list: an answer is for the writer", REPLY, head("b@x.example", to="lista@l.example", reply_to="lista@l.example", automatic=LIST),
     "b@x.example", ""),
    ("list: all is for the list", ALL, head("b@x.example", to="lista@l.example", reply_to="lista@l.example", automatic=LIST),
     "lista@l.example", ""),
    ("list: Reply-To elsewhere is the writer's wish", REPLY, head("b@x.example", to="lista@l.example", reply_to="c@x.example", automatic=LIST),
     "c@x.example", ""),
    ("to ourselves alone: nobody", REPLY, head("gata@kommun.example", to="gatapark@kommun.example"), "", ""),
    ("words that are no address", ALL, head("b@x.example", cc="undisclosed-recipients"), "b@x.example", ""),
    ("a forward has none", FORWARD, head("b@x.example", cc="c@x.example"), "", ""),
    ("a new mail has none", NEW, head("b@x.example"), "", ""),
]  # fmt: skip


@pytest.mark.parametrize(("what", "kind", "mail", "to", "cc"), TABLE, ids=[row[0] for row in TABLE])
def test_recipients(what: str, kind: DraftOrigin, mail: HeaderSummary, to: str, cc: str) -> None:
    found = work_out(origin=kind, original=mail, own=OWN)
    assert ([one.address for one in found.to], [one.address for one in found.cc]) == (to.split(), cc.split())


REMARKS = [
    (REPLY, head("no-reply@form.example"), {Remark.NO_REPLY}),
    (REPLY, head("do_not_reply@form.example"), {Remark.NO_REPLY}),
    (REPLY, head("noreen@form.example"), set()),
    (REPLY, head("gata@kommun.example"), {Remark.NOBODY}),
    (ALL, head("b@x.example", to="c@x.example"), {Remark.HIDDEN_COPY}),
    (REPLY, head("b@x.example", to="c@x.example"), set()),
    (ALL, head("b@x.example", to="l@l.example gata@kommun.example", automatic=LIST), {Remark.ANSWERS_LIST}),
]


@pytest.mark.parametrize(("kind", "mail", "remarks"), REMARKS)
def test_remarks(kind: DraftOrigin, mail: HeaderSummary, remarks: set[Remark]) -> None:
    assert work_out(origin=kind, original=mail, own=OWN).remarks == remarks


def test_a_strange_name_never_costs_somebody_the_mail() -> None:
    sender = Address("Berit\r\nBcc: x\u2028y", "berit@post.example")
    mail = HeaderSummary("s", sender, people(OWN[0]), (), (), None, "1@x", (), (), None, ())
    assert work_out(origin=REPLY, original=mail, own=OWN) == Recipients(
        (Address("Berit Bcc: x y", "berit@post.example"),)
    )


TYPED = [
    ("anna@x.example", ["anna@x.example"], []),
    ("Anna Ek <Anna@X.example>; bo@x.example\ncia@x.example,", ["anna@x.example", "bo@x.example", "cia@x.example"], []),
    ('"Ek, Anna" <anna@x.example>', ["anna@x.example"], []),
    ("anna@x.example, anna@x.example", ["anna@x.example"], []),
    ("anna", [], ["anna"]),
    ("anna@x.example bo@x.example", [], ["anna@x.example bo@x.example"]),
    ("anna@x.example, bo@", ["anna@x.example"], ["bo@"]),
    ("Å Ö <a@räksmörgås.example>", ["a@räksmörgås.example"], []),
    ("", [], []),
]


@pytest.mark.parametrize(("text", "addresses", "unreadable"), TYPED)
def test_read_typed(text: str, addresses: list[str], unreadable: list[str]) -> None:
    found = read_typed(text)
    assert ([one.address for one in found.addresses], list(found.unreadable)) == (addresses, unreadable)


names = st.text(st.characters(codec="utf-8", exclude_categories=["C", "Z"]), max_size=12)


@given(st.lists(st.tuples(names, st.from_regex(r"[a-z]{1,8}@[a-z]{1,8}\.example", fullmatch=True)), max_size=5))
def test_what_is_written_reads_back(written: list[tuple[str, str]]) -> None:
    addresses = [Address(name, address) for name, address in written]
    found = read_typed(write_typed(addresses))
    assert found.unreadable == ()
    assert [one.address for one in found.addresses] == list(dict.fromkeys(address for _, address in written))
