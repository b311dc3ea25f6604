"""Closed shapes that DICOM draws on an image, in pixels or in patient coordinates.

Pixel coordinates of structured reports and presentation states count from the top left corner of the first
pixel, whose centre is (0.5, 0.5) (PS3.3 C.18.6.1 and C.10.5): half a pixel is taken off, and (column, row)
becomes (row, column).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import numpy as np

from adcurate.arrays import Floats
from adcurate.dicom.regions.keyhole import data_fault

_CORNERS: Final = 360
_CLOSED: Final = 1e-3
_MOST_POINTS: Final = 100_000


def ring_of(kind: str, values: Sequence[float], n_axes: int) -> Floats:
    """Corners (n, `n_axes`) of a closed shape in the file's own coordinates.

    ``POLYLINE`` must end where it begins; ``POLYGON`` closes itself; ``CIRCLE`` is a centre and a point on
    it, ``ELLIPSE`` the ends of its long and short axis: both become 360 corners on the curve.

    Raises
    ------
    ForeignRegionError
        ``foreign.contour-data``
    """
    if len(values) % n_axes or not np.isfinite(values).all():
        raise data_fault("has a coordinate too few, or one that is no number")
    points = np.array(values, dtype=np.float64).reshape(-1, n_axes)
    if kind in ("POLYLINE", "POLYGON"):
        closed = bool(len(points)) and float(np.abs(points[0] - points[-1]).max()) <= _CLOSED
        if kind == "POLYLINE" and not closed:
            raise data_fault("is an open line: its last point is not its first")
        points = points[:-1] if closed else points
        if not 3 <= len(points) <= _MOST_POINTS:
            raise data_fault(f"has {len(points)} points")
        return points
    turn = (np.arange(_CORNERS) * (2 * np.pi / _CORNERS))[:, None]
    if kind == "CIRCLE" and len(points) == 2 and n_axes == 2:
        radius = float(np.linalg.norm(points[1] - points[0]))
        if radius <= 0:
            raise data_fault("is a circle without a radius")
        circle: Floats = points[0] + radius * np.hstack([np.cos(turn), np.sin(turn)])
        return circle
    if kind == "ELLIPSE" and len(points) == 4:
        middle = points[:2].mean(axis=0)
        long_axis, short_axis = (points[1] - points[0]) / 2, (points[3] - points[2]) / 2
        size = float(np.linalg.norm(long_axis) * np.linalg.norm(short_axis))
        if size <= 0 or abs(float(long_axis @ short_axis)) > 0.01 * size:
            raise data_fault("is an ellipse whose axes are not at right angles")
        ring: Floats = middle + np.cos(turn) * long_axis + np.sin(turn) * short_axis
        return ring
    raise data_fault(f"is of the kind {kind[:20] or 'none'}, no closed area that is defined")


def from_corner(ring: Floats) -> Floats:
    """(column, row) from the corner of the first pixel to (row, column) from its centre."""
    return ring[:, ::-1] - 0.5
