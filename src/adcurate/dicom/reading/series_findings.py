"""What is odd about one series: its b-values, slices that do not form even volumes, scales that vary."""

from __future__ import annotations

import itertools
import statistics
from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Final

from adcurate.dicom.reading.b_value_findings import b_value_findings
from adcurate.dicom.reading.series_kind import KindVerdict
from adcurate.findings import Finding
from adcurate.model import Frame, group_b_values

POSITION_TOLERANCE_MM: Final = 0.05
_DIRECTION_TOLERANCE: Final = 1e-3


def findings_of(
    verdict: KindVerdict,
    frames: Sequence[Frame],
    b_values: Sequence[float],
    remarks: Mapping[str, int],
    n_inferred_zeros: int,
) -> tuple[Finding, ...]:
    """All findings of one series, b-values first."""
    found = b_value_findings(verdict, frames, b_values, remarks, n_inferred_zeros)
    if verdict.uncertain:
        found.append(
            Finding(
                "series.kind-uncertain",
                f"The series was taken for {verdict.kind} on weak or conflicting evidence; check it.",
                "warning",
                {"kind": verdict.kind},
            )
        )
    found += _geometry_findings(verdict, frames)
    found += _scale_findings(verdict, frames)
    return tuple(found)


def is_one_geometry(frames: Sequence[Frame]) -> bool:
    """Whether all frames share orientation, spacing and size, so that they stack along one normal."""
    first = frames[0].plane
    return all(
        plane.shape == first.shape
        and _near(plane.row_direction, first.row_direction, _DIRECTION_TOLERANCE)
        and _near(plane.column_direction, first.column_direction, _DIRECTION_TOLERANCE)
        and abs(plane.row_spacing_mm - first.row_spacing_mm) < 1e-3
        and abs(plane.column_spacing_mm - first.column_spacing_mm) < 1e-3
        for plane in (frame.plane for frame in frames)
    )


def slice_positions(frames: Sequence[Frame]) -> tuple[int, ...]:
    """For each frame, the number of its slice, counted from 0 along the first frame's normal."""
    normal, origin = frames[0].plane.normal, frames[0].plane.origin
    along = [
        sum((p - o) * n for p, o, n in zip(frame.plane.origin, origin, normal, strict=True))
        for frame in frames
    ]
    numbers = [0] * len(frames)
    order = sorted(range(len(frames)), key=along.__getitem__)
    for previous, current in itertools.pairwise(order):
        step = along[current] - along[previous] > POSITION_TOLERANCE_MM
        numbers[current] = numbers[previous] + int(step)
    return tuple(numbers)


def _near(first: Sequence[float], second: Sequence[float], tolerance: float) -> bool:
    return max(abs(a - b) for a, b in zip(first, second, strict=True)) < tolerance


def _geometry_findings(verdict: KindVerdict, frames: Sequence[Frame]) -> list[Finding]:
    if not is_one_geometry(frames):
        mixed = "The series mixes orientations, pixel spacings or matrix sizes; it does not form one volume."
        harmless = verdict.kind in ("t1", "t1_ce", "t2", "other")
        return [Finding("geometry.mixed", mixed, "note" if harmless else "serious")]
    found = []
    numbers = slice_positions(frames)
    first_at = dict(zip(numbers, frames, strict=True))
    ordered = [first_at[number].plane for number in sorted(first_at)]
    steps = [float(b.distance_mm([a.origin])[0]) * -1 for a, b in itertools.pairwise(ordered)]
    if len(steps) >= 2:
        usual = statistics.median(steps)
        gaps = sum(step > 1.5 * usual for step in steps)
        if gaps:
            found.append(
                Finding(
                    "geometry.slice-missing",
                    f"The slices are not evenly spaced: {gaps} of {len(steps)} gaps are wider than usual.",
                    "warning",
                    {"gaps": str(gaps)},
                )
            )
    found += _uneven_volumes(verdict, frames, numbers)
    return found


def _uneven_volumes(verdict: KindVerdict, frames: Sequence[Frame], numbers: Sequence[int]) -> list[Finding]:
    n_slices = max(numbers) + 1
    if verdict.kind in ("dwi", "trace"):
        known = [(n, f.b_value.value) for n, f in zip(numbers, frames, strict=True) if f.b_value is not None]
        short = sum(
            len({known[i][0] for i in group.members}) < n_slices
            for group in group_b_values([value for _, value in known])
        )
        if short:
            return [
                Finding(
                    "geometry.slice-missing",
                    f"{short} b-values lack slices that others have; those slices cannot be fitted.",
                    "serious",
                    {"b_values": str(short)},
                )
            ]
        return []
    most = max(Counter(numbers).values())
    if most == 1:
        return []
    sentence = f"Slices stand up to {most} times in the series."
    if verdict.kind == "adc":
        sentence += " Several maps may be interleaved; the series is not measured as one map."
        return [Finding("geometry.slice-twice", sentence, "serious", {"times": str(most)})]
    return [Finding("geometry.slice-twice", sentence, "note", {"times": str(most)})]


def _scale_findings(verdict: KindVerdict, frames: Sequence[Frame]) -> list[Finding]:
    found = []
    rescales = {(frame.rescale_slope, frame.rescale_intercept) for frame in frames}
    if len(rescales) > 1:
        found.append(
            Finding(
                "rescale.varies",
                f"The images have {len(rescales)} different rescales; each image's own is applied.",
                "note",
                {"rescales": str(len(rescales))},
            )
        )
    by_vendor = any(frame.rescale_type.lower() == "normalized" or frame.scale_slope for frame in frames)
    unscaled = len(rescales) > 1 and by_vendor and not all(frame.scale_slope for frame in frames)
    if unscaled and verdict.kind in ("dwi", "trace"):
        found.append(
            Finding(
                "scale.unknown",
                "The diffusion images are scaled differently for display and lack the vendor's scale slope; "
                "whether their signals can be compared is not known.",
                "serious",
            )
        )
    if len({frame.scale_slope for frame in frames}) > 1:
        found.append(
            Finding(
                "scale.varies",
                "The vendor's scale slope differs between images; a fit brings them to one scale.",
                "note",
            )
        )
    return found
