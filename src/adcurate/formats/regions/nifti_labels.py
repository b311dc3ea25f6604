"""Label maps as NIfTI-1 or NIfTI-2, plain or gzipped, in one file. Nothing about position is guessed."""

from __future__ import annotations

import math
import struct
from dataclasses import dataclass
from typing import Any, Final

import numpy as np

from adcurate.arrays import Floats
from adcurate.errors import ForeignRegionError
from adcurate.findings import Finding
from adcurate.formats.regions.label_volume import (
    affine_fault,
    check_affine,
    check_size,
    header_fault,
    inflate,
    regions_of_labels,
)
from adcurate.model.foreign_region import ForeignFile

_GZIP: Final = b"\x1f\x8b"
_RAS_TO_LPS: Final = np.diag([-1.0, -1.0, 1.0, 1.0])
_TYPES: Final = {
    2: "u1",
    4: "i2",
    8: "i4",
    16: "f4",
    64: "f8",
    256: "i1",
    512: "u2",
    768: "u4",
    1024: "i8",
    1280: "u8",
}
_MM_PER_UNIT: Final = {0: 1.0, 1: 1000.0, 2: 1.0, 3: 0.001}
# Where both forms are given they are one place: within a hundredth of a voxel, and what a rotation loses that
# is kept as three numbers of seven digits (near half a turn, where most images lie, half a thousandth).
_SAME_PLACE_VOXELS: Final = 1e-2
_QUATERNION_ROUNDING: Final = 5e-4
_HALF_TURN: Final = 1e-7


@dataclass(frozen=True, slots=True)
class _Header:
    order: str
    dim: tuple[int, ...]
    pixdim: tuple[float, ...]
    datatype: int
    bitpix: int
    vox_offset: int
    slope: float
    intercept: float
    units: int
    qform: int
    sform: int
    quaternion: tuple[float, ...]
    rows: tuple[float, ...]


def is_nifti(content: bytes) -> bool:
    """Whether the bytes are a NIfTI file, or a gzip stream that begins as one."""
    start = content
    if content[:2] == _GZIP:
        import zlib

        try:
            start = zlib.decompressobj(wbits=31).decompress(content[:65_536], 600)
        except zlib.error:
            return False
    if len(start) < 8:
        return False
    return any(struct.unpack(order + "i", start[:4])[0] in (348, 540) for order in "<>")


@dataclass(frozen=True, slots=True, eq=False)
class NiftiVolume:
    """`values` (i, j, k) as the file scales them; `affine_lps` (4, 4) from (i, j, k) to LPS mm."""

    values: np.ndarray
    affine_lps: Floats
    findings: tuple[Finding, ...]


def read_nifti_labels(content: bytes) -> ForeignFile:
    """The labels of a NIfTI file, as masks in patient coordinates (LPS, mm).

    Raises
    ------
    ForeignRegionError
        As `read_nifti_volume`; ``foreign.labels``
    """
    found = read_nifti_volume(content)
    return ForeignFile("NIfTI", regions_of_labels(found.values, found.affine_lps), findings=found.findings)


def read_nifti_volume(content: bytes) -> NiftiVolume:
    """The voxels of a NIfTI file and where they lie.

    Raises
    ------
    ForeignRegionError
        ``foreign.bomb``, ``foreign.header``, ``foreign.affine``

    Notes
    -----
    Positions are checked against nibabel and SimpleITK.
    """
    packed = content[:2] == _GZIP
    start = content
    if packed:
        import zlib

        try:
            start = zlib.decompressobj(wbits=31).decompress(content, 1024)
        except zlib.error:
            raise header_fault("is no gzip stream though it should be one") from None
    header = _parse(start)
    shape = _shape(header)
    size = np.dtype(_TYPES[header.datatype]).itemsize
    # What is scaled is held a second time, as 64-bit numbers.
    check_size(shape, size + (8 if _is_scaled(header) else 0))
    n_bytes = check_size(shape, size)
    whole = inflate(content, header.vox_offset + n_bytes) if packed else content
    if len(whole) != header.vox_offset + n_bytes:
        raise header_fault(
            f"should have {header.vox_offset + n_bytes:,} bytes by its header and has {len(whole):,}"
        )
    volume = np.frombuffer(whole, header.order + _TYPES[header.datatype], offset=header.vox_offset)
    volume = _scaled(volume.reshape(shape, order="F"), header)
    affine, findings = _affine(header, shape)
    return NiftiVolume(volume, affine, tuple(findings))


def _parse(start: bytes) -> _Header:
    if len(start) < 348:
        raise header_fault("is too short for a NIfTI header")
    order = next((o for o in "<>" if struct.unpack(o + "i", start[:4])[0] in (348, 540)), None)
    if order is None:
        raise header_fault("has no NIfTI header")
    second = struct.unpack(order + "i", start[:4])[0] == 540
    magic = start[4:12] if second else start[344:348]
    if magic not in (b"n+1\0", b"n+2\0\r\n\x1a\n"):
        raise header_fault("keeps header and voxels in two files, or is no NIfTI file")
    if second and len(start) < 540:
        raise header_fault("is too short for a NIfTI-2 header")

    def take(form: str, at: int) -> tuple[Any, ...]:
        return struct.unpack_from(order + form, start, at)

    if second:
        dim, pixdim = take("8q", 16), take("8d", 104)
        datatype, bitpix = take("2h", 12)
        (offset,), (slope, intercept) = take("q", 168), take("2d", 176)
        (units,), (qform, sform) = take("i", 500), take("2i", 344)
        quaternion, rows = take("6d", 352), take("12d", 400)
    else:
        dim, pixdim = take("8h", 40), take("8f", 76)
        datatype, bitpix = take("2h", 70)
        (offset, slope, intercept), (units,) = take("3f", 108), take("B", 123)
        qform, sform = take("2h", 252)
        quaternion, rows = take("6f", 256), take("12f", 280)
    if datatype not in _TYPES or bitpix != 8 * np.dtype(_TYPES[datatype]).itemsize:
        raise header_fault("stores its voxels as a type that labels have no use for")
    least = 544 if second else 352
    if not (math.isfinite(offset) and offset == int(offset) and least <= offset <= 1_000_000):
        raise header_fault("says that its voxels begin where they cannot")
    return _Header(
        order,
        dim,
        pixdim,
        datatype,
        bitpix,
        int(offset),
        slope,
        intercept,
        units,
        qform,
        sform,
        quaternion,
        rows,
    )


def _shape(header: _Header) -> tuple[int, int, int]:
    n = header.dim[0]
    if not 3 <= n <= 7:
        raise header_fault(f"declares {n} dimensions; three are read")
    sides = header.dim[1 : n + 1]
    if any(side < 1 for side in sides):
        raise header_fault("declares a side without voxels")
    if any(side != 1 for side in sides[3:]):
        raise header_fault("has a fourth dimension; one label map has three")
    return sides[0], sides[1], sides[2]


def _is_scaled(header: _Header) -> bool:
    return header.slope != 0 and (header.slope, header.intercept) != (1, 0)


def _scaled(volume: np.ndarray, header: _Header) -> np.ndarray:
    if not _is_scaled(header):
        return volume
    slope, intercept = header.slope, header.intercept
    if not (math.isfinite(slope) and math.isfinite(intercept)):
        raise header_fault("scales its values by something that is no number")
    scaled = volume.astype(np.float64)
    scaled *= slope
    scaled += intercept
    return scaled


def _affine(header: _Header, shape: tuple[int, int, int]) -> tuple[Floats, list[Finding]]:
    unit = _MM_PER_UNIT.get(header.units & 7)
    if unit is None:
        raise header_fault("gives its lengths in a unit that does not exist")
    found: list[Floats] = []
    if header.sform > 0:
        found.append(np.vstack([np.array(header.rows, dtype=np.float64).reshape(3, 4), [0, 0, 0, 1]]))
    if header.qform > 0:
        found.append(_of_quaternion(header))
    if not found:
        raise affine_fault("is not said at all (both form codes are 0)")
    for each in found:
        if not np.isfinite(each).all():
            raise affine_fault("holds values that are no number")
        each[:3] *= unit
        check_affine(each)
    if len(found) == 2:
        corners = np.array(
            [[i, j, k, 1] for i in (0, shape[0]) for j in (0, shape[1]) for k in (0, shape[2])]
        )
        apart = np.linalg.norm((corners @ (found[0] - found[1]).T)[:, :3], axis=1).max()
        steps = np.linalg.norm(found[0][:3, :3], axis=0)
        allowed = _SAME_PLACE_VOXELS * steps.min() + _QUATERNION_ROUNDING * np.linalg.norm(steps * shape)
        if apart > allowed:
            raise affine_fault(f"is said in two ways that differ by {apart:.2f} mm (qform and sform)")
    findings = []
    if header.units & 7 == 0:
        findings.append(
            Finding(
                "foreign.unit-unsaid", "The label map does not say its unit of length; mm was taken.", "note"
            )
        )
    return _RAS_TO_LPS @ found[0], findings


def _of_quaternion(header: _Header) -> Floats:
    b, c, d, *offset = (float(value) for value in header.quaternion)
    rest = 1.0 - (b * b + c * c + d * d)
    if not math.isfinite(rest) or rest < -1e-3:
        raise ForeignRegionError(
            "foreign.affine",
            "The label map's orientation is no rotation.",
            remedy="Save it again on the grid of the images; where a label map lies is never guessed.",
        )
    if rest < _HALF_TURN:
        # Half a turn: the fourth number is below what the other three are rounded to, so it is 0.
        size = math.sqrt(b * b + c * c + d * d)
        b, c, d, rest = b / size, c / size, d / size, 0.0
    a = math.sqrt(rest)
    rotation = np.array(
        [
            [a * a + b * b - c * c - d * d, 2 * (b * c - a * d), 2 * (b * d + a * c)],
            [2 * (b * c + a * d), a * a + c * c - b * b - d * d, 2 * (c * d - a * b)],
            [2 * (b * d - a * c), 2 * (c * d + a * b), a * a + d * d - b * b - c * c],
        ]
    )
    sign = -1.0 if header.pixdim[0] < 0 else 1.0
    affine = np.eye(4)
    affine[:3, :3] = rotation * (header.pixdim[1], header.pixdim[2], header.pixdim[3] * sign)
    affine[:3, 3] = offset
    return affine
