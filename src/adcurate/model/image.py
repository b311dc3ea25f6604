"""Pixels on a stack of parallel planes, with the object each slice came from."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
import numpy.typing as npt

from adcurate.arrays import Floats
from adcurate.geometry import Plane

UnitEvidence = Literal["refit", "real_world_map", "declared", "plausibility", "unknown"]


@dataclass(frozen=True, slots=True)
class SliceOrigin:
    """The object and frame that one slice of a stack was read from."""

    sop_instance_uid: str
    frame_number: int


@dataclass(frozen=True, slots=True, eq=False)
class ImageStack:
    """One volume: `values` (slice, row, column) in the series' own rescaled units."""

    values: npt.NDArray[Any]
    planes: tuple[Plane, ...]
    origins: tuple[SliceOrigin, ...]
    series_instance_uid: str


@dataclass(frozen=True, slots=True, eq=False)
class DiffusionStack:
    """Trace-weighted signals of one exam on one grid.

    `volumes` holds one array (slice, row, column) per b-value, lowest b first; `b_values` in s/mm²;
    `averaging` names how repeats and directions became one image per b.
    """

    volumes: tuple[npt.NDArray[Any], ...]
    b_values: tuple[float, ...]
    planes: tuple[Plane, ...]
    origins: tuple[tuple[SliceOrigin, ...], ...]
    series_instance_uids: tuple[str, ...]
    averaging: str


@dataclass(frozen=True, slots=True)
class AdcUnit:
    """What one stored unit of a scanner's ADC map is worth, and how that is known.

    `mm2_per_s_per_stored_unit` multiplies the rescaled value; None where nothing shows it. `slope` and
    `r` come from the regression on the refit (None without one); `n` counts its voxels.
    """

    mm2_per_s_per_stored_unit: float | None
    evidence: UnitEvidence
    slope: float | None = None
    r: float | None = None
    n: int = 0
    formula: str | None = None

    def as_json(self) -> dict[str, object]:
        """The shape printed by ``inspect`` and stored with the map."""
        return {
            "mm2_per_s_per_stored_unit": self.mm2_per_s_per_stored_unit,
            "evidence": self.evidence,
            "slope": self.slope,
            "r": self.r,
            "n": self.n,
            "formula": self.formula,
        }


@dataclass(frozen=True, slots=True, eq=False)
class ParameterMap:
    """An ADC map in mm²/s: `values` (slice, row, column) float, NaN where not estimated.

    `series_instance_uid` is of the series that the slices come from; `source` is ``scanner``, ``refit`` or
    ``refit-registered``;
    `derived_id` names it in the derivation graph.
    """

    values: Floats
    planes: tuple[Plane, ...]
    origins: tuple[SliceOrigin, ...]
    series_instance_uid: str
    source: Literal["scanner", "refit", "refit-registered"]
    method: str
    unit: AdcUnit | None
    derived_id: str

    @property
    def n_estimated(self) -> int:
        """Voxels with a value."""
        return int(np.count_nonzero(np.isfinite(self.values)))
