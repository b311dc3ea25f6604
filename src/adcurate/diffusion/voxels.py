"""From a grid of signals to the list of voxels that can be fitted, and back to maps."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from adcurate.arrays import Codes, Floats
from adcurate.diffusion.adc_fit import AdcFit, FitStatus
from adcurate.diffusion.scheme import checked_b_values, checked_mask, checked_signal


@dataclass(frozen=True, slots=True, eq=False)
class FittableVoxels:
    """The voxels whose signals allow a fit: `signal` (n, n_b) float64, `status` (*grid,) of all voxels."""

    signal: Floats
    status: Codes
    b_values: Floats

    def as_fit(self, adc: Floats, s0: Floats, outcome: Codes, method: str) -> AdcFit:
        """Put the estimates (n,) of these voxels back on the grid; NaN wherever `outcome` (n,) says why."""
        sound = np.isfinite(adc) & np.isfinite(s0)
        outcome = np.where((outcome == FitStatus.ESTIMATED) & ~sound, np.uint8(FitStatus.NOT_FINITE), outcome)
        inside = self.status == FitStatus.ESTIMATED
        status = self.status.copy()
        status[inside] = outcome
        adc_map = np.full(status.shape, np.nan)
        s0_map = np.full(status.shape, np.nan)
        estimated = outcome == FitStatus.ESTIMATED
        adc_map[inside] = np.where(estimated, adc, np.nan)
        s0_map[inside] = np.where(estimated, s0, np.nan)
        return AdcFit(adc_map, s0_map, status, method, self.b_values)


def fittable_voxels(
    signal: npt.ArrayLike, b_values: npt.ArrayLike, mask: npt.ArrayLike | None, *, offset: float = 0.0
) -> FittableVoxels:
    """Check the form of the input and pick the voxels whose signals plus `offset` are finite and positive."""
    b = checked_b_values(b_values)
    given = checked_signal(signal, b.size)
    grid = given.shape[:-1]
    wanted = checked_mask(mask, grid)
    finite = np.isfinite(given).all(axis=-1)
    with np.errstate(invalid="ignore"):
        positive = (given > -offset).all(axis=-1)
    status = np.full(grid, FitStatus.ESTIMATED, dtype=np.uint8)
    status[~positive] = FitStatus.NO_SIGNAL
    status[~finite] = FitStatus.NOT_FINITE
    status[~wanted] = FitStatus.MASKED_OUT
    chosen = given[status == FitStatus.ESTIMATED].astype(np.float64, copy=False)
    return FittableVoxels(chosen, status, b)


def all_estimated(n: int) -> Codes:
    """The outcome of `n` voxels before anything went wrong."""
    return np.full(n, FitStatus.ESTIMATED, dtype=np.uint8)
