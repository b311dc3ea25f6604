"""The stored values of objects: native 16-bit pixels straight from where they lie, all others unpacked.

A series of native files becomes one array without a copy in between: the index says where the pixels of each
begin, and they are read into their place.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final, Protocol, runtime_checkable

import numpy as np
import numpy.typing as npt

from adcurate.dicom.received.checks import check_pixels
from adcurate.dicom.received.elements import PIXEL_DATA
from adcurate.dicom.received.index import ObjectIndex, PartlyRead, Wanted, index_object, index_source
from adcurate.dicom.received.native_pixels import native_pixels
from adcurate.dicom.received.structure import walk_object
from adcurate.errors import DicomError
from adcurate.model import ObjectSource
from adcurate.model.limited_work import RunLimited, run_here

_WANTED: Final = Wanted(0x00280000 | element for element in (2, 8, 0x10, 0x11, 0x100, 0x101, 0x102, 0x103))
_FLOATS: Final = {0x7FE00008: "<f4", 0x7FE00009: "<f8"}


@runtime_checkable
class PlacedRead(PartlyRead, Protocol):
    """A source that can put a part of its bytes where they are wanted."""

    def read_into(self, target: memoryview, start: int) -> int:
        """Fill `target` with the bytes from `start` on; how many there were."""


@dataclass(frozen=True, slots=True)
class _Native:
    """Plain 16-bit pixels: where they begin, their shape and how they are to be read."""

    start: int
    shape: tuple[int, int, int]
    bits: int
    is_signed: bool

    @property
    def n_bytes(self) -> int:
        return 2 * self.shape[0] * self.shape[1] * self.shape[2]

    @property
    def dtype(self) -> str:
        return "<i2" if self.is_signed else "<u2"

    def cleared(self, stored: npt.NDArray[Any]) -> npt.NDArray[Any]:
        """Only the stored bits count; those above are the sign, or nothing."""
        if self.bits == 16:
            return stored
        if self.is_signed:
            return (stored << (16 - self.bits)) >> (16 - self.bits)
        return stored & ((1 << self.bits) - 1)


def read_pixels(source: ObjectSource, *, run_limited: RunLimited = run_here) -> npt.NDArray[Any]:
    """The stored values of one object, (frame, row, column), without any rescale.

    Parameters
    ----------
    run_limited
        Who unpacks compressed pixels.

    Raises
    ------
    DicomError
        ``dicom.not-dicom``, ``dicom.truncated``, ``dicom.malformed``, ``dicom.pixel-length``,
        ``dicom.pixel-geometry``, ``dicom.syntax-unsupported``, ``dicom.lossy``, ``dicom.bomb``,
        ``dicom.decoder-limit``
    """
    if isinstance(source, PlacedRead):
        index = index_source(source, _WANTED)
        native = _native(index)
        if native is not None and not index.is_inflated:
            pixels = np.empty(native.shape, native.dtype)
            _fill(source, native, pixels)
            return native.cleared(pixels)
        content = source.read()
    else:
        content = source.read()
        index = index_object(content, _WANTED)
        native = _native(index)
        if native is not None:
            n = native.n_bytes // 2
            stored = np.frombuffer(index.content, native.dtype, n, native.start)
            return native.cleared(stored.reshape(native.shape))
    return _unpacked(content, run_limited)


def read_native_stack(sources: Sequence[ObjectSource]) -> npt.NDArray[Any] | None:
    """The stored values of single-frame objects of one shape as (object, row, column), read in place.

    None where an object is not native, or differs from the first in size or type; errors as `read_pixels`.
    """
    stack: npt.NDArray[Any] | None = None
    first: _Native | None = None
    for number, source in enumerate(sources):
        if not isinstance(source, PlacedRead):
            return None
        index = index_source(source, _WANTED)
        native = _native(index)
        if native is None or native.shape[0] != 1 or index.is_inflated:
            return None
        if stack is None or first is None:
            first, stack = native, np.empty((len(sources), *native.shape[1:]), native.dtype)
        elif (native.shape, native.dtype, native.bits) != (first.shape, first.dtype, first.bits):
            return None
        _fill(source, native, stack[number])
    return None if stack is None or first is None else first.cleared(stack)


def bad_pixels(sentence: str) -> DicomError:
    """The refusal of an object whose header and pixels do not belong together."""
    return DicomError(
        "dicom.pixel-geometry", sentence, remedy="Leave the object out, or export it from the archive again."
    )


def _fill(source: PlacedRead, native: _Native, target: npt.NDArray[Any]) -> None:
    if source.read_into(target.data.cast("B"), native.start) != native.n_bytes:
        raise _wrong_length(native.n_bytes, 0)


def _native(index: ObjectIndex) -> _Native | None:
    """Where plain 16-bit grey pixels lie; None where something has to be unpacked or turned."""
    if index.pixel_tag == 0:
        raise bad_pixels("The object holds no image.")
    rows, columns = _short(index, 0x00280010), _short(index, 0x00280011)
    bits, allocated = _short(index, 0x00280101), _short(index, 0x00280100)
    if not rows or not columns:
        raise bad_pixels("The object holds no image.")
    plain = allocated == 16 and _short(index, 0x00280002) in (1, None) and index.pixel_tag == PIXEL_DATA
    high_bit = _short(index, 0x00280102)
    if index.pixel_length < 0 or index.encoding == "explicit-big" or not plain or bits is None:
        return None
    if not 1 <= bits <= 16 or high_bit not in (bits - 1, None):
        return None
    stated = (index.value(0x00280008) or b"1").decode("latin-1").strip(" \0") or "1"
    frames = int(stated) if re.fullmatch(r"\+?\d{1,6}", stated) else 0
    if frames < 1:
        raise bad_pixels("The object's number of frames is not one.")
    found = _Native(index.pixel_start, (frames, rows, columns), bits, _short(index, 0x00280103) == 1)
    if not found.n_bytes <= index.pixel_length <= found.n_bytes + 2:
        raise _wrong_length(found.n_bytes, index.pixel_length)
    return found


def _short(index: ObjectIndex, tag: int) -> int | None:
    value = index.value(tag)
    if value is None or len(value) != 2:
        return None
    return int.from_bytes(value, "big" if index.encoding == "explicit-big" else "little")


def _unpacked(content: bytes, run_limited: RunLimited) -> npt.NDArray[Any]:
    walked = walk_object(content)
    layout = check_pixels(walked)
    native, _ = native_pixels(walked, layout, run_limited)
    width = layout.bits_allocated // 8
    kind = _FLOATS.get(layout.tag) or f"<{'i' if layout.pixel_representation == 1 else 'u'}{width}"
    pixels: npt.NDArray[Any] = np.frombuffer(native, kind).reshape(layout.frames, layout.rows, layout.columns)
    unused = layout.bits_allocated - layout.bits_stored
    if layout.tag != PIXEL_DATA or not unused:
        return pixels
    if layout.pixel_representation == 1:
        return (pixels << (unused - layout.low_bit)) >> unused
    return pixels >> layout.low_bit


def _wrong_length(needed: int, found: int) -> DicomError:
    return DicomError(
        "dicom.pixel-length",
        "The pixels do not fit the size that the header states.",
        remedy="Export the object from the archive again.",
        n_bytes_needed=needed,
        n_bytes=found,
    )
