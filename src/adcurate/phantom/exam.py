"""A whole synthetic exam in memory: images, the scanner's ADC map, the reader's contours, and the truth."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final, Literal

import numpy as np

from adcurate.arrays import Bools, Floats
from adcurate.phantom.anatomy import paint_body
from adcurate.phantom.drawing import Drawing, draw_contour, redraw_contour
from adcurate.phantom.grid import Grid, centred_grid
from adcurate.phantom.lesion import Outline, place_lesions, station_of
from adcurate.phantom.prescription import (
    ENHANCED,
    ExamPrescription,
    LesionPrescription,
    check_exam,
    played_out,
)
from adcurate.phantom.signals import (
    Int16s,
    acquire,
    coil_shading,
    diffusion_signal,
    nominal_liver,
    scanner_map,
    truth_with_lesions,
    weighted_signal,
)

SeriesKind = Literal["t2", "dwi", "adc", "t1_ce"]

_SLAB_MM: Final = 6.0  # of each diffusion slice, gap included
_N_HABITUS: Final = 3
_T2_AND_T1_NOISE: Final = 8.0


@dataclass(frozen=True, slots=True)
class DrawnLesion:
    """A lesion as the reader drew it on the ADC map.

    Attributes
    ----------
    points_lps_mm : (n, 3)
        The outer ring, not closed by repeating its first point.
    holes_lps_mm : tuple of (m, 3)
    sop_instance_uid, frame_number
        The ADC image it is drawn on; the frame counts from 1.
    voxels : (row, column)
        The voxels of that slice whose centres the contour encloses.
    """

    prescription: LesionPrescription
    slice_index: int
    sop_instance_uid: str
    frame_number: int
    points_lps_mm: Floats
    holes_lps_mm: tuple[Floats, ...]
    voxels: Bools


@dataclass(frozen=True, slots=True)
class SyntheticExam:
    """Every image of an exam, and what is true about it. Axes (slice, row, column), slices from foot to head.

    Attributes
    ----------
    dwi : by chosen b-value in s/mm^2
        Trace images with Rician noise, stored units; made with the b-values that the scanner plays out.
    adc : stored units of 1e-6 mm^2/s
        The scanner's map: the log-linear fit of `dwi`, the prescribed values inside the contours, and 0
        where nothing was estimated.
    true_adc : stored units of 1e-6 mm^2/s
        What the diffusion images were made from; 0 outside the body.
    noise_sd : stored units
        Standard deviation of the noise in one channel.
    liver : voxels
        Lesion-free liver; empty in the pelvis.
    grid, t2_grid, t1_grid
        `grid` holds the diffusion images and the ADC map.
    """

    prescription: ExamPrescription
    t2: Int16s
    dwi: dict[float, Int16s]
    adc: Int16s
    t1_ce: Int16s
    true_adc: Int16s
    noise_sd: float
    liver: Bools
    grid: Grid
    t2_grid: Grid
    t1_grid: Grid
    lesions: tuple[DrawnLesion, ...]

    def uid(self, *parts: object) -> str:
        """A UID that depends on the prescription's seed and patient, and on `parts`."""
        return _uid(self.prescription, *parts)

    def sop_instance_uid(self, kind: SeriesKind, instance: int) -> str:
        """The UID of one object of a series; enhanced series have only instance 0."""
        return _uid(self.prescription, "instance", kind, instance)


def simulate_exam(prescription: ExamPrescription) -> SyntheticExam:
    """Simulate one exam.

    Diffusion follows ``S(b) = S0 exp(-b ADC)`` with the integer ADC map as truth; noise is Rician. A pure
    function of the prescription.

    Raises
    ------
    PhantomError
        ``phantom.prescription``
    """
    check_exam(prescription)
    rng = np.random.default_rng(
        [prescription.seed, *hashlib.sha256(prescription.patient_id.encode()).digest()[:8]]
    )
    habitus = int(rng.integers(_N_HABITUS))
    slab = _SLAB_MM * prescription.n_slices
    matrix = prescription.matrix
    grid = centred_grid(prescription.n_slices, matrix, fov_mm=prescription.fov_mm, slab_mm=slab, filled=5 / 6)
    t2_grid = centred_grid(
        prescription.n_slices, matrix * 5 // 4, fov_mm=prescription.fov_mm, slab_mm=slab, filled=5 / 6
    )
    t1_grid = centred_grid(
        prescription.n_slices * 4 // 3, matrix * 5 // 4, fov_mm=prescription.fov_mm, slab_mm=slab, filled=1.0
    )
    station = station_of(prescription.lesions)
    outlines = place_lesions(prescription.lesions, habitus, grid, rng)
    drawings = tuple(
        draw_contour(outline, lesion, grid, rng)
        for outline, lesion in zip(outlines, prescription.lesions, strict=True)
    )
    body = paint_body(station, habitus, grid)
    liver = body.liver > 0.95
    s0, true_adc = truth_with_lesions(body, prescription.lesions, outlines, drawings, grid, liver, rng)
    s0 *= coil_shading(grid)
    t2_body, t1_body = paint_body(station, habitus, t2_grid), paint_body(station, habitus, t1_grid)
    actual = {b: played_out(prescription.dialect, b) for b in prescription.b_values}
    noise_free = {b: diffusion_signal(s0, true_adc, actual[b]) for b in prescription.b_values}
    lowest = prescription.b_values[0]
    reference = float(noise_free[lowest][liver].mean()) if liver.any() else nominal_liver(lowest)
    noise_sd = reference / prescription.snr
    dwi = {b: acquire(signal, noise_sd, rng) for b, signal in noise_free.items()}
    adc = scanner_map({actual[b]: stored for b, stored in dwi.items()}, body, noise_sd)
    for drawing, outline in zip(drawings, outlines, strict=True):
        adc[outline.slice_index][drawing.voxels] = true_adc[outline.slice_index][drawing.voxels]
    t2 = weighted_signal(t2_body.t2, "t2", prescription.lesions, outlines, t2_grid)
    t1_ce = weighted_signal(t1_body.t1_ce, "t1_ce", prescription.lesions, outlines, t1_grid)
    t2_stored, t1_stored = acquire(t2, _T2_AND_T1_NOISE, rng), acquire(t1_ce, _T2_AND_T1_NOISE, rng)
    drawn = tuple(
        _as_drawn(prescription, lesion, outline, drawing)
        for lesion, outline, drawing in zip(prescription.lesions, outlines, drawings, strict=True)
    )
    return SyntheticExam(
        prescription,
        t2_stored,
        dwi,
        adc,
        t1_stored,
        true_adc,
        noise_sd,
        liver,
        grid,
        t2_grid,
        t1_grid,
        drawn,
    )


def redraw_lesions(exam: SyntheticExam, *, reader: str = "R2") -> tuple[DrawnLesion, ...]:
    """Every lesion as another reader might draw it on the same image: made up, and the same each time.

    It depends on the exam's seed, the patient, the lesion and `reader`; the exam itself is not touched.

    Raises
    ------
    PhantomError
        ``phantom.prescription``: nothing is left inside a contour.
    """
    return tuple(_redraw(exam, lesion, reader) for lesion in exam.lesions)


def _redraw(exam: SyntheticExam, lesion: DrawnLesion, reader: str) -> DrawnLesion:
    order = exam.prescription
    key = f"{order.patient_id}/{lesion.prescription.label}/{reader}".encode()
    rng = np.random.default_rng([order.seed, *hashlib.sha256(key).digest()[:8]])
    first = Drawing(lesion.points_lps_mm, lesion.holes_lps_mm, lesion.voxels)
    again = redraw_contour(first, lesion.slice_index, exam.grid, rng)
    return replace(lesion, points_lps_mm=again.outer, holes_lps_mm=again.holes, voxels=again.voxels)


def contour_records(
    exam: SyntheticExam, *, reader: str = "R1", lesions: Sequence[DrawnLesion] | None = None
) -> list[dict[str, object]]:
    """A reader's contours in the project's JSON form, coordinates in LPS mm rounded to 0.001.

    `lesions` are what the reader drew: the exam's own when None, or those of `redraw_lesions`.

    Returns
    -------
    One record for each lesion: ``subject``, ``lesion``, ``reader``, ``sop_instance_uid``,
    ``frame_number``, ``points_lps_mm``, ``holes_lps_mm``, ``role``.
    """
    return [
        {
            "subject": exam.prescription.patient_id,
            "lesion": lesion.prescription.label,
            "reader": reader,
            "sop_instance_uid": lesion.sop_instance_uid,
            "frame_number": lesion.frame_number,
            "points_lps_mm": np.round(lesion.points_lps_mm, 3).tolist(),
            "holes_lps_mm": [np.round(hole, 3).tolist() for hole in lesion.holes_lps_mm],
            "role": "lesion",
        }
        for lesion in (exam.lesions if lesions is None else lesions)
    ]


def _as_drawn(
    prescription: ExamPrescription, lesion: LesionPrescription, outline: Outline, drawing: Drawing
) -> DrawnLesion:
    enhanced = prescription.dialect in ENHANCED
    return DrawnLesion(
        lesion,
        outline.slice_index,
        _uid(prescription, "instance", "adc", 0 if enhanced else outline.slice_index),
        outline.slice_index + 1 if enhanced else 1,
        drawing.outer,
        drawing.holes,
        drawing.voxels,
    )


def _uid(prescription: ExamPrescription, *parts: object) -> str:
    key = "/".join(
        str(part) for part in (prescription.seed, prescription.patient_id, prescription.dialect, *parts)
    )
    number = int.from_bytes(hashlib.sha256(key.encode()).digest()[:16], "big")
    number = number & ~(0xF << 76) | (0x8 << 76)  # UUID version 8, made from a hash
    number = number & ~(0x3 << 62) | (0x2 << 62)
    return f"2.25.{number}"
