"""How far one image has moved against another of the same slice, told from edges and not from brightness."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt
from scipy import ndimage

from adcurate.arrays import Floats

FARTHEST_MM: Final = 25.0
LOWEST_LIKENESS: Final = 0.2
_SMOOTHING: Final = 1.0


@dataclass(frozen=True, slots=True)
class Shift:
    """In-plane shift of an image in mm along (rows downwards, columns to the right).

    `likeness` is the correlation of the edges at that shift, 1 for equal images; below 0.2 no shift can be
    told and `row_mm` and `column_mm` are NaN.
    """

    row_mm: float
    column_mm: float
    likeness: float

    @property
    def length_mm(self) -> float:
        """How far, whatever the direction."""
        return float(np.hypot(self.row_mm, self.column_mm))


def estimate_shift(fixed: npt.ArrayLike, moving: npt.ArrayLike, spacing_mm: tuple[float, float]) -> Shift:
    """Find the shift that brings `moving` onto `fixed`.

    Edges (gradient magnitudes of smoothed images, each over its own largest) are correlated over all
    shifts by Fourier transform; a parabola through the peak gives parts of a pixel.

    Parameters
    ----------
    fixed, moving : (row, column), any units
        Of one slice; contrast and signal may differ, as b-values do.
    spacing_mm
        (row spacing, column spacing).

    Returns
    -------
    Shift
        Positive where `moving` lies farther down or to the right than `fixed`. Shifts beyond 25 mm are not
        looked for.
    """
    first, second = _edges(fixed), _edges(moving)
    size = float(np.sqrt((first**2).sum() * (second**2).sum()))
    if not size > 0:
        return Shift(float("nan"), float("nan"), 0.0)
    shape = tuple(2 * side for side in first.shape)
    spectrum = np.conj(np.fft.rfft2(first, shape)) * np.fft.rfft2(second, shape)
    correlation = np.fft.irfft2(spectrum, shape) / size
    offsets = [np.fft.fftfreq(n, 1.0 / n) * step for n, step in zip(shape, spacing_mm, strict=True)]
    near = np.hypot(offsets[0][:, None], offsets[1][None, :]) <= FARTHEST_MM
    row, column = np.unravel_index(int(np.argmax(np.where(near, correlation, -np.inf))), shape)
    likeness = float(correlation[row, column])
    if likeness < LOWEST_LIKENESS:
        return Shift(float("nan"), float("nan"), likeness)
    down = offsets[0][row] + spacing_mm[0] * _vertex(correlation[:, column], int(row))
    right = offsets[1][column] + spacing_mm[1] * _vertex(correlation[row, :], int(column))
    return Shift(float(down), float(right), likeness)


def _edges(image: npt.ArrayLike) -> Floats:
    values = np.asarray(image, dtype=np.float64)
    strength = ndimage.gaussian_gradient_magnitude(values, _SMOOTHING)
    largest = float(strength.max(initial=0.0))
    if not largest > 0:
        return np.zeros_like(strength)
    scaled = strength / largest
    return np.asarray(scaled - scaled.mean())


def _vertex(values: Floats, peak: int) -> float:
    """Where the parabola through the peak and its neighbours is highest, as a part of a step."""
    before, at, after = values[peak - 1], values[peak], values[(peak + 1) % len(values)]
    bend = before - 2.0 * at + after
    return 0.0 if bend >= 0 else float(0.5 * (before - after) / bend)
