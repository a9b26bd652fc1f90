"""The refusal that a command shows as one line."""


class CommandError(Exception):
    """What the caller gave cannot be used. The text becomes one line on stderr; the exit code is 2 unless said."""

    def __init__(self, message: str, *, exit_code: int = 2) -> None:
        super().__init__(message)
        self.exit_code = exit_code
