"""Repeated stratified cross-validation of a cut-off: the whole choice nested inside each training part."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from adcurate.arrays import Bools, Floats, Integers
from adcurate.errors import StatisticsError
from adcurate.statistics.marker import (
    CaseCodes,
    Counts,
    Direction,
    case_codes,
    check_case_vectors,
    count_by_value,
    require_generator,
)
from adcurate.statistics.roc.auc import count_pairs
from adcurate.statistics.validation.correction import Corrected, find_correction
from adcurate.statistics.validation.selection import (
    CutoffTies,
    Quantity,
    calls_of,
    check_distinct,
    check_ties,
    choose_rules,
)

_BLOCK_CELLS = 1 << 20


@dataclass(frozen=True, slots=True, eq=False)
class CrossValidation:
    """Apparent and cross-validated accuracy of a Youden cut-off.

    `repeats` is (n_repeats, 4): AUC, sensitivity, specificity and J of each division into folds, the
    corrected values are their means, and the spread over repeats is in the corrections. The spread measures
    the luck of the division only; repeating does not add patients.
    """

    corrections: tuple[Corrected, ...]
    repeats: Floats
    n_folds: int
    n_repeats: int
    n_positive: int
    n_negative: int
    direction_chosen: bool

    def of(self, quantity: Quantity) -> Corrected:
        """Return the correction of a quantity."""
        return find_correction(self.corrections, quantity)


def cross_validate_youden(
    marker: npt.ArrayLike,
    positive: npt.ArrayLike,
    *,
    direction: Direction,
    direction_chosen: bool = False,
    ties: CutoffTies = "most-specific",
    n_folds: int = 5,
    n_repeats: int = 200,
    rng: np.random.Generator | None = None,
    folds: npt.ArrayLike | None = None,
    resolution: float | None = None,
) -> CrossValidation:
    """Choose the cut-off on all folds but one and let it call the cases of that one, many times over.

    Folds are stratified: each holds its share of either class, to within one case. In one repeat every case
    is called once; sensitivity and specificity are counted over all folds of the repeat. Cut-offs are chosen
    on fewer cases than there are, so the answer leans to the pessimistic side, the more so the fewer folds.

    The AUC with a stated direction involves no choice and stays as it is (``nothing-fitted``). With a chosen
    one it is the mean over folds of the area within the fold, never pooled across folds.

    Parameters
    ----------
    marker : (n,), any unit
        One finite value per case.
    positive : (n,), boolean
        The reference standard.
    direction_chosen, ties, resolution
        As in `repeat_youden`.
    rng
        Needed unless `folds` is given. The divisions depend on it and on the counted values, not on the order
        of the cases.
    folds : (n_repeats, n), optional
        The fold of each case as they are given, from 0 to n_folds - 1, to repeat another program's divisions.

    Raises
    ------
    StatisticsError
        ``statistics.too-few`` if a class has fewer cases than there are folds; ``statistics.constant``,
        ``statistics.one-class``, ``statistics.not-finite``, ``statistics.shape``, ``statistics.option``

    Notes
    -----
    Checked against R code of our own on given folds.

    Examples
    --------
    >>> found = cross_validate_youden([1, 2, 3, 4, 5, 6], [True] * 3 + [False] * 3, direction="low",
    ...                               n_folds=3, n_repeats=20, rng=np.random.default_rng(1))
    >>> found.of("j").apparent, round(found.of("j").corrected, 3)
    (1.0, 0.667)
    """
    check_ties(ties)
    counts = count_by_value(marker, positive, direction=direction, resolution=resolution)
    check_distinct(counts)
    _check_folds(n_folds, n_repeats, min(counts.n_positive, counts.n_negative))
    cases = case_codes(counts)
    if folds is None:
        assigned = _divide(cases, n_folds, n_repeats, require_generator(rng))
    else:
        numbers, flags = check_case_vectors(marker, positive, resolution)
        order = np.lexsort((numbers if direction == "low" else -numbers, ~flags))
        assigned = _given(folds, n_folds, order, cases)

    rows = max(1, _BLOCK_CELLS // (2 * cases.n_values))
    repeats = np.concatenate(
        [
            _judge(cases, assigned[start : start + rows], n_folds, ties, direction_chosen)
            for start in range(0, assigned.shape[0], rows)
        ]
    )
    sample = choose_rules(
        counts.positives[None, :], counts.negatives[None, :], ties, direction_chosen=direction_chosen
    )
    before, after = float(sample.sensitivity[0]), float(sample.specificity[0])
    apparent = (float(sample.auc[0]), before, after, before + after - 1.0)
    if not direction_chosen:
        repeats[:, 0] = apparent[0]
    names: tuple[Quantity, ...] = ("auc", "sensitivity", "specificity", "j")
    return CrossValidation(
        corrections=tuple(
            _corrected(name, value, column, name == "auc" and not direction_chosen)
            for name, value, column in zip(names, apparent, repeats.T, strict=True)
        ),
        repeats=repeats,
        n_folds=n_folds,
        n_repeats=int(assigned.shape[0]),
        n_positive=counts.n_positive,
        n_negative=counts.n_negative,
        direction_chosen=direction_chosen,
    )


def _corrected(name: str, apparent: float, column: Floats, is_fixed: bool) -> Corrected:
    if is_fixed:
        return Corrected(name, "nothing-fitted", apparent, apparent, 0.0, column.size)
    mean = float(np.mean(column))
    sd = float(np.std(column, ddof=1)) if column.size > 1 else float("nan")
    return Corrected(
        name,
        "cross-validation",
        apparent,
        mean,
        apparent - mean,
        column.size,
        sd=sd,
        least=float(column.min()),
        greatest=float(column.max()),
    )


def _judge(
    cases: CaseCodes, folds: Integers, n_folds: int, ties: CutoffTies, direction_chosen: bool
) -> Floats:
    """Return (k, 4) AUC, sensitivity, specificity and J of each division (k, n)."""
    n_repeats, width, positive = folds.shape[0], 2 * cases.n_values, cases.strata
    levels = cases.codes % cases.n_values
    repeat = np.arange(n_repeats)[:, None]

    def count(members: Bools) -> Counts:
        cell = (cases.codes + width * repeat)[members]
        return np.bincount(cell, minlength=width * n_repeats).reshape(n_repeats, width)

    whole = np.bincount(cases.codes, minlength=width)
    right = np.zeros((n_repeats, cases.codes.size), dtype=np.bool_)
    areas = np.zeros(n_repeats)
    for fold in range(n_folds):
        left_out = folds == fold
        held = count(left_out)
        training = whole - held
        choice = choose_rules(
            training[:, : cases.n_values],
            training[:, cases.n_values :],
            ties,
            direction_chosen=direction_chosen,
        )
        right |= left_out & (calls_of(choice, levels) == positive)
        if direction_chosen:
            first, second = held[:, : cases.n_values], held[:, cases.n_values :]
            concordant, tied = count_pairs(first, second)
            area = (2 * concordant + tied) / (2 * first.sum(axis=1) * second.sum(axis=1))
            areas += np.where(choice.flipped, 1.0 - area, area) / n_folds
    sensitivity, specificity = right[:, positive].mean(axis=1), right[:, ~positive].mean(axis=1)
    return np.stack([areas, sensitivity, specificity, sensitivity + specificity - 1.0], axis=1)


def _divide(cases: CaseCodes, n_folds: int, n_repeats: int, rng: np.random.Generator) -> Integers:
    """Deal each class out to the folds at random; where the positives' deal ends, the negatives' begins."""
    n_positive = int(np.count_nonzero(cases.strata))
    n_negative = cases.codes.size - n_positive
    dealt = [
        np.broadcast_to((np.arange(size) + start) % n_folds, (n_repeats, size))
        for size, start in ((n_positive, 0), (n_negative, n_positive % n_folds))
    ]
    return np.concatenate([rng.permuted(deal, axis=1) for deal in dealt], axis=1)


def _given(folds: npt.ArrayLike, n_folds: int, order: Integers, cases: CaseCodes) -> Integers:
    array = np.asarray(folds)
    if (
        array.ndim != 2
        or array.shape[1] != order.size
        or array.dtype.kind not in "iu"
        or not np.isin(array, np.arange(n_folds)).all()
    ):
        raise StatisticsError(
            "statistics.shape",
            "Given folds are rows with one fold number for each case.",
            remedy="Give whole numbers from 0 to the number of folds minus 1.",
        )
    ordered = array[:, order]
    for side in (cases.strata, ~cases.strata):
        if any((ordered[:, side] == fold).sum(axis=1).min() == 0 for fold in range(n_folds)):
            raise StatisticsError(
                "statistics.too-few",
                "Every given fold must hold cases of both classes.",
                remedy="Stratify the folds by class.",
            )
    return ordered


def _check_folds(n_folds: int, n_repeats: int, fewest: int) -> None:
    if n_folds < 2 or n_repeats < 1:
        raise StatisticsError(
            "statistics.option",
            "A cross-validation needs at least two folds and one repeat.",
            remedy="Ask for 5 folds and 200 repeats.",
            n_folds=n_folds,
            n_repeats=n_repeats,
        )
    if fewest < n_folds:
        raise StatisticsError(
            "statistics.too-few",
            f"{n_folds} folds need as many cases of each class; the smaller class has {fewest}.",
            remedy="Ask for fewer folds, or leave one out.",
            n_folds=n_folds,
            n=fewest,
        )
