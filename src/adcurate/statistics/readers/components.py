"""What the areas of readers and modalities vary by: the Obuchowski-Rockette components."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from adcurate.arrays import Bools
from adcurate.statistics.readers.areas import ReaderAreas


@dataclass(frozen=True, slots=True)
class VarianceComponents:
    """The Obuchowski-Rockette error variance, its covariances, and the mean squares of the areas.

    `cov1` is between modalities of the same reader, `cov2` between readers with the same modality, `cov3`
    between readers with different modalities; NaN where there is no such pair (one modality, one reader).
    So are the mean squares of modality, reader and their interaction. `variance_reader` and
    `variance_interaction` follow from them and may be negative.
    """

    variance: float
    cov1: float
    cov2: float
    cov3: float
    ms_modality: float
    ms_reader: float
    ms_interaction: float
    variance_reader: float
    variance_interaction: float


def estimate_components(areas: ReaderAreas) -> VarianceComponents:
    """Average the covariances by kind, and take the two-way mean squares of the areas."""
    t, r = areas.values.shape
    modality, reader = np.divmod(np.arange(t * r), r)
    same_modality, same_reader = modality[:, None] == modality, reader[:, None] == reader

    def mean(chosen: Bools) -> float:
        return float(areas.covariance[chosen].mean()) if chosen.any() else math.nan

    of_modalities, of_readers = areas.values.mean(axis=1), areas.values.mean(axis=0)
    grand = float(areas.values.mean())
    rest = areas.values - of_modalities[:, None] - of_readers + grand
    ms_t = r * float(np.sum((of_modalities - grand) ** 2)) / (t - 1) if t > 1 else math.nan
    ms_r = t * float(np.sum((of_readers - grand) ** 2)) / (r - 1) if r > 1 else math.nan
    ms_tr = float(np.sum(rest**2)) / ((t - 1) * (r - 1)) if min(t, r) > 1 else math.nan
    variance = mean(same_modality & same_reader)
    cov1, cov2 = mean(~same_modality & same_reader), mean(same_modality & ~same_reader)
    cov3 = mean(~same_modality & ~same_reader)
    interaction = ms_tr - variance + cov1 + max(cov2 - cov3, 0.0)
    shared = (t - 1) * (cov3 - cov1) + cov2 - variance
    return VarianceComponents(
        variance=variance,
        cov1=cov1,
        cov2=cov2,
        cov3=cov3,
        ms_modality=unless_rounding(ms_t),
        ms_reader=unless_rounding(ms_r),
        ms_interaction=unless_rounding(ms_tr),
        variance_reader=(ms_r - interaction + shared) / t,
        variance_interaction=interaction,
    )


def unless_rounding(mean_square: float, beside: float = 0.0) -> float:
    """Return 0 for a mean square that is the rounding error of doubles, also `beside` its larger parts.

    Areas are shares of pairs: no true mean square is as small as that, and a test divides by it.
    """
    return 0.0 if mean_square < max(1e-28, 1e-12 * beside) else mean_square
