"""The demo steps aside for whoever has its port."""

import socket

import pytest

from kommunpost.site.demo.ports import HOST, NoFreePortError, free_port
from kommunpost.site.demo.welcome import Doors, welcome


def test_a_taken_port_is_stepped_over() -> None:
    with socket.create_server((HOST, 0)) as taken:
        port = taken.getsockname()[1]

        assert free_port(port) > port


def test_a_port_that_the_other_door_takes_is_stepped_over() -> None:
    first = free_port(0)

    assert free_port(first, taken=frozenset({first})) > first


def test_when_all_are_taken_the_range_is_named() -> None:
    every = frozenset(range(30_000, 30_050))

    with pytest.raises(NoFreePortError, match="30000 to 30049"):
        free_port(30_000, taken=every)


@pytest.mark.parametrize("moved", [True, False])
@pytest.mark.parametrize("every", [None, 60.0])
def test_the_welcome_names_doors_people_and_ways(moved: bool, every: float | None) -> None:
    doors = Doors(HOST, 8026, 2526, moved=moved)

    text = welcome(doors=doors, people=[("Registrator", "Anna, registrator")], folder="var/demo", every=every)

    assert "http://127.0.0.1:8026/" in text
    assert "smtp://127.0.0.1:2526" in text
    assert "Anna, registrator" in text
    assert ("port was taken" in text) is moved
    assert ("about every 60 seconds" in text) is (every is not None)
    assert "2525" not in text
