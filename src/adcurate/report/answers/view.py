"""What is shown of an answer, whether in a terminal or on a page."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class TableView:
    """A table as printed: every cell is text, rounded already. `note` stands under it."""

    title: str
    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    note: str = ""


@dataclass(frozen=True, slots=True)
class AnswerView:
    """`sentences` are paragraphs fit for a paper's Results, each with n, estimate, interval and method."""

    title: str
    sentences: tuple[str, ...]
    tables: tuple[TableView, ...] = ()
    notes: tuple[str, ...] = ()
