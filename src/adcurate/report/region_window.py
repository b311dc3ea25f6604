"""What part of a region's images is shown, and between which grey levels: the same on paper and on a page."""

from __future__ import annotations

from typing import Final

import numpy as np

from adcurate.arrays import Floats
from adcurate.model.cohort import RegionPanel

ADC_RANGE: Final = (0.0, 3.0)  # 10⁻³ mm²/s: tissue to free water
_NARROWEST_MM, _MARGIN_FACTOR = 120.0, 3.5


def shown_window(panel: RegionPanel) -> tuple[float, float, float, float]:
    """The square shown, (left, right, bottom, top) in mm: the region with room around it."""
    left, right, bottom, top = next(iter(panel.extents_mm.values()))
    corners = np.array([[left, bottom], [right, top]])
    points = np.vstack([np.asarray(ring)[:, :2] for ring in panel.rings_mm] or [corners])
    low, high = points.min(axis=0), points.max(axis=0)
    half = max(_NARROWEST_MM, _MARGIN_FACTOR * float((high - low).max())) / 2
    centre = (low + high) / 2
    down = bottom > top
    x, y = float(centre[0]), float(centre[1])
    return (x - half, x + half, y + half if down else y - half, y - half if down else y + half)


def shown_levels(
    image: Floats, extent: tuple[float, float, float, float], window: tuple[float, float, float, float]
) -> tuple[float, float]:
    """The 1st and 99.5th percentile of what the window shows."""
    rows, columns = image.shape
    left, right, bottom, top = extent
    x = left + (np.arange(columns) + 0.5) * (right - left) / columns
    y = top + (np.arange(rows) + 0.5) * (bottom - top) / rows
    inside = image[
        np.ix_(
            (y >= min(window[2:])) & (y <= max(window[2:])), (x >= min(window[:2])) & (x <= max(window[:2]))
        )
    ]
    inside = inside[np.isfinite(inside)]
    if inside.size == 0:
        return 0.0, 1.0
    low, high = np.percentile(inside, [1.0, 99.5])
    return float(low), float(max(high, low + 1e-12))
