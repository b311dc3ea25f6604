"""The pixels of a checked object as they are written: native, little endian, no bits but the signal's.

Compressed streams are unpacked within the size that the header declares and `checks` has bounded, by
whoever runs limited work for the caller. Native pixels pay for none of that.
"""

from __future__ import annotations

import numpy as np

from adcurate.dicom.received.checks import PixelLayout
from adcurate.dicom.received.frame_parts import frame_parts
from adcurate.dicom.received.structure import Element, WalkedObject
from adcurate.errors import DicomError, LimitError
from adcurate.model.limited_work import RunLimited, run_here

# One answer of a worker; frames beyond it are asked for in turn.
_BATCH_BYTES = 16 * 2**20


def native_pixels(
    walked: WalkedObject, layout: PixelLayout, run_limited: RunLimited = run_here
) -> tuple[bytes, bool]:
    """Native little-endian pixels without bits that hold no signal, and whether there were such bits.

    Raises
    ------
    DicomError
        ``dicom.pixel-length``, ``dicom.pixel-geometry``, ``dicom.decoder-limit``
    """
    element = walked.elements[layout.tag]
    if layout.kind == "encapsulated":
        native = _unpacked(walked, layout, element, run_limited)
    else:
        native = walked.raw(element)[: layout.total_bytes]
        width = layout.bits_allocated // 8
        # Words of OW data are two bytes long; only wider pixels swap over their whole width.
        if element.encoding == "explicit-big" and width > 1:
            native = np.frombuffer(native, f">u{width}").astype(f"<u{width}").tobytes()
    if not layout.has_idle_bits:
        return native, False
    stored = np.frombuffer(native, f"<u{layout.bits_allocated // 8}")
    mask = stored.dtype.type(layout.signal_mask)
    if not stored.size or not (int(stored.max()) > mask if layout.low_bit == 0 else (stored & ~mask).any()):
        return native, False
    if not _has_overlay_in_pixels(walked):
        raise DicomError(
            "dicom.pixel-geometry",
            "Pixels use other bits than the header says are stored, so their values are in doubt.",
            remedy="Export the object again from the scanner.",
            bits_stored=layout.bits_stored,
        )
    return (stored & mask).tobytes(), True


def _has_overlay_in_pixels(walked: WalkedObject) -> bool:
    """Whether an overlay is declared to lie in bits of the pixels (retired, PS3.3 C.9.2)."""
    return any((walked.unsigned_short(group << 16 | 0x0102) or 0) > 0 for group in range(0x6000, 0x6020, 2))


def _unpacked(walked: WalkedObject, layout: PixelLayout, element: Element, run_limited: RunLimited) -> bytes:
    from adcurate.dicom.received.unpack import unpack_frames

    parts = frame_parts(walked, element, layout.frames)
    at_once = max(1, _BATCH_BYTES // layout.frame_bytes)
    syntax = walked.transfer_syntax_uid
    native = []
    for first in range(0, len(parts), at_once):
        batch = parts[first : first + at_once]
        expected = len(batch) * layout.frame_bytes
        arguments = (syntax, batch, layout.rows, layout.columns, layout.bits_allocated)
        try:
            unpacked = run_limited(unpack_frames, arguments, most_bytes=expected)
        except ValueError as trouble:
            raise _does_not_unpack() from trouble
        except LimitError as trouble:
            raise DicomError(
                "dicom.decoder-limit",
                "The compressed pixels cannot be unpacked within the memory and time that a picture needs.",
                remedy="Export the object again without compression.",
                cause=trouble.code,
            ) from trouble
        if len(unpacked) != expected:
            raise _does_not_unpack()
        native.append(unpacked)
    return b"".join(native)


def _does_not_unpack() -> DicomError:
    return DicomError(
        "dicom.pixel-length",
        "The compressed pixels do not unpack to what rows, columns and frames say.",
        remedy="Export the object again, without compression if it fails twice.",
    )
