"""The plan of a plain table: which columns mean what, and what is asked of them."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

from adcurate.model.plan import Plan
from adcurate.model.protocol import Analysis

SCHEMA_VERSION = 1


@dataclass(frozen=True, slots=True)
class TableColumns:
    """Which column says what; "" where the table has none.

    `subject`, `lesion`, `reader` and `session` name rows; without `subject` each row is a subject. `positive`
    are the values of `outcome` that are positive. `grade_order` lists the grades, lowest first. Cells of a
    marker that hold one of `cannot_assess` were looked at and not measured.
    """

    outcome: str
    positive: tuple[str, ...]
    subject: str = ""
    lesion: str = ""
    reader: str = ""
    session: str = ""
    grade: str = ""
    grade_order: tuple[str, ...] = ()
    positive_label: str = "positive"
    negative_label: str = "negative"
    cannot_assess: tuple[str, ...] = ("cannot assess",)
    decimal: Literal[".", ","] = "."
    encoding: Literal["utf-8", "utf-16", "cp1252"] = "utf-8"


@dataclass(frozen=True, slots=True)
class TableMarker:
    """A column of numbers, called `name` ("": as the column).

    Shown are the values times `factor` with `unit` and `decimals` (None: by their size).
    """

    column: str
    direction: Literal["low", "high"]
    name: str = ""
    unit: str = ""
    factor: float = 1.0
    decimals: int | None = None

    @property
    def label(self) -> str:
        """What the marker is called everywhere."""
        return self.name or self.column


@dataclass(frozen=True, slots=True)
class TablePlan:
    """A plan file. `resolution` is the step within which values tie, in the unit of the table."""

    title: str
    columns: TableColumns
    markers: tuple[TableMarker, ...]
    schema_version: int = SCHEMA_VERSION
    resolution: float | None = None
    analysis: Analysis = field(default_factory=Analysis)
    plan: Plan = field(default_factory=Plan)
