"""``analyze``: the statistics of a study for someone who only has a table."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

from adcurate import __version__
from adcurate.errors import StatisticsError, UsageError
from adcurate.formats.table import MISSING_WORDS, read_table
from adcurate.model.analysis import MarkerAnalysis, MarkerValue
from adcurate.model.progress import Progress, no_progress
from adcurate.model.protocol import Analysis
from adcurate.statistics.marker import Direction
from adcurate.study.analysis_json import SCHEMA_VERSION, marker_json
from adcurate.study.marker_analysis import MarkerQuestion, analyze_marker

_MOST_LISTED = 12
_LONGEST_LISTED = 24


@dataclass(frozen=True, slots=True)
class TableQuestion:
    """What is asked of a table: marker columns, the outcome column and which of its values are positive."""

    markers: tuple[str, ...]
    outcome: str
    positive: tuple[str, ...]
    direction: Direction
    grade: str | None = None
    grade_order: tuple[str, ...] = ()
    methods: Analysis = field(default_factory=Analysis)


@dataclass(frozen=True, slots=True)
class TableAnalysis:
    """The answers, with how many rows each rests on."""

    file_name: str
    question: TableQuestion
    n_rows: int
    grades: tuple[str, ...]
    markers: tuple[MarkerAnalysis, ...]

    def as_json(self) -> dict[str, Any]:
        """The documented JSON, nothing rounded."""
        question, methods = self.question, self.question.methods
        return {
            "schema": "adcurate.analysis",
            "schema_version": SCHEMA_VERSION,
            "adcurate_version": __version__,
            "table": self.file_name,
            "n_rows": self.n_rows,
            "outcome": question.outcome,
            "positive": list(question.positive),
            "direction": question.direction,
            "grade": question.grade,
            "grades": list(self.grades),
            "seed": methods.seed,
            "confidence_level": methods.confidence_level,
            "bootstrap_resamples": methods.bootstrap_resamples,
            "stated_prevalence": methods.stated_prevalence,
            "markers": {analysis.marker: marker_json(analysis) for analysis in self.markers},
        }


def analyze_table(
    path: Path,
    question: TableQuestion,
    *,
    decimal: str = ".",
    encoding: str = "utf-8",
    progress: Progress = no_progress,
) -> TableAnalysis:
    """Analyse the marker columns of a CSV or XLSX table.

    A row that lacks the marker, the outcome or (where asked for) the grade is left out of that marker and
    counted. Grades are ordered as `grade_order` says, else by their names.

    Raises
    ------
    TableError
        ``table.missing-column``, ``table.value`` and the codes of `read_table`.
    UsageError
        ``usage.option``: a positive value that the outcome column does not hold, a grade that `grade_order`
        leaves out, a prevalence outside (0, 1).
    StatisticsError
        ``statistics.option`` (a level outside (0, 1)), ``statistics.one-class``, ``statistics.too-few``,
        ``statistics.constant``.
    """
    _check_methods(question.methods)
    table = read_table(
        path,
        decimal="," if decimal == "," else ".",
        encoding=encoding,  # type: ignore[arg-type]
    )
    outcome = table.text(question.outcome)
    grade = table.text(question.grade) if question.grade else outcome
    columns = [table.numbers(marker) for marker in question.markers]
    known = [not _missing(value) for value in outcome]
    held = {value for value, is_known in zip(outcome, known, strict=True) if is_known}
    for value in question.positive:
        if value not in held:
            raise UsageError(
                "usage.option",
                f"The column {question.outcome!r} never says {value!r}.",
                remedy=f"--positive takes values of that column: {_listed(held)}.",
            )
    if question.grade is None:
        grades: tuple[str, ...] = ()
    else:
        grades = _order({value for value in grade if not _missing(value)}, question.grade_order)
    analyses = []
    for position, column in enumerate(columns):
        progress("Statistics", position, len(columns))
        values = [
            MarkerValue(
                subject=f"row {row_number}",
                value=float(number),
                grade=grade[i],
                positive=outcome[i] in question.positive,
            )
            for i, (number, row_number) in enumerate(zip(column.values, table.row_numbers, strict=True))
            if np.isfinite(number) and known[i] and (not grades or grade[i] in grades)
        ]
        if not values:
            raise StatisticsError(
                "statistics.too-few",
                f"No row of the table has both the marker {column.column!r} and the outcome.",
                remedy="Check that the columns are the ones you mean.",
                n=0,
            )
        analyses.append(
            analyze_marker(
                MarkerQuestion(
                    marker=column.column,
                    direction=question.direction,
                    positive_label=_side("positive", grades),
                    negative_label=_side("negative", grades),
                    grades=grades,
                    methods=question.methods,
                    resolution=None,
                    n_missing=len(outcome) - len(values),
                ),
                values,
            )
        )
    progress("Statistics", len(columns), len(columns))
    return TableAnalysis(path.name, question, len(outcome), grades, tuple(analyses))


def _listed(values: set[str]) -> str:
    """A few short values by name; more, or longer ones, only by their number: they may name people."""
    if len(values) > _MOST_LISTED or any(len(value) > _LONGEST_LISTED for value in values):
        return f"{len(values)} different ones"
    return ", ".join(sorted(values))


def _side(label: str, grades: tuple[str, ...]) -> str:
    """The name of a side of the outcome, another one than any grade's."""
    return f"{label} outcome" if label in grades else label


def _missing(text: str) -> bool:
    return text.casefold() in MISSING_WORDS


def _order(held: set[str], wanted: Sequence[str]) -> tuple[str, ...]:
    if not wanted:
        return tuple(sorted(held, key=_by_number_then_name))
    unknown = held - set(wanted)
    if unknown:
        raise UsageError(
            "usage.option",
            f"--grade-order leaves out values of the grade column: {_listed(unknown)}.",
            remedy="Name every grade in --grade-order, lowest first.",
        )
    return tuple(grade for grade in wanted if grade in held)


def _by_number_then_name(text: str) -> tuple[int, float, str]:
    try:
        return 0, float(text), text
    except ValueError:
        return 1, 0.0, text


def _check_methods(methods: Analysis) -> None:
    prevalence = methods.stated_prevalence
    if prevalence is not None and not 0 < prevalence < 1:
        raise UsageError(
            "usage.option",
            f"A prevalence is a share between 0 and 1, not {prevalence:g}.",
            remedy="Write 19 % as --prevalence 0.19.",
        )
