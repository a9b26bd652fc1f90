"""Every delivery has exactly one row, or ``verify`` says which has not."""

import pytest
from tests.apps.maillog.world import NOON, recorded

from kommunpost.apps.mailflow.models import Blob, Delivery, Message
from kommunpost.apps.maillog.actions import write_rows
from kommunpost.apps.maillog.queries import verify_rows

pytestmark = pytest.mark.django_db


def _delivery(identifier: int) -> None:
    blob, _ = Blob.objects.get_or_create(digest="d" * 64, defaults={"size": 1, "stored_size": 1, "stored_at": NOON})
    message = Message.objects.create(content_digest=str(identifier), blob=blob, size=1, first_seen_at=NOON)
    Delivery.objects.create(
        id=identifier, message=message, address="a@stad.example", direction="in", at=NOON, route="smtp", blob=blob
    )


def _defects() -> list[tuple[str, str]]:
    return [(defect.code, defect.subject) for defect in verify_rows()]


def test_deliveries_with_a_row_each_are_in_order() -> None:
    far = 1 << 15
    for identifier in (1, 2, 1 + far, 1 + 2 * far):
        _delivery(identifier)
        write_rows([recorded(identifier)])
    assert _defects() == []


def test_a_delivery_without_a_row_is_found() -> None:
    for identifier in (1, 2, 3):
        _delivery(identifier)
    write_rows([recorded(1), recorded(3)])
    assert _defects() == [("delivery_without_row", "delivery:2")]


def test_a_delivery_with_two_rows_is_found() -> None:
    _delivery(1)
    write_rows([recorded(1)])
    write_rows([recorded(1)])
    assert _defects() == [("delivery_with_two_rows", "delivery:1")]


def test_a_row_outlives_its_delivery() -> None:
    write_rows([recorded(1)])
    assert _defects() == []
