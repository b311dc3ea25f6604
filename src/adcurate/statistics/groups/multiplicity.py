"""How many tests were made, and which results stand when all of them count?

A family of p-values goes in with its labels, and comes out adjusted: an adjusted p-value is compared with
alpha as a single one would be. Which tests form the family is decided by the plan, not here.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, Literal

import numpy as np

from adcurate.arrays import Floats
from adcurate.errors import StatisticsError
from adcurate.statistics.values import at_least, finite_vector

Adjustment = Literal["none", "bonferroni", "holm", "hochberg", "benjamini-hochberg", "benjamini-yekutieli"]

_CONTROLS: Final[dict[str, tuple[str, str]]] = {
    "none": ("the error of each test alone", "R p.adjust(method = 'none')"),
    "bonferroni": ("the chance of any false rejection", "R p.adjust(method = 'bonferroni'); SPSS Bonferroni"),
    "holm": ("the chance of any false rejection", "R p.adjust(method = 'holm'), its default"),
    "hochberg": (
        "the chance of any false rejection, for independent or positively dependent tests",
        "R p.adjust(method = 'hochberg')",
    ),
    "benjamini-hochberg": (
        "the expected share of false rejections, for independent or positively dependent tests",
        "R p.adjust(method = 'BH')",
    ),
    "benjamini-yekutieli": (
        "the expected share of false rejections, for any dependence",
        "R p.adjust(method = 'BY')",
    ),
}


@dataclass(frozen=True, slots=True)
class AdjustedTest:
    """One test of the family: its own p-value, the adjusted one, and whether it is rejected at alpha."""

    label: str
    p_value: float
    adjusted: float
    rejected: bool


@dataclass(frozen=True, slots=True)
class AdjustedPValues:
    """A family of tests in the order given.

    `controls` says which error the method holds at `alpha`, and under which assumption; `equals` names the
    program that gives the same numbers.
    """

    tests: tuple[AdjustedTest, ...]
    n_tests: int
    n_rejected: int
    alpha: float
    method: Adjustment
    controls: str
    equals: str


def adjust_p_values(
    p_values: Mapping[str, float], *, method: Adjustment, alpha: float = 0.05
) -> AdjustedPValues:
    """Adjust the p-values of a family of tests for their number.

    ``bonferroni`` multiplies by the number of tests. ``holm`` steps down and ``hochberg`` up, with smaller
    factors for larger p-values. ``benjamini-hochberg`` and ``benjamini-yekutieli`` control the expected share
    of false rejections, which is a weaker promise for more findings.

    Parameters
    ----------
    p_values : mapping of label to p-value
        At least one, each from 0 to 1. A test without a p-value has no place in the family: leave it out, and
        say so.
    method
        One of `Adjustment`; there is no default.
    alpha : float
        The level, a share. A test is rejected when its adjusted p-value is `alpha` or less.

    Raises
    ------
    StatisticsError
        ``statistics.too-few`` without a test; ``statistics.not-finite`` for NaN; ``statistics.option`` for a
        p-value outside 0 to 1, an unknown method or an impossible alpha.

    Notes
    -----
    Holm 1979; Hochberg 1988; Benjamini and Hochberg 1995; Benjamini and Yekutieli 2001. Checked against R's
    ``p.adjust``.

    Examples
    --------
    >>> family = adjust_p_values({"mean": 0.012, "minimum": 0.03, "median": 0.4}, method="holm")
    >>> [(test.label, round(test.adjusted, 3), test.rejected) for test in family.tests]
    [('mean', 0.036, True), ('minimum', 0.06, False), ('median', 0.4, False)]
    """
    if method not in _CONTROLS:
        raise StatisticsError(
            "statistics.option",
            f"Adjustments for several tests are {', '.join(_CONTROLS)}.",
            remedy="Choose one of these.",
        )
    if not 0.0 < alpha < 1.0:
        raise StatisticsError(
            "statistics.option",
            "The level of a family of tests must lie between 0 and 1.",
            remedy="Write 5 % as 0.05.",
            alpha=alpha,
        )
    raw = finite_vector(list(p_values.values()), "the p-values")
    at_least(raw.size, 1, "the family of tests")
    if np.any((raw < 0.0) | (raw > 1.0)):
        raise StatisticsError(
            "statistics.option",
            "A p-value must lie between 0 and 1.",
            remedy="Give p-values, not test statistics or percentages.",
            n_outside=int(np.count_nonzero((raw < 0.0) | (raw > 1.0))),
        )
    adjusted = _adjusted(raw, method)
    rejected = adjusted <= alpha
    controls, equals = _CONTROLS[method]
    return AdjustedPValues(
        tests=tuple(
            AdjustedTest(label, float(own), float(new), bool(out))
            for label, own, new, out in zip(p_values, raw, adjusted, rejected, strict=True)
        ),
        n_tests=raw.size,
        n_rejected=int(np.count_nonzero(rejected)),
        alpha=alpha,
        method=method,
        controls=controls,
        equals=equals,
    )


def _adjusted(raw: Floats, method: Adjustment) -> Floats:
    n = raw.size
    if method == "none":
        return raw
    if method == "bonferroni":
        return np.minimum(1.0, n * raw)
    order = np.argsort(raw, kind="stable")
    place = np.arange(1, n + 1)
    if method == "holm":
        stepped = np.maximum.accumulate((n - place + 1) * raw[order])
    else:
        if method == "hochberg":
            factor = (n - place + 1).astype(np.float64)
        elif method == "benjamini-hochberg":
            factor = n / place
        else:
            factor = math.fsum(1.0 / i for i in range(1, n + 1)) * n / place
        stepped = np.minimum.accumulate((factor * raw[order])[::-1])[::-1]
    adjusted = np.empty(n)
    adjusted[order] = np.minimum(1.0, stepped)
    return adjusted
