"""Text -> spans of personal and sensitive data: ``find_spans``. The model of names loads at first use."""

from kommunpost.core.sensitivity.find import find_spans
from kommunpost.core.sensitivity.mail import find_in_mail
from kommunpost.core.sensitivity.model import NOTHING_KNOWN, SENSITIVE, THRESHOLD, Context, Label, Setting, Span

__all__ = [
    "NOTHING_KNOWN",
    "SENSITIVE",
    "THRESHOLD",
    "Context",
    "Label",
    "Setting",
    "Span",
    "find_in_mail",
    "find_spans",
]
