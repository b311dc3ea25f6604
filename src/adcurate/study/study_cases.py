"""From a study's measurements to the table of cases: every reading of every lesion of an eligible subject."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from adcurate.model.cases import CaseTable, Cell
from adcurate.model.cohort import Measurement, Scanner
from adcurate.model.protocol import GradeScale, Protocol
from adcurate.model.worksheet import COLUMNS_OF_SCALE, WorksheetRow
from adcurate.report.words import vendor_word
from adcurate.study.cohort import Candidate
from adcurate.study.reader_of_record import CONSENSUS, reader_and_session
from adcurate.study.tables.table_cases import CANNOT_ASSESS
from adcurate.study.units import OF_RECORD

_WORKSHEET_COLUMNS = (
    *("site", "sample_type", "treatment_before_mri", "age", "sex", "primary_site", "metastatic_disease"),
    *("lesion_type", "lesion_site", "lesion_size_mm", "specimen_origin", "ki67", "mitoses", "mitoses_unit"),
    *("necrosis", "differentiation", "edition", "gleason", "diagnosis"),
)
_OF_SCALE = {column: scale for scale, columns in COLUMNS_OF_SCALE.items() for column in columns}


@dataclass(frozen=True, slots=True)
class Reading:
    """One reader's measurement of a lesion, with what the exam was made with."""

    measurement: Measurement
    scanner: Scanner


def cases_of_study(
    candidates: Sequence[Candidate],
    rows: Sequence[WorksheetRow],
    readings: Sequence[Reading],
    source: str,
    protocol: Protocol,
    first_reader: str = "",
) -> CaseTable:
    """One row for each reading on the map `source`.

    Repeated readings are later sessions of their reader, and what was adjudicated is a reader only where the
    plan analyses it. A lesion of record that was not read has a row without numbers, of `first_reader` (else
    the first by name). Lesions are those that the worksheet includes, of subjects that are eligible;
    `of_record` says which one stands for its subject. Markers are in mm²/s.
    """
    chosen = {(one.row.subject, one.row.lesion) for one in candidates}
    eligible = {one.row.subject for one in candidates}
    row_of = {
        (row.subject, row.lesion): row for row in rows if row.status == "included" and row.subject in eligible
    }
    own: dict[tuple[str, str], list[Reading]] = {}
    for reading in readings:
        one = reading.measurement
        if one.map_source == source and (one.reader != CONSENSUS or protocol.plan.value == CONSENSUS):
            own.setdefault((one.subject, one.lesion), []).append(reading)
    names = [r.measurement.reader for each in own.values() for r in each]
    has_repeats = any("#" in name for name in names)
    first_reader = first_reader or min(names, default="")
    table: list[tuple[WorksheetRow, str, Reading | None]] = []
    for key, row in sorted(row_of.items()):
        if key in own:
            table += [(row, r.measurement.reader, r) for r in sorted(own[key], key=_by_reader)]
        elif key in chosen:
            table.append((row, first_reader, None))
    outcome = protocol.outcome
    known = {*outcome.positive, *outcome.negative}
    return CaseTable(
        rows=tuple(_name(row, reader) for row, reader, _ in table),
        subject=tuple(row.subject for row, _, _ in table),
        lesion=tuple(row.lesion for row, _, _ in table),
        reader=tuple(reader_and_session(reader)[0] for _, reader, _ in table),
        session=tuple(reader_and_session(reader)[1] if has_repeats else "" for _, reader, _ in table),
        grade=tuple(row.grade if row.grade in known else None for row, _, _ in table),
        positive=tuple(row.grade in outcome.positive if row.grade in known else None for row, _, _ in table),
        markers={
            marker.name: np.array(
                [_number(reading, marker.measure) for _, _, reading in table], dtype=np.float64
            )
            for marker in protocol.markers
        },
        directions={marker.name: marker.direction for marker in protocol.markers},
        grades=protocol.ranked_grades,
        positive_label=outcome.positive_label,
        negative_label=outcome.negative_label,
        resolution=protocol.analysis.resolution_mm2_per_s,
        columns=_columns(table, chosen, protocol.grading.scale),
        units={marker.name: "mm2/s" for marker in protocol.markers},
    )


def _columns(
    table: Sequence[tuple[WorksheetRow, str, Reading | None]], chosen: set[tuple[str, str]], scale: GradeScale
) -> Mapping[str, tuple[Cell, ...]]:
    columns: dict[str, tuple[Cell, ...]] = {
        name: cells
        for name in _WORKSHEET_COLUMNS
        if any(cells := tuple(getattr(row, name) for row, _, _ in table))
        or _OF_SCALE.get(name, scale) == scale
    }
    columns["interval_days"] = tuple(_interval_days(row) for row, _, _ in table)
    columns["vendor"] = tuple(
        vendor_word(reading.scanner.vendor) or None if reading else None for _, _, reading in table
    )
    for name in ("model", "field_strength_t", "software"):
        columns[name] = tuple(_of_scanner(reading, name) for _, _, reading in table)
    columns["b_values"] = tuple(
        "-".join(f"{b:g}" for b in reading.scanner.b_values) if reading else None for _, _, reading in table
    )
    columns[OF_RECORD] = tuple("yes" if (row.subject, row.lesion) in chosen else None for row, _, _ in table)
    columns[CANNOT_ASSESS] = tuple(None if reading else "yes" for _, _, reading in table)
    return columns


def _by_reader(reading: Reading) -> str:
    return reading.measurement.reader


def _name(row: WorksheetRow, reader: str) -> str:
    return f"{row.subject} lesion {row.lesion}" + (f", {reader}" if reader else "")


def _number(reading: Reading | None, measure: str) -> float:
    value = None if reading is None else reading.measurement.values.get(measure)
    return np.nan if value is None else float(value)


def _interval_days(row: WorksheetRow) -> float | None:
    """Days between MRI and histology, whichever came first."""
    if row.mri_date is None or row.histology_date is None:
        return None
    return float(abs((row.histology_date - row.mri_date).days))


def _of_scanner(reading: Reading | None, name: str) -> Cell:
    value: Cell = getattr(reading.scanner, name) if reading else None
    return value if value != "" else None
