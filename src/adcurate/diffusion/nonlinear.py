"""The nonlinear fit of the mono-exponential model, with or without a noise floor, all voxels at once."""

from __future__ import annotations

from typing import Final

import numpy as np
import numpy.typing as npt

from adcurate.arrays import Bools, Codes, Floats
from adcurate.diffusion.adc_fit import AdcFit, FitStatus
from adcurate.diffusion.loglinear import loglinear_estimates, weighted_estimates
from adcurate.diffusion.voxels import all_estimated, fittable_voxels
from adcurate.errors import FitError

NONLINEAR: Final = "adc-nonlinear/1"
NONLINEAR_FLOOR: Final = "adc-nonlinear-noise-floor/1"

_VOXELS_AT_ONCE: Final = 65_536
_MOST_ITERATIONS: Final = 100
_SMALL_STEP: Final = 1e-9
_SINGULAR: Final = 1e-13
# signals are scaled to 1, so costs this close are equal: near the minimum rounding decides between them
_COST_ROUNDING: Final = 1e-14


def fit_adc_nonlinear(
    signal: npt.ArrayLike,
    b_values: npt.ArrayLike,
    *,
    mask: npt.ArrayLike | None = None,
    noise_floor: float | None = None,
) -> AdcFit:
    """Estimate ADC and S0 in every voxel by least squares on the signal itself.

    Without a noise floor the model is ``S(b) = S0 * exp(-b * ADC)``. With one it is
    ``S(b) = sqrt((S0 * exp(-b * ADC))^2 + noise_floor^2)``: the floor is the mean magnitude where there is no
    signal at all, ``sigma * sqrt(pi / 2)`` for one coil of noise sigma. The price: iterations, and signals at
    the floor that no longer determine an ADC.

    Parameters
    ----------
    signal : (*grid, n_b), scanner units
        Trace-weighted magnitudes, b-value last.
    b_values : (n_b,), s/mm^2
        Any order, repeats allowed; at least two distinct.
    mask : (*grid,), optional
        The voxels to fit; all without it.
    noise_floor : units of `signal`, optional
        Mean magnitude of air; finite, zero or positive.

    Returns
    -------
    AdcFit
        As `fit_adc_loglinear`. ``NOT_CONVERGED`` marks a voxel without a minimum within 100
        Levenberg-Marquardt steps: its signals do not determine both parameters.

    Raises
    ------
    SchemeError
        ``scheme.too-few-b-values``, ``scheme.b-value-range``
    SignalError
        ``signal.shape``, ``signal.type``
    FitError
        ``fit.option`` for a noise floor that is negative or not finite.

    Notes
    -----
    The floor is the square-root form of Gudbjartsson and Patz, Magn Reson Med 1995;34:910-914. A minimum is
    reached when the undamped Gauss-Newton step falls below 1e-9 of the parameters. Oracle: ``optim`` and a
    polishing step in R (``tests/oracles/adc_fits.R``).

    Examples
    --------
    >>> fit = fit_adc_nonlinear([[900.0, 520.0, 300.0]], [0, 500, 1000])
    >>> fit.n_estimated
    1
    """
    if noise_floor is not None and not (np.isfinite(noise_floor) and noise_floor >= 0):
        raise FitError(
            "fit.option",
            "The noise floor must be zero or a positive number.",
            remedy="Give the mean magnitude of air in the units of the signal, or leave the floor out.",
        )
    voxels = fittable_voxels(signal, b_values, mask)
    n = voxels.signal.shape[0]
    adc, s0, outcome = np.empty(n), np.empty(n), all_estimated(n)
    for first in range(0, n, _VOXELS_AT_ONCE):
        part = slice(first, first + _VOXELS_AT_ONCE)
        adc[part], s0[part], outcome[part] = _levenberg_marquardt(
            voxels.signal[part], voxels.b_values, 0.0 if noise_floor is None else float(noise_floor)
        )
    return voxels.as_fit(adc, s0, outcome, NONLINEAR if noise_floor is None else NONLINEAR_FLOOR)


def _levenberg_marquardt(signal: Floats, b: Floats, floor: float) -> tuple[Floats, Floats, Codes]:
    """ADC, S0 and outcome (n,) for signals (n, n_b).

    Signals are scaled by their voxel's maximum and b-values to 0..1, so that both parameters (the signal
    at the lowest b-value, and ADC times the range of b) are of order one.
    """
    scale = signal.max(axis=-1, keepdims=True, initial=0.0)
    span = float(b.max() - b.min())
    u = (b - b.min()) / span
    observed = signal / scale
    floors = floor / scale
    amplitude, decay = _starting_point(observed, floors, u)
    damping = np.full(amplitude.size, 1e-3)
    converged = np.zeros(amplitude.size, dtype=np.bool_)
    active = np.arange(amplitude.size)
    for _ in range(_MOST_ITERATIONS):
        if not active.size:
            break
        q, d, lam = amplitude[active], decay[active], damping[active]
        x, eta = observed[active], floors[active]
        cost, gradient, normal = _normal_equations(q, d, x, eta, u)
        newton_q, newton_d, solvable = _solve(gradient, normal, np.zeros_like(lam))
        arrived = (
            solvable
            & (np.abs(newton_q) <= _SMALL_STEP * np.maximum(1.0, np.abs(q)))
            & (np.abs(newton_d) <= _SMALL_STEP * np.maximum(1.0, np.abs(d)))
        )
        step_q, step_d, _damped = _solve(gradient, normal, lam)
        trial_q, trial_d = q + step_q, d + step_d
        with np.errstate(over="ignore", invalid="ignore"):
            trial_cost = np.square(x - _magnitude(trial_q, trial_d, eta, u)[0]).sum(axis=-1)
        better = trial_cost <= cost + _COST_ROUNDING
        amplitude[active] = np.where(better | arrived, trial_q, q)
        decay[active] = np.where(better | arrived, trial_d, d)
        damping[active] = np.where(better, np.maximum(lam * 0.1, 1e-12), np.minimum(lam * 10.0, 1e12))
        converged[active[arrived]] = True
        active = active[~arrived]
    adc = decay / span
    with np.errstate(over="ignore"):
        s0 = np.abs(amplitude) * scale[:, 0] * np.exp(adc * b.min())
    outcome = np.where(converged, np.uint8(FitStatus.ESTIMATED), np.uint8(FitStatus.NOT_CONVERGED))
    return adc, s0, outcome


def _starting_point(observed: Floats, floors: Floats, u: Floats) -> tuple[Floats, Floats]:
    """The weighted log-linear fit of the signals with the floor taken off."""
    lifted = np.sqrt(np.maximum(np.square(observed) - np.square(floors), np.square(0.1 * observed)))
    decay, amplitude = weighted_estimates(lifted, u)
    unweighted_decay, unweighted_amplitude = loglinear_estimates(np.log(lifted), u)
    singular = ~(np.isfinite(decay) & np.isfinite(amplitude))
    return np.where(singular, unweighted_amplitude, amplitude), np.where(singular, unweighted_decay, decay)


def _magnitude(q: Floats, d: Floats, eta: Floats, u: Floats) -> tuple[Floats, Floats, Floats]:
    """The predicted magnitude, the signal under it and the decay factor, each (n, n_b)."""
    with np.errstate(over="ignore", invalid="ignore"):
        factor = np.exp(-d[:, None] * u)
        clean = q[:, None] * factor
        return np.hypot(clean, eta), clean, factor


def _normal_equations(
    q: Floats, d: Floats, x: Floats, eta: Floats, u: Floats
) -> tuple[Floats, tuple[Floats, Floats], tuple[Floats, Floats, Floats]]:
    """Cost, gradient (q, d) and normal matrix (qq, qd, dd) at the present parameters, each (n,)."""
    magnitude, clean, factor = _magnitude(q, d, eta, u)
    with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
        share = np.where(magnitude > 0, clean / magnitude, 0.0)
        by_q = share * factor
        by_d = -share * clean * u
        residual = x - magnitude
        gradient = ((by_q * residual).sum(axis=-1), (by_d * residual).sum(axis=-1))
        normal = (np.square(by_q).sum(axis=-1), (by_q * by_d).sum(axis=-1), np.square(by_d).sum(axis=-1))
        return np.square(residual).sum(axis=-1), gradient, normal


def _solve(
    gradient: tuple[Floats, Floats], normal: tuple[Floats, Floats, Floats], damping: Floats
) -> tuple[Floats, Floats, Bools]:
    """The damped 2 x 2 step, and where the matrix allowed one."""
    qq, dd = normal[0] * (1.0 + damping), normal[2] * (1.0 + damping)
    qd = normal[1]
    with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
        determinant = qq * dd - qd * qd
        solvable = np.asarray(determinant > _SINGULAR * qq * dd)
        step_q = np.where(solvable, (dd * gradient[0] - qd * gradient[1]) / determinant, 0.0)
        step_d = np.where(solvable, (qq * gradient[1] - qd * gradient[0]) / determinant, 0.0)
    return step_q, step_d, solvable
