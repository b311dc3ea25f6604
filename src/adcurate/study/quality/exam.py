"""The quality of one exam's diffusion images; stands on its own, so that worker processes can run it."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from adcurate.arrays import Bools, Floats
from adcurate.dicom.reading.diffusion_signals import load_diffusion
from adcurate.dicom.reading.exams import read_exams
from adcurate.diffusion import fit_adc_loglinear
from adcurate.diffusion.motion import Shift, estimate_shift
from adcurate.diffusion.noise import NoiseEstimate, estimate_noise, on_noise_floor
from adcurate.errors import AdcurateError
from adcurate.findings import Finding
from adcurate.geometry import Contour, Plane, nearest_plane
from adcurate.model import DiffusionStack, Exam, ObjectSource, Series
from adcurate.model.contour_record import ContourRecord
from adcurate.model.quality import ExamQuality, ImageQuality, QualityPicture, RegionQuality
from adcurate.region.measure import find_voxels
from adcurate.study.quality.noteworthy import padding_findings, quality_findings
from adcurate.study.quality.stored_values import padded_pixels, saturated_pixels

_BODY_OF_TOP = 0.1


@dataclass(frozen=True, slots=True)
class QualityTask:
    """One exam to examine, with the contours drawn on it."""

    study_instance_uid: str
    subject: str
    sources: tuple[ObjectSource, ...]
    contours: tuple[ContourRecord, ...]


@dataclass(frozen=True, slots=True)
class ExaminedExam:
    """The numbers, and the pictures: one for each region's slice, or the middle one."""

    quality: ExamQuality
    pictures: tuple[QualityPicture, ...]


def examine_exam(task: QualityTask) -> ExaminedExam:
    """Measure noise, movement between b-values, saturation and noise floor; nothing is changed."""
    scan = read_exams(task.sources)
    exam = next((one for one in scan.exams if one.study_instance_uid == task.study_instance_uid), None)
    found = [Finding(one.code, f"An object was not used: {one.sentence}", "serious") for one in scan.refused]
    series = () if exam is None else exam.of_kind("trace", "dwi")
    stack = _stack(series, found)
    for one in series:
        found += one.findings
    if exam is None or stack is None:
        return ExaminedExam(_empty(task, exam, found), ())
    hidden = padded_pixels(series, stack)
    judged = _without(hidden, stack)
    noise = estimate_noise(judged.volumes[0])
    saturated = saturated_pixels(series, stack, hidden)
    images = tuple(_image(stack, judged, i, noise, saturated[i]) for i in range(len(stack.b_values)))
    regions, pictures = _regions(task, stack, hidden, noise, saturated)
    found += padding_findings(regions)
    quality = ExamQuality(
        task.study_instance_uid,
        task.subject,
        _scanner(exam),
        stack.b_values,
        len(stack.planes),
        noise.sigma,
        noise.method,
        images,
        regions,
        (),
    )
    found += quality_findings(quality, stack.planes[0])
    examined = replace(quality, findings=_once(found))
    return ExaminedExam(examined, pictures or (_picture(stack, len(stack.planes) // 2, (), noise),))


def _once(found: Sequence[Finding]) -> tuple[Finding, ...]:
    return tuple(one for i, one in enumerate(found) if one not in found[:i])


def _empty(task: QualityTask, exam: Exam | None, found: Sequence[Finding]) -> ExamQuality:
    scanner = "" if exam is None else _scanner(exam)
    return ExamQuality(
        task.study_instance_uid, task.subject, scanner, (), 0, None, "none", (), (), _once(found)
    )


def _scanner(exam: Exam) -> str:
    first = next(iter(exam.series), None)
    if first is None:
        return ""
    field = "" if first.field_strength_t is None else f" {first.field_strength_t:g} T"
    return f"{first.model or first.vendor}{field}"


def _stack(series: Sequence[Series], found: list[Finding]) -> DiffusionStack | None:
    """The signals that the study would fit: the series with most b-values, else all of them together."""
    usable = [one for one in series if one.b_values]
    alone = [one for one in usable if len(one.b_values) > 1]
    chosen = [max(alone, key=lambda one: (one.kind == "trace", len(one.b_values)))] if alone else usable
    try:
        return load_diffusion(chosen)
    except AdcurateError as trouble:
        found.append(
            Finding("quality.no-signals", f"No diffusion images to examine: {trouble.sentence}", "serious")
        )
        return None


def _without(hidden: Bools, stack: DiffusionStack) -> DiffusionStack:
    """The stack with NaN where there is no image."""
    if not hidden.any():
        return stack
    return replace(stack, volumes=tuple(np.where(hidden, np.nan, volume) for volume in stack.volumes))


def _image(
    stack: DiffusionStack, judged: DiffusionStack, i: int, noise: NoiseEstimate, saturated: Bools
) -> ImageQuality:
    volume = np.asarray(judged.volumes[i], dtype=np.float64)
    body = _body(judged)
    snr = None if noise.sigma is None or not body.any() else float(np.median(volume[body]) / noise.sigma)
    shifts = [] if i == 0 else _shifts(stack, i)
    told = [shift for shift in shifts if math.isfinite(shift.row_mm)]
    median = largest = None
    if i == 0:
        median, largest = (0.0, 0.0), 0.0
    elif told:
        rows, columns = [s.row_mm for s in told], [s.column_mm for s in told]
        median = (float(np.median(rows)), float(np.median(columns)))
        largest = max(shift.length_mm for shift in told)
    return ImageQuality(stack.b_values[i], snr, median, largest, int(saturated.sum()))


def _body(stack: DiffusionStack) -> Bools:
    lowest = np.asarray(stack.volumes[0], dtype=np.float64)
    return np.asarray(lowest > _BODY_OF_TOP * np.nanpercentile(lowest, 99.5))


def _shifts(stack: DiffusionStack, i: int) -> list[Shift]:
    plane = stack.planes[0]
    spacing = (plane.row_spacing_mm, plane.column_spacing_mm)
    return [
        estimate_shift(stack.volumes[0][z], stack.volumes[i][z], spacing) for z in range(len(stack.planes))
    ]


def _regions(
    task: QualityTask,
    stack: DiffusionStack,
    hidden: Bools,
    noise: NoiseEstimate,
    saturated: Sequence[Bools],
) -> tuple[tuple[RegionQuality, ...], tuple[QualityPicture, ...]]:
    grouped: dict[tuple[str, str, int], list[ContourRecord]] = {}
    for contour in task.contours:
        if contour.role == "lesion":
            position = nearest_plane(stack.planes, contour.points_lps_mm)
            grouped.setdefault((contour.lesion, contour.reader, position), []).append(contour)
    regions: list[RegionQuality] = []
    rings: dict[int, list[Floats]] = {}
    for (lesion, reader, position), contours in sorted(grouped.items()):
        plane = stack.planes[position]
        try:
            voxels = find_voxels(plane, [_flat(one, plane) for one in contours])["centre"]
        except AdcurateError:
            continue
        drawn = voxels.mask()
        mask = drawn & ~hidden[position]
        if not mask.any():
            continue
        signals = [np.asarray(volume[position], dtype=np.float64)[mask] for volume in stack.volumes]
        regions.append(
            RegionQuality(
                lesion,
                reader,
                position,
                int(mask.sum()),
                tuple(None if noise.sigma is None else float(one.mean() / noise.sigma) for one in signals),
                int(on_noise_floor(signals[-1], noise.sigma).sum()),
                int(np.any([one[position][mask] for one in saturated], axis=0).sum()),
                int((drawn & hidden[position]).sum()),
            )
        )
        rings.setdefault(position, []).extend(plane.to_pixel(one.points_lps_mm) for one in contours)
    pictures = tuple(_picture(stack, position, tuple(rings[position]), noise) for position in sorted(rings))
    return tuple(regions), pictures


def _flat(contour: ContourRecord, plane: Plane) -> Contour:
    """The contour moved along the normal onto the slice, as it is measured."""

    def moved(points: Sequence[Sequence[float]]) -> Floats:
        ring = np.asarray(points, dtype=np.float64)
        return ring - np.outer(plane.distance_mm(ring), np.asarray(plane.normal))

    return Contour(moved(contour.points_lps_mm), [moved(hole) for hole in contour.holes_lps_mm])


def _picture(
    stack: DiffusionStack, position: int, rings: tuple[Floats, ...], noise: NoiseEstimate
) -> QualityPicture:
    images = tuple(np.asarray(volume[position], dtype=np.float64) for volume in stack.volumes)
    plane = stack.planes[position]
    adc = np.full(plane.shape, np.nan)
    if len(images) > 1:
        adc = fit_adc_loglinear(np.stack(images, axis=-1), stack.b_values).adc
    return QualityPicture(
        position,
        stack.b_values,
        images,
        adc,
        rings,
        on_noise_floor(images[-1], noise.sigma) & _body(stack)[position],
        plane.row_spacing_mm / plane.column_spacing_mm,
    )
