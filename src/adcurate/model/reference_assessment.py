"""How well fits recover the truth of a digital reference object."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from adcurate.arrays import Floats
from adcurate.diffusion.bias_precision import BiasPrecision


@dataclass(frozen=True, slots=True)
class JudgedFit:
    """One way of fitting: what it is called, the b-values it used (empty where unknown), what it gave."""

    name: str
    b_values: tuple[float, ...]
    found: BiasPrecision


@dataclass(frozen=True, slots=True)
class ReferenceAssessment:
    """Fits judged on a grid of signal-to-noise ratios (at b = 0) and true ADC (mm^2/s).

    `images` says which series were fitted: the four ``repeats`` or the one that is ``averaged``.
    """

    snr_levels: tuple[float, ...]
    adc_levels: tuple[float, ...]
    images: str
    fits: tuple[JudgedFit, ...]

    def grid(self, values: npt.ArrayLike) -> Floats:
        """Values by cell as (SNR, ADC)."""
        return np.asarray(values, dtype=np.float64).reshape(len(self.snr_levels), len(self.adc_levels))

    def lowest_snr_within(self, fit: JudgedFit, relative_bias: float) -> tuple[float | None, ...]:
        """For each ADC the lowest ratio from which on the bias stays within the limit; None where none."""
        within = np.abs(self.grid(fit.found.relative_bias)) <= relative_bias
        lowest: list[float | None] = []
        for column in within.T:
            outside = np.flatnonzero(~column)
            first = int(outside[-1]) + 1 if outside.size else 0
            lowest.append(self.snr_levels[first] if first < len(self.snr_levels) else None)
        return tuple(lowest)

    def as_json(self) -> dict[str, object]:
        """Every number, unrounded; None where there is none."""
        return {
            "snr_levels": list(self.snr_levels),
            "adc_levels_mm2_per_s": list(self.adc_levels),
            "images": self.images,
            "fits": [
                {
                    "name": fit.name,
                    "b_values": list(fit.b_values),
                    "n_voxels": self._rows(fit.found.n_voxels),
                    "n_estimated": self._rows(fit.found.n_estimated),
                    "bias_mm2_per_s": self._rows(fit.found.bias),
                    "sd_mm2_per_s": self._rows(fit.found.sd),
                    "repeat_sd_mm2_per_s": self._rows(fit.found.repeat_sd),
                }
                for fit in self.fits
            ],
        }

    def _rows(self, values: npt.ArrayLike) -> list[list[float | None]]:
        return [[float(value) if np.isfinite(value) else None for value in row] for row in self.grid(values)]
