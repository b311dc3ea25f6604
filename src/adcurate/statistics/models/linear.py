"""Least squares and one-way analysis of variance, worked out in whole numbers.

A number is taken as the decimal that was typed (the shortest that gives its float): a whole number over a
power of ten. Sums of squares and products are then whole numbers too, and the normal equations are solved
without any rounding. Each result is rounded once, at its end: neither a large mean nor badly conditioned
predictors cost a digit, which is what NIST's reference data sets try.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Final

import numpy as np
import numpy.typing as npt
from scipy.special import fdtrc, stdtr, stdtrit

from adcurate.errors import StatisticsError
from adcurate.findings import Finding
from adcurate.statistics.interval import Interval, check_level
from adcurate.statistics.models.design import check_predictors
from adcurate.statistics.values import at_least, finite_vector

REPEATED: Final = Fraction(1, 10**13)
"""The share of a column's length that the columns before it must leave; less is the columns' own rounding."""


@dataclass(frozen=True, slots=True)
class LinearCoefficient:
    """A change of the response for one unit of a predictor, with its t interval and test (two-sided)."""

    name: str
    value: float
    standard_error: float
    interval: Interval
    t: float
    p_value: float


@dataclass(frozen=True, slots=True)
class LinearFit:
    """A least-squares fit; the first coefficient is the intercept unless the fit had none.

    `r_squared` is of the variation about the mean; without an intercept about zero, as R prints it.
    `residual_sd` has `df_residual` degrees of freedom. `f` tests all slopes together. Where there are as many
    coefficients as cases, or the residuals are all zero, what cannot be estimated is NaN (an infinite t
    or F has p-value 0).
    """

    coefficients: tuple[LinearCoefficient, ...]
    residual_sd: float
    r_squared: float
    adjusted_r_squared: float
    f: float
    df_model: int
    df_residual: int
    p_value: float
    regression_sum_of_squares: float
    residual_sum_of_squares: float
    n: int
    method: str
    findings: tuple[Finding, ...]


@dataclass(frozen=True, slots=True)
class OneWayAnova:
    """Means of several groups compared; `groups`, `sizes` and `means` stand in the same order."""

    groups: tuple[str, ...]
    sizes: tuple[int, ...]
    means: tuple[float, ...]
    between_sum_of_squares: float
    within_sum_of_squares: float
    df_between: int
    df_within: int
    f: float
    p_value: float
    residual_sd: float
    r_squared: float
    n: int
    method: str


def fit_linear(
    predictors: npt.ArrayLike,
    response: npt.ArrayLike,
    *,
    names: tuple[str, ...],
    degree: int = 1,
    intercept: bool = True,
    level: float = 0.95,
) -> LinearFit:
    """Fit ``response = intercept + sum of coefficient * predictor`` by least squares.

    Parameters
    ----------
    predictors : (n, p) or (n,), any units
        Finite numbers; categories as indicator columns.
    response : (n,), any unit
    names : p distinct names
    degree : int
        2 adds the square of each predictor, 3 its cube too, and so on, as ``size^2``: formed exactly.

    Raises
    ------
    StatisticsError
        ``statistics.too-few`` with fewer cases than coefficients; ``statistics.collinear`` for a predictor
        that repeats the others (a constant one repeats the intercept); ``statistics.not-finite``,
        ``statistics.shape``, ``statistics.option``

    Notes
    -----
    Exact rational arithmetic; elimination without pivoting. Intervals and tests assume independent normal
    errors of one variance. Checked against the certified values of NIST's reference data sets and R's ``lm``.

    Examples
    --------
    >>> fit = fit_linear([1.0, 2.0, 3.0, 4.0], [2.1, 3.9, 6.2, 7.8], names=("dose",))
    >>> [round(coefficient.value, 3) for coefficient in fit.coefficients], fit.df_residual
    ([0.15, 1.94], 2)
    """
    check_level(level)
    y = finite_vector(response, "the response")
    columns = check_predictors(predictors, names, y.size)
    n = y.size
    if degree < 1:
        raise StatisticsError(
            "statistics.option",
            "The degree of a linear model is 1 or more.",
            remedy="Give 1 for straight lines, 2 for parabolas.",
            degree=degree,
        )
    terms = tuple(
        f"{name}^{power}" if power > 1 else name for name in names for power in range(1, degree + 1)
    )
    labels = (("intercept",) if intercept else ()) + terms
    k = len(labels)
    at_least(n, k, "a linear model's cases")
    table = [power for column in columns.T for power in _powers(_whole(column), degree)] + [_whole(y)]
    if intercept:
        table.insert(0, ([1] * n, 0))
    products = [[_product(left, right) for right in table] for left in table]
    values, inverse, residual = _solve(products, labels)

    total = products[k][k]
    if intercept:
        total -= products[0][k] ** 2 / n
    df_model, df_residual = k - intercept, n - k
    variance = residual / df_residual if df_residual else None
    coefficients = []
    for j, name in enumerate(labels):
        error = math.nan if variance is None else _root(variance * inverse[j])
        half = float(stdtrit(df_residual, (1 + level) / 2)) * error if df_residual else math.nan
        value = float(values[j])
        t = _ratio(value, error)
        p_value = 2.0 * float(stdtr(df_residual, -abs(t))) if df_residual else math.nan
        coefficients.append(
            LinearCoefficient(
                name, value, error, Interval(value - half, value + half, level, "student-t"), t, p_value
            )
        )
    regression = total - residual
    f = math.nan
    if variance is not None and df_model:
        f = float(regression / df_model / variance) if variance else _ratio(float(regression), 0.0)
    return LinearFit(
        coefficients=tuple(coefficients),
        residual_sd=math.nan if variance is None else _root(variance),
        r_squared=float(regression / total) if total else math.nan,
        adjusted_r_squared=(
            float(1 - (residual / df_residual) / (total / (n - intercept)))
            if total and df_residual
            else math.nan
        ),
        f=f,
        df_model=df_model,
        df_residual=df_residual,
        p_value=_f_p(df_model, df_residual, f),
        regression_sum_of_squares=float(regression),
        residual_sum_of_squares=float(residual),
        n=n,
        method="least squares, exact arithmetic",
        findings=_findings(residual, df_residual),
    )


def compare_anova(groups: Mapping[str, npt.ArrayLike]) -> OneWayAnova:
    """Test whether the means of several groups differ (one-way analysis of variance).

    Parameters
    ----------
    groups : mapping of name to (n_group,), any one unit
        At least two groups of at least one value, and one group of more.

    Returns
    -------
    OneWayAnova
        Where no group varies, F is infinite (p 0) if the means differ.

    Raises
    ------
    StatisticsError
        ``statistics.too-few``, ``statistics.not-finite``, ``statistics.shape``; ``statistics.constant``
        when all values are equal.

    Notes
    -----
    Fisher 1925; assumes one variance. Checked against the certified values of NIST's analysis-of-variance
    sets and R's ``aov``.

    Examples
    --------
    >>> result = compare_anova({"G1": [1.4, 1.6], "G2": [1.1, 1.3], "G3": [0.7, 0.9]})
    >>> round(result.f, 2), result.df_between, result.df_within
    (12.33, 2, 3)
    """
    at_least(len(groups), 2, "the comparison's groups")
    vectors = [finite_vector(values, f"group {name}") for name, values in groups.items()]
    for name, vector in zip(groups, vectors, strict=True):
        at_least(vector.size, 1, f"group {name}")
    n = sum(vector.size for vector in vectors)
    at_least(n, len(vectors) + 1, "the groups together")
    pooled = np.concatenate(vectors)
    if np.all(pooled == pooled[0]):
        raise StatisticsError(
            "statistics.constant",
            "All values are equal, so no group can have a larger mean.",
            remedy="Check the column.",
            n=n,
        )
    sums, within = [], Fraction(0)
    for vector in vectors:
        whole = _whole(vector)
        total = Fraction(sum(whole[0]), 10 ** whole[1])
        sums.append(total)
        within += _product(whole, whole) - total**2 / vector.size
    grand = sum(sums, Fraction(0))
    between = (
        sum((total**2 / vector.size for total, vector in zip(sums, vectors, strict=True)), Fraction(0))
        - grand**2 / n
    )
    df_between, df_within = len(vectors) - 1, n - len(vectors)
    f = float(between / df_between / (within / df_within)) if within else _ratio(float(between), 0.0)
    return OneWayAnova(
        groups=tuple(groups),
        sizes=tuple(vector.size for vector in vectors),
        means=tuple(float(total / vector.size) for total, vector in zip(sums, vectors, strict=True)),
        between_sum_of_squares=float(between),
        within_sum_of_squares=float(within),
        df_between=df_between,
        df_within=df_within,
        f=f,
        p_value=_f_p(df_between, df_within, f),
        residual_sd=_root(within / df_within),
        r_squared=float(between / (between + within)),
        n=n,
        method="one-way analysis of variance, exact arithmetic",
    )


_Whole = tuple[list[int], int]


def _whole(column: npt.NDArray[np.float64]) -> _Whole:
    """The column as whole numbers over one power of ten: ``value = number / 10**shift``."""
    decimals = [Decimal(repr(float(value))).as_tuple() for value in column]
    shift = max(0, *(-int(decimal.exponent) for decimal in decimals))
    numbers = []
    for decimal in decimals:
        number = int("".join(map(str, decimal.digits))) * 10 ** (shift + int(decimal.exponent))
        numbers.append(-number if decimal.sign else number)
    return numbers, shift


def _powers(column: _Whole, degree: int) -> list[_Whole]:
    return [([number**power for number in column[0]], column[1] * power) for power in range(1, degree + 1)]


def _product(left: _Whole, right: _Whole) -> Fraction:
    return Fraction(sum(map(int.__mul__, left[0], right[0])), 10 ** (left[1] + right[1]))


def _solve(
    products: list[list[Fraction]], labels: tuple[str, ...]
) -> tuple[list[Fraction], list[Fraction], Fraction]:
    """Coefficients, the diagonal of the inverse, and the residual sum of squares.

    Gauss-Jordan elimination of the cross-products beside an identity; a pivot is the squared length of a
    column that the columns before it leave.
    """
    k = len(labels)
    rows = [products[i][:k] + [Fraction(int(i == j)) for j in range(k)] + [products[i][k]] for i in range(k)]
    for j in range(k):
        pivot = rows[j][j]
        if pivot <= products[j][j] * REPEATED**2:
            raise StatisticsError(
                "statistics.collinear",
                f"The predictor {labels[j]!r} is constant, or a linear combination of the others.",
                remedy="Leave one of them out.",
                predictor=labels[j],
            )
        rows[j] = [cell / pivot for cell in rows[j]]
        for i in range(k):
            factor = rows[i][j]
            if i != j and factor:
                rows[i] = [cell - factor * top for cell, top in zip(rows[i], rows[j], strict=True)]
    values = [row[-1] for row in rows]
    inverse = [rows[j][k + j] for j in range(k)]
    explained = sum((value * products[j][k] for j, value in enumerate(values)), Fraction(0))
    return values, inverse, products[k][k] - explained


def _root(value: Fraction) -> float:
    """The square root, also of what is too small or large for a float's square."""
    if value <= 0:
        return 0.0
    excess = (value.numerator.bit_length() - value.denominator.bit_length()) // 2
    return math.ldexp(math.sqrt(value / Fraction(4) ** excess), excess)


def _ratio(value: float, error: float) -> float:
    if error > 0:
        return value / error
    return math.nan if value == 0 or math.isnan(error) else math.copysign(math.inf, value)


def _f_p(df_model: int, df_residual: int, f: float) -> float:
    if math.isinf(f):
        return 0.0
    return float(fdtrc(df_model, df_residual, f)) if df_model and df_residual else math.nan


def _findings(residual: Fraction, df_residual: int) -> tuple[Finding, ...]:
    if df_residual == 0:
        return (
            Finding(
                "linear.saturated",
                "There are as many coefficients as cases: the fit is perfect and says nothing of its error.",
                severity="serious",
            ),
        )
    if residual == 0:
        return (
            Finding("linear.perfect", "The residuals are all zero: intervals and tests have no meaning."),
        )
    return ()
