"""Which numbers an attribute can hold. A number beyond them is no measurement, and may be somebody's.

A hospital number fits into any attribute of digits, and the bytes of a name into any binary number. Each
kept attribute of numbers therefore has limits, wide enough for whatever scanners write and too narrow for
most of what else may stand there: read as binary numbers, letters and digits are far too large or far too
close to zero. `proof` asks here as well, because such a value was never a fact. What a small number cannot
be told from (a day of the month, an initial's code) stays.
"""

from __future__ import annotations

import array
import functools
import math
import re
import sys
from collections.abc import Sequence
from typing import Final

from adcurate.dicom.deidentification.keep_list import KEPT, KEPT_PRIVATE, Kept

BINARY_UNITS: Final = {"US": "H", "SS": "h", "UL": "I", "SL": "i", "FL": "f", "FD": "d", "AT": "H"}
# What a scanner numbers series, acquisitions and images with; longer numbers are dates and hospital numbers.
MOST_ORDINAL: Final = 99_999

_SMALLEST_BINARY: Final = {"FL": 1e-9, "FD": 1e-24}
# b = 10**9 + 800 is how GE says 800 s/mm^2 of a series with several b-values.
_GE_B_OFFSET: Final = 1e9
_GE_B_VALUES: Final = frozenset(["b-value and flags", "b-value bias"])
_MOST_B: Final = 65_535.0

# Any 16-bit number below this holds a byte that is no printable character.
_BELOW_TEXT: Final = 0x2000

# The largest number, of either sign, that each attribute can hold.
_PUBLIC: Final[tuple[tuple[float, str], ...]] = (
    (20_000, "00081160 00280008"),
    (1_000, "00180050 00180088 00280030 00180083 00180086 00180091"),
    (200_000, "00180080 00180081 00180082 00189082 00181060"),
    (60, "00180087"),
    (_BELOW_TEXT, "00209156 00209162 00209163"),
    (_BELOW_TEXT, "00180089 00181310 00189058 00189093 00189231 00189240 00189241 00280010 00280011"),
    (1_000, "00180093 00180094"),
    (99_999, "00180095 00181100"),
    (360, "00181314"),
    (100, "00189069 00189155 00280002 00280100 00280101 00280102 00280103"),
    (131_071, "00189073 00189220 00281050 00281051 00281052 00281053 00409224 00409225"),
    (_MOST_B, "00189087 00189602 00189603 00189604 00189605 00189606 00189607"),
    (10, "00189089 00200037"),
    (MOST_ORDINAL, "00200013 00200100 00200105 00201002 00209057 00209128 00209157 00209228"),
    (10_000, "00200032 00201041"),
    (65_536, "00280034 00280106 00280107 00280120 00409211 00409216"),
)
_FREQUENCIES: Final = frozenset([0x00180084, 0x00189098])
# Private attributes by what they are called on the keep-list.
_PRIVATE: Final[tuple[tuple[str, float], ...]] = (
    ("number of", 4_096),
    ("tiles", 4_096),
    ("slice number", 4_096),
    ("direction", 10),
    ("normal", 10),
    ("position", 10_000),
    ("b-matrix", _MOST_B),
    ("b-value", _MOST_B),
    ("slope", 131_071),
    ("intercept", 131_071),
    ("bandwidth", 99_999),
    ("duration", 9_999_999),
    ("kind", 4_096),
    ("type", 4_096),
)
_FIELDS: Final = (0.55, 1.0, 1.5, 3.0, 5.0, 7.0, 9.4, 11.7)
# Letters, digits and what stands between them in names, numbers and dates.
_LIKE_TEXT: Final = re.compile(r"[\w ^.,=/'\-]+")
_POINTED: Final = frozenset((tag >> 16, tag & 0xFFFF) for tag in KEPT)
_POINTED_PRIVATE: Final = frozenset((group, element) for group, _, element in KEPT_PRIVATE)


@functools.cache
def _limits() -> dict[int, float]:
    return {int(tag, 16): limit for limit, tags in _PUBLIC for tag in tags.split()}


def are_plausible(kept: Kept, tag: int, numbers: Sequence[float]) -> bool:
    """Whether all numbers are such as the attribute can hold."""
    if tag in _FREQUENCIES:
        # In MHz by the standard, in Hz by one maker; eight whole digits are neither.
        return all(0 <= one <= 1_000 or (1e7 <= one <= 1e9 and _is_resonance(one)) for one in numbers)
    if kept.name in _GE_B_VALUES:
        return all(abs(one) <= _MOST_B or 0 <= one % _GE_B_OFFSET <= _MOST_B for one in numbers)
    limit = _limit_of(kept, tag)
    return all(abs(one) <= limit for one in numbers)


def is_scanner_ordinal(number: int) -> bool:
    """Whether a series or acquisition may bear this number.

    Up to five digits, or as ParaVision makes it of two small ones: experiment * 65536 + processing.
    """
    experiment, processing = divmod(number, 1 << 16)
    return abs(number) <= MOST_ORDINAL or (experiment <= 4_096 and 1 <= processing <= 64)


def binary_numbers(vr: str, raw: bytes, is_big: bool) -> array.array[float] | None:
    """The numbers in `raw`, in the machine's byte order; None where the last one is cut."""
    numbers: array.array[float] = array.array(BINARY_UNITS[vr])
    if len(raw) % numbers.itemsize:
        return None
    numbers.frombytes(raw)
    if is_big != (sys.byteorder == "big"):
        numbers.byteswap()
    return numbers


def are_plausible_bytes(kept: Kept, tag: int, vr: str, raw: bytes, is_big: bool) -> bool:
    """Whether a binary value holds numbers that the attribute can hold, and is not text."""
    numbers = binary_numbers(vr, raw, is_big)
    if numbers is None:
        return False
    if vr == "AT":
        return all(_is_known(numbers[at], numbers[at + 1]) for at in range(0, len(numbers) - 1, 2))
    if vr in ("FL", "FD"):
        smallest = _SMALLEST_BINARY[vr]
        if not all(math.isfinite(one) and (one == 0 or abs(one) >= smallest) for one in numbers):
            return False
        if _is_text(raw):
            return False
    return are_plausible(kept, tag, numbers)


def _limit_of(kept: Kept, tag: int) -> float:
    if not tag >> 16 & 1:
        return _limits().get(tag, math.inf)
    return next((limit for word, limit in _PRIVATE if word in kept.name), math.inf)


def _is_resonance(hertz: float) -> bool:
    """Whether protons precess at this frequency at a field strength that is built."""
    return any(abs(hertz / 42.577e6 / tesla - 1) < 0.05 for tesla in _FIELDS)


def _is_known(group: int | float, element: int | float) -> bool:
    place = (int(group), int(element))
    if place[0] & 1:
        return (place[0], place[1] & 0xFF) in _POINTED_PRIVATE and place[1] >= 0x1000
    return place in _POINTED


def _is_text(raw: bytes) -> bool:
    """Whether four bytes or more are letters and digits; zeros and blanks at the end do not count."""
    content = raw.rstrip(b"\0 ")
    if len(content) < 4:
        return False
    try:
        return _LIKE_TEXT.fullmatch(content.decode("utf-8")) is not None
    except UnicodeDecodeError:
        return False
