"""From a body and its lesions to images: the diffusion truth, signals, noise, the scanner's own map."""

from __future__ import annotations

import math
from typing import Final, Literal

import numpy as np

from adcurate.arrays import Bools, Floats32
from adcurate.diffusion import simulate_rician
from adcurate.phantom.adc_values import lesion_values
from adcurate.phantom.anatomy import Body, speckle
from adcurate.phantom.drawing import Drawing
from adcurate.phantom.grid import Grid
from adcurate.phantom.lesion import Outline, core_depth
from adcurate.phantom.prescription import ADC_UNIT, HIGHEST_STORED_ADC, LesionPrescription
from adcurate.phantom.tissue import LESION, LESION_CORE, LESION_RIM_T1_CE, TISSUES, WATERY_LESION

Int16s = np.ndarray[tuple[int, ...], np.dtype[np.int16]]
HIGHEST_STORED: Final = 4095.0  # 12 bits
_DETECTION_LIMIT: Final = 4.0  # noise standard deviations below which a scanner gives no ADC


def truth_with_lesions(
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
        look = WATERY_LESION if lesion.watery else LESION
        log_s0[box] += cover * (np.log(look.s0) + look.texture * grain[box] - log_s0[box])
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
        truth[outline.slice_index][drawing.voxels] = lesion_values(lesion, drawing.voxels, rng)
    return np.exp(log_s0), truth


def diffusion_signal(s0: Floats32, true_adc: Int16s, b_value: float) -> Floats32:
    """``S(b) = S0 exp(-b ADC)``, noise-free."""
    return np.asarray(s0 * np.exp(np.float32(-b_value * ADC_UNIT) * true_adc), dtype=np.float32)


def weighted_signal(
    layer: Floats32,
    contrast: Literal["t2", "t1_ce"],
    lesions: tuple[LesionPrescription, ...],
    outlines: tuple[Outline, ...],
    grid: Grid,
) -> Floats32:
    signal = layer * coil_shading(grid)
    for lesion, outline in zip(lesions, outlines, strict=True):
        box, depth = outline.depth_mm(grid)
        cover = np.clip(0.5 + depth / (1.1 * grid.pixel_mm), 0.0, 1.0)
        look = WATERY_LESION if lesion.watery else LESION
        inner: float | Floats32 = look.t2
        if contrast == "t1_ce":
            rim = np.exp(-np.maximum(depth, 0.0) / 3.5)
            inner = np.asarray(look.t1_ce + (LESION_RIM_T1_CE - look.t1_ce) * rim, dtype=np.float32)
        signal[box] += cover * (inner - signal[box])
        if lesion.cystic_centre:
            box, depth = core_depth(outline, grid)
            cover = np.clip(0.5 + depth / (0.8 * grid.pixel_mm), 0.0, 1.0)
            signal[box] += cover * ((LESION_CORE.t2 if contrast == "t2" else LESION_CORE.t1_ce) - signal[box])
    return signal


def coil_shading(grid: Grid) -> Floats32:
    """Receive coils in front and behind: a little brighter near the skin."""
    x, y, _ = grid.axes_mm()
    r2 = (x[None, :] / 180.0) ** 2 + (y[:, None] / 125.0) ** 2 + 0.25 * (y[:, None] / 125.0)
    return np.asarray(0.93 + 0.16 * r2, dtype=np.float32)[None]


def acquire(signal: Floats32, noise_sd: float, rng: np.random.Generator) -> Int16s:
    """What the scanner stores: magnitudes with Rician noise, as 12-bit integers."""
    noisy = simulate_rician(signal, noise_sd, rng) if noise_sd > 0 else signal
    stored: Int16s = np.rint(np.minimum(noisy, HIGHEST_STORED)).astype(np.int16)
    return stored


def scanner_map(dwi: dict[float, Int16s], body: Body, noise_sd: float) -> Int16s:
    """What the scanner computes inline: a log-linear fit over all b-values, 0 where signal is too weak."""
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


def nominal_liver(b_value: float) -> float:
    liver = TISSUES["liver"]
    return liver.s0 * math.exp(-b_value * ADC_UNIT * liver.adc)
