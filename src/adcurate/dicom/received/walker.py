"""One loop over the elements of a DICOM object, told apart by their tags and lengths alone.

Everything else stands on it: `structure` walks whole objects before any library sees them, `index` the first
bytes of a file. It is bounded in depth and in number, believes no length that leads out of what holds
it, and decodes no value.
Source: DICOM PS3.5 section 7.
"""

from __future__ import annotations

import struct
from typing import Literal

from adcurate.dicom.received.elements import (
    ITEM,
    ITEM_END,
    LONG_VRS,
    PIXEL_DATA,
    PIXEL_TAGS,
    SEQUENCE_END,
    SHORT_VRS,
    UNDEFINED,
    Encoding,
    Span,
    malformed,
    tag_text,
    truncated,
)
from adcurate.errors import DicomError

MAXIMUM_DEPTH = 16
MAXIMUM_ELEMENTS = 1_000_000
MAXIMUM_TOP_ELEMENTS = 50_000
# Thousands of frames have some fifteen items each. An item costs whoever reads it as much as twenty elements.
MAXIMUM_ITEMS = 150_000

Inside = Literal["object", "item", "open-item"]
Care = Literal["thorough", "needed"]

_HEADS = {"explicit-little": struct.Struct("<HH2sH"), "explicit-big": struct.Struct(">HH2sH")}
_LENGTHS = {"explicit-little": struct.Struct("<L"), "explicit-big": struct.Struct(">L")}
_IMPLICIT_HEAD = struct.Struct("<HHL")
_ITEM_HEADS = {"<": _IMPLICIT_HEAD, ">": struct.Struct(">HHL")}


class MoreNeededError(Exception):
    """The bytes given are only the first of an object, and what is asked lies behind them."""

    def __init__(self, position: int) -> None:
        super().__init__(position)
        self.position = position


class Walker:
    """Walks the levels of one object. `oddities` gathers what real files do and the standard does not.

    `n_items` counts the items of each sequence of the object itself, by the place of its first byte.

    Parameters
    ----------
    content
        The object's bytes, or the first of them.
    n_bytes
        How many bytes the whole object has.
    care
        ``thorough`` follows every sequence to its end; ``needed`` trusts the length of one that has a length.
    """

    __slots__ = ("_items_left", "_left", "_thorough", "content", "n_bytes", "n_items", "oddities")

    def __init__(self, content: bytes, n_bytes: int, care: Care) -> None:
        self.content = content
        self.n_bytes = n_bytes
        self.oddities: list[str] = []
        self._thorough = care == "thorough"
        self._left = MAXIMUM_ELEMENTS
        self._items_left = MAXIMUM_ITEMS
        self.n_items: dict[int, int] = {}

    def level(
        self, position: int, end: int, encoding: Encoding, depth: int, inside: Inside
    ) -> tuple[dict[int, Span], int]:
        """The elements from `position` on, and where they end.

        An ``object`` ends behind its pixel data or with its bytes, an ``item`` at `end`, an ``open-item``
        with its delimiter.
        """
        limit = min(self._left, MAXIMUM_TOP_ELEMENTS) if inside == "object" else self._left
        try:
            if encoding == "implicit-little":
                found, position, charged = self._implicit(position, end, depth, inside, limit)
            else:
                found, position, charged = self._explicit(position, end, encoding, depth, inside, limit)
        except struct.error:
            if len(self.content) < self.n_bytes:
                raise MoreNeededError(position) from None
            raise truncated() from None
        self._charge(len(found) - charged)
        return found, position

    def _explicit(
        self, position: int, end: int, encoding: Encoding, depth: int, inside: Inside, limit: int
    ) -> tuple[dict[int, Span], int, int]:
        content, short, long = self.content, SHORT_VRS, LONG_VRS
        unpack, long_length = _HEADS[encoding].unpack_from, _LENGTHS[encoding].unpack_from
        found: dict[int, Span] = {}
        last, charged = -1, 0
        for _ in range(limit):
            if position >= end:
                break
            group, number, vr, length = unpack(content, position)
            tag = group << 16 | number
            if vr in short:
                start = position + 8
            else:
                if tag == ITEM_END and inside == "open-item":
                    return found, position + 8, charged
                if vr not in long and not (vr.isalpha() and vr.isupper()):
                    raise malformed(f"The element {tag_text(tag)} has no value representation.")
                (length,) = long_length(content, position + 8)
                start = position + 12
                if length == UNDEFINED or vr == b"SQ" or vr == b"UN":
                    self._charge(len(found) - charged)
                    charged = len(found)
                    span, position = self._sequence(tag, vr, start, length, end, encoding, depth)
                    if tag <= last:
                        self._out_of_order(tag, span, found)
                    last, found[tag] = tag, span
                    if tag in PIXEL_TAGS and inside == "object":
                        return found, position, charged
                    continue
            position = start + length
            if position > end:
                raise truncated()
            span = (vr, start, length)
            if tag <= last:
                self._out_of_order(tag, span, found)
            last = tag
            found[tag] = span
            if tag >= 0x7FE00008 and tag in PIXEL_TAGS and inside == "object":
                return found, position, charged
        self._check_ended(position, end, inside)
        return found, position, charged

    def _implicit(
        self, position: int, end: int, depth: int, inside: Inside, limit: int
    ) -> tuple[dict[int, Span], int, int]:
        content, unpack = self.content, _IMPLICIT_HEAD.unpack_from
        found: dict[int, Span] = {}
        last, charged = -1, 0
        for _ in range(limit):
            if position >= end:
                break
            group, number, length = unpack(content, position)
            tag = group << 16 | number
            start = position + 8
            if group == 0xFFFE:
                if tag == ITEM_END and inside == "open-item":
                    return found, start, charged
                raise malformed("An item ends where none began.")
            opens_item = content[start : start + 4] == b"\xfe\xff\x00\xe0"
            if length == UNDEFINED or (opens_item and tag not in PIXEL_TAGS):
                self._charge(len(found) - charged)
                charged = len(found)
                span, position = self._sequence(tag, b"", start, length, end, "implicit-little", depth)
            else:
                span, position = (b"", start, length), start + length
            if position > end:
                raise truncated()
            if tag <= last:
                self._out_of_order(tag, span, found)
            last, found[tag] = tag, span
            if tag in PIXEL_TAGS and inside == "object":
                return found, position, charged
        self._check_ended(position, end, inside)
        return found, position, charged

    def _check_ended(self, position: int, end: int, inside: Inside) -> None:
        if position < end:
            raise too_many()
        if inside == "open-item":
            raise truncated()

    def _charge(self, n_elements: int) -> None:
        self._left -= n_elements
        if self._left < 0:
            raise too_many()

    def _sequence(
        self, tag: int, vr: bytes, start: int, length: int, end: int, encoding: Encoding, depth: int
    ) -> tuple[Span, int]:
        """The value of an undefined length, or of a sequence, and where the next element begins."""
        inner: Encoding = "implicit-little" if vr == b"UN" else encoding
        if length == UNDEFINED:
            if vr in (b"OB", b"OW") or (vr == b"" and tag == PIXEL_DATA):
                last, following = self._fragments(start, end, encoding)
            else:
                last, following = self.items(start, end, inner, depth + 1, "open")
            return (vr, start, last - start, inner), following
        following = start + length
        if following > end:
            raise truncated()
        surely = vr == b"SQ" and not tag >> 16 & 1
        if self._thorough and (surely or self.content[start : start + 4] == b"\xfe\xff\x00\xe0"):
            try:
                self.items(start, following, inner, depth + 1, "closed")
            except DicomError as trouble:
                # What only looks like a sequence is a value like any other, and nobody reads it.
                if surely or trouble.code not in ("dicom.malformed", "dicom.truncated"):
                    raise
        return (vr, start, length), following

    def items(
        self, position: int, end: int, encoding: Encoding, depth: int, how: Literal["open", "closed"]
    ) -> tuple[int, int]:
        """Where the items of a sequence end, and where the next element begins."""
        if depth > MAXIMUM_DEPTH:
            raise DicomError(
                "dicom.too-deep",
                f"Sequences nest deeper than {MAXIMUM_DEPTH} levels.",
                remedy="Export the object again from the PACS.",
                limit=MAXIMUM_DEPTH,
            )
        first, n_inside = position, 0
        while how == "open" or position < end:
            if how == "open" and self.item_header(position, end, encoding)[0] == SEQUENCE_END:
                following = position + 8
                break
            _, position, _ = self.item(position, end, encoding, depth)
            n_inside += 1
        else:
            following = position
        if depth == 1:
            self.n_items[first] = n_inside
        return position, following

    def item(self, position: int, end: int, encoding: Encoding, depth: int = 1) -> tuple[int, int, int]:
        """One item: its first byte, where the next one begins, and where its own elements end."""
        tag, length = self.item_header(position, end, encoding)
        if tag != ITEM:
            raise malformed("A sequence holds something that is not an item.")
        self._charge(1)
        self._items_left -= 1
        if self._items_left < 0:
            raise too_many()
        first = position + 8
        if length == UNDEFINED:
            _, following = self.level(first, end, encoding, depth, "open-item")
            return first, following, following - 8
        last = first + length
        if last > end:
            raise truncated()
        if self._thorough and length:
            self.level(first, last, encoding, depth, "item")
        return first, last, last

    def item_elements(self, position: int, end: int, encoding: Encoding) -> tuple[dict[int, Span], int]:
        """The elements of one item, and where the next item begins."""
        tag, length = self.item_header(position, end, encoding)
        if tag != ITEM:
            raise malformed("A sequence holds something that is not an item.")
        first = position + 8
        if length == UNDEFINED:
            return self.level(first, end, encoding, 1, "open-item")
        if first + length > end:
            raise truncated()
        return self.level(first, first + length, encoding, 1, "item")

    def check_items(self, span: Span, encoding: Encoding) -> None:
        """Follow a sequence that was passed over, to its end and its depth, whatever it was taken for.

        Raises
        ------
        DicomError
            ``dicom.too-deep``, ``dicom.too-many-elements``; what is broken otherwise is for its reader.
        """
        self._thorough = True
        inner = span[3] if len(span) == 4 else ("implicit-little" if span[0] == b"UN" else encoding)
        try:
            self.items(span[1], span[1] + span[2], inner, 1, "closed")
        except DicomError as trouble:
            if trouble.code in ("dicom.too-deep", "dicom.too-many-elements"):
                raise

    def _fragments(self, position: int, end: int, encoding: Encoding) -> tuple[int, int]:
        while True:
            tag, length = self.item_header(position, end, encoding)
            if tag == SEQUENCE_END:
                return position, position + 8
            if tag != ITEM:
                raise malformed("Compressed pixel data hold something that is not a fragment.")
            if length == UNDEFINED:
                raise malformed("A fragment of pixel data has no length.")
            position += 8 + length
            self._charge(1)

    def item_header(self, position: int, end: int, encoding: Encoding) -> tuple[int, int]:
        """Tag and length of an item or delimiter."""
        if position + 8 > end:
            raise truncated()
        if position + 8 > len(self.content):
            raise MoreNeededError(position)
        head = _ITEM_HEADS[">" if encoding == "explicit-big" else "<"]
        group, number, length = head.unpack_from(self.content, position)
        return group << 16 | number, length

    def _out_of_order(self, tag: int, span: Span, found: dict[int, Span]) -> None:
        self._charge(1)
        earlier = found.get(tag)
        if earlier is not None and self._value(earlier) != self._value(span):
            raise DicomError(
                "dicom.duplicate-tag",
                f"The tag {tag_text(tag)} occurs twice with different values.",
                remedy="Export the object again from the PACS.",
                tag=tag_text(tag),
            )
        self.oddities.append("tag-order")

    def _value(self, span: Span) -> bytes:
        return self.content[span[1] : span[1] + span[2]]


def too_many() -> DicomError:
    """The error for an object that would keep whoever reads it busy for long."""
    return DicomError(
        "dicom.too-many-elements",
        "The object holds more elements than any image needs.",
        remedy="Export the object again from the PACS.",
        limit=MAXIMUM_ELEMENTS,
    )
