"""Provisions of secrecy as markings name them: ``OSL 26:1``. Pure."""

import re

_PROVISION = re.compile(r"OSL [1-9]\d?:[1-9]\d?(?: [a-z])?(?: st\d)?(?: p\d{1,2})?")


def is_provision(text: str) -> bool:
    """Whether ``text`` is written as a provision of OSL is."""
    return _PROVISION.fullmatch(text) is not None
