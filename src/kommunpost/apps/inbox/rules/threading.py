"""Where a mail belongs (ADR 0034): our own sealed token, then known references from a known participant, else nowhere.

A case number, a subject, or a name in a mail proves nothing: whoever writes ``[ärende 4711]`` must not be shown to, or
be put beside, the person whose matter it is. Such likenesses become suggestions that a person settles.
"""

import hashlib
import hmac
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from kommunpost.apps.inbox.models import Placed
from kommunpost.core.mail.reply import forward_subject

TAG = "kp"
SEAL_LENGTH = 24
MOST_SUGGESTED = 3
_TOKEN = re.compile(rf"{TAG}\.(\d{{1,18}})\.([0-9a-z]{{4,40}})\.([0-9a-f]{{{SEAL_LENGTH}}})(?![0-9a-f])")
_TAGGED = re.compile(r"^\s*(?:\[[^\]]{1,40}\]\s*)+")
_CASE_NUMBER = re.compile(r"\b[A-ZÅÄÖ]{2,5}[ /-]?\d{4}[:/-]\d{1,6}\b")


def make_token(conversation_id: int, *, nonce: str, key: str) -> str:
    """``kp.<conversation>.<nonce>.<seal>``: what stands before the @ of our Message-IDs and after the + of Reply-To.

    ``nonce``: lower-case letters and digits, another for each mail.
    """
    return f"{TAG}.{conversation_id}.{nonce}.{_seal(conversation_id, nonce, key)}"


def read_token(text: str, *, keys: Iterable[str]) -> int | None:
    """The conversation that the first genuine token in ``text`` names. ``keys``: the present and earlier ones."""
    keys = tuple(keys)
    for number, nonce, seal in _TOKEN.findall(text):
        conversation_id = int(number)
        if any(hmac.compare_digest(_seal(conversation_id, nonce, key), seal) for key in keys):
            return conversation_id
    return None


def plain_subject(subject: str) -> str:
    """The subject without ``Sv:``, ``VB:``, list tags, and differences of case and blanks."""
    bare = forward_subject(_TAGGED.sub("", subject)).removeprefix("VB:")
    return " ".join(_TAGGED.sub("", bare).split()).casefold()


def case_numbers(text: str) -> tuple[str, ...]:
    """What looks like a diary number (``SBN/2026:00934``). Only ever good for a suggestion."""
    return tuple(dict.fromkeys(_CASE_NUMBER.findall(text)))


@dataclass(frozen=True, slots=True)
class Candidate:
    """A conversation that something in the mail points to. ``knows_sender``: its participants include the writer."""

    conversation_id: int
    by: Placed
    knows_sender: bool


@dataclass(frozen=True, slots=True)
class Placement:
    """``conversation_id`` None: a new conversation. ``suggested``: conversations that a person should look at."""

    conversation_id: int | None
    placed: Placed
    suggested: tuple[int, ...] = ()


def place(candidates: Sequence[Candidate]) -> Placement:
    """The first candidate, in order of trust, that knows the sender; the others only as suggestions.

    A mail that was passed on carries our token and our references with it: its reader may answer too, and is somebody
    else. Therefore the sender is tested in both cases.
    """
    chosen = next((one for one in candidates if one.knows_sender), None)
    if chosen is not None:
        return Placement(chosen.conversation_id, chosen.by)
    suggested = tuple(dict.fromkeys(one.conversation_id for one in candidates))
    return Placement(None, Placed.FIRST, suggested[:MOST_SUGGESTED])


def _seal(conversation_id: int, nonce: str, key: str) -> str:
    derived = hashlib.sha256(b"kommunpost.inbox.thread:" + key.encode()).digest()
    return hmac.new(derived, f"{conversation_id}.{nonce}".encode(), hashlib.sha256).hexdigest()[:SEAL_LENGTH]
