"""Round things in an image: the tubes and vials of a phantom, found without anyone drawing them."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from scipy import ndimage

from adcurate.arrays import Bools, Floats
from adcurate.geometry import Contour, Plane

SMALLEST_MM2: Final = 60.0
LARGEST_MM2: Final = 4000.0
ROUNDEST_ASPECT: Final = 1.35
FULLEST: Final = 0.80
N_CORNERS: Final = 64


@dataclass(frozen=True, slots=True)
class Disc:
    """A round area: its centre on the plane (row, column, fractional), LPS mm, and its radius."""

    pixel: tuple[float, float]
    centre_lps_mm: tuple[float, float, float]
    radius_mm: float

    @property
    def from_isocentre_mm(self) -> float:
        """How far its centre lies from the scanner's isocentre, taken as the origin of coordinates."""
        return math.hypot(*self.centre_lps_mm)

    def contour(self, plane: Plane, share: float = 1.0) -> Contour:
        """A circle of `share` of the radius, as a contour on the plane."""
        turn = np.linspace(0.0, 2.0 * np.pi, N_CORNERS, endpoint=False)
        right, down = np.asarray(plane.row_direction), np.asarray(plane.column_direction)
        ring = np.outer(np.cos(turn), right) + np.outer(np.sin(turn), down)
        return Contour(np.asarray(self.centre_lps_mm) + share * self.radius_mm * ring)


def find_discs(image: Floats, plane: Plane) -> tuple[Disc, ...]:
    """Bright round areas of one image, nearest to the isocentre first.

    Parameters
    ----------
    image : (row, column), any unit
        With signal in the fluids and none between them.

    Returns
    -------
    Areas of 60 to 4000 mm^2 whose axes differ by less than 35 % and that fill their ellipse. Empty where
    there are none.
    """
    signal = np.asarray(image, dtype=np.float64)
    if not np.isfinite(signal).all() or signal.max() <= signal.min():
        return ()
    labels, n = ndimage.label(ndimage.binary_opening(signal > _between_two_classes(signal)))
    discs = []
    for number in range(1, n + 1):
        disc = _as_disc(labels == number, plane)
        if disc is not None:
            discs.append(disc)
    return tuple(sorted(discs, key=lambda disc: disc.from_isocentre_mm))


def share_in_discs(image: Floats, plane: Plane, discs: Sequence[Disc]) -> float:
    """How much of an image's bright area lies in the discs that were found in it: near 1 for vials in air.

    0 where nothing is bright.
    """
    signal = np.asarray(image, dtype=np.float64)
    bright = float((signal > _between_two_classes(signal)).sum()) * plane.voxel_area_mm2
    return min(sum(math.pi * disc.radius_mm**2 for disc in discs) / bright, 1.0) if bright > 0 else 0.0


def _as_disc(area: Bools, plane: Plane) -> Disc | None:
    size = float(area.sum()) * plane.voxel_area_mm2
    if not SMALLEST_MM2 <= size <= LARGEST_MM2:
        return None
    rows, columns = np.nonzero(area)
    places = np.stack([rows * plane.row_spacing_mm, columns * plane.column_spacing_mm])
    spread = np.sqrt(np.maximum(np.linalg.eigvalsh(np.cov(places)), 1e-12))
    # An ellipse's area is pi a b, and its semi-axes are twice the standard deviations along them.
    fullness = size / (math.pi * 4.0 * spread[0] * spread[1])
    if spread[1] / spread[0] > ROUNDEST_ASPECT or fullness < FULLEST:
        return None
    pixel = (float(rows.mean()), float(columns.mean()))
    x, y, z = (float(value) for value in plane.to_lps(np.array([pixel]))[0])
    return Disc(pixel, (x, y, z), math.sqrt(size / math.pi))


def _between_two_classes(signal: Floats) -> float:
    """Otsu's threshold: where the variance between the two sides is largest.

    Source: Otsu, IEEE Trans Syst Man Cybern 1979;9:62-66.
    """
    counts, edges = np.histogram(signal, bins=256)
    centres = 0.5 * (edges[:-1] + edges[1:])
    below = np.cumsum(counts)
    above = below[-1] - below
    sums = np.cumsum(counts * centres)
    with np.errstate(invalid="ignore", divide="ignore"):
        gap = sums / below - (sums[-1] - sums) / above
        between = np.where((below > 0) & (above > 0), below * above * gap**2, 0.0)
    return float(edges[1:][int(np.argmax(between))])
