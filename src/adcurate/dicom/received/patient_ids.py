"""The Patient IDs in received bytes, also in those that no reader could take apart: to find, not to use."""

from __future__ import annotations

import re
from typing import Final

# Patient ID (0010,0020) as explicit little endian, implicit little endian, and explicit big endian.
_PLACES: Final = (
    (re.compile(rb"\x10\x00\x20\x00LO(..)", re.DOTALL), "little"),
    (re.compile(rb"\x10\x00\x20\x00(..)\x00\x00", re.DOTALL), "little"),
    (re.compile(rb"\x00\x10\x00\x20LO(..)", re.DOTALL), "big"),
)
_LONGEST: Final = 128


def patient_ids_in(content: bytes) -> frozenset[str]:
    """Every text that stands where a Patient ID would."""
    found = set()
    for place, order in _PLACES:
        for match in place.finditer(content):
            length = int.from_bytes(match[1], "little" if order == "little" else "big")
            if 0 < length <= _LONGEST:
                raw = content[match.end() : match.end() + length].strip(b" \0")
                found.add(raw.decode("utf-8", "replace"))
    return frozenset(found - {""})
