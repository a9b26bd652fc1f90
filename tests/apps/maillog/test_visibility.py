"""Who sees which rows."""

import pytest
from tests.apps.maillog.world import recorded

from kommunpost.apps.directory.models import Mailbox
from kommunpost.apps.directory.rules import Actor, NotAllowed, Role
from kommunpost.apps.maillog.actions import write_rows
from kommunpost.apps.maillog.models import LogRow
from kommunpost.apps.maillog.queries import LogFilter, NoSuchRow, get_visible, search, visible_filter

pytestmark = pytest.mark.django_db


@pytest.fixture
def rows() -> dict[str, int]:
    mine, other = (
        Mailbox.objects.create(address=f"{name}@stad.example", name=name, kind="function") for name in ("min", "annan")
    )
    places = {"mine": mine.id, "other": other.id, "pen": None}
    write_rows([recorded(number, mailbox_id=mailbox) for number, mailbox in enumerate(places.values(), start=1)])
    return dict(zip(places, LogRow.objects.order_by("delivery_id").values_list("id", flat=True), strict=True))


def _actor(role: Role) -> Actor:
    mine = Mailbox.objects.get(address="min@stad.example").id
    return Actor(account_id=1, person_id=1, name="A", roles=frozenset({role}), mailbox_ids=frozenset({mine}))


@pytest.mark.parametrize(
    ("role", "sees"),
    [
        (Role.CASEWORKER, {"mine"}),
        (Role.CONTACT_CENTRE, {"mine"}),
        (Role.REGISTRAR, {"mine", "other", "pen"}),
        (Role.LAWYER, {"mine", "other", "pen"}),
        (Role.IT, {"mine", "other", "pen"}),
    ],
)
def test_each_role_sees_its_rows_and_no_others(rows: dict[str, int], role: Role, sees: set[str]) -> None:
    actor = _actor(role)
    page = search(filter=visible_filter(actor, LogFilter()))
    assert {row.id for row in page.rows} == {rows[place] for place in sees}
    for place, row_id in rows.items():
        if place in sees:
            assert get_visible(actor, row_id).id == row_id
        else:
            with pytest.raises(NoSuchRow):
                get_visible(actor, row_id)


def test_what_is_not_there_is_answered_as_what_is_not_yours(rows: dict[str, int]) -> None:
    with pytest.raises(NoSuchRow):
        get_visible(_actor(Role.REGISTRAR), 12345)


@pytest.mark.parametrize("role", [Role.ADMIN, Role.AUDITOR])
def test_some_roles_see_no_log(rows: dict[str, int], role: Role) -> None:
    with pytest.raises(NotAllowed):
        visible_filter(_actor(role), LogFilter())
