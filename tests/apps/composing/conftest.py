"""What the tests of composing share: two colleagues and a stranger, two mailboxes, a letter that came."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from pytest_django import Settings
from tests.site.people import TownHall, build_town_hall
from tests.site.post import deliver, letter

from kommunpost.apps.directory.queries import actor_for
from kommunpost.apps.directory.rules import Actor, Role
from kommunpost.apps.mailflow.models import Delivery

NOW = datetime(2026, 11, 19, 9, 0, tzinfo=UTC)
"""A Thursday, 10.00 by Swedish clock."""


@dataclass(frozen=True)
class World:
    """``mona`` and ``henrik`` answer for ``street``, ``jonas`` for nothing. ``came``: a letter to ``street``."""

    town: TownHall
    mona: Actor
    henrik: Actor
    jonas: Actor
    street_id: int
    came: Delivery


@pytest.fixture(autouse=True)
def blob_folder(tmp_path: Path, settings: Settings) -> None:
    settings.BLOB_STORE = str(tmp_path / "blobs")


@pytest.fixture
def world(db: None) -> World:
    town = build_town_hall()
    (came,) = deliver(letter(1, to=town.street.address), to=town.street.address, at=NOW - timedelta(days=1))

    def actor(role: Role) -> Actor:
        return actor_for(town.accounts[role].pk)

    return World(town, actor(Role.CASEWORKER), actor(Role.MANAGER), actor(Role.CONTACT_CENTRE), town.street.pk, came)
