"""Reads of the log. Everything that comes out is frozen; nothing here writes."""

from kommunpost.apps.maillog.queries.counts import DayCount, counts_by_day, counts_by_mailbox
from kommunpost.apps.maillog.queries.model import LogFilter, LogPage, NoSuchRow, Row, TextNotCounted, visible_filter
from kommunpost.apps.maillog.queries.pages import Count, count, get_visible, recipients_of, rows_matching, search
from kommunpost.apps.maillog.queries.recent import incoming_by_day, latest_incoming
from kommunpost.apps.maillog.queries.verification import Defect, verify_rows

__all__ = [
    "Count",
    "DayCount",
    "Defect",
    "LogFilter",
    "LogPage",
    "NoSuchRow",
    "Row",
    "TextNotCounted",
    "count",
    "counts_by_day",
    "counts_by_mailbox",
    "get_visible",
    "incoming_by_day",
    "latest_incoming",
    "recipients_of",
    "rows_matching",
    "search",
    "verify_rows",
    "visible_filter",
]
