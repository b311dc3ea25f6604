"""The unit proof: what a scanner's ADC numbers mean, found by comparing them with a refit of the same exam.

DICOM headers rarely say the unit of an ADC map. The exam's own DWI does: the median of map over refit is the
number of stored units in 1 mm^2/s. This module compares arrays; it reads no file and chooses no map.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

from adcurate.arrays import Bools, Floats
from adcurate.diffusion.scanner_formulas import SCANNER_FORMULAS, fit_adc_scanner_formula
from adcurate.diffusion.scheme import checked_mask, checked_signal
from adcurate.errors import FitError, SignalError

UNIT_CANDIDATES: Final = (1e6, 1.0, 1e-3, 1e-5, 1e-6, 1e-9)
"""What one unit of a map may be, mm^2/s: m^2/s, mm^2/s, um^2/ms, 1e-5 mm^2/s, um^2/s and 1e-9 mm^2/s."""

RATIO_TOLERANCE: Final = 0.15
"""How far the median ratio may lie from a candidate unit, as a fraction."""

LOWEST_R: Final = 0.9
FEWEST_VOXELS: Final = 200


@dataclass(frozen=True, slots=True)
class MapAgreement:
    """A scanner's map against a refit.

    `slope` is the median of map over refit, stored units per mm^2/s, and `ratio_iqr` its quartiles;
    `line_slope` and `line_intercept` (stored units) are the least-squares line of map on refit; `r` is
    Pearson's, over the `n` voxels compared. `n_not_estimated` counts map values that are zero, negative or
    not finite among the voxels asked for. `unit_mm2_per_s` is what one stored unit was proved to be, or None
    with the `reason`; `unit_error` is how far the slope lies from that or the nearest unit, as a fraction.
    """

    slope: float
    ratio_iqr: tuple[float, float]
    line_slope: float
    line_intercept: float
    r: float
    n: int
    n_not_estimated: int
    unit_mm2_per_s: float | None
    unit_error: float
    reason: str
    method: str = "median-ratio/1"


@dataclass(frozen=True, slots=True)
class FormulaAgreement:
    """A scanner's map against one formula: formula minus map.

    `bias_mm2_s` is the mean difference and `bias_percent` the same as a share of the mean map; `spread_mm2_s`
    is the median absolute difference; `within_2_percent` is a fraction of the `n` voxels.
    """

    formula: str
    bias_mm2_s: float
    bias_percent: float
    spread_mm2_s: float
    within_2_percent: float
    r: float
    n: int


def compare_maps(
    scanner_values: npt.ArrayLike,
    refit_mm2_s: npt.ArrayLike,
    *,
    mask: npt.ArrayLike | None = None,
    stated_mm2_per_s: float | None = None,
) -> MapAgreement:
    """Compare a scanner's ADC map with a refit and prove its unit, or say why not.

    The unit is proved when at least 200 voxels correlate with r >= 0.9 and the median ratio lies within 15 %
    of one of `UNIT_CANDIDATES`. The median keeps outliers out of the unit; r is not robust, on purpose: maps
    that disagree in parts are for a person to look at.

    Parameters
    ----------
    scanner_values : (*grid,), stored units after the header's rescale
        Zero, negative and non-finite values mean not estimated and are left out.
    refit_mm2_s : (*grid,), mm^2/s
        From the same exam's DWI; NaN and values that are not positive are left out.
    mask : (*grid,), optional
        Voxels with enough signal, as the caller judges; all without it.
    stated_mm2_per_s : mm^2/s, optional
        What the header says one stored unit is. Where the median ratio lies within the same tolerance of it,
        that very number is the unit, and no candidate.

    Returns
    -------
    MapAgreement
        Its numbers are NaN when nothing could be compared.

    Raises
    ------
    SignalError
        ``signal.shape``, ``signal.type``

    Notes
    -----
    Source: the method of ``docs/decisions/0001-units-and-axes.md``. Oracle: simulated maps of known unit.

    Examples
    --------
    >>> refit = np.linspace(0.5e-3, 2.5e-3, 400)
    >>> compare_maps(np.rint(refit * 1e6), refit).unit_mm2_per_s
    1e-06
    """
    scanner, refit, usable, n_not_estimated = _comparable(scanner_values, refit_mm2_s, mask)
    stored, truth = scanner[usable], refit[usable]
    n = int(stored.size)
    if n == 0:
        nan = float("nan")
        reason = "No voxel has both a scanner value and a refit."
        return MapAgreement(nan, (nan, nan), nan, nan, nan, 0, n_not_estimated, None, nan, reason)
    ratio = stored / truth
    slope = float(np.median(ratio))
    lower, upper = (float(q) for q in np.quantile(ratio, (0.25, 0.75)))
    r, line_slope, line_intercept = _line(truth, stored)
    nearest = min(UNIT_CANDIDATES, key=lambda unit: abs(np.log(slope * unit)))
    if stated_mm2_per_s is not None and abs(slope * stated_mm2_per_s - 1.0) <= RATIO_TOLERANCE:
        nearest = stated_mm2_per_s
    unit_error = slope * nearest - 1.0
    reason = _why_no_unit(n, r, unit_error, nearest)
    return MapAgreement(
        slope,
        (lower, upper),
        line_slope,
        line_intercept,
        r,
        n,
        n_not_estimated,
        None if reason else nearest,
        unit_error,
        reason,
    )


def explain_scanner_map(
    scanner_values: npt.ArrayLike,
    signal: npt.ArrayLike,
    b_values: npt.ArrayLike,
    *,
    unit_mm2_per_s: float,
    mask: npt.ArrayLike | None = None,
) -> tuple[FormulaAgreement, ...]:
    """Which of `SCANNER_FORMULAS` reproduces a scanner's map, best first.

    Parameters
    ----------
    scanner_values : (*grid,), stored units after the header's rescale
        Zero, negative and non-finite values mean not estimated and are left out.
    signal : (*grid, n_b), scanner units
        The signals the map was made from, b-value last; directions as further entries of their b-value.
    b_values : (n_b,), s/mm^2
    unit_mm2_per_s : mm^2/s
        What one stored unit is, as `compare_maps` proved.
    mask : (*grid,), optional

    Returns
    -------
    tuple of FormulaAgreement
        By the median absolute difference; equal ones in the order of `SCANNER_FORMULAS`.

    Raises
    ------
    SchemeError
        ``scheme.too-few-b-values``, ``scheme.b-value-range``
    SignalError
        ``signal.shape``, ``signal.type``
    FitError
        ``fit.option`` for a unit that is not a positive number.
    """
    if not (np.isfinite(unit_mm2_per_s) and unit_mm2_per_s > 0):
        raise FitError(
            "fit.option",
            "The unit of a scanner map must be a positive number of mm^2/s.",
            remedy="Prove the unit with compare_maps first.",
        )
    agreements = []
    for name in SCANNER_FORMULAS:
        fit = fit_adc_scanner_formula(signal, b_values, formula=name, mask=mask)
        scanner, refit, usable, _ = _comparable(scanner_values, fit.adc, mask, positive_refit=False)
        agreements.append(_formula_agreement(name, refit[usable], scanner[usable] * unit_mm2_per_s))
    return tuple(sorted(agreements, key=lambda a: (np.isnan(a.spread_mm2_s), a.spread_mm2_s)))


def _comparable(
    scanner_values: npt.ArrayLike,
    refit_mm2_s: npt.ArrayLike,
    mask: npt.ArrayLike | None,
    *,
    positive_refit: bool = True,
) -> tuple[Floats, Floats, Bools, int]:
    """Both maps as float64, where they can be compared, and how many scanner values are not estimates."""
    refit = np.asarray(refit_mm2_s)
    scanner = np.asarray(scanner_values)
    if scanner.shape != refit.shape:
        raise SignalError(
            "signal.shape",
            f"The scanner's map has shape {scanner.shape} and the refit {refit.shape}.",
            remedy="Compare maps on one voxel grid.",
            shape=str(scanner.shape),
            grid=str(refit.shape),
        )
    scanner = _real(scanner)
    refit = _real(refit)
    wanted = checked_mask(mask, scanner.shape)
    estimated = np.isfinite(scanner) & (scanner > 0)
    with np.errstate(invalid="ignore"):
        refitted = np.isfinite(refit) & ((refit > 0) if positive_refit else True)
    usable = np.asarray(wanted & estimated & refitted)
    return scanner, refit, usable, int(np.count_nonzero(wanted & ~estimated))


def _real(values: npt.NDArray[np.generic]) -> Floats:
    checked_signal(values[..., None], 1)
    return np.asarray(values, dtype=np.float64)


def _line(x: Floats, y: Floats) -> tuple[float, float, float]:
    """Pearson's r, slope and intercept of y on x; NaN where x or y does not vary."""
    dx, dy = x - x.mean(), y - y.mean()
    sxx, syy, sxy = float(dx @ dx), float(dy @ dy), float(dx @ dy)
    if sxx <= 0 or syy <= 0:
        return float("nan"), float("nan"), float("nan")
    slope = sxy / sxx
    return sxy / float(np.sqrt(sxx * syy)), slope, float(y.mean() - slope * x.mean())


def _why_no_unit(n: int, r: float, unit_error: float, nearest: float) -> str:
    """The first reason against the nearest unit; empty when it is proved."""
    if n < FEWEST_VOXELS:
        return f"Only {n} voxels could be compared; {FEWEST_VOXELS} are needed."
    if not r >= LOWEST_R:
        return f"The map and the refit do not vary together (r = {r:.3f}, needed {LOWEST_R:g})."
    if abs(unit_error) > RATIO_TOLERANCE:
        return (
            f"The median ratio lies {100 * unit_error:+.1f} % from the nearest unit, {nearest:g} mm^2/s; "
            f"{100 * RATIO_TOLERANCE:g} % is allowed."
        )
    return ""


def _formula_agreement(name: str, predicted: Floats, scanner: Floats) -> FormulaAgreement:
    if not scanner.size:
        nan = float("nan")
        return FormulaAgreement(name, nan, nan, nan, nan, nan, 0)
    difference = predicted - scanner
    return FormulaAgreement(
        formula=name,
        bias_mm2_s=float(difference.mean()),
        bias_percent=float(100 * difference.mean() / scanner.mean()),
        spread_mm2_s=float(np.median(np.abs(difference))),
        within_2_percent=float(np.mean(np.abs(difference) <= 0.02 * scanner)),
        r=_line(predicted, scanner)[0],
        n=int(scanner.size),
    )
