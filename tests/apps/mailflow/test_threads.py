"""Which mails belong together, from ids alone."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kommunpost.apps.mailflow.actions import receive_group
from kommunpost.apps.mailflow.models import Message
from kommunpost.apps.mailflow.rules.threads import MOST_ANCESTORS, ancestors_of, thread_of
from kommunpost.apps.mailflow.tasks import read_new_messages

from .conftest import NOW, arrived, mail


def test_an_answer_has_the_thread_of_what_it_answers() -> None:
    first = thread_of("a@x", (), known={})
    answer = thread_of("b@x", ancestors_of(("a@x",), ("a@x",)), known={})
    third = thread_of("c@x", ancestors_of(("a@x", "b@x"), ()), known={})
    assert first == answer == third != ""


def test_an_answer_that_names_only_its_parent_follows_the_parent() -> None:
    assert thread_of("c@x", ("b@x",), known={"b@x": "k"}) == "k"
    assert thread_of("c@x", ("a@x", "b@x"), known={"a@x": "old", "b@x": "near"}) == "near"


def test_a_mail_without_ids_has_no_thread() -> None:
    assert thread_of("", (), known={"a@x": "k"}) == ""


@given(st.lists(st.text(max_size=5), max_size=200), st.lists(st.text(max_size=5), max_size=5))
def test_ancestors_are_bounded_and_keep_both_ends(references: list[str], in_reply_to: list[str]) -> None:
    chain = ancestors_of(references, in_reply_to)
    assert len(chain) == len(set(chain)) <= MOST_ANCESTORS
    everything = list(dict.fromkeys([*references, *in_reply_to]))
    assert chain[:1] == tuple(everything[:1])
    assert chain[-1:] == tuple(everything[-1:])


@pytest.mark.django_db
@pytest.mark.usefixtures("mailboxes")
@pytest.mark.parametrize("order", [(0, 1, 2), (0, 2, 1)])
def test_the_worker_gives_each_mail_its_thread(order: tuple[int, int, int]) -> None:
    raws = [
        mail(message_id="a@x.example"),
        mail(message_id="b@x.example", top="In-Reply-To: <a@x.example>\r\n"),
        mail(message_id="c@x.example", top="References: <a@x.example> <b@x.example>\r\nX-Odd: \x00\r\n"),
    ]
    for number in order:
        receive_group(arrivals=[arrived(raws[number], "bygg@kommun.example")], listeners=[], now=NOW)
    other = mail(message_id="d@x.example")
    receive_group(arrivals=[arrived(other, "bygg@kommun.example")], listeners=[], now=NOW)
    read_new_messages(now=NOW)
    threads = dict(Message.objects.values_list("message_id", "thread"))
    assert len({threads[f"{name}@x.example"] for name in "abc"}) == 1
    assert threads["d@x.example"] not in {"", threads["a@x.example"]}
