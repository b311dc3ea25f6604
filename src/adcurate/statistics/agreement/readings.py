"""Tables of readings: a row for each lesion, a column for each reader or session, every cell filled."""

from __future__ import annotations

from collections.abc import Hashable, Sequence

import numpy as np
import numpy.typing as npt

from adcurate.arrays import Floats, Integers
from adcurate.errors import StatisticsError
from adcurate.statistics.values import at_least, finite_vector

# Differences of readings below this many units in the last place of the largest reading are rounding.
_ROUNDING = 16.0 * float(np.finfo(np.float64).eps)


def finite_readings(values: npt.ArrayLike, *, at_least_lesions: int = 2) -> Floats:
    """Return readings as (n_lesions, n_readings) float64, two columns or more, every one finite.

    Raises
    ------
    StatisticsError
        ``statistics.shape`` when it is no such table, ``statistics.not-finite`` when a cell is missing,
        ``statistics.too-few``.
    """
    try:
        table = np.asarray(values)
    except ValueError:
        table = np.empty((), dtype=object)
    if table.ndim != 2 or table.dtype.kind not in "iuf" or table.shape[1] < 2:
        raise StatisticsError(
            "statistics.shape",
            "Readings must be a table of numbers: a row for each lesion, two or more columns of readings.",
            remedy="Use the lesions that every reader read, and count the others.",
            dimensions=table.ndim,
        )
    at_least(table.shape[0], at_least_lesions, "the lesions read by all")
    readings = table.astype(np.float64)
    finite_vector(readings.ravel(), "the readings")
    return readings


def label_codes(labels: Sequence[Hashable] | npt.NDArray[np.generic], n: int, name: str) -> Integers:
    """Number labels (n,) from 0 in their sorted order, so that equal ones share a number.

    Raises
    ------
    StatisticsError
        ``statistics.shape`` when there are not `n` of them.
    """
    names = np.asarray(labels)
    if names.ndim != 1 or names.size != n:
        raise StatisticsError(
            "statistics.shape",
            f"{name[:1].upper()}{name[1:]} must be named once for each of the {n} readings.",
            remedy="Give one label for each reading.",
            n=n,
            n_labels=names.size,
        )
    return np.asarray(np.unique(names, return_inverse=True)[1], dtype=np.int64)


def is_rounding(spread: float, readings: Floats) -> bool:
    """Whether `spread` is no more than the rounding of numbers of the size of the readings."""
    return spread <= _ROUNDING * float(np.max(np.abs(readings), initial=0.0))


def require_positive(readings: Floats, what: str) -> None:
    """Refuse readings that are zero or negative where a ratio is asked for.

    Raises
    ------
    StatisticsError
        ``statistics.option``
    """
    n_not_positive = int(np.count_nonzero(readings <= 0.0))
    if n_not_positive:
        raise StatisticsError(
            "statistics.option",
            f"{what} needs readings above zero; {n_not_positive} of {readings.size} are not.",
            remedy="Compare the differences in the unit of the readings.",
            n_not_positive=n_not_positive,
        )
