"""From one exam's research objects to its series, signals and ADC maps.

The run and the reading room make maps here, so that a number on a page is the number of the run. What one
exam cannot give is a finding; what it can give stays.
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
from adcurate.model import AdcUnit, Derivation, DiffusionStack, Exam, ParameterMap, Series
from adcurate.study.exam_task import ExamTask
from adcurate.study.maps import choose_adc_series, load_signals, refit, scanner_map
from adcurate.study.quality.registered import METHOD as REGISTRATION
from adcurate.study.quality.registered import register_stack
from adcurate.study.series_kinds import with_choices

_SCANNER_MAP_METHOD = "scanner-map/2"


@dataclass(frozen=True, slots=True, eq=False)
class ExamMaps:
    """What an exam gives before anything is drawn; `derivations` are those of `maps`, by source."""

    exam: Exam
    adc_series: Series | None = None
    stack: DiffusionStack | None = None
    unit: AdcUnit | None = None
    maps: tuple[ParameterMap, ...] = ()
    derivations: Mapping[str, Derivation] = field(default_factory=dict)


def load_exam_maps(task: ExamTask, findings: list[Finding]) -> ExamMaps:
    """Read the exam, prove the unit of the scanner's map, and refit the signals.

    Raises
    ------
    StoreError
        ``store.integrity``: stored objects are gone or changed.
    RegistrationError
        ``registration.missing``: the protocol asks for a library that is not installed.
    """
    exam = Exam(task.study_instance_uid, task.subject, "", ())
    with stays_in_this_exam(findings, "The exam could not be read."):
        exam = _read(task, findings)
    maps: list[ParameterMap] = []
    derivations: dict[str, Derivation] = {}
    unit: AdcUnit | None = None
    diffusion = exam.of_kind("trace", "dwi")
    adc_series: Series | None = None
    stack: DiffusionStack | None = None
    with stays_in_this_exam(findings, "The exam's series could not be chosen."):
        adc_series = choose_adc_series(exam, task.contours, findings)
        stack = load_signals(diffusion, adc_series, task.adc, findings)
    if adc_series is not None:
        with stays_in_this_exam(findings, "The scanner's ADC map is not used."):
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
        with stays_in_this_exam(findings, "The exam's signals were not refitted."):
            for one in _refits(task, stack, diffusion, findings):
                maps.append(one[0])
                derivations[one[0].source] = one[1]
    return ExamMaps(exam, adc_series, stack, unit, tuple(maps), derivations)


@contextmanager
def stays_in_this_exam(findings: list[Finding], consequence: str) -> Iterator[None]:
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
            return separate_maps(with_choices(exam, task.kinds, task.b_values))
    return Exam(task.study_instance_uid, task.subject, "", ())
