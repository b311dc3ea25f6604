"""Diffusion images that cannot stand together in one fit, told from headers alone.

A slice that lacks a direction which the others have, or holds an image twice, has another mean than its
neighbours; images of another echo time have another signal at the same b-value. A fit would take either for
diffusion. Which image is right cannot be told here, so that what is uneven is left out and said.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Hashable, Sequence
from typing import Final

from adcurate.dicom.reading.series_findings import is_one_geometry, slice_positions
from adcurate.findings import Finding
from adcurate.model import Frame, Series, group_b_values

TIMING_DIFFERS: Final = "signal.timing-differs"
_SAME_ECHO_TIME: Final = 0.01
_SAME_REPETITION_TIME: Final = 0.05
_SAME_DIRECTION: Final = 0.02
_WEIGHTED: Final = 1.0

Timing = tuple[float | None, float | None]
"""Echo and repetition time, ms."""


def uneven_slices(frames: Sequence[Frame], are_traces: Sequence[bool]) -> tuple[set[int], list[Finding]]:
    """The images of slices that hold other directions, or more images, than the rest at their b-value.

    Parameters
    ----------
    frames
        The images of one or several diffusion series; those without a b-value are not judged.
    are_traces
        For each image, whether its series is of trace images.

    Returns
    -------
    set of int, list of Finding
        The numbers of the images to leave out, and one finding where there are any.
    """
    known = [i for i, frame in enumerate(frames) if frame.b_value is not None]
    if not known or not is_one_geometry([frames[i] for i in known]):
        return set(), []
    position = dict(zip(known, slice_positions([frames[i] for i in known]), strict=True))
    values = [b.value for b in (frames[i].b_value for i in known) if b is not None]
    left_out: set[int] = set()
    slices: set[int] = set()
    at: list[float] = []
    for group in group_b_values(values):
        members = [known[m] for m in group.members]
        odd = _odd_slices(frames, are_traces, position, members, group.value)
        if odd:
            at.append(group.value)
            slices |= odd
            left_out |= {i for i in members if position[i] in odd}
    if not left_out:
        return set(), []
    listed = ", ".join(f"{b:g}" for b in at)
    sentence = (
        f"{len(slices)} slices lack a diffusion direction that the others have, or hold an image twice "
        f"(b = {listed}); they do not enter a fit. Export the series from the scanner or archive again."
    )
    where = {"slices": str(len(slices)), "b_values": listed}
    return left_out, [Finding("b-value.slices-uneven", sentence, "serious", where)]


def _odd_slices(
    frames: Sequence[Frame],
    are_traces: Sequence[bool],
    position: dict[int, int],
    members: Sequence[int],
    b: float,
) -> set[int]:
    judged = _fitted_ones(frames, position, members)
    named: list[tuple[float, float, float]] = []
    in_slice: dict[int, Counter[Hashable]] = defaultdict(Counter)
    for i in judged:
        frame = frames[i]
        if b < _WEIGHTED or are_traces[i] or frame.directionality in ("isotropic", "none"):
            key: Hashable = "one signal"
        elif frame.direction is None:
            key = ("unnamed", in_slice[position[i]].total())
        else:
            key = _name_of(frame.direction, named)
        in_slice[position[i]][key] += 1
    if len(in_slice) < 2:
        return set()
    sets = Counter(frozenset(counts) for counts in in_slice.values())
    fewest = min(len(directions) for directions in sets)
    usual = max(sets, key=lambda one: (sets[one], len(one) if fewest > 1 else -len(one)))
    times: dict[Hashable, Counter[int]] = defaultdict(Counter)
    for counts in in_slice.values():
        for key, count in counts.items():
            times[key][count] += 1
    once = {key for key, of_key in times.items() if max(of_key, key=lambda n: (of_key[n], -n)) == 1}
    return {
        place
        for place, counts in in_slice.items()
        if frozenset(counts) != usual or any(counts[key] > 1 for key in once)
    }


def _fitted_ones(frames: Sequence[Frame], position: dict[int, int], members: Sequence[int]) -> list[int]:
    """Those of one b-value's images that a fit takes: the scanner's traces where they cover all slices."""
    isotropic = [i for i in members if frames[i].directionality == "isotropic"]
    others = [i for i in members if frames[i].directionality != "isotropic"]
    if not isotropic or not others:
        return list(members)
    covers = {position[i] for i in isotropic} >= {position[i] for i in others}
    return isotropic if covers else others


def _name_of(direction: tuple[float, float, float], named: list[tuple[float, float, float]]) -> int:
    """The number of a direction among those met so far, which nearly equal ones share."""
    for number, known in enumerate(named):
        if max(abs(a - b) for a, b in zip(direction, known, strict=True)) <= _SAME_DIRECTION:
            return number
    named.append(direction)
    return len(named) - 1


def mistimed(frames: Sequence[Frame], timings: Sequence[Timing]) -> tuple[set[int], list[Finding]]:
    """The images of one series that no fit may take, because echo or repetition time differ with b.

    Where every b-value was acquired at each timing, those of the shortest echo time stay.
    """
    known = [i for i, frame in enumerate(frames) if frame.b_value is not None]
    kinds: list[tuple[Timing, list[int]]] = []
    for i in known:
        of_kind = next((members for timing, members in kinds if _same(timing, timings[i])), None)
        if of_kind is None:
            kinds.append((timings[i], [i]))
        else:
            of_kind.append(i)
    if len(kinds) < 2:
        return set(), []
    groups = group_b_values([b.value for b in (frames[i].b_value for i in known) if b is not None])
    group_of = {known[m]: number for number, group in enumerate(groups) for m in group.members}
    is_whole = all(len({group_of[i] for i in members}) == len(groups) for _, members in kinds)
    times = ", ".join(sorted({f"{te:g}" for (te, _), _ in kinds if te is not None})) or "unknown"
    said = f"The images of a diffusion series differ in echo or repetition time (echo times: {times} ms)"
    if is_whole:
        kept = set(min(kinds, key=lambda kind: kind[0][0] or 0.0)[1])
        sentence = f"{said}; only those of the shortest echo time enter a fit."
        return set(known) - kept, [Finding("signal.several-timings", sentence, "warning")]
    sentence = (
        f"{said}, so that their signals differ by more than diffusion; the series is not fitted. "
        "Use a series acquired with one timing."
    )
    return set(known), [Finding(TIMING_DIFFERS, sentence, "serious")]


def share_one_timing(series: Sequence[Series]) -> bool:
    """Whether the signals of several series may stand in one fit, as far as their timing is known."""
    timings = [(one.echo_time_ms, one.repetition_time_ms) for one in series]
    return all(_same(first, other) for first in timings for other in timings)


def _same(first: Timing, second: Timing) -> bool:
    tolerances = (_SAME_ECHO_TIME, _SAME_REPETITION_TIME)
    return all(
        a is None or b is None or abs(a - b) <= tolerance * max(abs(a), abs(b))
        for a, b, tolerance in zip(first, second, tolerances, strict=True)
    )
