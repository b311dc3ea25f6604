"""The bytes of one DICOM object as a list of elements, walked before any library reads them.

Parsing alone proves little: most files cut short still read without an error. This walk says whether the
last element ends where the file ends, how deep sequences nest and whether a tag comes twice. It decodes
no value and knows nothing of images; `checks` and `deidentify` stand on it.
Source: DICOM PS3.5 section 7, PS3.10 section 7.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass, field
from typing import Literal, NamedTuple

from adcurate.errors import DicomError

IMPLICIT_LITTLE = "1.2.840.10008.1.2"
EXPLICIT_LITTLE = "1.2.840.10008.1.2.1"
DEFLATED = "1.2.840.10008.1.2.1.99"
EXPLICIT_BIG = "1.2.840.10008.1.2.2"

PIXEL_DATA = 0x7FE00010
MAXIMUM_DEPTH = 16
MAXIMUM_ELEMENTS = 2_000_000

_UNDEFINED = 0xFFFFFFFF
_ITEM = 0xFFFEE000
_ITEM_END = 0xFFFEE00D
_SEQUENCE_END = 0xFFFEE0DD
_LONG_VRS = frozenset(
    [b"OB", b"OD", b"OF", b"OL", b"OV", b"OW", b"SQ", b"SV", b"UC", b"UN", b"UR", b"UT", b"UV"]
)
_SHORT_VRS = frozenset(
    b"AE AS AT CS DA DS DT FD FL IS LO LT PN SH SL SS ST TM UI UL US".split(),
)
_VRS = _LONG_VRS | _SHORT_VRS

Encoding = Literal["explicit-little", "implicit-little", "explicit-big"]


class Element(NamedTuple):
    """One element: its value lies at ``content[start:start + length]``; `vr` is "" in implicit VR."""

    tag: int
    vr: str
    start: int
    length: int
    undefined: bool
    encoding: Encoding


@dataclass(frozen=True, slots=True)
class WalkedObject:
    """One object's elements. `oddities` names what real files do and the standard does not."""

    content: bytes = field(repr=False)
    meta: dict[int, Element]
    elements: dict[int, Element]
    transfer_syntax_uid: str
    encoding: Encoding
    preamble_is_zero: bool
    oddities: tuple[str, ...]

    def raw(self, element: Element) -> bytes:
        """The value's bytes as they stand."""
        return self.content[element.start : element.start + element.length]

    def text(self, tag: int) -> str:
        """The value of a top-level code, number string or UID, stripped; "" where it is absent."""
        element = self.elements.get(tag) or self.meta.get(tag)
        return "" if element is None else self.raw(element).decode("latin-1").strip(" \0")

    def unsigned_short(self, tag: int) -> int | None:
        """A top-level US value; None where it is absent or not two bytes long."""
        element = self.elements.get(tag)
        if element is None or element.length != 2 or element.vr not in ("US", "", "UN"):
            return None
        order = ">H" if element.encoding == "explicit-big" else "<H"
        return int(struct.unpack(order, self.raw(element))[0])

    def items(self, element: Element) -> list[dict[int, Element]]:
        """The items of a sequence, each as its elements by tag."""
        return [
            _elements_of(self.content, first, last, encoding)
            for first, last, encoding in _item_spans(self.content, element)
        ]


def walk_object(content: bytes) -> WalkedObject:
    """Walk one object from its first byte to its last.

    Raises
    ------
    DicomError
        ``dicom.not-dicom``, ``dicom.truncated``, ``dicom.malformed``, ``dicom.too-deep``,
        ``dicom.duplicate-tag``, ``dicom.syntax-unsupported``
    """
    start, meta, preamble_is_zero = _file_meta(content)
    oddities: list[str] = [] if preamble_is_zero else ["preamble"]
    declared = ""
    if 0x00020010 in meta:
        element = meta[0x00020010]
        declared = content[element.start : element.start + element.length].decode("latin-1").strip(" \0")
    if declared == DEFLATED:
        raise DicomError(
            "dicom.syntax-unsupported",
            "The object is deflated, which is not unpacked here.",
            remedy="Export it as Explicit VR Little Endian.",
            transfer_syntax=declared,
        )
    encoding, agrees = _encoding(content, start, declared)
    if not agrees:
        oddities.append("syntax-mismatch" if declared else "transfer-syntax-missing")
    elements: dict[int, Element] = {}
    position, end, last_tag = start, len(content), -1
    counted = 0
    while position < end:
        if PIXEL_DATA in elements and not _continues(content, position, encoding):
            oddities.append("trailing-bytes")
            break
        element, position = _next_element(content, position, end, encoding, 0)
        counted += 1
        if counted > MAXIMUM_ELEMENTS:
            raise _malformed("The object holds more elements than any image needs.")
        if element.tag <= last_tag:
            earlier = elements.get(element.tag)
            if earlier is not None and _value(content, earlier) != _value(content, element):
                raise DicomError(
                    "dicom.duplicate-tag",
                    f"The tag {tag_text(element.tag)} occurs twice with different values.",
                    remedy="Export the object again from the PACS.",
                    tag=tag_text(element.tag),
                )
            oddities.append("tag-order")
        last_tag = max(last_tag, element.tag)
        elements[element.tag] = element
    if not elements:
        raise truncated()
    return WalkedObject(
        content, meta, elements, declared, encoding, preamble_is_zero, tuple(dict.fromkeys(oddities))
    )


def tag_text(tag: int) -> str:
    """``(gggg,eeee)``, as the standard prints a tag."""
    return f"({tag >> 16:04X},{tag & 0xFFFF:04X})"


def truncated() -> DicomError:
    """The error for bytes that end too early."""
    return DicomError(
        "dicom.truncated",
        "The object ends before its last element does.",
        remedy="Send or copy it again; the file is incomplete.",
    )


def looks_like_dicom(head: bytes) -> bool:
    """Whether the first bytes (132 or more, if there are) can be the start of a DICOM object."""
    if head[128:132] == b"DICM":
        return True
    if len(head) < 8 or head[1:2] != b"\0" or head[:2] not in (b"\x02\0", b"\x08\0"):
        return False
    element = int.from_bytes(head[2:4], "little")
    length = int.from_bytes(head[4:8], "little")
    return element <= 0x0100 and (head[4:6] in _VRS or length <= 1024)


def fragments(walked: WalkedObject, element: Element) -> list[bytes]:
    """The fragments of encapsulated pixel data, without the offset table."""
    spans = _item_spans(walked.content, element)
    return [walked.content[first:last] for first, last, _ in spans[1:]]


def _file_meta(content: bytes) -> tuple[int, dict[int, Element], bool]:
    if not looks_like_dicom(content[:132]):
        raise DicomError(
            "dicom.not-dicom",
            "The bytes are not a DICOM object.",
            remedy="Give DICOM files, folders or zip files of them.",
        )
    has_preamble = content[128:132] == b"DICM"
    position = 132 if has_preamble else 0
    meta: dict[int, Element] = {}
    while content[position : position + 2] == b"\x02\0":
        element, position = _next_element(content, position, len(content), "explicit-little", 0)
        meta[element.tag] = element
    if has_preamble and position >= len(content):
        raise truncated()
    return position, meta, not has_preamble or not any(content[:128])


def _encoding(content: bytes, start: int, declared: str) -> tuple[Encoding, bool]:
    head = content[start : start + 8]
    if len(head) < 8:
        raise truncated()
    has_vr = head[4:6] in _VRS
    is_big = head[0] == 0 and head[1] != 0
    if declared == EXPLICIT_BIG or (not declared and is_big):
        return "explicit-big", bool(declared)
    if declared == IMPLICIT_LITTLE:
        return ("explicit-little", False) if has_vr else ("implicit-little", True)
    return ("explicit-little", bool(declared)) if has_vr else ("implicit-little", False)


def _continues(content: bytes, position: int, encoding: Encoding) -> bool:
    """Whether what follows the pixel data is a signature or padding, and not bytes stuck on."""
    head = content[position : position + 2]
    known = (b"\xff\xfa", b"\xff\xfc") if encoding == "explicit-big" else (b"\xfa\xff", b"\xfc\xff")
    return any(group.startswith(head) for group in known) if len(head) < 2 else head in known


def _next_element(
    content: bytes, position: int, end: int, encoding: Encoding, depth: int
) -> tuple[Element, int]:
    if position + 8 > end:
        raise truncated()
    order = ">" if encoding == "explicit-big" else "<"
    group, number = struct.unpack_from(order + "HH", content, position)
    tag = group << 16 | number
    vr = ""
    if encoding == "implicit-little":
        (length,) = struct.unpack_from("<L", content, position + 4)
        start = position + 8
    else:
        letters = content[position + 4 : position + 6]
        if letters in _SHORT_VRS:
            (length,) = struct.unpack_from(order + "H", content, position + 6)
            start = position + 8
        else:
            if not (letters.isalpha() and letters.isupper()):
                raise _malformed(f"The element {tag_text(tag)} has no value representation.")
            if position + 12 > end:
                raise truncated()
            (length,) = struct.unpack_from(order + "L", content, position + 8)
            start = position + 12
        vr = letters.decode("ascii")
    if length != _UNDEFINED:
        if start + length > end:
            raise truncated()
        return Element(tag, vr, start, length, False, encoding), start + length
    inner: Encoding = "implicit-little" if vr == "UN" else encoding
    last, following = _end_of_items(
        content, start, end, inner, depth + 1, "fragments" if vr in ("OB", "OW") else "elements"
    )
    return Element(tag, vr, start, last - start, True, inner), following


def _end_of_items(
    content: bytes,
    position: int,
    end: int,
    encoding: Encoding,
    depth: int,
    holds: Literal["fragments", "elements"],
) -> tuple[int, int]:
    """Where the items of an undefined length end, and where the next element begins."""
    if depth > MAXIMUM_DEPTH:
        raise DicomError(
            "dicom.too-deep",
            f"Sequences nest deeper than {MAXIMUM_DEPTH} levels.",
            remedy="Export the object again from the PACS.",
            limit=MAXIMUM_DEPTH,
        )
    while True:
        tag, length = _item_header(content, position, end, encoding)
        if tag == _SEQUENCE_END:
            return position, position + 8
        if tag != _ITEM:
            raise _malformed("A sequence holds something that is not an item.")
        position += 8
        if length != _UNDEFINED:
            if position + length > end:
                raise truncated()
            position += length
            continue
        if holds == "fragments":
            raise _malformed("A fragment of pixel data has no length.")
        while True:
            if position + 8 > end:
                raise truncated()
            tag, _ = _item_header(content, position, end, encoding)
            if tag == _ITEM_END:
                position += 8
                break
            _, position = _next_element(content, position, end, encoding, depth)


def _item_header(content: bytes, position: int, end: int, encoding: Encoding) -> tuple[int, int]:
    if position + 8 > end:
        raise truncated()
    order = ">HHL" if encoding == "explicit-big" else "<HHL"
    group, number, length = struct.unpack_from(order, content, position)
    return group << 16 | number, length


def _item_spans(content: bytes, element: Element) -> list[tuple[int, int, Encoding]]:
    spans: list[tuple[int, int, Encoding]] = []
    position, end = element.start, element.start + element.length
    encoding = element.encoding
    if element.vr == "UN":
        encoding = "implicit-little"
    while position < end:
        tag, length = _item_header(content, position, end, encoding)
        if tag != _ITEM:
            raise _malformed("A sequence holds something that is not an item.")
        position += 8
        if length != _UNDEFINED:
            if position + length > end:
                raise truncated()
            spans.append((position, position + length, encoding))
            position += length
            continue
        first = position
        while _item_header(content, position, end, encoding)[0] != _ITEM_END:
            _, position = _next_element(content, position, end, encoding, 1)
        spans.append((first, position, encoding))
        position += 8
    return spans


def _elements_of(content: bytes, first: int, last: int, encoding: Encoding) -> dict[int, Element]:
    elements: dict[int, Element] = {}
    while first < last:
        element, first = _next_element(content, first, last, encoding, 1)
        elements[element.tag] = element
    return elements


def _value(content: bytes, element: Element) -> bytes:
    return content[element.start : element.start + element.length]


def _malformed(sentence: str) -> DicomError:
    return DicomError("dicom.malformed", sentence, remedy="Export the object again from the PACS.")
