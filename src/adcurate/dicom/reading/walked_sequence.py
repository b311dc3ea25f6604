"""Sequences whose items are made when they are asked for, from one walk through all of them.

An enhanced object describes thousands of frames in sequences of sequences, of which a reader needs a few.
pydicom makes all of them at once; here an item is a data set of raw elements, and a sequence in it is again
one of these. Only what the walker has followed to its end becomes one; anything else is left to pydicom.
"""

from __future__ import annotations

from collections.abc import Iterator, MutableMapping, MutableSequence
from typing import Any, Final

from pydicom.datadict import dictionary_has_tag, dictionary_VR
from pydicom.dataelem import DataElement, RawDataElement
from pydicom.dataset import Dataset
from pydicom.tag import BaseTag

from adcurate.dicom.received.elements import VR_TEXT, Encoding, Span
from adcurate.dicom.received.walker import Inside, Walker
from adcurate.errors import DicomError

_CHARACTER_SET: Final = 0x00080005
_BEYOND_LIMITS: Final = ("dicom.too-deep", "dicom.too-many-elements")
_BYTES: Final = (b"OB", b"OW")


Characters = str | MutableSequence[str]
"""How the object's text is encoded, as pydicom says it."""


class WalkedSequence(RawDataElement):
    """A little-endian sequence that the walker has followed; to pydicom it is a raw element like others."""

    _walk: _Walk
    _span: Span
    _made: tuple[Dataset, ...] | None = None

    def made_items(self) -> tuple[Dataset, ...] | None:
        """The items, the same at each call; None where one has no end (in private sequences only)."""
        if self._made is None:
            encoding: Encoding = "implicit-little" if self.is_implicit_VR else "explicit-little"
            self._made = self._walk.made_items(self._span, encoding)
        return self._made


class _Walk(Walker):
    """A thorough walk that remembers the elements of each level, and where it ends, by its first byte."""

    __slots__ = ("_blank", "levels")

    def __init__(self, content: bytes, character_set: Characters) -> None:
        super().__init__(content, len(content), "thorough")
        self._blank = vars(Dataset(parent_encoding=character_set))
        self.levels: dict[int, tuple[dict[int, Span], int]] = {}

    def level(
        self, position: int, end: int, encoding: Encoding, depth: int, inside: Inside
    ) -> tuple[dict[int, Span], int]:
        """As `Walker.level`."""
        self.levels[position] = found = super().level(position, end, encoding, depth, inside)
        return found

    def sequence(self, key: BaseTag, span: Span, encoding: Encoding) -> WalkedSequence:
        """A sequence of which every level is known."""
        start, length = span[1:3]
        inner = _inner(span, encoding)
        value = self.content[start : start + length]
        made = WalkedSequence(key, "SQ", length, value, start, inner == "implicit-little", True)
        made._walk, made._span = self, span
        return made

    def made_items(self, span: Span, encoding: Encoding) -> tuple[Dataset, ...] | None:
        """The items of such a sequence, None where the walk did not come to the end of one."""
        position, end = span[1], span[1] + span[2]
        items = []
        while position < end:
            _, length = self.item_header(position, end, encoding)
            position += 8
            if length and position not in self.levels:
                return None
            spans, following = self.levels[position] if length else ({}, position)
            items.append(self._item(spans, encoding))
            position = following
        return tuple(items)

    def element(self, key: BaseTag, span: Span, encoding: Encoding) -> RawDataElement:
        """One element of an item as it stands."""
        if is_sequence(key, span):
            return self.sequence(key, span, encoding)
        vr, start, length = span[:3]
        name = VR_TEXT.get(vr) or (vr.decode("latin-1") if vr else None)
        value = self.content[start : start + length]
        return RawDataElement(key, name, length, value, start, encoding == "implicit-little", True)

    def _item(self, spans: dict[int, Span], encoding: Encoding) -> Dataset:
        # What a data set begins with is made once: pydicom takes longer for it than for all that is read.
        item = Dataset.__new__(Dataset)
        vars(item).update(self._blank, _dict=_Elements(self, spans, encoding), _private_blocks={})
        return item


class _Elements(MutableMapping[BaseTag, DataElement | RawDataElement]):
    """The elements of one item, each made when it is asked for: most of them never are."""

    __slots__ = ("_encoding", "_made", "_spans", "_walk")

    def __init__(self, walk: _Walk, spans: dict[int, Span], encoding: Encoding) -> None:
        self._walk, self._spans, self._encoding = walk, spans, encoding
        self._made: dict[int, DataElement | RawDataElement] = {}

    def __getitem__(self, key: BaseTag) -> DataElement | RawDataElement:
        tag = int(key)
        if tag not in self._made:
            self._made[tag] = self._walk.element(BaseTag(tag), self._spans[tag], self._encoding)
        return self._made[tag]

    def get(self, key: BaseTag, default: Any = None) -> Any:
        return self[key] if int(key) in self._spans else default

    def __contains__(self, key: object) -> bool:
        return isinstance(key, int) and int(key) in self._spans

    def __setitem__(self, key: BaseTag, element: DataElement | RawDataElement) -> None:
        self._spans.setdefault(int(key), (b"", 0, 0))
        self._made[int(key)] = element

    def __delitem__(self, key: BaseTag) -> None:
        del self._spans[int(key)]
        self._made.pop(int(key), None)

    def __iter__(self) -> Iterator[BaseTag]:
        return map(BaseTag, self._spans)

    def __len__(self) -> int:
        return len(self._spans)


def walked_sequence(
    tag: int, content: bytes, span: Span, encoding: Encoding, character_set: Characters
) -> WalkedSequence | None:
    """The sequence in a little-endian object; None where it has no end, or pydicom has to read its text.

    Raises
    ------
    DicomError
        ``dicom.too-deep``, ``dicom.too-many-elements``
    """
    walk = _Walk(content, character_set)
    try:
        walk.items(span[1], span[1] + span[2], _inner(span, encoding), 1, "closed")
    except DicomError as trouble:
        if trouble.code in _BEYOND_LIMITS:
            raise
        return None
    if any(_CHARACTER_SET in spans for spans, _ in walk.levels.values()):
        return None
    return walk.sequence(BaseTag(tag), span, encoding)


def is_sequence(tag: int, span: Span) -> bool:
    """Whether an element is a sequence by its VR, by its undefined length or, without a VR, by its tag."""
    if len(span) == 4:
        return span[0] not in _BYTES
    return span[0] == b"SQ" or (span[0] == b"" and dictionary_has_tag(tag) and dictionary_VR(tag) == "SQ")


def _inner(span: Span, encoding: Encoding) -> Encoding:
    return span[3] if len(span) == 4 else encoding
