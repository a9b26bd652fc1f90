"""Refusals of the page of operations."""


class OperationRefused(Exception):  # noqa: N818 - a refusal, not a fault
    """It cannot be done now. ``code``: ``already_asked``, ``no_such_task``, ``reason_missing``."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code
