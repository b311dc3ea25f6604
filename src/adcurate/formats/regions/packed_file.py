"""A `ForeignFile` as bytes and back: how what a worker process read of a stranger's file comes home.

Nothing in the bytes is executed: a head of JSON says what there is, and its numbers lie behind it in two
plain arrays, coordinates as 64-bit floats, voxels as 32-bit whole numbers. What does not add up is no file.
"""

from __future__ import annotations

import json
import struct
from collections.abc import Sequence
from typing import Any, Final, get_args

import numpy as np

from adcurate.arrays import Floats, Integers
from adcurate.findings import Finding
from adcurate.formats.strict_json import StrictJsonError, parse_strict_json
from adcurate.model.foreign_region import (
    ForeignContour,
    ForeignFile,
    ForeignFormat,
    ForeignMask,
    ForeignRegion,
    ImageName,
    RegionFault,
)

_LENGTHS: Final = struct.Struct("<3Q")
_FLOAT, _WHOLE = np.dtype("<f8"), np.dtype("<i4")


def pack_foreign_file(file: ForeignFile) -> bytes:
    """A file's regions as bytes that `unpack_foreign_file` reads."""
    taken = _Taken()
    head = {
        "format": file.format,
        "patient_id": file.patient_id,
        "frame_of_reference_uid": file.frame_of_reference_uid,
        "findings": [[one.code, one.sentence, one.severity, dict(one.where)] for one in file.findings],
        "regions": [
            {
                "label": region.label,
                "faults": [[one.code, one.sentence, one.remedy] for one in region.faults],
                "contours": [
                    [one.space, _written(one.image), taken.floats(one.rings, 3 if one.space == "lps" else 2)]
                    for one in region.contours
                ],
                "mask": None if region.mask is None else _of_mask(region.mask, taken),
            }
            for region in file.regions
        ],
    }
    text = json.dumps(head, separators=(",", ":")).encode()
    floats, wholes = taken.all_floats.tobytes(), taken.all_wholes.tobytes()
    return _LENGTHS.pack(len(text), len(floats), len(wholes)) + text + floats + wholes


def unpack_foreign_file(content: bytes) -> ForeignFile:
    """What `pack_foreign_file` packed.

    Raises
    ------
    ValueError
        For bytes that it cannot have made.
    """
    try:
        n_text, n_floats, n_wholes = _LENGTHS.unpack_from(content)
        start = _LENGTHS.size
        if start + n_text + n_floats + n_wholes != len(content) or n_floats % 8 or n_wholes % 4:
            raise ValueError("lengths that do not add up")
        head: Any = parse_strict_json(content[start : start + n_text])
        given = _Given(
            np.frombuffer(content, _FLOAT, n_floats // 8, start + n_text),
            np.frombuffer(content, _WHOLE, n_wholes // 4, start + n_text + n_floats),
        )
        if head["format"] not in get_args(ForeignFormat):
            raise ValueError("a format that does not exist")
        file = ForeignFile(
            head["format"],
            tuple(_region(each, given) for each in head["regions"]),
            str(head["patient_id"]),
            str(head["frame_of_reference_uid"]),
            tuple(
                Finding(str(code), str(sentence), severity, {str(k): str(v) for k, v in where.items()})
                for code, sentence, severity, where in head["findings"]
            ),
        )
        if not given.is_used_up:
            raise ValueError("numbers that no region has")
        return file
    except (struct.error, StrictJsonError, KeyError, TypeError, AttributeError, IndexError) as trouble:
        raise ValueError("no packed file of regions") from trouble


class _Taken:
    """The numbers of a file, in the order in which they are named."""

    def __init__(self) -> None:
        self._floats: list[Floats] = []
        self._wholes: list[Integers] = []

    def floats(self, arrays: Sequence[Floats], width: int) -> list[int]:
        """Keep arrays (n, width) and say how long each is."""
        self._floats += [np.ascontiguousarray(one, _FLOAT).reshape(-1, width) for one in arrays]
        return [len(one) for one in arrays]

    def wholes(self, array: Integers) -> int:
        """Keep an array (n, 3) and say how long it is."""
        self._wholes.append(np.ascontiguousarray(array, _WHOLE).reshape(-1, 3))
        return len(array)

    @property
    def all_floats(self) -> Floats:
        flat = [one.ravel() for one in self._floats]
        return np.concatenate([np.empty(0, _FLOAT), *flat])

    @property
    def all_wholes(self) -> Integers:
        flat = [one.ravel() for one in self._wholes]
        return np.concatenate([np.empty(0, _WHOLE), *flat])


class _Given:
    """The numbers of a packed file, handed out in their order."""

    def __init__(self, floats: Floats, wholes: Integers) -> None:
        self._floats, self._wholes = floats, wholes
        self._next_float = self._next_whole = 0

    def floats(self, n: object, width: int) -> Floats:
        """The next `n` rows of `width` numbers, as an array of their own."""
        first, end = self._next_float, self._next_float + _count(n) * width
        if end > len(self._floats):
            raise ValueError("fewer coordinates than regions need")
        self._next_float = end
        return np.array(self._floats[first:end], np.float64).reshape(-1, width)

    def wholes(self, n: object) -> Integers:
        """The next `n` rows of three whole numbers, as an array of their own."""
        first, end = self._next_whole, self._next_whole + _count(n) * 3
        if end > len(self._wholes):
            raise ValueError("fewer voxels than regions need")
        self._next_whole = end
        return np.array(self._wholes[first:end], np.int64).reshape(-1, 3)

    @property
    def is_used_up(self) -> bool:
        return self._next_float == len(self._floats) and self._next_whole == len(self._wholes)


def _count(written: object) -> int:
    if not isinstance(written, int) or written < 0:
        raise ValueError("a count that is none")
    return written


def _of_mask(mask: ForeignMask, taken: _Taken) -> dict[str, object]:
    return {
        "places": taken.floats((mask.origins, mask.row_step[None], mask.column_step[None]), 3)[0],
        "voxels": taken.wholes(mask.indices),
        "shape": [int(side) for side in mask.shape],
        "images": [[_written(one) for one in plane] for plane in mask.images],
    }


def _written(image: ImageName) -> list[object]:
    return [image.sop_instance_uid, image.frame_number, image.number_in_series]


def _image(written: Sequence[Any]) -> ImageName:
    uid, frame_number, number_in_series = written
    return ImageName(str(uid), int(frame_number), None if number_in_series is None else int(number_in_series))


def _region(written: Any, given: _Given) -> ForeignRegion:
    label = str(written["label"])
    contours = tuple(_contour(each, given) for each in written["contours"])
    mask = None if written["mask"] is None else _mask(written["mask"], given)
    faults = tuple(
        RegionFault(str(code), str(sentence), str(remedy), label)
        for code, sentence, remedy in written["faults"]
    )
    return ForeignRegion(label, contours, mask, faults)


def _contour(written: Any, given: _Given) -> ForeignContour:
    space, image, lengths = written
    if space not in ("lps", "pixel"):
        raise ValueError("a space that does not exist")
    width = 3 if space == "lps" else 2
    return ForeignContour(tuple(given.floats(n, width) for n in lengths), space, _image(image))


def _mask(written: Any, given: _Given) -> ForeignMask:
    origins, down, along = (given.floats(n, 3) for n in (written["places"], 1, 1))
    indices = given.wholes(written["voxels"])
    n_rows, n_columns = (_count(side) for side in written["shape"])
    sides = (len(origins), n_rows, n_columns)
    if len(indices) and (indices.min() < 0 or (indices.max(axis=0) >= sides).any()):
        raise ValueError("a voxel outside its grid")
    images = tuple(tuple(_image(one) for one in plane) for plane in written["images"])
    return ForeignMask(indices, origins, down[0], along[0], (n_rows, n_columns), images)
