"""The table ``readings``: a row for each reading of a lesion, measured or said not to be assessable."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Final

from adcurate.model.cohort import Measurement, StudyResults
from adcurate.model.data_table import (
    CANNOT_ASSESS,
    DOES_NOT_APPLY,
    NO_SUCH_MAP,
    TOO_SMALL,
    Absent,
    DataTable,
    Value,
    Variable,
    variable_name,
)
from adcurate.study.hand_over.record import StudyRecord, marker_columns, too_small
from adcurate.study.hand_over.variables import (
    REGION_NUMBERS,
    cannot_assess_variable,
    grade_variable,
    graded,
    outcome_variable,
)
from adcurate.study.reader_of_record import reader_and_session

READINGS: Final = "readings"


def reading_table(record: StudyRecord) -> DataTable:
    """One row for each reading of a lesion of an eligible subject, measured or said not to be assessable."""
    protocol, results = record.protocol, record.results
    of_record, beside = protocol.adc.map_of_record, protocol.adc.beside
    names = marker_columns(protocol)
    yes_no = {0: "no", 1: "yes"}
    variables = [
        Variable("reading_id", "Reading: the id to join by", "text", "nominal", "study"),
        Variable("case_id", "Case of the table cases", "text", "nominal", "study"),
        Variable("subject", "Subject, the study's code", "text", "nominal", "study"),
        Variable("lesion", "Lesion", "text", "nominal", "worksheet"),
        Variable("reader", "Reader, a code", "text", "nominal", "study"),
        Variable("session", "Which reading of the lesion by this reader", "number", "ordinal", "study"),
        Variable("of_record", "Lesion stands for its subject", "coded", "nominal", "protocol", codes=yes_no),
        cannot_assess_variable(),
        grade_variable(protocol),
        outcome_variable(protocol),
    ]
    for marker, own in zip(protocol.markers, names, strict=True):
        for name, source in ((own.of_record, of_record), (own.beside, beside)):
            origin = f"measured: {marker.measure} of the region on the {source} map"
            label = f"{marker.name}, {source} map"
            unit = results.readings[of_record].units[marker.name]
            variables.append(Variable(name, label, "number", "scale", origin, unit))
    taken = [one.name for one in variables]
    for measure, (label, unit) in REGION_NUMBERS.items():
        name = variable_name(f"region_{measure}", taken)
        variables.append(Variable(name, label, "number", "scale", f"measured on the {of_record} map", unit))
    variables.append(Variable("measurement", "Id for adcurate study show", "text", "nominal", "study"))
    readings = results.readings[of_record]
    row_of = {(row.subject, row.lesion): row for row in record.rows}
    measured = {(one.subject, one.lesion, one.reader, one.map_source): one for one in results.measurements}
    record_of_subject = dict(
        zip(zip(readings.subject, readings.lesion, strict=True), readings.text("of_record"), strict=True)
    )
    keys = {
        (subject, lesion, reader if session in ("", "1") else f"{reader}#{session}")
        for subject, lesion, reader, session in zip(
            readings.subject, readings.lesion, readings.reader, readings.session, strict=True
        )
    }
    keys = {key for key in keys if (*key, of_record) in measured}
    known = {key[:2] for key in record_of_subject}
    keys |= {key for key in record.cannot_assess if key[:2] in known}
    small, small_beside = too_small(results, of_record), too_small(results, beside)
    of_markers, beside_markers = _markers(results, of_record), _markers(results, beside)
    rows = []
    for subject, lesion, reading in sorted(keys):
        reader, session = reader_and_session(reading)
        code = record.reader_code(reader)
        one = measured.get((subject, lesion, reading, of_record))
        other = measured.get((subject, lesion, reading, beside))
        said = record.cannot_assess.get((subject, lesion, reading))
        row = row_of[subject, lesion]
        values: list[Value] = [
            f"{subject}/{lesion}/{code}/{session}",
            subject if protocol.plan.unit == "subject" else f"{subject}/{lesion}",
            subject,
            lesion,
            code,
            int(session),
            int(record_of_subject.get((subject, lesion)) == "yes"),
            Absent(DOES_NOT_APPLY) if said is None or one is not None else said,
            *graded(row, protocol),
        ]
        for marker in protocol.markers:
            key = (subject, lesion, reader, session)
            values.append(_marker(of_markers.get(key, {}), marker.name, one, key in small))
            values.append(
                _marker(beside_markers.get(key, {}), marker.name, other, key in small_beside, of_map=True)
            )
        values += [_number(one, measure) for measure in REGION_NUMBERS]
        values.append(Absent(CANNOT_ASSESS) if one is None else one.measurement_id[:12])
        rows.append(tuple(values))
    return DataTable(READINGS, "One row for each reading", "reading_id", tuple(variables), tuple(rows))


def _markers(results: StudyResults, source: str) -> dict[tuple[str, str, str, str], dict[str, float]]:
    """The markers of each reading on a map: by subject, lesion, reader and session."""
    if source not in results.readings:
        return {}
    cases = results.readings[source]
    sessions = (session or "1" for session in cases.session)
    keys = list(zip(cases.subject, cases.lesion, cases.reader, sessions, strict=True))
    return {
        key: {name: float(numbers[at]) for name, numbers in cases.markers.items()}
        for at, key in enumerate(keys)
    }


def _marker(
    markers: Mapping[str, float],
    name: str,
    measurement: Measurement | None,
    is_small: bool,
    *,
    of_map: bool = False,
) -> Value:
    if measurement is None:
        return Absent(NO_SUCH_MAP if of_map else CANNOT_ASSESS)
    if is_small:
        return Absent(TOO_SMALL)
    value = markers.get(name, math.nan)
    return Absent(NO_SUCH_MAP) if math.isnan(value) else value


def _number(measurement: Measurement | None, measure: str) -> Value:
    if measurement is None:
        return Absent(CANNOT_ASSESS)
    value = measurement.values.get(measure)
    return Absent(NO_SUCH_MAP) if value is None else float(value)
