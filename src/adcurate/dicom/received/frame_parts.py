"""The compressed bytes of each frame: fragments joined as the offset tables and the streams themselves say.

Source: DICOM PS3.5 section A.4.
"""

from __future__ import annotations

import struct

from adcurate.dicom.received.structure import Element, WalkedObject, fragments

_EXTENDED_OFFSETS = 0x7FE00001
_STREAM_STARTS = (b"\xff\xd8\xff", b"\xff\x4f\xff\x51")


def frame_parts(walked: WalkedObject, element: Element, n_frames: int) -> list[bytes]:
    """The bytes of each frame; another number of parts than `n_frames` where they cannot be told apart.

    Parameters
    ----------
    walked, element
        An object and its encapsulated pixel data.
    n_frames
        As the header says.
    """
    table, *parts = fragments(walked, element) or [b""]
    if n_frames == 1:
        return [b"".join(parts)] if parts else []
    if len(parts) == n_frames:
        return parts
    offsets = _offsets(walked, table, n_frames)
    starts: list[list[bytes]] = []
    position = 0
    for part in parts:
        begins = position in offsets if offsets else part.startswith(_STREAM_STARTS)
        if begins or not starts:
            starts.append([part])
        else:
            starts[-1].append(part)
        position += 8 + len(part)
    return [b"".join(members) for members in starts]


def _offsets(walked: WalkedObject, table: bytes, n_frames: int) -> frozenset[int]:
    """Where frames begin, counted from the first fragment; empty where no table says so."""
    extended = walked.elements.get(_EXTENDED_OFFSETS)
    if extended is not None and extended.length == 8 * n_frames:
        return frozenset(struct.unpack(f"<{n_frames}Q", walked.raw(extended)))
    if len(table) == 4 * n_frames:
        return frozenset(struct.unpack(f"<{n_frames}L", table))
    return frozenset()
