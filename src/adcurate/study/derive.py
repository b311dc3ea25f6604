"""From one exam's research objects to its ADC maps and the numbers of its regions.

`derive_exam` stands on its own, so that worker processes can run it: it opens nothing but the task's
sources and gives back records and bytes; who called it stores them.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from adcurate.findings import Finding
from adcurate.model import Derivation, Series
from adcurate.study.exam_maps import ExamMaps, load_exam_maps, stays_in_this_exam
from adcurate.study.exam_task import ExamTask
from adcurate.study.maps import affine_lps, as_npy
from adcurate.study.regions.measure import DerivedMeasurement, measure_regions


@dataclass(frozen=True, slots=True)
class DerivedMap:
    """One ADC map as stored: float32 (slice, row, column) mm²/s in ``.npy`` form, NaN where not estimated."""

    source: str
    derivation: Derivation
    content: bytes = field(repr=False)
    affine_lps: tuple[tuple[float, ...], ...]


@dataclass(frozen=True, slots=True)
class DerivedExam:
    """All that one exam gives; `facts` holds its scanner, unit, series and findings."""

    task: Derivation
    facts: Mapping[str, Any]
    maps: tuple[DerivedMap, ...]
    measurements: tuple[DerivedMeasurement, ...]


def derive_exam(task: ExamTask) -> DerivedExam:
    """Read, prove the unit, refit, and measure every region on every map.

    What one exam cannot give is a finding in its facts; what it can give stays, and other exams go on.

    Raises
    ------
    StoreError
        ``store.integrity``: stored objects are gone or changed.
    RegistrationError
        ``registration.missing``: the protocol asks for a library that is not installed.
    """
    findings: list[Finding] = []
    made = load_exam_maps(task, findings)
    measurements: list[DerivedMeasurement] = []
    with stays_in_this_exam(findings, "The exam's regions were not measured."):
        measurements = measure_regions(task, made.exam, made.maps, findings)
    facts = _facts(task, made, findings)
    stored = tuple(
        DerivedMap(one.source, made.derivations[one.source], as_npy(one.values), affine_lps(one.planes))
        for one in made.maps
    )
    return DerivedExam(task.derivation, facts, stored, tuple(measurements))


def _is_computed(series: Series) -> bool:
    """Whether a program may have written a series: it names itself where a scanner names its model."""
    return any(found.code == "adc-map.computed" for found in series.findings)


def _facts(task: ExamTask, made: ExamMaps, findings: Sequence[Finding]) -> dict[str, Any]:
    exam, unit, stack = made.exam, made.unit, made.stack
    of_scanner = [one for one in (made.adc_series, *exam.series) if one is not None and not _is_computed(one)]
    shown = next(iter(of_scanner), made.adc_series)
    where = {"subject": task.subject}
    return {
        "study_instance_uid": task.study_instance_uid,
        "subject": task.subject,
        "scanner": {
            "vendor": shown.vendor if shown else "other",
            "model": shown.model if shown else "",
            "field_strength_t": shown.field_strength_t if shown else None,
            "software": shown.software if shown else "",
            "b_values": list(stack.b_values) if stack else [],
        },
        "unit": unit.as_json() if unit else None,
        "series": [
            {
                "number": series.number,
                "kind": series.kind,
                "b_values": list(series.b_values),
                "frames": len(series.frames),
                "repetition_time_ms": series.repetition_time_ms,
                "echo_time_ms": series.echo_time_ms,
            }
            for series in exam.series
        ],
        "findings": [
            Finding(found.code, found.sentence, found.severity, {**found.where, **where}).as_json()
            for i, found in enumerate(findings)
            if found not in findings[:i]
        ],
    }
