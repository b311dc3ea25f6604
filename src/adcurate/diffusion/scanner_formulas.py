"""How scanners make their own ADC maps: named variants that explain a vendor's map, never a default.

A scanner map may differ from a plain log-linear fit by some percent because its maker adds an offset before
the log or averages directions in another way. Neither is an error, and no fit of ours is bent to meet it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final, Literal

import numpy as np
import numpy.typing as npt

from adcurate.arrays import Floats
from adcurate.diffusion.adc_fit import AdcFit
from adcurate.diffusion.loglinear import loglinear_estimates
from adcurate.diffusion.voxels import all_estimated, fittable_voxels
from adcurate.errors import FitError, SignalError

RepeatRule = Literal["each-counts", "geometric-mean", "arithmetic-mean"]


@dataclass(frozen=True, slots=True)
class ScannerFormula:
    """A log-linear fit of ``ln(S + offset)`` with a rule for signals that share a b-value.

    `repeats` says what becomes of several directions or repeats at one b-value: ``each-counts`` fits them
    all, the means make one signal of them first. `offset` is in scanner units.
    """

    name: str
    description: str
    offset: float = 0.0
    repeats: RepeatRule = "each-counts"


_FORMULAS = (
    ScannerFormula("loglinear", "Unweighted straight line through ln S over all b-values."),
    ScannerFormula(
        "siemens-inline",
        "Unweighted straight line through ln(S + 1), S being the scanner's unrounded trace signal.",
        offset=1.0,
    ),
    ScannerFormula(
        "siemens-inline-stored",
        "The same from stored signals: rounding down lost half a unit on average, so ln(S + 1.5).",
        offset=1.5,
    ),
    ScannerFormula(
        "geometric-mean-directions",
        "Geometric mean over the directions of a b-value, then ln(S0 / mean) / b; a line for more b-values.",
        repeats="geometric-mean",
    ),
    ScannerFormula(
        "arithmetic-mean-directions",
        "Arithmetic mean over the directions of a b-value, then the same. Too low in anisotropic tissue; "
        "here to show that a map was not made so.",
        repeats="arithmetic-mean",
    ),
)

SCANNER_FORMULAS: Final[Mapping[str, ScannerFormula]] = MappingProxyType({f.name: f for f in _FORMULAS})
"""Every formula by name."""


def scanner_formula(name: str) -> ScannerFormula:
    """The formula of that name; ``fit.option`` for an unknown one."""
    if name not in SCANNER_FORMULAS:
        raise FitError(
            "fit.option",
            f"{name!r} is not a known scanner formula.",
            remedy=f"Use one of {', '.join(SCANNER_FORMULAS)}.",
        )
    return SCANNER_FORMULAS[name]


def fit_adc_scanner_formula(
    signal: npt.ArrayLike, b_values: npt.ArrayLike, *, formula: str, mask: npt.ArrayLike | None = None
) -> AdcFit:
    """Estimate ADC and S0 the way a named scanner does.

    For comparison with that scanner's map only: the offset of ``siemens-inline`` lowers the ADC of weak
    signals on purpose.

    Parameters
    ----------
    signal : (*grid, n_b), scanner units
        Magnitudes, b-value last; directions and repeats as further entries of the same b-value.
    b_values : (n_b,), s/mm^2
        Any order, repeats allowed; at least two distinct.
    formula : str
        A name in `SCANNER_FORMULAS`.
    mask : (*grid,), optional
        The voxels to fit; all without it.

    Returns
    -------
    AdcFit
        As `fit_adc_loglinear`; ``NO_SIGNAL`` where a signal plus the offset is not positive. ``s0`` has the
        offset taken off again.

    Raises
    ------
    SchemeError
        ``scheme.too-few-b-values``, ``scheme.b-value-range``
    SignalError
        ``signal.shape``, ``signal.type``
    FitError
        ``fit.option``

    Notes
    -----
    Source: found by refitting exams whose scanner map was archived; no maker's publication. Oracle: the tests
    compute each formula anew, voxel by voxel.

    Examples
    --------
    >>> fit = fit_adc_scanner_formula([[99.0, 49.0]], [0, 1000], formula="siemens-inline")
    >>> float(round(fit.adc[0] * 1e3, 4))
    0.6931
    """
    chosen = scanner_formula(formula)
    voxels = fittable_voxels(signal, b_values, mask, offset=chosen.offset)
    lifted = voxels.signal + chosen.offset
    log_signal, b = _one_for_each_b(lifted, voxels.b_values, chosen.repeats)
    adc, level = loglinear_estimates(log_signal, b)
    method = f"scanner-formula-{chosen.name}/1"
    return voxels.as_fit(adc, level - chosen.offset, all_estimated(adc.size), method)


def geometric_mean_over_directions(signal: npt.ArrayLike, axis: int = -1) -> Floats:
    """The geometric mean along `axis`: the trace-weighted signal of several directions.

    Parameters
    ----------
    signal : any shape, scanner units
    axis : int
        The axis of the directions; it disappears.

    Returns
    -------
    float64; NaN where a direction is not finite or not positive.

    Raises
    ------
    SignalError
        ``signal.type``, or ``signal.shape`` without directions on that axis.

    Examples
    --------
    >>> round(float(geometric_mean_over_directions([1.0, 10.0, 100.0])), 9)
    10.0
    """
    given = np.asarray(signal)
    if given.dtype.kind not in "iuf":
        raise SignalError(
            "signal.type",
            f"Signals must be integers or real numbers, not {given.dtype.name}.",
            remedy="Pass magnitude images; take the magnitude of complex ones first.",
            dtype=given.dtype.name,
        )
    if not (-given.ndim <= axis < given.ndim) or given.shape[axis] == 0:
        raise SignalError(
            "signal.shape",
            f"There are no directions on axis {axis} of signals with shape {given.shape}.",
            remedy="Name the axis that holds the directions.",
            shape=str(given.shape),
        )
    usable = np.isfinite(given) & (given > 0)
    logs = np.log(np.where(usable, given, np.nan), dtype=np.float64)
    return np.asarray(np.exp(logs.mean(axis=axis)))


def _one_for_each_b(signal: Floats, b: Floats, repeats: RepeatRule) -> tuple[Floats, Floats]:
    """ln S and b-values after the rule for repeats; signals (n, n_b) are positive."""
    if repeats == "each-counts":
        return np.log(signal), b
    distinct = np.unique(b)
    logs = np.empty((signal.shape[0], distinct.size))
    for i, value in enumerate(distinct):
        same = signal[:, b == value]
        logs[:, i] = np.log(same).mean(axis=-1) if repeats == "geometric-mean" else np.log(same.mean(axis=-1))
    return logs, distinct
