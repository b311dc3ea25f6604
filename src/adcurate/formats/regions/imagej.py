"""Regions of ImageJ and Fiji: one ``.roi`` file, or the ROI manager's zip of them.

The format has no description; what is read was told from files. Its coordinates count from the top left
corner of the first pixel, so that pixel's centre is at (0.5, 0.5): half a pixel is taken off. It knows no
images: a region has at most the number of its slice in the stack, from 1.
"""

from __future__ import annotations

import io
import math
import struct
import zipfile
from typing import Final

import numpy as np

from adcurate.arrays import Floats
from adcurate.errors import AdcurateError, ForeignRegionError
from adcurate.model.foreign_region import (
    ForeignContour,
    ForeignFile,
    ForeignRegion,
    ImageName,
    fault,
)

_MAGIC: Final = b"Iout"
_POLYGON, _RECTANGLE, _OVAL, _FREEHAND, _TRACED = 0, 1, 2, 7, 8
_OTHER_KINDS: Final = {
    3: "a line",
    4: "a freehand line",
    5: "a segmented line",
    6: "nothing",
    9: "an angle",
    10: "points",
}
_SPLINE: Final = 1
_SUB_PIXEL: Final = 128
_NO_AREA: Final = {1: "a text", 2: "an arrow", 4: "a picture"}
_MOST_POINTS: Final = 100_000
_MOST_MEMBERS: Final = 10_000
_LARGEST_MEMBER: Final = 2_000_000
_MOST_BYTES: Final = 64_000_000
_LISTED: Final = b"PK\x01\x02"
_ELLIPSE_CORNERS: Final = 360


def is_imagej(content: bytes) -> bool:
    """Whether the bytes are a region of ImageJ, or a zip with nothing but such in it."""
    if content[:4] == _MAGIC:
        return True
    if content[:4] != b"PK\x03\x04":
        return False
    if (
        content.count(_LISTED) > _MOST_MEMBERS
    ):  # its list alone would fill the memory: `read_imagej` refuses it
        length = int.from_bytes(content[26:28], "little")
        return content[30 : 30 + length].lower().endswith(b".roi")
    try:
        names = zipfile.ZipFile(io.BytesIO(content)).namelist()
    except (zipfile.BadZipFile, ValueError, NotImplementedError):
        return False
    return bool(names) and all(name.lower().endswith(".roi") for name in names)


def read_imagej(content: bytes, name: str = "") -> ForeignFile:
    """The regions of a ``.roi`` file or a zip of them; `name` labels a region that has no name of its own.

    What is no closed area (lines, points, composites) is a region with a fault.

    Raises
    ------
    ForeignRegionError
        ``foreign.format``, ``foreign.bomb``, ``foreign.header``
    """
    if content[:4] == _MAGIC:
        return ForeignFile("ImageJ", (_region(content, name),))
    members = _members(content)
    return ForeignFile("ImageJ", tuple(_region(each, member) for member, each in members))


def _members(content: bytes) -> list[tuple[str, bytes]]:
    if content.count(_LISTED) > _MOST_MEMBERS:
        raise _bomb()
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            listed = archive.infolist()
            sizes = [one.file_size for one in listed]
            if len(listed) > _MOST_MEMBERS or max(sizes) > _LARGEST_MEMBER or sum(sizes) > _MOST_BYTES:
                raise _bomb()
            found = []
            for one in listed:
                with archive.open(one) as stream:
                    member = stream.read(_LARGEST_MEMBER + 1)
                found.append((one.filename.rsplit("/", 1)[-1].removesuffix(".roi"), member))
            return found
    except (AdcurateError, MemoryError):
        raise
    except Exception:  # a hostile member makes the unpackers raise anything
        raise ForeignRegionError(
            "foreign.format",
            "The zip of regions cannot be opened.",
            remedy="Save the regions again with the ROI manager.",
        ) from None


def _region(content: bytes, name: str) -> ForeignRegion:
    label = name
    try:
        if content[:4] != _MAGIC or len(content) < 64:
            raise _header("is no ImageJ region, or is cut short")
        own_name, position = _second_header(content)
        label = own_name or name
        ring = _ring(content)
    except ForeignRegionError as error:
        return ForeignRegion(label, faults=(fault(error, label),))
    image = ImageName(number_in_series=position or None)
    return ForeignRegion(label, contours=(ForeignContour((ring - 0.5,), "pixel", image),))


def _ring(content: bytes) -> Floats:
    """Corners (n, 2) as (row, column), counted from the corner of the first pixel."""
    kind = content[6]
    top, left, bottom, right = struct.unpack_from(">4h", content, 8)
    n_points, (options,) = struct.unpack_from(">H", content, 16)[0], struct.unpack_from(">h", content, 50)
    sub_pixel = bool(options & _SUB_PIXEL)
    if struct.unpack_from(">i", content, 36)[0] > 0:
        raise _data("is made of several shapes; save each as a region of its own")
    (subtype,) = struct.unpack_from(">h", content, 48)
    if subtype in _NO_AREA:
        raise _data(f"is {_NO_AREA[subtype]}, no closed area")
    if options & _SPLINE:
        raise _data(
            "is fitted with a spline, and its file keeps only the points that the curve runs through; in "
            "ImageJ, choose Edit, Selection, Interpolate (or undo Fit Spline) and save it again"
        )
    if kind == _RECTANGLE and struct.unpack_from(">h", content, 54)[0] > 0:
        raise _data("is a rectangle with rounded corners, whose curve is not in the file")
    if kind in (_RECTANGLE, _OVAL):
        x, y, width, height = float(left), float(top), float(right - left), float(bottom - top)
        if sub_pixel:
            x, y, width, height = struct.unpack_from(">4f", content, 18)
        if not all(math.isfinite(v) for v in (x, y, width, height)) or width <= 0 or height <= 0:
            raise _data("has no area")
        if kind == _RECTANGLE:
            return np.array([[y, x], [y, x + width], [y + height, x + width], [y + height, x]])
        turn = np.arange(_ELLIPSE_CORNERS) * (2 * np.pi / _ELLIPSE_CORNERS)
        rows, columns = y + height * (1 + np.sin(turn)) / 2, x + width * (1 + np.cos(turn)) / 2
        return np.stack([rows, columns], axis=1)
    if kind not in (_POLYGON, _FREEHAND, _TRACED):
        raise _data(f"is {_OTHER_KINDS.get(kind, 'of a kind that is not known')}, no closed area")
    if n_points == 0 and sub_pixel:
        (n_points,) = struct.unpack_from(">i", content, 18)
    if not 3 <= n_points <= _MOST_POINTS:
        raise _data(f"has {n_points} points")
    at, form = (64 + 4 * n_points, ">f4") if sub_pixel else (64, ">i2")
    size = np.dtype(form).itemsize * n_points
    if len(content) < at + 2 * size:
        raise _header("is cut short")
    columns = np.frombuffer(content, form, n_points, at).astype(np.float64)
    rows = np.frombuffer(content, form, n_points, at + size).astype(np.float64)
    if not sub_pixel:
        rows, columns = rows + top, columns + left
    ring = np.stack([rows, columns], axis=1)
    if not np.isfinite(ring).all():
        raise _data("has a point that is no number")
    return _without_repeats(ring)


def _without_repeats(ring: Floats) -> Floats:
    """Points that repeat the one before them are how a mouse draws, and change nothing."""
    kept = np.any(ring != np.roll(ring, 1, axis=0), axis=1)
    return ring[kept] if kept.sum() >= 3 else ring


def _second_header(content: bytes) -> tuple[str, int]:
    """Its name, and its slice in the stack (0 when it has none)."""
    position, start = struct.unpack_from(">2i", content, 56)
    name = ""
    if 64 <= start <= len(content) - 24:
        _, depth, _, at, length = struct.unpack_from(">5i", content, start + 4)
        if 0 < length <= 512 and 0 <= at <= len(content) - 2 * length:
            name = content[at : at + 2 * length].decode("utf-16-be", errors="replace").strip()
        position = depth if depth > 0 else position
    return name, max(position, 0)


def _bomb() -> ForeignRegionError:
    return ForeignRegionError(
        "foreign.bomb",
        f"The zip holds more than {_MOST_MEMBERS:,} regions, one that is too large to be one, or more than "
        f"{_MOST_BYTES // 10**6} MB of them.",
        remedy="Save only the regions of this study.",
    )


def _header(what: str) -> ForeignRegionError:
    return ForeignRegionError("foreign.header", f"The region {what}.", remedy="Save it again in ImageJ.")


def _data(what: str) -> ForeignRegionError:
    return ForeignRegionError(
        "foreign.contour-data",
        f"The region {what}.",
        remedy="Draw it as a polygon, freehand area, rectangle or oval.",
    )
