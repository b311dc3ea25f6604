"""How noisy magnitude images are, and which signals are no more than noise."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Final, Literal

import numpy as np
import numpy.typing as npt

from adcurate.arrays import Bools, Floats

NoiseMethod = Literal["background", "second-difference", "none"]

FLOOR_IN_SIGMA: Final = 3.0
"""A signal below this many standard deviations of the noise is on the noise floor: fits read it too high."""

_CORNER: Final = 10
_MOST_ZEROS: Final = 0.5
_RAYLEIGH_RATIO: Final = (1.6, 2.3)  # mean over SD; sqrt(pi / (4 - pi)) = 1.913 for Rayleigh noise
_FEWEST: Final = 200
_NORMAL_MAD: Final = 0.6744897501960817


@dataclass(frozen=True, slots=True)
class NoiseEstimate:
    """Standard deviation of the noise in one channel, in the unit of the images; None where unknown.

    ``background``: from air in the corners. ``second-difference``: from the image itself, where the scanner
    has blackened or filtered the air; texture of tissue adds to it, so that it is an upper bound.
    """

    sigma: float | None
    method: NoiseMethod


def estimate_noise(images: npt.ArrayLike) -> NoiseEstimate:
    """Estimate the noise of a stack of magnitude images.

    The quietest corner of the stack is taken for air. Without signal, magnitudes follow Rayleigh's
    distribution: ``sigma = sqrt(mean(x^2) / 2)``. Where half of the corners is zero, or their spread is not
    Rayleigh's, the median absolute second difference of the brighter half of the image is used.

    Parameters
    ----------
    images : (slice, row, column), any unit
        NaN where there is no image (padding): left out.

    Returns
    -------
    NoiseEstimate
        ``none`` for images without spread.

    Notes
    -----
    Sources: Gudbjartsson and Patz, Magn Reson Med 1995;34:910-914 (background); Immerkaer, Comput Vis Image
    Underst 1996;64:300-302 (the operator), here with the median in place of the mean.
    """
    stack = np.asarray(images, dtype=np.float64)
    if stack.ndim != 3 or not stack.size:
        return NoiseEstimate(None, "none")
    corners = _quietest_corner(stack)
    if corners.size >= _FEWEST and np.mean(corners == 0) < _MOST_ZEROS:
        spread = float(corners.std())
        if spread > 0 and _RAYLEIGH_RATIO[0] <= float(corners.mean()) / spread <= _RAYLEIGH_RATIO[1]:
            return NoiseEstimate(math.sqrt(float((corners**2).mean()) / 2.0), "background")
    responses = [_second_differences(one) for one in stack if min(one.shape) >= 3]
    joined = np.concatenate(responses) if responses else np.empty(0)
    sigma = float(np.median(np.abs(joined))) / _NORMAL_MAD / 6.0 if joined.size else 0.0
    return NoiseEstimate(sigma, "second-difference") if sigma > 0 else NoiseEstimate(None, "none")


def on_noise_floor(signal: npt.ArrayLike, sigma: float | None) -> Bools:
    """Which signals lie below three standard deviations of the noise; none where the noise is not known."""
    values = np.asarray(signal, dtype=np.float64)
    if sigma is None:
        return np.zeros(values.shape, dtype=np.bool_)
    return np.asarray(values < FLOOR_IN_SIGMA * sigma)


def _quietest_corner(stack: Floats) -> Floats:
    """The corner with the least signal over all slices: choosing it slice by slice would read too low."""
    rows, columns = max(4, stack.shape[1] // _CORNER), max(4, stack.shape[2] // _CORNER)
    corners = [
        stack[:, down, right]
        for down in (slice(None, rows), slice(-rows, None))
        for right in (slice(None, columns), slice(-columns, None))
    ]
    filled = [corner[np.isfinite(corner)] for corner in corners]
    return np.asarray(min((one for one in filled if one.size), key=_mean_square, default=np.empty(0)))


def _mean_square(signal: Floats) -> float:
    return float((signal**2).mean())


def _second_differences(image: Floats) -> Floats:
    """Immerkaer's operator where all nine pixels have signal; its SD is 6 sigma."""
    rows = image[:-2] - 2 * image[1:-1] + image[2:]
    response = rows[:, :-2] - 2 * rows[:, 1:-1] + rows[:, 2:]
    if not np.isfinite(image).any():
        return np.empty(0)
    bright = (image[1:-1, 1:-1] > np.nanmedian(image)) & np.isfinite(response)
    found: Floats = response[bright]
    return found
