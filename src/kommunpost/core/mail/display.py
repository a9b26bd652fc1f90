"""Names, subjects and addresses of a mail as one may show them: nothing in them turns or hides the text beside them."""

import re

# Marks, embeddings, overrides and isolates (Unicode UAX 9): their effect must not reach beyond what they stand in.
_TURNING = re.compile("[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]")
# What no address has, and what makes two addresses look alike: zero-width and other invisible characters.
_HIDING = re.compile(
    "[\u00ad\u061c\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufe00-\ufe0f\ufeff\U000e0000-\U000e007f]"
)


def upright(text: str) -> str:
    """``text`` without characters that set its direction. Joiners stay: scripts and emoji need them."""
    return text if text.isascii() else _TURNING.sub("", text)


def bare_address(address: str) -> str:
    """``address`` with each invisible character as a replacement character, so that a likeness shows."""
    return address if address.isascii() else _HIDING.sub("\ufffd", address)


def shown_sender(name: str, address: str) -> str:
    """What a list calls a sender: the name, unless it looks like an address itself; then the real address."""
    return upright(name) if name and "@" not in name and "＠" not in name else bare_address(address) or upright(name)


def names_another(name: str, address: str) -> bool:
    """Whether a display name holds an address that is not the sender's own."""
    words = upright(name).replace("＠", "@").lower().replace("<", " ").replace(">", " ").split()
    return any("@" in word and word.strip("\"'(),;:") != address for word in words)
