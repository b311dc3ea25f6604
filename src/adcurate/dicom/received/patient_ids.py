"""Patient IDs and exams' UIDs in received bytes, also where no reader could take them apart: to find only."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Final

# Patient ID (0010,0020) as explicit little endian, implicit little endian, and explicit big endian.
_PLACES: Final = (
    (re.compile(rb"\x10\x00\x20\x00LO(..)", re.DOTALL), "little"),
    (re.compile(rb"\x10\x00\x20\x00(..)\x00\x00", re.DOTALL), "little"),
    (re.compile(rb"\x00\x10\x00\x20LO(..)", re.DOTALL), "big"),
)
# Study Instance UID (0020,000D), likewise.
_EXAM_PLACES: Final = (
    (re.compile(rb"\x20\x00\x0d\x00UI(..)", re.DOTALL), "little"),
    (re.compile(rb"\x20\x00\x0d\x00(..)\x00\x00", re.DOTALL), "little"),
    (re.compile(rb"\x00\x20\x00\x0dUI(..)", re.DOTALL), "big"),
)
_LONGEST: Final = 128


def patient_ids_in(content: bytes) -> frozenset[str]:
    """Every text that stands where a Patient ID would."""
    return _texts_at(_PLACES, content)


def exams_in(content: bytes) -> frozenset[str]:
    """Every text that stands where a Study Instance UID would."""
    return _texts_at(_EXAM_PLACES, content)


def _texts_at(places: Iterable[tuple[re.Pattern[bytes], str]], content: bytes) -> frozenset[str]:
    found = set()
    for place, order in places:
        for match in place.finditer(content):
            length = int.from_bytes(match[1], "little" if order == "little" else "big")
            if 0 < length <= _LONGEST:
                raw = content[match.end() : match.end() + length].strip(b" \0")
                found.add(raw.decode("utf-8", "replace"))
    return frozenset(found - {""})
