"""Regions of a DICOM Segmentation: one bit for each voxel and segment."""

from __future__ import annotations

from typing import Final

import numpy as np
from pydicom.dataset import Dataset

from adcurate.arrays import Floats, Integers
from adcurate.dicom.reading.headers import (
    FrameHeader,
    frame_headers,
    items,
    numbers,
    raw_value,
    text,
    whole_number,
)
from adcurate.dicom.regions.keyhole import no_frame_of_reference
from adcurate.errors import DicomError, ForeignRegionError
from adcurate.model.foreign_region import (
    MOST_MASK_VOXELS,
    MOST_REGION_VOXELS,
    ForeignFile,
    ForeignMask,
    ForeignRegion,
    ImageName,
)

_NATIVE: Final = frozenset({"1.2.840.10008.1.2", "1.2.840.10008.1.2.1", "1.2.840.10008.1.2.1.99"})
_PIXELS: Final = 0x7FE00010
_SAME_DIRECTION: Final = 1e-4
_SAME_PLACE_MM: Final = 1e-2


def read_segmentation(header: Dataset) -> ForeignFile:
    """Every segment under its label; a segment without a voxel has no mask.

    Raises
    ------
    ForeignRegionError
        ``foreign.fractional``, ``foreign.packed-length``, ``foreign.header`` (segments, frames or geometry
        missing), ``foreign.bomb``, ``foreign.frame-of-reference``
    DicomError
        ``dicom.syntax-unsupported``

    Notes
    -----
    Checked voxel for voxel against dcmqi's label map, and against highdicom.
    """
    names = _segments(header)
    frames = frame_headers(header)
    voxels = _packed(header, len(frames))
    belongs: dict[int, list[int]] = {number: [] for number in names}
    for at, frame in enumerate(frames):
        number = whole_number(_group(frame, 0x0062000A), 0x0062000B)
        if number not in belongs:
            raise _header(f"has a frame (number {at + 1}) of a segment that it does not declare")
        belongs[number].append(at)
    planes = [_plane(frame) for frame in frames]
    for numbers_of_frames in belongs.values():
        _check_apart([planes[at][0] for at in numbers_of_frames])
    if not text(header, 0x00200052):
        raise no_frame_of_reference("segmentation")
    regions = tuple(
        ForeignRegion(name, mask=_mask(voxels, belongs[number], frames, planes))
        for number, name in names.items()
    )
    return ForeignFile(
        "SEG",
        regions,
        patient_id=text(header, 0x00100020),
        frame_of_reference_uid=text(header, 0x00200052),
    )


def _segments(header: Dataset) -> dict[int, str]:
    kind = text(header, 0x00620001)
    if kind != "BINARY":
        raise ForeignRegionError(
            "foreign.fractional",
            f"The segmentation is of the type {kind[:20] or 'none'}; only a binary one says what belongs.",
            remedy="Save it as a binary segmentation, with the threshold that was meant.",
        )
    names: dict[int, str] = {}
    for each in items(header, 0x00620002):
        number = whole_number(each, 0x00620004)
        if number is None or number < 1 or number in names:
            raise _header("declares a segment without a number, or two with one")
        label = text(each, 0x00620005) or f"Segment {number}"
        names[number] = label if label not in names.values() else f"{label} ({number})"
    if not names:
        raise _header("declares no segment")
    return names


class _PackedFrames:
    """The bits of all frames, unpacked one frame at a time."""

    def __init__(self, content: bytes, shape: tuple[int, int]) -> None:
        self.shape = shape
        self._content = np.frombuffer(content, np.uint8)
        self._left = MOST_REGION_VOXELS

    def voxels(self, at: int) -> Integers:
        """(row, column) of the voxels of a frame.

        Raises
        ------
        ForeignRegionError
            ``foreign.bomb`` when the frames so far have more than 4 million voxels together.
        """
        size = self.shape[0] * self.shape[1]
        first = at * size
        held = self._content[first // 8 : (first + size + 7) // 8]
        bits = np.unpackbits(held, bitorder="little")[first % 8 :][:size]
        found: Integers = np.argwhere(bits.reshape(self.shape))
        self._left -= len(found)
        if self._left < 0:
            raise ForeignRegionError(
                "foreign.bomb",
                f"The segments have more than {MOST_REGION_VOXELS:,} voxels together.",
                remedy="Leave out the segments that are no lesions (the body, the background).",
            )
        return found


def _packed(header: Dataset, n_frames: int) -> _PackedFrames:
    syntax = str(header.file_meta.get("TransferSyntaxUID", ""))
    if syntax not in _NATIVE:
        raise DicomError(
            "dicom.syntax-unsupported",
            "The segmentation is stored compressed.",
            remedy="Save it as Explicit VR Little Endian.",
        )
    rows, columns = whole_number(header, 0x00280010) or 0, whole_number(header, 0x00280011) or 0
    if not (0 < rows <= 65_535 and 0 < columns <= 65_535 and n_frames >= 1):
        raise _header("does not say its size")
    if whole_number(header, 0x00280008) not in (n_frames, None):
        raise _header("does not describe every frame")
    if whole_number(header, 0x00280100) != 1:
        raise _header("does not store one bit for each voxel, as a binary one must")
    n_voxels = rows * columns * n_frames
    if n_voxels > MOST_MASK_VOXELS:
        raise ForeignRegionError(
            "foreign.bomb",
            f"The segmentation declares {n_voxels:,} voxels; at most {MOST_MASK_VOXELS:,} are read.",
            remedy="Save only the frames with regions.",
        )
    content = raw_value(header, _PIXELS) or b""
    needed = (n_voxels + 7) // 8
    if len(content) != needed + needed % 2:
        raise ForeignRegionError(
            "foreign.packed-length",
            f"The segmentation's voxels take {len(content):,} bytes; its size needs {needed + needed % 2:,}.",
            remedy="Save it again: bits are packed without gaps between frames.",
            n_bytes=len(content),
            needed=needed,
        )
    return _PackedFrames(content, (rows, columns))


def _plane(frame: FrameHeader) -> tuple[Floats, Floats, Floats]:
    """Centre of the first voxel, the step to the next row, and to the next column; LPS mm."""
    position = numbers(_group(frame, 0x00209113), 0x00200032)
    orientation = numbers(_group(frame, 0x00209116), 0x00200037)
    spacing = numbers(_group(frame, 0x00289110), 0x00280030)
    if (len(position), len(orientation), len(spacing)) != (3, 6, 2) or min(spacing) <= 0:
        raise _header("does not say where its frames lie")
    along, down = np.array(orientation[:3]), np.array(orientation[3:])
    return np.array(position), down * spacing[0], along * spacing[1]


def _check_apart(positions: list[Floats]) -> None:
    """Two frames of one segment at one place could say two things of one voxel."""
    if len(positions) < 2:
        return
    every = np.array(positions)
    order = np.argsort(every[:, int(np.argmax(np.ptp(every, axis=0)))])
    if float(np.linalg.norm(np.diff(every[order], axis=0), axis=1).min()) < _SAME_PLACE_MM:
        raise _header("has two frames of one segment at one position")


def _group(frame: FrameHeader, tag: int) -> Dataset | None:
    found = frame.group(tag)
    return None if found is frame.root else found


def _mask(
    packed: _PackedFrames,
    every: list[int],
    headers: tuple[FrameHeader, ...],
    planes: list[tuple[Floats, Floats, Floats]],
) -> ForeignMask | None:
    voxels = {at: packed.voxels(at) for at in every}
    frames = [at for at in every if len(voxels[at])]
    if not frames:
        return None
    _, down, along = planes[frames[0]]
    for at in frames:
        apart = np.linalg.norm(planes[at][1] - down) + np.linalg.norm(planes[at][2] - along)
        if apart > _SAME_DIRECTION * np.linalg.norm(down):
            raise _header("has frames of one segment that are turned against each other")
    return ForeignMask(
        np.concatenate([np.insert(voxels[at], 0, plane, axis=1) for plane, at in enumerate(frames)]),
        np.stack([planes[at][0] for at in frames]),
        down,
        along,
        packed.shape,
        tuple(_images(headers[at]) for at in frames),
    )


def _images(frame: FrameHeader) -> tuple[ImageName, ...]:
    """The images that this frame says it was drawn on."""
    derivation = _group(frame, 0x00089124)
    return tuple(
        ImageName(text(source, 0x00081155), whole_number(source, 0x00081160) or 1)
        for source in items(derivation, 0x00082112)
        if text(source, 0x00081155)
    )


def _header(what: str) -> ForeignRegionError:
    return ForeignRegionError(
        "foreign.header", f"The segmentation {what}.", remedy="Save it again from the tool that drew it."
    )
