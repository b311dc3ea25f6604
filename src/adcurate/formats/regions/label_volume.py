"""What every label map must pass, whatever its file: a bounded stream, whole numbers, an honest grid."""

from __future__ import annotations

import zlib
from collections.abc import Mapping
from typing import Final

import numpy as np

from adcurate.arrays import Floats
from adcurate.errors import ForeignRegionError
from adcurate.model.foreign_region import MOST_MASK_VOXELS, ForeignMask, ForeignRegion

MOST_BYTES: Final = 2**29
MOST_LABELS: Final = 1_000
_RIGHT_ANGLE: Final = 1e-3


def inflate(content: bytes, limit: int) -> bytes:
    """The bytes of one gzip stream, at most `limit` of them.

    Raises
    ------
    ForeignRegionError
        ``foreign.bomb`` when there are more; ``foreign.header`` when it is no whole gzip stream.
    """
    decoder = zlib.decompressobj(wbits=31)
    try:
        opened = decoder.decompress(content, limit + 1)
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
        ``foreign.header`` for a side below 1; ``foreign.bomb`` beyond 268 million voxels or 512 MiB.
    """
    if any(side < 1 for side in shape):
        raise header_fault("declares a side without voxels")
    n_voxels = 1
    for side in shape:
        n_voxels *= side
    if n_voxels > MOST_MASK_VOXELS or n_voxels * bytes_each > MOST_BYTES:
        raise ForeignRegionError(
            "foreign.bomb",
            f"The label map declares {n_voxels:,} voxels; at most {MOST_MASK_VOXELS:,} are read.",
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
        ``foreign.affine`` for an affine that is no grid at right angles.
    """
    check_affine(affine_lps)
    if volume.dtype.kind == "f":
        if not np.isfinite(volume).all():
            raise _labels("holds values that are no number")
        if not (volume == np.rint(volume)).all():
            raise _labels("holds values that are not whole, so it is no label map (or was interpolated)")
    labels = np.unique(volume)
    if len(labels) and labels[0] < 0:
        raise _labels("holds negative values")
    labels = labels[labels > 0]
    if len(labels) > MOST_LABELS:
        raise _labels(f"holds {len(labels):,} different labels, more than {MOST_LABELS:,}")
    regions = [
        ForeignRegion(
            (names or {}).get(int(label), str(int(label))),
            mask=ForeignMask.of_volume(volume == label, affine_lps),
        )
        for label in labels
    ]
    missing = [name for label, name in (names or {}).items() if label not in set(labels.tolist())]
    regions += [ForeignRegion(name) for name in missing]
    return tuple(regions)


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
