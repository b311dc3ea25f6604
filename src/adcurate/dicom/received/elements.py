"""What an element is: its place in the bytes of an object, its names, and the errors for what is none.

Source: DICOM PS3.5 section 7.
"""

from __future__ import annotations

from typing import Literal, NamedTuple

from adcurate.errors import DicomError

PIXEL_DATA = 0x7FE00010
PIXEL_TAGS = frozenset([0x7FE00008, 0x7FE00009, PIXEL_DATA])

Encoding = Literal["explicit-little", "implicit-little", "explicit-big"]
Span = tuple[bytes, int, int] | tuple[bytes, int, int, Encoding]
"""VR, first byte and length of a value; for an undefined length also how the items inside are encoded."""

UNDEFINED = 0xFFFFFFFF
ITEM = 0xFFFEE000
ITEM_END = 0xFFFEE00D
SEQUENCE_END = 0xFFFEE0DD
LONG_VRS = frozenset(
    [b"OB", b"OD", b"OF", b"OL", b"OV", b"OW", b"SQ", b"SV", b"UC", b"UN", b"UR", b"UT", b"UV"]
)
SHORT_VRS = frozenset(b"AE AS AT CS DA DS DT FD FL IS LO LT PN SH SL SS ST TM UI UL US".split())
VR_TEXT = {vr: vr.decode("ascii") for vr in LONG_VRS | SHORT_VRS} | {b"": ""}


class Element(NamedTuple):
    """One element: its value lies at ``content[start:start + length]``; `vr` is "" in implicit VR."""

    tag: int
    vr: str
    start: int
    length: int
    undefined: bool
    encoding: Encoding


new_element = tuple.__new__
"""Makes an `Element` of a tuple of its fields."""


def as_element(tag: int, span: Span, encoding: Encoding) -> Element:
    """A span with its tag; `encoding` is that of the level it stands in."""
    vr = VR_TEXT.get(span[0]) or span[0].decode("latin-1")
    if len(span) == 4:
        return Element(tag, vr, span[1], span[2], True, span[3])
    return new_element(Element, (tag, vr, span[1], span[2], False, encoding))


def truncated() -> DicomError:
    """The error for bytes that end too early."""
    return DicomError(
        "dicom.truncated",
        "The object ends before its last element does.",
        remedy="Send or copy it again; the file is incomplete.",
    )


def malformed(sentence: str) -> DicomError:
    """The error for bytes that are no elements."""
    return DicomError("dicom.malformed", sentence, remedy="Export the object again from the PACS.")


def tag_text(tag: int) -> str:
    """``(gggg,eeee)``, as the standard prints a tag."""
    return f"({tag >> 16:04X},{tag & 0xFFFF:04X})"
