"""How many lesions does a comparison of two groups by ranks need?"""

from __future__ import annotations

import math

from scipy.special import ndtr, ndtri

from adcurate.statistics.planning.auc import check_difference, classes_of
from adcurate.statistics.planning.size import Design, Units, check_share, critical_z, units_by_ratio


def plan_mann_whitney(
    superiority: float, *, ratio: float = 1.0, alpha: float = 0.05, one_sided: bool = False
) -> Design:
    """The power of the Mann-Whitney (Wilcoxon rank-sum) test of two groups.

    ``N = (z_alpha + z_beta)^2 / (12 c (1 - c) (p - 1/2)^2)``, with c the share of one group. The variance
    under no difference stands for the true one: for p far from one half the number is too large.

    Parameters
    ----------
    superiority
        The probability p that a value of one group exceeds one of the other: the AUC.
    ratio
        Size of the second group over that of the first.

    Raises
    ------
    StatisticsError
        ``statistics.option``

    Notes
    -----
    Noether 1987, eq. 8. Checked against own R code.

    Examples
    --------
    >>> from adcurate.statistics.planning import find_sample_size
    >>> found = find_sample_size(plan_mann_whitney(0.7), 0.8)
    >>> found.units.n, round(2 * found.formula_steps, 1)
    (66, 65.4)
    """
    check_share(superiority, "The probability of a larger value")
    check_difference(superiority, 0.5)
    z_alpha = critical_z(alpha, one_sided=one_sided)
    distance = abs(superiority - 0.5)

    def value_at(units: Units) -> float:
        first, second = classes_of(units)
        return float(ndtr(math.sqrt(12.0 * first * second / (first + second)) * distance - z_alpha))

    def formula(power: float) -> float:
        share = 1.0 / (1.0 + ratio)
        total = ((z_alpha + float(ndtri(power))) / distance) ** 2 / (12.0 * share * (1.0 - share))
        return total * share

    return Design(
        name="groups",
        goal="power",
        method="Mann-Whitney test, normal approximation",
        source="Noether 1987",
        assumptions={
            "superiority": superiority,
            "ratio": ratio,
            "alpha": alpha,
            "sides": 1.0 if one_sided else 2.0,
        },
        value_at=value_at,
        units_of=units_by_ratio(ratio),
        formula=formula,
    )
