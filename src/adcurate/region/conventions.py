"""What a region would say under the habits of other programs: to explain a difference, never to measure.

Each convention changes one thing of how the number of record is made, and predicts mean, minimum and area.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, Literal

import numpy as np

from adcurate.arrays import Floats
from adcurate.geometry import Contour, Plane, VoxelRule, VoxelSet, erode_voxels, measure_extent, place_contour
from adcurate.geometry.voxel_rule import voxels_inside
from adcurate.region.measure import VoxelsByRule, find_voxels

ConventionName = Literal[
    "record",
    "centre",
    "any-overlap",
    "half",
    "area-weighted",
    "rim-left-out",
    "slice-before",
    "slice-after",
    "zeros-counted",
    "stored-values",
    "interpolated",
    "median-for-mean",
    "outline-area",
    "largest-slice",
    "scanner-map",
    "refit-map",
    "refit-registered-map",
]

# Samples between voxel centres along each side, as an enlarged picture on a screen has.
SAMPLES_PER_VOXEL: Final = 4


@dataclass(frozen=True, slots=True)
class Convention:
    """What one habit makes of the region: mm²/s and mm², NaN where it has nothing to say."""

    name: ConventionName
    mean: float
    minimum: float
    area_mm2: float


@dataclass(frozen=True, slots=True, eq=False)
class SliceSurroundings:
    """The map around a region: its slice, the slices beside it, and what the scanner stored there.

    `stored` is in whatever unit the caller compares in; None where it is the same as the map, or unknown.
    """

    here: Floats
    before: Floats | None = None
    after: Floats | None = None
    stored: Floats | None = None


def predict_conventions(
    around: SliceSurroundings,
    plane: Plane,
    contours: Sequence[Contour],
    exclusions: Sequence[Contour] = (),
    rule: VoxelRule = "centre",
) -> tuple[Convention, ...]:
    """Measure a region in every habit known, the one of record first.

    Raises
    ------
    ContourError, RegionError
        As `find_voxels`.
    """
    by_rule = find_voxels(plane, contours, exclusions)
    voxels, pixel = by_rule[rule], plane.voxel_area_mm2
    found = [_over("record", around.here, voxels, pixel)]
    found += [_over(name, around.here, by_rule[name], pixel) for name in _other_rules(by_rule, rule)]
    found.append(_over("rim-left-out", around.here, erode_voxels(voxels), pixel))
    if around.before is not None:
        found.append(_over("slice-before", around.before, voxels, pixel))
    if around.after is not None:
        found.append(_over("slice-after", around.after, voxels, pixel))
    if np.isnan(around.here[voxels.rows, voxels.columns]).any():
        found.append(_over("zeros-counted", np.nan_to_num(around.here, nan=0.0), voxels, pixel))
    if around.stored is not None:
        found.append(_over("stored-values", around.stored, voxels, pixel))
    found.append(_interpolated(around.here, plane, contours, exclusions))
    own = around.here[voxels.rows, voxels.columns]
    own = own[np.isfinite(own)]
    if len(own):
        found.append(Convention("median-for-mean", float(np.median(own)), float(own.min()), math.nan))
    outline = sum(measure_extent(place_contour(one, plane)).area_mm2 for one in contours)
    outline -= sum(measure_extent(place_contour(one, plane)).area_mm2 for one in exclusions)
    found.append(Convention("outline-area", math.nan, math.nan, outline))
    return tuple(found)


def _other_rules(by_rule: VoxelsByRule, rule: VoxelRule) -> list[VoxelRule]:
    return [name for name in by_rule if name not in (rule, "mask")]  # type: ignore[misc]


def _over(name: ConventionName, values: Floats, voxels: VoxelSet, pixel_mm2: float) -> Convention:
    own = values[voxels.rows, voxels.columns]
    known = np.isfinite(own)
    own, weights = own[known], voxels.weights[known]
    if not len(own):
        return Convention(name, math.nan, math.nan, math.nan)
    mean = float(own @ weights / weights.sum())
    return Convention(name, mean, float(own.min()), float(weights.sum()) * pixel_mm2)


def _interpolated(
    values: Floats, plane: Plane, contours: Sequence[Contour], exclusions: Sequence[Contour]
) -> Convention:
    """Bilinear samples between voxel centres that lie inside the contours; not estimated counts as 0."""
    from scipy.ndimage import map_coordinates

    n = SAMPLES_PER_VOXEL
    fine = (plane.n_rows * n, plane.n_columns * n)

    def samples(several: Sequence[Contour]) -> VoxelSet | None:
        found: VoxelSet | None = None
        for one in several:
            rings = [(ring + 0.5) * n - 0.5 for ring in place_contour(one, plane).rings]
            inside = voxels_inside(rings, fine)
            found = inside if found is None else VoxelSet.from_mask(found.mask() | inside.mask())
        return found

    inside, away = samples(contours), samples(exclusions)
    if inside is None:
        return Convention("interpolated", math.nan, math.nan, math.nan)
    if away is not None:
        inside = VoxelSet.from_mask(inside.mask() & ~away.mask())
    places = np.stack([(inside.rows + 0.5) / n - 0.5, (inside.columns + 0.5) / n - 0.5])
    drawn = map_coordinates(np.nan_to_num(values, nan=0.0), places, order=1, mode="nearest")
    if not len(drawn):
        return Convention("interpolated", math.nan, math.nan, math.nan)
    area = len(drawn) * plane.voxel_area_mm2 / n**2
    return Convention("interpolated", float(drawn.mean()), float(drawn.min()), area)
