"""Which mails belong together: those whose Message-ID, In-Reply-To and References (RFC 5322 3.6.4) name the same root.

Never the subject: no number or word in one is proof of anything. Anybody can write any reference, so what is found is
shown as a neighbour, with its real sender, and decides nothing.
"""

import hashlib
from collections.abc import Mapping, Sequence

MOST_ANCESTORS = 50


def ancestors_of(references: Sequence[str], in_reply_to: Sequence[str]) -> tuple[str, ...]:
    """The Message-IDs of the mails before this one, oldest first, each once; of very many the first and the latest."""
    chain = tuple(dict.fromkeys((*references, *in_reply_to)))
    return chain if len(chain) <= MOST_ANCESTORS else (chain[0], *chain[1 - MOST_ANCESTORS :])


def thread_of(message_id: str, ancestors: Sequence[str], *, known: Mapping[str, str]) -> str:
    """The key of the mail's thread, 32 hex digits, or "" when it has no id and answers nothing.

    ``known``: threads of ancestors that we have, by Message-ID. The nearest of them decides, else the root's id.
    """
    for ancestor in reversed(ancestors):
        if ancestor in known:
            return known[ancestor]
    root = ancestors[0] if ancestors else message_id
    return hashlib.sha256(root.encode("utf-8", "replace")).hexdigest()[:32] if root else ""
