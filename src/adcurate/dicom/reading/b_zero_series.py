"""The b = 0 images of a diffusion scan that a scanner or archive filed as a series of their own.

Nothing in such a series says diffusion. It is told from the exam: b = 0 by its tags (or none, where the
vendor leaves them off), on the grid and with the timing of a diffusion series that has no b = 0 itself.
Images that were derived from others, or whose type or name says what they are, are never taken for it.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from adcurate.dicom.reading.series_findings import is_one_geometry, slice_positions
from adcurate.dicom.reading.uneven_signals import TIMING_DIFFERS
from adcurate.dicom.vendors import DIALECTS
from adcurate.findings import Finding
from adcurate.model import BValue, Series

_SAME_TIMING: Final = 0.01
_HIGHEST_ZERO: Final = 1.0
_ABSENT: Final = BValue(0.0, "no b-value tag beside a diffusion series", inferred=True)
_TELLS_ANOTHER_KIND: Final = re.compile("image type|derived|series name")
_UNUSABLE: Final = frozenset({"b-value.range", "b-value.unreadable", TIMING_DIFFERS})
_EVIDENCE: Final = ("b = 0", "grid and timing of a diffusion series")


def name_b_zero_series(series: Sequence[Series]) -> list[Series]:
    """The exam's series, those that hold the b = 0 images of another one as ``dwi`` with that b-value."""
    lacking = [
        one
        for one in series
        if one.kind in ("dwi", "trace") and one.b_values and one.b_values[0] >= _HIGHEST_ZERO
    ]
    return [_as_b_zero(one) if any(_belongs(one, other) for other in lacking) else one for one in series]


def _belongs(one: Series, weighted: Series) -> bool:
    if one.kind not in ("other", "t2", "dwi") or one.b_values or one.vendor != weighted.vendor:
        return False
    if any(_TELLS_ANOTHER_KIND.match(evidence) for evidence in one.kind_evidence) or not _says_b_zero(one):
        return False
    same = one.frame_of_reference_uid == weighted.frame_of_reference_uid
    if not (same and _near(one.repetition_time_ms, weighted.repetition_time_ms)):
        return False
    if not _near(one.echo_time_ms, weighted.echo_time_ms):
        return False
    frames = (*one.frames, *weighted.frames)
    if not is_one_geometry(frames):
        return False
    positions = slice_positions(frames)
    own = set(positions[: len(one.frames)])
    return own == set(positions[len(one.frames) :])


def _says_b_zero(one: Series) -> bool:
    rows = [frame.b_value for frame in one.frames]
    if all(row is None for row in rows):
        plain = all(frame.direction is None for frame in one.frames)
        told = {finding.code for finding in one.findings} & _UNUSABLE
        return plain and not told and DIALECTS[one.vendor].ABSENT_MEANS_ZERO
    return all(row is not None and row.value < _HIGHEST_ZERO for row in rows)


def _as_b_zero(one: Series) -> Series:
    absent = sum(frame.b_value is None for frame in one.frames)
    frames = tuple(
        frame if frame.b_value is not None else replace(frame, b_value=_ABSENT) for frame in one.frames
    )
    found = tuple(
        finding
        for finding in one.findings
        if finding.code not in ("b-value.missing", "series.kind-uncertain")
    )
    if absent:
        sentence = f"{absent} images beside a diffusion series carry no b-value and are read as b = 0."
        found += (Finding("b-value.inferred-zero", sentence, "warning", {"frames": str(absent)}),)
    return replace(one, kind="dwi", kind_evidence=_EVIDENCE, frames=frames, b_values=(0.0,), findings=found)


def _near(first: float | None, second: float | None) -> bool:
    if first is None or second is None:
        return False
    return abs(first - second) <= _SAME_TIMING * max(abs(first), abs(second))
