"""What a mono-exponential fit gives back: maps of ADC and S0, and a status for every voxel."""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum

import numpy as np

from adcurate.arrays import Bools, Codes, Floats


class FitStatus(IntEnum):
    """Why a voxel has, or has not, an estimate; kept as a uint8 map."""

    ESTIMATED = 0
    """The estimate stands, negative ones included."""
    NO_SIGNAL = 1
    """A signal is zero or negative at a b-value that the fit needs."""
    NOT_FINITE = 2
    """A signal, or the estimate itself, is infinite or not a number."""
    MASKED_OUT = 3
    """The caller's mask leaves the voxel out."""
    NOT_CONVERGED = 4
    """The iterations ended without a minimum."""
    TOO_FEW_SIGNALS = 5
    """Fewer than two distinct b-values carry any weight."""


@dataclass(frozen=True, slots=True, eq=False)
class AdcFit:
    """Estimates of ``S(b) = S0 * exp(-b * ADC)`` on one voxel grid.

    `adc` (*grid,) is in mm^2/s and `s0` (*grid,) in the units of the signal, both float64 and NaN wherever
    `status` (*grid,), a map of `FitStatus`, is not ``ESTIMATED``. `method` names the method and its version;
    `b_values` (n_b,) in s/mm^2 are those fitted.
    """

    adc: Floats
    s0: Floats
    status: Codes
    method: str
    b_values: Floats

    @property
    def estimated(self) -> Bools:
        """Where there is an estimate, (*grid,)."""
        return np.asarray(self.status == FitStatus.ESTIMATED)

    @property
    def n_estimated(self) -> int:
        """How many voxels have an estimate."""
        return int(np.count_nonzero(self.status == FitStatus.ESTIMATED))

    def n_with(self, status: FitStatus) -> int:
        """How many voxels have the given status."""
        return int(np.count_nonzero(self.status == status))
