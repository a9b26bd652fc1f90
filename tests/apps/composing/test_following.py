"""How well clauses are followed: shares of a month, nothing of few mails, nothing of a person."""

from datetime import date

import pytest
from tests.factories import unit

from kommunpost.apps.composing.models import AdviceFate, AdviceOutcome
from kommunpost.apps.composing.queries.following import FEWEST_MAILS, by_month, by_unit
from kommunpost.apps.directory.models import Unit

pytestmark = pytest.mark.django_db

TODAY = date(2026, 11, 20)
NOVEMBER, OCTOBER = date(2026, 11, 1), date(2026, 10, 1)


def _count(
    fate: AdviceFate, number: int, *, month: date = NOVEMBER, clause: str = "tone", at: Unit | None = None
) -> None:
    sent = fate == AdviceFate.SENT
    AdviceOutcome.objects.create(month=month, unit=at, clause="" if sent else clause, fate=fate, number=number)


def test_nothing_is_told_before_a_mail_was_sent() -> None:
    assert by_month("tone", today=TODAY) == ()
    assert by_unit("tone", today=TODAY) == ()


def test_advice_that_was_heeded_counts_as_following() -> None:
    _count(AdviceFate.SENT, 100)
    _count(AdviceFate.SHOWN, 20)
    _count(AdviceFate.FIXED, 15)
    _count(AdviceFate.DISMISSED, 2)
    _count(AdviceFate.SHOWN, 50, clause="reply-by-date")
    *earlier, this = by_month("tone", today=TODAY)
    assert (this.sent, this.followed, this.dismissed) == (100, 95, 2)
    assert len(earlier) == 11
    assert all(one.followed is None for one in earlier)
    assert by_month("reply-by-date", today=TODAY)[-1].followed == 50


def test_few_mails_are_not_told_of() -> None:
    _count(AdviceFate.SENT, FEWEST_MAILS - 1)
    _count(AdviceFate.SENT, FEWEST_MAILS, month=OCTOBER)
    *_, before, this = by_month("tone", today=TODAY)
    assert (this.sent, this.followed) == (0, None)
    assert (before.sent, before.followed) == (FEWEST_MAILS, 100)


def test_units_stand_apart_and_small_ones_are_hidden() -> None:
    many, few = unit("bygglov"), unit("social")
    _count(AdviceFate.SENT, 40, at=many)
    _count(AdviceFate.SHOWN, 10, at=many)
    _count(AdviceFate.SENT, 3, at=few)
    _count(AdviceFate.SHOWN, 3, at=few)
    shown = {one.unit: (one.sent, one.followed) for one in by_unit("tone", today=TODAY)}
    assert shown == {many.name: (40, 75), few.name: (0, None)}
    assert by_month("tone", today=TODAY)[-1].sent == 43
