"""``adcurate inspect``: what a folder, a zip or files hold, as one JSON without a patient's identity.

No name, number, date, UID or free text of a header is in it: exams are counted from 1, series keep the
scanner's number.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from adcurate.dicom.reading.exams import Refused, read_exams
from adcurate.dicom.reading.interleaved_maps import separate_maps
from adcurate.dicom.reading.series_findings import slice_positions
from adcurate.dicom.reading.unit_proof import prove_adc_unit
from adcurate.dicom.received.sources import Skipped, find_objects
from adcurate.errors import AdcurateError
from adcurate.findings import Finding
from adcurate.model import AdcUnit, Exam, Series

SCHEMA_VERSION = 1


@dataclass(frozen=True, slots=True)
class InspectedSeries:
    """One series of exam number `exam` (from 1), with the unit of its map where it is one."""

    exam: int
    series: Series
    adc_unit: AdcUnit | None
    findings: tuple[Finding, ...]

    def as_json(self) -> dict[str, object]:
        """The series' entry in the JSON."""
        series = self.series
        return {
            "exam": self.exam,
            "number": series.number,
            "kind": series.kind,
            "kind_evidence": list(series.kind_evidence),
            "vendor": series.vendor,
            "model": series.model,
            "field_strength_t": series.field_strength_t,
            "software": series.software,
            "repetition_time_ms": series.repetition_time_ms,
            "echo_time_ms": series.echo_time_ms,
            "b_values": list(series.b_values),
            "ledger": ledger(series),
            "frames": len(series.frames),
            "geometry": _geometry(series),
            "adc_unit": None if self.adc_unit is None else self.adc_unit.as_json(),
            "findings": [finding.as_json() for finding in self.findings],
        }


@dataclass(frozen=True, slots=True)
class Inspection:
    """Everything found, everything skipped (with a reason) and everything refused (with a code)."""

    exams: tuple[Exam, ...]
    series: tuple[InspectedSeries, ...]
    skipped: tuple[Skipped, ...]
    ignored: Mapping[str, int]
    refused: tuple[Refused, ...]

    def as_json(self) -> dict[str, object]:
        """The JSON of ``adcurate inspect --json``."""
        skipped = Counter(one.reason_code for one in self.skipped)
        skipped.update(self.ignored)
        return {
            "schema_version": SCHEMA_VERSION,
            "exams": len(self.exams),
            "series": [one.as_json() for one in self.series],
            "skipped": dict(sorted(skipped.items())),
            "refused": [one.as_json() for one in self.refused],
        }


def inspect_paths(paths: Sequence[Path], progress: Callable[[int, int], None] | None = None) -> Inspection:
    """Read folders, zips or files into exams and series and prove the unit of each scanner ADC map.

    Parameters
    ----------
    paths
        Folders are searched through; what is no MR image is counted and left.
    progress
        Called with (objects read, objects in all).

    Raises
    ------
    AdcurateError
        As `sources.find_objects`, when a path cannot be read at all. A bad object is refused, not raised.
    """
    found = find_objects(paths)
    scan = read_exams(found.sources, progress=progress)
    exams = tuple(separate_maps(exam) for exam in scan.exams)
    series = tuple(
        _inspect(number, one, exam) for number, exam in enumerate(exams, start=1) for one in exam.series
    )
    return Inspection(exams, series, found.skipped, scan.ignored, scan.refused)


def _inspect(exam_number: int, series: Series, exam: Exam) -> InspectedSeries:
    if series.kind != "adc":
        return InspectedSeries(exam_number, series, None, series.findings)
    try:
        proof = prove_adc_unit(series, exam.of_kind("dwi", "trace"))
    except AdcurateError as error:
        unreadable = Finding(
            "adc-unit.unreadable",
            f"The ADC map cannot be read as one volume. {error.sentence}",
            "serious",
            {"code": error.code},
        )
        return InspectedSeries(exam_number, series, AdcUnit(None, "unknown"), (*series.findings, unreadable))
    return InspectedSeries(exam_number, series, proof.unit, (*series.findings, *proof.findings))


def ledger(series: Series) -> list[dict[str, object]]:
    """The b-value ledger of a series: one row for each b-value and source, with its number of frames."""
    rows = Counter(frame.b_value for frame in series.frames if frame.b_value is not None)
    return [
        {
            "value": b.value,
            "nominal": b.nominal,
            "actual": b.actual,
            "bias_removed": b.bias_removed,
            "source": b.source,
            "inferred": b.inferred,
            "frames": count,
        }
        for b, count in sorted(rows.items(), key=lambda row: (row[0].value, row[0].source, row[0].nominal))
    ]


def _geometry(series: Series) -> dict[str, object]:
    plane = series.frames[0].plane
    return {
        "rows": plane.n_rows,
        "columns": plane.n_columns,
        "slices": max(slice_positions(series.frames)) + 1,
        "row_spacing_mm": plane.row_spacing_mm,
        "column_spacing_mm": plane.column_spacing_mm,
        "slice_thickness_mm": plane.slice_thickness_mm,
    }
