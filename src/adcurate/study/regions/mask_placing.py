"""A mask of another tool on the images of a series, as outlines along its voxels' edges.

It belongs where its voxel centres are the images' own. On any other grid it is refused, unless a person chose
how to carry it over: nearest voxel, or outlines on the images it was drawn on.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, Literal

import numpy as np

from adcurate.arrays import Bools, Floats, Integers
from adcurate.errors import ForeignRegionError
from adcurate.geometry import Plane, outline_mask
from adcurate.model import Frame, Series
from adcurate.model.foreign_region import ForeignMask
from adcurate.study.regions.images import (
    OFF_PLANE_MM,
    FrameKey,
    Images,
    PlacedRing,
    check_frame_of_reference,
    image_key,
    missing_reference,
    slices_of,
)

OtherGrid = Literal["refuse", "contours", "nearest"]

# How far a voxel's centre may lie from the image's, in voxels: single precision loses as much.
OFF_CENTRE_VOXELS: Final = 0.02
# How far a mask's corner may lie off the image that its plane names: positions are written with two decimals.
OFF_NAMED_MM: Final = 0.03


def place_mask(
    mask: ForeignMask, frame_of_reference_uid: str, images: Images, other_grid: OtherGrid
) -> list[PlacedRing]:
    """Put a mask on the target series, or as `other_grid` says.

    Raises
    ------
    ForeignRegionError
        ``foreign.reference-missing``, ``foreign.frame-of-reference``, ``foreign.contour-plane``,
        ``foreign.grid-mismatch``
    """
    for named in mask.images:
        if named and not any(image_key(one, images) in images.frames for one in named):
            raise missing_reference()
    _check_named_planes(mask, images)
    target = images.target()
    if mask.images or frame_of_reference_uid:
        check_frame_of_reference(frame_of_reference_uid, target, images)
    reason = why_other_grid(mask, target)
    if not reason:
        return _outlines(mask.centres(), target)
    if other_grid == "refuse":
        raise ForeignRegionError(
            "foreign.grid-mismatch",
            f"The mask does not lie on the voxels of series {target.number}: {reason}.",
            remedy="Save it on the grid of that series, name the series it was drawn on (--series), or "
            "choose how to carry it over (--other-grid nearest, or contours).",
        )
    if other_grid == "nearest":
        return _nearest(mask, target)
    for exam in images.exams:
        for series in exam.series:
            if not why_other_grid(mask, series):
                return _outlines(mask.centres(), series)
    raise ForeignRegionError(
        "foreign.grid-mismatch",
        "The mask lies on the voxels of no series of the subject, so it has no image to be drawn on.",
        remedy="Add the series it was drawn on, or choose --other-grid nearest.",
    )


def _check_named_planes(mask: ForeignMask, images: Images) -> None:
    """A plane of the mask lies on an image that it says it was drawn on, corner by corner."""
    if not any(mask.images):
        return
    planes: dict[FrameKey, list[Plane]] = {}
    for series in (series for exam in images.exams for series in exam.series):
        for frame in series.frames:
            planes.setdefault((frame.sop_instance_uid, frame.frame_number), []).append(frame.plane)
    ends = np.array([(r * (mask.shape[0] - 1), c * (mask.shape[1] - 1)) for r in (0, 1) for c in (0, 1)])
    corners = ends[:, :1] * mask.row_step + ends[:, 1:] * mask.column_step
    for origin, named in zip(mask.origins, mask.images, strict=True):
        drawn_on = [plane for one in named for plane in planes.get(image_key(one, images), ())]
        furthest = [float(np.abs(plane.distance_mm(origin + corners)).max()) for plane in drawn_on]
        if furthest and min(furthest) > OFF_NAMED_MM:
            raise ForeignRegionError(
                "foreign.contour-plane",
                f"A plane of the mask lies {min(furthest):.2f} mm off the image that it names.",
                remedy="Position and named image contradict each other, and which is right is not guessed: "
                "save the mask again from the tool that drew it, on the images it was drawn on.",
                furthest_mm=min(furthest),
            )


def why_other_grid(mask: ForeignMask, series: Series) -> str:
    """What tells the mask's grid from that of a series; "" when the voxel centres are the same."""
    frames = slices_of(series)
    plane = frames[0].plane
    down = np.array(plane.column_direction) * plane.row_spacing_mm
    along = np.array(plane.row_direction) * plane.column_spacing_mm
    steps = [down, along]
    if len(frames) > 1:
        steps.append(np.array(frames[1].plane.origin) - np.array(frames[0].plane.origin))
    own = [mask.row_step, mask.column_step]
    if len(frames) > 1 and len(mask.origins) > 1 and not mask.images:
        own.append(mask.origins[1] - mask.origins[0])
    if not all(_among(step, steps) for step in own):
        turned = not all(any(_parallel(step, one) for one in steps) for step in own)
        return "it is turned against it" if turned else "its voxels have another size"
    room = sum(frame.plane.shape[0] * frame.plane.shape[1] for frame in frames)
    if mask.n_voxels > room:
        return f"it has {mask.n_voxels:,} voxels, more than its images ({room:,})"
    centres = mask.centres()
    n_found = sum(len(_cells(centres, frame.plane)) for frame in frames)
    if n_found == len(centres):
        return ""
    inside = [_near(centres, frame.plane) for frame in frames]
    n_near = int(np.count_nonzero(np.any(inside, axis=0)))
    if n_near < len(centres):
        return f"{len(centres) - n_near:,} of its {len(centres):,} voxels lie beyond its images"
    return "it is shifted by a part of a voxel"


def _among(step: Floats, steps: Sequence[Floats]) -> bool:
    return any(_parallel(step, one) and _same_length(step, one) for one in steps)


def _parallel(step: Floats, other: Floats) -> bool:
    cosine = abs(float(step @ other)) / float(np.linalg.norm(step) * np.linalg.norm(other))
    return cosine > 1 - 1e-5


def _same_length(step: Floats, other: Floats) -> bool:
    return bool(np.isclose(np.linalg.norm(step), np.linalg.norm(other), rtol=1e-3))


def _near(centres: Floats, plane: Plane) -> Bools:
    pixel = plane.to_pixel(centres)
    limit = plane.off_plane_limit_mm + OFF_PLANE_MM
    inside: Bools = (
        (np.abs(plane.distance_mm(centres)) <= limit)
        & (pixel > -1).all(axis=1)
        & (pixel < plane.shape).all(axis=1)
    )
    return inside


def _cells(centres: Floats, plane: Plane) -> Floats:
    """The (row, column) of the centres that are voxel centres of this plane."""
    limit = max(OFF_PLANE_MM, OFF_CENTRE_VOXELS * plane.row_spacing_mm)
    on = np.abs(plane.distance_mm(centres)) <= limit
    pixel = plane.to_pixel(centres[on])
    nearest = np.rint(pixel)
    fits = (np.abs(pixel - nearest) <= OFF_CENTRE_VOXELS).all(axis=1)
    fits &= (nearest >= 0).all(axis=1) & (nearest < plane.shape).all(axis=1)
    found: Floats = nearest[fits]
    return found


def _outlines(centres: Floats, series: Series) -> list[PlacedRing]:
    placed = []
    for frame in slices_of(series):
        cells = _cells(centres, frame.plane).astype(np.intp)
        if len(cells):
            voxels = np.zeros(frame.plane.shape, dtype=np.bool_)
            voxels[cells[:, 0], cells[:, 1]] = True
            placed += _rings_of(voxels, frame)
    return placed


def _rings_of(voxels: Bools, frame: Frame) -> list[PlacedRing]:
    key = (frame.sop_instance_uid, frame.frame_number)
    return [
        PlacedRing(key, tuple(frame.plane.to_lps(ring) for ring in (part.outer, *part.holes)))
        for part in outline_mask(voxels)
    ]


def _nearest(mask: ForeignMask, series: Series) -> list[PlacedRing]:
    """Every voxel of the series takes the mask's voxel that its centre lies in."""
    normal = np.cross(mask.column_step, mask.row_step)
    normal /= np.linalg.norm(normal)
    heights = mask.origins @ normal
    if len(heights) > 1:
        half = float(np.min(np.abs(np.diff(np.sort(heights))))) / 2
    else:
        half = slices_of(series)[0].plane.off_plane_limit_mm
    held = np.sort(np.ravel_multi_index(tuple(mask.indices.T), (len(heights), *mask.shape)))
    order = np.argsort(heights, kind="stable")
    placed: list[PlacedRing] = []
    for frame in slices_of(series):
        grid = np.argwhere(np.ones(frame.plane.shape, dtype=np.bool_))
        points = frame.plane.to_lps(grid)
        height = points @ normal
        at = _nearest_of(height, heights, order)
        offset = points - mask.origins[at]
        row = np.rint(offset @ mask.row_step / (mask.row_step @ mask.row_step)).astype(int)
        column = np.rint(offset @ mask.column_step / (mask.column_step @ mask.column_step)).astype(int)
        inside = np.abs(height - heights[at]) <= half + 1e-6
        inside &= (row >= 0) & (row < mask.shape[0]) & (column >= 0) & (column < mask.shape[1])
        index = np.ravel_multi_index((at[inside], row[inside], column[inside]), (len(heights), *mask.shape))
        inside[inside] = held[np.minimum(np.searchsorted(held, index), len(held) - 1)] == index
        voxels = np.zeros(frame.plane.shape, dtype=np.bool_)
        voxels[grid[inside, 0], grid[inside, 1]] = True
        placed += _rings_of(voxels, frame)
    return placed


def _nearest_of(height: Floats, heights: Floats, order: Integers) -> Integers:
    """Which plane of the mask each height is nearest to; of two as near, the first."""
    ordered = heights[order]
    above = np.clip(np.searchsorted(ordered, height), 1, max(len(order) - 1, 1))
    if len(order) == 1:
        return np.zeros(len(height), dtype=np.intp)
    to_below, to_above = np.abs(height - ordered[above - 1]), np.abs(height - ordered[above])
    lower = (to_below < to_above) | ((to_below == to_above) & (order[above - 1] < order[above]))
    found: Integers = np.where(lower, order[above - 1], order[above])
    return found
