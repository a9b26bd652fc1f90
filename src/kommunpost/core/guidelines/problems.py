"""What can be wrong with a profile, told so that the reader knows what to change."""

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Problem:
    """``key`` is the dotted place in ``file``; empty when the whole file is meant. ``remedy`` says what to write."""

    file: str
    key: str
    problem: str
    remedy: str

    def __str__(self) -> str:
        where = f"{self.file}, {self.key}" if self.key else self.file
        return f"{where}: {self.problem} {self.remedy}"


class ProfileError(Exception):
    """A profile that cannot be used. ``problems`` has all of them, in the order of the file."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        super().__init__("\n".join(map(str, problems)))
        self.problems = tuple(problems)
