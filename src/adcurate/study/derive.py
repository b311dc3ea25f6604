"""From one exam's research objects to its ADC maps and the numbers of its regions.

`derive_exam` stands on its own, so that worker processes can run it: it opens nothing but the task's
sources and gives back records and bytes; who called it stores them.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from adcurate.dicom.reading.exams import read_exams
from adcurate.dicom.reading.interleaved_maps import separate_maps
from adcurate.dicom.reading.unit_proof import prove_adc_unit
from adcurate.errors import AdcurateError, StoreError
from adcurate.findings import Finding
from adcurate.model import (
    AdcUnit,
    Derivation,
    DiffusionStack,
    Exam,
    ParameterMap,
    Series,
)
from adcurate.study.b_values import apply_b_values
from adcurate.study.exam_task import ExamTask
from adcurate.study.maps import affine_lps, as_npy, choose_adc_series, load_signals, refit, scanner_map
from adcurate.study.quality.registered import METHOD as REGISTRATION
from adcurate.study.quality.registered import register_stack
from adcurate.study.regions.measure import DerivedMeasurement, measure_regions

_SCANNER_MAP_METHOD = "scanner-map/2"


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
    exam = Exam(task.study_instance_uid, task.subject, "", ())
    with _stays_in_this_exam(findings, "The exam could not be read."):
        exam = _read(task, findings)
    maps: list[ParameterMap] = []
    derivations: dict[str, Derivation] = {}
    unit: AdcUnit | None = None
    diffusion = exam.of_kind("trace", "dwi")
    adc_series: Series | None = None
    stack: DiffusionStack | None = None
    with _stays_in_this_exam(findings, "The exam's series could not be chosen."):
        adc_series = choose_adc_series(exam, task.contours, findings)
        stack = load_signals(diffusion, adc_series, task.adc, findings)
    if adc_series is not None:
        with _stays_in_this_exam(findings, "The scanner's ADC map is not used."):
            proof = prove_adc_unit(adc_series, diffusion)
            unit = proof.unit
            findings += [*adc_series.findings, *proof.findings]
            if unit.mm2_per_s_per_stored_unit is not None:
                made = Derivation(
                    "adc-map",
                    _SCANNER_MAP_METHOD,
                    {"unit": unit.mm2_per_s_per_stored_unit},
                    _digests(task, [adc_series]),
                )
                maps.append(scanner_map(adc_series, unit, made))
                derivations["scanner"] = made
    if stack is not None:
        with _stays_in_this_exam(findings, "The exam's signals were not refitted."):
            for one in _refits(task, stack, diffusion, findings):
                maps.append(one[0])
                derivations[one[0].source] = one[1]
    measurements: list[DerivedMeasurement] = []
    with _stays_in_this_exam(findings, "The exam's regions were not measured."):
        measurements = measure_regions(task, exam, maps, findings)
    facts = _facts(task, exam, adc_series, stack, unit, findings)
    stored = tuple(
        DerivedMap(one.source, derivations[one.source], as_npy(one.values), affine_lps(one.planes))
        for one in maps
    )
    return DerivedExam(task.derivation, facts, stored, tuple(measurements))


@contextmanager
def _stays_in_this_exam(findings: list[Finding], consequence: str) -> Iterator[None]:
    """An exam's error becomes its serious finding; a damaged store and a missing library stop the run."""
    try:
        yield
    except AdcurateError as error:
        if isinstance(error, StoreError) or error.code == "registration.missing":
            raise
        findings.append(Finding(error.code, f"{consequence} {error.sentence} {error.remedy}", "serious"))
    except (ArithmeticError, AttributeError, LookupError, TypeError, ValueError) as fault:
        # A fault of this program, which one odd exam brought out: no text of it may leave.
        sentence = f"{consequence} Adcurate failed on it ({type(fault).__name__}); please report this."
        findings.append(Finding("exam.failed", sentence, "serious", {"fault": type(fault).__name__}))


def _refits(
    task: ExamTask, stack: DiffusionStack, diffusion: Sequence[Series], findings: list[Finding]
) -> Iterator[tuple[ParameterMap, Derivation]]:
    """The refit of the signals as they are and, where the protocol asks for it, of the registered ones."""
    refitted = [one for one in diffusion if one.series_instance_uid in stack.series_instance_uids]
    parameters: dict[str, Any] = {"b_values": list(stack.b_values), "averaging": stack.averaging}
    by_person = {one.series_instance_uid for one in task.b_values}
    if by_person & set(stack.series_instance_uids):
        parameters["b_values_from"] = "person"
    made = Derivation("adc-map", f"{task.adc.fit}/2", parameters, _digests(task, refitted))
    yield refit(stack, task.adc, made), made
    registered = register_stack(stack, task.adc, findings)
    if registered is not None:
        moved = Derivation(
            "adc-map",
            f"{task.adc.fit}+{REGISTRATION}",
            {**parameters, "registration": task.adc.registration},
            _digests(task, refitted),
        )
        yield refit(registered, task.adc, moved, "refit-registered"), moved


def _digests(task: ExamTask, series: Sequence[Series]) -> tuple[str, ...]:
    """The digests of the objects that these series are made of: where a map leads back to."""
    digest_of = dict(zip(task.sources, task.digests, strict=True))
    return tuple(sorted({digest_of[frame.source] for one in series for frame in one.frames}))


def _read(task: ExamTask, findings: list[Finding]) -> Exam:
    scan = read_exams(task.sources)
    damaged = [refused for refused in scan.refused if refused.code == "store.integrity"]
    if damaged:
        raise StoreError(
            "store.integrity",
            f"{len(damaged)} stored objects of subject {task.subject} are gone or changed on disk.",
            remedy="Restore the study folder from a backup; nothing was computed from them.",
            n_objects=len(damaged),
        )
    findings += [
        Finding(refused.code, f"An object was not used: {refused.sentence}", "serious")
        for refused in scan.refused
    ]
    for exam in scan.exams:
        if exam.study_instance_uid == task.study_instance_uid:
            findings += exam.findings
            return separate_maps(apply_b_values(exam, task.b_values))
    return Exam(task.study_instance_uid, task.subject, "", ())


def _facts(
    task: ExamTask,
    exam: Exam,
    adc: Series | None,
    stack: DiffusionStack | None,
    unit: AdcUnit | None,
    findings: Sequence[Finding],
) -> dict[str, Any]:
    shown = adc or (exam.series[0] if exam.series else None)
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
