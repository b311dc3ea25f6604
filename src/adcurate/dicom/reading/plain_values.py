"""Values of the plain element types, without pydicom: codes, numbers as text, little-endian numbers.

What is not plain (another character set, an unknown VR, a damaged length) is answered with `NotImplemented`,
and pydicom converts it. For the accessors of `headers` both ways give the same; a property test says so.
"""

from __future__ import annotations

import struct
from typing import Any, Final

from pydicom.dataelem import RawDataElement

_TEXT: Final = frozenset({"CS", "DA", "TM", "UI", "LO", "SH", "DS", "IS"})
_BINARY: Final = {
    **{"US": ("H", 2), "SS": ("h", 2), "UL": ("L", 4), "SL": ("l", 4)},
    **{"FL": ("f", 4), "FD": ("d", 8)},
}


def plain_value(element: RawDataElement) -> Any:
    """The value as text, number or a list of either; `NotImplemented` where pydicom has to convert it."""
    content, vr = element.value, element.VR
    if content is None or vr is None:
        return NotImplemented
    if vr in _TEXT:
        # Escapes and bytes above ASCII need the object's character set.
        if not content.isascii() or b"\x1b" in content:
            return NotImplemented
        text = content.decode("ascii")
        if "\\" not in text:
            return text.rstrip("\0 ")
        return [part.rstrip("\0 ") for part in text.rstrip("\0 ").split("\\")]
    if vr in _BINARY and element.is_little_endian:
        letter, size = _BINARY[vr]
        count, rest = divmod(len(content), size)
        if rest or not count:
            return NotImplemented
        values = struct.unpack(f"<{count}{letter}", content)
        return values[0] if count == 1 else list(values)
    return NotImplemented
