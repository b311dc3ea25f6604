"""The bytes of one DICOM object as a list of elements, walked before any library reads them.

Parsing alone proves little: most files cut short still read without an error. This walk says whether the
last element ends where the file ends, how deep sequences nest and whether a tag comes twice. It decodes
no value and knows nothing of images; `checks` and `deidentify` stand on it.
Source: DICOM PS3.5 section 7, PS3.10 section 7.
"""

from __future__ import annotations

import struct
from collections.abc import Mapping
from dataclasses import dataclass, field

from adcurate.dicom.received.elements import (
    LONG_VRS,
    PIXEL_DATA,
    PIXEL_TAGS,
    SHORT_VRS,
    VR_TEXT,
    Element,
    Encoding,
    Span,
    as_element,
    malformed,
    new_element,
    tag_text,
    truncated,
)
from adcurate.dicom.received.inflate import inflate_bounded
from adcurate.dicom.received.transfer_syntax import DEFLATED, EXPLICIT_BIG, EXPLICIT_LITTLE, IMPLICIT_LITTLE
from adcurate.dicom.received.walker import MAXIMUM_DEPTH, Walker, too_many
from adcurate.errors import DicomError

__all__ = [
    "EXPLICIT_BIG",
    "EXPLICIT_LITTLE",
    "IMPLICIT_LITTLE",
    "MAXIMUM_DEPTH",
    "PIXEL_DATA",
    "Element",
    "WalkedObject",
    "encoding_of",
    "file_meta",
    "fragments",
    "looks_like_dicom",
    "require_bounded",
    "tag_text",
    "truncated",
    "walk_object",
]

# Far above what any scanner writes, far below what would be felt.
_LONGEST_TEXT = 64 * 1024
_LONGEST_VALUE = {
    **dict.fromkeys((b"AE", b"AS", b"CS", b"DA", b"DT", b"LO", b"PN", b"SH", b"TM", b"UI"), 16 * 1024),
    **dict.fromkeys((b"UT", b"UC", b"UR"), 2**20),
    **dict.fromkeys((b"OB", b"OW", b"UN", b"OD", b"OF", b"OL", b"OV"), 64 * 2**20),
}
_META_HEAD = struct.Struct("<HH2sH")
_STRAY_GROUPS = frozenset([0x0000, 0x0002, 0x0004, 0x0006])
_NUMBER_OF_FRAMES = 0x00280008
_FEW_GROUPS = 64
_SHARED_GROUPS, _PER_FRAME_GROUPS = 0x52009229, 0x52009230
_PLAIN_GROUPS = frozenset([0x0008, 0x0010, 0x0020])


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
        encoding: Encoding = "implicit-little" if element.vr == "UN" else element.encoding
        walker = Walker(self.content, len(self.content), "needed")
        position, end = element.start, element.start + element.length
        found = []
        while position < end:
            spans, position = walker.item_elements(position, end, encoding)
            found.append(_elements(spans, encoding))
        return found


def walk_object(content: bytes) -> WalkedObject:
    """Walk one object from its first byte to its last, through every sequence.

    A deflated object is inflated first, up to a limit; `WalkedObject.content` is then what came out.

    Raises
    ------
    DicomError
        ``dicom.not-dicom``, ``dicom.truncated``, ``dicom.malformed``, ``dicom.too-deep``,
        ``dicom.too-many-elements``, ``dicom.value-too-long``, ``dicom.duplicate-tag``, ``dicom.bomb``
    """
    start, meta, preamble_is_zero = file_meta(content)
    oddities: list[str] = [] if preamble_is_zero else ["preamble"]
    declared = declared_syntax(content, meta)
    if declared == DEFLATED:
        inflated, has_more = inflate_bounded(content, start)
        content = content[:start] + inflated
        if has_more:
            oddities.append("trailing-bytes")
    encoding, agrees = encoding_of(content, start, declared)
    if not agrees:
        oddities.append("syntax-mismatch" if declared else "transfer-syntax-missing")
    walker = Walker(content, len(content), "thorough")
    spans, position = walker.level(start, len(content), encoding, 0, "object")
    if not _may_follow(content, position, encoding):
        oddities.append("trailing-bytes")
    elif position < len(content):
        walker.level(position, len(content), encoding, 0, "item")
    if not spans:
        raise truncated()
    if any(tag >> 16 in _STRAY_GROUPS for tag in spans):
        raise malformed("An element of the file header or of a message stands in the data set.")
    _check_lengths(spans)
    _check_functional_groups(content, spans, walker.n_items)
    return WalkedObject(
        content,
        _elements(meta, "explicit-little"),
        _elements(spans, encoding),
        declared,
        encoding,
        preamble_is_zero,
        tuple(dict.fromkeys([*oddities, *walker.oddities])),
    )


def require_bounded(content: bytes) -> None:
    """Hold an object of any kind against the limits that a parser after this one does not have.

    Raises
    ------
    DicomError
        ``dicom.too-deep``, ``dicom.too-many-elements``, ``dicom.bomb``; what is broken otherwise is for
        its reader.
    """
    try:
        walk_object(content)
    except DicomError as trouble:
        if trouble.code in ("dicom.too-deep", "dicom.too-many-elements", "dicom.bomb"):
            raise


def declared_syntax(content: bytes, meta: Mapping[int, Span]) -> str:
    """The transfer syntax that the file header names, "" without one."""
    span = meta.get(0x00020010)
    if span is None:
        return ""
    return content[span[1] : span[1] + span[2]].decode("latin-1").strip(" \0")


def looks_like_dicom(head: bytes) -> bool:
    """Whether the first bytes (132 or more, if there are) can be the start of a DICOM object."""
    if head[128:132] == b"DICM":
        return True
    if len(head) < 8 or head[1:2] != b"\0" or head[:2] not in (b"\x02\0", b"\x08\0"):
        return False
    element = int.from_bytes(head[2:4], "little")
    length = int.from_bytes(head[4:8], "little")
    return element <= 0x0100 and (head[4:6] in SHORT_VRS | LONG_VRS or length <= 1024)


def fragments(walked: WalkedObject, element: Element) -> list[bytes]:
    """The fragments of encapsulated pixel data, the offset table first."""
    spans = _item_spans(walked.content, element)
    return [walked.content[first:last] for first, last, _ in spans]


def file_meta(content: bytes) -> tuple[int, dict[int, Span], bool]:
    """Where the data set begins, the file header's elements, and whether the preamble is empty."""
    if not looks_like_dicom(content[:132]):
        raise DicomError(
            "dicom.not-dicom",
            "The bytes are not a DICOM object.",
            remedy="Give DICOM files, folders or zip files of them.",
        )
    has_preamble = content[128:132] == b"DICM"
    position = 132 if has_preamble else 0
    meta: dict[int, Span] = {}
    while content[position : position + 2] == b"\x02\0":
        if position + 12 > len(content):
            raise truncated()
        group, number, vr, length = _META_HEAD.unpack_from(content, position)
        start = position + 8
        if vr not in SHORT_VRS:
            if vr not in LONG_VRS:
                raise malformed("The file header holds something that is not an element.")
            length, start = int.from_bytes(content[position + 8 : position + 12], "little"), position + 12
        position = start + length
        if position > len(content):
            raise truncated()
        tag = group << 16 | number
        if tag in meta or len(meta) > 64:
            raise malformed("The file header says the same thing twice, or too much.")
        meta[tag] = (vr, start, length)
    if has_preamble and position >= len(content):
        raise truncated()
    return position, meta, not has_preamble or content[:128] == bytes(128)


def encoding_of(content: bytes, start: int, declared: str) -> tuple[Encoding, bool]:
    """How the data set is encoded, by its first element, and whether that is what the header says."""
    head = content[start : start + 8]
    if len(head) < 8:
        raise truncated()
    has_vr = head[4:6] in SHORT_VRS or head[4:6] in LONG_VRS
    is_big = head[0] == 0 and head[1] != 0
    if declared == EXPLICIT_BIG or (not declared and is_big):
        return "explicit-big", bool(declared)
    if declared == IMPLICIT_LITTLE:
        return ("explicit-little", False) if has_vr else ("implicit-little", True)
    return ("explicit-little", bool(declared)) if has_vr else ("implicit-little", False)


def _may_follow(content: bytes, position: int, encoding: Encoding) -> bool:
    """Whether what follows the pixel data is nothing, a signature or padding, and not bytes stuck on."""
    head = content[position : position + 2]
    known = (b"\xff\xfa", b"\xff\xfc") if encoding == "explicit-big" else (b"\xfa\xff", b"\xfc\xff")
    return any(group.startswith(head) for group in known) if len(head) < 2 else head in known


def _check_lengths(spans: Mapping[int, Span]) -> None:
    for tag, span in spans.items():
        length = span[2]
        if length > 16_000 and tag not in PIXEL_TAGS:
            longest = _LONGEST_VALUE.get(span[0])
            if not span[0] and tag >> 16 in _PLAIN_GROUPS and len(span) == 3:
                longest = _LONGEST_TEXT
            if longest is not None and length > longest and not tag >> 16 & 0xFF00 == 0x6000:
                raise DicomError(
                    "dicom.value-too-long",
                    f"The value of {tag_text(tag)} is longer than any real one.",
                    remedy="Export the object again from the PACS.",
                    tag=tag_text(tag),
                    limit=longest,
                )


def _check_functional_groups(content: bytes, spans: Mapping[int, Span], n_items: Mapping[int, int]) -> None:
    """No more groups than frames (a few do no harm): every reader after this one makes an object of each."""
    frames = spans.get(_NUMBER_OF_FRAMES)
    stated = b"" if frames is None else content[frames[1] : frames[1] + frames[2]].strip(b" \0+")
    n_frames = int(stated) if stated.isdigit() and len(stated) <= 6 else 1
    for tag, most in ((_PER_FRAME_GROUPS, n_frames), (_SHARED_GROUPS, 1)):
        span = spans.get(tag)
        if span is not None and n_items.get(span[1], 0) > max(most, _FEW_GROUPS):
            raise too_many()


def _item_spans(content: bytes, element: Element) -> list[tuple[int, int, Encoding]]:
    walker = Walker(content, len(content), "needed")
    position, end = element.start, element.start + element.length
    encoding: Encoding = "implicit-little" if element.vr == "UN" else element.encoding
    spans: list[tuple[int, int, Encoding]] = []
    while position < end:
        first, position, last = walker.item(position, end, encoding)
        spans.append((first, last, encoding))
    return spans


def _elements(spans: Mapping[int, Span], encoding: Encoding) -> dict[int, Element]:
    # Most of a walk's time goes into this: past the named constructor it is a third of that.
    return {
        tag: new_element(Element, (tag, vr, span[1], span[2], False, encoding))
        if len(span) == 3 and (vr := VR_TEXT.get(span[0])) is not None
        else as_element(tag, span, encoding)
        for tag, span in spans.items()
    }
