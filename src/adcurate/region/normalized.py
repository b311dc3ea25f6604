"""Normalized ADC: a lesion's numbers over the mean of reference tissue on the same map.

A ratio has no unit and takes out what multiplies a whole map: a scanner's scale, a gradient that is too weak.
It does not take out what differs between two places of one map.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Final

from adcurate.errors import RegionError

LEAST_REFERENCE: Final = 0.1e-3
"""The least mean of reference tissue that is divided by, mm²/s: no living tissue diffuses so slowly."""


@dataclass(frozen=True, slots=True)
class NormalizedNumbers:
    """A lesion's mean, minimum and median over the mean of its reference tissue."""

    mean_over_reference: float
    minimum_over_reference: float
    median_over_reference: float


def normalize_numbers(
    *, mean: float, minimum: float, median: float, reference_mean: float
) -> NormalizedNumbers:
    """Divide a lesion's numbers by the mean of its reference tissue.

    Parameters
    ----------
    mean, minimum, median
        Of the lesion, mm²/s; may be negative, as an ADC is where noise makes it so.
    reference_mean
        Of the reference tissue on the same map, mm²/s.

    Returns
    -------
    NormalizedNumbers
        Ratios; NaN for a number of the lesion that is NaN.

    Raises
    ------
    RegionError
        ``region.reference``: the reference is not a number, or below `LEAST_REFERENCE`. A ratio to it would
        tell of the noise of the reference.

    Examples
    --------
    >>> found = normalize_numbers(mean=0.9e-3, minimum=0.6e-3, median=0.9e-3, reference_mean=1.2e-3)
    >>> round(found.mean_over_reference, 3), round(found.minimum_over_reference, 3)
    (0.75, 0.5)
    """
    if not math.isfinite(reference_mean) or reference_mean < LEAST_REFERENCE:
        raise RegionError(
            "region.reference",
            "The mean ADC of the reference tissue is below 0.1 · 10⁻³ mm²/s, where no tissue is: nothing is "
            "divided by it.",
            remedy="Draw the reference in tissue that the map shows, away from air, bone and metal.",
        )
    return NormalizedNumbers(mean / reference_mean, minimum / reference_mean, median / reference_mean)
