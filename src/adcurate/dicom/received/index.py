"""The header of one object from its first bytes: wanted elements, and where the pixels lie.

No data set is made and no value converted: `headers` does that, and pydicom for what is rare. A plain header
is gone through in one tight loop, which gives up at the first thing that is not plain; then, and for every
sequence, the walk is the one that guards ingest (`walker`), so what leads a parser astray is refused here.
"""

from __future__ import annotations

import struct
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from typing import Protocol, runtime_checkable

from adcurate.dicom.received.elements import (
    LONG_VRS,
    PIXEL_DATA,
    SHORT_VRS,
    UNDEFINED,
    Encoding,
    Span,
    truncated,
)
from adcurate.dicom.received.inflate import inflate_bounded
from adcurate.dicom.received.structure import declared_syntax, encoding_of, file_meta
from adcurate.dicom.received.transfer_syntax import DEFLATED, EXPLICIT_LITTLE
from adcurate.dicom.received.walker import MAXIMUM_TOP_ELEMENTS, MoreNeededError, Walker
from adcurate.errors import DicomError

FIRST_BYTES = 32 * 1024
_MOST_HEAD_BYTES = 256 * 2**20
# A tag as four bytes of a little-endian file make it one number: element before group.
_META_CLASS, _META_SYNTAX, _PIXELS = 0x00020002, 0x00100002, 0x00107FE0
_HEAD = struct.Struct("<L2sH")
_LENGTH = struct.Struct("<L")
_NAMED_EXPLICIT = frozenset(EXPLICIT_LITTLE.encode() + padding for padding in (b"", b"\0", b" "))


class Wanted:
    """The tags that an index is asked for."""

    def __init__(self, tags: Iterable[int]) -> None:
        self.tags = frozenset(int(tag) for tag in tags)
        self.by_bytes = {(tag & 0xFFFF) << 16 | tag >> 16: tag for tag in self.tags}


@runtime_checkable
class PartlyRead(Protocol):
    """A source whose first bytes can be had without the others."""

    def read_head(self, n_bytes: int) -> tuple[bytes, int]:
        """The first bytes, and how many there are in all."""


@dataclass(slots=True, eq=False)
class ObjectIndex:
    """The elements of one object as they stand, and where its pixels are.

    `pixel_start` is -1 without pixels, `pixel_length` -1 where they are encapsulated. `content` is the head
    of the object that was looked at. `is_inflated` says that offsets count in what was unpacked, which is
    then `content`, and not in the file. `places` or `spans` say where elements are.
    """

    content: bytes = field(repr=False)
    encoding: Encoding
    transfer_syntax_uid: str
    media_class_uid: str
    pixel_tag: int
    pixel_start: int
    pixel_length: int
    n_bytes: int
    places: dict[int, int] | None = field(default=None, repr=False)
    spans: dict[int, Span] = field(default_factory=dict, repr=False)
    is_inflated: bool = False

    def span(self, tag: int) -> Span | None:
        """Where the value of one element lies, None where it is absent."""
        if self.places is None:
            return self.spans.get(tag)
        place = self.places.get((tag & 0xFFFF) << 16 | tag >> 16)
        return None if place is None else _span_at(self.content, place)

    def value(self, tag: int) -> bytes | None:
        """The bytes of one wanted element, None where it is absent."""
        span = self.span(tag)
        return None if span is None else self.content[span[1] : span[1] + span[2]]

    def found(self, wanted: Wanted) -> Iterator[tuple[int, Span]]:
        """Those of the wanted elements that are there."""
        if self.places is None:
            for tag in wanted.tags.intersection(self.spans):
                yield tag, self.spans[tag]
        else:
            by_bytes, content = wanted.by_bytes, self.content
            for turned, place in self.places.items():
                if turned in by_bytes:
                    yield by_bytes[turned], _span_at(content, place)

    def values(self, wanted: Wanted) -> dict[int, bytes]:
        """The bytes of those of the wanted elements that are there."""
        content = self.content
        if self.places is None:
            return {tag: content[span[1] : span[1] + span[2]] for tag, span in self.found(wanted)}
        places, unpack, short = self.places, _HEAD.unpack_from, SHORT_VRS
        values = {}
        for turned, tag in wanted.by_bytes.items():
            if turned in places:
                start = places[turned] + 8
                _, vr, length = unpack(content, start - 8)
                if vr not in short:
                    (length,) = _LENGTH.unpack_from(content, start)
                    start += 4
                values[tag] = content[start : start + length]
        return values

    def check_items(self, span: Span) -> None:
        """Follow a sequence to its end before a parser does.

        Raises
        ------
        DicomError
            ``dicom.too-deep``, ``dicom.too-many-elements``
        """
        Walker(self.content, len(self.content), "thorough").check_items(span, self.encoding)


def index_object(content: bytes, wanted: Wanted) -> ObjectIndex:
    """The index of an object whose bytes are all here.

    Raises
    ------
    DicomError
        ``dicom.not-dicom``, ``dicom.truncated``, ``dicom.malformed``, ``dicom.too-deep``,
        ``dicom.too-many-elements``, ``dicom.duplicate-tag``, ``dicom.bomb``
    """
    return _plain(content, len(content)) or _indexed(content, len(content), wanted)


def index_source(source: PartlyRead, wanted: Wanted) -> ObjectIndex:
    """The index from as few of the first bytes as hold it; errors as `index_object`, and the source's own."""
    head, n_bytes = source.read_head(FIRST_BYTES)
    return _plain(head, n_bytes) or _from_more(source.read_head, head, n_bytes, wanted)


def _from_more(
    read_head: Callable[[int], tuple[bytes, int]], head: bytes, n_bytes: int, wanted: Wanted
) -> ObjectIndex:
    n_wanted = FIRST_BYTES
    while True:
        try:
            return _indexed(head, n_bytes, wanted)
        except MoreNeededError as more:
            if n_wanted >= n_bytes or n_wanted >= _MOST_HEAD_BYTES:
                raise truncated() from None
            n_wanted = max(4 * n_wanted, more.position + FIRST_BYTES)
        head, n_bytes = read_head(n_wanted)


def _plain(head: bytes, n_bytes: int) -> ObjectIndex | None:
    """The index of an Explicit VR Little Endian file in order, None for anything else."""
    if head[128:132] != b"DICM":
        return None
    unpack, short = _HEAD.unpack_from, SHORT_VRS
    places: dict[int, int] = {}
    position = 132
    count = start = length = 0
    try:
        while count < MAXIMUM_TOP_ELEMENTS:
            count += 1
            turned, vr, length = unpack(head, position)
            places[turned] = position
            if vr in short:
                position += 8 + length
                continue
            (length,) = _LENGTH.unpack_from(head, position + 8)
            if turned == _PIXELS:
                break
            if vr not in LONG_VRS or length == UNDEFINED:
                return None
            position += 12 + length
    except struct.error:
        return None
    start = position + 12
    syntax = _bytes_at(head, places, _META_SYNTAX)
    encapsulated = length == UNDEFINED
    if (
        len(places) != count
        or _PIXELS not in places
        or start > len(head)
        or (not encapsulated and start + length > n_bytes)
        or (syntax not in _NAMED_EXPLICIT and not encapsulated)
    ):
        return None
    media = _bytes_at(head, places, _META_CLASS)
    return ObjectIndex(
        head,
        "explicit-little",
        syntax.decode("latin-1").strip(" \0"),
        media.decode("latin-1").strip(" \0"),
        PIXEL_DATA,
        start,
        -1 if encapsulated else length,
        n_bytes,
        places,
    )


def _span_at(content: bytes, place: int) -> Span:
    _, vr, length = _HEAD.unpack_from(content, place)
    if vr in SHORT_VRS:
        return vr, place + 8, length
    return vr, place + 12, _LENGTH.unpack_from(content, place + 8)[0]


def _bytes_at(content: bytes, places: dict[int, int], turned: int) -> bytes:
    place = places.get(turned)
    if place is None:
        return b""
    _, start, length = _span_at(content, place)[:3]
    return content[start : start + length]


def _indexed(head: bytes, n_bytes: int, wanted: Wanted) -> ObjectIndex:
    try:
        start, meta, _ = file_meta(head)
    except DicomError:
        if len(head) < n_bytes and head[128:132] == b"DICM":
            raise MoreNeededError(len(head)) from None
        raise
    syntax = declared_syntax(head, meta)
    is_inflated = syntax == DEFLATED
    if is_inflated:
        if len(head) < n_bytes:
            raise MoreNeededError(n_bytes)
        head = head[:start] + inflate_bounded(head, start)[0]
        n_bytes = len(head)
    encoding, _ = encoding_of(head, start, syntax)
    spans, _ = Walker(head, n_bytes, "needed").level(start, n_bytes, encoding, 0, "object")
    media = meta.get(0x00020002)
    index = ObjectIndex(
        head,
        encoding,
        syntax,
        "" if media is None else head[media[1] : media[1] + media[2]].decode("latin-1").strip(" \0"),
        *_pixels(spans),
        n_bytes,
        None,
        spans,
        is_inflated,
    )
    if len(head) < n_bytes and not 0 <= index.pixel_start <= len(head):
        for _, span in index.found(wanted):
            if span[1] + span[2] > len(head):
                raise MoreNeededError(span[1] + span[2])
    return index


def _pixels(spans: dict[int, Span]) -> tuple[int, int, int]:
    """Tag, first byte and length of the pixel data."""
    for tag in (PIXEL_DATA, 0x7FE00008, 0x7FE00009):
        if tag in spans:
            span = spans[tag]
            return tag, span[1], -1 if len(span) == 4 else span[2]
    return 0, -1, 0
