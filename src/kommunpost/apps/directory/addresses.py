"""Addresses as the directory compares them. Pure."""

import re

# Plain on purpose: the municipality chooses these addresses; RFC 5321's quoted local parts have no place here.
_ADDRESS = re.compile(r"[^\s@<>,;:\"()\[\]\\]+@[^\s@<>,;:\"()\[\]\\.]+(\.[^\s@<>,;:\"()\[\]\\.]+)+")
MAX_ADDRESS = 254  # RFC 5321 4.5.3.1.3, less the angle brackets.


def normalise(address: str) -> str:
    """Lower case, no blanks around. RFC 5321 2.4 leaves the case of the local part to the receiver."""
    return address.strip().lower()


def is_address(text: str) -> bool:
    """Whether ``text`` can stand in the directory as an address."""
    return len(text) <= MAX_ADDRESS and _ADDRESS.fullmatch(text) is not None


def candidates(address: str) -> tuple[str, ...]:
    """What to look up for a normalised address, best first: itself, and without its plus tag (RFC 5233)."""
    local, at, domain = address.rpartition("@")
    name, plus, _tag = local.partition("+")
    return (address, f"{name}{at}{domain}") if plus and name else (address,)


def domain_of(address: str) -> str:
    """The part after the last at sign."""
    return address.rpartition("@")[2]
