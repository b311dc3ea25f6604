"""Elements as bytes: Explicit VR Little Endian, the one encoding in which research objects are written."""

from __future__ import annotations

import struct
from collections.abc import Sequence

from adcurate.dicom.received.elements import SHORT_VRS
from adcurate.dicom.received.structure import EXPLICIT_LITTLE

IMPLEMENTATION_UID = "2.25.281327590021640126475236148719432871042"

Written = dict[int, tuple[str, bytes]]
"""Elements by tag: value representation and the bytes of the value, of even length."""

_LONG_VRS = {vr: vr.encode() for vr in ("OB", "OD", "OF", "OL", "OV", "OW", "SQ", "UC", "UN", "UR", "UT")}
_SHORT_VRS = {letters.decode(): letters for letters in SHORT_VRS}
_SHORT_HEAD = struct.Struct("<HH2sH").pack
_LONG_HEAD = struct.Struct("<HH2sHL").pack


def encoded(written: Written) -> bytes:
    """Elements in tag order as Explicit VR Little Endian."""
    parts = []
    for tag in sorted(written):
        vr, value = written[tag]
        parts.append(head_of(tag, vr, len(value)))
        parts.append(value)
    return b"".join(parts)


def head_of(tag: int, vr: str, length: int) -> bytes:
    """What stands before a value: tag, representation and length."""
    long = _LONG_VRS.get(vr)
    if long is None:
        return _SHORT_HEAD(tag >> 16, tag & 0xFFFF, _SHORT_VRS[vr], length)
    return _LONG_HEAD(tag >> 16, tag & 0xFFFF, long, 0, length)


def encoded_items(items: Sequence[Written]) -> tuple[str, bytes]:
    """A sequence of items, each with its length."""
    bodies = [encoded(item) for item in items]
    return "SQ", b"".join(struct.pack("<HHL", 0xFFFE, 0xE000, len(body)) + body for body in bodies)


def padded(vr: str, value: bytes) -> bytes:
    """A value of even length, as DICOM wants it."""
    if len(value) % 2 == 0:
        return value
    return value + (b"\0" if vr == "UI" else b" ")


def text_element(vr: str, text: str) -> tuple[str, bytes]:
    """A text as an element's representation and value."""
    return vr, padded(vr, text.encode("ascii"))


def file_header(sop_class: str, sop_instance: str) -> bytes:
    """An empty preamble and a file header that names the object and this program, and nothing more."""
    meta = encoded(
        {
            0x00020001: ("OB", b"\0\1"),
            0x00020002: text_element("UI", sop_class),
            0x00020003: text_element("UI", sop_instance),
            0x00020010: text_element("UI", EXPLICIT_LITTLE),
            0x00020012: text_element("UI", IMPLEMENTATION_UID),
            0x00020013: text_element("SH", "ADCURATE_1"),
        }
    )
    length = encoded({0x00020000: ("UL", struct.pack("<L", len(meta)))})
    return bytes(128) + b"DICM" + length + meta
