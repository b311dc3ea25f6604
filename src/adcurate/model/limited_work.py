"""Work that is run under limits: what a room of the house may ask for without knowing who runs it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol


class RunLimited(Protocol):
    """Runs ``function(*arguments)`` and returns its bytes, within limits or not at all."""

    def __call__(
        self, function: Callable[..., bytes], arguments: tuple[object, ...], *, most_bytes: int
    ) -> bytes:
        """The function's bytes, at most `most_bytes` of them.

        Raises
        ------
        ValueError
            As the function raised it, without its text.
        LimitError
            ``limit.memory``, ``limit.time``, ``limit.died``
        """


def run_here(function: Callable[..., bytes], arguments: tuple[object, ...], *, most_bytes: int) -> bytes:
    """`RunLimited` in this process, without limits: for bytes that are our own."""
    return function(*arguments)[: most_bytes + 1]
