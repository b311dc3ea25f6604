"""A marker beside its reference standard: the direction, and the counts every ROC question needs.

A diagnostic question has a *marker* (one number per case: an ADC) and a *reference standard* (one boolean
per case: high grade or not). Which end of the marker speaks for the disease is a fact about the question,
not something to be guessed from the sample, so every function takes `direction`:

``"low"``
    Low values are positive. A case is called positive when ``marker <= cutoff``.
``"high"``
    High values are positive. A case is called positive when ``marker >= cutoff``.

The ROC curve, its area and the Youden cut-off depend on the cases only through the number of positives and
negatives at each distinct value, in order of suspicion. `MarkerCounts` is that table: one sort makes it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal

import numpy as np
import numpy.typing as npt

from adcurate.arrays import Bools, Floats, Integers
from adcurate.errors import StatisticsError
from adcurate.statistics.values import finite_vector, to_resolution

Direction = Literal["low", "high"]
Rule = Literal["<=", ">="]
Counts = npt.NDArray[np.int64]

_RULES: Final[dict[str, Rule]] = {"low": "<=", "high": ">="}


@dataclass(frozen=True, slots=True)
class MarkerCounts:
    """Positives and negatives at each distinct value, from the most to the least suspicious.

    `values`, `positives` and `negatives` are (n_values,). The order of the cases is gone: nothing that is
    computed from here, bootstrap included, can depend on how a table was sorted.
    """

    values: Floats
    positives: Counts
    negatives: Counts
    direction: Direction

    @property
    def n_positive(self) -> int:
        """Cases with the condition."""
        return int(self.positives.sum())

    @property
    def n_negative(self) -> int:
        """Cases without it."""
        return int(self.negatives.sum())

    @property
    def rule(self) -> Rule:
        """How a value is compared with a cut-off."""
        return rule_of(self.direction)


def rule_of(direction: Direction) -> Rule:
    """The comparison that calls a case positive: ``"<="`` for ``"low"``, ``">="`` for ``"high"``.

    Raises
    ------
    StatisticsError
        ``statistics.option`` if `direction` is neither.
    """
    try:
        return _RULES[direction]
    except (KeyError, TypeError):
        raise StatisticsError(
            "statistics.option",
            "The direction of a marker is 'low' or 'high'.",
            remedy="Say which end of the marker speaks for the condition; for ADC against grade it is 'low'.",
        ) from None


def check_case_vectors(
    marker: npt.ArrayLike, positive: npt.ArrayLike, resolution: float | None
) -> tuple[Floats, Bools]:
    """Return marker (n,) float64, rounded to `resolution` if one is given, and positive (n,) boolean.

    Raises
    ------
    StatisticsError
        ``statistics.shape`` if the two differ in length or `positive` is not boolean;
        ``statistics.not-finite`` if the marker holds a NaN or an infinity.
    """
    numbers = finite_vector(marker, "the marker")
    if resolution is not None:
        numbers = to_resolution(numbers, resolution)
    flags = np.asarray(positive)
    if flags.dtype != np.bool_ and not (flags.dtype.kind in "iu" and np.isin(flags, (0, 1)).all()):
        raise StatisticsError(
            "statistics.shape",
            "The reference standard is one true or false per case.",
            remedy="Give a boolean vector; leave out cases whose reference standard is unknown.",
        )
    if flags.shape != numbers.shape:
        raise StatisticsError(
            "statistics.shape",
            f"The marker has {numbers.size} cases and the reference standard {flags.size}.",
            remedy="Give both vectors for the same cases, in the same order.",
            n_marker=numbers.size,
            n_reference=flags.size,
        )
    return numbers, flags.astype(np.bool_, copy=False)


def count_by_value(
    marker: npt.ArrayLike,
    positive: npt.ArrayLike,
    *,
    direction: Direction,
    resolution: float | None = None,
) -> MarkerCounts:
    """Count positives and negatives at each distinct value, from the most to the least suspicious.

    Parameters
    ----------
    marker : (n,), any unit
        Finite values.
    positive : (n,), boolean
        The reference standard.
    direction
        Which end of the marker is positive.
    resolution : unit of `marker`
        Values that round to the same multiple are ties. None: only equal numbers are.

    Raises
    ------
    StatisticsError
        ``statistics.one-class`` if there is no positive or no negative case, and the codes of
        `check_case_vectors` and `rule_of`.
    """
    rule_of(direction)
    numbers, flags = check_case_vectors(marker, positive, resolution)
    n_positive = int(np.count_nonzero(flags))
    if n_positive in (0, flags.size):
        raise StatisticsError(
            "statistics.one-class",
            f"A marker needs cases of both classes; {n_positive} of {flags.size} are positive.",
            remedy="Check the outcome groups, or leave this analysis out.",
            n=flags.size,
            n_positive=n_positive,
        )
    ordered = np.sort(numbers)
    is_last = np.ones(ordered.size, dtype=np.bool_)
    np.not_equal(ordered[1:], ordered[:-1], out=is_last[:-1])
    last = np.flatnonzero(is_last)
    values = ordered[last]
    # The rarer class is looked up among the values: sorting alone is several times faster than by an index.
    is_rarer = flags if 2 * n_positive <= flags.size else ~flags
    rarer = np.bincount(np.searchsorted(values, np.sort(numbers[is_rarer])), minlength=values.size)
    others = np.diff(last, prepend=-1) - rarer
    positives, negatives = (rarer, others) if is_rarer is flags else (others, rarer)
    step = 1 if direction == "low" else -1
    return MarkerCounts(
        values=values[::step], positives=positives[::step], negatives=negatives[::step], direction=direction
    )


@dataclass(frozen=True, slots=True)
class CaseCodes:
    """One code per case, from which resamples are counted.

    Codes 0 ... n_values - 1 are positives and n_values ... 2 n_values - 1 negatives, by row of the counts.
    """

    codes: Counts
    n_values: int

    @property
    def strata(self) -> Bools:
        """(n,) True for the positives: what a stratified resample keeps."""
        return np.asarray(self.codes < self.n_values)

    def count(self, indices: Integers) -> tuple[Counts, Counts]:
        """Count drawn cases: (k, n) indices to positives and negatives, (k, n_values) each."""
        n_resamples, width = indices.shape[0], 2 * self.n_values
        cells = self.codes[indices] + width * np.arange(n_resamples)[:, None]
        table = np.bincount(cells.ravel(), minlength=width * n_resamples).reshape(n_resamples, width)
        return table[:, : self.n_values], table[:, self.n_values :]


def case_codes(counts: MarkerCounts) -> CaseCodes:
    """Return the cases behind `counts`, in the canonical order that resampling draws from."""
    n_values = counts.values.size
    both = np.concatenate([counts.positives, counts.negatives])
    return CaseCodes(np.repeat(np.arange(2 * n_values), both), n_values)


def require_generator(rng: np.random.Generator | None) -> np.random.Generator:
    """Return `rng`, or say that a bootstrap needs one.

    Raises
    ------
    StatisticsError
        ``statistics.option``
    """
    if rng is None:
        raise StatisticsError(
            "statistics.option",
            "A bootstrap interval needs a random generator, so that it can be repeated.",
            remedy="Pass rng=numpy.random.default_rng(seed) with the seed of the protocol.",
        )
    return rng
