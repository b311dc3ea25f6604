"""How long work tells that it goes on."""

from __future__ import annotations

from typing import Protocol


class Progress(Protocol):
    """Called as work goes on: `step` names it, `done` of `total` items are finished."""

    def __call__(self, step: str, done: int, total: int) -> None: ...


def no_progress(step: str, done: int, total: int) -> None:
    """Tells nobody."""
