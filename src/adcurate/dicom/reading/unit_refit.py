"""The refit that proves the unit of an ADC map: which series can be fitted again, and how they agree."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from adcurate.arrays import Bools, Floats
from adcurate.dicom.reading.diffusion_signals import load_diffusion
from adcurate.diffusion import MapAgreement, compare_maps, explain_scanner_map, fit_adc_loglinear
from adcurate.errors import AdcurateError, FitError, SignalError
from adcurate.findings import Finding
from adcurate.geometry import Plane, matching_slices, resample_bilinear
from adcurate.model import DiffusionStack, ImageStack, Series

SIGNAL_FRACTION: Final = 0.10
_SAME_PLANE_MM: Final = 0.1


@dataclass(frozen=True, slots=True)
class Refit:
    """How a refit of one or several series agrees with the map; `resampled` where their grids differ."""

    agreement: MapAgreement
    formula: str | None
    series_uids: tuple[str, ...]
    resampled: bool = False


def best_refit(
    adc_map: ImageStack, diffusion: Sequence[Series], stated_mm2_per_s: float | None = None
) -> tuple[Refit | None, list[Finding]]:
    """The first refit that proves a unit (the header's own where it fits), else the one that follows best."""
    best: Refit | None = None
    findings: list[Finding] = []
    for candidate in _candidates(diffusion):
        try:
            refit = _refit(adc_map, candidate, stated_mm2_per_s)
        except AdcurateError as error:
            findings.append(
                Finding(
                    "adc-unit.refit-impossible",
                    f"A diffusion series could not be refitted to prove the ADC map's unit. {error.sentence}",
                    "note",
                    {"code": error.code},
                )
            )
            continue
        if refit is None:
            continue
        if refit.agreement.unit_mm2_per_s is not None:
            return refit, []
        if best is None or not np.isfinite(best.agreement.r) or refit.agreement.r > best.agreement.r:
            best = refit
    return best, findings


def _candidates(diffusion: Sequence[Series]) -> list[tuple[Series, ...]]:
    """Sets of series to refit: each with two b-values alone, trace images first; then all on one grid."""
    weighted = sorted(
        (one for one in diffusion if one.kind in ("dwi", "trace") and one.b_values),
        key=lambda one: (one.kind != "trace", one.number or 0),
    )
    alone: list[tuple[Series, ...]] = [(one,) for one in weighted if len(one.b_values) > 1]
    together: dict[tuple[object, ...], list[Series]] = {}
    for one in weighted:
        plane = one.frames[0].plane
        together.setdefault((plane.shape, one.frame_of_reference_uid), []).append(one)
    joined = [
        tuple(members)
        for members in together.values()
        if len(members) > 1 and len({b for one in members for b in one.b_values}) > 1
    ]
    return alone + joined


def _refit(adc_map: ImageStack, candidate: Sequence[Series], stated: float | None) -> Refit | None:
    """A refit of `candidate` against the map on the slices they share; None where they share none."""
    stack = load_diffusion(candidate)
    if len(stack.b_values) < 2:
        return None
    on_grid = any(_on_grid(one.frames[0].plane, adc_map.planes[0]) for one in candidate)
    pairs = _shared_slices(adc_map.planes, stack.planes) if on_grid else []
    if not pairs:
        return _refit_on_other_grid(adc_map, stack, stated)
    scanner = adc_map.values[[i for i, _ in pairs]]
    signal = np.stack([volume[[j for _, j in pairs]] for volume in stack.volumes], axis=-1).astype(np.float64)
    mask = _with_signal(signal)
    if not mask.any():
        return None
    inside, values = signal[mask], np.asarray(scanner[mask], dtype=np.float64)
    fitted = fit_adc_loglinear(inside, np.array(stack.b_values)).adc
    agreement = compare_maps(values, fitted, stated_mm2_per_s=stated)
    formula = None
    if agreement.unit_mm2_per_s is not None:
        formula = _formula(values, inside, stack, agreement.unit_mm2_per_s)
    return Refit(agreement, formula, stack.series_instance_uids)


def _refit_on_other_grid(adc_map: ImageStack, stack: DiffusionStack, stated: float | None) -> Refit | None:
    """The same where the grids differ: fitted on the signals' grid, then interpolated in the slice."""
    pairs = matching_slices(adc_map.planes, stack.planes)
    if not pairs:
        return None
    scanner, refit = [], []
    for i, j in pairs:
        signal = np.stack([volume[j] for volume in stack.volumes], axis=-1).astype(np.float64)
        mask = _with_signal(signal)
        fitted = np.full(mask.shape, np.nan)
        fitted[mask] = fit_adc_loglinear(signal[mask], np.array(stack.b_values)).adc
        refit.append(resample_bilinear(fitted, stack.planes[j], adc_map.planes[i]))
        scanner.append(np.asarray(adc_map.values[i], dtype=np.float64))
    values, fitted_there = np.stack(scanner), np.stack(refit)
    known = np.isfinite(fitted_there)
    if not known.any():
        return None
    agreement = compare_maps(values[known], fitted_there[known], stated_mm2_per_s=stated)
    return Refit(agreement, None, stack.series_instance_uids, resampled=True)


def _formula(values: Floats, signal: Floats, stack: DiffusionStack, unit: float) -> str | None:
    """The vendor formula that reproduces the map best."""
    try:
        best = explain_scanner_map(values, signal, stack.b_values, unit_mm2_per_s=unit)[0].formula
    except (SignalError, FitError):
        return None
    geometric = "directions-geometric-mean" in stack.averaging
    return "geometric-mean-directions" if best == "loglinear" and geometric else best


def _with_signal(signal: Floats) -> Bools:
    """Voxels whose signal at the lowest b stands out from the background, and is there at every b."""
    lowest = signal[..., 0]
    threshold = SIGNAL_FRACTION * float(np.percentile(lowest, 99.5))
    mask: Bools = (lowest > threshold) & (signal.min(axis=-1) > 0)
    return mask


def _on_grid(one: Plane, other: Plane) -> bool:
    return (
        one.shape == other.shape
        and abs(one.row_spacing_mm - other.row_spacing_mm) < 1e-3
        and abs(one.column_spacing_mm - other.column_spacing_mm) < 1e-3
    )


def _shared_slices(first: Sequence[Plane], second: Sequence[Plane]) -> list[tuple[int, int]]:
    """Pairs of slices that lie on each other, voxel on voxel."""
    pairs = []
    corners = [_corners(plane) for plane in second]
    for i, plane in enumerate(first):
        here = _corners(plane)
        near = [
            j
            for j, there in enumerate(corners)
            if plane.shape == second[j].shape and float(np.abs(here - there).max()) < _SAME_PLANE_MM
        ]
        if near:
            pairs.append((i, near[0]))
    return pairs


def _corners(plane: Plane) -> Floats:
    rows, columns = plane.n_rows - 1, plane.n_columns - 1
    return plane.to_lps([[0, 0], [0, columns], [rows, 0]])
