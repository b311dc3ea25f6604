"""Overlap of outlines: do two readers draw the same lesion alike?"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar, Final

from adcurate.arrays import Floats
from adcurate.findings import Finding
from adcurate.statistics.agreement import RegionOverlap
from adcurate.statistics.groups import GroupSummary

MEASURES: Final = ("dice", "hausdorff_mm", "hausdorff_95_mm", "mean_distance_mm", "size_ratio")


@dataclass(frozen=True, slots=True)
class OverlapQuestion:
    """Ask how alike readers outline a lesion. `readers`: whose outlines are compared, all when empty.

    Every two readers are compared over the lesions that both drew on the same slice. Outlines are known in a
    study only.
    """

    kind: ClassVar[str] = "overlap"
    readers: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, eq=False)
class DrawnRegion:
    """What one reader drew of one lesion on one slice.

    `rings` (the outer one, then holes) and `excluded` (parts that do not belong, each a list of rings) are
    points (n, 2) in mm to the right and up in the plane of the slice, as the image is shown. Slices of one
    lesion are told apart by `sop_instance_uid` and `frame_number`; a lesion's regions of one reader stand in
    the order of their slices.
    """

    subject: str
    lesion: str
    reader: str
    sop_instance_uid: str
    frame_number: int
    rings: tuple[Floats, ...]
    excluded: tuple[tuple[Floats, ...], ...] = ()


@dataclass(frozen=True, slots=True)
class LesionOverlap:
    """Two outlines of one lesion. `size_ratio` is the second's area over the first's, NaN over nothing."""

    subject: str
    lesion: str
    overlap: RegionOverlap
    size_ratio: float


@dataclass(frozen=True, slots=True, eq=False)
class ShownOutlines:
    """The outlines of a lesion to look at; `place` counts from the least overlap, 1, upwards."""

    place: int
    subject: str
    lesion: str
    first: DrawnRegion
    second: DrawnRegion


@dataclass(frozen=True, slots=True, eq=False)
class PairOverlap:
    """Two readers. `lesions` stand from the least Dice coefficient to the greatest.

    `summaries` has an entry for each of `MEASURES`, over the lesions for which it exists. `other_slice` are
    lesions (subject, lesion) drawn by both on different slices, and `one_reader` those that only one drew;
    neither is compared. `n_several_slices` lesions share several slices and are compared on the first.
    `shown` are the outlines of the least, the middle and the greatest overlap.
    """

    first: str
    second: str
    lesions: tuple[LesionOverlap, ...]
    summaries: Mapping[str, GroupSummary]
    other_slice: tuple[tuple[str, str], ...]
    one_reader: tuple[tuple[str, str], ...]
    n_several_slices: int
    shown: tuple[ShownOutlines, ...]


@dataclass(frozen=True, slots=True, eq=False)
class OverlapAnswer:
    """One entry for every two readers, by their names."""

    pairs: tuple[PairOverlap, ...]
    readers: tuple[str, ...]
    findings: tuple[Finding, ...] = ()

    @property
    def p_values(self) -> dict[str, float]:
        """No test is made."""
        return {}
