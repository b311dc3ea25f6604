"""Label maps and 3D Slicer segmentations as NRRD, header and voxels in one file."""

from __future__ import annotations

import math
import re
from typing import Final

import numpy as np

from adcurate.arrays import Floats
from adcurate.errors import ForeignRegionError
from adcurate.formats.regions.label_volume import (
    LabelledVoxels,
    affine_fault,
    check_affine,
    check_size,
    header_fault,
    inflate,
    regions_of_labels,
)
from adcurate.model.foreign_region import ForeignFile, ForeignRegion

_LONGEST_HEADER: Final = 1_000_000
_LONGEST_TEXT: Final = 10_000_000
_TYPES: Final = {
    "u1": ("uchar", "unsigned char", "uint8", "uint8_t"),
    "i1": ("signed char", "int8", "int8_t"),
    "i2": ("short", "short int", "signed short", "signed short int", "int16", "int16_t"),
    "u2": ("ushort", "unsigned short", "unsigned short int", "uint16", "uint16_t"),
    "i4": ("int", "signed int", "int32", "int32_t"),
    "u4": ("uint", "unsigned int", "uint32", "uint32_t"),
    "i8": ("longlong", "long long", "long long int", "int64", "int64_t"),
    "u8": ("ulonglong", "unsigned long long", "uint64", "uint64_t"),
    "f4": ("float",),
    "f8": ("double",),
}
_SPACES: Final = {
    "left-posterior-superior": (1.0, 1.0, 1.0),
    "lps": (1.0, 1.0, 1.0),
    "right-anterior-superior": (-1.0, -1.0, 1.0),
    "ras": (-1.0, -1.0, 1.0),
    "left-anterior-superior": (1.0, -1.0, 1.0),
    "las": (1.0, -1.0, 1.0),
}
_VECTOR: Final = re.compile(r"\(\s*([^(),]+),([^(),]+),([^(),]+)\)")
_SEGMENT: Final = re.compile(r"Segment(\d{1,4})_(Name|LabelValue|Layer)")


def is_nrrd(content: bytes) -> bool:
    """Whether the bytes begin as NRRD."""
    return content[:7] == b"NRRD000"


def read_nrrd_labels(content: bytes) -> ForeignFile:
    """The labels of a NRRD file, or the segments of a Slicer segmentation by their names.

    Raises
    ------
    ForeignRegionError
        ``foreign.bomb``, ``foreign.header``, ``foreign.affine``, ``foreign.labels``

    Notes
    -----
    Positions are checked against SimpleITK.
    """
    fields, values, rest = _header(content)
    if any(name in fields for name in ("data file", "datafile")):
        raise header_fault("keeps its voxels in another file; save it as one .nrrd file")
    kind = next((k for k, names in _TYPES.items() if fields.get("type", "").lower() in names), None)
    if kind is None:
        raise header_fault("stores its voxels as a type that labels have no use for")
    if "byte skip" in fields or "line skip" in fields or "byteskip" in fields or "lineskip" in fields:
        raise header_fault("leaves bytes out before its voxels")
    sizes = _sizes(fields)
    affine, layered = _affine(fields, len(sizes))
    order = {"little": "<", "big": ">"}.get(fields.get("endian", "little").lower())
    if order is None:
        raise header_fault("names a byte order that does not exist")
    flat = _voxels(fields.get("encoding", "").lower(), rest, order + kind, sizes)
    segments = _segments(values)
    if segments:
        n_layers = sizes[0] if layered else 1
        voxels = LabelledVoxels(flat, (n_layers, *sizes[-3:]))
        return ForeignFile("NRRD", _of_segments(segments, voxels, n_layers, affine))
    if layered and sizes[0] != 1:
        raise header_fault("has several layers and names no segments")
    return ForeignFile("NRRD", regions_of_labels(flat.reshape(sizes[-3:], order="F"), affine))


def _header(content: bytes) -> tuple[dict[str, str], dict[str, str], memoryview]:
    end = next((at for at in (content.find(b"\n\n"), content.find(b"\r\n\r\n")) if at >= 0), -1)
    gap = 4 if content[end : end + 4] == b"\r\n\r\n" else 2
    if not 0 <= end <= _LONGEST_HEADER:
        raise header_fault("has no end of its header, or keeps its voxels in another file")
    try:
        text = content[:end].decode("utf-8")
    except UnicodeDecodeError:
        raise header_fault("has a header that is no text") from None
    fields: dict[str, str] = {}
    values: dict[str, str] = {}
    for line in text.splitlines()[1:]:
        if line.startswith("#"):
            continue
        name, separator, value = line.partition(":=")
        if separator and ": " not in name:
            values[name.strip()] = value.strip()
            continue
        name, separator, value = line.partition(":")
        if not separator or name.strip().lower() in fields:
            raise header_fault("has a header line twice, or one that says nothing")
        fields[name.strip().lower()] = value.strip()
    return fields, values, memoryview(content)[end + gap :]


def _sizes(fields: dict[str, str]) -> tuple[int, ...]:
    words = fields.get("sizes", "").split()
    if not all(re.fullmatch(r"\d{1,9}", word) for word in words) or fields.get("dimension") != str(
        len(words)
    ):
        raise header_fault("says its size in two ways, or not at all")
    if len(words) not in (3, 4):
        raise header_fault(f"has {len(words)} dimensions; three are read, four with segments in layers")
    return tuple(int(word) for word in words)


def _affine(fields: dict[str, str], n: int) -> tuple[Floats, bool]:
    signs = _SPACES.get(fields.get("space", "").lower())
    if signs is None:
        raise affine_fault("is not said in patient coordinates (no space field that is known)")
    words = fields.get("space directions", "").replace(") (", ")|(").replace("none ", "none|").split("|")
    layered = n == 4
    if layered and (
        words[0].strip() != "none" or fields.get("kinds", "").split()[:1] not in (["list"], ["vector"])
    ):
        raise header_fault("has a fourth dimension that is no list of layers")
    origin = _vector(fields.get("space origin", ""))
    axes = [_vector(word) for word in (words[1:] if layered else words)]
    if len(axes) != 3:
        raise affine_fault("does not have three directions")
    affine = np.eye(4)
    affine[:3, :3] = np.array(axes).T
    affine[:3, 3] = origin
    affine = np.diag([*signs, 1.0]) @ affine
    check_affine(affine)
    return affine, layered


def _vector(text: str) -> list[float]:
    found = _VECTOR.fullmatch(text.strip())
    try:
        values = [float(part) for part in found.groups()] if found else []
    except ValueError:
        values = []
    if len(values) != 3 or not all(math.isfinite(value) for value in values):
        raise affine_fault("holds something that is no vector")
    return values


def _voxels(encoding: str, rest: memoryview, kind: str, sizes: tuple[int, ...]) -> np.ndarray:
    n_bytes = check_size(sizes, np.dtype(kind).itemsize)
    if encoding in ("gzip", "gz"):
        rest = memoryview(inflate(rest, n_bytes))
    elif encoding in ("ascii", "text", "txt"):
        if len(rest) > _LONGEST_TEXT:
            raise header_fault("writes its voxels as more text than is read; save it raw or gzipped")
        words = bytes(rest).split()
        if len(words) != n_bytes // np.dtype(kind).itemsize or any(len(word) > 20 for word in words):
            raise header_fault("does not hold as many voxels as its header says")
        try:
            return np.array([float(word) for word in words])
        except ValueError:
            raise header_fault("holds text where a voxel is due") from None
    elif encoding != "raw":
        raise header_fault("is packed in a way that is not read; save it raw or gzipped")
    if len(rest) != n_bytes:
        raise header_fault(f"should have {n_bytes:,} bytes of voxels by its header and has {len(rest):,}")
    return np.frombuffer(rest, kind)


def _segments(values: dict[str, str]) -> dict[int, dict[str, str]]:
    found: dict[int, dict[str, str]] = {}
    for name, value in values.items():
        part = _SEGMENT.fullmatch(name)
        if part:
            found.setdefault(int(part[1]), {})[part[2]] = value
    return found


def _of_segments(
    segments: dict[int, dict[str, str]], voxels: LabelledVoxels, n_layers: int, affine: Floats
) -> tuple[ForeignRegion, ...]:
    regions = []
    for number, segment in sorted(segments.items()):
        try:
            layer, value = int(segment.get("Layer", "0")), int(segment.get("LabelValue", "1"))
        except ValueError:
            raise header_fault("names a segment's layer or value by something that is no number") from None
        if not 0 <= layer < n_layers:
            raise ForeignRegionError(
                "foreign.header",
                f"Segment {number} lies in a layer that the file does not have.",
                remedy="Save the segmentation again.",
                segment=number,
            )
        name = segment.get("Name", "") or f"Segment {number + 1}"
        regions.append(ForeignRegion(name, mask=voxels.mask(value, affine, layer)))
    return tuple(regions)
