"""What a script is made from, and the words that every part of it uses."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from adcurate.model.analysis import MarkerAnalysis
from adcurate.model.answers.literature import StudyCorrelation, StudyMean
from adcurate.model.cases import CaseTable
from adcurate.model.plan import Plan, PlannedAnswer
from adcurate.model.protocol import Analysis
from adcurate.report.r_script.quote import r_comment, r_string
from adcurate.report.r_script.tables import ColumnNames

_LEFT_OUT: Final = re.compile(r"^# NOT REPEATED: (.+)$", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Clause:
    """One condition on rows: ``column sign value``. `texts` are the cells that equal the value.

    `number` is the value where an order is asked for, or where the column is a marker.
    """

    column: str
    sign: str
    value: str
    number: float | None
    texts: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class StudyTable:
    """The studies that a question read; `factor` brings this study's values to their unit."""

    rows: tuple[StudyMean | StudyCorrelation, ...]
    factor: float = 1.0


@dataclass(frozen=True, slots=True, eq=False)
class ScriptRequest:
    """An analysis to be repeated. `units` are the cases analysed, `lesions` and `readings` where from.

    `conditions` are the rows of sensitivity tables, read, by their text. `studies` are by the path of the
    answer.
    """

    title: str
    file_name: str
    version: str
    plan: Plan
    methods: Analysis
    readings: CaseTable
    lesions: CaseTable
    units: CaseTable
    markers: tuple[MarkerAnalysis, ...]
    answers: tuple[PlannedAnswer, ...]
    conditions: Mapping[str, tuple[Clause, ...]] = field(default_factory=dict)
    studies: Mapping[str, StudyTable] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Block:
    """Writes the part of one question: where its numbers stand, and how columns are called."""

    key: str
    request: ScriptRequest
    names: ColumnNames

    def marker(self, name: str) -> str:
        """The marker's column of cases.csv, as a literal."""
        return r_string(self.names.markers[name])

    def column(self, name: str) -> str:
        """The column that `CaseTable.text` and `CaseTable.numbers` would read, as a literal."""
        if name in self.names.markers:
            return r_string(self.names.markers[name])
        if name in self.names.columns:
            return r_string(self.names.columns[name])
        return r_string(name)

    def direction(self, name: str) -> str:
        """The marker's direction, as a literal."""
        return r_string(self.request.units.directions[name])

    def record(self, path: str, value: str) -> str:
        """A line that keeps a result below the question's key."""
        return f"record({r_string(f'{self.key}/{path}' if path else self.key)}, {value})"

    def left_out(self, path: str, reason: str) -> str:
        """A comment that says which numbers the script does not repeat, and why."""
        key = f"{self.key}/{path}" if path else self.key
        # A marker's name in the key may hold blanks and letters beyond ASCII.
        return f"# NOT REPEATED: {key.encode('unicode_escape').decode('ascii')}\n{r_comment(reason)}"


def left_out_keys(parts: Iterable[str]) -> frozenset[str]:
    """The keys that parts of a script say they do not repeat."""
    found = (key for part in parts for key in _LEFT_OUT.findall(part))
    return frozenset(key.encode("ascii").decode("unicode_escape") for key in found)


def lines(*parts: str | Sequence[str]) -> str:
    """Join lines, and lists of lines."""
    return "\n".join(part if isinstance(part, str) else "\n".join(part) for part in parts if part)
