"""The few numbers of the Siemens private image header (CSA) that no DICOM tag repeats.

The header is one binary blob with free text in it, so the research zone does not keep it; what the
science needs is read here and written under tags of its own. Layout: "SV10", then named elements of
four-word item heads, as described with the dcm2niix and nibabel readers.
"""

from __future__ import annotations

import math
import re
import struct
from dataclasses import dataclass

from adcurate.dicom.structure import WalkedObject

_MAXIMUM_ELEMENTS = 1024
_NUMBER = re.compile(rb"[+-]?\d{1,12}(?:\.\d{0,20})?(?:[eE][+-]?\d{1,3})?")


@dataclass(frozen=True, slots=True)
class ImageHeaderFacts:
    """b-value in s/mm², unit vectors in patient coordinates; None where the header is silent."""

    b_value: float | None
    direction: tuple[float, float, float] | None
    slice_normal: tuple[float, float, float] | None
    tiles: int | None


def read_image_header(walked: WalkedObject) -> ImageHeaderFacts | None:
    """Read (0029,xx10) of creator SIEMENS CSA HEADER; None where there is none that can be read."""
    for tag, element in walked.elements.items():
        if not 0x00290010 <= tag <= 0x002900FF or not 8 <= element.length <= 64:
            continue
        if walked.raw(element).strip(b" \0") == b"SIEMENS CSA HEADER":
            blob = walked.elements.get(0x00290000 | (tag & 0xFF) << 8 | 0x10)
            if blob is None or blob.undefined:
                return None
            return _facts(walked.raw(blob))
    return None


def _facts(blob: bytes) -> ImageHeaderFacts | None:
    try:
        values = _named_numbers(blob)
    except (struct.error, IndexError):
        return None
    if not values:
        return None
    b_value = values.get(b"B_value", [])
    tiles = values.get(b"NumberOfImagesInMosaic", [])
    return ImageHeaderFacts(
        b_value[0] if b_value and 0 <= b_value[0] < 1e6 else None,
        _vector(values.get(b"DiffusionGradientDirection", [])),
        _vector(values.get(b"SliceNormalVector", [])),
        int(tiles[0]) if tiles and 1 <= tiles[0] <= 4096 else None,
    )


def _vector(values: list[float]) -> tuple[float, float, float] | None:
    if len(values) < 3 or not math.isclose(math.hypot(*values[:3]), 1.0, abs_tol=0.05):
        return None
    return values[0], values[1], values[2]


def _named_numbers(blob: bytes) -> dict[bytes, list[float]]:
    if blob[:4] != b"SV10":
        return {}
    (count,) = struct.unpack_from("<L", blob, 8)
    position = 16
    values: dict[bytes, list[float]] = {}
    for _ in range(min(count, _MAXIMUM_ELEMENTS)):
        name = blob[position : position + 64].split(b"\0")[0]
        (items,) = struct.unpack_from("<L", blob, position + 76)
        position += 84
        numbers = []
        for _ in range(min(items, _MAXIMUM_ELEMENTS)):
            (length,) = struct.unpack_from("<L", blob, position + 4)
            text = blob[position + 16 : position + 16 + length].split(b"\0")[0].strip()
            if text and _NUMBER.fullmatch(text):
                numbers.append(float(text))
            position += 16 + (length + 3) // 4 * 4
        values[name] = numbers
    return values
