"""One series that holds several maps of the same slices: which of them is the ADC map.

Some scanners (Bruker) file every map of a fit under one image type, slice by slice. No header tells
them apart; the exam's diffusion images do. A map that no refit proves is left alone, not guessed.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import replace

from adcurate.dicom.reading.series_findings import slice_positions
from adcurate.dicom.reading.unit_proof import prove_adc_unit
from adcurate.errors import AdcurateError
from adcurate.findings import Finding
from adcurate.model import Exam, Frame, Series


def images_of_slices(frames: Sequence[Frame]) -> list[list[int]]:
    """For each slice, the positions of its images in `frames`, in the order in which they were numbered."""
    found: dict[int, list[int]] = defaultdict(list)
    for i, position in enumerate(slice_positions(frames)):
        found[position].append(i)
    for members in found.values():
        members.sort(key=lambda i: number_order(frames[i]))
    return [found[position] for position in sorted(found)]


def number_order(frame: Frame) -> tuple[int, int, int, str]:
    """The scanner's own order of images."""
    return (frame.instance_number or 0, frame.frame_number, frame.tile, frame.sop_instance_uid)


def separate_maps(exam: Exam) -> Exam:
    """The exam with the ADC map of an interleaved series apart, where one map of it alone is proved.

    The others become a series of kind ``other`` with the same UID.
    """
    diffusion = exam.of_kind("dwi", "trace")
    series: list[Series] = []
    for one in exam.series:
        series += _separated(one, diffusion) if one.kind == "adc" and diffusion else (one,)
    return exam if len(series) == len(exam.series) else replace(exam, series=tuple(series))


def _separated(one: Series, diffusion: Sequence[Series]) -> tuple[Series, ...]:
    if not any(finding.code == "geometry.slice-twice" for finding in one.findings):
        return (one,)
    slices = images_of_slices(one.frames)
    counts = {len(members) for members in slices}
    if len(counts) != 1:
        return (one,)
    proved = []
    for turn in range(counts.pop()):
        members = {slice_[turn] for slice_ in slices}
        candidate = replace(one, frames=tuple(one.frames[i] for i in sorted(members)))
        try:
            unit = prove_adc_unit(candidate, diffusion).unit
        except AdcurateError:
            continue
        if unit.evidence == "refit":
            proved.append((turn, members, candidate))
    if len(proved) != 1:
        return (one,)
    turn, members, chosen = proved[0]
    kept = tuple(finding for finding in one.findings if finding.code != "geometry.slice-twice")
    said = Finding(
        "series.map-told-by-refit",
        f"The series holds {len(slices[0])} maps of each slice; number {turn + 1} is the ADC map, as a refit "
        "of the exam's own diffusion images shows.",
        "note",
        {"maps": str(len(slices[0])), "map": str(turn + 1)},
    )
    others = replace(
        one,
        kind="other",
        kind_evidence=("beside the ADC map in its series",),
        frames=tuple(frame for i, frame in enumerate(one.frames) if i not in members),
        findings=(),
    )
    return (replace(chosen, findings=(*kept, said)), others)
