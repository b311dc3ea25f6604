"""Signals on their grid: the images of one or several series to one `DiffusionStack`.

Signals of several series or scalings are brought to one scale; repeats are averaged arithmetically,
directions geometrically (the trace-weighted signal). Calculated images and ADC maps are never taken for
signals.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
import numpy.typing as npt

from adcurate.arrays import Bools, Floats
from adcurate.dicom.reading.padding import padded
from adcurate.dicom.reading.pixels import mixed_geometry, require_one_geometry, stored_images, with_room
from adcurate.dicom.reading.series_findings import slice_positions
from adcurate.dicom.reading.uneven_signals import share_one_timing
from adcurate.errors import SchemeError
from adcurate.model import DiffusionStack, Frame, Series, SliceOrigin, group_b_values

Scale = Literal["rescaled", "floating-point"]


@dataclass(frozen=True, slots=True)
class _Cell:
    """Where a signal belongs: a b-value group, a slice, and the direction it was weighted along."""

    group: int
    position: int
    direction: tuple[float, float, float] | None


def load_diffusion(series: Sequence[Series]) -> DiffusionStack:
    """The trace-weighted signals of one or several series on one grid, one volume for each b-value.

    b-values are grouped on what was played out. At one b-value and slice, images of one direction are
    averaged arithmetically, then directions geometrically; where the scanner's own trace images stand beside
    the directions, they are used instead. Slices that lack a b-value are left out. Images whose vendor
    scalings differ are brought to the vendor's common (floating-point) scale. Padding is no signal: it is 0.

    Parameters
    ----------
    series
        Series of one exam; those that are not ``dwi`` or ``trace`` are left out.

    Returns
    -------
    DiffusionStack
        Volumes in the stored integers where nothing was averaged or rescaled, else float64. `averaging` is
        ``none``, ``repeats-mean``, ``directions-geometric-mean`` or both joined by ``+``.

    Raises
    ------
    SchemeError
        ``scheme.too-few-b-values`` when no image has a b-value, ``scheme.timing-differs`` when the series
        differ in echo or repetition time.
    GeometryError
        ``geometry.mixed`` when the images do not share one grid.
    DicomError
        As `decoding.read_pixels`.
    """
    used = [one for one in series if one.kind in ("dwi", "trace")]
    kinds = {id(frame): one.kind for one in used for frame in one.frames}
    frames = [frame for one in used for frame in one.frames if frame.b_value is not None]
    if not frames:
        raise SchemeError(
            "scheme.too-few-b-values",
            "No image of the chosen series has a b-value.",
            remedy="Choose a diffusion-weighted series.",
        )
    require_one_geometry(frames)
    if len({one.frame_of_reference_uid for one in used if one.frame_of_reference_uid}) > 1:
        raise mixed_geometry("The chosen series do not share one frame of reference.")
    if not share_one_timing(used):
        raise SchemeError(
            "scheme.timing-differs",
            "The chosen series differ in echo or repetition time, so that no fit may take them together.",
            remedy="Use diffusion series that were acquired with one timing.",
        )
    groups = group_b_values([frame.b_value.value for frame in frames if frame.b_value is not None])
    positions = slice_positions(frames)
    group_of = {member: number for number, group in enumerate(groups) for member in group.members}
    chosen = _chosen(frames, group_of, len(groups), positions)
    common = set.intersection(*({positions[i] for i in members} for members in chosen))
    if not common:
        raise mixed_geometry("No slice has all b-values.")
    slices = {position: number for number, position in enumerate(sorted(common))}
    cells: dict[int, _Cell] = {}
    taken: list[Frame] = []
    for members in chosen:
        for i in members:
            if positions[i] in slices:
                frame = frames[i]
                direction = _direction_key(frame, kinds[id(frame)], groups[group_of[i]].value, len(taken))
                cells[id(frame)] = _Cell(group_of[i], slices[positions[i]], direction)
                taken.append(frame)
    volumes, averaging = _volumes(taken, cells, len(groups), len(slices))
    first_in: dict[tuple[int, int], Frame] = {}
    for frame in taken:
        first_in.setdefault((cells[id(frame)].group, cells[id(frame)].position), frame)
    return DiffusionStack(
        volumes,
        tuple(group.value for group in groups),
        tuple(first_in[0, z].plane for z in range(len(slices))),
        tuple(
            tuple(
                SliceOrigin(first_in[g, z].sop_instance_uid, first_in[g, z].frame_number)
                for z in range(len(slices))
            )
            for g in range(len(groups))
        ),
        tuple(dict.fromkeys(one.series_instance_uid for one in used)),
        averaging,
    )


def _chosen(
    frames: Sequence[Frame], group_of: dict[int, int], n_groups: int, positions: Sequence[int]
) -> list[list[int]]:
    """The frames of each b-value: directions or, where they cover the same slices, the scanner's traces."""
    chosen: list[list[int]] = [[] for _ in range(n_groups)]
    for i in range(len(frames)):
        chosen[group_of[i]].append(i)
    for number, members in enumerate(chosen):
        isotropic = [i for i in members if frames[i].directionality == "isotropic"]
        if not 0 < len(isotropic) < len(members):
            continue
        others = [i for i in members if frames[i].directionality != "isotropic"]
        complete = {positions[i] for i in isotropic} >= {positions[i] for i in others}
        chosen[number] = isotropic if complete else others
    return chosen


def _direction_key(frame: Frame, kind: str, b: float, serial: int) -> tuple[float, float, float] | None:
    """What tells directions apart: None for one trace or b = 0, a vector, or a serial number if unnamed."""
    if b < 1.0 or kind == "trace" or frame.directionality in ("isotropic", "none"):
        return None
    if frame.direction is None:
        return (float(serial), 0.0, 0.0)
    x, y, z = (round(part, 3) + 0.0 for part in frame.direction)
    return (x, y, z)


def _volumes(
    frames: Sequence[Frame], cells: dict[int, _Cell], n_groups: int, n_slices: int
) -> tuple[tuple[npt.NDArray[Any], ...], str]:
    repeats = Counter(cells.values())
    directions = Counter((cell.group, cell.position) for cell in repeats)
    scale = _scale_of(frames)
    single = max(repeats.values()) == 1 and max(directions.values()) == 1
    plain = single and scale == "rescaled" and all(_is_plain(frame) for frame in frames)
    shape = (n_slices, *frames[0].plane.shape)
    volumes: list[npt.NDArray[Any]] = []
    sums: dict[_Cell, Floats] = {}
    hidden: dict[tuple[int, int], Bools] = {}
    left = Counter(repeats)
    with np.errstate(divide="ignore", invalid="ignore"):
        for frame, image in stored_images(frames):
            cell = cells[id(frame)]
            if not volumes:
                kept = image.dtype if plain else np.dtype(np.float64)
                volumes = [np.zeros(shape, dtype=kept) for _ in range(n_groups)]
            no_image = padded(image, frame.padding)
            if no_image is not None:
                place = cell.group, cell.position
                hidden[place] = hidden.get(place, False) | no_image
            if plain:
                volumes[cell.group] = with_room(volumes[cell.group], image)
                volumes[cell.group][cell.position] = image
                continue
            value = _scaled(image, frame, scale)
            left[cell] -= 1
            if repeats[cell] > 1:
                value = sums.pop(cell, 0.0) + value
                if left[cell]:
                    sums[cell] = value
                    continue
                value = value / repeats[cell]
            n_directions = directions[cell.group, cell.position]
            volumes[cell.group][cell.position] += value if n_directions == 1 else np.log(value) / n_directions
        for (group, position), n_directions in directions.items():
            if n_directions > 1:
                volumes[group][position] = np.exp(volumes[group][position])
    for (group, position), no_image in hidden.items():
        volumes[group][position][no_image] = 0
    steps = ["repeats-mean"] if max(repeats.values()) > 1 else []
    steps += ["directions-geometric-mean"] if max(directions.values()) > 1 else []
    return tuple(volumes), "+".join(steps) or "none"


def _is_plain(frame: Frame) -> bool:
    return frame.rescale_slope == 1 and frame.rescale_intercept == 0


def _scale_of(frames: Sequence[Frame]) -> Scale:
    """The floating-point scale where images are scaled differently and all say how."""
    scalings = {(frame.rescale_slope, frame.rescale_intercept, frame.scale_slope) for frame in frames}
    if len(scalings) > 1 and all(frame.scale_slope for frame in frames):
        return "floating-point"
    return "rescaled"


def _scaled(image: npt.NDArray[Any], frame: Frame, scale: Scale) -> Floats:
    value: Floats = image * np.float64(frame.rescale_slope) + frame.rescale_intercept
    if scale == "floating-point" and frame.scale_slope:
        value = value / (frame.rescale_slope * frame.scale_slope)
    return value
