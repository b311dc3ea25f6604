"""What every regression asks of its predictors: named finite columns that differ and repeat no other.

Fits run on centred columns of unit spread, so that an ADC in mm^2/s and a size in mm meet on one scale;
`Standardised` brings coefficients and covariances back.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from adcurate.arrays import Floats
from adcurate.errors import StatisticsError

COLLINEAR = 1e-7
"""The share of a column's spread that the columns before it must leave; R's ``lm`` uses the same."""


@dataclass(frozen=True, slots=True, eq=False)
class Standardised:
    """`columns` (n, p) with mean 0 and SD 1; `centre` and `spread` (p,) are what was taken off.

    The linear predictor is ``columns @ slopes`` plus an intercept or thresholds.
    """

    columns: Floats
    centre: Floats
    spread: Floats

    def back(self, n_intercepts: int, sign: float = 1.0) -> Floats:
        """The matrix that turns (intercepts, slopes) of the standardised columns into those of the raw ones.

        With ``sign = -1`` the model is ``intercept - slopes``, as in a proportional-odds model.
        """
        p = self.spread.size
        matrix = np.zeros((n_intercepts + p, n_intercepts + p))
        matrix[:n_intercepts, :n_intercepts] = np.eye(n_intercepts)
        matrix[:n_intercepts, n_intercepts:] = -sign * self.centre / self.spread
        matrix[n_intercepts:, n_intercepts:] = np.diag(1.0 / self.spread)
        return matrix


def check_predictors(predictors: npt.ArrayLike, names: tuple[str, ...], n: int) -> Floats:
    """Return `predictors` as (n, p) finite float64 with one distinct name for each column.

    A (n,) vector is one column.

    Raises
    ------
    StatisticsError
        ``statistics.shape``, ``statistics.not-finite``
    """
    try:
        array = np.asarray(predictors)
    except ValueError:
        array = np.empty((), dtype=object)
    if array.ndim == 1:
        array = array[:, None]
    if array.ndim != 2 or array.dtype.kind not in "iuf" or array.shape[0] != n or array.shape[1] < 1:
        raise StatisticsError(
            "statistics.shape",
            "The predictors must be a table of numbers with one row for each case and one column or more.",
            remedy="Give as many rows as outcomes; turn categories into indicator columns.",
            n_outcomes=n,
        )
    if len(names) != array.shape[1] or len(set(names)) != len(names):
        raise StatisticsError(
            "statistics.shape",
            f"{array.shape[1]} predictors need as many distinct names; {len(set(names))} were given.",
            remedy="Name each column once.",
        )
    columns = np.array(array, dtype=np.float64)
    for name, column in zip(names, columns.T, strict=True):
        n_not_finite = int(np.count_nonzero(~np.isfinite(column)))
        if n_not_finite:
            raise StatisticsError(
                "statistics.not-finite",
                f"The predictor {name!r} must be finite; {n_not_finite} of {n} values are not.",
                remedy="Leave the incomplete cases out and report how many, or impute them.",
                predictor=name,
                n_not_finite=n_not_finite,
                n=n,
            )
    return columns


def standardise(columns: Floats, names: tuple[str, ...], *, tolerance: float = COLLINEAR) -> Standardised:
    """Centre and scale the columns, and refuse one that is constant or repeats the others.

    Raises
    ------
    StatisticsError
        ``statistics.constant`` or ``statistics.collinear``, which names the column and those it repeats.
    """
    for name, column in zip(names, columns.T, strict=True):
        if np.all(column == column[0]):
            raise StatisticsError(
                "statistics.constant",
                f"The predictor {name!r} has the same value in all {column.size} cases.",
                remedy="Leave it out: what does not differ explains nothing.",
                predictor=name,
            )
    centre = columns.mean(axis=0)
    centred = columns - centre
    spread = np.sqrt(np.mean(centred**2, axis=0))
    scaled = centred / spread
    for j, name in enumerate(names):
        before = scaled[:, :j]
        weights = np.linalg.lstsq(before, scaled[:, j], rcond=None)[0] if j else np.empty(0)
        left = scaled[:, j] - before @ weights
        # A model of p slopes and an intercept cannot be told apart in fewer cases either.
        if j + 2 > scaled.shape[0] or np.sqrt(np.mean(left**2)) < tolerance:
            partners = [names[i] for i in range(j) if abs(weights[i]) > np.sqrt(tolerance)]
            raise StatisticsError(
                "statistics.collinear",
                f"The predictor {name!r} is a linear combination of {_listed(partners) or 'the others'} in "
                f"these {scaled.shape[0]} cases.",
                remedy="Leave one of them out.",
                predictor=name,
            )
    return Standardised(scaled, centre, spread)


def _listed(names: list[str]) -> str:
    quoted = [repr(name) for name in names]
    return " and ".join([", ".join(quoted[:-1]), quoted[-1]] if len(quoted) > 1 else quoted)
