"""From a study's measurements to the table of cases: every reading of every lesion of an eligible subject."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from types import MappingProxyType

import numpy as np

from adcurate.model.cases import CaseTable, Cell
from adcurate.model.cohort import Measurement, Scanner
from adcurate.model.protocol import GradeScale, Protocol, RegionRule
from adcurate.model.worksheet import COLUMNS_OF_SCALE, WorksheetRow
from adcurate.report.words import vendor_word
from adcurate.study.cohort import Candidate
from adcurate.study.reader_of_record import CONSENSUS, reader_and_session
from adcurate.study.readings_that_count import ReaderRule
from adcurate.study.tables.table_cases import CANNOT_ASSESS
from adcurate.study.units import OF_RECORD, Levels, mean_of_known

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


# A row of the worksheet, the reader, and the readings behind its numbers.
_Line = tuple[WorksheetRow, str, tuple[Reading, ...]]


def cases_of_study(
    candidates: Sequence[Candidate],
    rows: Sequence[WorksheetRow],
    readings: Sequence[Reading],
    source: str,
    protocol: Protocol,
    rule: ReaderRule,
    joined: Mapping[str, Mapping[tuple[str, str], Cell]] = MappingProxyType({}),
) -> CaseTable:
    """One row for each reading on the map `source`.

    Repeated readings are later sessions of their reader. What was agreed or decided is a reader only where
    the plan analyses it: one row for each lesion that is not open, the mean of several readings where that
    counts. A lesion of record that was not read has a row without numbers, of the reader who counts (else the
    first by name), and so has a region under the protocol's voxels. Lesions are those that the worksheet
    includes, of subjects that are eligible; `of_record` says which one stands for its subject. Markers are in
    mm²/s, or ratios. `joined` are further columns, by lesion.
    """
    chosen = {(one.row.subject, one.row.lesion) for one in candidates}
    eligible = {one.row.subject for one in candidates}
    row_of = {
        (row.subject, row.lesion): row for row in rows if row.status == "included" and row.subject in eligible
    }
    own: dict[tuple[str, str], list[Reading]] = {}
    for reading in readings:
        one = reading.measurement
        if one.map_source == source:
            own.setdefault((one.subject, one.lesion), []).append(reading)
    names = [r.measurement.reader for each in own.values() for r in each]
    has_repeats = any("#" in name for name in names)
    first_reader = rule.first or min(names, default="")
    table: list[_Line] = []
    for key, row in sorted(row_of.items()):
        by_reader = {one.measurement.reader: one for one in own.get(key, ())}
        table += [(row, reader, (by_reader[reader],)) for reader in sorted(by_reader) if reader != CONSENSUS]
        if rule.value == CONSENSUS:
            counted = rule.counted(*key, by_reader.keys()).readers
            could_not = key in chosen and not rule.is_open(*key) and (rule.stands(*key) or not by_reader)
            if counted or could_not:
                table.append((row, CONSENSUS, tuple(by_reader[reader] for reader in counted)))
        elif key in chosen and not by_reader.keys() - {CONSENSUS}:
            table.append((row, first_reader, ()))
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
                [_number(read, marker.measure, protocol.region) for _, _, read in table], dtype=np.float64
            )
            for marker in protocol.markers
        },
        directions={marker.name: marker.direction for marker in protocol.markers},
        grades=protocol.ranked_grades,
        positive_label=outcome.positive_label,
        negative_label=outcome.negative_label,
        resolution=protocol.analysis.resolution_mm2_per_s,
        columns={
            **{
                name: tuple(cells.get((row.subject, row.lesion)) for row, _, _ in table)
                for name, cells in joined.items()
            },
            **_columns(table, chosen, protocol.grading.scale),
        },
        units={marker.name: "1" if marker.is_ratio else "mm2/s" for marker in protocol.markers},
    )


def without_consensus(levels: Levels) -> Levels:
    """What was agreed and decided is analysed, and is no reader where readers are compared."""
    readers = levels.readings.reader
    return replace(
        levels, readings=levels.readings.take([i for i, r in enumerate(readers) if r != CONSENSUS])
    )


def _columns(
    table: Sequence[_Line], chosen: set[tuple[str, str]], scale: GradeScale
) -> Mapping[str, tuple[Cell, ...]]:
    columns: dict[str, tuple[Cell, ...]] = {
        name: cells
        for name in _WORKSHEET_COLUMNS
        if any(cells := tuple(getattr(row, name) for row, _, _ in table))
        or _OF_SCALE.get(name, scale) == scale
    }
    columns["interval_days"] = tuple(_interval_days(row) for row, _, _ in table)
    columns["vendor"] = tuple(
        vendor_word(read[0].scanner.vendor) or None if read else None for _, _, read in table
    )
    for name in ("model", "field_strength_t", "software"):
        columns[name] = tuple(_of_scanner(read, name) for _, _, read in table)
    columns["b_values"] = tuple(
        "-".join(f"{b:g}" for b in read[0].scanner.b_values) if read else None for _, _, read in table
    )
    columns[OF_RECORD] = tuple("yes" if (row.subject, row.lesion) in chosen else None for row, _, _ in table)
    columns[CANNOT_ASSESS] = tuple(None if read else "yes" for _, _, read in table)
    return columns


def _name(row: WorksheetRow, reader: str) -> str:
    return f"{row.subject} lesion {row.lesion}" + (f", {reader}" if reader else "")


def _number(read: Sequence[Reading], measure: str, region: RegionRule) -> float:
    """The mean of what was measured in regions that are large enough; NaN without one."""
    values = [one.measurement.values for one in read]
    found = [one.get(measure) for one in values if region.has_enough(one.get("n_voxels"))]
    return mean_of_known([float(value) for value in found if value is not None])


def _interval_days(row: WorksheetRow) -> float | None:
    """Days between MRI and histology, whichever came first."""
    if row.mri_date is None or row.histology_date is None:
        return None
    return float(abs((row.histology_date - row.mri_date).days))


def _of_scanner(read: Sequence[Reading], name: str) -> Cell:
    value: Cell = getattr(read[0].scanner, name) if read else None
    return value if value != "" else None
