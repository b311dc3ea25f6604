"""The mono-exponential model forwards: noise-free signals, and Rician noise on top of them."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from adcurate.arrays import Floats
from adcurate.diffusion.scheme import checked_b_values
from adcurate.errors import FitError


def predict_signal(s0: npt.ArrayLike, adc: npt.ArrayLike, b_values: npt.ArrayLike) -> Floats:
    """The noise-free signal ``S0 * exp(-b * ADC)``.

    Parameters
    ----------
    s0 : (*grid,) or scalar, scanner units
    adc : (*grid,) or scalar, mm^2/s
    b_values : (n_b,), s/mm^2

    Returns
    -------
    (*grid, n_b) float64, units of `s0`, b-value last; NaN where `s0` or `adc` is.

    Raises
    ------
    SchemeError
        ``scheme.too-few-b-values``, ``scheme.b-value-range``

    Examples
    --------
    >>> predict_signal(1000.0, 1e-3, [0, 1000]).round(1).tolist()
    [1000.0, 367.9]
    """
    b = checked_b_values(b_values)
    level = np.asarray(s0, dtype=np.float64)[..., None]
    decay = np.asarray(adc, dtype=np.float64)[..., None]
    return np.asarray(level * np.exp(-b * decay))


def simulate_rician(signal: npt.ArrayLike, sigma: float, rng: np.random.Generator) -> Floats:
    """The magnitude of `signal` after complex Gaussian noise: what one coil and one average record.

    Parameters
    ----------
    signal : any shape, scanner units
        Noise-free magnitudes.
    sigma : units of `signal`
        Standard deviation of the noise in the real and in the imaginary channel.
    rng : numpy.random.Generator
        The only source of randomness.

    Returns
    -------
    float64, the shape of `signal`, never negative.

    Raises
    ------
    FitError
        ``fit.option`` when `sigma` is negative or not finite.

    Notes
    -----
    Source: Gudbjartsson and Patz, Magn Reson Med 1995;34:910-914. Without signal the mean is
    ``sigma * sqrt(pi / 2)``; the mean square is always ``signal^2 + 2 * sigma^2``.
    """
    if not (np.isfinite(sigma) and sigma >= 0):
        raise FitError(
            "fit.option",
            "The noise of a simulation must be zero or a positive number.",
            remedy="Give sigma in the units of the signal.",
        )
    clean = np.asarray(signal, dtype=np.float64)
    real = clean + rng.normal(0.0, sigma, clean.shape)
    imaginary = rng.normal(0.0, sigma, clean.shape)
    return np.asarray(np.hypot(real, imaginary))
