"""The pixels of a checked object as they are written: native, little endian, no bits but the signal's.

Compressed streams are unpacked here, within the size that the header declares and `checks` has bounded.
"""

from __future__ import annotations

import numpy as np

from adcurate.dicom.received.checks import PixelLayout
from adcurate.dicom.received.structure import Element, WalkedObject, fragments
from adcurate.errors import DicomError


def native_pixels(walked: WalkedObject, layout: PixelLayout) -> tuple[bytes, bool]:
    """Native little-endian pixels without bits that hold no signal, and whether there were such bits."""
    element = walked.elements[layout.tag]
    if layout.kind == "encapsulated":
        native = _unpacked(walked, layout, element)
    else:
        native = walked.raw(element)[: layout.total_bytes]
        width = layout.bits_allocated // 8
        # Words of OW data are two bytes long; only wider pixels swap over their whole width.
        if element.encoding == "explicit-big" and width > 1:
            native = np.frombuffer(native, f">u{width}").astype(f"<u{width}").tobytes()
    unused = layout.bits_allocated - layout.bits_stored
    if not unused or layout.tag != 0x7FE00010 or layout.pixel_representation == 1:
        return native, False
    stored = np.frombuffer(native, f"<u{layout.bits_allocated // 8}")
    mask = (1 << layout.bits_stored) - 1
    if not stored.size or int(stored.max()) <= mask:
        return native, False
    if not _has_overlay_in_pixels(walked):
        raise DicomError(
            "dicom.pixel-geometry",
            "Pixels use more bits than the header says are stored, so their values are in doubt.",
            remedy="Export the object again from the scanner.",
            bits_stored=layout.bits_stored,
        )
    return (stored & stored.dtype.type(mask)).tobytes(), True


def _has_overlay_in_pixels(walked: WalkedObject) -> bool:
    """Whether an overlay is declared to lie in bits of the pixels (retired, PS3.3 C.9.2)."""
    return any((walked.unsigned_short(group << 16 | 0x0102) or 0) > 0 for group in range(0x6000, 0x6020, 2))


def _unpacked(walked: WalkedObject, layout: PixelLayout, element: Element) -> bytes:
    from pydicom.encaps import encapsulate
    from pydicom.pixels.decoders.base import get_decoder

    parts = fragments(walked, element)
    if len(parts) != layout.frames:
        parts = [b"".join(parts)] if layout.frames == 1 else parts
    try:
        decoder = get_decoder(walked.transfer_syntax_uid)
        buffer, _ = decoder.as_buffer(
            encapsulate(parts),
            rows=layout.rows,
            columns=layout.columns,
            number_of_frames=layout.frames,
            samples_per_pixel=layout.samples,
            photometric_interpretation="MONOCHROME2",
            bits_allocated=layout.bits_allocated,
            bits_stored=layout.bits_stored,
            pixel_representation=layout.pixel_representation,
            pixel_keyword="PixelData",
        )
    except Exception as trouble:  # decoders raise whatever their library raises
        raise _does_not_unpack() from trouble
    native = bytes(buffer)
    if len(native) < layout.total_bytes:
        raise _does_not_unpack()
    return native[: layout.total_bytes]


def _does_not_unpack() -> DicomError:
    return DicomError(
        "dicom.pixel-length",
        "The compressed pixels do not unpack to what rows, columns and frames say.",
        remedy="Export the object again, without compression if it fails twice.",
    )
