"""Overlap of outlines, as text: the typical lesion, the worst one, and all of them in a table."""

from __future__ import annotations

from typing import Final

from adcurate.model.answers.overlap import LesionOverlap, OverlapAnswer, PairOverlap
from adcurate.report.answers.differences import counted
from adcurate.report.answers.view import AnswerView, TableView
from adcurate.report.numbers import show_number
from adcurate.report.scale import MarkerScale
from adcurate.statistics.groups import GroupSummary

DECIMALS: Final = {
    "dice": 3,
    "hausdorff_mm": 1,
    "hausdorff_95_mm": 1,
    "mean_distance_mm": 1,
    "size_ratio": 2,
}


def view_overlap(answer: OverlapAnswer, scale: MarkerScale) -> AnswerView:
    """Show every pair of readers; outlines are in mm, so that `scale` is not used."""
    return AnswerView(
        title="Do two readers outline the same lesion alike?",
        sentences=tuple(_sentence(pair) for pair in answer.pairs),
        tables=tuple(table for pair in answer.pairs if pair.lesions for table in _tables(pair)),
        notes=(
            "Dice: twice the shared area over the sum of both. Hausdorff: the largest distance from one line "
            "to the other; 95 %: the 95th percentile of these distances; mean: over both lines together. "
            "Areas are those of the outlines themselves, without voxels.",
        ),
    )


def lesion_name(one: LesionOverlap) -> str:
    """Subject, and the lesion's own name where it has one."""
    return f"{one.subject} / {one.lesion}" if one.lesion else one.subject


def _sentence(pair: PairOverlap) -> str:
    who = f"{pair.first} and {pair.second}"
    if not pair.lesions:
        return f"{who} outlined no lesion on the same slice{_left_out(pair)}."
    return (
        f"{who} both outlined {counted(len(pair.lesions), 'lesion')} on the same slice{_left_out(pair)}. "
        f"The Dice coefficient was {_spread(pair, 'dice', '', 'lowest')}, the Hausdorff distance "
        f"{_spread(pair, 'hausdorff_mm', ' mm', 'greatest')}, its 95th percentile "
        f"{_spread(pair, 'hausdorff_95_mm', ' mm', 'greatest')}, and the mean distance between the outlines "
        f"{_spread(pair, 'mean_distance_mm', ' mm', 'greatest')}. {_size(pair)}"
    )


def _size(pair: PairOverlap) -> str:
    found = pair.summaries.get("size_ratio")
    if found is None:
        return ""
    if found.n == 1:
        ratio = show_number(found.median, 2)
        return f"The area that {pair.second} enclosed was {ratio} times that of {pair.first}."
    shown = {name: show_number(getattr(found, name), 2) for name in ("median", "q1", "q3")}
    return (
        f"The area that {pair.second} enclosed was {shown['median']} times that of {pair.first} (median; "
        f"interquartile range {shown['q1']} to {shown['q3']})."
    )


def _spread(pair: PairOverlap, name: str, unit: str, end: str) -> str:
    found = pair.summaries.get(name)
    if found is None:
        return "not defined"
    extreme = found.minimum if end == "lowest" else found.maximum
    q1, q3, last = (show_number(value, DECIMALS[name]) for value in (found.q1, found.q3, extreme))
    if found.n == 1:
        return f"{last}{unit}"
    return (
        f"{show_number(found.median, DECIMALS[name])}{unit} in the median (interquartile range {q1} to {q3}; "
        f"{end} {last})"
    )


def _left_out(pair: PairOverlap) -> str:
    parts = []
    if pair.other_slice:
        parts.append(f"{counted(len(pair.other_slice), 'lesion')} drawn on different slices")
    if pair.one_reader:
        parts.append(f"{counted(len(pair.one_reader), 'lesion')} drawn by one of them only")
    return f" ({' and '.join(parts)} could not be compared)" if parts else ""


def _tables(pair: PairOverlap) -> tuple[TableView, TableView]:
    names = {
        "dice": "Dice",
        "hausdorff_mm": "Hausdorff, mm",
        "hausdorff_95_mm": "Hausdorff 95 %, mm",
        "mean_distance_mm": "mean distance, mm",
        "size_ratio": f"area {pair.second} / {pair.first}",
    }
    kind = next(iter(pair.summaries.values())).percentile_type if pair.summaries else 6
    return (
        TableView(
            f"{pair.first} and {pair.second}: overlap of outlines",
            ("quantity", "n", "median", "lower quartile", "upper quartile", "lowest", "highest"),
            tuple(
                (names[name], *_summary_row(found, DECIMALS[name])) for name, found in pair.summaries.items()
            ),
            note=f"Percentiles of type {kind}.",
        ),
        TableView(
            f"{pair.first} and {pair.second}: every lesion, from the least overlap",
            (
                *("lesion", "Dice", "Jaccard", "Hausdorff, mm", "Hausdorff 95 %, mm", "mean distance, mm"),
                *(f"area {pair.first}, mm²", f"area {pair.second}, mm²"),
            ),
            tuple(_lesion_row(one) for one in pair.lesions),
        ),
    )


def _summary_row(found: GroupSummary, decimals: int) -> tuple[str, ...]:
    values = (found.median, found.q1, found.q3, found.minimum, found.maximum)
    return (str(found.n), *(show_number(value, decimals) for value in values))


def _lesion_row(one: LesionOverlap) -> tuple[str, ...]:
    overlap = one.overlap
    return (
        lesion_name(one),
        show_number(overlap.dice, 3),
        show_number(overlap.jaccard, 3),
        show_number(overlap.distance.hausdorff, 1),
        show_number(overlap.distance.hausdorff_95, 1),
        show_number(overlap.distance.mean, 1),
        show_number(overlap.size_first, 0),
        show_number(overlap.size_second, 0),
    )
