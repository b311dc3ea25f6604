"""What every statistic asks of the numbers it is given: a finite vector, enough of them, a tie rule.

Missing values are refused here and never dropped: who leaves a lesion out must say so, and count it,
before a statistic is asked for.
"""

from __future__ import annotations

import math

import numpy as np
import numpy.typing as npt

from adcurate.arrays import Floats
from adcurate.errors import StatisticsError


def finite_vector(values: npt.ArrayLike, name: str) -> Floats:
    """Return `values` as a one-dimensional float64 array of finite numbers; it may be empty.

    Parameters
    ----------
    values : (n,), any unit
        Numbers; a bool, string or nested array is refused.
    name : str
        What the numbers are, for the error's sentence: "group G1", "the scores".

    Raises
    ------
    StatisticsError
        ``statistics.shape`` when it is not one-dimensional and numeric, ``statistics.not-finite`` when a
        NaN or an infinity is among them.
    """
    try:
        array = np.asarray(values)
    except ValueError:
        array = np.empty((), dtype=object)
    if array.ndim != 1 or (array.size > 0 and array.dtype.kind not in "iuf"):
        raise StatisticsError(
            "statistics.shape",
            f"{name[:1].upper()}{name[1:]} must be one row of numbers.",
            remedy="Give one number for each lesion.",
            dimensions=array.ndim,
        )
    vector = np.array(array, dtype=np.float64)
    n_not_finite = int(np.count_nonzero(~np.isfinite(vector)))
    if n_not_finite:
        raise StatisticsError(
            "statistics.not-finite",
            f"{name[:1].upper()}{name[1:]} must be finite; {n_not_finite} of {vector.size} values are not.",
            remedy="Leave the lesions that were not estimated out, and report how many.",
            n_not_finite=n_not_finite,
            n=vector.size,
        )
    return vector


def finite_pair(
    first: npt.ArrayLike, second: npt.ArrayLike, first_name: str, second_name: str
) -> tuple[Floats, Floats]:
    """Return two finite vectors of the same length, element by element of the same lesion.

    Raises
    ------
    StatisticsError
        ``statistics.shape``, ``statistics.not-finite``
    """
    x = finite_vector(first, first_name)
    y = finite_vector(second, second_name)
    if x.size != y.size:
        raise StatisticsError(
            "statistics.shape",
            f"{first_name[:1].upper()}{first_name[1:]} and {second_name} must have the same length.",
            remedy="Give one pair of numbers for each lesion.",
            n_first=x.size,
            n_second=y.size,
        )
    return x, y


def at_least(n: int, minimum: int, name: str) -> int:
    """Return `n` when it reaches `minimum`.

    Raises
    ------
    StatisticsError
        ``statistics.too-few``
    """
    if n < minimum:
        raise StatisticsError(
            "statistics.too-few",
            f"{name[:1].upper()}{name[1:]} must hold at least {minimum} values; {n} were given.",
            remedy="Add lesions, or leave this statistic out.",
            n=n,
            minimum=minimum,
        )
    return n


def to_resolution(values: npt.ArrayLike, resolution: float | None) -> Floats:
    """Round `values` to whole steps of `resolution`, so that ties are decided by the protocol.

    Each value becomes a whole number of steps and back: the same step always gives the same bits, and
    when the steps in one unit are a whole number (1e-6 mm^2/s: a million) the result is the double
    nearest to the decimal one would type (957 steps are exactly ``0.000957``). Half a step goes to the
    even neighbour.

    Parameters
    ----------
    values : any shape
        In the unit of `resolution`. NaN stays NaN.
    resolution : float or None
        The step; None leaves the values as they are, so that only equal bits are ties.

    Raises
    ------
    StatisticsError
        ``statistics.option`` when the resolution is not a positive finite number.
    """
    array = np.array(values, dtype=np.float64)
    if resolution is None:
        return array
    if not (math.isfinite(resolution) and resolution > 0.0):
        raise StatisticsError(
            "statistics.option",
            "The resolution of ties must be a positive number.",
            remedy="Give the step in the unit of the values, such as 1e-6 mm^2/s, or none.",
            resolution=resolution,
        )
    steps = np.rint(array / resolution) + 0.0
    per_unit = 1.0 / resolution
    if per_unit >= 1.0 and abs(per_unit - round(per_unit)) <= 1e-9 * per_unit:
        return np.asarray(steps / round(per_unit), dtype=np.float64)
    return np.asarray(steps * resolution, dtype=np.float64)
