"""Lists of moments: whatever is noted, in whatever order, is found again, and what is taken away is gone."""

from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.suite import SLOW_IS_NO_FAULT

from kommunpost.apps.maillog.models import Posting
from kommunpost.apps.maillog.search_index import postings
from kommunpost.apps.maillog.search_index.varints import decode, decode_rising, encode

pytestmark = pytest.mark.django_db
MOMENTS = st.lists(st.sets(st.integers(0, 3000), min_size=1, max_size=60), min_size=1, max_size=6)
LOWEST, HIGHEST = 500, 2500


@given(portions=MOMENTS, gone=st.sets(st.integers(0, 3000), max_size=40))
@settings(max_examples=60, deadline=None, suppress_health_check=SLOW_IS_NO_FAULT)
def test_a_list_holds_what_was_noted_and_not_taken_away(
    portions: list[set[int]], gone: set[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(postings, "MOST_BYTES", 20)
    Posting.objects.all().delete()
    for portion in portions:
        postings.add({1: sorted(portion), 2: sorted(portion)})
    noted = set().union(*portions)
    assert postings.fetch([1], 0, 10_000).tolist() == sorted(noted)
    if gone:
        postings.remove({1: gone})
    assert postings.fetch([1], 0, 10_000).tolist() == sorted(noted - gone)
    assert postings.fetch([1, 2], LOWEST, HIGHEST).tolist() == sorted(one for one in noted if LOWEST <= one <= HIGHEST)
    parts = list(Posting.objects.filter(key=2).order_by("since").values_list("since", "until"))
    assert all(before[1] < after[0] for before, after in pairwise(parts))


@given(st.lists(st.integers(0, 2**40)))
def test_numbers_come_back_from_their_bytes(numbers: list[int]) -> None:
    assert decode(encode(numbers)).tolist() == numbers


@given(st.lists(st.sets(st.integers(0, 2**36), min_size=1), max_size=5))
def test_several_lists_come_back_one_after_the_other(lists: list[set[int]]) -> None:
    rising = [sorted(one) for one in lists]
    coded = [(one[0], encode([0, *(number - last for last, number in pairwise(one))])) for one in rising]
    assert decode_rising(coded).tolist() == [number for one in rising for number in one]
