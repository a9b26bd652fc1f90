"""How much of a mail is other people's mail."""

import re

HEAD = re.compile(
    r"^[ \t>*]*(?:(?:Från|From|Avsändare)[ \t]?:\*?[ \t]*\S"
    r"|(?:Den|On|Am)[ \t][^\n]{6,120}(?:skrev|wrote|schrieb)[^\n]{0,60}:?"
    r"|\d{4}-\d\d-\d\d[^\n]{0,80}skrev[^\n]{0,60}:"
    r"|-{2,}[ \t]*(?:Ursprungligt|Original|Vidarebefordrat|Forwarded)[^\n]{0,30}-{2,})",
    re.MULTILINE | re.IGNORECASE,
)
DIVIDER = re.compile(r"^[ \t>]*-{2,}", re.MULTILINE)
DEPTH = re.compile(r"^(?:[ \t]*>)+", re.MULTILINE)
MOBILE_SIGN = re.compile(r"^[ \t>]*/?[A-ZÅÄÖ][\w-]+(?: [A-ZÅÄÖ][\w-]+)?[ \t]*$", re.MULTILINE)


def quoted_messages(history: str) -> int:
    """How many mails lie in ``history``: by their heads, or by how deep the quote marks go, whichever is more."""
    if not history.strip():
        return 0
    heads = sum(1 for found in HEAD.finditer(history) if not DIVIDER.match(found[0].lstrip("\n")))
    depth = max((found[0].count(">") for found in DEPTH.finditer(history)), default=0)
    return max(heads, depth, 1)
