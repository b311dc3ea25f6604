"""What every label map must pass, whatever its file: a bounded stream, whole numbers, an honest grid."""

from __future__ import annotations

import zlib
from collections.abc import Mapping
from typing import Final

import numpy as np

from adcurate.arrays import Floats
from adcurate.errors import ForeignRegionError
from adcurate.model.foreign_region import MOST_MASK_VOXELS, MOST_REGION_VOXELS, ForeignMask, ForeignRegion

MOST_BYTES: Final = 2**28
MOST_LABELS: Final = 1_000
_CHUNK: Final = 2**20
_LONGEST_SIDE: Final = 65_535
_RIGHT_ANGLE: Final = 1e-3


def inflate(content: bytes | memoryview, limit: int) -> bytearray:
    """The bytes of one gzip stream, at most `limit` of them.

    Raises
    ------
    ForeignRegionError
        ``foreign.bomb`` when there are more; ``foreign.header`` when it is no whole gzip stream.
    """
    decoder = zlib.decompressobj(wbits=31)
    opened = bytearray()
    rest = memoryview(content)
    try:
        while not decoder.eof and len(opened) <= limit:
            # Piece by piece: one call for all of it would hold the voxels twice.
            given = rest[:_CHUNK]
            piece = decoder.decompress(given, min(_CHUNK, limit + 1 - len(opened)))
            taken = len(given) - len(decoder.unconsumed_tail)
            if not piece and not taken:
                break
            opened += piece
            rest = rest[taken:]
    except zlib.error:
        raise header_fault("is no gzip stream though it should be one") from None
    if len(opened) > limit:
        raise ForeignRegionError(
            "foreign.bomb",
            f"The compressed label map opens to more than the {limit:,} bytes that its header allows.",
            remedy="Save the label map again; if it was sent to you, ask where it comes from.",
            limit_bytes=limit,
        )
    if not decoder.eof:
        raise header_fault("has a gzip stream that ends too early")
    return opened


def check_size(shape: tuple[int, ...], bytes_each: int) -> int:
    """How many bytes voxels of this shape take.

    Raises
    ------
    ForeignRegionError
        ``foreign.header`` for a side below 1; ``foreign.bomb`` beyond 268 million voxels or 256 MiB.
    """
    if any(side < 1 for side in shape):
        raise header_fault("declares a side without voxels")
    n_voxels = 1
    for side in shape:
        n_voxels *= side
    if max(shape) > _LONGEST_SIDE or n_voxels > MOST_MASK_VOXELS or n_voxels * bytes_each > MOST_BYTES:
        raise ForeignRegionError(
            "foreign.bomb",
            f"The label map declares {n_voxels:,} voxels of {bytes_each} bytes; at most "
            f"{min(MOST_MASK_VOXELS, MOST_BYTES // bytes_each):,} are read, {_LONGEST_SIDE:,} along a side.",
            remedy="Crop it, or save it on the grid of the images.",
            n_voxels=n_voxels,
        )
    return n_voxels * bytes_each


def regions_of_labels(
    volume: np.ndarray, affine_lps: Floats, names: Mapping[int, str] | None = None
) -> tuple[ForeignRegion, ...]:
    """One region for each label above 0 of a volume (i, j, k), under its number or its name.

    Raises
    ------
    ForeignRegionError
        ``foreign.labels`` for values that are not whole, negative, or more than 1,000 kinds.
        ``foreign.affine`` for an affine that is no grid at right angles. ``foreign.bomb`` for more than 4
        million voxels that are not 0.
    """
    check_affine(affine_lps)
    found = LabelledVoxels(volume.reshape(-1, order="F"), volume.shape)
    if found.labels and found.labels[0] < 0:
        raise _labels("holds negative values")
    regions = [
        ForeignRegion((names or {}).get(label, str(label)), mask=found.mask(label, affine_lps))
        for label in found.labels
    ]
    missing = [name for label, name in (names or {}).items() if label not in found.labels]
    regions += [ForeignRegion(name) for name in missing]
    return tuple(regions)


class LabelledVoxels:
    """The voxels of a label map that are not 0, found in one pass over its values in the file's order.

    `shape` is (i, j, k), or (layer, i, j, k); the first index runs fastest.

    Raises
    ------
    ForeignRegionError
        ``foreign.labels`` for values that are not whole, or more than 1,000 kinds; ``foreign.bomb`` for more
        than 4 million voxels.
    """

    def __init__(self, values: np.ndarray, shape: tuple[int, ...]) -> None:
        self._shape = shape
        self._left = MOST_REGION_VOXELS
        places, kinds = [np.zeros(0, np.int64)], [np.zeros(0, np.int64)]
        labels: set[int] = set()
        n_found = 0
        for start in range(0, len(values), _CHUNK):
            chunk = values[start : start + _CHUNK]
            here = np.flatnonzero(chunk)
            if not len(here):
                continue
            held = _whole(chunk[here])
            labels.update(np.unique(held).tolist())
            if len(labels) > MOST_LABELS:
                raise _labels(f"holds more than {MOST_LABELS:,} different labels")
            n_found += len(here)
            if n_found > MOST_REGION_VOXELS:
                raise _too_many()
            places.append(here + start)
            kinds.append(held)
        kind = np.concatenate(kinds)
        order = np.argsort(kind, kind="stable")
        self._kinds, self._places = kind[order], np.concatenate(places)[order]
        self.labels: tuple[int, ...] = tuple(sorted(labels))

    def mask(self, label: int, affine_lps: Floats, layer: int | None = None) -> ForeignMask | None:
        """The voxels with one label, in one layer where there are layers; None where there is none.

        Raises
        ------
        ForeignRegionError
            ``foreign.bomb`` when all masks together have more than 4 million voxels.
        """
        if label not in self.labels:
            return None
        first, end = np.searchsorted(self._kinds, [label, label + 1])
        index = np.unravel_index(self._places[first:end], self._shape, order="F")
        if layer is not None:
            inside = index[0] == layer
            index = tuple(axis[inside] for axis in index[1:])
        i, j, k = index
        if not len(i):
            return None
        self._left -= len(i)
        if self._left < 0:
            raise _too_many()
        return ForeignMask.of_volume(np.stack([k, j, i], axis=1), self._shape[-3:], affine_lps)


def _whole(values: np.ndarray) -> np.ndarray:
    """Values as whole numbers."""
    if values.dtype.kind == "f":
        if not np.isfinite(values).all():
            raise _labels("holds values that are no number")
        if not (values == np.rint(values)).all():
            raise _labels("holds values that are not whole, so it is no label map (or was interpolated)")
    if (np.abs(values.astype(np.float64)) >= 2**62).any():
        raise _labels("holds values too large to be labels")
    return values.astype(np.int64)


def _too_many() -> ForeignRegionError:
    return ForeignRegionError(
        "foreign.bomb",
        f"The regions of the label map have more than {MOST_REGION_VOXELS:,} voxels together.",
        remedy="Leave out the labels that are no lesions (the body, the background), or crop the label map.",
        n_voxels=MOST_REGION_VOXELS,
    )


def check_affine(affine_lps: Floats) -> None:
    """Refuse what is no grid: not finite, flat, or with axes that are not at right angles.

    Raises
    ------
    ForeignRegionError
        ``foreign.affine``
    """
    axes = affine_lps[:3, :3]
    lengths = np.linalg.norm(axes, axis=0)
    if not np.isfinite(affine_lps).all() or (lengths <= 1e-6).any():
        raise affine_fault("has an axis without length, or a value that is no number")
    cosines = (axes / lengths).T @ (axes / lengths) - np.eye(3)
    if float(np.abs(cosines).max()) > _RIGHT_ANGLE:
        raise affine_fault("has axes that are not at right angles")


def header_fault(what: str) -> ForeignRegionError:
    """``foreign.header``: the label map `what`."""
    return ForeignRegionError(
        "foreign.header",
        f"The label map {what}.",
        remedy="Save it again from the tool that drew it; if that does not help, choose another format.",
    )


def affine_fault(what: str) -> ForeignRegionError:
    """``foreign.affine``: the position `what`."""
    return ForeignRegionError(
        "foreign.affine",
        f"The label map's position in space {what}.",
        remedy="Save it again on the grid of the images; where a label map lies is never guessed.",
    )


def _labels(what: str) -> ForeignRegionError:
    return ForeignRegionError(
        "foreign.labels",
        f"The label map {what}.",
        remedy="Save the labels as whole numbers (nearest neighbour, never interpolated).",
    )
