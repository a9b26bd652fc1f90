"""How often a task that failed is tried again, and how long it waits between."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, TypeVar

_LONGEST_WAIT = timedelta(hours=6)
_ATTRIBUTE = "kommunpost_retry"

Function = TypeVar("Function", bound=Callable[..., Any])


@dataclass(frozen=True, slots=True)
class RetryPolicy:
    """``attempts`` in all, the first included; the waits between them grow four-fold from ``first_wait``."""

    attempts: int = 5
    first_wait: timedelta = timedelta(seconds=15)

    def wait_after(self, attempt: int) -> timedelta | None:
        """The wait after the failed ``attempt`` (1 is the first), or None when it was the last one."""
        if attempt >= self.attempts:
            return None
        factor: int = 4 ** (attempt - 1)
        return min(self.first_wait * factor, _LONGEST_WAIT)


DEFAULT = RetryPolicy()


def retried(*, attempts: int, first_wait: timedelta) -> Callable[[Function], Function]:
    """Decorator under ``@task()``: gives a task other bounds than the default ones."""

    def mark(function: Function) -> Function:
        setattr(function, _ATTRIBUTE, RetryPolicy(attempts=attempts, first_wait=first_wait))
        return function

    return mark


def policy_of(function: Callable[..., Any]) -> RetryPolicy:
    """The policy that ``retried`` gave the function, or the default."""
    policy = getattr(function, _ATTRIBUTE, DEFAULT)
    return policy if isinstance(policy, RetryPolicy) else DEFAULT
