"""The Siemens CSA header: a private binary table of named values inside (0029,1010).

Layout of the ``SV10`` form: 4 bytes magic, 4 bytes, then the number of tags; each tag has a name (64 bytes),
VM, VR, type and number of items; each item four lengths (the second is its own) and text padded to four
bytes. Bounds are checked at every step: a lying length ends the parse, and what was read stays.
"""

from __future__ import annotations

import math
import struct
from collections.abc import Mapping
from typing import Final

_MAGIC: Final = b"SV10"
_MOST_TAGS: Final = 1000
_MOST_ITEMS: Final = 1000
_TAG: Final = struct.Struct("<64si4siii")
_ITEM: Final = struct.Struct("<4i")


def parse_csa(content: object) -> Mapping[str, tuple[str, ...]]:
    """Names to their non-empty values as text; nothing for bytes that are not this table."""
    if not isinstance(content, (bytes, bytearray)) or content[:4] != _MAGIC or len(content) < 16:
        return {}
    (n_tags,) = struct.unpack_from("<I", content, 8)
    offset = 16
    found: dict[str, tuple[str, ...]] = {}
    for _ in range(min(n_tags, _MOST_TAGS)):
        if offset + _TAG.size > len(content):
            break
        raw_name, _, _, _, n_items, _ = _TAG.unpack_from(content, offset)
        offset += _TAG.size
        if not 0 <= n_items <= _MOST_ITEMS:
            break
        values = []
        for _ in range(n_items):
            if offset + _ITEM.size > len(content):
                return found
            length = _ITEM.unpack_from(content, offset)[1]
            offset += _ITEM.size
            if not 0 <= length <= len(content) - offset:
                return found
            value = (
                bytes(content[offset : offset + length]).split(b"\0")[0].decode("ascii", "replace").strip()
            )
            offset += (length + 3) // 4 * 4
            if value:
                values.append(value)
        found[raw_name.split(b"\0")[0].decode("ascii", "replace")] = tuple(values)
    return found


def csa_numbers(csa: Mapping[str, tuple[str, ...]], name: str) -> tuple[float, ...]:
    """A tag's values as finite numbers, nothing if one is not."""
    try:
        values = tuple(float(value) for value in csa.get(name, ()))
    except ValueError:
        return ()
    return values if all(math.isfinite(value) for value in values) else ()


def csa_text(csa: Mapping[str, tuple[str, ...]], name: str) -> str:
    """A tag's first value, or an empty text."""
    values = csa.get(name, ())
    return values[0] if values else ""
