"""What is done to the log: rows are written with their deliveries, and indexed soon after. Nothing changes a row."""

from kommunpost.apps.maillog.actions.writing import load_rows, write_rows

__all__ = ["load_rows", "write_rows"]
