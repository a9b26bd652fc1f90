"""What is done to the log: rows are written with their deliveries, and indexed soon after. Nothing changes a row."""

from kommunpost.apps.maillog.actions.indexing import index_pending
from kommunpost.apps.maillog.actions.writing import load_rows, write_rows

__all__ = ["index_pending", "load_rows", "write_rows"]
