"""The two closed-form fits of the mono-exponential model, in float64: these are the reference.

The fast path for whole volumes (`adcurate.diffusion.volume`) is tested against them.
"""

from __future__ import annotations

from typing import Final

import numpy as np
import numpy.typing as npt

from adcurate.arrays import Floats
from adcurate.diffusion.adc_fit import AdcFit, FitStatus
from adcurate.diffusion.voxels import all_estimated, fittable_voxels

LOGLINEAR: Final = "adc-loglinear/1"
WEIGHTED: Final = "adc-weighted/1"


def fit_adc_loglinear(
    signal: npt.ArrayLike, b_values: npt.ArrayLike, *, mask: npt.ArrayLike | None = None
) -> AdcFit:
    """Estimate ADC and S0 in every voxel by least squares on ln S.

    ``S(b) = S0 * exp(-b * ADC)``. Taking the log makes it closed-form, at the price of over-weighting weak
    signals: the estimate falls as S nears the noise floor.

    Parameters
    ----------
    signal : (*grid, n_b), scanner units
        Trace-weighted magnitudes, b-value last.
    b_values : (n_b,), s/mm^2
        Any order, repeats allowed; at least two distinct.
    mask : (*grid,), optional
        The voxels to fit; all without it.

    Returns
    -------
    AdcFit
        ``adc`` (*grid,) mm^2/s, ``s0`` (*grid,) units of `signal`, ``status`` (*grid,) `FitStatus`. A voxel
        not estimated is NaN and says why in ``status``. Negative estimates are kept, nothing is clipped.

    Raises
    ------
    SchemeError
        ``scheme.too-few-b-values``, ``scheme.b-value-range``
    SignalError
        ``signal.shape``, ``signal.type``

    Notes
    -----
    Source: Le Bihan et al., Radiology 1986;161:401-407. Oracle: ``lm(log(S) ~ b)`` in R
    (``tests/oracles/adc_fits.R``); MRtrix3 ``dwi2adc`` uses the same
    estimate.

    Examples
    --------
    >>> fit = fit_adc_loglinear([1000.0, 1000.0 * 0.25], [0.0, 1000.0])
    >>> float(round(fit.adc * 1e3, 4))
    1.3863
    """
    voxels = fittable_voxels(signal, b_values, mask)
    adc, s0 = loglinear_estimates(np.log(voxels.signal), voxels.b_values)
    return voxels.as_fit(adc, s0, all_estimated(adc.size), LOGLINEAR)


def loglinear_estimates(log_signal: Floats, b_values: Floats) -> tuple[Floats, Floats]:
    """ADC and S0 (n,) of the unweighted straight line through ln S (n, n_b)."""
    b_mean = b_values.mean()
    coefficients = loglinear_coefficients(b_values)
    level = log_signal.mean(axis=-1)
    adc = (log_signal - level[..., None]) @ coefficients
    with np.errstate(over="ignore"):
        s0 = np.exp(level + adc * b_mean)
    return adc, s0


def loglinear_coefficients(b_values: Floats) -> Floats:
    """The c (n_b,) of ``ADC = sum(c * ln S)``, in mm^2/s; they add up to 0."""
    centred = b_values - b_values.mean()
    return np.asarray(-centred / (centred @ centred), dtype=np.float64)


def fit_adc_weighted(
    signal: npt.ArrayLike, b_values: npt.ArrayLike, *, mask: npt.ArrayLike | None = None
) -> AdcFit:
    """Estimate ADC and S0 by least squares on ln S with weights S^2.

    The noise of ln S has a standard deviation of about sigma / S, so weights S^2 undo what the log did: close
    to the nonlinear fit in one closed step. The price: weights from noisy signals, and more pull from the
    low b-values (and so from perfusion).

    Parameters
    ----------
    signal : (*grid, n_b), scanner units
        Trace-weighted magnitudes, b-value last.
    b_values : (n_b,), s/mm^2
        Any order, repeats allowed; at least two distinct.
    mask : (*grid,), optional
        The voxels to fit; all without it.

    Returns
    -------
    AdcFit
        As `fit_adc_loglinear`. ``TOO_FEW_SIGNALS`` marks a voxel in which one signal outweighs all others
        beyond float64.

    Raises
    ------
    SchemeError
        ``scheme.too-few-b-values``, ``scheme.b-value-range``
    SignalError
        ``signal.shape``, ``signal.type``

    Notes
    -----
    Source: Salvador et al., Hum Brain Mapp 2005;24:144-155. Oracle: ``lm(log(S) ~ b, weights = S^2)`` in R
    (``tests/oracles/adc_fits.R``).

    Examples
    --------
    >>> fit = fit_adc_weighted([[900.0, 520.0, 300.0]], [0, 500, 1000])
    >>> fit.method
    'adc-weighted/1'
    """
    voxels = fittable_voxels(signal, b_values, mask)
    adc, s0 = weighted_estimates(voxels.signal, voxels.b_values)
    outcome = all_estimated(adc.size)
    outcome[np.isnan(adc)] = FitStatus.TOO_FEW_SIGNALS
    return voxels.as_fit(adc, s0, outcome, WEIGHTED)


def weighted_estimates(signal: Floats, b_values: Floats) -> tuple[Floats, Floats]:
    """ADC and S0 (n,) of the straight line through ln S (n, n_b) with weights S^2; NaN where singular."""
    strongest = signal.max(axis=-1, keepdims=True, initial=0.0)
    weight = np.square(signal / strongest)
    weight /= weight.sum(axis=-1, keepdims=True)
    log_signal = np.log(signal)
    b_mean = weight @ b_values
    level = (weight * log_signal).sum(axis=-1)
    lever = b_values - b_mean[:, None]
    spread = (weight * np.square(lever)).sum(axis=-1)
    slope = (weight * lever * (log_signal - level[:, None])).sum(axis=-1)
    with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
        adc = np.where(spread > 0, -slope / spread, np.nan)
        s0 = np.exp(level + adc * b_mean)
    return adc, s0
