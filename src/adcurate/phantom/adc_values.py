"""Whole-number ADC values for a lesion that hit a prescribed mean and minimum exactly."""

from __future__ import annotations

import numpy as np
from scipy import ndimage

from adcurate.arrays import Bools, Floats, Integers
from adcurate.phantom.prescription import HIGHEST_STORED_ADC, LesionPrescription, refusal


def solve_adc(
    pattern: Floats, spot_distance: Floats, *, mean: int, minimum: int, ceiling: int = HIGHEST_STORED_ADC
) -> Integers:
    """Find whole numbers with exactly this mean and minimum that look like a lesion.

    The values follow ``mean + spread * pattern`` with a dark spot; their excess over the minimum is
    scaled until the sum fits, then rounded by largest remainders, which keeps the sum exact.

    Parameters
    ----------
    pattern : (n,)
        Mean 0, standard deviation 1.
    spot_distance : (n,) pixels
        Distance from the darkest voxel; exactly one voxel has 0.
    mean, minimum, ceiling : stored units

    Returns
    -------
    (n,) integers, ``sum() == n * mean`` and ``min() == minimum``

    Raises
    ------
    PhantomError
        ``phantom.prescription``: no such numbers exist.

    Examples
    --------
    >>> import numpy as np
    >>> solve_adc(np.array([-1.0, 0.0, 1.0]), np.array([0.0, 1.0, 2.0]), mean=1000, minimum=700).sum()
    np.int64(3000)
    """
    n = pattern.size
    room = ceiling - minimum
    if minimum > mean or (n == 1 and minimum != mean) or n * (mean - minimum) > (n - 1) * room:
        raise refusal(
            "No values have the lesion's mean and minimum.",
            "Give a minimum below the mean, a lower mean, or a larger lesion.",
        )
    if mean == minimum:
        return np.full(n, mean, dtype=np.int64)
    spread = min(0.13 * mean, 0.45 * (mean - minimum), 0.25 * (ceiling - mean))
    base = mean + spread * pattern
    spot = np.exp(-0.5 * (spot_distance / 1.1) ** 2)
    excess = base - (base - minimum) * spot - minimum
    softness = 0.25 * spread
    excess = softness * np.logaddexp(0.0, excess / softness)
    excess[spot_distance == 0] = 0.0
    total = n * (mean - minimum)
    excess = _filled(excess, total, room)
    whole = np.floor(excess).astype(np.int64)
    missing = total - int(whole.sum())
    order = np.argsort(whole - excess, kind="stable")
    order = order[spot_distance[order] > 0]
    whole[order[:missing]] += 1
    values: Integers = whole + minimum
    return values


def _filled(excess: Floats, total: int, room: int) -> Floats:
    """Scale `excess` to the sum `total`, none above `room`: what a voxel cannot hold goes to others."""
    excess = excess * (total / excess.sum())
    while excess.max() > room:
        full = excess >= room
        excess[full] = room
        excess[~full] *= (total - room * np.count_nonzero(full)) / excess[~full].sum()
    return excess


def lesion_values(lesion: LesionPrescription, voxels: Bools, rng: np.random.Generator) -> Integers:
    """Values for the contour's voxels, darkest where the texture is darkest away from the edge."""
    rows, columns = np.nonzero(voxels)
    window = (int(np.ptp(rows)) + 9, int(np.ptp(columns)) + 9)
    noise = rng.standard_normal(window)
    smooth = ndimage.gaussian_filter(noise, 1.2)
    field = smooth / smooth.std() + 0.7 * rng.standard_normal(window)
    pattern = field[rows - rows.min() + 4, columns - columns.min() + 4]
    pattern = (pattern - pattern.mean()) / max(float(pattern.std()), 1e-9)
    core = ndimage.distance_transform_edt(np.pad(voxels, 1))[1:-1, 1:-1][rows, columns]
    darkest = int(np.argmin(pattern - 0.8 * np.minimum(core, 2.0)))
    distance = np.hypot(rows - rows[darkest], columns - columns[darkest])
    return solve_adc(pattern, distance, mean=lesion.stored_mean, minimum=lesion.stored_minimum)
