"""The whole choice of a cut-off repeated in resamples, and what each choice did to the cases it never saw.

One pass over the resamples keeps what optimism, .632, .632+ and stability need: each replicate's rule, its
accuracy in the resample itself, and for every case how often it was out of bag and then called wrongly.
Nothing of size (n_resamples, n_values) outlives a block.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final, Literal

import numpy as np
import numpy.typing as npt

from adcurate.arrays import Floats, Integers
from adcurate.errors import StatisticsError
from adcurate.statistics.marker import (
    CaseCodes,
    Counts,
    Direction,
    MarkerCounts,
    case_codes,
    check_case_vectors,
    count_by_value,
    require_generator,
)
from adcurate.statistics.resampling import bootstrap_indices, stratified_bootstrap_indices
from adcurate.statistics.validation.selection import (
    Choice,
    CutoffTies,
    calls_of,
    check_distinct,
    check_ties,
    choose_rules,
)

Resampling = Literal["cases", "stratified"]

_RESAMPLINGS: Final = ("cases", "stratified")
_BLOCK_CELLS = 1 << 20


@dataclass(frozen=True, slots=True, eq=False)
class YoudenReplicates:
    """A sample's choice of a cut-off, and the same choice in each of its resamples.

    `sample` holds one row, `resamples` (n_resamples,) rows. `out_of_bag` and `out_of_bag_wrong` are (n,), in
    the order of `cases`, over the replicates that could choose. `pair_auc` is the leave-pair-out area of
    the bootstrap: the mean over pairs of how often a pair that was not drawn is ranked rightly; NaN unless
    the direction is chosen, and then without the pairs that were never out of bag.
    """

    counts: MarkerCounts
    cases: CaseCodes
    sample: Choice
    resamples: Choice
    out_of_bag: Counts
    out_of_bag_wrong: Counts
    pair_auc: float
    ties: CutoffTies
    resampling: Resampling
    direction_chosen: bool

    @property
    def n_resamples(self) -> int:
        """Resamples that were drawn."""
        return int(self.resamples.position.size)

    @property
    def n_undefined(self) -> int:
        """Resamples that lacked a class, so that nothing could be chosen."""
        return int(np.count_nonzero(self.resamples.position < 0))

    @property
    def direction(self) -> Direction:
        """The sample's direction, chosen or stated."""
        if not self.sample.flipped[0]:
            return self.counts.direction
        return "high" if self.counts.direction == "low" else "low"

    @property
    def cutoff(self) -> float:
        """The sample's cut-off."""
        return float(self.counts.values[self.sample.position[0]])


def repeat_youden(
    marker: npt.ArrayLike,
    positive: npt.ArrayLike,
    *,
    direction: Direction,
    direction_chosen: bool = False,
    ties: CutoffTies = "most-specific",
    resampling: Resampling = "cases",
    n_resamples: int = 10_000,
    rng: np.random.Generator | None = None,
    draws: npt.ArrayLike | None = None,
    resolution: float | None = None,
) -> YoudenReplicates:
    """Choose the Youden cut-off again in every bootstrap resample of the cases.

    Parameters
    ----------
    marker : (n,), any unit
        One finite value per case.
    positive : (n,), boolean
        The reference standard.
    direction_chosen
        True where the study let the sample say which end is positive: then each resample chooses that as
        well, by the area. False: `direction` was known beforehand.
    ties
        Which of several cut-offs with the same J is chosen, as in `estimate_youden`.
    resampling
        ``"cases"``: numbers of positives and negatives vary, as in cutpointr and rms; ``"stratified"``: they
        are kept.
    rng
        Needed unless `draws` is given. The draws depend on it and on the counted values, not on the order
        of the cases.
    draws : (n_resamples, n), optional
        Indices into the cases as they are given, to repeat another program's resamples.
    resolution : unit of `marker`
        Values that round to the same multiple are ties. None: only equal numbers are.

    Raises
    ------
    StatisticsError
        ``statistics.constant``, ``statistics.one-class``, ``statistics.not-finite``, ``statistics.shape``,
        ``statistics.option``; ``statistics.too-few`` if no resample holds both classes.

    Examples
    --------
    >>> found = repeat_youden([1.0, 2.0, 3.0, 4.0], [True, True, False, False], direction="low",
    ...                       draws=[[0, 1, 2, 3], [0, 0, 2, 3], [0, 0, 1, 1]])
    >>> found.cutoff, found.resamples.position.tolist(), found.n_undefined
    (2.0, [1, 0, -1], 1)
    """
    check_ties(ties)
    if resampling not in _RESAMPLINGS:
        raise StatisticsError(
            "statistics.option",
            "Resamples are drawn from all cases or stratified by class.",
            remedy="Name cases or stratified.",
        )
    counts = count_by_value(marker, positive, direction=direction, resolution=resolution)
    check_distinct(counts)
    cases = case_codes(counts)
    if draws is None:
        blocks = _drawn(cases, resampling, n_resamples, require_generator(rng))
    else:
        numbers, flags = check_case_vectors(marker, positive, resolution)
        suspicion = numbers if direction == "low" else -numbers
        blocks = _given(draws, np.lexsort((suspicion, ~flags)))

    sample = choose_rules(
        counts.positives[None, :], counts.negatives[None, :], ties, direction_chosen=direction_chosen
    )
    choices, out_of_bag, wrong, pairs = [], 0, 0, _Pairs(cases) if direction_chosen else None
    for indices in blocks:
        times = _times_drawn(indices, cases.codes.size)
        choice = choose_rules(*_count_cells(times, cases), ties, direction_chosen=direction_chosen)
        kept = choice.position >= 0
        out = (times == 0) & kept[:, None]
        called = calls_of(choice, cases.codes % cases.n_values)
        out_of_bag = out_of_bag + out.sum(axis=0)
        wrong = wrong + (out & (called != cases.strata)).sum(axis=0)
        if pairs is not None:
            pairs.add(out, choice.flipped)
        choices.append(choice)
    resamples = _joined(choices)
    if not np.any(resamples.position >= 0):
        raise StatisticsError(
            "statistics.too-few",
            "No resample holds cases of both classes, so the choice cannot be repeated.",
            remedy="Ask for more resamples, or resample within each class.",
            n_resamples=resamples.position.size,
        )
    return YoudenReplicates(
        counts=counts,
        cases=cases,
        sample=sample,
        resamples=resamples,
        out_of_bag=np.asarray(out_of_bag),
        out_of_bag_wrong=np.asarray(wrong),
        pair_auc=float("nan") if pairs is None else pairs.area(),
        ties=ties,
        resampling=resampling,
        direction_chosen=direction_chosen,
    )


class _Pairs:
    """How often each pair of a positive and a negative was out of bag, and how often ranked against."""

    def __init__(self, cases: CaseCodes) -> None:
        self.positive = cases.strata
        levels = cases.codes % cases.n_values
        difference = levels[self.positive][:, None] - levels[~self.positive][None, :]
        self.right = np.where(difference < 0, 1.0, np.where(difference == 0, 0.5, 0.0))
        self.both = np.zeros_like(self.right)
        self.flipped = np.zeros_like(self.right)

    def add(self, out: npt.NDArray[np.bool_], flipped: npt.NDArray[np.bool_]) -> None:
        first, second = out[:, self.positive].astype(float), out[:, ~self.positive].astype(float)
        self.both += first.T @ second
        self.flipped += (first * flipped[:, None]).T @ second

    def area(self) -> float:
        seen = self.both > 0
        if not seen.any():
            return float("nan")
        against = self.flipped[seen] / self.both[seen]
        right = self.right[seen]
        return float(np.mean(right * (1.0 - against) + (1.0 - right) * against))


def _drawn(
    cases: CaseCodes, resampling: Resampling, n_resamples: int, rng: np.random.Generator
) -> Iterator[Integers]:
    n = cases.codes.size
    rows = max(1, _BLOCK_CELLS // n)
    if n_resamples < 1:
        bootstrap_indices(n, n_resamples, rng)  # says so
    for start in range(0, n_resamples, rows):
        k = min(rows, n_resamples - start)
        if resampling == "cases":
            yield bootstrap_indices(n, k, rng)
        else:
            yield stratified_bootstrap_indices(cases.strata, k, rng)


def _given(draws: npt.ArrayLike, order: Integers) -> Iterator[Integers]:
    array = np.asarray(draws)
    if (
        array.ndim != 2
        or array.size == 0
        or array.dtype.kind not in "iu"
        or array.min() < 0
        or array.max() >= order.size
    ):
        raise StatisticsError(
            "statistics.shape",
            "Given resamples are rows of indices into the cases.",
            remedy="Give a table of whole numbers from 0 to the number of cases minus 1.",
        )
    place = np.empty(order.size, dtype=np.int64)
    place[order] = np.arange(order.size)
    rows = max(1, _BLOCK_CELLS // array.shape[1])
    for start in range(0, array.shape[0], rows):
        yield place[array[start : start + rows]]


def _times_drawn(indices: Integers, n: int) -> Counts:
    cells = indices + n * np.arange(indices.shape[0])[:, None]
    return np.bincount(cells.ravel(), minlength=n * indices.shape[0]).reshape(indices.shape[0], n)


def _count_cells(times: Counts, cases: CaseCodes) -> tuple[Counts, Counts]:
    """Add up how often the cases of each value and class were drawn: two (k, n_values) tables."""
    first = np.flatnonzero(np.diff(cases.codes, prepend=-1))
    table = np.zeros((times.shape[0], 2 * cases.n_values), dtype=np.int64)
    table[:, cases.codes[first]] = np.add.reduceat(times, first, axis=1)
    return table[:, : cases.n_values], table[:, cases.n_values :]


def _joined(choices: list[Choice]) -> Choice:
    def column(name: str) -> Floats:
        return np.concatenate([getattr(choice, name) for choice in choices])

    return Choice(
        np.concatenate([choice.position for choice in choices]),
        np.concatenate([choice.flipped for choice in choices]),
        column("auc"),
        column("sensitivity"),
        column("specificity"),
    )
