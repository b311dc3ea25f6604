"""The numbers behind a figure, written beside it so that anyone can draw it again."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class FigureData:
    """One row for each mark of the figure; numbers are not rounded."""

    columns: tuple[str, ...]
    rows: tuple[tuple[str | float | int | bool | None, ...], ...]
