"""The table ``cases``: a row for each screened case, a column for each reader's value.

A case is a subject, or a lesion where the protocol says so. Readers stand under codes, and so do subjects.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

from adcurate.model.cohort import Scanner, StudyResults
from adcurate.model.data_table import (
    CANNOT_ASSESS,
    DOES_NOT_APPLY,
    EXCLUDED,
    NO_SUCH_MAP,
    NOT_ELIGIBLE,
    NOT_ENTERED,
    NOT_MEASURED,
    NOT_READ,
    TOO_SMALL,
    Absent,
    DataTable,
    Value,
    Variable,
    variable_name,
)
from adcurate.study.hand_over.record import Column, StudyRecord, marker_columns, too_small
from adcurate.study.hand_over.screened_cases import STAGES, screened_cases
from adcurate.study.hand_over.variables import (
    grade_variable,
    graded,
    outcome_variable,
    worksheet_values,
    worksheet_variables,
)
from adcurate.study.reader_of_record import reader_and_session

CASES: Final = "cases"

_MISSING_BY_STAGE: Final = {1: EXCLUDED, 2: NOT_ELIGIBLE, 3: NOT_MEASURED}


def case_table(record: StudyRecord) -> DataTable:
    """One row for each screened case, with what is analysed and each reader's value beside it."""
    protocol, results = record.protocol, record.results
    of_record, beside = protocol.adc.map_of_record, protocol.adc.beside
    unit = protocol.plan.unit
    variables = [
        Variable("case_id", "Case: the id to join by", "text", "nominal", "study"),
        Variable("subject", "Subject, the study's code", "text", "nominal", "study"),
        Variable("lesion", "Lesion that stands for the case", "text", "nominal", "worksheet, protocol"),
        Variable("flow_stage", "How far the case came", "coded", "ordinal", "computed", codes=STAGES),
        Variable("left_out_because", "Why the case is not analysed", "text", "nominal", "computed"),
        grade_variable(protocol),
        outcome_variable(protocol),
    ]
    whose = "mean of all readers" if results.reader_who_counts == "mean" else "the reader who counts"
    units = results.readings[of_record].units
    analysed: dict[str, Mapping[str, float]] = {}
    for marker, names in zip(protocol.markers, marker_columns(protocol), strict=True):
        for name, source in ((names.of_record, of_record), (names.beside, beside)):
            label = f"{marker.name} as analysed, {source} map"
            origin = f"measured: {marker.measure} of the region on the {source} map, {whose}"
            variables.append(Variable(name, label, "number", "scale", origin, units[marker.name]))
            analysed[name] = _analysed(results, marker.name, source)
    by_reader = _values_by_reader(record, [one.name for one in variables])
    variables += [variable for variable, _ in by_reader]
    variables += _scanner_variables()
    variables += worksheet_variables()
    variables += [variable for variable, _ in record.joined]
    scanner_of = {(one.subject, one.row.lesion): one.scanner for one in results.members}
    rows = []
    for case in screened_cases(record.rows, record.links, protocol, results.unmeasured):
        key = (case.row.subject, case.row.lesion)
        values: list[Value] = [case.name, *key, case.stage]
        values.append(case.because or Absent(DOES_NOT_APPLY))
        values += graded(case.row, protocol)
        for found in analysed.values():
            empty = Absent(_MISSING_BY_STAGE.get(case.stage, NO_SUCH_MAP))
            values.append(found.get(case.name, empty))
        reached = case.stage >= 3
        for _, cells in by_reader:
            otherwise = NOT_READ if reached else _MISSING_BY_STAGE[case.stage]
            values.append(cells.get(key, Absent(otherwise)))
        values += _scanner_values(scanner_of.get(key), case.stage)
        values += worksheet_values(case.row)
        values += [cells.get(key, Absent(NOT_ENTERED)) for _, cells in record.joined]
        rows.append(tuple(values))
    title = f"One row for each screened {unit}"
    return DataTable(CASES, title, "case_id", tuple(variables), tuple(rows))


def _analysed(results: StudyResults, marker: str, source: str) -> dict[str, float]:
    """The numbers that were analysed, by case."""
    case_of = {
        member.case: _case_id(results, member.subject, member.row.lesion) for member in results.members
    }
    return {
        case_of[value.subject]: value.value
        for analysis in results.analyses.get(source, ())
        if analysis.marker == marker
        for value in analysis.values
    }


def _case_id(results: StudyResults, subject: str, lesion: str) -> str:
    return subject if results.protocol.plan.unit == "subject" else f"{subject}/{lesion}"


def _values_by_reader(record: StudyRecord, taken: Sequence[str]) -> list[Column]:
    """A variable for each marker, reader and session, with its values by lesion."""
    protocol = record.protocol
    readings = record.results.readings[protocol.adc.map_of_record]
    found: dict[tuple[str, str, str], dict[tuple[str, str], Value]] = {}
    small = too_small(record.results, protocol.adc.map_of_record)
    for marker in protocol.markers:
        numbers = readings.markers[marker.name].tolist()
        for at, number in enumerate(numbers):
            session = readings.session[at] or "1"
            cells = found.setdefault((marker.name, readings.reader[at], session), {})
            key = (readings.subject[at], readings.lesion[at])
            if number == number:
                cells[key] = number
            elif (*key, readings.reader[at], session) in small:
                cells[key] = Absent(TOO_SMALL)
        for subject, lesion, reading in record.cannot_assess:
            reader, session = reader_and_session(reading)
            cells = found.setdefault((marker.name, reader, session), {})
            cells.setdefault((subject, lesion), Absent(CANNOT_ASSESS))
    used = list(taken)
    columns: list[Column] = []
    base = {one.marker: one.of_record for one in marker_columns(protocol)}
    for (marker_name, reader, session), cells in sorted(found.items()):
        code = record.reader_code(reader)
        suffix = code if session == "1" else f"{code}_{session}"
        name = variable_name(f"{base[marker_name][:14]}_{suffix}", used)
        used.append(name)
        label = f"{marker_name} of {code}" + ("" if session == "1" else f", reading {session}")
        source = f"measured by {code} on the {protocol.adc.map_of_record} map"
        unit = readings.units[marker_name]
        columns.append((Variable(name, label, "number", "scale", source, unit), cells))
    return columns


def _scanner_variables() -> tuple[Variable, ...]:
    source = "DICOM header"
    return (
        Variable("vendor", "Maker of the scanner", "text", "nominal", source),
        Variable("model", "Scanner", "text", "nominal", source),
        Variable("field_strength_t", "Field strength", "number", "scale", source, "T"),
        Variable("software", "Software of the scanner", "text", "nominal", source),
        Variable("b_values", "b-values in s/mm2", "text", "nominal", source),
    )


def _scanner_values(scanner: Scanner | None, stage: int) -> list[Value]:
    empty = Absent(_MISSING_BY_STAGE.get(stage, NOT_ENTERED))
    if scanner is None:
        return [empty] * len(_scanner_variables())
    return [
        scanner.vendor or empty,
        scanner.model or empty,
        empty if scanner.field_strength_t is None else scanner.field_strength_t,
        scanner.software or empty,
        "-".join(f"{b:g}" for b in scanner.b_values) or empty,
    ]
