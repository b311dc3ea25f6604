"""Which grades one quantity allows under an edition: one where it lies inside a band, else several.

A quantity is an interval and so may meet several bands, or the gap that an edition's wording leaves between
two bands. Nothing here knows necrosis or differentiation.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

from adcurate.findings import Finding
from adcurate.grading.editions import GRADES, Band, Edition, Grade
from adcurate.grading.quantity import Ki67, Mitoses


@dataclass(frozen=True, slots=True)
class BandReading:
    """The grades that one quantity allows, lowest first, and what was odd about it."""

    grades: tuple[Grade, ...]
    findings: tuple[Finding, ...]


def read_bands(
    quantity: Ki67 | Mitoses | None, bands: tuple[Band, ...], what: str, book: Edition
) -> BandReading:
    """The grades of `bands` that `quantity` meets; none where the quantity or the bands are missing.

    In a gap between two bands both neighbours stay open (``grading.gap``); so do all that a range meets
    (``grading.range-across-limit``). The upper limit of the second band is noted (``grading.at-limit``).
    """
    if quantity is None or not bands:
        return BandReading((), ())
    inside = tuple(band.grade for band in bands if _meets(quantity, band))
    gaps = [
        Band(below.grade, below.high, above.low, not below.high_closed, not above.low_closed)
        for below, above in pairwise(bands)
        if below.high < above.low
    ]
    for gap in gaps:
        if _meets(quantity, gap):
            allowed = {*inside, gap.grade, GRADES[GRADES.index(gap.grade) + 1]}
            sentence = (
                f"{what} reaches between {gap.low:g} and {gap.high:g}, to which the wording of {book.title} "
                f"gives no grade; {gap.grade} and the grade above it stay open."
            )
            return BandReading(in_order(allowed), (Finding("grading.gap", sentence),))
    findings: list[Finding] = []
    if len(inside) > 1:
        sentence = f"{what} is a range across a limit of {book.title}; {' and '.join(inside)} stay open."
        findings.append(Finding("grading.range-across-limit", sentence))
    elif quantity.low == quantity.high == bands[1].high:
        sentence = f"{what} is exactly {bands[1].high:g}, which is still {bands[1].grade} under {book.title}."
        findings.append(Finding("grading.at-limit", sentence, "note"))
    return BandReading(inside, tuple(findings))


def _meets(quantity: Ki67 | Mitoses, band: Band) -> bool:
    low, high = max(quantity.low, band.low), min(quantity.high, band.high)
    if low != high:
        return low < high
    low_in = (quantity.low < low or quantity.low_closed) and (band.low < low or band.low_closed)
    high_in = (quantity.high > high or quantity.high_closed) and (band.high > high or band.high_closed)
    return low_in and high_in


def higher(first: tuple[Grade, ...], second: tuple[Grade, ...]) -> tuple[Grade, ...]:
    """Every grade that can come out when the higher of two wins; a missing one leaves the other."""
    if not first or not second:
        return first or second
    return in_order({max(one, other) for one in first for other in second})


def in_order(grades: set[Grade]) -> tuple[Grade, ...]:
    """Grades from G1 to G3."""
    return tuple(name for name in GRADES if name in grades)
