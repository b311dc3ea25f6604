"""What a page of the report is made of: sections of paragraphs, tables and figures. Knows no results.

Text is escaped by the template; only `Markup` made by `links` passes as it is.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

Tone = Literal["", "note", "warning", "serious", "good", "quiet"]


@dataclass(frozen=True, slots=True)
class Row:
    """One row of a table; ``heading`` rows span the table and group the rows below."""

    cells: tuple[str, ...]
    anchor: str = ""
    kind: Literal["body", "heading"] = "body"


@dataclass(frozen=True, slots=True)
class Table:
    """A numbered table. `align` has one letter a column: l, r or c; a folded one opens when asked."""

    title: str
    head: tuple[str, ...]
    rows: tuple[Row, ...]
    align: str
    anchor: str = ""
    notes: tuple[str, ...] = ()
    width: Literal["", "wide", "dense"] = ""
    folded: bool = False
    kind: Literal["table"] = "table"


@dataclass(frozen=True, slots=True)
class Paragraph:
    """A paragraph, or a boxed remark when it has a tone."""

    text: str
    tone: Tone = ""
    anchor: str = ""
    kind: Literal["paragraph"] = "paragraph"


@dataclass(frozen=True, slots=True)
class Bullets:
    """A list of sentences."""

    items: tuple[str, ...]
    kind: Literal["bullets"] = "bullets"


@dataclass(frozen=True, slots=True)
class Picture:
    """A numbered figure by its name; `alternative` is for those who cannot see it, the caption if empty."""

    name: str
    title: str
    caption: str
    alternative: str = ""
    kind: Literal["picture"] = "picture"


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading within a section; `badge` is a word or two in a frame beside it."""

    text: str
    badge: str = ""
    anchor: str = ""
    kind: Literal["heading"] = "heading"


Block = Table | Paragraph | Bullets | Picture | Heading


@dataclass(frozen=True, slots=True)
class Section:
    """A heading with an id and what stands under it; a folded one opens when asked."""

    anchor: str
    title: str
    blocks: tuple[Block, ...]
    folded: bool = False


def body_rows(rows: Sequence[Sequence[str]]) -> tuple[Row, ...]:
    """Plain rows."""
    return tuple(Row(tuple(cells)) for cells in rows)


def heading_row(text: str, anchor: str = "") -> Row:
    """A row that names the group of rows below it."""
    return Row((text,), anchor, "heading")
