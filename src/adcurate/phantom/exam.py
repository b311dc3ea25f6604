"""A whole synthetic exam in memory: T2, diffusion at every b-value, the scanner's ADC map, enhanced T1, and the truth."""

from __future__ import annotations

import hashlib
import math
from dataclasses import dataclass
from typing import Final, Literal

import numpy as np
from scipy import ndimage

from adcurate.arrays import Bools, Floats, Floats32
from adcurate.phantom.anatomy import Body, paint_body, speckle
from adcurate.phantom.grid import Grid, centred_grid
from adcurate.phantom.lesion import (
    Drawing,
    Outline,
    core_depth,
    draw_contour,
    place_lesions,
    solve_adc,
    station_of,
)
from adcurate.phantom.prescription import (
    ADC_UNIT,
    HIGHEST_STORED_ADC,
    ExamPrescription,
    LesionPrescription,
    check_exam,
)
from adcurate.phantom.tissue import LESION, LESION_CORE, LESION_RIM_T1_CE, TISSUES

SeriesKind = Literal["t2", "dwi", "adc", "t1_ce"]
Int16s = np.ndarray[tuple[int, ...], np.dtype[np.int16]]

_FOV_MM: Final = 360.0
_SLAB_MM: Final = 6.0  # of each diffusion slice, gap included
_N_HABITUS: Final = 3
_DETECTION_LIMIT: Final = 4.0  # noise standard deviations below which a scanner gives no ADC


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
    dwi : by b-value in s/mm^2
        Trace images with Rician noise, stored units.
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
    grid = centred_grid(prescription.n_slices, matrix, fov_mm=_FOV_MM, slab_mm=slab, filled=5 / 6)
    t2_grid = centred_grid(prescription.n_slices, matrix * 5 // 4, fov_mm=_FOV_MM, slab_mm=slab, filled=5 / 6)
    t1_grid = centred_grid(
        prescription.n_slices * 4 // 3, matrix * 5 // 4, fov_mm=_FOV_MM, slab_mm=slab, filled=1.0
    )
    station = station_of(prescription.lesions)
    outlines = place_lesions(prescription.lesions, habitus, grid, rng)
    drawings = tuple(
        draw_contour(outline, lesion, grid, rng)
        for outline, lesion in zip(outlines, prescription.lesions, strict=True)
    )
    body = paint_body(station, habitus, grid)
    liver = body.liver > 0.95
    s0, true_adc = _with_lesions(body, prescription.lesions, outlines, drawings, grid, liver, rng)
    shading = _coil_shading(grid)
    t2_body, t1_body = paint_body(station, habitus, t2_grid), paint_body(station, habitus, t1_grid)
    noise_free = {
        b: s0 * shading * np.exp(np.float32(-b * ADC_UNIT) * true_adc) for b in prescription.b_values
    }
    lowest = prescription.b_values[0]
    reference = float(noise_free[lowest][liver].mean()) if liver.any() else _nominal_liver(lowest)
    noise_sd = reference / prescription.snr
    dwi = {b: _acquire(signal, noise_sd, rng) for b, signal in noise_free.items()}
    adc = _scanner_map(dwi, body, noise_sd)
    for drawing, outline in zip(drawings, outlines, strict=True):
        adc[outline.slice_index][drawing.voxels] = true_adc[outline.slice_index][drawing.voxels]
    weighted = [
        _acquire(_weighted(layer, contrast, prescription.lesions, outlines, own), 8.0, rng)
        for contrast, layer, own in (("t2", t2_body.t2, t2_grid), ("t1_ce", t1_body.t1_ce, t1_grid))
    ]
    drawn = tuple(
        _as_drawn(prescription, lesion, outline, drawing)
        for lesion, outline, drawing in zip(prescription.lesions, outlines, drawings, strict=True)
    )
    return SyntheticExam(
        prescription,
        weighted[0],
        dwi,
        adc,
        weighted[1],
        true_adc,
        noise_sd,
        liver,
        grid,
        t2_grid,
        t1_grid,
        drawn,
    )


def contour_records(exam: SyntheticExam, *, reader: str = "R1") -> list[dict[str, object]]:
    """The reader's contours in the project's JSON form, coordinates in LPS mm rounded to 0.001.

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
        for lesion in exam.lesions
    ]


def _with_lesions(
    body: Body,
    lesions: tuple[LesionPrescription, ...],
    outlines: tuple[Outline, ...],
    drawings: tuple[Drawing, ...],
    grid: Grid,
    liver: Bools,
    rng: np.random.Generator,
) -> tuple[Floats32, Int16s]:
    """S0 and the integer ADC truth, with the lesions in them; takes the lesions out of `liver`."""
    log_s0, adc = np.log(body.s0), body.adc.copy()
    grain = speckle(rng, grid)
    for lesion, outline in zip(lesions, outlines, strict=True):
        box, depth = outline.depth_mm(grid)
        cover = np.clip(0.5 + depth / (1.1 * grid.pixel_mm), 0.0, 1.0)
        log_s0[box] += cover * (np.log(LESION.s0) + LESION.texture * grain[box] - log_s0[box])
        adc[box] += cover * (lesion.stored_mean * (1.0 + 0.10 * grain[box]) - adc[box])
        liver[box] &= cover == 0
        if lesion.cystic_centre:
            box, depth = core_depth(outline, grid)
            cover = np.clip(0.5 + depth / (0.6 * grid.pixel_mm), 0.0, 1.0)
            log_s0[box] += cover * (np.log(LESION_CORE.s0) - log_s0[box])
            adc[box] += cover * (LESION_CORE.adc * (1.0 + 0.03 * grain[box]) - adc[box])
    truth: Int16s = np.rint(np.clip(np.where(body.inside > 0.5, adc, 0.0), 0.0, HIGHEST_STORED_ADC)).astype(
        np.int16
    )
    for lesion, outline, drawing in zip(lesions, outlines, drawings, strict=True):
        truth[outline.slice_index][drawing.voxels] = _lesion_values(lesion, drawing, rng)
    return np.exp(log_s0), truth


def _lesion_values(lesion: LesionPrescription, drawing: Drawing, rng: np.random.Generator) -> Int16s:
    """Values for the contour's voxels, darkest where the texture is darkest away from the edge."""
    rows, columns = np.nonzero(drawing.voxels)
    window = (int(np.ptp(rows)) + 9, int(np.ptp(columns)) + 9)
    noise = rng.standard_normal(window)
    smooth = ndimage.gaussian_filter(noise, 1.2)
    field = smooth / smooth.std() + 0.7 * rng.standard_normal(window)
    pattern = field[rows - rows.min() + 4, columns - columns.min() + 4]
    pattern = (pattern - pattern.mean()) / max(float(pattern.std()), 1e-9)
    core = ndimage.distance_transform_edt(np.pad(drawing.voxels, 1))[1:-1, 1:-1][rows, columns]
    darkest = int(np.argmin(pattern - 0.8 * np.minimum(core, 2.0)))
    distance = np.hypot(rows - rows[darkest], columns - columns[darkest])
    values = solve_adc(pattern, distance, mean=lesion.stored_mean, minimum=lesion.stored_minimum)
    return values.astype(np.int16)


def _weighted(
    layer: Floats32,
    contrast: Literal["t2", "t1_ce"],
    lesions: tuple[LesionPrescription, ...],
    outlines: tuple[Outline, ...],
    grid: Grid,
) -> Floats32:
    signal = layer * _coil_shading(grid)
    for lesion, outline in zip(lesions, outlines, strict=True):
        box, depth = outline.depth_mm(grid)
        cover = np.clip(0.5 + depth / (1.1 * grid.pixel_mm), 0.0, 1.0)
        value = LESION.t2
        inner: float | Floats32 = value
        if contrast == "t1_ce":
            inner = LESION.t1_ce + (LESION_RIM_T1_CE - LESION.t1_ce) * np.exp(-np.maximum(depth, 0.0) / 3.5)
        signal[box] += cover * (inner - signal[box])
        if lesion.cystic_centre:
            box, depth = core_depth(outline, grid)
            cover = np.clip(0.5 + depth / (0.8 * grid.pixel_mm), 0.0, 1.0)
            signal[box] += cover * ((LESION_CORE.t2 if contrast == "t2" else LESION_CORE.t1_ce) - signal[box])
    return signal


def _coil_shading(grid: Grid) -> Floats32:
    """Receive coils in front and behind: a little brighter near the skin."""
    x, y, _ = grid.axes_mm()
    r2 = (x[None, :] / 180.0) ** 2 + (y[:, None] / 125.0) ** 2 + 0.25 * (y[:, None] / 125.0)
    return np.asarray(0.93 + 0.16 * r2, dtype=np.float32)[None]


def _acquire(signal: Floats32, noise_sd: float, rng: np.random.Generator) -> Int16s:
    """The magnitude of a complex signal with Gaussian noise in both channels, as 12-bit integers."""
    if noise_sd > 0:
        real = rng.standard_normal(signal.shape, dtype=np.float32)
        real *= np.float32(noise_sd)
        real += signal
        imaginary = rng.standard_normal(signal.shape, dtype=np.float32)
        imaginary *= np.float32(noise_sd)
        signal = np.hypot(real, imaginary)
    stored: Int16s = np.rint(np.minimum(signal, 4095.0)).astype(np.int16)
    return stored


def _scanner_map(dwi: dict[float, Int16s], body: Body, noise_sd: float) -> Int16s:
    """What the scanner computes inline: a log-linear fit over all b-values, 0 where there is too little signal."""
    b_values = np.array(list(dwi))
    weight = (b_values - b_values.mean()) / ((b_values - b_values.mean()) ** 2).sum()
    slope = sum(
        np.float32(w) * np.log(np.maximum(stored, 1).astype(np.float32))
        for w, stored in zip(weight, dwi.values(), strict=True)
    )
    lowest = dwi[float(b_values[0])]
    seen = (body.inside > 0.5) & (lowest > max(_DETECTION_LIMIT * noise_sd, 12.0))
    fitted: Int16s = np.rint(np.where(seen, np.clip(-slope / ADC_UNIT, 0, HIGHEST_STORED_ADC), 0)).astype(
        np.int16
    )
    return fitted


def _nominal_liver(b_value: float) -> float:
    liver = TISSUES["liver"]
    return liver.s0 * math.exp(-b_value * ADC_UNIT * liver.adc)


def _as_drawn(
    prescription: ExamPrescription, lesion: LesionPrescription, outline: Outline, drawing: Drawing
) -> DrawnLesion:
    enhanced = prescription.dialect == "siemens-xa"
    rings = [
        np.column_stack([ring, np.full(len(ring), outline.z)]) for ring in (drawing.outer, *drawing.holes)
    ]
    return DrawnLesion(
        lesion,
        outline.slice_index,
        _uid(prescription, "instance", "adc", 0 if enhanced else outline.slice_index),
        outline.slice_index + 1 if enhanced else 1,
        rings[0],
        tuple(rings[1:]),
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
