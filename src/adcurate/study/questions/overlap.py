"""Overlap of outlines: lesions that two readers drew on the same slice, compared line by line."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from itertools import combinations
from typing import Final

from adcurate.errors import StatisticsError
from adcurate.findings import Finding
from adcurate.model.answers.overlap import (
    DrawnRegion,
    LesionOverlap,
    OverlapAnswer,
    OverlapQuestion,
    PairOverlap,
    ShownOutlines,
)
from adcurate.model.protocol import Analysis
from adcurate.statistics.agreement import RegionOverlap, estimate_contour_overlap
from adcurate.statistics.groups import GroupSummary, summarize_group
from adcurate.study.streams import Streams
from adcurate.study.units import Levels

_MOST_SHOWN: Final = 6

Lesion = tuple[str, str]
Drawn = Mapping[Lesion, Sequence[DrawnRegion]]


def answer_overlap(
    question: OverlapQuestion,
    levels: Levels,
    methods: Analysis,
    streams: Streams,
    *,
    regions: Sequence[DrawnRegion] | None = None,
    **_: object,
) -> OverlapAnswer:
    """Compare the outlines of every two readers, lesion by lesion, for the lesions of the table of cases.

    `regions` is None where outlines are not known, as beside a plain table. Nothing here draws random
    numbers; `streams` is not used.

    Raises
    ------
    StatisticsError
        ``statistics.option`` without outlines, for a reader who drew nothing, or fewer than two readers;
        ``statistics.too-few`` when no lesion was drawn by two readers on one slice.
    """
    if regions is None:
        raise StatisticsError(
            "statistics.option",
            "What readers drew is known in a study only: a table holds numbers, not outlines.",
            remedy="Ask this in a study's plan, or compare the numbers with the kind agreement.",
        )
    known = set(zip(levels.lesions.subject, levels.lesions.lesion, strict=True))
    by_reader: dict[str, dict[Lesion, list[DrawnRegion]]] = {}
    for region in regions:
        of = (region.subject, region.lesion)
        if of in known:
            by_reader.setdefault(region.reader, {}).setdefault(of, []).append(region)
    readers = _readers(question, sorted(by_reader))
    pairs = tuple(
        _compare(first, second, by_reader[first], by_reader[second], methods)
        for first, second in combinations(readers, 2)
    )
    if not any(pair.lesions for pair in pairs):
        raise StatisticsError(
            "statistics.too-few",
            "No lesion was drawn by two readers on the same slice.",
            remedy="Have readers draw on the same image of each lesion.",
            n_lesions=0,
        )
    return OverlapAnswer(pairs, readers, tuple(f for pair in pairs for f in _findings(pair)))


def _readers(question: OverlapQuestion, drew: Sequence[str]) -> tuple[str, ...]:
    unknown = [name for name in question.readers if name not in drew]
    if unknown:
        raise StatisticsError(
            "statistics.option",
            f"The reader {unknown[0]!r} drew no lesion that is analysed.",
            remedy=f"Readers: {', '.join(drew) or 'none'}.",
        )
    readers = tuple(sorted(set(question.readers or drew)))
    if len(readers) < 2:
        raise StatisticsError(
            "statistics.option",
            f"Outlines of {len(readers)} reader(s) are here; overlap compares two.",
            remedy="Import what a second reader drew.",
            n_readers=len(readers),
        )
    return readers


def _compare(first: str, second: str, of_first: Drawn, of_second: Drawn, methods: Analysis) -> PairOverlap:
    other_slice: list[Lesion] = []
    compared: list[tuple[LesionOverlap, DrawnRegion, DrawnRegion]] = []
    n_several = 0
    for of in sorted(set(of_first) & set(of_second)):
        shared = _on_one_slice(of_first[of], of_second[of])
        if not shared:
            other_slice.append(of)
            continue
        n_several += len(shared) > 1
        a, b = shared[0]
        found = estimate_contour_overlap(
            a.rings, b.rings, first_excluded=a.excluded, second_excluded=b.excluded
        )
        ratio = found.size_second / found.size_first if found.size_first > 0.0 else math.nan
        compared.append((LesionOverlap(*of, found, ratio), a, b))
    compared.sort(key=lambda one: (_rank(one[0].overlap), one[0].subject, one[0].lesion))
    lesions = tuple(one for one, _, _ in compared)
    return PairOverlap(
        first=first,
        second=second,
        lesions=lesions,
        summaries=_summaries(lesions, methods),
        other_slice=tuple(other_slice),
        one_reader=tuple(sorted(set(of_first) ^ set(of_second))),
        n_several_slices=n_several,
        shown=tuple(
            ShownOutlines(place + 1, lesions[place].subject, lesions[place].lesion, *compared[place][1:])
            for place in _places_to_show(len(lesions))
        ),
    )


def _on_one_slice(
    first: Sequence[DrawnRegion], second: Sequence[DrawnRegion]
) -> list[tuple[DrawnRegion, DrawnRegion]]:
    on = {(region.sop_instance_uid, region.frame_number): region for region in second}
    pairs = [(region, on.get((region.sop_instance_uid, region.frame_number))) for region in first]
    return [(a, b) for a, b in pairs if b is not None]


def _rank(overlap: RegionOverlap) -> float:
    """Dice, what cannot be compared first."""
    return -1.0 if math.isnan(overlap.dice) else overlap.dice


def _summaries(lesions: Sequence[LesionOverlap], methods: Analysis) -> dict[str, GroupSummary]:
    values = {
        "dice": [one.overlap.dice for one in lesions],
        "hausdorff_mm": [one.overlap.distance.hausdorff for one in lesions],
        "hausdorff_95_mm": [one.overlap.distance.hausdorff_95 for one in lesions],
        "mean_distance_mm": [one.overlap.distance.mean for one in lesions],
        "size_ratio": [one.size_ratio for one in lesions],
    }
    known = {name: [value for value in found if math.isfinite(value)] for name, found in values.items()}
    return {
        name: summarize_group(found, percentile_type=methods.percentile_type)
        for name, found in known.items()
        if found
    }


def _places_to_show(n: int) -> list[int]:
    """The two least, the two in the middle and the two greatest; all where there are no more."""
    if n <= _MOST_SHOWN:
        return list(range(n))
    middle = (n - 2) // 2
    return [0, 1, middle, middle + 1, n - 2, n - 1]


def _findings(pair: PairOverlap) -> list[Finding]:
    who = f"{pair.first} and {pair.second}"
    found = []
    if pair.other_slice:
        found.append(
            Finding(
                "overlap.other-slice",
                f"{who} drew {_lesions(len(pair.other_slice))} on different slices; these are not compared: "
                f"{_named(pair.other_slice)}.",
                "warning",
            )
        )
    if pair.one_reader:
        found.append(
            Finding(
                "overlap.one-reader",
                f"{_lesions(len(pair.one_reader))} were drawn by one of {who} only: "
                f"{_named(pair.one_reader)}.",
                "note",
            )
        )
    if pair.n_several_slices:
        found.append(
            Finding(
                "overlap.several-slices",
                f"{who} share several slices of {_lesions(pair.n_several_slices)}; the first is compared.",
                "note",
            )
        )
    empty = [one for one in pair.lesions if one.overlap.findings]
    if empty:
        found.append(
            Finding(
                "overlap.empty-region",
                f"In {_lesions(len(empty))} what {who} excluded leaves nothing of an outline: nothing is "
                "shared, and there is no distance.",
                "warning",
            )
        )
    return found


def _lesions(n: int) -> str:
    return "1 lesion" if n == 1 else f"{n} lesions"


def _named(lesions: Sequence[Lesion]) -> str:
    shown = [f"{subject} / {lesion}" if lesion else subject for subject, lesion in lesions[:5]]
    return ", ".join(shown) + (f" and {len(lesions) - 5} more" if len(lesions) > 5 else "")
