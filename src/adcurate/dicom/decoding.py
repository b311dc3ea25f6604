"""The stored values of one object, decoded: plain 16-bit pixels from the bytes, others by pydicom."""

from __future__ import annotations

from typing import Any, Final

import numpy as np
import numpy.typing as npt
from pydicom.config import disable_value_validation
from pydicom.dataset import Dataset

from adcurate.dicom.headers import parse_object, raw_value, whole_number
from adcurate.errors import DicomError
from adcurate.model import ObjectSource

PIXEL_DATA: Final = 0x7FE00010
_PIXEL_TAGS: Final = (*(0x00280000 | element for element in (2, 4, 6, 8, 0x10, 0x11)), 0x00280100, 0x00280101)
_TAGS: Final = (*_PIXEL_TAGS, 0x00280102, 0x00280103, PIXEL_DATA)
_LITTLE_ENDIAN: Final = frozenset({"1.2.840.10008.1.2", "1.2.840.10008.1.2.1"})


def read_pixels(source: ObjectSource) -> npt.NDArray[Any]:
    """The stored values of one object, (frame, row, column), without any rescale.

    Raises
    ------
    DicomError
        ``dicom.not-dicom``, ``dicom.truncated``, ``dicom.pixel-length``, ``dicom.pixel-geometry``,
        ``dicom.syntax-unsupported``
    """
    header = parse_object(source.read(), stop_before_pixels=False, tags=_TAGS)
    with disable_value_validation():
        return decode_pixels(header)


def decode_pixels(header: Dataset) -> npt.NDArray[Any]:
    """As `read_pixels`, from a data set that holds its pixel data."""
    rows, columns = whole_number(header, 0x00280010), whole_number(header, 0x00280011)
    if not rows or not columns or PIXEL_DATA not in header:
        raise bad_pixels("The object holds no image.")
    shape = (whole_number(header, 0x00280008) or 1, rows, columns)
    fast = _native_16_bit(header, shape)
    if fast is not None:
        return fast
    try:
        with disable_value_validation():
            decoded = np.asarray(header.pixel_array)
    except (NotImplementedError, RuntimeError, AttributeError):
        raise DicomError(
            "dicom.syntax-unsupported",
            "The image's compression cannot be read.",
            remedy="Export the series uncompressed.",
        ) from None
    except Exception:  # decoders raise anything on hostile bytes
        raise DicomError(
            "dicom.pixel-length",
            "The pixels do not fit the size that the header states.",
            remedy="Export the object from the archive again.",
        ) from None
    if decoded.size != shape[0] * shape[1] * shape[2]:
        raise bad_pixels("The image is not a grey-scale image of the stated size.")
    return decoded.reshape(shape)


def _native_16_bit(header: Dataset, shape: tuple[int, int, int]) -> npt.NDArray[Any] | None:
    """Uncompressed 16-bit grey pixels, straight from the bytes; None where pydicom has to decode."""
    facts = {tag: whole_number(header, 0x00280000 | tag) for tag in (0x002, 0x100, 0x101, 0x102, 0x103)}
    bits = facts[0x101] or 0
    native = str(header.file_meta.get("TransferSyntaxUID", "")) in _LITTLE_ENDIAN
    plain = facts[0x100] == 16 and facts[0x002] in (1, None) and facts[0x102] in (bits - 1, None)
    content = raw_value(header, PIXEL_DATA)
    if not (native and plain and 1 <= bits <= 16 and isinstance(content, bytes)):
        return None
    n = shape[0] * shape[1] * shape[2]
    if not 2 * n <= len(content) <= 2 * n + 2:
        raise DicomError(
            "dicom.pixel-length",
            "The pixels do not fit the size that the header states.",
            remedy="Export the object from the archive again.",
            n_bytes_needed=2 * n,
            n_bytes=len(content),
        )
    signed = facts[0x103] == 1
    stored: npt.NDArray[Any] = np.frombuffer(content, dtype="<i2" if signed else "<u2", count=n).reshape(
        shape
    )
    if bits == 16:
        return stored
    if signed:
        return (stored << (16 - bits)) >> (16 - bits)
    return stored & ((1 << bits) - 1)


def bad_pixels(sentence: str) -> DicomError:
    """The refusal of an object whose header and pixels do not belong together."""
    return DicomError(
        "dicom.pixel-geometry", sentence, remedy="Leave the object out, or export it from the archive again."
    )
