"""Pixels on their grid: one volume of a series to an `ImageStack`, each image with its own rescale.

Every object is read and decoded once. Several volumes that are fitted together are `diffusion_signals`.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from adcurate.arrays import Floats
from adcurate.dicom.reading.adc_scaling import mappings_to_apply
from adcurate.dicom.reading.decoding import bad_pixels, read_native_stack, read_pixels
from adcurate.dicom.reading.mosaic import cut_tile
from adcurate.dicom.reading.padding import padded
from adcurate.dicom.reading.series_findings import is_one_geometry, slice_positions
from adcurate.errors import GeometryError
from adcurate.model import Frame, ImageStack, Series, SliceOrigin


def load_stack(series: Series, *, frames: Sequence[Frame] | None = None) -> ImageStack:
    """One volume of a series, rescaled image by image, slices in order along the normal.

    Parameters
    ----------
    series
        Its images must form one volume: one image for each slice position.
    frames
        The images to use, where the series holds several volumes; all without it.

    Returns
    -------
    ImageStack
        The stored integers where no image has a rescale, else float32.

    Raises
    ------
    GeometryError
        ``geometry.mixed`` when the images do not form one volume.
    DicomError
        As `decoding.read_pixels`.
    """
    chosen = tuple(series.frames if frames is None else frames)
    return _stack(chosen, series.series_instance_uid, np.float32)


def load_adc_map(series: Series) -> ImageStack:
    """A scanner's ADC map as `load_stack`, in float64 and in the map's own rescaled unit.

    The unit is `unit_proof`'s concern. A zero means "not estimated" for most vendors: a stored zero stays a
    zero here whatever the intercept, and padding is NaN. Where only the images' own real-world mappings
    bring them to one unit, the values are in mm²/s (see `adc_scaling.mappings_to_apply`).

    Raises
    ------
    GeometryError, DicomError
        As `load_stack`.
    """
    mappings = mappings_to_apply(series.frames)
    scales = {
        id(frame): (mapping.slope, mapping.intercept)
        for frame, mapping in zip(series.frames, mappings or (), strict=mappings is not None)
    }
    return _stack(series.frames, series.series_instance_uid, np.float64, scales)


def _map_values(image: npt.NDArray[Any], frame: Frame, scale: tuple[float, float]) -> Floats:
    values: Floats = image * np.float64(scale[0]) + scale[1]
    values[image == 0] = 0.0
    hidden = padded(image, frame.padding)
    if hidden is not None:
        values[hidden] = np.nan
    return values


def _stack(
    frames: tuple[Frame, ...],
    series_uid: str,
    dtype: type[np.floating[Any]],
    map_scales: Mapping[int, tuple[float, float]] | None = None,
) -> ImageStack:
    require_one_geometry(frames)
    positions = slice_positions(frames)
    if len(set(positions)) != len(positions):
        raise GeometryError(
            "geometry.mixed",
            "The series holds several images of one slice, so it is no single volume.",
            remedy="Choose the images of one map or one time point.",
            n_images=len(frames),
            n_slices=len(set(positions)),
        )
    plain = all(frame.rescale_slope == 1 and frame.rescale_intercept == 0 for frame in frames)
    values: npt.NDArray[Any] = np.empty(0)
    at = {id(frame): position for frame, position in zip(frames, positions, strict=True)}
    ordered = sorted(frames, key=lambda frame: at[id(frame)])
    in_place = _native_stack(ordered) if plain and dtype is np.float32 else None
    for frame, image in stored_images(frames) if in_place is None else ():
        if values.size == 0:
            kept = image.dtype if plain and dtype is np.float32 else np.dtype(dtype)
            values = np.empty((len(frames), *frame.plane.shape), dtype=kept)
        if map_scales is not None:
            own = frame.rescale_slope, frame.rescale_intercept
            values[at[id(frame)]] = _map_values(image, frame, map_scales.get(id(frame), own))
            continue
        values = with_room(values, image)
        values[at[id(frame)]] = image if plain else image * frame.rescale_slope + frame.rescale_intercept
    return ImageStack(
        values if in_place is None else in_place,
        tuple(frame.plane for frame in ordered),
        tuple(SliceOrigin(frame.sop_instance_uid, frame.frame_number) for frame in ordered),
        series_uid,
    )


def with_room(values: npt.NDArray[Any], image: npt.NDArray[Any]) -> npt.NDArray[Any]:
    """The array in a type that holds its values and the image's: images of a series may differ in bits."""
    if values.dtype.kind == "f" or np.can_cast(image.dtype, values.dtype):
        return values
    return values.astype(np.result_type(values, image))


def _native_stack(frames: Sequence[Frame]) -> npt.NDArray[Any] | None:
    """The images of whole native objects, one for each frame, read into one array; None for any others."""
    objects = {frame.sop_instance_uid for frame in frames}
    if len(objects) < len(frames) or any(frame.tile or frame.frame_number != 1 for frame in frames):
        return None
    stack = read_native_stack([frame.source for frame in frames])
    return stack if stack is not None and stack.shape[1:] == frames[0].plane.shape else None


def stored_images(frames: Sequence[Frame]) -> Iterator[tuple[Frame, npt.NDArray[Any]]]:
    """Each frame with its stored values (row, column); every object is read once."""
    by_object: dict[str, list[Frame]] = defaultdict(list)
    for frame in frames:
        by_object[frame.sop_instance_uid].append(frame)
    for members in by_object.values():
        pixels = read_pixels(members[0].source)
        for frame in members:
            if frame.frame_number > pixels.shape[0]:
                raise bad_pixels("An object holds fewer images than its header says.")
            yield frame, cut_tile(pixels[frame.frame_number - 1], frame.tile, frame.plane.shape)


def require_one_geometry(frames: Sequence[Frame]) -> None:
    """Refuse frames that do not share orientation, pixel spacing and size: ``geometry.mixed``."""
    if not frames:
        raise mixed_geometry("The series holds no image.")
    if not is_one_geometry(frames):
        raise mixed_geometry("The images differ in orientation, pixel spacing or size.")


def mixed_geometry(sentence: str) -> GeometryError:
    """``geometry.mixed`` with this sentence."""
    return GeometryError(
        "geometry.mixed", sentence, remedy="Choose series that were acquired together on one grid."
    )
