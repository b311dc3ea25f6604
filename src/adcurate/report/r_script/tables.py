"""The tables that the script reads: cases as they were analysed, numbers so that they read back equal."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from adcurate.model.answers.literature import StudyCorrelation, StudyMean
from adcurate.model.cases import CaseTable, Cell
from adcurate.report.r_script.quote import header_names
from adcurate.report.tables import neutralize


@dataclass(frozen=True, slots=True)
class ColumnNames:
    """What markers and further columns are called in the header of the files."""

    markers: Mapping[str, str]
    columns: Mapping[str, str]


def name_columns(cases: CaseTable) -> ColumnNames:
    """Names that no column of the table can take from another: ``marker:`` and ``column:`` stand before."""
    return ColumnNames(
        {own: f"marker:{name}" for own, name in header_names(tuple(cases.markers)).items()},
        {own: f"column:{name}" for own, name in header_names(tuple(cases.columns)).items()},
    )


def write_cases(cases: CaseTable, names: ColumnNames) -> bytes:
    """The table as CSV, every cell quoted; blank where nothing is known."""
    fixed: dict[str, Sequence[Cell]] = {
        "row": cases.rows,
        "subject": cases.subject,
        "lesion": cases.lesion,
        "reader": cases.reader,
        "session": cases.session,
        "grade": cases.grade,
        "positive": [None if flag is None else ("TRUE" if flag else "FALSE") for flag in cases.positive],
    }
    markers = {names.markers[own]: values.tolist() for own, values in cases.markers.items()}
    columns = {names.columns[own]: values for own, values in cases.columns.items()}
    every = {**fixed, **markers, **columns}
    stream = io.StringIO()
    writer = csv.writer(stream, quoting=csv.QUOTE_ALL, lineterminator="\n")
    writer.writerow(every)
    writer.writerows([_cell(cell) for cell in row] for row in zip(*every.values(), strict=True))
    return stream.getvalue().encode()


_STUDY = (
    *("study", "year", "marker", "group", "n", "statistic", "centre", "spread", "low", "high"),
    *("against", "kind", "r"),
)


def write_studies(studies: Mapping[str, Sequence[StudyMean | StudyCorrelation]]) -> bytes:
    """Tables of studies as one CSV, each row with the path of the answer that read it."""
    stream = io.StringIO()
    writer = csv.writer(stream, quoting=csv.QUOTE_ALL, lineterminator="\n")
    writer.writerow(("answer", *_STUDY, "certain"))
    for key, rows in studies.items():
        for row in rows:
            cells = [getattr(row, name, None) for name in _STUDY]
            # A year and a number of cases are whole numbers.
            texts = [str(cell) if isinstance(cell, int) else _cell(cell) for cell in cells]
            writer.writerow((key, *texts, "yes" if row.certain else "no"))
    return stream.getvalue().encode()


def are_equal(first: CaseTable, second: CaseTable) -> bool:
    """Whether two tables hold the same rows with the same numbers."""
    return (
        first.rows == second.rows
        and first.reader == second.reader
        and all(
            np.array_equal(values, second.markers[name], equal_nan=True)
            for name, values in first.markers.items()
        )
    )


def _cell(cell: Cell) -> str:
    if cell is None:
        return ""
    if isinstance(cell, str):
        return neutralize(cell.replace("\x00", ""))
    return repr(float(cell)) if np.isfinite(cell) else ""
