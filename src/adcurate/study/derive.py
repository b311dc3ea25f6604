"""From one exam's research objects to its ADC maps and the numbers of its regions.

`derive_exam` stands on its own, so that worker processes can run it: it opens nothing but the task's
sources and gives back records and bytes; who called it stores them.
"""

from __future__ import annotations

import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from adcurate.arrays import Floats
from adcurate.dicom.exams import read_exams
from adcurate.dicom.pixels import load_adc_map, load_diffusion
from adcurate.dicom.unit_proof import prove_adc_unit
from adcurate.diffusion import fit_adc_loglinear, fit_adc_nonlinear, fit_adc_volume, fit_adc_weighted
from adcurate.errors import AdcurateError, SchemeError
from adcurate.findings import Finding
from adcurate.geometry import Contour, Plane, nearest_plane
from adcurate.model import (
    AdcUnit,
    Derivation,
    DiffusionStack,
    Exam,
    ObjectSource,
    ParameterMap,
    Series,
    canonical_json,
    content_digest,
    group_b_values,
)
from adcurate.model.contour_record import ContourRecord
from adcurate.model.jsonable import as_jsonable
from adcurate.model.protocol import AdcRule, RegionRule
from adcurate.region import measure_region

METHOD = "derive-exam/1"
_SCANNER_MAP_METHOD = "scanner-map/1"
_REGION_METHOD = "region/1"


@dataclass(frozen=True, slots=True)
class ExamTask:
    """One exam to derive: its objects (with the digests of their bytes), contours and the rules."""

    study_instance_uid: str
    subject: str
    sources: tuple[ObjectSource, ...]
    digests: tuple[str, ...]
    contours: tuple[ContourRecord, ...]
    adc: AdcRule
    region: RegionRule

    @property
    def derivation(self) -> Derivation:
        """Names the outcome before it is computed, so that it is computed once."""
        parameters = {
            "adc": as_jsonable(self.adc),
            "region": as_jsonable(self.region),
            "contours": [contour_digest([contour]) for contour in self.contours],
        }
        return Derivation("exam", METHOD, parameters, tuple(sorted(self.digests)))


@dataclass(frozen=True, slots=True)
class DerivedMap:
    """One ADC map as stored: float32 (slice, row, column) mm²/s in ``.npy`` form, NaN where not estimated."""

    source: str
    derivation: Derivation
    content: bytes = field(repr=False)
    affine_lps: tuple[tuple[float, ...], ...]


@dataclass(frozen=True, slots=True)
class DerivedMeasurement:
    """One region on one map: how it came to be, and the record."""

    derivation: Derivation
    record: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class DerivedExam:
    """All that one exam gives; `facts` holds its scanner, unit, series and findings."""

    task: Derivation
    facts: Mapping[str, Any]
    maps: tuple[DerivedMap, ...]
    measurements: tuple[DerivedMeasurement, ...]


def derive_exam(task: ExamTask) -> DerivedExam:
    """Read, prove the unit, refit, and measure every region on every map.

    What one exam cannot give is a finding in its facts; the others go on.
    """
    findings: list[Finding] = []
    exam = _read(task, findings)
    maps: list[ParameterMap] = []
    derivations: dict[str, Derivation] = {}
    unit: AdcUnit | None = None
    adc_series = _choose_adc(exam, task.contours, findings)
    diffusion = exam.of_kind("trace", "dwi")
    stack = _load_diffusion(diffusion, adc_series, task.adc, findings)
    if adc_series is not None:
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
            maps.append(_scanner_map(adc_series, unit, made))
            derivations["scanner"] = made
    if stack is not None:
        refitted = [one for one in diffusion if one.series_instance_uid in stack.series_instance_uids]
        made = Derivation(
            "adc-map",
            f"{task.adc.fit}/1",
            {"b_values": list(stack.b_values), "averaging": stack.averaging},
            _digests(task, refitted),
        )
        maps.append(_refit(stack, task.adc, made))
        derivations["refit"] = made
    measurements = _measure(task, exam, maps, findings)
    facts = _facts(task, exam, adc_series, stack, unit, findings)
    stored = tuple(
        DerivedMap(one.source, derivations[one.source], as_npy(one.values), affine_lps(one.planes))
        for one in maps
    )
    return DerivedExam(task.derivation, facts, stored, tuple(measurements))


def contour_digest(contours: Sequence[ContourRecord]) -> str:
    """The id of a region as drawn."""
    return content_digest(canonical_json([as_jsonable(contour) for contour in contours]).encode())


def as_npy(values: Floats) -> bytes:
    """A map as ``.npy`` bytes, float32."""
    buffer = io.BytesIO()
    np.save(buffer, np.ascontiguousarray(values, dtype=np.float32), allow_pickle=False)
    return buffer.getvalue()


def affine_lps(planes: Sequence[Plane]) -> tuple[tuple[float, ...], ...]:
    """The 4 x 4 matrix from (slice, row, column) to LPS mm; slices as far apart as the first two."""
    first = planes[0]
    down = np.asarray(first.column_direction) * first.row_spacing_mm
    right = np.asarray(first.row_direction) * first.column_spacing_mm
    if len(planes) > 1:
        through = np.asarray(planes[1].origin) - np.asarray(first.origin)
    else:
        through = np.asarray(first.normal) * (first.slice_thickness_mm or 1.0)
    matrix = np.eye(4)
    matrix[:3] = np.stack([through, down, right, np.asarray(first.origin)], axis=1)
    return tuple(tuple(float(value) for value in row) for row in matrix)


def _digests(task: ExamTask, series: Sequence[Series]) -> tuple[str, ...]:
    """The digests of the objects that these series are made of: where a map leads back to."""
    digest_of = dict(zip(task.sources, task.digests, strict=True))
    return tuple(sorted({digest_of[frame.source] for one in series for frame in one.frames}))


def _read(task: ExamTask, findings: list[Finding]) -> Exam:
    scan = read_exams(task.sources)
    findings += [
        Finding(refused.code, f"An object was not used: {refused.sentence}", "serious")
        for refused in scan.refused
    ]
    for exam in scan.exams:
        if exam.study_instance_uid == task.study_instance_uid:
            findings += exam.findings
            return exam
    return Exam(task.study_instance_uid, task.subject, "", ())


def _choose_adc(exam: Exam, contours: Sequence[ContourRecord], findings: list[Finding]) -> Series | None:
    """The map that was drawn on, else the first; several are a finding."""
    candidates = exam.of_kind("adc")
    if not candidates:
        findings.append(Finding("adc-map.none", "The exam holds no scanner ADC map.", "warning"))
        return None
    drawn_on = {contour.sop_instance_uid for contour in contours}
    chosen = next((s for s in candidates if drawn_on & set(s.sop_instance_uids)), candidates[0])
    if len(candidates) > 1:
        sentence = f"{len(candidates)} series are ADC maps; number {chosen.number} is used."
        findings.append(Finding("adc-map.several", sentence, "warning", {"series": str(chosen.number)}))
    return chosen


def _load_diffusion(
    series: Sequence[Series], adc: Series | None, rule: AdcRule, findings: list[Finding]
) -> DiffusionStack | None:
    """The signals to refit: trace images first, on the map's grid where there is one."""
    usable = [one for one in series if one.b_values]
    if adc is not None:
        grid = adc.frames[0].plane.shape
        on_grid = [one for one in usable if one.frames[0].plane.shape == grid]
        usable = on_grid or usable
    alone = [one for one in usable if len(one.b_values) > 1]
    chosen = [next((one for one in alone if one.kind == "trace"), alone[0])] if alone else usable
    if len(alone) > 1:
        sentence = f"{len(alone)} series could be refitted; number {chosen[0].number} is used."
        findings.append(Finding("diffusion.several", sentence, "note", {"series": str(chosen[0].number)}))
    for one in chosen:
        findings += one.findings
    try:
        stack = load_diffusion(chosen)
        return _with_b_values(stack, rule.b_values)
    except AdcurateError as error:
        findings.append(
            Finding("refit.impossible", f"No refit: {error.sentence}", "warning", {"code": error.code})
        )
        return None


def _with_b_values(stack: DiffusionStack, wanted: tuple[float, ...]) -> DiffusionStack:
    """The stack with the protocol's b-values only."""
    if not wanted:
        if len(stack.b_values) < 2:
            raise SchemeError(
                "scheme.too-few-b-values",
                f"The exam has {len(stack.b_values)} b-value; a fit needs two.",
                remedy="Add the exam's other diffusion series.",
            )
        return stack
    keep = []
    for b_value in wanted:
        near = [i for i, have in enumerate(stack.b_values) if len(group_b_values([have, b_value])) == 1]
        if not near:
            raise SchemeError(
                "scheme.too-few-b-values",
                f"The exam has no b = {b_value:g} s/mm², which the protocol fits.",
                remedy="Change adc.b_values of the protocol, or leave it empty to fit what there is.",
            )
        keep.append(near[0])
    return DiffusionStack(
        tuple(stack.volumes[i] for i in keep),
        tuple(stack.b_values[i] for i in keep),
        stack.planes,
        tuple(stack.origins[i] for i in keep),
        stack.series_instance_uids,
        stack.averaging,
    )


def _scanner_map(series: Series, unit: AdcUnit, made: Derivation) -> ParameterMap:
    """The scanner's map in mm²/s. A zero means not estimated."""
    loaded = load_adc_map(series)
    values = np.array(loaded.values, dtype=np.float64)
    values[values == 0] = np.nan
    values *= unit.mm2_per_s_per_stored_unit or np.nan
    return ParameterMap(
        values,
        loaded.planes,
        loaded.origins,
        series.series_instance_uid,
        "scanner",
        made.method,
        unit,
        made.derived_id,
    )


def _refit(stack: DiffusionStack, rule: AdcRule, made: Derivation) -> ParameterMap:
    """ADC from the exam's signals. Whole numbers take the fast path, tested against the reference."""
    whole = all(np.issubdtype(volume.dtype, np.integer) for volume in stack.volumes)
    if whole and rule.fit != "nonlinear":
        values = np.asarray(
            fit_adc_volume(stack.volumes, stack.b_values, method=rule.fit).adc, dtype=np.float64
        )
    else:
        fits = {"loglinear": fit_adc_loglinear, "weighted": fit_adc_weighted, "nonlinear": fit_adc_nonlinear}
        signal = np.stack(stack.volumes, axis=-1).astype(np.float64)
        values = fits[rule.fit](signal, stack.b_values).adc
    return ParameterMap(
        values,
        stack.planes,
        stack.origins[0],
        stack.series_instance_uids[0],
        "refit",
        made.method,
        None,
        made.derived_id,
    )


def _measure(
    task: ExamTask, exam: Exam, maps: Sequence[ParameterMap], findings: list[Finding]
) -> list[DerivedMeasurement]:
    regions: dict[tuple[str, str], list[ContourRecord]] = {}
    for contour in task.contours:
        regions.setdefault((contour.lesion, contour.reader), []).append(contour)
    frames_of = {
        (frame.sop_instance_uid, frame.frame_number): frame.plane
        for series in exam.series
        for frame in series.frames
    }
    measured = []
    for (lesion, reader), contours in sorted(regions.items()):
        where = {"lesion": lesion, "reader": reader}
        for one in maps:
            try:
                measured.append(_measure_region(task, one, lesion, reader, contours, frames_of, findings))
            except AdcurateError as error:
                sentence = f"A region was not measured on the {one.source} map: {error.sentence}"
                findings.append(Finding(error.code, sentence, "serious", {**where, "map": one.source}))
    return measured


def _measure_region(
    task: ExamTask,
    one: ParameterMap,
    lesion: str,
    reader: str,
    contours: Sequence[ContourRecord],
    frames_of: Mapping[tuple[str, int], Plane],
    findings: list[Finding],
) -> DerivedMeasurement:
    drawn = [contour for contour in contours if contour.role == "lesion"]
    positions = {_slice_of(contour, one, findings) for contour in drawn}
    if len(positions) > 1:
        sentence = f"The region has contours on {len(positions)} slices; the first slice is measured."
        findings.append(Finding("region.several-slices", sentence, "serious", {"lesion": lesion}))
    position = min(positions)
    here = [contour for contour in drawn if _slice_of(contour, one, []) == position]
    away = [c for c in contours if c.role == "exclusion" and _slice_of(c, one, []) == position]
    plane, origin = one.planes[position], one.origins[position]
    result = measure_region(
        one.values[position],
        plane,
        [_on_plane(contour, plane) for contour in here],
        exclusions=[_on_plane(contour, plane) for contour in away],
        rule=task.region.rule,
    )
    digest = contour_digest([*here, *away])
    made = Derivation(
        "measurement",
        _REGION_METHOD,
        {"rule": task.region.rule, "lesion": lesion, "reader": reader, "slice": position},
        (one.derived_id, digest),
    )
    summary = as_jsonable(result.summary)
    record = {
        "measurement_id": made.derived_id,
        "subject": task.subject,
        "lesion": lesion,
        "reader": reader,
        "map_source": one.source,
        "map_id": one.derived_id,
        "contour_digest": digest,
        "study_instance_uid": task.study_instance_uid,
        "series_instance_uid": one.series_instance_uid,
        "sop_instance_uid": origin.sop_instance_uid,
        "frame_number": origin.frame_number,
        "slice_index": position,
        "values": {
            name: value
            for name, value in summary.items()
            if isinstance(value, int | float) and not isinstance(value, bool)
        },
        "details": {"summary": summary, "fragility": as_jsonable(result.fragility), "rule": result.rule},
    }
    return DerivedMeasurement(made, record)


def _slice_of(contour: ContourRecord, one: ParameterMap, findings: list[Finding]) -> int:
    """The map's slice that a contour belongs to: the one it was drawn on, else the nearest."""
    drawn_on = (contour.sop_instance_uid, contour.frame_number)
    for position, origin in enumerate(one.origins):
        if (origin.sop_instance_uid, origin.frame_number) == drawn_on:
            return position
    position = nearest_plane(one.planes, contour.points_lps_mm)
    if one.source == "scanner":
        sentence = "A contour drawn on another series is measured on the nearest slice of the ADC map."
        findings.append(Finding("contour.projected", sentence, "note", {"lesion": contour.lesion}))
    return position


def _on_plane(contour: ContourRecord, plane: Plane) -> Contour:
    """The contour's rings, moved along the normal onto the slice when they were drawn beside it."""

    def moved(points: Sequence[Sequence[float]]) -> Floats:
        ring = np.asarray(points, dtype=np.float64)
        return ring - np.outer(plane.distance_mm(ring), np.asarray(plane.normal))

    return Contour(moved(contour.points_lps_mm), [moved(hole) for hole in contour.holes_lps_mm])


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
