"""What stored values say before any rescale: pixels that are full, and pixels without any image."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import numpy as np

from adcurate.arrays import Bools
from adcurate.dicom.reading.padding import padded
from adcurate.dicom.reading.pixels import stored_images
from adcurate.model import DiffusionStack, Series

_SAME_SLICE_MM: Final = 0.05
_FEWEST_BITS: Final = 8


def padded_pixels(series: Sequence[Series], stack: DiffusionStack) -> Bools:
    """Where the stack (slice, row, column) has no image at any b-value, by the header's pixel padding."""
    hidden = np.zeros(stack.volumes[0].shape, dtype=np.bool_)
    origins = np.array([plane.origin for plane in stack.planes])
    frames = [
        frame
        for one in series
        if one.series_instance_uid in stack.series_instance_uids
        for frame in one.frames
        if frame.padding is not None and frame.b_value is not None
    ]
    for frame, image in stored_images(frames):
        away = np.abs(frame.plane.distance_mm(origins))
        position = int(np.argmin(away))
        no_image = padded(image, frame.padding)
        if away[position] <= _SAME_SLICE_MM and no_image is not None:
            hidden[position] |= no_image
    return hidden


def saturated_pixels(series: Sequence[Series], stack: DiffusionStack, hidden: Bools) -> list[Bools]:
    """For each b-value the pixels (slice, row, column) that stand at the largest value that fits.

    Padding (`hidden`) is often stored as the largest value, and is never saturated.
    """
    marked = [np.zeros(volume.shape, dtype=np.bool_) for volume in stack.volumes]
    place = {
        (origin.sop_instance_uid, origin.frame_number): (group, position)
        for group, origins in enumerate(stack.origins)
        for position, origin in enumerate(origins)
    }
    frames = [
        frame
        for one in series
        if one.series_instance_uid in stack.series_instance_uids
        for frame in one.frames
        if (frame.sop_instance_uid, frame.frame_number) in place and not frame.tile
    ]
    for frame, image in stored_images(frames):
        group, position = place[frame.sop_instance_uid, frame.frame_number]
        if not np.issubdtype(image.dtype, np.integer) or image.shape != marked[group].shape[1:]:
            continue
        is_image = ~hidden[position]
        top = int(image[is_image].max(initial=0))
        is_full = top.bit_length() >= _FEWEST_BITS and (top + 1) & top == 0
        at_top = (image == top) & is_image
        if is_full and int(at_top.sum()) > 1:
            marked[group][position] |= at_top
    return marked
