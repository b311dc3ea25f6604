"""Contours to numbers: 10,000 contours on a 256 x 256 map, voxels by the centre rule and their summary.

    python benchmarks/contours.py [n_contours] [n_rounds]

Contours have 12 to 40 points and radii of 4 to 20 pixels. The reference does the same work with
matplotlib.path inside the bounding box and numpy's own statistics (fewer of them); both take turns, round
by round. Ends with status 1 when the best round needs more than 250 microseconds a contour: another
process on the machine can only add to it.
"""

from __future__ import annotations

import statistics
import sys
import time
from collections.abc import Callable

import numpy as np
from matplotlib.path import Path

from adcurate.arrays import Floats
from adcurate.geometry import voxels_inside
from adcurate.region import summarize_voxels

TARGET_MICROSECONDS = 250.0
SHAPE = (256, 256)


def draw_contours(n_contours: int, rng: np.random.Generator) -> list[Floats]:
    """Star-shaped rings (n, 2) in pixels."""
    rings = []
    for _ in range(n_contours):
        n_points = int(rng.integers(12, 41))
        angle = (np.arange(n_points) + rng.uniform(0, 0.9, n_points)) * (2 * np.pi / n_points)
        radius = rng.uniform(4, 20) * rng.uniform(0.85, 1.0, n_points)
        centre = rng.uniform(21, 234, 2)
        rings.append(centre + radius[:, None] * np.stack((np.sin(angle), np.cos(angle)), axis=1))
    return rings


def measure_ours(ring: Floats, map_slice: Floats) -> int:
    """Voxels and the whole summary; the number of voxels comes back."""
    return summarize_voxels(map_slice, voxels_inside([ring], SHAPE), voxel_area_mm2=1.0).n_voxels


def measure_reference(ring: Floats, map_slice: Floats) -> int:
    """n, mean, sd, minimum, maximum and three percentiles."""
    low = np.floor(ring.min(axis=0)).astype(int)
    high = np.ceil(ring.max(axis=0)).astype(int) + 1
    rows, columns = np.mgrid[low[0] : high[0], low[1] : high[1]]
    centres = np.stack((rows.ravel(), columns.ravel()), axis=1)
    inside = centres[Path(ring).contains_points(centres)]
    values = map_slice[inside[:, 0], inside[:, 1]]
    _ = values.mean(), values.std(ddof=1), values.min(), values.max(), np.percentile(values, (10, 50, 90))
    return len(values)


def time_round(
    measure: Callable[[Floats, Floats], int], rings: list[Floats], map_slice: Floats
) -> tuple[float, int]:
    """Microseconds per contour, and voxels found."""
    start = time.perf_counter()
    n_voxels = sum(measure(ring, map_slice) for ring in rings)
    return (time.perf_counter() - start) / len(rings) * 1e6, n_voxels


def main() -> int:
    """Print the medians and say whether the target is met."""
    n_contours = int(sys.argv[1]) if len(sys.argv) > 1 else 10_000
    n_rounds = int(sys.argv[2]) if len(sys.argv) > 2 else 5
    rng = np.random.default_rng(20)
    map_slice = rng.normal(1.2e-3, 2e-4, SHAPE)
    rings = draw_contours(n_contours, rng)
    ours, reference = [], []
    for _ in range(n_rounds):
        microseconds, n_voxels = time_round(measure_ours, rings, map_slice)
        ours.append(microseconds)
        microseconds, n_reference = time_round(measure_reference, rings, map_slice)
        reference.append(microseconds)
        if n_voxels != n_reference:
            print(f"voxels differ: {n_voxels} and {n_reference}")
            return 1
    ratio = statistics.median(a / b for a, b in zip(ours, reference, strict=True))
    median = statistics.median(ours)
    print(f"{n_contours} contours, {n_rounds} rounds, {n_voxels / n_contours:.0f} voxels each")
    print(f"adcurate          {median:7.1f} us a contour (best {min(ours):.1f})")
    print(f"matplotlib.path   {statistics.median(reference):7.1f} us a contour (best {min(reference):.1f})")
    print(f"paired ratio      {ratio:7.2f}; target {TARGET_MICROSECONDS:.0f} us")
    return 0 if min(ours) <= TARGET_MICROSECONDS else 1


if __name__ == "__main__":
    sys.exit(main())
