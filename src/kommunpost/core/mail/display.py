"""Names, subjects and addresses of a mail as one may show them: nothing in them turns or hides the text beside them."""

import re

# Marks, embeddings, overrides and isolates (Unicode UAX 9): their effect must not reach beyond what they stand in.
_TURNING = re.compile("[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]")
# What no address has, and what makes two addresses look alike: zero-width and other invisible characters.
_HIDING = re.compile(
    "[\u00ad\u061c\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufe00-\ufe0f\ufeff\U000e0000-\U000e007f]"
)
# What programs draw beside a name that has been checked: in the name itself it is the sender's own claim.
_BADGES = re.compile(
    "[\u2611\u2705\u2713\u2714\u2b50\u2b55\U0001f396\U0001f3c5\U0001f50f-\U0001f513\U0001f6e1\U0001f5f8\U0001f197]\ufe0f?"
)


def upright(text: str) -> str:
    """``text`` without characters that set its direction. Joiners stay: scripts and emoji need them."""
    return text if text.isascii() else _TURNING.sub("", text)


def plain_name(name: str) -> str:
    """A display name without what sets its direction or looks like a mark of ours that the sender was checked."""
    return " ".join(_BADGES.sub(" ", upright(name)).split()) if not name.isascii() else name


def bare_address(address: str) -> str:
    """``address`` with each invisible character as a replacement character, so that a likeness shows."""
    return address if address.isascii() else _HIDING.sub("\ufffd", address)


def shown_sender(name: str, address: str) -> str:
    """What a list calls a sender: the name, unless it looks like an address itself; then the real address."""
    plain = plain_name(name)
    return plain if plain and "@" not in plain and "＠" not in plain else bare_address(address) or plain


def names_another(name: str, address: str) -> bool:
    """Whether a display name holds an address that is not the sender's own."""
    words = upright(name).replace("＠", "@").lower().replace("<", " ").replace(">", " ").split()
    return any("@" in word and word.strip("\"'(),;:") != address for word in words)
