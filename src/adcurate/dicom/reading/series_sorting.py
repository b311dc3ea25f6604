"""Images of one series UID to series: one for each role that they play, with kind, b-values and findings."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from adcurate.dicom.reading.frames import FrameFacts, ObjectFacts
from adcurate.dicom.reading.series_findings import findings_of
from adcurate.dicom.reading.series_kind import TRACE_WORDS, KindVerdict, Role, role_of_words, tell_kind
from adcurate.dicom.reading.uneven_signals import Timing, mistimed, uneven_slices
from adcurate.findings import Finding
from adcurate.model import BValue, Frame, Series, group_b_values

_ABSENT: Final = BValue(0.0, "no b-value tag in a diffusion series", inferred=True)
_STATED: Final = frozenset({"b-value.range", "b-value.unreadable"})


def series_of(members: Sequence[ObjectFacts]) -> list[Series]:
    """The series of one UID: one, or one for each role that its images play."""
    by_role: dict[Role, list[tuple[ObjectFacts, FrameFacts]]] = defaultdict(list)
    for facts in members:
        for frame in facts.frames:
            by_role[role_of_words(frame.image_type)].append((facts, frame))
    split: tuple[Finding, ...] = ()
    if len(by_role) > 1:
        split = (
            Finding(
                "series.split",
                f"The series holds images of {len(by_role)} kinds; each is treated as its own series.",
                "note",
            ),
        )
    if members[0].is_parametric_map:
        split += (
            Finding(
                "adc-map.computed",
                "The ADC map is a Parametric Map, which programs write; nobody can tell whether the scanner "
                "made it. Where the exam has the scanner's own series too, that one comes first.",
                "warning",
            ),
        )
    return [_one_series(pairs, split) for pairs in by_role.values()]


def _one_series(pairs: Sequence[tuple[ObjectFacts, FrameFacts]], split: tuple[Finding, ...]) -> Series:
    first = pairs[0][0]
    weighted = [f for _, f in pairs if f.frame.b_value is not None and f.frame.b_value.value > 0]
    telling = weighted or [frame for _, frame in pairs]
    words = tuple(dict.fromkeys(word for frame in telling for word in frame.image_type))
    traces = [frame for frame in telling if _is_trace(frame)]
    if 0 < len(traces) < len(telling):
        # The scanner's trace images stand among the directions: they are named, and the series is none.
        words = tuple(word for word in words if word.upper() not in TRACE_WORDS)
        for_trace = {id(frame.frame) for frame in traces}
    else:
        for_trace = set()
    frames = [
        replace(f.frame, directionality="isotropic") if id(f.frame) in for_trace else f.frame
        for _, f in pairs
    ]
    verdict = tell_kind(replace(first.hints, image_type=words), frames)
    stated = [bool(_STATED & set(frame.remarks)) for _, frame in pairs]
    frames, zeros = _with_inferred_zeros(frames, stated, verdict, first)
    b_values = _b_values_of(frames, verdict)
    remarks = Counter(remark for _, frame in pairs for remark in frame.remarks)
    found = findings_of(verdict, frames, b_values, remarks, zeros)
    if b_values:
        timings = [(frame.echo_time_ms, frame.repetition_time_ms) for _, frame in pairs]
        frames, uneven = _without_uneven(frames, timings, verdict)
        found += tuple(uneven)
        b_values = _b_values_of(frames, verdict)
    facts = [frame_facts for _, frame_facts in pairs]
    fitted = next((f for f, one in zip(facts, frames, strict=True) if one.b_value is not None), facts[0])
    frames.sort(key=_frame_order)
    return Series(
        series_instance_uid=first.series_instance_uid,
        number=first.number,
        description=first.description,
        kind=verdict.kind,
        kind_evidence=verdict.evidence,
        vendor=first.dialect.VENDOR,
        manufacturer=first.manufacturer,
        model=first.model,
        field_strength_t=first.field_strength_t,
        software=first.software,
        repetition_time_ms=fitted.repetition_time_ms,
        echo_time_ms=fitted.echo_time_ms,
        frame_of_reference_uid=first.frame_of_reference_uid,
        frames=tuple(frames),
        b_values=b_values,
        findings=(*split, *found),
    )


def _b_values_of(frames: Sequence[Frame], verdict: KindVerdict) -> tuple[float, ...]:
    if verdict.kind not in ("dwi", "trace"):
        return ()
    known = [frame.b_value.value for frame in frames if frame.b_value is not None]
    return tuple(group.value for group in group_b_values(known))


def _without_uneven(
    frames: Sequence[Frame], timings: Sequence[Timing], verdict: KindVerdict
) -> tuple[list[Frame], list[Finding]]:
    """The frames, those without a b-value that cannot stand in a fit beside the others."""
    left_out, found = mistimed(frames, timings)
    kept = [replace(frame, b_value=None) if i in left_out else frame for i, frame in enumerate(frames)]
    left_out, uneven = uneven_slices(kept, [verdict.kind == "trace"] * len(kept))
    kept = [replace(frame, b_value=None) if i in left_out else frame for i, frame in enumerate(kept)]
    return kept, found + uneven


def _frame_order(frame: Frame) -> tuple[float, int, str, int, int]:
    """By b-value, then as the scanner numbered them."""
    b = -1.0 if frame.b_value is None else frame.b_value.value
    return (b, frame.instance_number or 0, frame.sop_instance_uid, frame.frame_number, frame.tile)


def _is_trace(frame: FrameFacts) -> bool:
    return any(word.upper() in TRACE_WORDS for word in frame.image_type)


def _with_inferred_zeros(
    frames: list[Frame], stated: Sequence[bool], verdict: KindVerdict, facts: ObjectFacts
) -> tuple[list[Frame], int]:
    """Absent b-values read as 0 where that is what absence means, and only beside weighted images.

    It means so where the image says that it has no diffusion weighting, and where the vendor leaves the tag
    off its b = 0 images. An image with a direction or with an unreadable b-value (`stated`) is none.
    """
    if verdict.kind not in ("dwi", "trace") or all(frame.b_value is None for frame in frames):
        return frames, 0
    read: list[Frame] = []
    n_inferred = 0
    for frame, is_stated in zip(frames, stated, strict=True):
        if frame.b_value is None and not is_stated and frame.direction is None:
            if frame.directionality == "none":
                frame = replace(frame, b_value=BValue(0.0, "(0018,9075) NONE"))
            elif facts.dialect.ABSENT_MEANS_ZERO:
                frame = replace(frame, b_value=_ABSENT)
                n_inferred += 1
        read.append(frame)
    return read, n_inferred
